"""Any data set in two parts: one to train on, one to measure with."""

from dataclasses import dataclass
from pathlib import Path

from dlcourse.datasets.access import fetch, info
from dlcourse.datasets.folder import read_folder
from dlcourse.datasets.pipeline import read
from dlcourse.datasets.split import stratified

FIFTH = "train[80%:]"


@dataclass(frozen=True)
class Parts:
    """Single examples to train on and held out, as ``tf.data`` pipelines.

    ``waiting`` is among how many `Epochs` may shuffle, ``channels`` those of an image.
    """

    training: object
    waiting: int
    held_out: object
    classes: tuple
    channels: int


def in_parts(name, image_size, seed=0):
    """`Parts` of an embedded set, a set of TFDS, or a folder with a folder per class.

    Held out is a set's validation or test split; where there is none a fifth, of a
    folder a fifth of each class, the same for the same seed.
    """
    if Path(name).is_dir():
        return folder_in_parts(name, image_size, seed)
    fetch(name)
    about = info(name)
    split = next((s for s in ("validation", "test") if s in about.sizes), FIFTH)
    training, waiting = read(
        name, "train[:80%]" if split == FIFTH else "train", image_size
    )
    held_out, _ = read(name, split, image_size)
    return Parts(training, waiting, held_out, about.classes, about.image_shape[2])


def folder_in_parts(path, image_size, seed=0):
    """`Parts` of a folder of images, which is read into memory."""
    import tensorflow as tf

    images, labels, classes = read_folder(path, image_size)
    kept, held_out = stratified(labels, 0.2, seed)
    training = tf.data.Dataset.from_tensor_slices((images[kept], labels[kept]))
    rest = tf.data.Dataset.from_tensor_slices((images[held_out], labels[held_out]))
    return Parts(training, len(kept), rest, classes, 3)
