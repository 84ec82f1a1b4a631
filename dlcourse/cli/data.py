"""The commands of ``dlcourse data``."""

import typer

from dlcourse.cli.options import fail, when_stopped
from dlcourse.cli.tables import table

app = typer.Typer(no_args_is_help=True)


@app.command("list")
def list_data():
    """List the embedded data sets, which need no download."""
    from dlcourse import datasets

    rows = [
        (one.name, f"{sum(one.sizes.values()):,}", one.description)
        for one in datasets.embedded_sets()
    ]
    typer.echo(table(("name", "examples", "what"), rows, numbers=["examples"]))
    typer.echo(
        "Every set of TensorFlow Datasets can be used too: dlcourse data info mnist"
    )


@app.command("info")
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


@app.command("fetch")
def fetch_data(names: list[str]):
    """Download or generate data sets before a lecture."""
    from dlcourse import datasets
    from dlcourse.lecture import quiet

    folder = datasets.data_folder()
    try:
        with quiet():
            for name in names:
                datasets.info(name)
        for name in names:
            with when_stopped(f"{folder} has all sets before {name}."):
                typer.echo(f"{name}: {datasets.fetch(name)}")
    except (OSError, RuntimeError, ValueError) as error:
        fail(error)
