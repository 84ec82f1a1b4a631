"""Kills, disks, clocks, folders and users: what is lost, and what is said.

Cases that stand with what they test are listed in `ELSEWHERE`, not copied. Each test
here prints how many cases it tried.
"""

import contextlib
import errno
import os
import re
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import hostile_files
import keras
import numpy as np
import pytest

from dlcourse import files, training
from dlcourse.cli import model_file
from dlcourse.datasets import Preprocessing
from dlcourse.homework.grading import classes, judging, sandbox
from dlcourse.homework.grading.table import read_table

TESTS = Path(__file__).parents[1]
ELSEWHERE = {  # what goes wrong: where it is tried
    "a training is killed within an epoch": (
        "test_cli_train.py",
        "test_killed_training_resumes_to_the_same_weights",
    ),
    "a comparison is killed": (
        "test_compare.py",
        "test_killed_in_the_middle_it_resumes_to_the_same_table",
    ),
    "a grading is killed between two students": (
        "test_grading.py",
        "test_a_break_in_the_middle",
    ),
    "the power goes out while a checkpoint is written": (
        "test_train_resume.py",
        "test_a_cut_while_writing_leaves_no_half_checkpoint",
    ),
    "the disk is full while a checkpoint is written": (
        "test_train_resume.py",
        "test_a_full_disk_leaves_the_finished_checkpoints",
    ),
    "the disk is full while the table of a class is written": (
        "test_grading_tables.py",
        "test_a_full_disk_names_the_table",
    ),
    "the disk is full while a data set is fetched": (
        "test_datasets_pipeline.py",
        "test_a_full_disk_is_said",
    ),
    "the newest checkpoint is damaged": (
        "test_train_resume.py",
        "test_a_damaged_checkpoint_is_named_and_the_one_before_taken",
    ),
    "a byte of a file is another": ("test_files.py", "test_every_damage_is_found"),
    "a file of a data set is damaged": (
        "test_datasets.py",
        "test_damaged_file_is_found_and_made_again",
    ),
    "two processes write one file": ("test_files.py", "test_two_processes_at_once"),
    "two trainings into one folder, and the first dies": (
        "test_files.py",
        "test_a_folder_has_one_writer_and_that_of_a_dead_one_is_free",
    ),
    "two gradings into one table": (
        "test_grading.py",
        "test_of_two_runs_into_one_table_one_is_refused",
    ),
    "a user without a home": (
        "test_cli_doctor.py",
        "test_without_a_home_data_go_to_a_folder_that_is_named",
    ),
    "another training into the folder": (
        "test_cli_train.py",
        "test_a_folder_of_another_training_is_not_resumed",
    ),
}


def test_every_case_that_stands_elsewhere_is_there():
    for what, (file, name) in ELSEWHERE.items():
        text = (TESTS / file).read_text(encoding="utf-8")
        assert re.search(rf"^def {name}\(", text, re.MULTILINE), what
    print(f"{len(ELSEWHERE)} cases stand with what they test")


# A full disk while model.keras is written.


def classifier():
    inputs = keras.Input((8, 8, 1))
    x = keras.layers.Dense(64)(keras.layers.Flatten()(inputs))
    return keras.Model(inputs, keras.layers.Dense(3, "softmax")(x))


ABOUT = model_file.About("small", ("a", "b", "c"), Preprocessing(8))
FULL = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@contextlib.contextmanager
def small_disk(folder, size="12k"):
    """A real file system that is soon full; False where we may not mount one."""
    words = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
    try:
        mounted = subprocess.run(words, capture_output=True).returncode == 0
    except FileNotFoundError:  # no such command on this system
        mounted = False
    try:
        yield mounted
    finally:
        if mounted:
            subprocess.run(["umount", str(folder)], check=True)


def refuse(*arguments, **options):
    raise FULL


def half(self, path, *arguments, **options):
    """Keras's ``save`` on a disk that is full in the middle of the file."""
    Path(path).write_bytes(b"half")
    raise FULL


def assert_kept(folder):
    """Saving fails with a sentence, and the model before is there, and nothing else."""
    path = folder / "model.keras"
    path.write_bytes(b"the model before")
    with pytest.raises(OSError, match=r"model\.keras could not be written: No space"):
        model_file.save(path, classifier(), ABOUT)
    assert path.read_bytes() == b"the model before"
    assert [one.name for one in folder.iterdir()] == ["model.keras"]


FAULTS = [
    (keras.Model, "save", half),
    (zipfile.ZipFile, "writestr", refuse),
    (os, "replace", refuse),
]


@pytest.mark.parametrize(
    ("owner", "name", "fault"), FAULTS, ids=[name for _, name, _ in FAULTS]
)
def test_a_full_disk_while_the_model_is_written(
    tmp_path, monkeypatch, owner, name, fault
):
    monkeypatch.setattr(owner, name, fault)
    assert_kept(tmp_path)


def test_a_disk_that_is_really_full_while_the_model_is_written(tmp_path):
    with small_disk(tmp_path) as mounted:
        if not mounted:
            pytest.skip("a small disk can be mounted as root alone")
        assert_kept(tmp_path)
    print(f"{len(FAULTS) + 1} full disks tried")


# A kill at every step of a grading.

STUDENTS = ("anna", "ben")


def graded_in_a_process(submissions, out, last=None):
    """Grade in a process that kills itself at its ``last``-th change of a file.

    Returns whether it came to its end.
    """
    child = os.fork()
    if child == 0:
        try:
            if last is not None:
                sys.addaudithook(Killer(out.parent, last))
            classes.grade_class(submissions, out, classes.Options(jobs=1))
        except BaseException:
            os._exit(1)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL
        return False
    assert os.WEXITSTATUS(status) == 0
    return True


class Killer:
    """An audit hook: SIGKILL at the n-th time that a file is written or renamed."""

    CHANGES = ("os.rename", "os.remove", "os.mkdir")

    def __init__(self, folder, last):
        self.folder, self.left = str(folder), last

    def __call__(self, event, arguments):
        writes = event == "open" and isinstance(arguments[2], int)
        writes = writes and arguments[2] & (os.O_WRONLY | os.O_RDWR)
        if not (writes or event in self.CHANGES):
            return
        if str(arguments[0]).startswith(self.folder):
            self.left -= 1
            if self.left == 0:
                os.kill(os.getpid(), signal.SIGKILL)


def points(out):
    return {row["student"]: row["points"] for row in read_table(out).rows}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_kill_at_every_step_of_a_grading(tmp_path, monkeypatch):
    run = sandbox.Run([b'{"begun": true}', b'{"done": true}'])
    monkeypatch.setattr(sandbox, "start", lambda *arguments, **options: run)
    monkeypatch.setattr(sandbox, "why_not", lambda folder: "")
    monkeypatch.setattr(
        judging,
        "verdict",
        lambda question, *rest: judging.Verdict(
            question.name, "right", question.points
        ),
    )
    submissions = tmp_path / "class"
    submissions.mkdir()
    for student in STUDENTS:
        (submissions / f"{student}.ipynb").write_bytes(hostile_files.SOLVED)
    whole = tmp_path / "whole/grades.csv"
    assert graded_in_a_process(submissions, whole)
    kills, ended = 0, False
    while not ended:
        out = tmp_path / f"killed-{kills}/grades.csv"
        ended = graded_in_a_process(submissions, out, kills + 1)
        before = points(out) if out.exists() else {}
        assert graded_in_a_process(submissions, out)
        assert points(out) == points(whole)
        assert before.items() <= points(out).items()  # no row is lost
        pages = sorted(one.name for one in out.parent.glob("*feedback/*.html"))
        assert pages == sorted(
            one.name for one in whole.parent.glob("*feedback/*.html")
        )
        kills += not ended
    print(f"{kills} kills of a grading of {len(STUDENTS)}, no row lost")
    assert kills >= 5


# A clock that was set back.

HOUR = 3600


def test_the_newest_checkpoint_is_told_by_its_number_not_by_the_clock(tmp_path):
    network = classifier()
    network.compile("sgd", "sparse_categorical_crossentropy")
    callback = training.Checkpoints(tmp_path)
    callback.set_model(network)
    for epoch in (0, 1):
        network.set_weights([w * 0 + epoch for w in network.get_weights()])
        callback.on_epoch_end(epoch, {"loss": 1.0})
        path = tmp_path / f"epoch-{epoch + 1:05}.npz"
        moment = time.time() - epoch * 24 * HOUR  # the second is "older"
        os.utime(path, (moment, moment))
    assert training.Checkpoints(tmp_path).restore(network) == 2
    assert all(np.all(weight == 1) for weight in network.get_weights())


def test_files_are_written_with_a_clock_that_says_1990(tmp_path, monkeypatch):
    """Before 1980 they are not: no archive, such as Keras writes, has such a year."""
    monkeypatch.setattr(time, "time", lambda: 20 * 365.25 * 24 * HOUR)
    files.save_arrays(tmp_path / "a.npz", {"a": np.ones(3)})
    assert files.load_arrays(tmp_path / "a.npz")["a"].sum() == 3
    model_file.save(tmp_path / "model.keras", classifier(), ABOUT)
    assert model_file.read_about(tmp_path / "model.keras")[1] == ABOUT


def test_a_lock_of_tomorrow_is_free(tmp_path):
    lock = tmp_path / ".lock"
    lock.touch()
    os.utime(lock, (time.time() + 24 * HOUR,) * 2)
    with files.only_writer(tmp_path):
        pass
