"""Exercises are what is generated from the solutions, and give nothing away."""

import ast
import contextlib
import io
import re
import signal
from pathlib import Path

import nbformat
import pytest
from typer.testing import CliRunner

from dlcourse import cli
from dlcourse.homework import checking, generate, questions

ROOT = Path(__file__).parent.parent
SOLUTIONS = sorted((ROOT / "solutions").glob("*.ipynb"))
PROJECTS = [path for path in SOLUTIONS if path.name[0] == "P"]
every_solution = pytest.mark.parametrize("path", SOLUTIONS, ids=lambda path: path.stem)


def read(path):
    return nbformat.read(path, as_version=4)


def exercise(path):
    return read(ROOT / "exercises" / path.name)


def code(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def answers(notebook):
    """The lines between the markers, without indentation."""
    for cell in code(notebook):
        inside = False
        for line in cell.source.splitlines():
            if line.strip() in (generate.BEGIN, generate.END):
                inside = line.strip() == generate.BEGIN
            elif inside and line.strip():
                yield line.strip()


def printed(notebook):
    """What the cells print, run one after the other in this process."""
    out, namespace = io.StringIO(), {}
    with contextlib.redirect_stdout(out):
        for cell in code(notebook):
            exec(cell.source, namespace)
    return out.getvalue()


def test_what_is_committed_is_what_is_generated(tmp_path):
    generate.generate(ROOT / "solutions", tmp_path)
    made = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    committed = (ROOT / "exercises").glob("*.ipynb")
    assert made == {path.name: path.read_bytes() for path in committed}


@pytest.mark.parametrize(
    "path", [*filter(lambda p: p not in PROJECTS, SOLUTIONS)], ids=lambda p: p.stem
)
def test_the_lecture_names_its_homework(path):
    (lecture,) = (ROOT / "lectures").glob(f"{path.name[:2]}_*.ipynb")
    text = "\n".join(cell.source for cell in read(lecture).cells)
    assert re.search(rf"`dlcourse start 0?{int(path.name[:2])}`", text)


def test_every_homework_has_its_notebook_and_its_lecture():
    numbers = {question.homework for question in questions.QUESTIONS.values()}
    assert {path.name[:2] for path in SOLUTIONS} == numbers


@every_solution
def test_solution_asks_the_questions_in_order(path):
    cells = code(read(path))
    asked = [q.name for q in questions.of(path.name[:2])]
    checks = [cell.source for cell in cells if cell.source.startswith("check(")]
    assert checks == [f'check("{name}", {name})' for name in asked]


@every_solution
def test_solution_stores_full_marks(path):
    asked = questions.of(path.name[:2])
    lines = [
        output.text
        for cell in code(read(path))
        for output in cell.outputs
        if output.output_type == "stream"
    ]
    said = "".join(lines)
    if path in PROJECTS:
        (question,) = asked
        scored = (
            rf"✓ {question.name}: scored 0\.\d+ ± 0\.\d+: {question.points} points\n"
        )
        assert re.fullmatch(scored, said)
    else:
        assert said == "".join(f"✓ {question.name}: right\n" for question in asked)


# The cells of a project that are for the student, before the function that is asked.
PARTS = ("prepare", "network", "train"), ("prepare", "network", "fit", "train")


@every_solution
def test_cells_have_the_metadata_of_nbgrader(path):
    both = {"schema_version": 3, "task": False}
    answer = both | {"grade": False, "locked": False, "solution": True}
    check = both | {"grade": True, "locked": True, "solution": False}
    wanted = []
    for question in questions.of(path.name[:2]):
        if path in PROJECTS:  # what is trained before it is asked
            parts = PARTS["masks" in question.name]
            names = [question.name.replace("predict", part) for part in parts]
            wanted += [answer | {"grade_id": name} for name in names]
        wanted += [
            answer | {"grade_id": question.name},
            check | {"grade_id": f"check_{question.name}", "points": question.points},
        ]
    for notebook in (read(path), exercise(path)):
        metadata = [cell.metadata for cell in notebook.cells]
        assert [m.nbgrader for m in metadata if "nbgrader" in m] == wanted


@every_solution
def test_markers_stand_where_nbgrader_looks_for_them(path):
    """It refuses markers in other cells, and takes the points from what check gives."""
    for cell in read(path).cells:
        nbgrader = cell.metadata.get("nbgrader", {})
        markers = [cell.source.count(mark) for mark in (generate.BEGIN, generate.END)]
        assert markers == [int(nbgrader.get("solution", False))] * 2
        if nbgrader.get("grade"):
            _, result = cell.outputs
            assert result.data["text/plain"] == str(nbgrader.points)


@every_solution
def test_exercise_holds_no_output_and_no_answer(path):
    notebook = exercise(path)
    text = "\n".join(cell.source for cell in notebook.cells)
    assert "SOLUTION" not in text
    given = {line.strip() for line in text.splitlines()}
    lines = set(answers(read(path)))
    assert lines
    assert not lines & given
    for cell in code(notebook):
        assert cell.outputs == []
        assert cell.execution_count is None


@every_solution
def test_stub_is_the_docstring_and_not_implemented_error(path):
    for question in questions.of(path.name[:2]):
        cells = code(exercise(path))
        (cell,) = (c for c in cells if c.source.startswith(f"def {question.name}("))
        (function,) = ast.parse(cell.source).body
        docstring, stub = function.body
        assert isinstance(docstring.value.value, str)
        assert ast.unparse(stub) == generate.STUB


@every_solution
def test_untouched_exercise_runs_and_attempts_nothing(path):
    asked = questions.of(path.name[:2])
    expected = "".join(f"· {question.name}: not attempted\n" for question in asked)
    assert printed(exercise(path)) == expected


def test_markers_become_a_stub_at_their_indentation():
    source = (
        "def f(x):\n    if x:\n        ### BEGIN SOLUTION\n        return 1\n"
        "        ### END SOLUTION\n    return 2"
    )
    stub = "def f(x):\n    if x:\n        raise NotImplementedError\n    return 2"
    assert generate.stub(source) == stub
    source = "### BEGIN SOLUTION\nx = 1\n### END SOLUTION"
    assert generate.stub(source) == "..."  # runs, as nothing is asked of it


@pytest.mark.parametrize(
    "source",
    [
        "### BEGIN SOLUTION\nx = 1",
        "x = 1\n### END SOLUTION",
        "### BEGIN SOLUTION\n### BEGIN SOLUTION\n### END SOLUTION",
    ],
)
def test_markers_come_in_pairs(source):
    with pytest.raises(ValueError, match="without its partner"):
        generate.stub(source)


# A student's week.


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A course folder of its own, with the exercises of this one."""
    (tmp_path / "lectures").mkdir()
    (tmp_path / "exercises").symlink_to(ROOT / "exercises")
    monkeypatch.setattr("dlcourse.course.ROOT", tmp_path)
    return tmp_path


def dlcourse(*words):
    return CliRunner().invoke(cli.app, words)


@pytest.mark.parametrize("number", ["1", "01"])
def test_start_copies_the_exercise(course, number):
    done = dlcourse("start", number)
    (own,) = (course / "work").iterdir()
    assert done.exit_code == 0
    assert done.stdout.strip() == str(own)
    assert own.read_bytes() == (course / "exercises" / own.name).read_bytes()


def test_start_never_overwrites(course):
    dlcourse("start", "1")
    (own,) = (course / "work").iterdir()
    own.write_text("a week of work")
    done = dlcourse("start", "1")
    assert done.exit_code == 1
    assert "is there already" in done.stderr
    assert own.read_text() == "a week of work"


def test_start_lists_what_there_is(course):
    done = dlcourse("start", "99")
    assert done.exit_code == 1
    assert "01_perceptron_and_activations" in done.stderr


def test_git_ignores_what_students_write():
    assert "/work/" in (ROOT / ".gitignore").read_text().split()


def test_check_scores_a_notebook_with_a_broken_and_a_missing_cell(tmp_path):
    path = tmp_path / "01_mine.ipynb"
    notebook = read(SOLUTIONS[0])
    for cell in code(notebook):
        if "def elu(" in cell.source:
            cell.source = "1 / 0"
        if 'check("sigmoid"' in cell.source:
            cell.source = ""
    nbformat.write(notebook, path)
    before = path.read_bytes()
    done = dlcourse("check", str(path))
    assert done.exit_code == 0
    stopped = "Code cell 9 (elu) stops with ZeroDivisionError: division by zero\n"
    assert done.stdout.startswith(stopped)
    assert "✓ sigmoid: right\n" in done.stdout
    assert "· elu: not attempted\n" in done.stdout
    points = [question.points for question in questions.of("01")]
    earned = sum(points) - questions.get("elu").points
    assert done.stdout.endswith(f"\n{earned} of {sum(points)} points\n")
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("01_none.ipynb", None, "Begin one with: dlcourse start"),
        ("01", None, "There is no notebook"),
        ("mine.ipynb", "{}", "There is no homework 'mi'. There are: 01, 02, 03"),
        ("mine.ipynb", "{}", "name begins with the number of its homework"),
        ("01_mine.ipynb", '{"cells": [', "is damaged, or not a notebook"),
        ("01_mine.ipynb", "[1]", "is damaged, or not a notebook"),
        ("01_mine.ipynb", '{"cells": 3}', "is damaged, or not a notebook"),
        ("01_mine.ipynb", "", "is damaged, or not a notebook"),
    ],
)
def test_check_says_what_is_missing(name, content, said, tmp_path):
    if content is not None:
        (tmp_path / name).write_text(content)
    done = dlcourse("check", str(tmp_path / name))
    assert done.exit_code == 1
    assert said in done.stderr


LOOP = "def {}(*arguments):\n    while True:\n        pass"
SWALLOWS = """def maxout(*arguments):
    while True:
        try:
            while True:
                pass
        except:
            pass"""


def with_answers(path, **sources):
    """Homework 01 with some of its answers replaced."""
    notebook = read(SOLUTIONS[0])
    for cell in notebook.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        cell.source = sources.get(name, cell.source)
    nbformat.write(notebook, path)
    return notebook


def lost(*names):
    """The last line of the score where these questions earn nothing."""
    total = sum(question.points for question in questions.of("01"))
    earned = total - sum(questions.get(name).points for name in names)
    return f"{earned} of {total} points"


def test_check_names_the_question_that_never_ends_and_scores_the_others(tmp_path):
    path = tmp_path / "01_mine.ipynb"
    with_answers(path, sigmoid=LOOP.format("sigmoid"), maxout=SWALLOWS)
    done = dlcourse("check", str(path))
    said = done.stdout.splitlines()
    assert said[1].startswith("✗ sigmoid: wrong. It does not end within 3 s.")
    assert "✓ elu: right" in said
    assert "✗ maxout: it takes more than 8 s. Is there an endless loop?" in said
    assert said[-1] == lost("sigmoid", "maxout")
    assert done.stderr == ""


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("while True: pass", "it takes more than 5 s. Is there an endless loop?"),
        ("import os; os._exit(1)", "it ended the whole program: exit, or a crash."),
    ],
)
def test_check_leaves_out_the_cell_that_stops_it(source, said, tmp_path):
    from dlcourse.homework import work

    path = tmp_path / "01_mine.ipynb"
    with_answers(path, leaky_relu=source)
    lines = work.score_notebook(path, timeout=5).splitlines()
    assert lines[0] == f"Code cell 6 (leaky_relu): {said}"
    assert "· leaky_relu: not attempted" in lines
    assert lines[-1] == lost("leaky_relu")


def test_a_check_stops_an_answer_that_never_ends(monkeypatch):
    """As `check` does in a notebook; the alarm of before is set again."""
    monkeypatch.setattr(checking, "SECONDS", 0.2)
    before = signal.getsignal(signal.SIGALRM)

    def never(x):
        while True:
            try:
                x = x + 1
            except Exception:
                x = 0

    verdict = checking.examine("sigmoid", never)
    assert verdict.fault.startswith("It does not end within 0.2 s.")
    assert signal.getsignal(signal.SIGALRM) == before
    assert checking.examine("sigmoid", lambda x: x).status == checking.WRONG
