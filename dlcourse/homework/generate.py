"""Make exercises/ from solutions/: ``make exercises``."""

import copy
from pathlib import Path

import nbformat

BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
STUB = "raise NotImplementedError"


def exercise(notebook):
    """A copy of a solutions notebook without answers, outputs and counts."""
    notebook = copy.deepcopy(notebook)
    for cell in notebook.cells:
        cell.source = stub(cell.source)
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return notebook


def stub(source):
    """A cell's source with each answer between the markers replaced by the stub.

    Outside of a function it is ``...``, which runs: training is not judged. ValueError
    where the markers do not come in pairs.
    """
    kept, inside = [], False
    for line in source.splitlines():
        mark = line.strip()
        if mark in (BEGIN, END):
            if (mark == BEGIN) == inside:
                raise ValueError(f"{mark} without its partner in:\n{source}")
            inside = mark == BEGIN
            if inside:
                kept.append(line.replace(BEGIN, STUB if line != mark else "..."))
        elif not inside:
            kept.append(line)
    if inside:
        raise ValueError(f"{BEGIN} without its partner in:\n{source}")
    return "\n".join(kept)


def generate(solutions, exercises):
    """Write an exercise for each notebook in the folder ``solutions``."""
    Path(exercises).mkdir(exist_ok=True)
    for path in sorted(Path(solutions).glob("*.ipynb")):
        notebook = exercise(nbformat.read(path, as_version=4))
        nbformat.write(notebook, Path(exercises, path.name))


if __name__ == "__main__":
    generate("solutions", "exercises")
