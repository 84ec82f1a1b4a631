"""How to train, as data: optimizer, schedule and loss, and what the papers chose.

What a paper leaves out cannot be run: GoogLeNet (section 6) does not give its learning
rate, LeNet-5 used second derivatives.
"""

import dataclasses
from dataclasses import dataclass

import keras

from dlcourse.training.schedule import SCHEDULES, Plateau, Schedule
from dlcourse.training.sgd import SGD
from dlcourse.training.smoothing import SmoothedCrossEntropy

OPTIMIZERS = ("sgd", "rmsprop", "adam")


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
    schedule: str  # one of SCHEDULES
    milestones: tuple = ()  # of "steps"
    factor: float = 0.1  # by which "steps" and "plateau" multiply the rate
    patience: int = 5  # epochs of a plateau: the papers looked for themselves
    drops: int = 3  # of a plateau, at most; AlexNet's and VGG's dropped so often
    warmup: float = 0.0
    warmup_from: float = 0.0  # the rate at the first step
    optimizer: str = "sgd"  # one of OPTIMIZERS; what follows is for SGD
    momentum: float = 0.9
    nesterov: bool = False
    l2: float = 0.0
    kernels_only: bool = False  # biases and batch norm do not decay
    clip: float | None = None  # the gradient's greatest norm
    smoothing: float = 0.0

    def __post_init__(self):
        choices = {"schedule": SCHEDULES, "optimizer": OPTIMIZERS}
        for name, possible in choices.items():
            if (given := getattr(self, name)) not in possible:
                listed = ", ".join(possible)
                raise ValueError(f"{name}={given!r}: choose one of {listed}.")

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

    def make_optimizer(self, steps_per_epoch):
        """A Keras optimizer, with the schedule over ``epochs`` times so many steps."""
        rate, clip = self.learning_rate(steps_per_epoch), self.clip
        if self.optimizer == "adam":
            return keras.optimizers.Adam(rate, global_clipnorm=clip)
        if self.optimizer == "rmsprop":  # Inception v3, section 8; without momentum
            return keras.optimizers.RMSprop(
                rate, rho=0.9, epsilon=1.0, global_clipnorm=clip
            )
        return SGD(
            rate,
            l2=self.l2,
            kernels_only=self.kernels_only,
            momentum=self.momentum,
            nesterov=self.nesterov,
            global_clipnorm=clip,
        )

    def learning_rate(self, steps_per_epoch):
        """The `Schedule`, epochs turned into whole steps; a plateau's first rate."""
        if self.schedule == "plateau":
            return self.rate
        return Schedule(
            self.schedule,
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
        if self.schedule != "plateau":
            return []
        return [Plateau(self.rate, self.factor, self.patience, self.drops, losses)]

    def loss(self):
        """Cross-entropy for whole-number labels and probabilities."""
        if self.smoothing:
            return SmoothedCrossEntropy(self.smoothing)
        return keras.losses.SparseCategoricalCrossentropy()


# 64,000 steps of 128 images of CIFAR-10's 50,000; down at 32,000 and 48,000
CIFAR_STEPS = 128 / 50_000
INCEPTION_DROPS = tuple(range(2, 100, 2))

# fmt: off
RECIPES = {  # source; batch size, epochs, rate, schedule, milestones, factor; more
    "AlexNet": Recipe(
        "Krizhevsky, Sutskever, Hinton, NIPS 2012, section 5",
        128, 90, 0.01, "plateau", l2=5e-4),
    "VGG": Recipe(
        "Simonyan, Zisserman, ICLR 2015, arXiv:1409.1556, section 3.1",
        256, 74, 0.01, "plateau", l2=5e-4),
    "Inception v3": Recipe(  # there 50 machines, each on its own batch of 32
        "Szegedy et al., CVPR 2016, arXiv:1512.00567, section 8",
        32, 100, 0.045, "steps", INCEPTION_DROPS, 0.94,
        optimizer="rmsprop", clip=2.0, smoothing=0.1),
    "ResNet": Recipe(  # 600,000 steps of 256 images
        "He, Zhang, Ren, Sun, CVPR 2016, arXiv:1512.03385, section 3.4",
        256, 120, 0.1, "plateau", l2=1e-4),
    "ResNet, CIFAR": Recipe(
        "He, Zhang, Ren, Sun, CVPR 2016, arXiv:1512.03385, section 4.2",
        128, 64_000 * CIFAR_STEPS, 0.1, "steps",
        (32_000 * CIFAR_STEPS, 48_000 * CIFAR_STEPS), l2=1e-4),
    "Wide ResNet": Recipe(
        "Zagoruyko, Komodakis, BMVC 2016, arXiv:1605.07146, section 3",
        128, 200, 0.1, "steps", (60, 120, 160), 0.2, nesterov=True, l2=5e-4),
    "ResNeXt, CIFAR": Recipe(
        "Xie, Girshick, Dollár, Tu, He, CVPR 2017, arXiv:1611.05431, section 5.3",
        128, 300, 0.1, "steps", (150, 225), l2=5e-4),
    "PyramidNet": Recipe(  # CIFAR-10; CIFAR-100 begins at 0.5
        "Han, Kim, Kim, CVPR 2017, arXiv:1610.02915, section 4.1",
        128, 300, 0.1, "steps", (150, 225), nesterov=True, l2=1e-4),
    "DenseNet": Recipe(
        "Huang, Liu, van der Maaten, Weinberger, CVPR 2017, arXiv:1608.06993, "
        "section 4.2",
        256, 90, 0.1, "steps", (30, 60), nesterov=True, l2=1e-4),
    "DenseNet, CIFAR": Recipe(
        "Huang, Liu, van der Maaten, Weinberger, CVPR 2017, arXiv:1608.06993, "
        "section 4.2",
        64, 300, 0.1, "steps", (150, 225), nesterov=True, l2=1e-4),
    "SENet": Recipe(  # the paper does not name a weight decay; this is ResNet's
        "Hu, Shen, Sun, CVPR 2018, arXiv:1709.01507v4, section 5.1",
        1024, 100, 0.6, "steps", (30, 60, 90), l2=1e-4),
    "ShuffleNet": Recipe(  # 300,000 steps of 1,024 images
        "Zhang, Zhou, Lin, Sun, CVPR 2018, arXiv:1707.01083, section 4",
        1024, 240, 0.5, "linear", l2=4e-5),
    "ImageNet in 1 hour": Recipe(
        "Goyal et al., 2017, arXiv:1706.02677, sections 2.2 and 5.1",
        8192, 90, 3.2, "steps", (30, 60, 80), nesterov=True, l2=1e-4,
        warmup=5, warmup_from=0.1),
    "bag of tricks": Recipe(  # the weight decay is that of the authors' code
        "He, Zhang, Zhang, Zhang, Xie, Li, CVPR 2019, arXiv:1812.01187, sections 2, 5",
        256, 120, 0.1, "cosine", nesterov=True, l2=1e-4, kernels_only=True,
        warmup=5, smoothing=0.1),
    "ResNet-9": Recipe(
        "Page, How to Train Your ResNet, 2018; 24 epochs of CIFAR-10",
        512, 24, 0.4, "linear", nesterov=True, l2=5e-4, warmup=5),
}
# fmt: on


def find_recipe(name):
    """The recipe of that name; ValueError that lists all if there is none."""
    for own, recipe in RECIPES.items():
        if own.lower() == name.lower():
            return recipe
    raise ValueError(f"There is no recipe {name!r}; there are: {'; '.join(RECIPES)}.")
