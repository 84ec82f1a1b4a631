"""Looking at a notebook in JupyterLab: it is run, photographed, and judged."""

import look
import nbformat
import pytest
from nbformat import v4

from dlcourse.cli.main import FOR_A_CLASS

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
SLIDER = "import ipywidgets\nipywidgets.interact(lambda a: print(a), a=(0, 9));"
IDLE = "ipywidgets.interact(lambda a: print('the same'), a=(0, 9));"
TALL = (
    "from IPython.display import HTML\nHTML('<div style=\"height: 1700px\">tall</div>')"
)


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
    outside = []
    server = look.jupyterlab(tmp_path, *FOR_A_CLASS)
    with server as (address, token), look.chromium(1440, 900) as page:
        page.on("request", lambda request: outside.append(request.url))
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
    local = (address, address.replace("http", "ws"), "data:", "blob:")
    assert [url for url in outside if not url.startswith(local)] == []


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
