"""The command that grades a class."""

from pathlib import Path
from typing import Annotated

import typer

from dlcourse.cli.options import fail, when_stopped
from dlcourse.course import copies_folder, course_folder


def grade(
    submissions: Annotated[
        Path,
        typer.Argument(exists=True, help="files or folders by student, or their zip"),
    ],
    out: Annotated[
        Path,
        typer.Option(
            dir_okay=False, help="the table of grades; continued if it exists"
        ),
    ],
    jobs: Annotated[int | None, typer.Option(min=1, help="notebooks at a time")] = None,
    timeout: Annotated[float, typer.Option(min=1, help="seconds per notebook")] = 60,
    memory: Annotated[
        int | None,
        typer.Option(
            min=128, help="MiB per process; 1024 if not given, with Keras 2048"
        ),
    ] = None,
    homework: Annotated[
        str | None, typer.Option(metavar="NN", help="if the files do not tell")
    ] = None,
    regrade: Annotated[
        list[str] | None,
        typer.Option(
            metavar="QUESTION", help="grade it anew for everybody; repeatable"
        ),
    ] = None,
    late: Annotated[
        Path | None,
        typer.Option(
            exists=True, dir_okay=False, help="a CSV table: student, late (10% or 1.5)"
        ),
    ] = None,
    anonymous: Annotated[
        bool, typer.Option("--anonymous", help="names that say nothing")
    ] = False,
    trust_submissions: Annotated[
        bool, typer.Option("--trust-submissions", help="run without a sandbox")
    ] = False,
):
    """Grade a homework of a class, each notebook in a sandbox of its own.

    Also writes a page of feedback for each student with an index, a summary, a report
    on code that is alike, and tables for Moodle and Canvas.
    """
    from dlcourse.files import BusyFolder
    from dlcourse.homework.grading import classes

    try:
        refuse_lectures(submissions)
        options = classes.Options(
            jobs=jobs,
            timeout=timeout,
            memory=memory,
            trust=trust_submissions,
            homework=homework,
            regrade=tuple(regrade or ()),
            late=late,
            anonymous=anonymous,
        )
        rows = f"{out} has the rows of those who are graded; the same command goes on."
        with when_stopped(rows):
            summary = classes.grade_class(submissions, out, options)
    except (classes.NotIsolated, BusyFolder, OSError, ValueError) as error:
        fail(error)
    typer.echo(summary, nl=False)


def refuse_lectures(path):
    """ValueError where a path is that of the lectures, or of one of them."""
    path = path.resolve()
    if {path, path.parent} & {course_folder() / "lectures", copies_folder()}:
        raise ValueError(
            f"There is no homework in {path}: `dlcourse start NN` copies an exercise "
            "into work/, and what students hand in lies in a folder of its own."
        )


def release(
    folder: Annotated[Path, typer.Argument(help="a new folder")],
    number: Annotated[
        int, typer.Option("--class", min=0, help="a class with numbers of its own")
    ] = 0,
):
    """Write the students' edition of the course: without solutions and answers.

    Where an exercise asks for a number, each class from 1 on has other numbers.
    """
    from dlcourse.homework.release import release

    try:
        with when_stopped(f"{folder} is not complete: remove it."):
            release(folder, number)
    except (OSError, ValueError) as error:
        fail(error)
    typer.echo(f"{folder}: the students' edition, for class {number}.")
