"""The ``dlcourse`` command."""

import os
import sys
from pathlib import Path
from typing import Annotated, Literal

import typer
from typer.core import TyperCommand

app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False)
data = typer.Typer(no_args_is_help=True)
app.add_typer(data, name="data", help="List, describe and fetch data sets.")


@app.callback()
def main():
    """Work with the deep-learning course."""


def fail(error):
    """End the command with the error's message and exit code 1."""
    typer.echo(str(error), err=True)
    raise typer.Exit(1)


@app.command(context_settings={"ignore_unknown_options": True})
def lab(options: Annotated[list[str] | None, typer.Argument(help="for Lab")] = None):
    """Open JupyterLab on the lectures, with options of its own, like --no-browser."""
    from dlcourse.runner import course_folder

    try:
        folder = course_folder()
    except FileNotFoundError as error:
        fail(error)
    where = [
        f"--ServerApp.root_dir={folder}",
        "--LabApp.default_url=/lab/tree/lectures",
    ]
    command = [sys.executable, "-m", "jupyterlab", *where, *(options or [])]
    os.execv(sys.executable, command)


class PairCommand(TyperCommand):
    """A command whose option -p takes two words, NAME VALUE, as papermill's does."""

    def parse_args(self, ctx, args):
        """Join the two words, for Typer's options take one."""
        words = iter(args)
        joined = []
        for word in words:
            joined.append(word)
            if word == "-p":
                joined.append(f"{next(words, '')}={next(words, '')}")
        return super().parse_args(ctx, joined)


@app.command(cls=PairCommand)
def run(
    number: Annotated[str, typer.Argument(metavar="NN", help="7, 07, or a name")],
    profile: Annotated[Literal["quick", "full"], typer.Option()] = "quick",
    p: Annotated[
        list[str] | None,
        typer.Option("-p", metavar="NAME VALUE", help="another parameter"),
    ] = None,
):
    """Run a lecture, keep the executed copy in runs/, and list its claims.

    The full profile takes the data and the sizes of the papers, and a GPU.
    """
    from dlcourse import runner

    pairs = [pair.partition("=")[::2] for pair in p or []]
    parameters = {name: runner.value(text) for name, text in pairs}
    try:
        lecture = runner.find_lecture(number)
        copy = runner.run_lecture(lecture, {"PROFILE": profile} | parameters)
    except (FileNotFoundError, ValueError, runner.LectureFailed) as error:
        fail(error)
    typer.echo(f"{copy}\n")
    typer.echo("\n".join(runner.claims(copy)) or "No claims.")


@app.command()
def start(number: Annotated[str, typer.Argument(metavar="NN", help="7 or 07")]):
    """Copy an exercise into work/, which nothing else ever writes to."""
    from dlcourse.homework import work

    try:
        typer.echo(work.start(number))
    except (FileExistsError, FileNotFoundError, ValueError) as error:
        fail(error)


@app.command()
def check(path: Annotated[Path, typer.Argument(metavar="work/NN_topic.ipynb")]):
    """Run an exercise without opening it, and show its score."""
    from dlcourse.homework import work

    try:
        typer.echo(work.score(path), nl=False)
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
        typer.Option(dir_okay=False, help="table that is written, or gone on with"),
    ],
    jobs: Annotated[int | None, typer.Option(min=1, help="at a time")] = None,
    timeout: Annotated[float, typer.Option(min=1, help="seconds for each")] = 60,
    trust_submissions: Annotated[
        bool, typer.Option("--trust-submissions", help="go on without a sandbox")
    ] = False,
):
    """Grade a homework of a class, each notebook in a sandbox of its own.

    Beside the table stand a page for each student and a summary.
    """
    from dlcourse.homework.grading.classes import NotIsolated, grade_class

    try:
        summary = grade_class(submissions, out, jobs, timeout, trust_submissions)
    except (NotIsolated, OSError, ValueError) as error:
        fail(error)
    typer.echo(summary, nl=False)


@app.command()
def train(
    network: Annotated[str, typer.Argument(help="of the table `dlcourse models`")],
    dataset: Annotated[str, typer.Argument(help="a data set, or a folder of images")],
    epochs: Annotated[int | None, typer.Option(min=1)] = None,
    batch_size: Annotated[int | None, typer.Option(min=1)] = None,
    image_size: Annotated[int | None, typer.Option(min=1, help="pixels")] = None,
    recipe: Annotated[str | None, typer.Option(help="of a paper")] = None,
    argument: Annotated[
        list[str] | None, typer.Option(metavar="NAME=VALUE", help="of the network")
    ] = None,
    augment: Annotated[
        list[str] | None, typer.Option(help="flip, shift, rotate; several times")
    ] = None,
    precision: Annotated[str | None, typer.Option(help="a Keras dtype policy")] = None,
    seed: Annotated[int, typer.Option()] = 0,
    out: Annotated[Path | None, typer.Option(help="folder, else in runs/")] = None,
):
    """Train a network on a data set; the same command again goes on where it stopped.

    Writes checkpoints, model.keras, and history, curves and confusion as CSV and PNG.
    """
    from dlcourse.lecture import quiet

    with quiet():
        from dlcourse import trainer
    try:
        order = trainer.Order(
            network=network,
            dataset=dataset,
            epochs=epochs,
            batch_size=batch_size,
            image_size=image_size,
            recipe=recipe,
            arguments=trainer.arguments_from(argument or []),
            augment=tuple(augment or ()),
            precision=precision,
            seed=seed,
        )
        told = trainer.train(order, out)
    except (OSError, RuntimeError, ValueError) as error:
        fail(error)
    except KeyboardInterrupt:
        typer.echo("\nStopped. The same command goes on after the last whole epoch.")
        raise typer.Exit(130) from None
    typer.echo(told)


@data.command("list")
def list_data():
    """List the embedded data sets, which need no network."""
    from dlcourse import datasets

    for name in datasets.names():
        info = datasets.info(name)
        typer.echo(f"{name:<10} {sum(info.sizes.values()):>7,}  {info.description}")
    typer.echo(
        "Any set of TensorFlow Datasets will do as well: dlcourse data info mnist"
    )


@data.command("info")
def data_info(name: str):
    """Say what a data set is, where it comes from, and under which licence."""
    from dlcourse import datasets
    from dlcourse.lecture import quiet

    try:
        with quiet():
            info = datasets.info(name)
        typer.echo(info)
    except ValueError as error:
        fail(error)


@data.command()
def fetch(names: list[str]):
    """Download or generate data sets before the lecture."""
    from dlcourse import datasets

    for name in names:
        try:
            typer.echo(f"{name}: {datasets.fetch(name)}")
        except (RuntimeError, ValueError) as error:
            fail(error)


@app.command()
def doctor():
    """Look for what would keep the course from running here, and say what to do."""
    from dlcourse.doctor import FAULT, findings

    states = set()
    for finding in findings():
        typer.echo(finding)
        states.add(finding.state)
    if FAULT in states:
        raise typer.Exit(1)


@app.command()
def models(
    name: Annotated[str | None, typer.Argument(help="a network of the table")] = None,
    plot: Annotated[Path | None, typer.Option(help="draw its layers")] = None,
):
    """List the networks of the course, or show one of them layer by layer."""
    from dlcourse import listing
    from dlcourse.models import catalog

    if name is None:
        typer.echo(listing.catalog_table())
        return
    try:
        row = catalog.get(name)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None
    typer.echo(listing.network_table(row))
    if plot:
        listing.plot_network(row, plot)
