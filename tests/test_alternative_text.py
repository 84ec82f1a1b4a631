"""What figures say in words: taken from the code that draws, else from the text."""

import json

import pytest

from dlcourse.cli.alternative_text import alternative_texts
from dlcourse.course import lectures


def cells(*sources):
    """Cells by turns of Markdown and code, as in a notebook's JSON."""
    kinds = ["markdown", "code"] * len(sources)
    return [{"cell_type": k, "source": s} for k, s in zip(kinds, sources, strict=False)]


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ('ax.set(title="Loss", xlabel="epoch")', "Title: Loss. Axes: epoch."),
        ('ax.set_title("a\\nb")\nplt.suptitle("c")', "Title: a b; c."),
        ('ax.set(title=f"rate {rate:.2f}", ylabel=f"{x}")', "Title: rate …."),
        ('ax.set(title=name)\nprint("Loss")', "Watch the loss."),
        ("%matplotlib inline\nplt.title('Loss')", "Watch the loss."),
    ],
)
def test_the_words_of_a_cell(code, told):
    text = alternative_texts(cells("## Two steps\n\nIt falls. Watch the *loss*.", code))
    assert text[1] == f"Figure in the section “Two steps”. {told}"


def test_a_function_that_was_defined_before_says_what_it_draws():
    draw = 'def draw(ax):\n    """A map of it."""\n    ax.set(title="Map", xlabel="x")'
    texts = alternative_texts(cells("# One", draw, "# Two", "draw(ax)"))
    assert texts[3] == "Figure in the section “Two”. Title: Map. Axes: x. A map of it."


@pytest.mark.parametrize("lecture", lectures(), ids=lambda lecture: lecture.number)
def test_every_figure_of_a_lecture_says_more_than_its_section(lecture):
    notebook = json.loads(lecture.path.read_text(encoding="utf-8"))
    texts = alternative_texts(notebook["cells"])
    drawn = [
        index
        for index, cell in enumerate(notebook["cells"])
        if any(
            "image/png" in output.get("data", {}) for output in cell.get("outputs", ())
        )
    ]
    assert drawn
    for index in drawn:
        _, rest = texts[index].split("”.", 1)
        assert len(rest.split()) >= 1, f"{lecture.number}, cell {index}"
        assert "\\" not in rest
