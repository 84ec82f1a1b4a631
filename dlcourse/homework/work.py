"""A student's own copy of an exercise: start it, and see its score."""

import shutil
from pathlib import Path

from dlcourse.course import find_exercise, work_folder
from dlcourse.homework import questions


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


def score_notebook(path, timeout=60):
    """Run a notebook without opening it; gives the lines of its score.

    Cells that fail are named, and do not stop the others. ``timeout`` is in seconds per
    cell: TimeoutError beyond it. RuntimeError where a cell ends the kernel,
    FileNotFoundError and ValueError where there is no notebook of a homework.
    """
    path = Path(path)
    notebook = read(path)
    last = score_cell(path.name[:2])
    notebook.cells.append(last)
    execute(notebook, path, timeout)
    scored = "".join(output.get("text", "") for output in last.outputs)
    return "".join(faults(notebook)) + scored


def execute(notebook, path, timeout):
    """Run all cells of a notebook that lies at the path; errors as `score_notebook`."""
    from nbclient import NotebookClient
    from nbclient.exceptions import CellTimeoutError, DeadKernelError

    started = []
    client = NotebookClient(
        notebook,
        timeout=timeout,
        allow_errors=True,
        kernel_name="python3",
        extra_arguments=["--log-level=ERROR"],  # else it warns of its own sockets
        resources={"metadata": {"path": str(path.parent)}},
        on_cell_start=lambda cell, cell_index: started.append(cell),
    )
    try:
        client.execute()
    except CellTimeoutError:
        raise TimeoutError(
            f"{path}: this cell takes more than {timeout} s. Is there an endless loop?"
            f"\n\n{started[-1].source}"
        ) from None
    except DeadKernelError:
        raise RuntimeError(
            f"{path}: this cell ended the kernel.\n\n{started[-1].source}"
        ) from None


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


def score_cell(homework):
    """The cell that is put behind a student's own, to score them."""
    import nbformat

    return nbformat.v4.new_code_cell(
        "import dlcourse.homework.checking\n"
        f"dlcourse.homework.checking.score({homework!r}, globals())"
    )


def faults(notebook):
    """A line for each code cell that stopped with an error."""
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for number, cell in enumerate(cells, 1):
        for output in cell.outputs:
            if output.output_type == "error":
                error = f"{output.ename}: {output.evalue}"
                yield f"Code cell {number} stops with {error}\n"
