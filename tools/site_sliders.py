"""Sliders on the site, where no kernel runs: what record_sliders.py has drawn."""

import html
import json
import shutil

from PIL import Image

from dlcourse.course import ROOT

FOLDER = ROOT / "docs" / "sliders"
WIDGET = "application/vnd.jupyter.widget-view+json"
TOLD = "*This figure has sliders: open the lecture in JupyterLab (`make lab`).*"
SLIDER = """<figure class="slider">
<label>{argument} <input type="range" min="0" max="{last}" value="{start}"
data-values="{values}" oninput="slide(this)"> <output>{value}</output></label>
<div role="img" aria-label="The figure for {argument} = {value}"
style="width: {width}px; height: {height}px; background-position-y: -{top}px;
background-image: url(../_static/sliders/{name})"></div>
<figcaption>Some values of <code>{argument}</code>, drawn before; in JupyterLab all
sliders move.</figcaption></figure>"""


def with_sliders(cells, number):
    """The cells of a lecture where each output that is a widget can be seen."""
    for cell in cells:
        for output in cell.get("outputs", ()):
            if WIDGET in output.get("data", {}):
                path = FOLDER / f"{number}_{cell['id']}.png"
                made = slider(path) if path.exists() else None
                kind = "text/html" if made else "text/markdown"
                output["data"] = {kind: made or TOLD}
    return cells


def read(path):
    """What a recorded slider shows: argument, values, start, size, cell."""
    return json.loads(Image.open(path).text["slider"])


def slider(path):
    """A recorded slider in HTML, showing what it begins with."""
    told = read(path)
    width, height = told["size"]
    return SLIDER.format(
        argument=html.escape(told["argument"]),
        last=len(told["values"]) - 1,
        start=told["start"],
        values=html.escape(json.dumps(told["values"])),
        value=html.escape(told["values"][told["start"]]),
        width=width,
        height=height,
        top=told["start"] * height,
        name=path.name,
    )


def copy_sliders(static):
    """The pictures of all recorded sliders, to where pages find them."""
    if FOLDER.is_dir():
        shutil.copytree(FOLDER, static / "sliders")
