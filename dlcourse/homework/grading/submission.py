"""Find the notebooks that students handed in, and read them without trusting them."""

import json
import os
import re
import stat
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from dlcourse.homework import questions

LARGEST = 10 * 2**20  # bytes of a notebook
NO_NOTEBOOK, TOO_LARGE = "no notebook", "too large"
NOT_A_NOTEBOOK = "not a notebook"


class Unreadable(Exception):
    """A submission that has no notebook to run; its text is the status."""


@dataclass(frozen=True)
class Cell:
    """A code cell: its source, and nbgrader's identifier, "" where it has none."""

    source: str
    grade_id: str
    locked: bool


def find(folder):
    """The path of each student's submission in a folder, by the student's name.

    A folder belongs to the student whose name it has, and so does a notebook.
    """
    found = {}
    for path in sorted(Path(folder).iterdir()):
        if path.name.startswith("."):
            continue
        name = path.name if path.is_dir() else path.stem
        name = name.encode(errors="replace").decode()
        if name in found:
            name = path.name
        found[name] = path
    return found


def notebook(path, exercise):
    """The notebook of a submission: the file itself, or the one in a folder.

    ``exercise`` is the name of the file that was handed out; it decides where a folder
    holds several. Raises `Unreadable`.
    """
    if not path.is_dir() or path.is_symlink():
        return path
    own = [
        p for p in sorted(path.rglob("*.ipynb")) if ".ipynb_checkpoints" not in p.parts
    ]
    named = [p for p in own if p.name == exercise]
    numbered = [p for p in own if p.name[:3] == exercise[:3]]
    for candidates in (named, numbered, own):
        if candidates:
            return candidates[0]
    raise Unreadable(NO_NOTEBOOK)


def code_cells(path):
    """The code cells of a notebook, in their order. Raises `Unreadable`."""
    try:
        content = json.loads(read(path))
        cells = [cell for cell in content["cells"] if cell["cell_type"] == "code"]
        return [code_cell(cell) for cell in cells]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise Unreadable(NOT_A_NOTEBOOK) from None


def read(path):
    """The bytes of a regular file, not too large. Raises `Unreadable`."""
    try:  # a link could lead to another student's work, a pipe would wait for ever
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        raise Unreadable(NO_NOTEBOOK) from None
    with open(handle, "rb") as file:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise Unreadable(NO_NOTEBOOK)
        content = file.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise Unreadable(TOO_LARGE)
    return content


def code_cell(cell):
    """A `Cell` from the JSON of a code cell; TypeError where it is none."""
    source = "".join(cell["source"])
    nbgrader = cell.get("metadata", {}).get("nbgrader", {})
    grade_id = nbgrader.get("grade_id", "")
    if not isinstance(grade_id, str):
        raise TypeError("grade_id")
    source.encode()  # ValueError where there is half a character
    return Cell(source, grade_id, bool(nbgrader.get("locked")))


def homework_of(paths):
    """Number of the homework that most of these submissions belong to.

    By the number that a notebook's name begins with, else by its cells. ValueError
    where nothing tells.
    """
    votes = Counter(number for path in paths for number in numbers(path))
    if not votes:
        raise ValueError(
            "No submission tells which homework it is: none is named like "
            "01_topic.ipynb, and no cell has the identifier of a question."
        )
    return votes.most_common(1)[0][0]


def numbers(path):
    """The homework that a submission names, or that its cells do; a list of one."""
    names = [path.name, *(p.name for p in path.rglob("*.ipynb"))]
    named = [m[1] for name in names if (m := re.match(r"(\d\d)_.*\.ipynb$", name))]
    if known := [number for number in named if number in questions.HOMEWORKS]:
        return known[:1]
    try:
        ids = {cell.grade_id for cell in code_cells(notebook(path, ""))}
    except Unreadable:
        return []
    asked = questions.QUESTIONS.values()
    votes = Counter(question.homework for question in asked if question.name in ids)
    return [number for number, _ in votes.most_common(1)]


def changes(cells, handed_out):
    """Sentences on what differs from the cells that were handed out."""
    given = {cell.grade_id: cell for cell in handed_out if cell.grade_id}
    order = [cell.grade_id for cell in cells if cell.grade_id in given]
    found = []
    for grade_id, cell in given.items():
        own = [c.source for c in cells if c.grade_id == grade_id]
        if not own:
            found.append(f"The cell {grade_id} is missing.")
        elif len(own) > 1:
            found.append(f"The cell {grade_id} is there {len(own)} times.")
        elif cell.locked and own[0].strip() != cell.source.strip():
            found.append(f"The cell {grade_id} was changed; that has no effect.")
    if order != [grade_id for grade_id in given if grade_id in order] and not any(
        count > 1 for count in Counter(order).values()
    ):
        found.append("The cells stand in another order.")
    strange = sorted({cell.grade_id for cell in cells} - set(given) - {""})
    if strange:
        found.append(f"Cells with an unknown identifier: {', '.join(strange)[:200]}.")
    return found
