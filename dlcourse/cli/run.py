"""What ``dlcourse run`` does: a lecture from top to bottom, with other parameters."""

import contextlib
import itertools
import os
import shutil
from datetime import datetime

from dlcourse.cli.options import when_stopped
from dlcourse.course import runs_folder
from dlcourse.notebooks import one_sided_widgets
from dlcourse.similar import did_you_mean

KERNEL = [  # its options
    "--log-level=CRITICAL",  # nothing of the kernel itself
    "--IPKernelApp.capture_fd_output=False",  # native output goes past the notebook
]


class LectureFailed(RuntimeError):
    """A lecture stopped before its end; the message says in which cell, and why."""


def run_lecture(path, parameters):
    """Run a copy of a lecture with other parameters; gives the copy's path.

    The copy lies in runs/ and is written again after every cell. All cells are run; in
    the full profile, what `training.fit_recipe` trains in a `run_folder` resumes from
    its last checkpoint if the last run was interrupted.

    Args:
        path: the lecture.
        parameters: name -> value; "PROFILE" must be among them.

    Raises:
        ValueError: for a parameter that the lecture does not have.
        LectureFailed: for an error in a cell.
    """
    check_parameters(path, parameters)
    runs = runs_folder()
    runs.mkdir(exist_ok=True)
    name = f"{path.stem}-{parameters['PROFILE']}-{datetime.now():%Y%m%d-%H%M%S}"
    copy = new_file(runs, name, ".ipynb")
    stopped = f"{copy} has the cells up to here."
    if parameters["PROFILE"] == "full":
        stopped += " The same command goes on after the last complete epoch."
    with when_stopped(stopped), checkpoint_folder(runs, path.stem, parameters):
        execute(path, copy, parameters)
    return copy


def new_file(folder, name, suffix):
    """An empty file that nobody else has made: two runs may begin in one second."""
    for number in itertools.count(1):
        path = folder / f"{name}{f'-{number}' if number > 1 else ''}{suffix}"
        with contextlib.suppress(FileExistsError):
            path.touch(exist_ok=False)
            return path


def check_parameters(path, parameters):
    """ValueError if the lecture does not have one of these parameters, or its value."""
    from papermill import inspect_notebook

    if (profile := parameters.get("PROFILE", "quick")) not in ("quick", "full"):
        raise ValueError(f"PROFILE is {profile!r}: choose quick or full.")
    known = inspect_notebook(path)
    for name in parameters:
        if name not in known:
            listed = ", ".join(known)
            raise ValueError(
                f"{path.stem} has no parameter {name}; it has {listed}."
                f"{did_you_mean(name, known)}"
            )


@contextlib.contextmanager
def checkpoint_folder(runs, name, parameters):
    """A folder for checkpoints in the full profile, deleted after a run without error.

    The lecture reads its path in DLCOURSE_RUN. Other parameters have another folder.
    """
    if parameters["PROFILE"] != "full":
        yield
        return
    values = "-".join(f"{key}={value}" for key, value in parameters.items())
    folder = runs / "checkpoints" / f"{name}-{values}".replace(os.sep, "_")
    os.environ["DLCOURSE_RUN"] = str(folder)
    try:
        yield
    finally:
        del os.environ["DLCOURSE_RUN"]
    shutil.rmtree(folder, ignore_errors=True)


def execute(path, copy, parameters):
    """Execute a lecture into a copy; LectureFailed for an error in a cell."""
    from nbclient.exceptions import DeadKernelError
    from papermill import PapermillExecutionError, execute_notebook

    one_sided_widgets()
    try:
        execute_notebook(
            path,
            copy,
            parameters,
            cwd=path.parent,
            kernel_name="python3",
            extra_arguments=KERNEL,
        )
    except PapermillExecutionError as error:
        traceback = "\n".join(error.traceback)
        raise LectureFailed(
            f"{traceback}\n\n{path.stem} failed in cell {error.cell_index + 1}: "
            f"{error.ename}: {error.evalue}\nThe copy up to this cell is {copy}"
        ) from None
    except DeadKernelError:
        raise LectureFailed(
            f"{path.stem}: the kernel died, most likely for lack of memory.\n"
            f"The copy up to this cell is {copy}"
        ) from None


def claims(path):
    """The claims of an executed notebook, as printed by `claim` and `observe`.

    Last those that a full run has trained for and not shown, which begin with a cross.
    """
    import nbformat

    notebook = nbformat.read(path, as_version=4)
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", ())]
    lines = "".join(output.get("text", "") for output in outputs).splitlines()
    return [line for mark in "✓✗" for line in lines if line.startswith(f"{mark} ")]
