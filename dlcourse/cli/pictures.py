"""The commands from pictures to an answer: train, predict, evaluate and export."""

import os
import shlex
import sys
import tempfile
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal

import typer

from dlcourse.cli.options import errors_told, parse_pairs, when_stopped

Augmentation = StrEnum("Augmentation", ["flip", "shift", "rotate", "none"])
MODEL = typer.Argument(help="model.keras, or the folder that `train` wrote")
MODEL_OR_NETWORK = typer.Argument(
    help="the same, or a network of `models --weights`, such as ResNet-50"
)
SKIP = typer.Option("--skip-unreadable", help="leave damaged pictures out")

REHEARSED = "Rehearsed to the end, with one step on made-up data: nothing was learned."


def train(
    network: Annotated[str, typer.Argument(help="see `dlcourse models`")],
    dataset: Annotated[str, typer.Argument(help="a data set, or a folder of images")],
    epochs: Annotated[int | None, typer.Option(min=1)] = None,
    batch_size: Annotated[int | None, typer.Option(min=1)] = None,
    image_size: Annotated[int | None, typer.Option(min=1, help="pixels")] = None,
    rate: Annotated[float | None, typer.Option(help="the learning rate")] = None,
    recipe: Annotated[
        str | None,
        typer.Option(
            help="that of another network, as `dlcourse models NAME` calls it"
        ),
    ] = None,
    start: Annotated[
        Literal["auto", "scratch", "imagenet"],
        typer.Option(help="of few pictures: ImageNet's weights where there are any"),
    ] = "auto",
    argument: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=VALUE", help="of the network; repeatable"),
    ] = None,
    augment: Annotated[
        list[Augmentation] | None,
        typer.Option(help="in place of the recipe's own changes; repeatable"),
    ] = None,
    accumulate: Annotated[
        int | None, typer.Option(min=1, help="parts of a batch, to save memory")
    ] = None,
    precision: Annotated[
        Literal["float32", "mixed_float16", "mixed_bfloat16"] | None,
        typer.Option(help="else the one that suits the GPU"),
    ] = None,
    channels: Annotated[
        int, typer.Option(help="of a folder's pictures: 3, or 1 for grey")
    ] = 3,
    skip_unreadable: Annotated[bool, SKIP] = False,
    seed: Annotated[int, typer.Option()] = 0,
    out: Annotated[
        Path | None, typer.Option(help="a folder, else one in runs/")
    ] = None,
    rehearse: Annotated[
        bool, typer.Option("--rehearse", help="one small step, and made-up data")
    ] = False,
):
    """Train a network on a data set or on a folder of pictures, or resume.

    With the data of its paper this is the paper's training; for fewer than 5,000
    images, one that suits few. Leaves model.keras, report.html, and tables as CSV.
    """
    options = dict(locals())
    for name in ("argument", "augment", "out", "rehearse"):
        del options[name]
    from dlcourse import datasets
    from dlcourse.cli import config, folder
    from dlcourse.course import runs_folder
    from dlcourse.lecture import quiet

    if rehearse:
        os.environ |= {"DLCOURSE_REHEARSE": "float32", "CUDA_VISIBLE_DEVICES": "-1"}
        out = Path(tempfile.mkdtemp(prefix="rehearsal-"))
    with errors_told():
        options["arguments"] = parse_pairs(argument or [])
        options["augment"] = None if augment is None else tuple(map(str, augment))
        chosen = config.Config(**options)
        out = out or runs_folder() / config.folder_name(chosen)
        folder.check_ours(out)
        with when_stopped(lambda: folder.resumption(out)):
            with quiet():
                from dlcourse.cli import train as module

                datasets.look_up(dataset)
            command = shlex.join(["dlcourse", *sys.argv[1:]])
            summary = module.train_network(chosen, out, command)
        typer.echo(REHEARSED if rehearse else summary)


def predict(
    model: Annotated[Path, MODEL_OR_NETWORK],
    pictures: Annotated[list[Path], typer.Argument(help="files, or folders of files")],
    top: Annotated[int, typer.Option(min=1, help="classes to name")] = 5,
    explain: Annotated[
        bool, typer.Option("--explain", help="draw where the evidence is (Grad-CAM)")
    ] = False,
    csv: Annotated[bool, typer.Option("--csv", help="picture,rank,class,…")] = False,
):
    """Say what is on pictures, and how sure the model is.

    A picture that cannot be read is named, and the others are answered; the exit code
    is 1 then.
    """
    from dlcourse.cli import predict as module

    unread = 0
    drawn = "What was drawn lies in this folder." if explain else ""
    with errors_told(), when_stopped(drawn):
        if csv:
            typer.echo("picture,rank,class,probability")
        for answer in module.predict(model, pictures, top, explain):
            unread += bool(answer.problem)
            as_line = module.as_csv if csv and not answer.problem else module.as_text
            typer.echo(as_line(answer), err=bool(answer.problem))
    if unread:
        raise typer.Exit(1)


def evaluate(
    model: Annotated[Path, MODEL],
    dataset: Annotated[str, typer.Argument(help="a data set, or a folder of images")],
    skip_unreadable: Annotated[bool, SKIP] = False,
):
    """Count the errors of a model on labelled pictures that it was not trained on."""
    from dlcourse import datasets
    from dlcourse.cli.model_file import read_about
    from dlcourse.lecture import quiet

    with errors_told():
        read_about(model)
        datasets.check_name(dataset)
        with quiet():
            from dlcourse.cli import evaluate as module

            datasets.look_up(dataset)
        typer.echo(module.evaluate(model, dataset, skip_unreadable))


def export(
    model: Annotated[Path, MODEL],
    to: Annotated[Literal["onnx", "litert", "saved_model"], typer.Option()],
    out: Annotated[Path | None, typer.Option(help="else beside the model")] = None,
):
    """Write a model for another program, and compare what both say of an image."""
    from dlcourse.cli import export as module

    with errors_told():
        path, difference = module.export(model, to, out)
        typer.echo(f"{path}: probabilities differ by at most {difference:.1g}.")
