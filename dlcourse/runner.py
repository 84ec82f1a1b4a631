"""Find a lecture and run it from the command line."""

import ast
import contextlib
import os
import shutil
from datetime import datetime
from pathlib import Path

ROOT = Path(__file__).parent.parent


class LectureFailed(RuntimeError):
    """A lecture stopped before its end; the message says where, and why."""


def course_folder():
    """The folder that holds lectures/: beside the package, or else where we are."""
    for folder in (ROOT, Path.cwd()):
        if (folder / "lectures").is_dir():
            return folder
    raise FileNotFoundError(
        f"There is no folder lectures/ in {ROOT} or {Path.cwd()}. The lectures come "
        "with the course's repository: run this command inside it."
    )


def find_lecture(number):
    """The notebook of a lecture, by its number ("7" or "07") or the start of its name.

    ValueError with all lectures if there is none.
    """
    lectures = sorted((course_folder() / "lectures").glob("[0-9][0-9]_*.ipynb"))
    start = f"{int(number):02}_" if number.isdecimal() else number
    for path in lectures:
        if path.stem.startswith(start):
            return path
    listed = "".join(f"\n  {path.stem}" for path in lectures)
    raise ValueError(f"There is no lecture {number!r}. There are:{listed}")


def run_lecture(path, parameters):
    """Run a copy of a lecture with other parameters; gives the copy's path.

    The copy stands in runs/ and is written again after every cell. All cells are run;
    in the full profile, what `training.fit_recipe` trains in a `run_folder` goes on
    where the last run stopped, if it was interrupted.
    """
    from nbclient.exceptions import DeadKernelError
    from papermill import PapermillExecutionError, execute_notebook

    check_parameters(path, parameters)
    name = f"{path.stem}-{parameters['PROFILE']}-{datetime.now():%Y%m%d-%H%M%S}.ipynb"
    copy = path.parent.parent / "runs" / name
    copy.parent.mkdir(exist_ok=True)
    try:
        with checkpoints(copy.parent, path.stem, parameters):
            execute_notebook(
                path,
                copy,
                parameters,
                cwd=path.parent,
                kernel_name="python3",
                # not what the kernel says of itself
                extra_arguments=["--log-level=ERROR"],
            )
    except PapermillExecutionError as error:
        traceback = "\n".join(error.traceback)
        raise LectureFailed(
            f"{traceback}\n\n{path.stem} failed in cell {error.cell_index + 1}: "
            f"{error.ename}: {error.evalue}\nThe copy up to there is {copy}"
        ) from None
    except DeadKernelError:
        raise LectureFailed(
            f"{path.stem}: the kernel died, most likely for want of memory.\n"
            f"The copy up to there is {copy}"
        ) from None
    return copy


@contextlib.contextmanager
def checkpoints(runs, name, parameters):
    """A folder for checkpoints in the full profile: removed unless the run breaks off.

    The lecture finds it in DLCOURSE_RUN. Other parameters have another folder.
    """
    if parameters["PROFILE"] != "full":
        yield
        return
    given = "-".join(f"{key}={value}" for key, value in parameters.items())
    folder = runs / "checkpoints" / f"{name}-{given}".replace(os.sep, "_")
    os.environ["DLCOURSE_RUN"] = str(folder)
    try:
        yield
    finally:
        del os.environ["DLCOURSE_RUN"]
    shutil.rmtree(folder, ignore_errors=True)


def check_parameters(path, parameters):
    """ValueError if the lecture does not have one of these parameters."""
    from papermill import inspect_notebook

    known = inspect_notebook(path)
    for name in parameters:
        if name not in known:
            listed = ", ".join(known)
            raise ValueError(f"{path.stem} has no parameter {name}; it has {listed}.")


def claims(path):
    """The claims that an executed notebook has shown, as printed by `claim`."""
    import nbformat

    notebook = nbformat.read(path, as_version=4)
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", ())]
    lines = "".join(output.get("text", "") for output in outputs).splitlines()
    return [line for line in lines if line.startswith("✓ ")]


def value(text):
    """What a parameter given as text means in Python: 3, 0.1, True, or the text."""
    try:
        return ast.literal_eval(text)
    except (SyntaxError, ValueError):
        return text
