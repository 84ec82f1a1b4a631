"""Draw what the sliders of lectures show, for the site, where no kernel runs.

    python tools/record_sliders.py lectures/01_perceptron_and_activations.ipynb …

Runs each lecture up to its last slider. For some values of a slider's first argument,
the others as they begin, the figures are stored one below the other in a PNG in
docs/sliders/, whose text says which values these are, and of which cell.
"""

import hashlib
import inspect
import json
import sys
import tempfile
from pathlib import Path

import nbformat
import numpy as np
from nbclient import NotebookClient
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from site_sliders import FOLDER, WIDGET

from dlcourse.notebooks import one_sided_widgets

MOST, WIDTH, COLORS = 11, 640, 48  # figures of a slider, their pixels and colours
FIRST = """import sys
sys.path.insert(0, {tools!r})
import ipywidgets
import record_sliders
ipywidgets.interact = record_sliders.Recorder({folder!r})"""


class Recorder:
    """Stands in for ``ipywidgets.interact``: draws for some values, at once."""

    def __init__(self, folder):
        self.folder, self.calls = Path(folder), 0

    def __call__(self, draw=None, **arguments):
        if draw is None:
            return lambda draw: self(draw, **arguments)
        name, choices = next(iter(arguments.items()))
        start = inspect.signature(draw).parameters[name].default
        values, start = chosen(choices, start)
        frames = [figure(draw, name, value) for value in values]
        told = {"argument": name, "values": list(map(text, values)), "start": start}
        if all(frames):
            save(frames, told, self.folder / f"{self.calls}.png")
        self.calls += 1
        return draw


def chosen(choices, start):
    """Some values of a slider, in order, and the index of the one it begins with."""
    if isinstance(choices, tuple):
        low, high, step = (*choices, 1)[:3]
        choices = [low + i * step for i in range(round((high - low) / step) + 1)]
    choices = list(choices)
    if start is inspect.Parameter.empty:
        start = choices[len(choices) // 2]
    same = [i for i, one in enumerate(choices) if one == start or near(one, start)]
    first = same[0] if same else 0
    shown = np.linspace(0, len(choices) - 1, min(MOST, len(choices))).round()
    kept = sorted({first, *shown.astype(int).tolist()})
    return [choices[i] for i in kept], kept.index(first)


def near(one, start):
    """Whether two numbers are the same up to rounding."""
    return not isinstance(one, str) and abs(one - start) < 1e-9


def text(value):
    """A value as a slider shows it."""
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def figure(draw, name, value):
    """What a function draws for one value, as a Pillow image; None if it draws none."""
    import matplotlib.pyplot as plt

    plt.close("all")
    show, plt.show = plt.show, lambda *args, **kwargs: None
    try:
        draw(**{name: value})
    finally:
        plt.show = show
    if not plt.get_fignums():
        return None
    made = plt.gcf()
    made.set_dpi(min(WIDTH / made.get_size_inches()[0], 90))
    made.canvas.draw()
    image = Image.fromarray(np.asarray(made.canvas.buffer_rgba())).convert("RGB")
    plt.close("all")
    return image


def save(frames, told, path):
    """Write figures one below the other, with what is told of them."""
    width, height = frames[0].size
    sheet = Image.new("RGB", (width, height * len(frames)), "white")
    for number, frame in enumerate(frames):
        sheet.paste(frame, (0, number * height))
    info = PngInfo()
    info.add_text("slider", json.dumps(told | {"size": [width, height]}))
    sheet.quantize(COLORS).save(path, pnginfo=info, optimize=True)


def record(path):
    """Run a lecture up to its last slider, and store what its sliders show."""
    notebook = nbformat.read(path, as_version=4)
    is_slider = [
        any(WIDGET in output.get("data", {}) for output in cell.get("outputs", ()))
        for cell in notebook.cells
    ]
    sliders = [notebook.cells[i] for i in np.flatnonzero(is_slider)]
    last = np.flatnonzero(is_slider)[-1]
    with tempfile.TemporaryDirectory() as scratch:
        first = FIRST.format(tools=str(Path(__file__).parent), folder=scratch)
        cells = [nbformat.v4.new_code_cell(first), *notebook.cells[: last + 1]]
        run = nbformat.v4.new_notebook(cells=cells, metadata=notebook.metadata)
        one_sided_widgets()
        NotebookClient(
            run, timeout=None, resources={"metadata": {"path": str(path.parent)}}
        ).execute()
        for number, cell in enumerate(sliders):
            if (made := Path(scratch, f"{number}.png")).exists():
                keep(made, path.name[:2], cell)


def keep(made, number, cell):
    """Move a recorded slider to its place, with the hash of its cell's source."""
    image = Image.open(made)
    told = json.loads(image.text["slider"]) | {"cell": digest(cell.source)}
    info = PngInfo()
    info.add_text("slider", json.dumps(told))
    FOLDER.mkdir(exist_ok=True)
    image.save(FOLDER / f"{number}_{cell.id}.png", pnginfo=info, optimize=True)


def digest(source):
    """What tells one source of a cell from another."""
    return hashlib.sha256(source.encode()).hexdigest()[:12]


if __name__ == "__main__":
    for name in sys.argv[1:]:
        record(Path(name))
