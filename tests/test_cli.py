"""The ``dlcourse`` command: what it runs, what it prints, and its exit codes."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbformat import v4
from typer.testing import CliRunner

from dlcourse import cli, datasets
from dlcourse.cli import run
from dlcourse.cli.options import parse_value

KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}


def dlcourse(*words):
    return CliRunner().invoke(cli.app, words)


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A course of one lecture, which claims what its parameters say."""
    (tmp_path / "lectures").mkdir()
    monkeypatch.setattr("dlcourse.course.ROOT", tmp_path)
    parameters = v4.new_code_cell('PROFILE = "quick"\nLIMIT = 3')
    parameters.metadata["tags"] = ["parameters"]
    claim = "from dlcourse.lecture import claim\nclaim(f'{PROFILE} {LIMIT}', LIMIT > 2)"
    cells = [parameters, v4.new_code_cell(claim)]
    notebook = v4.new_notebook(cells=cells, metadata={"kernelspec": KERNEL})
    nbformat.write(notebook, tmp_path / "lectures/07_lenet.ipynb")
    return tmp_path


@pytest.mark.parametrize("words", [["--help"], ["train", "--help"], ["data", "list"]])
def test_what_needs_no_backend_imports_none(words):
    """Time depends on the machine; what takes it is the import of these."""
    code = (
        "import sys\n"
        "from dlcourse.cli import app\n"
        f"app({words}, standalone_mode=False)\n"
        "slow = {'keras', 'tensorflow', 'matplotlib', 'pandas', 'sklearn'}\n"
        "print('imported:', slow & set(sys.modules))\n"
    )
    printed = subprocess.check_output([sys.executable, "-c", code], text=True)
    assert printed.endswith("imported: set()\n")


def test_help_needs_no_arrays():
    code = "import sys, dlcourse.cli.main; print('numpy' in sys.modules)"
    assert subprocess.check_output([sys.executable, "-c", code], text=True) == "False\n"


def test_run_keeps_the_copy_and_lists_the_claims(course):
    result = dlcourse("run", "7", "--profile", "full", "-p", "LIMIT", "5")
    assert result.exit_code == 0
    (copy,) = (course / "runs").glob("07_lenet-full-*.ipynb")
    expected, _, rest = result.stdout.partition("\n")
    assert expected.startswith("07_lenet, full: at most 24 hours on an A100, 24 GB")
    assert rest == f"{copy}\n\n✓ full 5\n"


def test_what_a_full_run_has_not_shown_is_listed_last(course):
    lecture = course / "lectures/07_lenet.ipynb"
    notebook = nbformat.read(lecture, as_version=4)
    notebook.metadata["full"] = {"gpu_hours": 2.5}
    source = (
        "from dlcourse.lecture import observe, profile\nprofile(PROFILE, {}, {})\n"
        "observe('it learns', False)\nobserve('it runs', True)"
    )
    notebook.cells.insert(1, v4.new_code_cell(source))
    nbformat.write(notebook, lecture)
    result = dlcourse("run", "7", "--profile", "full")
    assert result.exit_code == 0
    assert "at most 2.5 hours" in result.stdout
    assert result.stdout.endswith("\n✓ it runs\n✓ full 3\n✗ it learns\n")
    stopped = dlcourse("run", "7")
    assert stopped.exit_code == 1
    assert "AssertionError: ✗ it learns" in stopped.output


def test_a_rehearsal_that_fails_ends_with_1(course):
    result = dlcourse("run", "7", "--rehearse", "-p", "LIMIT", "1")
    assert result.exit_code == 1
    assert "cell 1: AssertionError: ✗ full 1" in result.stdout
    assert dlcourse("run", "7", "--rehearse").exit_code == 0


TWICE = """
import os, pathlib
folder = pathlib.Path(os.environ["DLCOURSE_RUN"])
before = folder.exists()
folder.mkdir(parents=True, exist_ok=True)
assert before, "the power went out"
"""


def test_a_full_run_that_broke_off_finds_its_checkpoints(course):
    lecture = course / "lectures/07_lenet.ipynb"
    notebook = nbformat.read(lecture, as_version=4)
    notebook.cells.append(v4.new_code_cell(TWICE))
    nbformat.write(notebook, lecture)
    first = dlcourse("run", "7", "--profile", "full")
    assert "AssertionError: the power went out" in first.output
    (kept,) = (course / "runs/checkpoints").iterdir()
    assert "KeyError: 'DLCOURSE_RUN'" in dlcourse("run", "7").output
    other = dlcourse("run", "7", "--profile", "full", "-p", "LIMIT", "5")
    assert "AssertionError: the power went out" in other.output
    assert dlcourse("run", "7", "--profile", "full").exit_code == 0
    assert not kept.exists()


def test_run_tells_a_claim_that_does_not_hold(course):
    result = dlcourse("run", "-p", "LIMIT", "-1", "07")
    assert result.exit_code == 1
    assert "07_lenet failed in cell" in result.output
    assert "AssertionError: ✗ quick -1" in result.output
    assert list((course / "runs").glob("*.ipynb"))


def test_run_lists_the_lectures_when_there_is_no_such(course):
    result = dlcourse("run", "99")
    assert result.exit_code == 1
    assert "07_lenet" in result.output


def test_run_refuses_parameters_that_the_lecture_does_not_have(course):
    result = dlcourse("run", "7", "-p", "LIMITS", "5")
    assert result.exit_code == 1
    assert "no parameter LIMITS; it has PROFILE, LIMIT" in result.output


def test_parameters_are_python_values_or_text():
    values = [3, 0.001, True, [1, 2], "resnet"]
    assert [parse_value(str(value)) for value in values] == values


def test_lab_opens_the_lectures(course, monkeypatch):
    started = []
    monkeypatch.setattr(os, "execv", lambda path, command: started.extend(command))
    monkeypatch.setattr(os, "geteuid", lambda: 1000, raising=False)
    assert dlcourse("lab", "--no-browser").exit_code == 0
    assert started[:3] == [sys.executable, "-m", "jupyterlab"]
    assert f"--ServerApp.root_dir={course}" in started
    (looks,) = [word for word in started if "static_custom_path=" in word]
    assert Path(looks.split("=")[-1], "custom.css").is_file()
    assert started[-1] == "--no-browser"


def test_lab_tells_root_what_to_type(course, monkeypatch):
    started = []
    monkeypatch.setattr(os, "execv", lambda path, command: started.extend(command))
    monkeypatch.setattr(os, "geteuid", lambda: 0, raising=False)
    result = dlcourse("lab")
    assert result.exit_code == 1
    assert not started
    assert "As root type dlcourse lab --allow-root" in result.output
    assert dlcourse("lab", "--allow-root").exit_code == 0
    assert started[-1] == "--allow-root"


def test_lab_says_where_it_looked(tmp_path, monkeypatch):
    monkeypatch.setattr("dlcourse.course.ROOT", tmp_path)
    monkeypatch.chdir(tmp_path)
    result = dlcourse("lab", "--allow-root")
    assert result.exit_code == 1
    assert str(tmp_path) in result.output


def test_data_list_and_info():
    listed = dlcourse("data", "list").output
    for name in datasets.names():
        assert name in listed
        assert datasets.info(name).licence in dlcourse("data", "info", name).output


def test_data_fetch_tells_the_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("DLCOURSE_DATA", str(tmp_path))
    result = dlcourse("data", "fetch", "digits")
    assert result.exit_code == 0
    assert str(tmp_path) in result.output


def test_data_fetch_ends_with_the_reason(monkeypatch):
    def offline(name):
        raise RuntimeError("no network for mnist")

    monkeypatch.setattr(datasets, "fetch", offline)
    result = dlcourse("data", "fetch", "mnist")
    assert (result.exit_code, result.output) == (1, "no network for mnist\n")


def test_runs_of_the_same_second_keep_their_copies(tmp_path):
    copies = {run.new_file(tmp_path, "01_a-quick-20261127", ".ipynb") for _ in range(3)}
    assert {path.name for path in copies} == {
        *("01_a-quick-20261127.ipynb", "01_a-quick-20261127-2.ipynb"),
        "01_a-quick-20261127-3.ipynb",
    }


@pytest.mark.parametrize("words", [("run", "7"), ("start", "07")])
def test_a_course_that_cannot_be_written_to_is_a_sentence(words, course, monkeypatch):
    def refused(path, *_, **__):
        raise PermissionError(13, "Permission denied", str(path))

    (course / "exercises").mkdir()
    shutil.copy(course / "lectures/07_lenet.ipynb", course / "exercises")
    monkeypatch.setattr(Path, "mkdir", refused)
    monkeypatch.setattr(shutil, "copyfile", refused)
    result = dlcourse(*words)
    assert (result.exit_code, type(result.exception)) == (1, SystemExit)
    assert result.output.startswith(f"Permission denied: {course}")
