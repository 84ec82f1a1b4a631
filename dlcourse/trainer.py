"""What ``dlcourse train`` does: a network of the catalog on a data set, to the end."""

import dataclasses
import hashlib
import re
from pathlib import Path

import keras
import numpy as np

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


def choose_recipe(row, name, epochs, batch_size):
    """The recipe of that name, or of the row's paper, for these epochs and batches."""
    name = name or RECIPES.get(row.constructor, OTHERWISE)
    recipe = training.find_recipe(name)
    recipe = recipe.shortened(epochs) if epochs else recipe
    recipe = recipe.scaled(batch_size) if batch_size else recipe
    return name, recipe


def train(
    network,
    dataset,
    epochs=None,
    batch_size=None,
    image_size=None,
    recipe=None,
    arguments=None,
    seed=0,
    out=None,
    augment=(),
    precision=None,
):
    """Train, or go on, and write the results into ``out``; they are told in a sentence.

    The arguments are the command's options. ValueError, which lists what is possible,
    for a name that is not there; other errors are those of `training.fit_recipe`.
    """
    row = catalog.get(network)
    recipe_name, recipe = choose_recipe(row, recipe, epochs, batch_size)
    layer = training.augmentation(augment, seed)
    size = image_size or row.input_shape[0]
    out = Path(out or Path("runs") / slug(f"{row.name} {Path(dataset).name}"))
    settings = {
        "network": row.name,
        "arguments": arguments or {},
        "dataset": dataset,
        "image_size": size,
        "augment": list(augment),
        "recipe": dataclasses.asdict(recipe),
        "seed": seed,
    }
    keras.utils.set_random_seed(seed)
    with quiet():  # drivers tell at length what they miss
        devices = training.choose_devices(precision)
        devices.use()
    print(devices)
    parts = datasets.in_parts(dataset, size, seed)
    share = (devices.host, devices.hosts)
    data = datasets.Epochs(
        parts.training, recipe.batch_size, layer, seed, parts.waiting, share
    )
    print(
        f"Recipe: {recipe_name} ({recipe.source}); {round(recipe.epochs)} epochs of "
        f"{data.steps} batches of {recipe.batch_size}, rate {recipe.rate:.4g}."
    )

    def build():
        shape = (size, size, parts.channels)
        options = {"classes": len(parts.classes)} | (arguments or {})
        return single_output(row.build(input_shape=shape, **options))

    model = build()
    history = training.fit_recipe(
        model,
        recipe,
        data,
        in_order(parts.held_out, recipe.batch_size, share),
        out / f"checkpoints-{devices.host}",
        settings | {"backend": devices.backend, "precision": devices.precision},
        label=row.name,
    )
    weights = model.get_weights()
    print(f"Weights: {digest(weights)}")
    if devices.host > 0:
        return "Host 0 writes the results."
    if devices.hosts > 1:
        keras.distribution.set_distribution(None)  # evaluate here alone
    model = build()
    model.set_weights(weights)
    model.save(out / "model.keras")
    held_out = in_order(parts.held_out, recipe.batch_size)
    return results.write(out, model, held_out, parts.classes, history)


def single_output(model):
    """The model; ValueError if it has more than one output."""
    if len(model.outputs) > 1:
        raise ValueError(
            f"{model.name} has {len(model.outputs)} outputs: choose the network "
            "without its auxiliary heads."
        )
    return model


def arguments_from(pairs):
    """["width=8"] as {"width": 8}; ValueError for what has no equals sign."""
    split = [pair.partition("=") for pair in pairs]
    for name, equals, _ in split:
        if not equals:
            raise ValueError(f"{name!r}: give an argument as NAME=VALUE.")
    return {name: value(text) for name, _, text in split}


def slug(text):
    """A name for a folder: "DenseNet-BC-100-12 digits" -> densenet-bc-100-12-digits."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def digest(weights):
    """Twelve figures that are other ones as soon as one bit of one weight is."""
    sha = hashlib.sha256()
    for array in weights:
        sha.update(np.ascontiguousarray(array).tobytes())
    return sha.hexdigest()[:12]
