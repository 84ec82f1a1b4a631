"""Files of arrays that are there entirely or not at all, and checked when read."""

import contextlib
import hashlib
import io
import json
import os
import uuid

import numpy as np

DIGEST = hashlib.sha256().digest_size  # bytes


class DamagedFile(Exception):
    """The content of a file is not what was written."""


class BusyFolder(RuntimeError):
    """Another process writes into this folder."""


@contextlib.contextmanager
def atomic_write(path):
    """A binary file that gets its name when the block ends without an error.

    Until then it stands beside ``path`` under a name of its own: of two processes that
    write at once the later one wins, and a reader sees one of the two, whole.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f"{path.name}.{uuid.uuid4().hex}")
    try:
        with open(temporary, "x+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())  # on the disk before it gets its name
        os.replace(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def save_arrays(path, arrays):
    """Write a dictionary of arrays as .npz, and behind it the SHA-256 of its bytes.

    The checksums inside an .npz leave out the names of its arrays.
    """
    with atomic_write(path) as file:
        np.savez(file, **arrays)
        file.seek(0)
        file.write(hashlib.file_digest(file, "sha256").digest())


def load_arrays(path):
    """The dictionary that `save_arrays` wrote; DamagedFile if the file is another."""
    content = path.read_bytes()
    payload, digest = content[:-DIGEST], content[-DIGEST:]
    if hashlib.sha256(payload).digest() != digest:
        raise DamagedFile(f"{path} is damaged: its SHA-256 checksum does not match.")
    with np.load(io.BytesIO(payload)) as arrays:
        return dict(arrays)


def load_shipped(path, sha256):
    """The arrays of an .npz that comes with the package; DamagedFile for another file.

    sha256: of the file, 64 hexadecimal digits.
    """
    content = path.read_bytes()
    if hashlib.sha256(content).hexdigest() != sha256:
        raise DamagedFile(
            f"{path} is damaged: its SHA-256 checksum does not match. Install dlcourse "
            "again, or restore the file from the repository."
        )
    with np.load(io.BytesIO(content)) as arrays:
        return dict(arrays)


def save_checkpoint(path, arrays, state):
    """Write a list of arrays, and a dictionary of numbers and text, into one file.

    OSError that says what is left, where the disk is full or cannot be written to.
    """
    named = {str(number): array for number, array in enumerate(arrays)}
    try:
        save_arrays(path, named | {"state": np.array(json.dumps(state))})
    except OSError as error:
        raise OSError(
            error.errno,
            f"The checkpoint {path} could not be written: {error.strerror}. Finished "
            "checkpoints are still there: make room and start again to resume",
        ) from error


def load_checkpoint(path):
    """The list and dictionary of `save_checkpoint`; DamagedFile as `load_arrays`."""
    arrays = load_arrays(path)
    if "state" not in arrays:
        raise DamagedFile(f"{path} is no checkpoint of this course.")
    state = json.loads(str(arrays.pop("state")))
    return list(arrays.values()), state


@contextlib.contextmanager
def only_writer(folder):
    """Keep other processes out of a folder that is made when needed, for a block.

    The operating system holds the lock, in the file ``.lock``: when a process dies, its
    lock is free. BusyFolder where another process is in the block.
    """
    from filelock import FileLock, Timeout

    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / ".lock", timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise BusyFolder(
            f"Another process is writing into {folder}: wait for it, or choose another "
            "folder."
        ) from None
    try:
        yield
    finally:
        lock.release()
