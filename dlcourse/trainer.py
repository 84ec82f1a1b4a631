"""What ``dlcourse train`` does: a network of the catalog on a data set, to the end."""

import dataclasses
import re
from dataclasses import dataclass, field
from pathlib import Path

import keras

from dlcourse import datasets, results, training
from dlcourse.datasets.epochs import in_order
from dlcourse.lecture import quiet
from dlcourse.models import catalog
from dlcourse.runner import value

RECIPES = {  # constructor: its paper's recipe; all others take OTHERWISE
    "AlexNet": "AlexNet",
    "CIFARDenseNet": "DenseNet, CIFAR",
    "CIFARPreActResNet": "ResNet, CIFAR",
    "CIFARResNeXt": "ResNeXt, CIFAR",
    "CIFARResNet": "ResNet, CIFAR",
    "DenseNet": "DenseNet",
    "InceptionV3": "Inception v3",
    "PyramidNet": "PyramidNet",
    "ResNet": "ResNet",
    "ResNet9": "ResNet-9",
    "SENet": "SENet",
    "SEResNeXt": "SENet",
    "SEResNet": "SENet",
    "ShuffleNet": "ShuffleNet",
    "VGG": "VGG",
    "WideResNet": "Wide ResNet",
}
OTHERWISE = "bag of tricks"


@dataclass(frozen=True)
class Order:
    """What is to be trained: the options of the command. None: as recipe or row say."""

    network: str
    dataset: str
    epochs: int | None = None
    batch_size: int | None = None
    image_size: int | None = None
    recipe: str | None = None
    arguments: dict = field(default_factory=dict)  # of the network
    augment: tuple = ()
    precision: str | None = None
    seed: int = 0

    @property
    def row(self):
        """The network's row of the catalog; ValueError if there is none."""
        return catalog.get(self.network)

    @property
    def size(self):
        """Height and width of the images."""
        return self.image_size or self.row.input_shape[0]

    def chosen_recipe(self):
        """Name and `Recipe`, for these epochs and this batch size."""
        name = self.recipe or RECIPES.get(self.row.constructor, OTHERWISE)
        recipe = training.find_recipe(name)
        recipe = recipe.shortened(self.epochs) if self.epochs else recipe
        return name, recipe.scaled(self.batch_size) if self.batch_size else recipe

    def build(self, parts):
        """The network for these data; ValueError if it has more than one output."""
        shape = (self.size, self.size, parts.channels)
        options = {"classes": len(parts.classes)} | self.arguments
        model = self.row.build(input_shape=shape, **options)
        if len(model.outputs) > 1:
            raise ValueError(
                f"{model.name} has {len(model.outputs)} outputs: choose the network "
                "without its auxiliary heads."
            )
        return model


def train(order, out=None):
    """Train, or go on, and write the results into ``out``; they are told in a sentence.

    ValueError, which lists what is possible, for a name that is not there; other errors
    are those of `training.fit_recipe`.
    """
    name, recipe = order.chosen_recipe()
    layer = training.augmentation(order.augment, order.seed)
    out = Path(out or Path("runs") / slug(order))
    keras.utils.set_random_seed(order.seed)
    with quiet():  # drivers tell at length what they miss
        devices = training.choose_devices(order.precision)
        devices.use()
    print(devices)
    parts = datasets.in_parts(order.dataset, order.size, order.seed)
    share = (devices.host, devices.hosts)
    data = datasets.Epochs(
        parts.training, recipe.batch_size, layer, order.seed, parts.waiting, share
    )
    print(
        f"Recipe: {name} ({recipe.source}); {round(recipe.epochs)} epochs of "
        f"{data.steps} batches of {recipe.batch_size}, rate {recipe.rate:.4g}."
    )
    chosen = {"backend": devices.backend, "precision": devices.precision}
    model = order.build(parts)
    history = training.fit_recipe(
        model,
        recipe,
        data,
        in_order(parts.held_out, recipe.batch_size, share),
        out / f"checkpoints-{devices.host}",
        dataclasses.asdict(order) | chosen,
        label=order.row.name,
    )
    print(f"Weights: {results.digest(model.get_weights())}")
    if devices.host > 0:
        return "Host 0 writes the results."
    return evaluate(order, parts, model.get_weights(), history, out)


def evaluate(order, parts, weights, history, out):
    """Save the trained network and what it does on held-out images, on this host."""
    if keras.distribution.distribution() is not None:
        keras.distribution.set_distribution(None)
    model = order.build(parts)
    model.set_weights(weights)
    model.save(out / "model.keras")
    held_out = in_order(parts.held_out, order.chosen_recipe()[1].batch_size)
    return results.write(out, model, held_out, parts.classes, history)


def arguments_from(pairs):
    """["width=8"] as {"width": 8}; ValueError for what has no equals sign."""
    split = [pair.partition("=") for pair in pairs]
    for name, equals, _ in split:
        if not equals:
            raise ValueError(f"{name!r}: give an argument as NAME=VALUE.")
    return {name: value(text) for name, _, text in split}


def slug(order):
    """A name for the order's folder, such as densenet-bc-100-12-digits."""
    words = f"{order.row.name} {Path(order.dataset).name}".lower()
    return re.sub(r"[^a-z0-9]+", "-", words).strip("-")
