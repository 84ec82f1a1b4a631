"""Stored figures get smaller, and look the same."""

import base64
import importlib.util
import io
from pathlib import Path

import nbformat.v4
import numpy as np
from PIL import Image
from sklearn.datasets import load_sample_image

PATH = Path(__file__).parents[1] / "tools/shrink_figures.py"
SPEC = importlib.util.spec_from_file_location("shrink_figures", PATH)
TOOL = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(TOOL)


def png(pixels):
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()


def test_a_photograph_gets_smaller_and_looks_the_same():
    photo = load_sample_image("china.jpg")[:200, :300]
    small = TOOL.shrink(png(photo))
    assert len(small) < 0.6 * len(png(photo))
    again = np.asarray(Image.open(io.BytesIO(small)).convert("RGB"), "float32")
    assert np.abs(again - photo).mean() < 6  # of 255 grey levels


def test_only_figures_change():
    picture = base64.b64encode(png(load_sample_image("china.jpg"))).decode()
    figure = nbformat.v4.new_output("display_data", {"image/png": picture})
    text = nbformat.v4.new_output("stream", text="✓ a claim\n")
    cell = nbformat.v4.new_code_cell("plt.show()", outputs=[figure, text])
    notebook = nbformat.v4.new_notebook(cells=[cell])
    TOOL.shrink_figures(notebook)
    assert len(cell.outputs[0].data["image/png"]) < 0.6 * len(picture)
    assert cell.outputs[1].text == "✓ a claim\n"
