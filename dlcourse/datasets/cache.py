"""Arrays kept in the data folder: written at once or not at all, checked when read."""

import os
import tempfile
import warnings
from pathlib import Path

from dlcourse.files import DamagedFile, load_arrays, save_arrays


def data_folder():
    """Where data sets are kept: $DLCOURSE_DATA, or else ~/.cache/dlcourse.

    For a user without a home, as in some containers, a folder for temporary files.
    """
    if given := os.environ.get("DLCOURSE_DATA"):
        return Path(given).expanduser()
    try:
        return Path.home() / ".cache" / "dlcourse"
    except RuntimeError:
        return Path(tempfile.gettempdir()) / "dlcourse"


def cached(name, make):
    """The arrays of ``make()``, a dictionary, from the data folder if they are there.

    A file that does not match its checksum is never used: it is made again. A folder
    that cannot be written to costs the time to make the arrays, nothing else.
    """
    path = data_folder() / "embedded" / f"{name}.npz"
    try:
        return load_arrays(path)
    except OSError:
        pass  # not there yet, or no folder to read from
    except DamagedFile as error:
        warnings.warn(f"{error} It is made again.", stacklevel=2)
    arrays = make()
    try:
        save_arrays(path, arrays)
    except OSError as error:
        warnings.warn(f"{name} is not kept for the next time: {error}", stacklevel=2)
    return arrays
