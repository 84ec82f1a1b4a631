"""A student's own copy of an exercise: start it, and see its score."""

import shutil
import subprocess
from pathlib import Path

from dlcourse.course import find_exercise, work_folder
from dlcourse.homework import questions
from dlcourse.homework.score import TRAINING, is_scored
from dlcourse.homework.verdict import MARKS, WRONG
from dlcourse.notebooks import one_sided_widgets


def start_exercise(number):
    """Copy an exercise into work/; gives the copy's path.

    FileExistsError where it was started before; else as `find_exercise`.
    """
    path = find_exercise(number)
    own = work_folder() / path.name
    own.parent.mkdir(exist_ok=True)
    if own.exists():
        raise FileExistsError(f"{own} is there already, and stays as it is.")
    shutil.copyfile(path, own)
    return own


def score_notebook(path, timeout):
    """Run a notebook without opening it; gives the lines of its score.

    Cells that fail, never end or end the kernel are named, and do not stop the others.
    ``timeout`` is in seconds per cell, more than a check takes; a project has
    `score.TRAINING`. FileNotFoundError and ValueError where there is no notebook of a
    homework.
    """
    path = Path(path)
    notebook = read(path)
    asked = questions.of(path.name[:2])
    if any(map(is_scored, asked)):
        timeout = max(timeout, TRAINING)
    own = len(notebook.cells)
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("grade"):
            cell.source = ""  # its check is made below, once
    notebook.cells += [check_cell(question.name) for question in asked]
    stopped = run(notebook, path, timeout)
    lines = list(faults(notebook.cells[:own], stopped))
    earned = 0
    for i, question in enumerate(asked, own):
        if i in stopped:
            lines.append(f"{MARKS[WRONG]} {question.name}: {stopped[i]}\n")
        lines += [o.text for o in notebook.cells[i].outputs if "text" in o]
        earned += sum(map(points, notebook.cells[i].outputs))
    total = sum(question.points for question in asked)
    return "".join([*lines, f"{earned} of {total} points\n"])


def run(notebook, path, timeout):
    """Run all cells; gives what is said of those that had to be left out, by number.

    A cell that never ends takes the kernel with it: it is emptied, and all others run
    once more.
    """
    stopped = {}
    while True:
        found = execute(notebook, path, timeout)
        if not found:
            return stopped
        number, sentence = found
        stopped[number] = sentence
        notebook.cells[number].source = ""


def execute(notebook, path, timeout):
    """Run all cells; gives the number of the cell that ended it and how, or None."""
    from nbclient import NotebookClient
    from nbclient.exceptions import CellTimeoutError, DeadKernelError

    one_sided_widgets()
    started = []
    client = NotebookClient(
        notebook,
        timeout=timeout,
        allow_errors=True,
        kernel_name="python3",
        extra_arguments=["--log-level=ERROR"],  # else it warns of its own sockets
        resources={"metadata": {"path": str(path.parent)}},
        on_cell_start=lambda cell, cell_index: started.append(cell_index),
    )
    client.log.setLevel("CRITICAL")  # what it would say is said below
    try:
        client.execute(stderr=subprocess.DEVNULL)
    except CellTimeoutError:
        return started[
            -1
        ], f"it takes more than {timeout:g} s. Is there an endless loop?"
    except DeadKernelError:
        return started[-1], "it ended the whole program: exit, or a crash."
    return None


def read(path):
    """The notebook of a homework; FileNotFoundError or ValueError if it is none."""
    import nbformat

    if not path.is_file():
        raise FileNotFoundError(
            f"There is no notebook {path}. Begin one with: dlcourse start NN"
        )
    try:
        questions.of(path.name[:2])
    except ValueError as error:
        raise ValueError(
            f"{error} A notebook's name begins with the number of its homework."
        ) from None
    try:
        return nbformat.read(path, as_version=4)
    except (AttributeError, KeyError, TypeError, ValueError):
        raise ValueError(f"{path} is damaged, or not a notebook.") from None


def check_cell(name):
    """A cell behind a student's own that checks an answer, and gives its points."""
    import nbformat

    return nbformat.v4.new_code_cell(
        "import dlcourse.homework.checking\n"
        f"dlcourse.homework.checking.check({name!r}, globals().get({name!r}, ...))"
    )


def points(output):
    """The points that an output of `check_cell` holds."""
    return int(output.data["text/plain"]) if "data" in output else 0


def faults(cells, stopped):
    """A line for each code cell that stopped with an error, or had to be stopped."""
    numbers = [i for i, cell in enumerate(cells) if cell.cell_type == "code"]
    for number, i in enumerate(numbers, 1):
        name = cells[i].metadata.get("nbgrader", {}).get("grade_id", "")
        cell = f"Code cell {number} ({name})" if name else f"Code cell {number}"
        if i in stopped:
            yield f"{cell}: {stopped[i]}\n"
        for output in cells[i].outputs:
            if output.output_type == "error":
                yield f"{cell} stops with {output.ename}: {output.evalue}\n"
