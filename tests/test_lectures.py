"""Every lecture meets the rubric, and the rubric finds what it is there to find."""

import copy
import inspect
import textwrap
from pathlib import Path

import nbformat
import pytest
import rubric
from nbformat import v4

from dlcourse.lecture import profile

LECTURES = sorted((rubric.ROOT / "lectures").glob("[0-9]*.ipynb"))
HEAD = "# 07 · LeNet\n\nWho reads the digits?\n\n90 minutes · 40 s on two CPU cores"
ANSWER = "\n<details><summary>Why?</summary>\n\nBecause.\n</details>\n"
CHECK = f"## Check yourself\n{2 * ANSWER}"


@pytest.mark.parametrize("rule", rubric.RULES, ids=lambda rule: rule.__name__)
@pytest.mark.parametrize("path", LECTURES, ids=lambda path: path.stem)
def test_lecture(path, rule):
    notebook = nbformat.read(path, as_version=4)
    assert list(rule(notebook, path)) == []


def test_lecture_numbers_are_unique():
    numbers = [path.name[:2] for path in LECTURES]
    assert len(numbers) == len(set(numbers))


def good():
    """A lecture without a fault, as small as can be."""
    picture = v4.new_output("display_data", data={"image/png": "", "text/plain": "F"})
    held = v4.new_output("stream", name="stdout", text="✓ one\n✓ two\n")
    cells = [
        v4.new_markdown_cell(HEAD),
        v4.new_code_cell('PROFILE = "quick"', metadata={"tags": ["parameters"]}),
        v4.new_markdown_cell("## What you will learn\n[this](07_lenet.ipynb)"),
        v4.new_code_cell("setup(seed=0)\nsettings = profile(PROFILE, {}, {})"),
        v4.new_markdown_cell("## Idea\nAs [shown above](#What-you-will-learn)."),
        v4.new_code_cell("show(LeNet5)\nplt.show()", outputs=3 * [picture]),
        v4.new_markdown_cell("## Experiment\n```python\nx = 1\n```"),
        v4.new_code_cell("claim('one', 1)\nclaim('two', 2)", outputs=[held]),
        v4.new_markdown_cell("## What we claimed and showed"),
        v4.new_markdown_cell("### The answer\n\nYes. No. It depends."),
        v4.new_markdown_cell(CHECK),
        v4.new_markdown_cell("## Exercise"),
        v4.new_markdown_cell("## References\n[page](https://example.org)"),
    ]
    for cell in cells:
        cell.metadata["slideshow"] = {"slide_type": "-"}
    notebook = v4.new_notebook(cells=copy.deepcopy(cells))
    for count, cell in enumerate(rubric.code(notebook), start=1):
        cell.execution_count = count
    return notebook


def faults(notebook, folder, name="07_lenet.ipynb"):
    """What the rubric finds, each with its rule: "title: the first cell …"."""
    path = Path(folder, name)
    nbformat.write(notebook, path)
    found = [(rule, fault) for rule in rubric.RULES for fault in rule(notebook, path)]
    return [f"{rule.__name__}: {fault}" for rule, fault in found]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(rubric, "ROOT", tmp_path)
    return tmp_path


def test_a_good_lecture_breaks_no_rule(folder):
    assert faults(good(), folder) == []


def test_the_file_name_is_the_number(folder):
    assert "title: the file is called" in faults(good(), folder, "LeNet.ipynb")[0]


def source(index, text):
    return lambda cells: cells[index].update(source=text)


def add(index, text):
    return lambda cells: cells[index].update(source=f"{cells[index].source}\n{text}")


def tag(index, *names):
    return lambda cells: cells[index].metadata.update(tags=list(names))


def prints(index, text, name="stdout"):
    output = v4.new_output("stream", name=name, text=text)
    return lambda cells: cells[index].outputs.append(output)


def no_outputs(index):
    return lambda cells: cells[index].outputs.clear()


def counted(index, count):
    return lambda cells: cells[index].update(execution_count=count)


ERROR = v4.new_output("error", ename="E", evalue="", traceback=[])
AGAIN = "```python\ndef conv_bn(x): pass\n```"
# What is found, and what was done. Cell 0: title, 1: parameters, 5: figures, 7: claims.
SPOILED = [
    ("title: the first cell does not begin", source(0, HEAD.replace("07", "08"))),
    ("title: the first cell asks no question", source(0, HEAD.replace("?", "."))),
    ("title: the first cell does not say", source(0, HEAD.replace("90 min", "long"))),
    ("title: the first cell does not promise", source(0, HEAD.replace("40 s", "soon"))),
    ("title: the first cell does not promise", source(0, HEAD.replace("40 s", "61 s"))),
    ("sections: the first section", source(2, "## Introduction")),
    ("sections: the last sections", source(8, "## Done")),
    ("sections: the last sections", lambda cells: cells.insert(10, cells.pop())),
    ("sections: fewer than two sections of its own", source(6, "nothing")),
    ("answer: 0 cells", source(9, "Nothing.")),
    ("answer: the answer has 4", add(9, "Who knows?")),
    ("answer: the answer has 0", source(9, "### The answer\nperhaps")),
    ("sections: fewer than two questions", source(10, "## Check yourself\nWhy?")),
    ("parameters: the first code cell is not tagged", tag(1)),
    ("parameters: the first code cell is not PROFILE", source(1, 'PROFILE = "full"')),
    ("parameters: setup() is not called", source(3, "profile(PROFILE)")),
    ("parameters: profile() is not called", source(3, "setup(seed=0)")),
    ("outputs: the execution counts", counted(5, None)),
    ("outputs: the execution counts", counted(5, 9)),
    ("stores an error", lambda cells: cells[5].outputs.append(ERROR)),
    ("stores stderr", prints(5, "UserWarning", "stderr")),
    ("stores a progress bar", prints(5, " 10%|█   | 1/10 [00:00<?, ?it/s]")),
    ("strictness: 1 of 2 cells", tag(5, "nbval-ignore-output")),
    ("strictness: 1 of 2 cells", tag(5, "nbval-skip")),
    ("claims, uncompared", add(7, "# NBVAL_IGNORE_OUTPUT")),
    ("has 26 lines", source(5, "show(x)" + 25 * "\nx = 1")),
    ("lengths: more than 5 %", source(5, "show(x)" + 20 * "\nx = 1")),
    ("lengths: a line of 89 characters", add(5, f"x = '{83 * '.'}'")),
    ("substance: fewer than two claims", source(7, "claim('one', 1)")),
    ("substance: fewer than two claims in the stored outputs", no_outputs(7)),
    ("substance: fewer than three figures", lambda cells: cells[5].outputs.pop()),
    ("substance: show() is not called", source(5, "print(1)")),
    ("no_retyping: conv_bn is defined", add(5, "def conv_bn(x): pass")),
    ("no_retyping: conv_bn is defined", add(5, "conv_bn = lambda x: x")),
    ("no_retyping: conv_bn is defined", add(6, AGAIN)),
    ("folded: Markdown in", add(10, "<details><summary>`x`?</summary></details>")),
    ("of_quick: '36 classes'", add(4, "Letters have\n\n36 classes.")),
    ("of_quick: 'Letters and figures'", add(4, "Letters and figures, in small.")),
    ("of_quick: 'after five epochs'", add(4, "Their losses after five epochs?")),
    ("of_quick: 'our 4 epochs'", add(4, "In quick, for long.\n\nIn our 4 epochs")),
    ("slides: ", lambda cells: cells[4].metadata.clear()),
    ("slides: ", lambda cells: cells[4].metadata.update(slideshow={"slide_type": ""})),
    ("alone: ", add(5, 'open("../experiments/vgg_small.csv")')),
    ("privacy: names /home/", prints(5, "saved to /home/ada/model.keras")),
    ("privacy: names /tmp/", add(5, "load('/tmp/x')")),
    ("privacy: names C:", prints(5, "saved to C:\\model.keras")),
    ("privacy: names site-packages", prints(5, "lib/site-packages/keras: warning")),
    ("privacy: names localhost", prints(5, "http://localhost:8888")),
    ("privacy: names 10.0.0.1", prints(5, "listening on 10.0.0.1")),
    ("privacy: names at 0x", prints(5, "<function f at 0x7f3a>")),
    ("size: 1.6 MB", prints(5, "x" * 1_600_000)),
    ("links: 08_none.ipynb", add(4, "[there](08_none.ipynb)")),
    ("links: none.png", add(4, '<img src="none.png">')),
    ("links: #Nowhere", add(4, "[there](#Nowhere)")),
    ("links: ../../..", add(4, f"[outside]({20 * '../'}etc)")),
]


@pytest.mark.parametrize(("fault", "spoil"), SPOILED)
def test_the_rubric_finds(fault, spoil, folder):
    notebook = good()
    spoil(notebook.cells)
    assert fault in "\n".join(faults(notebook, folder))


def test_the_rubric_finds_the_state_of_widgets(folder):
    notebook = good()
    notebook.metadata["widgets"] = {}
    assert faults(notebook, folder) == ["size: stores the state of its widgets"]


def test_the_rubric_finds_retyped_lines(folder):
    body = inspect.getsource(profile).rpartition('"""')[2]
    notebook = good()
    notebook.cells[5].source += "\n" + textwrap.dedent(body)
    assert "no_retyping: retyped" in "\n".join(faults(notebook, folder))
