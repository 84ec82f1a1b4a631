"""What ``dlcourse train`` does: train a network of the catalog on a data set."""

import dataclasses
import re
from dataclasses import dataclass, field
from pathlib import Path

import keras

from dlcourse import datasets, training
from dlcourse.cli import results
from dlcourse.course import runs_folder
from dlcourse.lecture import quiet
from dlcourse.models import catalog


@dataclass(frozen=True)
class Config:
    """The options of the command; None for the value of the recipe or the catalog."""

    network: str
    dataset: str
    epochs: int | None = None
    batch_size: int | None = None
    image_size: int | None = None  # height and width in pixels
    recipe: str | None = None
    arguments: dict = field(default_factory=dict)  # of the network's constructor
    augment: tuple = ()
    precision: str | None = None
    seed: int = 0

    @property
    def row(self):
        """The network's row of the catalog; ValueError if there is none."""
        return catalog.get(self.network)

    @property
    def size(self):
        """Height and width of the images in pixels."""
        return self.image_size or self.row.input_shape[0]

    @property
    def folder_name(self):
        """A name for the folder of results, such as densenet-bc-100-12-digits."""
        words = f"{self.row.name} {Path(self.dataset).name}".lower()
        return re.sub(r"[^a-z0-9]+", "-", words).strip("-")

    def choose_recipe(self):
        """Name of the recipe, and its `Recipe` for these epochs and this batch size."""
        name = self.recipe or self.row.recipe
        recipe = training.find_recipe(name)
        recipe = recipe.shortened(self.epochs) if self.epochs else recipe
        return name, recipe.scaled(self.batch_size) if self.batch_size else recipe

    def build(self, split):
        """The network for a `Split`; ValueError if it has more than one output."""
        shape = (self.size, self.size, split.channels)
        options = {"classes": len(split.classes)} | self.arguments
        model = self.row.build(input_shape=shape, **options)
        if len(model.outputs) > 1:
            raise ValueError(
                f"{model.name} has {len(model.outputs)} outputs: choose the network "
                "without its auxiliary heads."
            )
        return model


def train_network(config, out=None):
    """Train, or resume, and write the results; gives the error rate in a sentence.

    Args:
        config: a `Config`.
        out: the folder for checkpoints and results, else one in runs/.

    Raises:
        ValueError: for a name that does not exist; the message lists those that do.
        OSError, RuntimeError: as `training.fit_recipe`.
    """
    name, recipe = config.choose_recipe()
    out = Path(out or runs_folder() / config.folder_name)
    devices = prepare_devices(config)
    shard = (devices.host, devices.hosts)
    split, data, validation = load_data(config, recipe.batch_size, shard)
    print(describe_recipe(name, recipe, data.steps))
    model = config.build(split)
    settings = dataclasses.asdict(config)
    settings |= {"backend": devices.backend, "precision": devices.precision}
    history = training.fit_recipe(
        *(model, recipe, data, validation),
        seed=config.seed,
        folder=out / f"checkpoints-{devices.host}",
        settings=settings,
        label=config.row.name,
    )
    print(f"Weights: {results.digest(model.get_weights())}")
    if devices.host > 0:
        return "Host 0 writes the results."
    return evaluate(config, split, model.get_weights(), history, out)


def load_data(config, batch_size, shard):
    """The `Split`, and its batches for training and for validation on one host."""
    augmentation = training.augmentation(config.augment, config.seed)
    split = datasets.train_validation_split(config.dataset, config.size, config.seed)
    data = datasets.Epochs(
        *(split.train, batch_size, augmentation, config.seed),
        shuffle_buffer=split.shuffle_buffer,
        shard=shard,
    )
    return split, data, datasets.validation_batches(split.validation, batch_size, shard)


def prepare_devices(config):
    """Seed all random numbers; choose and use `Devices`, and print the reasons."""
    keras.utils.set_random_seed(config.seed)
    with quiet():  # GPU drivers log what they do not find
        devices = training.choose_devices(config.precision)
        devices.use()
    print(devices)
    return devices


def describe_recipe(name, recipe, steps):
    """The recipe in a sentence; ``steps`` are the batches of an epoch."""
    return (
        f"Recipe: {name} ({recipe.source}); {round(recipe.epochs)} epochs of "
        f"{steps} batches of {recipe.batch_size}, learning rate {recipe.rate:.4g}."
    )


def evaluate(config, split, weights, history, out):
    """Save the network and its results on all validation images, on this host alone."""
    if keras.distribution.distribution() is not None:
        keras.distribution.set_distribution(None)
    model = config.build(split)
    model.set_weights(weights)
    model.save(out / "model.keras")
    _, recipe = config.choose_recipe()
    batches = datasets.validation_batches(split.validation, recipe.batch_size)
    return results.write(out, model, batches, split.classes, history)
