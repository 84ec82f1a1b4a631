"""The built wheel in an empty environment, and a notebook alone, as on Colab."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from dlcourse.course import ROOT, recorded_tables

pytestmark = pytest.mark.slow
NOTEBOOK = "01_perceptron_and_activations.ipynb"


def run(*command, cwd, **more):
    """Run a command outside of the course; its output, or AssertionError with it."""
    kept = {name: os.environ[name] for name in os.environ if not name.startswith("PY")}
    kept |= {"MPLBACKEND": "agg"} | more
    command = list(map(str, command))
    done = subprocess.run(command, cwd=cwd, env=kept, capture_output=True, text=True)
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def python(tmp_path_factory):
    """The Python of an environment that holds the wheel and what it depends on."""
    folder = tmp_path_factory.mktemp("wheel")
    uv = [sys.executable, "-m", "uv", "--quiet"]
    run(*uv, "build", "--wheel", "--out-dir", folder, ROOT, cwd=folder)
    (wheel,) = folder.glob("*.whl")
    run(*uv, "venv", "--python", sys.executable, folder / "venv", cwd=folder)
    python = folder / "venv/bin/python"
    pins = ["--constraint", ROOT / "constraints.txt"]
    run(*uv, "pip", "install", "--python", python, *pins, wheel, cwd=folder)
    return python


def test_the_wheel_is_the_package_with_its_data(python, tmp_path):
    where = run(python, "-c", "import dlcourse; print(dlcourse.__file__)", cwd=tmp_path)
    installed = Path(where.strip()).parent
    assert python.parent.parent in installed.parents

    def files(folder):
        found = {path.relative_to(folder) for path in folder.rglob("*.*")}
        return {path for path in found if "__pycache__" not in path.parts}

    tables = {"experiments" / path for path in files(ROOT / "experiments")}
    assert files(installed) == files(ROOT / "dlcourse") | tables


def test_every_table_that_a_lecture_reads_is_there(python, tmp_path):
    reads = "from dlcourse.lecture import recorded; print(len(recorded({!r})))"
    code = "; ".join(map(reads.format, recorded_tables()))
    assert "0" not in run(python, "-c", code, cwd=tmp_path).splitlines()


def test_the_command_answers(python, tmp_path):
    told = run(python, "-m", "dlcourse", "models", "LeNet-5, dense", cwd=tmp_path)
    assert "61,706 parameters" in told


def test_a_lecture_alone_runs(python, tmp_path):
    shutil.copy(ROOT / "lectures" / NOTEBOOK, tmp_path)
    made = tmp_path / "made.ipynb"
    run(python, "-m", "papermill", NOTEBOOK, made, cwd=tmp_path, JUPYTER_PATH="")
    cells = nbformat.read(made, as_version=4).cells
    code = [cell for cell in cells if cell.cell_type == "code"]
    assert all(cell.execution_count for cell in code if cell.source.strip())
    marks = sum("✓" in str(cell.outputs) for cell in code)
    assert marks >= 3
