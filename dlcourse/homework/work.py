"""A student's own copy of an exercise: begin it, and see its score."""

import shutil
from pathlib import Path

from dlcourse.homework import questions
from dlcourse.runner import course_folder


def start(number):
    """Copy an exercise into work/; gives the copy's path.

    ``number`` is "7" or "07". FileExistsError where it was begun before; ValueError
    with all exercises if there is none of this number.
    """
    folder = course_folder()
    exercises = sorted((folder / "exercises").glob("[0-9][0-9]_*.ipynb"))
    for path in exercises:
        if path.name.startswith(f"{number:0>2}_"):
            break
    else:
        listed = "".join(f"\n  {path.stem}" for path in exercises)
        raise ValueError(f"There is no exercise {number!r}. There are:{listed}")
    own = folder / "work" / path.name
    own.parent.mkdir(exist_ok=True)
    if own.exists():
        raise FileExistsError(f"{own} is there already, and stays as it is.")
    shutil.copyfile(path, own)
    return own


def score(path, timeout=60):
    """Run a notebook without opening it; gives the lines of its score.

    Cells that fail do not stop the others. ``timeout`` is in seconds per cell.
    """
    import nbformat
    from nbclient import NotebookClient
    from nbclient.exceptions import CellTimeoutError, DeadKernelError

    path = Path(path)
    homework = path.name[:2]
    questions.of(homework)  # ValueError where the name is not that of a homework
    notebook = nbformat.read(path, as_version=4)
    last = nbformat.v4.new_code_cell(
        "import dlcourse.homework.checking\n"
        f"dlcourse.homework.checking.score({homework!r}, globals())"
    )
    notebook.cells.append(last)
    where = {"metadata": {"path": str(path.parent)}}
    client = NotebookClient(
        notebook,
        timeout=timeout,
        allow_errors=True,
        kernel_name="python3",
        resources=where,
    )
    try:
        client.execute()
    except CellTimeoutError:
        raise TimeoutError(f"A cell of {path} took more than {timeout} s.") from None
    except DeadKernelError:
        raise RuntimeError(f"{path}: the kernel died.") from None
    return "".join(output.get("text", "") for output in last.outputs)
