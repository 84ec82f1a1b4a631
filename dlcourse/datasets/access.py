"""Which data sets there are, what they are, and fetching them before the lecture."""

import re
from pathlib import Path

from dlcourse.datasets import alice
from dlcourse.datasets.cache import data_folder
from dlcourse.datasets.embedded import EMBEDDED, embedded
from dlcourse.datasets.folder import folders
from dlcourse.datasets.structured import STRUCTURED, structured
from dlcourse.datasets.tfds_sets import DataUnavailable, refuse_structured
from dlcourse.similar import did_you_mean

CATALOGUED = re.compile(r"\w+(/[\w.+-]+)?(:[\d.*]+)?")  # of TFDS: name/config:version


def names():
    """The embedded sets of pictures with a class each, which are always there."""
    return tuple(EMBEDDED)


def embedded_sets():
    """The `Info` of every set that comes with the course."""
    return [module.INFO for module in (EMBEDDED | STRUCTURED).values()]


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


def check_name(name):
    """ValueError for what is neither a folder nor may be a set of labelled pictures.

    A name that TensorFlow Datasets may know passes: its catalogue needs TensorFlow.
    """
    path = Path(name).expanduser()
    if path.is_dir() or name in EMBEDDED:
        return
    refuse_structured(name)
    if path.exists():
        raise ValueError(
            f"{name} is a file: give a folder that has a folder of pictures for each "
            "class (an archive is unpacked first)."
        )
    inside = path.parent.is_dir()
    if (inside and path.parent != Path()) or not CATALOGUED.fullmatch(name):
        known = [p.name for p in folders(path.parent)] if inside else []
        raise ValueError(f"There is no folder {name}.{did_you_mean(path.name, known)}")


def look_up(name):
    """`check_name`, and in the catalogue of TensorFlow Datasets for other names."""
    check_name(name)
    if not Path(name).expanduser().is_dir():
        info(name)
