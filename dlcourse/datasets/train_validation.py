"""Any data set, split into one part for training and one for validation."""

from dataclasses import dataclass
from pathlib import Path

from dlcourse.datasets.access import fetch, info
from dlcourse.datasets.folder import split_folder
from dlcourse.datasets.pipeline import read_examples

LAST_FIFTH = "train[80%:]"


@dataclass(frozen=True)
class Split:
    """Examples for training and for validation, each as `Epochs` takes them.

    ``shuffle_buffer`` is how large that of `Epochs` may be, ``channels`` the number of
    an image's channels.
    """

    train: object
    shuffle_buffer: int
    validation: object
    classes: tuple
    channels: int


def train_validation_split(name, image_size, seed=0):
    """`Split` of an embedded set, a set of TFDS, or a folder with a folder per class.

    For validation it takes a set's validation or test split; where there is none the
    last fifth, of a folder a fifth of each class, the same for the same seed.
    """
    if Path(name).is_dir():
        train, validation, classes = split_folder(name, image_size, seed=seed)
        return Split(train, len(train[1]), validation, classes, train[0].shape[-1])
    fetch(name)
    about = info(name)
    validation_split = next(
        (s for s in ("validation", "test") if s in about.sizes), LAST_FIFTH
    )
    kept = "train[:80%]" if validation_split == LAST_FIFTH else "train"
    train, shuffle_buffer = read_examples(name, kept, image_size)
    validation, _ = read_examples(name, validation_split, image_size)
    return Split(train, shuffle_buffer, validation, about.classes, about.image_shape[2])
