"""The options of ``dlcourse train``: checked before a backend is loaded."""

import dataclasses
import hashlib
import json
import math
import re
from dataclasses import dataclass, field
from pathlib import Path

from dlcourse import datasets
from dlcourse.cli.definitions import check_arguments, check_recipe
from dlcourse.models import catalog

MAX_SIZE = 2_048  # pixels; NASNet-A large takes 331
STARTS = ("auto", "scratch", "imagenet")
CHANNELS = (1, 3)


@dataclass(frozen=True)
class Config:
    """The options of the command; None for what the plan chooses."""

    network: str
    dataset: str
    epochs: int | None = None
    batch_size: int | None = None
    image_size: int | None = None  # height and width in pixels
    rate: float | None = None
    recipe: str | None = None
    accumulate: int | None = None
    start: str = "auto"  # one of STARTS
    arguments: dict = field(default_factory=dict)  # of the network's constructor
    augment: tuple | None = None
    precision: str | None = None
    channels: int = 3  # of a folder's pictures: 3, or 1 for grey
    skip_unreadable: bool = False
    seed: int = 0

    def __post_init__(self):
        if self.start not in STARTS:
            raise ValueError(
                f"start={self.start!r}: choose one of {', '.join(STARTS)}."
            )
        if self.image_size is not None and self.image_size > MAX_SIZE:
            raise ValueError(
                f"image_size={self.image_size}: give at most {MAX_SIZE} pixels."
            )
        check_arguments(self.row, self.arguments)
        if self.recipe:
            check_recipe(self.recipe)
        if self.channels not in CHANNELS:
            raise ValueError(f"channels={self.channels}: choose 1 or 3.")
        if self.rate is not None and not 0 < self.rate < math.inf:
            raise ValueError(f"rate={self.rate}: give a number above 0, such as 0.1.")
        datasets.check_name(self.dataset)

    @property
    def row(self):
        """The network's row of the catalog; ValueError if there is none."""
        return catalog.get(self.network)

    @property
    def size(self):
        """Height and width of the images in pixels."""
        return self.image_size or self.row.input_shape[0]

    @property
    def data(self):
        """The data set by its name, or the folder by its path, however it was given."""
        path = Path(self.dataset).expanduser()
        return str(path.resolve()) if path.is_dir() else self.dataset


def folder_name(config):
    """A name for the folder of results that tells one training from another.

    Such as densenet-bc-100-12-digits-seed-0; and where there are other options, or the
    data are a folder, eight digits of a hash of these.
    """
    words = f"{config.row.name} {Path(config.data).name} seed {config.seed}".lower()
    name = re.sub(r"[^a-z0-9]+", "-", words).strip("-")
    if config == Config(config.network, config.dataset, seed=config.seed):
        options = {}
    else:
        options = dataclasses.asdict(config) | {"network": config.row.name}
    if options or Path(config.data).is_dir():
        text = json.dumps(
            options | {"dataset": config.data}, sort_keys=True, default=repr
        )
        name += f"-{hashlib.sha256(text.encode()).hexdigest()[:8]}"
    return name
