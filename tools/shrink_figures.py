"""Store the figures of notebooks with 256 colours: a third of the bytes, same looks.

    python tools/shrink_figures.py lectures/*.ipynb

``make lectures`` does this, so that a clone stays small and a notebook opens at once.
"""

import base64
import io
import sys
from pathlib import Path

import nbformat
from PIL import Image


def shrink(png):
    """The PNG file, given and returned as bytes, with a palette of its own."""
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    small = io.BytesIO()
    picture.quantize(256, dither=Image.Dither.NONE).save(small, "PNG", optimize=True)
    return min(png, small.getvalue(), key=len)


def shrink_figures(notebook):
    """Shrink every figure of a notebook, in place."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            if "image/png" in data:
                png = shrink(base64.b64decode(data["image/png"]))
                data["image/png"] = base64.b64encode(png).decode()


if __name__ == "__main__":
    for path in map(Path, sys.argv[1:]):
        notebook = nbformat.read(path, as_version=4)
        shrink_figures(notebook)
        nbformat.write(notebook, path)
