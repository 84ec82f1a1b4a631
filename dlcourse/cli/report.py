"""A page on a training that needs no other file: ``report.html``."""

import base64
import html
import io
import os
import platform
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from PIL import Image

from dlcourse import datasets
from dlcourse.cli.results import draw_confusion, draw_curves, per_class
from dlcourse.files import atomic_write
from dlcourse.lecture import STYLE

WORST = 24  # mistakes that are shown
SIDE = 120  # pixels of each

PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width">
<style>
body {{ font: 17px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto;
  padding: 0 1rem; color: #222 }}
h1, h2 {{ line-height: 1.2 }}
img {{ max-width: 100% }}
table {{ border-collapse: collapse }}
td, th {{ padding: .15rem .8rem; text-align: right; border-bottom: 1px solid #ddd }}
td:first-child, th:first-child {{ text-align: left }}
.warning {{ background: #fff0c8; border-left: .4rem solid #c80; padding: .5rem 1rem }}
.grid {{ display: flex; flex-wrap: wrap; gap: 1rem }}
figure {{ margin: 0; width: 9rem; font-size: .85rem; overflow-wrap: anywhere }}
figure img {{ width: 120px; height: 120px; image-rendering: pixelated }}
pre {{ background: #f4f4f4; padding: .7rem; overflow-x: auto }}
</style>
<h1>{title}</h1>
{body}
</html>
"""


def write(path, about, history, found, doubts, parts):
    """Write the page.

    Args:
        path: of the page.
        about: the `About` of the model's file.
        history: name -> one value per epoch.
        found: "validation" and perhaps "test" -> `Result`.
        doubts: sentences on why the errors may mean nothing.
        parts: "train", "validation", … -> examples.
    """
    with plt.style.context(STYLE):
        body = "\n".join(sections(path, about, history, found, doubts, parts))
    title = html.escape(f"{about.network} on {Path(about.data['name']).name}")
    with atomic_write(path) as file:
        file.write(PAGE.format(title=title, body=body).encode())


def sections(path, about, history, found, doubts, parts):
    """The parts of the page, one after the other; arguments as those of `write`."""
    main = "test" if "test" in found else "validation"
    result, examples = found[main], parts[main]
    return [
        *(paragraph(result.sentence(part)) for part, result in found.items()),
        *(paragraph(f"Warning: {doubt}", "warning") for doubt in doubts),
        paragraph(what_was_trained(about)),
        heading("Training"),
        picture_of(draw_curves(history)),
        heading(f"The {main} images, class by class"),
        table(per_class(result)),
        picture_of(draw_confusion(result.confusion, result.classes)),
        heading("The mistakes it was surest of"),
        worst_mistakes(result, examples, about.preprocessing),
        heading("How it was made"),
        preformatted(provenance(about)),
        heading("How to use it"),
        preformatted(USE.format(path=path.with_name("model.keras").resolve())),
    ]


USE = """\
dlcourse predict {path} PICTURE.jpg --explain
dlcourse evaluate {path} FOLDER

import keras, dlcourse
model = keras.saving.load_model("{path}")
model.predict(images)  # (n, height, width, channels) in [0, 1] -> probabilities"""


NAMES = {"train": "training"}


def what_was_trained(about):
    """Network, classes and numbers of images, in a sentence."""
    counts = ", ".join(
        f"{kept['images']:,} {NAMES.get(part, part)} images"
        for part, kept in about.data.items()
        if isinstance(kept, dict)
    )
    return (
        f"{about.network}, {len(about.classes)} classes, images of "
        f"{about.preprocessing.size} pixels: {counts}. Recipe: {about.recipe['name']}, "
        f"{round(about.recipe['epochs'])} epochs."
    )


def provenance(about):
    """Command, machine and versions, a line each."""
    versions = ", ".join(f"{name} {one}" for name, one in about.versions.items())
    machine = f"{platform.node()}, {platform.system()}, {platform.machine()}"
    machine += f", {os.cpu_count()} cores"
    lines = (about.command, f"Machine: {machine}", f"Versions: {versions}")
    return "\n".join([*lines, f"Weights: {about.weights}"])


def worst_mistakes(result, examples, preprocessing):
    """The wrong images with the greatest probability for another class."""
    wrong = np.flatnonzero(result.predicted != result.labels)
    if not len(wrong):
        return paragraph("There are none.")
    sure = result.probabilities.max(axis=-1)
    chosen = wrong[np.argsort(-sure[wrong], kind="stable")][:WORST]
    images = images_at(examples, preprocessing, chosen.tolist())
    shown = []
    for index in chosen.tolist():
        name, true = (
            html.escape(result.classes[label])
            for label in (result.predicted[index], result.labels[index])
        )
        caption = f"is {true}, called {name} ({sure[index]:.0%})"
        shown.append(
            f'<figure><img src="{as_data(thumbnail(images[index]))}" alt="">'
            f"<figcaption>{caption}</figcaption></figure>"
        )
    return f'<div class="grid">{"".join(shown)}</div>'


def images_at(examples, preprocessing, positions):
    """Position -> image in [0, 1] as evaluation prepares it."""
    wanted, found, seen = set(positions), {}, 0
    batches = datasets.validation_batches(examples, 64, preprocessing=preprocessing)
    for images, _ in batches.as_numpy_iterator():
        for position in wanted & set(range(seen, seen + len(images))):
            found[position] = images[position - seen]
        seen += len(images)
    return found


def thumbnail(image):
    """An image in [0, 1] as a small PNG."""
    pixels = np.uint8(np.clip(255 * np.squeeze(image), 0, 255))
    picture = Image.fromarray(pixels)
    scale = SIDE / max(picture.size)
    kind = Image.Resampling.NEAREST if scale > 1 else Image.Resampling.LANCZOS
    picture = picture.resize([max(1, round(scale * n)) for n in picture.size], kind)
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()


def picture_of(figure):
    """A figure inside the page; closes it."""
    file = io.BytesIO()
    figure.savefig(file, format="png", dpi=100)
    plt.close(figure)
    return f'<p><img src="{as_data(file.getvalue())}" alt=""></p>'


def as_data(png):
    """A PNG as the address of a picture."""
    return f"data:image/png;base64,{base64.b64encode(png).decode()}"


def table(frame):
    """A table of numbers of classes; fractions in percent."""
    head = "".join(f"<th>{html.escape(name)}</th>" for name in frame.columns)
    rows = [
        f"<tr><td>{html.escape(label)}</td><td>{row['images']:.0f}</td>"
        + "".join(f"<td>{percent(row[name])}</td>" for name in ("recall", "precision"))
        + "</tr>"
        for label, row in frame.iterrows()
    ]
    return f"<table><tr><th>class</th>{head}</tr>{''.join(rows)}</table>"


def percent(fraction):
    """A fraction in percent; a dash where there was nothing to divide by."""
    return "–" if np.isnan(fraction) else f"{fraction:.1%}"


def heading(text):
    """A heading of a section."""
    return f"<h2>{html.escape(text)}</h2>"


def paragraph(text, kind=""):
    """A paragraph; ``kind`` is its class in CSS."""
    return f'<p class="{kind}">{html.escape(text)}</p>'


def preformatted(text):
    """Lines as they are."""
    return f"<pre>{html.escape(text)}</pre>"
