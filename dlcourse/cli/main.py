"""The commands of ``dlcourse``; what is slow to import is imported when needed."""

import os
import sys
import textwrap
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Literal

import typer

from dlcourse.cli import data, grading, pictures
from dlcourse.cli.options import Commands, PairCommand, fail, parse_pairs, when_stopped

LAB_SETTINGS = Path(__file__).with_name("lab_settings")
FOR_A_CLASS = (  # JupyterLab's options: no news, and the sizes of custom.css
    f"--LabApp.app_settings_dir={LAB_SETTINGS}",
    "--LabApp.custom_css=True",
    f"--ServerApp.tornado_settings=static_custom_path={LAB_SETTINGS}",
)

app = typer.Typer(cls=Commands, no_args_is_help=True, pretty_exceptions_enable=False)
app.add_typer(data.app, name="data", help="List, describe and fetch data sets.")
app.command()(grading.grade)
app.command()(grading.release)
for command in (pictures.train, pictures.predict, pictures.evaluate, pictures.export):
    app.command()(command)


def print_version(wanted):
    """Print which course, Python and Keras this is, and end."""
    if wanted:
        parts = [f"{name} {version(name)}" for name in ("dlcourse", "keras")]
        typer.echo(f"{parts[0]}, {parts[1]}, Python {sys.version.split()[0]}")
        raise typer.Exit


@app.callback()
def main(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=print_version, is_eager=True, help="which is this?"
        ),
    ] = False,
):
    """The deep-learning course on the command line."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a mark that a code page has not: "?"
            stream.reconfigure(errors="replace")


@app.command(context_settings={"ignore_unknown_options": True})
def lab(
    options: Annotated[list[str] | None, typer.Argument(help="of JupyterLab")] = None,
):
    """Open JupyterLab on working copies of the lectures, in my_lectures/.

    They are made when missing and stay as they are left. Takes JupyterLab's options
    too, like --no-browser.
    """
    from dlcourse.cli.copies import make_copies
    from dlcourse.cli.doctor import OK, check_user
    from dlcourse.course import copies_folder, course_folder

    user = check_user()
    if user.state != OK and "--allow-root" not in (options or []):
        fail(f"{user.found}. {user.remedy}")
    try:
        older = make_copies()
        folder = course_folder()
    except OSError as error:
        fail(error)
    if older:
        typer.echo(
            f"New versions: {', '.join(older)}. dlcourse update brings them, and keeps "
            "what you edited.",
            err=True,
        )
    options = [
        f"--ServerApp.root_dir={folder}",
        f"--LabApp.default_url=/lab/tree/{copies_folder().name}/index.ipynb",
        *FOR_A_CLASS,
        *(options or []),
    ]
    os.execv(sys.executable, [sys.executable, "-m", "jupyterlab", *options])


@app.command()
def lectures():
    """List the lectures: their questions, times, and what they build on."""
    from dlcourse import course

    try:
        found = {int(lecture.number): lecture for lecture in course.lectures()}
    except (OSError, ValueError) as error:
        fail(error)
    for part, numbers in course.PARTS.items():
        typer.echo(f"\n{part}\n")
        for lecture in (found[number] for number in numbers if number in found):
            times = f"{lecture.minutes} min, runs in {lecture.seconds} s"
            typer.echo(f"{lecture.number}  {lecture.title}  ({times})")
            indent = {"initial_indent": "    ", "subsequent_indent": "    "}
            typer.echo(textwrap.fill(lecture.question, 80, **indent))


@app.command()
def update():
    """Bring new versions of the lectures to my_lectures/; edited copies are kept."""
    from dlcourse.cli.copies import update_copies

    try:
        with when_stopped("The copies that were made stay; the same command goes on."):
            typer.echo("\n".join(update_copies()))
    except OSError as error:
        fail(error)


@app.command(cls=PairCommand)
def run(
    number: Annotated[str, typer.Argument(metavar="NN", help="7, 07, or lenet")],
    profile: Annotated[Literal["quick", "full"], typer.Option()] = "quick",
    p: Annotated[
        list[str] | None,
        typer.Option("-p", metavar="NAME VALUE", help="a parameter; repeatable"),
    ] = None,
    rehearse: Annotated[
        bool, typer.Option("--rehearse", help="the full profile in minutes, on a CPU")
    ] = False,
):
    """Run a lecture, write the executed copy to runs/, and list its claims.

    The full profile is for a GPU: larger data and networks, each lecture says which.
    With --rehearse it runs with made-up data and one step a training, and a table says
    whether it would come to its end, in how many hours, in how much memory.
    """
    from dlcourse.cli.run import LectureFailed, check_parameters, claims, run_lecture
    from dlcourse.course import find_lecture

    try:
        path = find_lecture(number)
        parameters = parse_pairs(p or [])
        check_parameters(path, parameters)
        from dlcourse.cli.rehearse import expectation, rehearse_all

        if rehearse:
            raise typer.Exit(not rehearse_all([path.stem], parameters=parameters))
        parameters = {"PROFILE": profile} | parameters
        if parameters["PROFILE"] == "full":
            typer.echo(expectation(path))
        copy = run_lecture(path, parameters)
    except (OSError, ValueError, LectureFailed) as error:
        fail(error)
    typer.echo(f"{copy}\n")
    typer.echo("\n".join(claims(copy)) or "No claims.")


@app.command()
def slides(
    numbers: Annotated[
        list[str] | None, typer.Argument(metavar="[NN]...", help="7, 07, or lenet")
    ] = None,
):
    """Write lectures, or all of them, as slides that open offline, to runs/slides/.

    The stored outputs are shown; nothing is run. The first time, npm fetches reveal.js
    and MathJax.
    """
    from dlcourse.cli.slides import make_deck
    from dlcourse.course import find_lecture, lectures

    try:
        with when_stopped("The decks whose paths were printed are complete."):
            paths = [find_lecture(number) for number in numbers or []]
            for path in paths or [lecture.path for lecture in lectures()]:
                typer.echo(make_deck(path))
    except (OSError, RuntimeError, ValueError) as error:
        fail(error)


@app.command()
def start(number: Annotated[str, typer.Argument(metavar="NN", help="7 or 07")]):
    """Copy an exercise into work/, which no other command writes to."""
    from dlcourse.homework import work

    try:
        typer.echo(work.start_exercise(number))
    except (OSError, ValueError) as error:
        fail(error)


@app.command()
def check(
    path: Annotated[Path, typer.Argument(metavar="work/NN_topic.ipynb")],
    timeout: Annotated[float, typer.Option(min=1, help="seconds per cell")] = 8,
):
    """Run an exercise without opening it, and print its score.

    What fails or never ends is named, and the other answers are scored.
    """
    from dlcourse.homework import work

    try:
        grading.refuse_lectures(path)
        typer.echo(work.score_notebook(path, timeout), nl=False)
    except (OSError, RuntimeError, ValueError) as error:
        fail(error)


@app.command()
def doctor():
    """Check whether the course runs on this machine, and say what to do if not."""
    from dlcourse.cli.doctor import ERROR, findings

    states = set()
    for finding in findings():
        typer.echo(finding)
        states.add(finding.state)
    if ERROR in states:
        raise typer.Exit(1)


@app.command()
def models(
    name: Annotated[str | None, typer.Argument(help="a network's name")] = None,
    plot: Annotated[
        Path | None, typer.Option(help="a file to draw its layers to")
    ] = None,
    weights: Annotated[
        bool, typer.Option("--weights", help="those with trained weights, and whose")
    ] = False,
):
    """List the networks of the course, or show one of them layer by layer."""
    from dlcourse.cli import models as module
    from dlcourse.lecture import quiet
    from dlcourse.models import catalog

    if name is None:
        typer.echo(module.weights_table() if weights else module.catalog_table())
        return
    try:
        row = catalog.get(name)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None
    with quiet():
        table = module.network_table(row)
    typer.echo(table)
    if plot:
        module.plot_network(row, plot)
