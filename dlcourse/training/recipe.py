"""How to train, as data: pipeline, optimizer, schedule and loss of one paper."""

import dataclasses
import math
from dataclasses import dataclass
from pathlib import Path

import keras

from dlcourse.datasets.preprocessing import Preprocessing
from dlcourse.training.schedule import SCHEDULES, Plateau, Schedule, check_numbers
from dlcourse.training.sgd import SGD, AdamW, RMSprop
from dlcourse.training.smoothing import SmoothedCrossEntropy, accuracy

EPSILON = {  # added to the mean of RMSprop's squares
    "rmsprop": 1.0,  # Inception v3, section 8
    "rmsprop, epsilon 0.001": 1e-3,  # EfficientNet
}
OPTIMIZERS = ("sgd", *EPSILON, "adam", "adamw")
LOWEST = {  # of the fields that are numbers
    0: ("rate", "factor", "warmup", "warmup_from", "momentum", "l2", "smoothing"),
    1: ("batch_size", "patience", "accumulate"),
}


@dataclass(frozen=True)
class Recipe:
    """The whole training of one paper; a rate belongs to a batch size.

    Epochs may be fractions: papers count steps as well. ``milestones`` and ``warmup``
    are epochs. ``l2`` is the weight decay as `WeightDecay` understands it, or `AdamW`.

    With ``accumulate``, the gradients of so many smaller batches are averaged before
    each step of the optimizer, so that a batch need not fit into memory at once.
    ``batch_size`` stays what a step has seen; batch norm sees ``micro_batch_size``.

    Raises:
        ValueError: for a name or number that is not possible.
    """

    source: str  # paper and section
    batch_size: int
    epochs: float
    rate: float
    schedule: str  # one of SCHEDULES
    milestones: tuple = ()  # of "steps"
    factor: float = 0.1  # by which "steps" and "plateau" multiply the rate
    patience: int = 5  # epochs of a plateau: the papers looked for themselves
    drops: int = 3  # of a plateau, at most; AlexNet's and VGG's dropped so often
    warmup: float = 0.0
    warmup_from: float = 0.0  # the rate at the first step
    gradual: bool = True  # False: the rate stays there until the warm-up ends
    optimizer: str = "sgd"  # one of OPTIMIZERS
    momentum: float = 0.9  # of SGD and RMSprop
    nesterov: bool = False  # of SGD
    l2: float = 0.0  # of all but Adam, as is kernels_only
    kernels_only: bool = False  # biases and normalization do not decay
    clip: float | None = None  # the gradient's greatest norm
    smoothing: float = 0.0  # of the labels
    accumulate: int = 1
    preprocessing: Preprocessing | None = None  # None: pictures as they are
    data: tuple = ()  # the paper's data sets, as TFDS calls them
    differs: str = ""  # what of the paper's training is left out or replaced

    def __post_init__(self):
        choices = {"schedule": SCHEDULES, "optimizer": OPTIMIZERS}
        for name, possible in choices.items():
            if (given := getattr(self, name)) not in possible:
                listed = ", ".join(possible)
                raise ValueError(f"{name}={given!r}: choose one of {listed}.")
        for lowest, names in LOWEST.items():
            numbers = {name: getattr(self, name) for name in names}
            check_numbers(at_least=lowest, **numbers)
        check_numbers(epochs=self.epochs, clip=self.clip or 0, drops=self.drops)
        for epoch in self.milestones:
            check_numbers(milestones=epoch)
        if self.epochs == 0:
            raise ValueError("epochs=0: give a number above 0.")
        if self.warmup >= self.epochs:
            raise ValueError(
                f"warmup={self.warmup}: give fewer epochs than the training has, "
                f"{self.epochs}."
            )
        if self.batch_size % self.accumulate:
            raise ValueError(
                f"accumulate={self.accumulate}: must divide the batch size, "
                f"{self.batch_size}."
            )
        if self.l2 and self.optimizer == "adam":
            raise ValueError(f"l2={self.l2}: needs another optimizer, such as 'adamw'.")

    @property
    def micro_batch_size(self):
        """Pictures that go through the network at once."""
        return self.batch_size // self.accumulate

    @property
    def mixes(self):
        """Whether pictures, and with them their labels, are mixed."""
        return self.preprocessing is not None and self.preprocessing.mixup > 0

    def shortened(self, epochs):
        """The recipe in so many epochs: all that is counted in epochs shrinks alike.

        Patience stays at two or more: one worse epoch is noise, however few there are.
        """
        scale = epochs / self.epochs
        return dataclasses.replace(
            self,
            epochs=epochs,
            milestones=tuple(scale * epoch for epoch in self.milestones),
            patience=max(min(2, self.patience), round(scale * self.patience)),
            warmup=scale * self.warmup,
        )

    def scaled(self, batch_size):
        """The recipe for another batch size, the rate in proportion to it.

        k times the batch, k times the rate (Goyal et al., arXiv:1706.02677, section
        2.1).
        """
        k = batch_size / self.batch_size
        return dataclasses.replace(
            self,
            batch_size=batch_size,
            rate=k * self.rate,
            warmup_from=k * self.warmup_from,
        )

    def accumulated(self, accumulate):
        """The recipe with each batch divided into so many; the rate stays as it is."""
        return dataclasses.replace(self, accumulate=accumulate)

    def make_optimizer(self, steps_per_epoch):
        """A Keras optimizer, with the schedule over ``epochs`` times so many steps.

        Here a step is one micro-batch; the rate follows the updates of the weights.
        """
        rate = self.learning_rate(steps_per_epoch)
        options = {"global_clipnorm": self.clip}
        if self.accumulate > 1:
            options["gradient_accumulation_steps"] = self.accumulate
        if self.optimizer == "adam":
            return keras.optimizers.Adam(rate, **options)
        options["kernels_only"] = self.kernels_only
        if self.optimizer == "adamw":
            return AdamW(rate, self.l2, **options)
        options |= {"l2": self.l2, "momentum": self.momentum}
        if self.optimizer in EPSILON:
            epsilon = EPSILON[self.optimizer]
            return RMSprop(rate, rho=0.9, epsilon=epsilon, **options)
        return SGD(rate, nesterov=self.nesterov, **options)

    def learning_rate(self, steps_per_epoch):
        """The `Schedule`, epochs turned into whole updates; a plateau's first rate."""
        if self.schedule == "plateau":
            return self.rate
        updates = steps_per_epoch / self.accumulate
        total = max(1, round(self.epochs * updates))
        return Schedule(
            self.schedule,
            self.rate,
            total,
            [round(epoch * updates) for epoch in self.milestones],
            self.factor,
            min(round(self.warmup * updates), total - 1),
            self.warmup_from,
            self.gradual,
            self.accumulate,
        )

    def callbacks(self, losses=()):
        """What ``fit`` needs beside the optimizer.

        losses: validation losses of the epochs already trained, when resuming.
        """
        if self.schedule != "plateau":
            return []
        return [Plateau(self.rate, self.factor, self.patience, self.drops, losses)]

    def loss(self):
        """Cross-entropy of probabilities, for labels as the pipeline gives them."""
        if self.smoothing or self.mixes:
            return SmoothedCrossEntropy(self.smoothing)
        return keras.losses.SparseCategoricalCrossentropy()

    def metrics(self):
        """The accuracy, for labels as the pipeline gives them."""
        return [accuracy if self.mixes else "accuracy"]

    def deviations(self, paper, data=None, size=None):
        """In what this training differs from its paper's, a list of sentences.

        Args:
            paper: the entry of ``RECIPES`` that this recipe was made of.
            data: what is trained on: the name of a TFDS set, or a folder.
            size: height and width of the pictures in pixels.
        """
        found = []
        if data is not None and paper.data and set_name(data) not in paper.data:
            found.append(f"The data are {set_name(data)}, not {either(paper.data)}.")
        if size and paper.preprocessing and size != paper.preprocessing.size:
            found.append(f"Images of {size} pixels, not {paper.preprocessing.size}.")
        if round(self.epochs) != round(paper.epochs):
            found.append(f"{round(self.epochs)} epochs, not {round(paper.epochs)}.")
        if self.batch_size != paper.batch_size:
            found.append(f"Batches of {self.batch_size}, not {paper.batch_size}.")
        same = paper.scaled(self.batch_size).rate
        if not math.isclose(self.rate, same):
            found.append(f"A learning rate of {self.rate:.4g}, not {same:.4g}.")
        if self.accumulate > 1:
            found.append(f"Batch norm sees {self.micro_batch_size} images at once.")
        return [*found, paper.differs] if paper.differs else found


def set_name(data):
    """The bare name of a data set: "cifar10" of "cifar10:3.0.2", "pets" of a folder."""
    return Path(str(data)).name.partition(":")[0]


def either(names):
    """Names as a choice: "cifar10 or cifar100"."""
    return " or ".join(names)
