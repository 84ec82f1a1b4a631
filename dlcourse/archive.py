"""Arrays and a dictionary in one file, which is there entirely or not at all."""

import json
import os
import zipfile

import numpy as np

DAMAGED = (zipfile.BadZipFile, EOFError, KeyError, OSError, ValueError)


def write(path, values, state):
    """Write arrays and a dictionary so that the file is there entirely or not at all.

    OSError that says what is left, where the disk is full or cannot be written to.
    """
    part = path.with_suffix(".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(part, "wb") as file:
            np.savez(file, *values, state=np.array(json.dumps(state)))
            file.flush()
            os.fsync(file.fileno())  # on the disk before it gets its name
        os.replace(part, path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise OSError(
            error.errno,
            f"The checkpoint {path} could not be written: {error.strerror}. Finished "
            "checkpoints are still there: make room and start again to resume",
        ) from error


def read(path):
    """Arrays and dictionary of such a file; one of DAMAGED where it is not whole."""
    with np.load(path) as file:  # the archive holds a checksum of each array
        state = json.loads(str(file["state"]))
        return [file[f"arr_{i}"] for i in range(len(file.files) - 1)], state
