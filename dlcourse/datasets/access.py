"""Which data sets there are, what they are, and fetching them before the lecture."""

from dlcourse.datasets import alice
from dlcourse.datasets.cache import data_folder
from dlcourse.datasets.embedded import EMBEDDED, embedded
from dlcourse.datasets.structured import STRUCTURED, structured
from dlcourse.datasets.tfds_sets import DataUnavailable


def names():
    """The embedded sets of pictures with a class each, which are always there."""
    return tuple(EMBEDDED)


def info(name):
    """Info on an embedded set or on any set of TensorFlow Datasets."""
    if name == alice.INFO.name:
        return alice.INFO
    if name in EMBEDDED or name in STRUCTURED:
        return (EMBEDDED | STRUCTURED)[name].INFO
    from dlcourse.datasets.tfds_sets import describe

    return describe(name)


def fetch(name):
    """Download or generate a set, unless it is there already; the folder it is in.

    DataUnavailable where that fails, or where it cannot be kept.
    """
    if name in EMBEDDED or name in STRUCTURED:
        embedded(name) if name in EMBEDDED else structured(name)
        folder = data_folder() / "embedded"
        if not list(folder.glob(f"{name}-*.npz")):
            raise DataUnavailable(
                f"{name} cannot be kept in {folder}: make room there, or set "
                "DLCOURSE_DATA. Until then it is made anew each time."
            )
        return folder
    from dlcourse.datasets.tfds_sets import prepared

    return prepared(name).data_path
