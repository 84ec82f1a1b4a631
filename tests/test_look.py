"""Looking at a notebook in JupyterLab: it is run, photographed, and judged."""

import shutil

import look
import nbformat
import pytest
from nbformat import v4

from dlcourse.cli.copies import make_copies
from dlcourse.cli.main import FOR_A_CLASS
from dlcourse.course import ROOT

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(look.missing() is not None, reason=str(look.missing())),
]
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
# Characters in a paragraph's first line, sizes of text and code, width of the names.
LOOKS = """() => {
    const text = document.querySelector(".jp-MarkdownOutput p"), range = new Range();
    const node = text.firstChild;
    let last = 1;
    for (range.setStart(node, 0); last < node.length; last++) {
        range.setEnd(node, last);
        if (range.getClientRects().length > 1) break;
    }
    const size = element => getComputedStyle(element).fontSize;
    return [last, size(text), size(document.querySelector(".cm-content")),
        document.querySelector("#jp-left-stack").offsetWidth];
}"""
OPEN = "name => window.jupyterapp.shell.currentWidget?.title.label === name"
SLIDER = "import ipywidgets\nipywidgets.interact(lambda a: print(a), a=(0, 9));"
IDLE = "ipywidgets.interact(lambda a: print('the same'), a=(0, 9));"
TALL = (
    "from IPython.display import HTML\nHTML('<div style=\"height: 1700px\">tall</div>')"
)


def requests_outside(page, address):
    """A list of the addresses elsewhere that a page asks for from now on."""
    local = (address, address.replace("http", "ws"), "data:", "blob:", "attachment:")
    asked = []

    def note(request):
        if not request.url.startswith(local):
            asked.append(request.url)

    page.on("request", note)
    return asked


@pytest.mark.slow
def test_lab_is_set_up_for_a_class_and_shows_slides_that_run(tmp_path):
    text = v4.new_markdown_cell("# Seen\n\n" + 60 * "some words ")
    sums = [v4.new_code_cell("6 * 7"), v4.new_code_cell("11 * 11")]
    for cell, kind in zip([text, *sums], ["slide", "-", "subslide"], strict=True):
        cell.metadata["slideshow"] = {"slide_type": kind}
    path = tmp_path / "seen.ipynb"
    nbformat.write(
        v4.new_notebook(cells=[text, *sums], metadata={"kernelspec": KERNEL}), path
    )
    server = look.jupyterlab(tmp_path, *FOR_A_CLASS)
    with server as (address, token), look.chromium(1440, 900) as page:
        outside = requests_outside(page, address)
        page.goto(f"{address}/lab/tree/seen.ipynb?token={token}")
        page.wait_for_selector(".jp-MarkdownOutput p")
        width, size, code, names = page.evaluate(LOOKS)
        page.goto(f"{address}/rise/seen.ipynb?token={token}")
        page.wait_for_selector(".reveal .present .jp-CodeCell .cm-content")
        assert "11 * 11" not in page.inner_text(".reveal .present .present")
        page.click(".reveal .present .jp-CodeCell .cm-content")
        page.keyboard.press("Shift+Enter")
        page.wait_for_function("document.body.innerText.includes('42')")
    assert 75 <= width <= 100  # characters
    assert (size, code) == ("18px", "16px")
    assert names >= 350
    assert outside == []


@pytest.mark.slow
@pytest.mark.parametrize("name", ["01_perceptron_and_activations", "07_lenet"])
def test_a_lecture_is_opened_on_the_start_page_and_run(name, tmp_path, monkeypatch):
    shutil.copytree(ROOT / "lectures", tmp_path / "lectures")
    monkeypatch.setattr("dlcourse.course.ROOT", tmp_path)
    make_copies()
    server = look.jupyterlab(tmp_path, *FOR_A_CLASS)
    with server as (address, token), look.chromium() as page:
        outside = requests_outside(page, address)
        page.goto(f"{address}/lab/tree/my_lectures/index.ipynb?token={token}")
        page.click(f".jp-MarkdownOutput a[href*='{name}']")
        page.wait_for_function(OPEN, arg=f"{name}.ipynb")
        look.run(page)
        assert page.query_selector(".jp-NotebookPanel-notebook .noUi-handle")
        assert list(look.move_sliders(page)) == []
    path = tmp_path / "my_lectures" / f"{name}.ipynb"
    assert list(look.faults(nbformat.read(path, as_version=4))) == []
    assert outside == []


def test_a_notebook_is_run_and_photographed(tmp_path, monkeypatch):
    monkeypatch.setattr(look, "MOVE_LIMIT", 5)
    cells = [
        v4.new_markdown_cell("# Seen"),
        *map(v4.new_code_cell, (SLIDER, TALL, IDLE)),
    ]
    cells.append(v4.new_code_cell("1 / 0"))
    path = tmp_path / "seen.ipynb"
    nbformat.write(v4.new_notebook(cells=cells, metadata={"kernelspec": KERNEL}), path)
    stored = path.read_bytes()
    pages, faults = look.look(path, tmp_path / "out")
    assert faults == [
        "cell 5: ZeroDivisionError: division by zero",
        "slider 2 of 2 changes nothing",
    ]
    assert len(pages) == 2
    assert all(page.stat().st_size > 2000 for page in pages)
    assert path.read_bytes() == stored
