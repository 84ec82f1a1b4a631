"""The ``dlcourse`` command."""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True)


@app.callback()
def main():
    """Work with the deep-learning course."""


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
