"""Data: embedded sets, toy sets, and one door to these and everything TFDS knows."""

from dlcourse.arguments import check_all
from dlcourse.datasets.about import Info
from dlcourse.datasets.access import (
    check_name,
    embedded_sets,
    fetch,
    info,
    look_up,
    names,
)
from dlcourse.datasets.adding import adding_problem
from dlcourse.datasets.alice import alice_text, text_windows
from dlcourse.datasets.cache import data_folder
from dlcourse.datasets.epochs import Epochs, validation_batches
from dlcourse.datasets.examples import as_arrays
from dlcourse.datasets.folder import damage_told
from dlcourse.datasets.image_file import read_image
from dlcourse.datasets.kinds import KINDS
from dlcourse.datasets.masks import mask_arrays, object_crops
from dlcourse.datasets.normalize import normalization
from dlcourse.datasets.notes import NOTES, notes
from dlcourse.datasets.picture import evaluation_crops
from dlcourse.datasets.pipeline import arrays, from_arrays, load
from dlcourse.datasets.preprocessing import Preprocessing
from dlcourse.datasets.speech import noisy_windows
from dlcourse.datasets.structured import feature_arrays
from dlcourse.datasets.tfds_sets import DataUnavailable
from dlcourse.datasets.toy import mixture, mixture_centres, rings, spirals, xor
from dlcourse.datasets.train_validation import Split, train_validation_split

__all__ = [
    "NOTES",
    "DataUnavailable",
    "Epochs",
    "Info",
    "Preprocessing",
    "Split",
    "adding_problem",
    "alice_text",
    "arrays",
    "as_arrays",
    "check_name",
    "damage_told",
    "data_folder",
    "embedded_sets",
    "evaluation_crops",
    "feature_arrays",
    "fetch",
    "from_arrays",
    "info",
    "load",
    "look_up",
    "mask_arrays",
    "mixture",
    "mixture_centres",
    "names",
    "noisy_windows",
    "normalization",
    "notes",
    "object_crops",
    "read_image",
    "rings",
    "spirals",
    "text_windows",
    "train_validation_split",
    "validation_batches",
    "xor",
]

check_all(globals(), KINDS)
