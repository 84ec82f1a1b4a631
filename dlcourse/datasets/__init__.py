"""Data: embedded sets, toy sets, and one door to these and everything TFDS knows."""

from dlcourse.datasets.about import Info
from dlcourse.datasets.access import fetch, info, names
from dlcourse.datasets.cache import data_folder
from dlcourse.datasets.epochs import Epochs, load_epochs
from dlcourse.datasets.folder import from_folder, read_folder
from dlcourse.datasets.parts import Parts, in_parts
from dlcourse.datasets.pipeline import arrays, from_arrays, load
from dlcourse.datasets.tfds_sets import DataUnavailable
from dlcourse.datasets.toy import rings, spirals, xor

__all__ = [
    "DataUnavailable",
    "Epochs",
    "Info",
    "Parts",
    "arrays",
    "data_folder",
    "fetch",
    "from_arrays",
    "from_folder",
    "in_parts",
    "info",
    "load",
    "load_epochs",
    "names",
    "read_folder",
    "rings",
    "spirals",
    "xor",
]
