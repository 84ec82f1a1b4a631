"""The repairs of nbval in conftest.py: each is seen at work on a small notebook."""

import os
import shutil
import subprocess
import sys
import time
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from nbformat import v4, write

ROOT = Path(__file__).parent.parent
NATIVE = "import os\nwritten = [os.write(number, b'x') for number in (1, 2)]"
PYTHON = "import sys\nprint('from Python', file=sys.stderr)"
WARNING = "import warnings\nwarnings.warn('of Python')"
PROGRESS = "import os\nprint(os.environ['TQDM_DISABLE'])"
FIGURE = """from IPython.display import display
display({"image/png": "bmV3", "text/plain": "<Figure 640x480>"}, raw=True)"""


def value(text):
    return v4.new_output("execute_result", data={"text/plain": text})


def stream(name, text):
    return v4.new_output("stream", name=name, text=text)


def figure(text):
    data = {"image/png": "b2xk", "text/plain": text}
    return v4.new_output("display_data", data=data)


# source, stored outputs, and the words of the failure (None: it passes)
CELLS = {
    "value": ("1 + 1", [value("2")], None),
    "other value": ("1 + 1", [value("3")], "Cell outputs differ"),
    "semicolon": ("1 + 1;", [], None),
    "semicolon and a value": ("1 + 1;", [value("2")], "Missing output"),
    "stdout and stderr of native code": (NATIVE, [], None),
    "stderr of Python": (PYTHON, [stream("stderr", "from Python\n")], None),
    "stderr of Python, not stored": (PYTHON, [], "Unexpected output"),
    "warning, not stored": (WARNING, [], "Unexpected output"),
    "no progress bars": (PROGRESS, [stream("stdout", "1\n")], None),
    "figure": (FIGURE, [figure("<Figure 640x480>")], None),
    "figure of another size": (FIGURE, [figure("<Figure 64x48>")], "outputs differ"),
}
ENDINGS = {
    "kernel dies": ("import os\nos._exit(1)", 1, "The kernel died"),
    "never run": ("x = 1", None, "never run"),
}


def notebook(path, cells):
    """Store code cells given as (source, execution count, outputs)."""
    code = [
        v4.new_code_cell(source, execution_count=count, outputs=outputs)
        for source, count, outputs in cells
    ]
    kernel = {"display_name": "x", "language": "python", "name": "of-another-machine"}
    write(v4.new_notebook(cells=code, metadata={"kernelspec": kernel}), path)


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory):
    """Run all notebooks in one pytest; gives {(notebook, cell): failure}, seconds."""
    folder = tmp_path_factory.mktemp("nbval")
    for name in ("conftest.py", "pyproject.toml"):
        shutil.copy(ROOT / name, folder)
    stored = enumerate(CELLS.values(), start=1)
    cells = [(source, number, outputs) for number, (source, outputs, _) in stored]
    notebook(folder / "cells.ipynb", cells)
    for name, (source, count, _) in ENDINGS.items():
        notebook(folder / f"{name}.ipynb", [(source, count, [])])
    command = [sys.executable, "-m", "pytest", "--nbval", "--junitxml=report.xml", "."]
    environment = os.environ.copy()  # nbval runs inside this test and would inherit it
    environment.pop("TQDM_DISABLE", None)
    start = time.monotonic()
    subprocess.run(command, cwd=folder, env=environment, stdout=subprocess.DEVNULL)
    seconds = time.monotonic() - start
    failures = {}
    for case in ElementTree.parse(folder / "report.xml").iter("testcase"):
        failure = case.find("failure")
        failures[case.get("classname"), case.get("name")] = getattr(failure, "text", "")
    return failures, seconds


@pytest.mark.parametrize("name", CELLS)
def test_cell(outcomes, name):
    failure = outcomes[0]["cells.ipynb", f"Cell {list(CELLS).index(name)}"]
    expected = CELLS[name][-1]
    assert expected in failure if expected else not failure


@pytest.mark.parametrize("name", ENDINGS)
def test_ending(outcomes, name):
    assert ENDINGS[name][-1] in outcomes[0][f"{name}.ipynb", "Cell 0"]


def test_a_dead_kernel_is_noticed_before_the_cells_limit(outcomes, pytestconfig):
    assert outcomes[1] < 60 < pytestconfig.option.nbval_cell_timeout
