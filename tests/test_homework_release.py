"""The students' edition: no answers in it, the same verdicts, a class's own numbers."""

import itertools
import math
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import numbers_14_16
import numbers_17_19
import numbers_20_22
import numbers_23_26
import numbers_27
import numbers_28_30
import numpy as np
import pytest
import right_answers
from answering import ALL
from typer.testing import CliRunner
from wrong_answers import WRONG

from dlcourse.cli.main import app
from dlcourse.homework import questions, recorded, release
from dlcourse.homework.checking import RIGHT, examine_once
from dlcourse.homework.grading import submission
from dlcourse.homework.questions import listed, predicted_learning

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def edition(tmp_path_factory):
    """The students' edition for class 7, of the repository as it stands."""
    root = tmp_path_factory.mktemp("course")
    ignored = shutil.ignore_patterns(".*", "runs", "work", "my_lectures")
    shutil.copytree(ROOT, root, ignore=ignored, dirs_exist_ok=True)
    for command in (["init", "-q"], ["add", "-A"]):
        subprocess.run(["git", "-C", root, *command], check=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(release, "course_folder", lambda: root)
        folder = tmp_path_factory.mktemp("students")
        release.release(folder, 7)
    return folder


@pytest.fixture(scope="module")
def again(tmp_path_factory):
    """All questions, as a file of recorded ones gives them: by name."""
    path = tmp_path_factory.mktemp("recorded") / "recorded.json.gz"
    recorded.write(path, ALL)
    return {question.name: question for question in recorded.load(path)}


@pytest.mark.parametrize("question", ALL, ids=lambda q: q.name)
def test_a_recorded_question_says_what_the_question_says(question, again):
    own = again[question.name]
    if question.arguments:
        assert sum(map(len, own.draws)) >= recorded.CASES
    for seed, inputs in enumerate(own.draws):
        assert examine_once(own, question.reference, inputs).status == RIGHT, seed
    assert own.hints == question.hints
    answers = [*WRONG[question.name], *question.mistakes.values()]
    for answer in answers:
        inputs = question.draw(0)
        expected = examine_once(question, answer, inputs)
        assert examine_once(own, answer, own.draw(0)) == expected


def test_a_check_tries_all_recorded_draws(again, monkeypatch):
    monkeypatch.setitem(questions.QUESTIONS, "sigmoid", again["sigmoid"])
    known = {str(a): again["sigmoid"].reference(*a) for a in again["sigmoid"].draw(0)}

    def learned_by_heart(x):
        return known.get(str((x,)), np.zeros(np.shape(x)))

    assert examine_once(
        again["sigmoid"], learned_by_heart, again["sigmoid"].draw(0)
    ).status == (RIGHT)
    assert questions.get("sigmoid").rounds > 1
    from dlcourse.homework import check

    assert check("sigmoid", learned_by_heart) == 0
    assert check("sigmoid", right_answers.sigmoid) > 0


def test_what_is_not_recorded_is_not_known(again):
    with pytest.raises(LookupError):
        again["sigmoid"].reference(np.array([0.123]))


def test_a_class_is_not_graded_with_the_edition(again):
    with pytest.raises(ValueError, match="grade with the repository"):
        again["sigmoid"].draw(4_000_000_000)


def test_the_edition_holds_no_answer(edition):
    there = {path.name for path in edition.iterdir()}
    assert {"lectures", "exercises", "dlcourse", "README.md"} <= there
    assert not there & {"solutions", "tests", ".git"}
    inner = edition / "dlcourse" / "homework" / "questions"
    names = {"__init__.py", "listed.py", "recorded.json.gz"}
    assert {path.name for path in inner.iterdir()} - {"__pycache__"} == names
    inside = "\n".join(p.read_text(encoding="utf-8") for p in inner.glob("*.py"))
    assert not [q.name for q in ALL if q.name in inside]
    for path in (edition / "exercises").glob("*.ipynb"):
        assert "BEGIN SOLUTION" not in path.read_text(encoding="utf-8")


def test_a_student_checks_answers_in_the_edition(edition):
    code = """
import numpy as np
from dlcourse.homework import check, questions
assert check("max_pool", lambda x, n: x.reshape(
    len(x) // n, n, -1, n, x.shape[2]).max((1, 3)))
assert not check("gradient_left", lambda: 0.25**6)  # that is the other edition's
right = questions.get("gradient_left").reference()
assert check("gradient_left", lambda: right)
"""
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=edition,
        env={"PYTHONPATH": str(edition)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr


def test_exercises_and_questions_of_a_class_have_the_same_numbers(edition):
    texts = [q.text for q in release.of_class("01", 7) if q.text]
    path = next((edition / "exercises").glob("01_*.ipynb"))
    notebook = nbformat.read(path, as_version=4)
    assert texts
    assert all(any(text in cell.source for cell in notebook.cells) for text in texts)
    assert notebook.metadata["dlcourse"] == {"class": 7}


@pytest.mark.parametrize(
    "question", questions.listed.for_class(0), ids=lambda q: q.name
)
def test_the_exercise_prints_the_numbers_of_its_question(question):
    (path,) = (ROOT / "solutions").glob(f"{question.homework}_*.ipynb")
    cells = nbformat.read(path, as_version=4).cells
    assert sum(cell.source.count(question.text) for cell in cells) == 1


WORDS = ["five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]


def by_the_text(question):
    """The answer to a question for a number, computed from its text alone."""
    for others in (
        numbers_14_16.BY_TEXT,
        numbers_17_19.BY_TEXT,
        numbers_20_22.BY_TEXT,
        numbers_23_26.BY_TEXT,
        numbers_27.BY_TEXT,
        numbers_28_30.BY_TEXT,
    ):
        if question.name in others:
            return others[question.name](question.text)
    found = re.findall(r"\d[\d,]*\.?\d*", question.text.replace(" ×", ""))
    numbers = [float(n.replace(",", "").rstrip(".")) for n in found]
    words = [
        WORDS.index(w) + 5 for w in re.findall(r"\w+", question.text) if w in WORDS
    ]
    match question.name:
        case "gradient_left":
            return 1 / 4 ** words[0]
        case "steps_in_training":
            return words[0] * math.ceil(numbers[0] / numbers[1])
        case "batches_needed":
            return next(n for n in range(9999) if numbers[0] ** n < 0.01)
        case "different_crops":
            side, window = numbers[0], numbers[2]
            return 2 * sum(1 for _ in range(int(side - window) + 1)) ** 2
        case "ways_counted":
            modules, before, layers = (int(n) for n in numbers)
            ways = itertools.product([1, 2, 2, 1], repeat=modules)  # brute force
            return sum(before + sum(way) + 1 == layers for way in ways)
        case "pixels_seen":
            modules, *sizes, _ = (int(n) for n in re.findall(r"\d+", question.text))
            seen = [np.ones(1), np.ones(1)]  # rows, columns
            for i, size in enumerate(modules * sizes):
                seen[i % 2] = np.convolve(seen[i % 2], np.ones(size))
            return len(seen[0]) * len(seen[1])
        case "paths_lost":
            blocks, out, length = (int(n) for n in numbers)
            paths = itertools.combinations(range(blocks), length)  # brute force
            return sum(path[0] < out for path in paths)  # the first blocks are out
        case "trainable_read":
            weights = model_of(question).trainable_weights
            return sum(np.prod(weight.shape) for weight in weights)
        case "parameters_read" | "vgg_parameters":
            return model_of(question).count_params()
        case "multiply_adds_read":
            from dlcourse.analysis import complexity

            return complexity(model_of(question)).macs
        case "period_seen":
            period, _, first, _, second = numbers
            step, count = first * second, int(period) * 40
            samples = np.cos(2 * np.pi * step * np.arange(count) / period)
            return step * count / np.abs(np.fft.rfft(samples)).argmax()


def model_of(question):
    """The network whose code is to be read."""
    import keras

    from dlcourse.models import VGG

    code = re.search(r"```python\n(.*)```", question.text, re.DOTALL)[1]
    names = {"keras": keras, "layers": keras.layers, "VGG": VGG}
    exec(code, names)
    return names["model"]


@pytest.mark.parametrize("number", range(6))
def test_the_numbers_of_a_class_are_right_by_another_way(number):
    for question in questions.listed.for_class(number):
        assert question.reference() == pytest.approx(by_the_text(question)), question
        mistaken = [function() for function in question.mistakes.values()]
        for wrong in mistaken:
            assert examine_once(question, lambda w=wrong: w, [(), ()]).status != RIGHT
        # At most two of them give one number, and then one sentence.
        assert len({round(float(w), 9) for w in mistaken}) >= len(mistaken) - 1


def test_classes_differ():
    texts = {q.text for number in range(8) for q in questions.listed.for_class(number)}
    assert len(texts) > 4 * len(questions.listed.for_class(0))


def test_the_class_of_a_submission_is_read_from_its_notebook(edition):
    class Entry:
        name, parts = "01_x.ipynb", ("01_x.ipynb",)

        def __init__(self, content):
            self.read = lambda count: content[:count]

    class Submitted:
        def __init__(self, content):
            self.entries = [Entry(content)]

    path = next((edition / "exercises").glob("01_*.ipynb"))
    own, plain = Submitted(path.read_bytes()), Submitted(b'{"cells": []}')
    strange = [b"", b"[]", b'{"metadata": {"dlcourse": {"class": "7"}}}', b"\xff{"]
    assert submission.class_of([own]) == 7
    assert submission.class_of([own, own, plain]) == 7
    assert [submission.class_of([Submitted(s)]) for s in strange] == [0] * 4
    assert submission.class_of([]) == 0


def test_a_class_is_used_and_left_again():
    before = questions.get("gradient_left").reference()
    try:
        questions.use_class(7)
        assert questions.get("gradient_left").reference() != before
    finally:
        questions.use_class(0)
    assert questions.get("gradient_left").reference() == before


@pytest.mark.parametrize(
    ("folder", "arguments", "told"),
    [
        ("full", [], "is not empty"),
        ("new", ["--class", "-1"], "than or equal to 0"),
        ("full/file", [], "is not empty"),
    ],
)
def test_what_release_refuses(folder, arguments, told, tmp_path):
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "file").touch()
    done = CliRunner().invoke(app, ["release", str(tmp_path / folder), *arguments])
    assert done.exit_code
    assert told in done.output


def test_release_needs_the_repository(tmp_path, monkeypatch):
    monkeypatch.setattr(release, "course_folder", lambda: tmp_path)
    with pytest.raises(FileNotFoundError, match="no git repository"):
        release.release(tmp_path / "out")
    with pytest.raises(ValueError, match="class is -1"):
        release.release(tmp_path / "out", -1)


def test_a_mistake_that_is_always_right_is_refused():
    """No numbers tell it from the answer: the search for them must end."""
    make, (_, numbers) = next(iter(predicted_learning.PRINTED.items()))

    def spoiled(*drawn):
        question = make(*drawn)
        question.mistakes["It is right."] = question.reference
        return question

    with pytest.raises(RuntimeError, match="one of its mistakes is always right"):
        listed.drawn(spoiled, numbers, 3)
