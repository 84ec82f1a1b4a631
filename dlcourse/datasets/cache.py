"""Arrays kept in the data folder: written at once or not at all, checked when read."""

import hashlib
import io
import os
import tempfile
import warnings
from pathlib import Path

import numpy as np

DIGEST = hashlib.sha256().digest_size  # bytes


def data_folder():
    """Where data sets are kept: $DLCOURSE_DATA, or else ~/.cache/dlcourse."""
    folder = os.environ.get("DLCOURSE_DATA") or Path.home() / ".cache" / "dlcourse"
    return Path(folder).expanduser()


def cached(name, make):
    """The arrays of ``make()``, a dictionary, from the data folder if they are there.

    A file that does not match its checksum is never used: it is made again. A folder
    that cannot be written to costs the time to make the arrays, nothing else.
    """
    path = data_folder() / "embedded" / f"{name}.npz"
    try:
        return read(path)
    except OSError:
        pass  # not there yet, or no folder to read from
    except DamagedCache as error:
        warnings.warn(f"{error} It is made again.", stacklevel=2)
    arrays = make()
    try:
        write(path, arrays)
    except OSError as error:
        warnings.warn(f"{name} is not kept for the next time: {error}", stacklevel=2)
    return arrays


class DamagedCache(Exception):
    """A file in the data folder is not what was written."""


def read(path):
    """Dictionary of arrays; DamagedCache if the file is not what `write` wrote."""
    content = path.read_bytes()
    payload, digest = content[:-DIGEST], content[-DIGEST:]
    if hashlib.sha256(payload).digest() != digest:
        raise DamagedCache(f"{path} is damaged: its SHA-256 checksum does not match.")
    with np.load(io.BytesIO(payload)) as arrays:
        return dict(arrays)


def write(path, arrays):
    """Write a dictionary of arrays as .npz, and behind it the SHA-256 of its bytes.

    The file appears under its name when it is complete: of two processes that write at
    once the later one wins, and a reader sees one of the two, whole.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    buffer = io.BytesIO()
    np.savez(buffer, **arrays)
    payload = buffer.getvalue()
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f"{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(payload + hashlib.sha256(payload).digest())
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
