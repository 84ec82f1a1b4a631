"""Working copies of the lectures: a term of teaching, and pulls in the middle of it."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import nbformat
import pytest
from nbformat import v4
from typer.testing import CliRunner

from dlcourse.cli import copies
from dlcourse.cli.main import app

ROOT = Path(__file__).parents[1]
NAMES = ("01_perceptron.ipynb", "02_losses.ipynb")


def write(path, *sources, outputs=()):
    """A notebook of code cells, of which the first has outputs."""
    cells = [
        v4.new_code_cell(source, id=f"cell{i}") for i, source in enumerate(sources)
    ]
    cells[0].outputs = [v4.new_output("stream", text=text) for text in outputs]
    nbformat.write(v4.new_notebook(cells=cells), path)


def text(path):
    return path.read_text(encoding="utf-8")


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A course of two lectures."""
    folder = tmp_path / "course"
    (folder / "lectures").mkdir(parents=True)
    for name in NAMES:
        write(folder / "lectures" / name, f"print('{name}, version 1')")
    monkeypatch.setattr("dlcourse.course.ROOT", folder)
    return folder


@pytest.fixture
def own(course):
    """The folder of working copies, made."""
    assert copies.make_copies() == []
    return course / "my_lectures"


def test_copies_are_made_once(course, own):
    assert [path.name for path in sorted(own.glob("*.ipynb"))] == list(NAMES)
    write(own / NAMES[0], "mine")
    (own / NAMES[1]).unlink()
    before = text(own / NAMES[0])
    assert copies.make_copies() == []
    assert text(own / NAMES[0]) == before
    assert text(own / NAMES[1]) == text(course / "lectures" / NAMES[1])
    assert ".reveal" in text(own / "rise.css")


def test_an_update_without_news_changes_nothing(own):
    write(own / NAMES[0], "mine")
    before = text(own / NAMES[0])
    assert copies.update_copies() == ["All working copies are of the present version."]
    assert text(own / NAMES[0]) == before
    assert len(list(own.glob("*.ipynb"))) == 2


def test_what_was_only_run_is_replaced_and_what_was_edited_is_kept(course, own):
    lectures = course / "lectures"
    source = json.loads(text(own / NAMES[0]))["cells"][0]["source"]
    write(own / NAMES[0], "".join(source), outputs=["my output"])
    write(own / NAMES[1], "my own example")
    for name in NAMES:
        write(lectures / name, f"print('{name}, version 2')")
    assert copies.make_copies() == list(NAMES)  # told, not done
    assert "my own example" in text(own / NAMES[1])
    first, second = copies.update_copies()
    assert first == "01_perceptron.ipynb: new version"
    assert second.startswith(
        "02_losses.ipynb: new version; yours is now 02_losses-edit"
    )
    kept = own / second.split()[-1]
    assert "my own example" in text(kept)
    for name in NAMES:
        assert text(own / name) == text(lectures / name)
    assert copies.make_copies() == []
    write(own / NAMES[1], "another example")
    write(lectures / NAMES[1], "version 3")
    (line,) = copies.update_copies()  # on the same day: under a name of its own
    assert own / line.split()[-1] != kept
    assert "my own example" in text(kept)
    assert "another example" in text(own / line.split()[-1])


def test_other_slides_are_a_new_version(course, own):
    lecture = course / "lectures" / NAMES[0]
    notebook = nbformat.read(lecture, as_version=4)
    notebook.cells[0].metadata["slideshow"] = {"slide_type": "slide"}
    nbformat.write(notebook, lecture)
    assert copies.make_copies() == [NAMES[0]]
    assert copies.update_copies() == [f"{NAMES[0]}: new version"]


@pytest.mark.parametrize("content", ["", "[1", "{}"])
def test_without_the_versions_every_copy_is_kept(course, own, content):
    (own / copies.VERSIONS).write_text(content)
    write(course / "lectures" / NAMES[0], "version 2")
    lines = copies.update_copies()
    assert any("yours is now 01_perceptron-edited" in line for line in lines)
    assert len(list(own.glob("01*.ipynb"))) == 2
    assert len(list(own.glob("02*.ipynb"))) == 1  # the same as the lecture


def test_a_copy_that_is_no_notebook_is_kept(course, own):
    (own / NAMES[0]).write_text("half written")
    write(course / "lectures" / NAMES[0], "version 2")
    (line,) = copies.update_copies()
    assert text(own / line.split()[-1]) == "half written"


def test_a_pull_in_mid_term_does_not_conflict(course, tmp_path, monkeypatch):
    def git(folder, *command):
        name = ["-c", "user.name=x", "-c", "user.email=x@example.org"]
        done = subprocess.run(
            ["git", "-C", folder, *name, *command], capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    shutil.copyfile(ROOT / ".gitignore", course / ".gitignore")
    git(course, "init", "-q", "-b", "main")
    git(course, "add", "-A")
    git(course, "commit", "-q", "-m", "term begins")
    term = tmp_path / "term"
    git(tmp_path, "clone", "-q", str(course), str(term))
    monkeypatch.setattr("dlcourse.course.ROOT", term)
    copies.make_copies()
    for name in NAMES:  # run and edited in Lab
        write(term / "my_lectures" / name, "edited", outputs=["run"])
    assert git(term, "status", "--porcelain") == ""
    for name in NAMES:
        write(course / "lectures" / name, "version 2")
    git(course, "commit", "-q", "-a", "-m", "version 2")
    git(term, "pull", "-q")
    assert "version 2" in text(term / "lectures" / NAMES[0])
    assert len(copies.update_copies()) == 2
    assert git(term, "status", "--porcelain") == ""


def test_the_commands(course, monkeypatch):
    started = []
    monkeypatch.setattr(os, "execv", lambda path, command: started.append(command))
    monkeypatch.setattr(os, "geteuid", lambda: 1000, raising=False)
    run = CliRunner().invoke
    assert run(app, ["lab"]).exit_code == 0
    assert "--LabApp.default_url=/lab/tree/my_lectures/index.ipynb" in started[0]
    write(course / "lectures" / NAMES[0], "version 2")
    assert "New versions: 01_perceptron.ipynb. dlcourse" in run(app, ["lab"]).output
    assert "01_perceptron.ipynb: new version" in run(app, ["update"]).output
    assert "present version" in run(app, ["update"]).output
