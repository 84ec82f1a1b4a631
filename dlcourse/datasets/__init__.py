"""Data: embedded sets, toy sets, and one door to these and everything TFDS knows."""

from dlcourse.datasets.about import Info
from dlcourse.datasets.access import fetch, info, names
from dlcourse.datasets.adding import adding_problem
from dlcourse.datasets.cache import data_folder
from dlcourse.datasets.epochs import Epochs, validation_batches
from dlcourse.datasets.examples import as_arrays
from dlcourse.datasets.folder import damage_told
from dlcourse.datasets.image_file import read_image
from dlcourse.datasets.normalize import normalization
from dlcourse.datasets.picture import evaluation_crops
from dlcourse.datasets.pipeline import arrays, from_arrays, load
from dlcourse.datasets.preprocessing import Preprocessing
from dlcourse.datasets.structured import feature_arrays
from dlcourse.datasets.tfds_sets import DataUnavailable
from dlcourse.datasets.toy import rings, spirals, xor
from dlcourse.datasets.train_validation import Split, train_validation_split

__all__ = [
    "DataUnavailable",
    "Epochs",
    "Info",
    "Preprocessing",
    "Split",
    "adding_problem",
    "arrays",
    "as_arrays",
    "damage_told",
    "data_folder",
    "evaluation_crops",
    "feature_arrays",
    "fetch",
    "from_arrays",
    "info",
    "load",
    "names",
    "normalization",
    "read_image",
    "rings",
    "spirals",
    "train_validation_split",
    "validation_batches",
    "xor",
]
