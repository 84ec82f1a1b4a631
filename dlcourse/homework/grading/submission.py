"""Choose the notebook of a submission, and read it without trusting it."""

import json
import re
from collections import Counter
from dataclasses import dataclass

from dlcourse.homework import questions
from dlcourse.homework.grading.collect import LARGEST
from dlcourse.homework.grading.table import printable

CODE = 5000  # characters of an answer that a page shows
COMPARED = 20  # notebooks of a submission that are opened to choose one
NO_NOTEBOOK, TOO_LARGE = "no notebook", "too large"
NOT_A_NOTEBOOK = "not a notebook"


class Unreadable(Exception):
    """A submission that has no notebook to run; its text is the status.

    ``remark`` is a sentence for the student, or nothing.
    """

    def __init__(self, status, remark=""):
        super().__init__(status)
        self.remark = remark


@dataclass(frozen=True)
class Cell:
    """A code cell: its source, and nbgrader's identifier, "" where it has none."""

    source: str
    grade_id: str
    locked: bool


@dataclass(frozen=True)
class Notebook:
    """The notebook that is graded: its cells, its file, and those that are not."""

    cells: list[Cell]
    file: str
    others: tuple[str, ...] = ()


def notebook(submission, handed_out, exercise):
    """The `Notebook` of a submission that answers most. Raises `Unreadable`.

    Where several answer as much, it is the one with the name of ``exercise``, then the
    newest. ``handed_out`` are the cells of the exercise.
    """
    found = candidates(submission)
    if not found:
        listed = ", ".join("/".join(entry.parts) for entry in submission.entries[:5])
        remark = f"What was handed in is no notebook: {listed}." if listed else ""
        raise Unreadable(NO_NOTEBOOK, remark)
    read, first = [], None
    for entry in found[:COMPARED]:
        try:
            cells = code_cells(entry.read)
        except Unreadable as error:
            first = first or error
            continue
        close = entry.name == exercise, entry.name[:3] == exercise[:3]
        rank = (answered(cells, handed_out), *close, entry.stamp, -len(entry.parts))
        read.append((rank, "/".join(entry.parts), cells))
    if not read:
        raise first
    read.sort(key=lambda one: one[:2])
    _, file, cells = read.pop()
    return Notebook(cells, file, tuple(other for _, other, _ in read))


def candidates(submission):
    """The entries that are notebooks by their name; a browser may add .txt or .json."""
    return [
        entry
        for entry in submission.entries
        if entry.read and re.search(r"\.ipynb(\.txt|\.json)?$", entry.name.lower())
    ]


def answered(cells, handed_out):
    """How many of the cells that were to be filled in are no longer as given."""
    given = {
        cell.grade_id: cell.source.strip()
        for cell in handed_out
        if cell.grade_id and not cell.locked
    }
    own = {
        cell.grade_id
        for cell in cells
        if given.get(cell.grade_id, cell.source.strip()) != cell.source.strip()
    }
    return len(own)


def code_cells(read):
    """The code cells of a notebook, in their order. Raises `Unreadable`.

    ``read`` gives at most so many bytes of it.
    """
    try:
        content = read(LARGEST + 1)
    except OSError:
        raise Unreadable(NO_NOTEBOOK) from None
    if len(content) > LARGEST:
        raise Unreadable(TOO_LARGE)
    try:
        cells = parsed(content)["cells"]
        return [code_cell(cell) for cell in cells if cell["cell_type"] == "code"]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise Unreadable(NOT_A_NOTEBOOK) from None


def parsed(content):
    """The JSON in some bytes; an old editor may have saved them as Latin-1."""
    try:
        return json.loads(content)
    except UnicodeDecodeError:
        return json.loads(content.decode("latin-1"))


def code_cell(cell):
    """A `Cell` from the JSON of a code cell; TypeError where it is none."""
    source = "".join(cell["source"])
    metadata = cell.get("metadata")
    nbgrader = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    nbgrader = nbgrader if isinstance(nbgrader, dict) else {}
    grade_id = nbgrader.get("grade_id", "")
    grade_id = whole(grade_id)[:200] if isinstance(grade_id, str) else ""
    return Cell(whole(source), grade_id, bool(nbgrader.get("locked")))


def whole(text):
    """Text in which half a character has become a question mark."""
    return text.encode(errors="replace").decode()


def code_of(names, cells):
    """The cells that define each function, as text, by the function's name."""
    found = {}
    for name in names:
        start = re.compile(rf"^\s*def {name}\b", re.MULTILINE)
        own = [c.source for c in cells if c.grade_id == name or start.search(c.source)]
        if own:
            found[name] = "\n\n".join(own)[:CODE]
    return found


def remarks(submission, notebook):
    """Sentences on how a notebook was handed in."""
    if submission.late:
        yield "Canvas says that it was handed in late."
    if notebook.others:
        others = printable(", ".join(notebook.others))[:300]
        yield f"Other notebooks were handed in and not graded: {others}."


def homework_of(submissions):
    """Number of the homework that most of these submissions belong to.

    By the number that a notebook's name begins with, else by its cells. ValueError
    where nothing tells.
    """
    votes = Counter(number for one in submissions for number in numbers(one))
    if not votes:
        raise ValueError(
            "No submission tells which homework it is: none is named like "
            "01_topic.ipynb, and no cell has the identifier of a question."
        )
    return votes.most_common(1)[0][0]


def class_of(submissions):
    """Number of the class that most of these submissions' notebooks name; else 0."""
    votes = Counter(number for one in submissions for number in classes(one))
    return votes.most_common(1)[0][0] if votes else 0


def classes(submission):
    """The class that a submission's first notebook names, if it can be read."""
    for entry in candidates(submission)[:1]:
        try:
            number = parsed(entry.read(LARGEST + 1))["metadata"]["dlcourse"]["class"]
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            number = 0  # the exercises of the repository name none
        yield number if type(number) is int and 0 <= number < 2**63 else 0


def numbers(submission):
    """The homework that a submission's files name, or else the one of its cells."""
    entries = candidates(submission)
    named = [m[1] for e in entries if (m := re.match(r"([\dP]\d)_", e.name))]
    if known := [number for number in named if number in questions.HOMEWORKS]:
        return sorted(set(known))
    ids = set()
    for entry in entries[:1]:
        try:
            ids = {cell.grade_id for cell in code_cells(entry.read)}
        except Unreadable:
            continue
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
