"""Which data sets there are, what they are, and fetching them before the lecture."""

from dlcourse.datasets.cache import data_folder
from dlcourse.datasets.embedded import EMBEDDED, embedded


def names():
    """The embedded sets, which are always there."""
    return tuple(EMBEDDED)


def info(name):
    """Info on an embedded set or on any set of TensorFlow Datasets."""
    if name in EMBEDDED:
        return EMBEDDED[name].INFO
    from dlcourse.datasets.tfds_sets import describe

    return describe(name)


def fetch(name):
    """Download or generate a set, unless it is there already; the folder it is in."""
    if name in EMBEDDED:
        embedded(name)
        return data_folder() / "embedded"
    from dlcourse.datasets.tfds_sets import prepared

    return prepared(name).data_path
