"""Files that are there entirely or not at all."""

import os
import subprocess
import sys

import numpy as np
import pytest

from dlcourse.files import (
    BusyFolder,
    DamagedFile,
    atomic_write,
    load_arrays,
    load_checkpoint,
    only_writer,
    save_arrays,
    save_checkpoint,
)


def test_what_was_saved_is_loaded(tmp_path):
    path = tmp_path / "new/folder/a.npz"
    arrays = [np.arange(3), np.ones((2, 1), "float32")] * 6  # more than ten: in order
    save_checkpoint(path, arrays, {"epoch": 3, "loss": [0.5]})
    loaded, state = load_checkpoint(path)
    assert state == {"epoch": 3, "loss": [0.5]}
    for ours, theirs in zip(loaded, arrays, strict=True):
        np.testing.assert_array_equal(ours, theirs)
        assert ours.dtype == theirs.dtype


@pytest.mark.parametrize("when", ["in the block", "fsync", "replace"])
@pytest.mark.parametrize("error", [KeyboardInterrupt, OSError])
def test_a_cut_in_the_middle_leaves_the_file_before(tmp_path, monkeypatch, when, error):
    def cut(*arguments):
        raise error

    def save():
        with atomic_write(path) as file:
            file.write(b"half")
            if when == "in the block":
                cut()

    path = tmp_path / "a.bin"
    path.write_bytes(b"before")
    if when != "in the block":
        monkeypatch.setattr(os, when, cut)
    with pytest.raises(error):
        save()
    assert path.read_bytes() == b"before"
    assert list(tmp_path.iterdir()) == [path]


def test_two_writers_at_once(tmp_path):
    path = tmp_path / "a.bin"
    with atomic_write(path) as first:
        with atomic_write(path) as second:
            first.write(b"first")
            second.write(b"second")
            assert not path.exists()
        assert path.read_bytes() == b"second"
    assert path.read_bytes() == b"first"
    assert list(tmp_path.iterdir()) == [path]


def test_two_processes_at_once(tmp_path):
    program = (
        "import sys, pathlib, numpy as np\n"
        "from dlcourse.files import load_arrays, save_arrays\n"
        "path, number = pathlib.Path(sys.argv[1]), int(sys.argv[2])\n"
        "for _ in range(100):\n"
        "    save_arrays(path, {'a': np.full(100_000, number)})\n"
        "    a = load_arrays(path)['a']\n"  # DamagedFile unless one writer's, whole
        "    assert a[0] in (1, 2) and (a == a[0]).all()\n"
    )
    path = tmp_path / "set.npz"
    both = [
        subprocess.Popen([sys.executable, "-c", program, path, number])
        for number in ("1", "2")
    ]
    assert [process.wait(60) for process in both] == [0, 0]
    assert list(tmp_path.iterdir()) == [path]


def test_every_damage_is_found(tmp_path):
    path = tmp_path / "a.npz"
    save_arrays(path, {"a": np.arange(5)})
    whole = path.read_bytes()
    damaged = [whole[:length] for length in range(len(whole))]
    for position, value in enumerate(whole):
        flipped = bytes([value ^ 4])
        damaged.append(whole[:position] + flipped + whole[position + 1 :])
    for content in damaged:
        path.write_bytes(content)
        with pytest.raises(DamagedFile, match=r"a\.npz is damaged"):
            load_arrays(path)


def test_a_file_of_arrays_alone_is_no_checkpoint(tmp_path):
    path = tmp_path / "a.npz"
    save_arrays(path, {"a": np.arange(5)})
    with pytest.raises(DamagedFile, match=r"a\.npz is no checkpoint"):
        load_checkpoint(path)


HOLDS = """
import sys, pathlib
from dlcourse.files import only_writer
with only_writer(pathlib.Path(sys.argv[1])):
    print("inside", flush=True)
    sys.stdin.read()
"""


def test_a_folder_has_one_writer_and_that_of_a_dead_one_is_free(tmp_path):
    folder = tmp_path / "new/folder"
    command = [sys.executable, "-c", HOLDS, folder]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, **pipes) as other:
        assert other.stdout.readline() == b"inside\n"
        with (
            pytest.raises(BusyFolder, match="Another process is writing into"),
            only_writer(folder),
        ):
            pass
        other.kill()
        other.wait()
        with only_writer(folder):
            pass
