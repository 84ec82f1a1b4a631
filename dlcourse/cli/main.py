"""The commands of ``dlcourse``; what is slow to import is imported when needed."""

import os
import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from dlcourse.cli.options import PairCommand, parse_pairs

app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False)
data_app = typer.Typer(no_args_is_help=True)
app.add_typer(data_app, name="data", help="List, describe and fetch data sets.")


@app.callback()
def main():
    """The deep-learning course on the command line."""


def fail(error):
    """End the command with the error's message and exit code 1."""
    typer.echo(str(error), err=True)
    raise typer.Exit(1)


@app.command(context_settings={"ignore_unknown_options": True})
def lab(
    options: Annotated[list[str] | None, typer.Argument(help="of JupyterLab")] = None,
):
    """Open JupyterLab on the lectures; takes its options too, like --no-browser."""
    from dlcourse.course import course_folder

    try:
        folder = course_folder()
    except FileNotFoundError as error:
        fail(error)
    options = [
        f"--ServerApp.root_dir={folder}",
        "--LabApp.default_url=/lab/tree/lectures",
        *(options or []),
    ]
    os.execv(sys.executable, [sys.executable, "-m", "jupyterlab", *options])


@app.command(cls=PairCommand)
def run(
    number: Annotated[str, typer.Argument(metavar="NN", help="7, 07, or the name")],
    profile: Annotated[Literal["quick", "full"], typer.Option()] = "quick",
    p: Annotated[
        list[str] | None,
        typer.Option("-p", metavar="NAME VALUE", help="a parameter; repeatable"),
    ] = None,
):
    """Run a lecture, write the executed copy to runs/, and list its claims.

    The full profile needs a GPU: it has the data sets and the sizes of the papers.
    """
    from dlcourse.cli.run import LectureFailed, claims, run_lecture
    from dlcourse.course import find_lecture

    parameters = {"PROFILE": profile} | parse_pairs(p or [])
    try:
        copy = run_lecture(find_lecture(number), parameters)
    except (FileNotFoundError, ValueError, LectureFailed) as error:
        fail(error)
    typer.echo(f"{copy}\n")
    typer.echo("\n".join(claims(copy)) or "No claims.")


@app.command()
def start(number: Annotated[str, typer.Argument(metavar="NN", help="7 or 07")]):
    """Copy an exercise into work/, which no other command writes to."""
    from dlcourse.homework import work

    try:
        typer.echo(work.start_exercise(number))
    except (FileExistsError, FileNotFoundError, ValueError) as error:
        fail(error)


@app.command()
def check(path: Annotated[Path, typer.Argument(metavar="work/NN_topic.ipynb")]):
    """Run an exercise without opening it, and print its score."""
    from dlcourse.homework import work

    try:
        typer.echo(work.score_notebook(path), nl=False)
    except (FileNotFoundError, RuntimeError, TimeoutError, ValueError) as error:
        fail(error)


@app.command()
def grade(
    submissions: Annotated[
        Path,
        typer.Argument(
            exists=True, file_okay=False, help="files or folders by student"
        ),
    ],
    out: Annotated[
        Path,
        typer.Option(
            dir_okay=False, help="the table of grades; continued if it exists"
        ),
    ],
    jobs: Annotated[int | None, typer.Option(min=1, help="notebooks at a time")] = None,
    timeout: Annotated[float, typer.Option(min=1, help="seconds per notebook")] = 60,
    trust_submissions: Annotated[
        bool, typer.Option("--trust-submissions", help="run without a sandbox")
    ] = False,
):
    """Grade a homework of a class, each notebook in a sandbox of its own.

    Also writes a page of feedback for each student and a summary.
    """
    from dlcourse.homework.grading.classes import NotIsolated, grade_class

    try:
        summary = grade_class(submissions, out, jobs, timeout, trust_submissions)
    except (NotIsolated, OSError, ValueError) as error:
        fail(error)
    typer.echo(summary, nl=False)


@app.command()
def train(
    network: Annotated[str, typer.Argument(help="see `dlcourse models`")],
    dataset: Annotated[str, typer.Argument(help="a data set, or a folder of images")],
    epochs: Annotated[int | None, typer.Option(min=1)] = None,
    batch_size: Annotated[int | None, typer.Option(min=1)] = None,
    image_size: Annotated[int | None, typer.Option(min=1, help="pixels")] = None,
    recipe: Annotated[
        str | None, typer.Option(help="instead of the paper's own")
    ] = None,
    argument: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=VALUE", help="of the network; repeatable"),
    ] = None,
    augment: Annotated[
        list[str] | None, typer.Option(help="flip, shift, rotate; repeatable")
    ] = None,
    precision: Annotated[str | None, typer.Option(help="a Keras dtype policy")] = None,
    seed: Annotated[int, typer.Option()] = 0,
    out: Annotated[
        Path | None, typer.Option(help="a folder, else one in runs/")
    ] = None,
):
    """Train a network on a data set, or resume from the last checkpoint.

    Writes checkpoints, model.keras, and history and confusion matrix as CSV and PNG.
    """
    from dlcourse.lecture import quiet

    with quiet():
        from dlcourse.cli.train import Config, train_network
    try:
        config = Config(
            network=network,
            dataset=dataset,
            epochs=epochs,
            batch_size=batch_size,
            image_size=image_size,
            recipe=recipe,
            arguments=parse_pairs(argument or []),
            augment=tuple(augment or ()),
            precision=precision,
            seed=seed,
        )
        summary = train_network(config, out)
    except (OSError, RuntimeError, ValueError) as error:
        fail(error)
    except KeyboardInterrupt:
        typer.echo("\nStopped. The same command resumes after the last complete epoch.")
        raise typer.Exit(130) from None
    typer.echo(summary)


@data_app.command("list")
def list_data():
    """List the embedded data sets, which need no download."""
    from dlcourse import datasets

    for name in datasets.names():
        info = datasets.info(name)
        typer.echo(f"{name:<10} {sum(info.sizes.values()):>7,}  {info.description}")
    typer.echo(
        "Every set of TensorFlow Datasets can be used too: dlcourse data info mnist"
    )


@data_app.command("info")
def data_info(name: str):
    """Print what a data set is, its source and its licence."""
    from dlcourse import datasets
    from dlcourse.lecture import quiet

    try:
        with quiet():
            info = datasets.info(name)
        typer.echo(info)
    except ValueError as error:
        fail(error)


@data_app.command("fetch")
def fetch_data(names: list[str]):
    """Download or generate data sets before a lecture."""
    from dlcourse import datasets

    for name in names:
        try:
            typer.echo(f"{name}: {datasets.fetch(name)}")
        except (RuntimeError, ValueError) as error:
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
):
    """List the networks of the course, or show one of them layer by layer."""
    from dlcourse.cli.models import catalog_table, network_table, plot_network
    from dlcourse.lecture import quiet
    from dlcourse.models import catalog

    if name is None:
        typer.echo(catalog_table())
        return
    try:
        row = catalog.get(name)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None
    with quiet():
        table = network_table(row)
    typer.echo(table)
    if plot:
        plot_network(row, plot)
