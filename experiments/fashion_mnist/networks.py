"""The networks that are trained on Fashion-MNIST, and how.

Each is small enough for two CPU cores or for minutes on a GPU. All but LeNet-5, whose
recipe is the course's own, were written for this experiment: rates and decay are those
usual for CIFAR-10, the pictures are moved by at most two pixels and mirrored.
"""

import dataclasses
from dataclasses import dataclass, field

from dlcourse import models
from dlcourse.datasets.preprocessing import Preprocessing
from dlcourse.training import Recipe, find_recipe

MOVED = Preprocessing(28, crop="pad", padding=2, flip=True)
SOURCE = "experiments/fashion_mnist"


@dataclass(frozen=True)
class Network:
    """A constructor of ``dlcourse.models``, its arguments, and the `Recipe`."""

    constructor: str
    recipe: Recipe
    arguments: tuple = ()
    options: dict = field(default_factory=dict)

    def shortened(self, epochs):
        """The same in so many epochs; None for those of the recipe."""
        recipe = self.recipe.shortened(epochs) if epochs else self.recipe
        return dataclasses.replace(self, recipe=recipe)

    @property
    def input_shape(self):
        """Of grey pictures, of the recipe's size."""
        size = self.recipe.preprocessing.size
        return (size, size, 1)

    def build(self):
        """The model, for ten classes."""
        options = {"input_shape": self.input_shape, "classes": 10} | self.options
        return getattr(models, self.constructor)(*self.arguments, **options)


def cosine(epochs, rate, **options):
    """A `Recipe` with batches of 128, an epoch of warm-up, and half a cosine."""
    usual = {"l2": 5e-4, "nesterov": True, "preprocessing": MOVED, "warmup": 1}
    return Recipe(SOURCE, 128, epochs, rate, "cosine", **usual | options)


# fmt: off
NETWORKS = {
    "LeNet-5": Network("LeNet5", find_recipe("LeNet")),
    "VGG, 6 layers": Network(
        "VGG", cosine(30, 0.02, clip=1.0), ([(2, 32), (2, 64), (1, 128)],),
        {"dense": (256,)}),
    "GoogLeNet, quarter": Network(
        "GoogLeNet", cosine(30, 0.05, clip=1.0),
        options={"width": 0.25, "stem_strides": (1, 1, 2)}),
    "ResNet-20": Network("CIFARResNet", cosine(20, 0.1), (20,)),
    "WRN-16-4": Network("WideResNet", cosine(30, 0.1), (16, 4)),
    "DenseNet-BC-40-12": Network(
        "CIFARDenseNet", cosine(40, 0.1, l2=1e-4), (40, 12),
        {"bottleneck": True, "compression": 0.5}),
    "ResNet-9": Network("ResNet9", cosine(24, 0.1), (64,)),
    "ResNet-9, quarter": Network("ResNet9", cosine(16, 0.1), (16,)),
}
# fmt: on
