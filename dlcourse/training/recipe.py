"""How to train, as data; ``recipes`` holds those of the papers."""

import dataclasses
from dataclasses import dataclass

import keras

from dlcourse.training.schedule import WAYS, Plateau, Schedule
from dlcourse.training.sgd import SGD
from dlcourse.training.smoothing import SmoothedCrossEntropy


@dataclass(frozen=True)
class Recipe:
    """Optimizer, learning rate and loss of one paper; a rate belongs to a batch size.

    Epochs may be fractions: papers count steps as well. ``milestones`` and ``warmup``
    are epochs. ``l2`` is the weight decay as `SGD` understands it.
    """

    source: str  # paper and section
    batch_size: int
    epochs: float
    rate: float
    way: str  # down, one of WAYS
    milestones: tuple = ()  # of "steps"
    factor: float = 0.1  # by which "steps" and "plateau" multiply the rate
    patience: int = 5  # epochs of a plateau: the papers looked for themselves
    falls: int = 3  # from a plateau, at most; AlexNet's and VGG's fell so often
    warmup: float = 0.0
    warmup_from: float = 0.0  # the rate at the first step
    momentum: float = 0.9
    nesterov: bool = False
    l2: float = 0.0
    kernels_only: bool = False  # biases and batch norm do not decay
    rmsprop: bool = False  # rho 0.9, epsilon 1.0, no momentum, instead of SGD
    clip: float | None = None  # the gradient's greatest norm
    smoothing: float = 0.0

    def __post_init__(self):
        if self.way not in WAYS:
            raise ValueError(f"way={self.way!r}: choose one of {', '.join(WAYS)}.")

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

    def optimizer(self, steps_per_epoch):
        """A Keras optimizer, with the schedule over ``epochs`` times so many steps."""
        rate = self.rate if self.way == "plateau" else self.schedule(steps_per_epoch)
        if self.rmsprop:
            rmsprop = keras.optimizers.RMSprop
            return rmsprop(rate, rho=0.9, epsilon=1.0, global_clipnorm=self.clip)
        return SGD(
            rate,
            l2=self.l2,
            kernels_only=self.kernels_only,
            momentum=self.momentum,
            nesterov=self.nesterov,
            global_clipnorm=self.clip,
        )

    def schedule(self, steps_per_epoch):
        """The `Schedule`, epochs turned into whole steps."""
        return Schedule(
            self.way,
            self.rate,
            round(self.epochs * steps_per_epoch),
            [round(epoch * steps_per_epoch) for epoch in self.milestones],
            self.factor,
            round(self.warmup * steps_per_epoch),
            self.warmup_from,
        )

    def callbacks(self, losses=()):
        """What ``fit`` needs beside the optimizer.

        losses: validation losses of the epochs already trained, when resuming.
        """
        if self.way != "plateau":
            return []
        return [Plateau(self.rate, self.factor, self.patience, self.falls, losses)]

    def loss(self):
        """Cross-entropy for whole-number labels and probabilities."""
        if self.smoothing:
            return SmoothedCrossEntropy(self.smoothing)
        return keras.losses.SparseCategoricalCrossentropy()
