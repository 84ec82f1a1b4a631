"""Data: embedded sets, toy sets, and one door to these and everything TFDS knows."""

from dlcourse.datasets.about import Info
from dlcourse.datasets.access import fetch, info, names
from dlcourse.datasets.cache import data_folder
from dlcourse.datasets.epochs import Epochs, validation_batches
from dlcourse.datasets.folder import from_folder, read_folder
from dlcourse.datasets.pipeline import arrays, from_arrays, load
from dlcourse.datasets.tfds_sets import DataUnavailable
from dlcourse.datasets.toy import rings, spirals, xor
from dlcourse.datasets.train_validation import Split, train_validation_split

__all__ = [
    "DataUnavailable",
    "Epochs",
    "Info",
    "Split",
    "arrays",
    "data_folder",
    "fetch",
    "from_arrays",
    "from_folder",
    "info",
    "load",
    "names",
    "read_folder",
    "rings",
    "spirals",
    "train_validation_split",
    "validation_batches",
    "xor",
]
