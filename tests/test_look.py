"""Looking at a notebook in JupyterLab: it is run, photographed, and judged."""

import look
import nbformat
import pytest
from nbformat import v4

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(look.missing() is not None, reason=str(look.missing())),
]
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
SLIDER = "import ipywidgets\nipywidgets.interact(lambda a: print(a), a=(0, 9));"
TALL = (
    "from IPython.display import HTML\nHTML('<div style=\"height: 2000px\">tall</div>')"
)


def test_a_notebook_is_run_and_photographed(tmp_path):
    cells = [v4.new_markdown_cell("# Seen"), *map(v4.new_code_cell, (SLIDER, TALL))]
    cells.append(v4.new_code_cell("1 / 0"))
    path = tmp_path / "seen.ipynb"
    nbformat.write(v4.new_notebook(cells=cells, metadata={"kernelspec": KERNEL}), path)
    stored = path.read_bytes()
    pages, faults = look.look(path, tmp_path / "out")
    assert faults == ["cell 4: ZeroDivisionError: division by zero"]
    assert len(pages) == 2
    assert all(page.stat().st_size > 2000 for page in pages)
    assert path.read_bytes() == stored
