"""Decks of slides: what is in them, where they break, and a walk through them."""

import base64
import hashlib
import io
import re
import tarfile
from pathlib import Path

import decks
import look
import nbformat
import place_slides
import pytest
from nbformat import v4
from PIL import Image
from typer.testing import CliRunner

from dlcourse.cli import slides, vendor
from dlcourse.cli.main import app
from dlcourse.course import lectures

LECTURES = [lecture.path for lecture in lectures()]


@pytest.fixture(scope="module")
def packages():
    """What every deck needs; where it cannot be fetched, the test is skipped."""
    try:
        return [vendor.vendored(name) for name in vendor.PACKAGES]
    except RuntimeError as error:
        pytest.skip(f"npm: {error}")


in_browser = [
    pytest.mark.usefixtures("packages"),
    pytest.mark.browser,
    pytest.mark.skipif(look.missing() is not None, reason=str(look.missing())),
]


def slide(source, kind="slide", **marks):
    """A cell of Markdown that begins a slide."""
    return v4.new_markdown_cell(
        source, metadata={"slideshow": {"slide_type": kind} | marks}
    )


def code(source, *outputs, **marks):
    """A code cell that goes on with a slide."""
    marks = {"slide_type": "-"} | marks
    return v4.new_code_cell(
        source, outputs=list(outputs), metadata={"slideshow": marks}
    )


def data(kind, value, **more):
    """What a cell displays, of one kind and with text in its place."""
    return v4.new_output("display_data", {kind: value, "text/plain": "text"} | more)


def png(width, height):
    """A white picture, as notebooks hold it."""
    file = io.BytesIO()
    Image.new("RGB", (width, height), "white").save(file, "PNG")
    return base64.b64encode(file.getvalue()).decode()


def deck(tmp_path, *cells):
    """The path of the deck of these cells."""
    path = tmp_path / "deck.html"
    path.write_text(slides.render(v4.new_notebook(cells=list(cells)), "A deck"))
    return path


def body(path):
    """What a deck shows, without its scripts and styles."""
    return re.sub(r"<(script|style)>.*?</\1>", "", path.read_text(), flags=re.DOTALL)


def test_a_deck_holds_what_it_needs(tmp_path, packages):
    shown = body(deck(tmp_path, slide("# Seen\n\n$x^2$"), code("1")))
    assert "script" not in shown
    assert "<link" not in shown
    assert "src=" not in shown


def test_long_code_and_long_outputs_are_folded(tmp_path, packages):
    lines = "\n".join(["x = 1"] * (slides.LONGEST + 1))
    long = v4.new_output("stream", text="line\n" * 30)
    short = code("a = 1\nb = 2")
    small = code("a = 1\nb = 2", folded=True)
    shown = body(deck(tmp_path, slide("# A"), code(lines, long), short, small))
    assert re.findall("<summary>(.*?)</summary>", shown) == [
        "Code: 21 lines",
        "Output: 31 lines",
        "Code: 2 lines",
    ]


def test_a_slider_and_links_to_lectures_are_told(tmp_path, packages):
    text = slide("# A\n\n[11](11_googlenet.ipynb) and [12](12_x.ipynb#Part)")
    slider = code("interact()", data(slides.WIDGET, {"model_id": "1"}))
    shown = body(deck(tmp_path, text, slider))
    assert re.findall('href="([^"]*_[^"]*)"', shown) == [
        "11_googlenet.html",
        "12_x.html#Part",
    ]
    assert slides.SLIDER in shown


def measured(source, own, figures=0, kind="code"):
    """A cell as the tool sees it, of so many pixels."""
    cell = {"cell_type": kind, "source": [source], "metadata": {}}
    return place_slides.Cell(cell, own, figures, figures)


def text(source, own):
    """Markdown as the tool sees it."""
    return measured(source, own, kind="markdown")


def placed(*cells):
    """The slide types and the folded cells that the tool chooses."""
    place_slides.mark(place_slides.places(list(cells)))
    marks = [cell.cell["metadata"]["slideshow"] for cell in cells]
    kinds = [mark["slide_type"] for mark in marks]
    return kinds, [i for i, mark in enumerate(marks) if mark.get("folded")]


def test_what_fits_stays_on_one_slide():
    cells = text("## A", 300), measured("plot()", 50, 250), text("So.", 60)
    assert placed(*cells) == (["slide", "-", "fragment"], [])


def test_what_does_not_fit_is_broken_before_text():
    cells = text("## A\n\nAnd", 300), measured("f()", 200), text("B", 200)
    cells += (measured("g()", 200),)
    assert placed(*cells) == (["slide", "-", "subslide", "-"], [])


def test_no_slide_holds_more_than_fits():
    assert placed(text("## A", 400), text("B", 400))[0] == ["slide", "subslide"]


def test_code_is_folded_where_its_figure_needs_the_room():
    assert placed(measured("plot()", 400, 500)) == (["slide"], [0])
    assert placed(measured("plot()", 100, 500)) == (["slide"], [])


def test_long_code_is_folded_without_a_mark():
    long = measured("a\n" * 21, 500, 400)
    assert placed(long, text("So.", 200)) == (["slide", "fragment"], [])


def test_a_sentence_stays_with_what_it_introduces():
    cells = text("## A", 400), measured("f()", 200), text("See\nthis:", 60)
    cells += (measured("plot()", 330, 360),)
    assert placed(*cells)[0] == ["slide", "-", "subslide", "-"]


def test_a_heading_begins_a_slide_and_an_answer_waits():
    cells = text("## A\n\n**Predict** it.", 90), measured("f()", 90), text("### B", 90)
    assert placed(*cells)[0] == ["slide", "fragment", "subslide"]


@pytest.mark.parametrize("path", LECTURES, ids=lambda path: path.stem)
def test_lectures_leave_their_setup_out(path):
    cells = nbformat.read(path, as_version=4).cells
    kinds = [cell.metadata["slideshow"]["slide_type"] for cell in cells]
    second = kinds.index("slide", kinds.index("slide", 1) + 1)
    assert set(kinds[1:second]) == {"slide", "skip"}, "python tests/place_slides.py"


def test_a_package_is_compared_with_its_hash(tmp_path, monkeypatch):
    written = tmp_path / "package" / "LICENSE"
    written.parent.mkdir()
    written.write_text("free")
    with tarfile.open(tmp_path / "one.tgz", "w:gz") as packed:
        packed.add(written.parent, "package")
    digest = hashlib.sha512((tmp_path / "one.tgz").read_bytes()).digest()
    known = {"one": ("1", base64.b64encode(digest).decode()), "two": ("1", "AAAA")}
    monkeypatch.setattr(vendor, "PACKAGES", known)
    monkeypatch.setattr(vendor, "fetch", lambda *_: tmp_path / "one.tgz")
    there = vendor.vendored("one", tmp_path / "vendor")
    assert (there / "LICENSE").read_text() == "free"
    vendor.unpack(tmp_path / "one.tgz", there)  # as a second process would
    with pytest.raises(RuntimeError, match=r"one\.tgz is not the file that was pinned"):
        vendor.vendored("two", tmp_path / "vendor")


def test_without_npm_it_is_said(monkeypatch):
    monkeypatch.setenv("PATH", "")
    with pytest.raises(RuntimeError, match=r"install Node\.js"):
        vendor.fetch("reveal.js@5.2.1", ".")


def written(number, tmp_path, monkeypatch):
    """The deck of a lecture, by the command, in a folder of the test's own."""
    monkeypatch.setattr(slides, "runs_folder", lambda: tmp_path)
    result = CliRunner().invoke(app, ["slides", number])
    assert result.exit_code == 0, result.output
    return Path(result.output.strip())


def test_no_lecture_of_that_name():
    result = CliRunner().invoke(app, ["slides", "99"])
    assert result.exit_code == 1
    assert "There is no lecture '99'" in result.output


class TestInChromium:
    pytestmark = in_browser

    def test_each_fault_is_found(self, tmp_path):
        long = "\n\n".join(f"A line, {n}." for n in range(60))
        picture = '<img src="{}" width="{}">'
        outside = picture.format("https://example.invalid/a.png", 10)
        gone = picture.format("data:image/png;base64,AAAA", 10)
        wide = picture.format(f"data:image/png;base64,{png(1, 1)}", 5000)
        path = deck(
            tmp_path,
            slide("# Good\n\n$x^2$"),
            code("1", data("image/png", png(1, 1))),
            slide(long),
            slide("Outside", "subslide"),
            code("1", data("text/html", outside)),
            slide("Gone"),
            code("1", data("text/html", gone)),
            slide("Wide"),
            code("1", data("text/html", f'<div style="width: 5000px">{wide}</div>')),
            slide(r"$\frac{1$ and \(x"),
            slide(r"$\undefined$"),
        )
        found = decks.faults(path)
        assert [line.removeprefix("deck, ") for line in found] == [
            "slide 1/0: overflows",
            "slide 1/1: a picture is missing",
            "slide 2/0: a picture is missing",
            "slide 3/0: overflows",
            "slide 4/0: a raw formula",
            "slide 5/0: a formula is wrong",
            "deck: https://example.invalid/a.png",
        ]

    def test_a_large_figure_is_made_smaller_and_a_fold_opens(self, tmp_path):
        lines = "\n".join(["x = 1"] * 60)
        figure = data("image/png", png(1500, 560))
        cells = slide("## A\n\nB"), code("1\n2\n3", figure), code(lines)
        assert decks.faults(deck(tmp_path, *cells)) == []

    def test_one_lecture(self, tmp_path, monkeypatch):
        assert decks.faults(written("07", tmp_path, monkeypatch)) == []

    @pytest.mark.slow
    @pytest.mark.parametrize("path", LECTURES, ids=lambda path: path.stem)
    def test_every_lecture(self, path, tmp_path, monkeypatch):
        assert decks.faults(written(path.stem, tmp_path, monkeypatch)) == []
