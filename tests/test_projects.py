"""Projects: functions that students train, judged by their score on hidden inputs."""

import ast
import copy
import json
import time
import zlib
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hostile import cell_of
from test_grading import grade, isolated, save

from dlcourse import training
from dlcourse.homework import adam, calling, checking, public_set, questions, recorded
from dlcourse.homework.grading import gradebook, judging, leaderboard, sandbox
from dlcourse.homework.score import TRAIN, VALIDATION, hit, is_scored, overlap
from dlcourse.homework.verdict import NOT_ATTEMPTED, SCORED, WRONG, Score, Verdict

ROOT = Path(__file__).parents[1]
PROJECTS = [q for q in questions.QUESTIONS.values() if is_scored(q)]
every_project = pytest.mark.parametrize("question", PROJECTS, ids=lambda q: q.name)


@cache
def hidden(name, seed):
    return questions.get(name).draw(seed)


def examine(question, answer, seed=0):
    """The verdict on an answer for the hidden inputs of a seed."""
    asked = hidden(question.name, seed)
    return checking.judge(question, calling.outputs(question, answer, asked), asked)


@cache
def notebook(folder, homework):
    (path,) = (ROOT / folder).glob(f"{homework}_*.ipynb")
    return json.loads(path.read_text(encoding="utf-8"))


def trained(question, seed):
    """The solution's function, trained with another seed of its own."""
    namespace = {}
    for cell in notebook("solutions", question.homework)["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "code" and not source.startswith("check("):
            assert "default_rng" not in source or "default_rng(0)" in source
            exec(source.replace("default_rng(0)", f"default_rng({seed})"), namespace)
    return namespace[question.name]


def linear(question, weights):
    """Classes by a linear function of the pixels; weights (pixels + 1, outputs)."""
    shape = (*hidden(question.name, 0).labels.shape[1:], question.classes)

    def predict(x):
        scores = np.c_[x.reshape(len(x), -1), np.ones(len(x))] @ weights
        return scores.reshape(len(x), *shape).argmax(-1)

    return predict


@cache
def least_squares_by_name(name):
    """The baseline: straight from pixels to classes, with a ridge penalty."""
    question = questions.get(name)
    x, labels = public_set(question.name, TRAIN)
    wanted = np.eye(question.classes)[labels].reshape(len(x), -1)
    inputs = np.c_[x.reshape(len(x), -1), np.ones(len(x))]
    inner = inputs.T @ inputs + 10 * np.eye(inputs.shape[1])
    return linear(question, np.linalg.solve(inner, inputs.T @ wanted))


def least_squares(question):
    return least_squares_by_name(question.name)


@cache
def rough_enough():
    """The baseline for masks: squared differences, averaged and cut off."""

    def roughness(x):
        return windows((x - windows(x, 1)) ** 2, 2)

    def windows(x, margin):
        padded = np.pad(x, ((0, 0), (margin, margin), (margin, margin)), "reflect")
        size = (2 * margin + 1,) * 2
        found = np.lib.stride_tricks.sliding_window_view(padded, size, axis=(1, 2))
        return found.mean((3, 4))

    x, masks = public_set("predict_masks", TRAIN)
    found = roughness(x)
    cut = max(
        np.quantile(found, np.linspace(0.6, 0.95, 30)),
        key=lambda cut: overlap(found > cut, masks).mean(),
    )
    return lambda x: (roughness(x) > cut).astype(int)


def baseline(question):
    if question.name == "predict_masks":
        return rough_enough()
    return least_squares(question)


def untrained(question, seed):
    x, labels = public_set(question.name, TRAIN)
    outputs = labels[0].size * question.classes
    weights = np.random.default_rng(seed).normal(size=(x[0].size + 1, outputs))
    return linear(question, weights)


# What earns what, with margins.


@every_project
def test_the_baseline_reaches_the_first_threshold_alone(question):
    answer = baseline(question)
    first, second, *_ = question.thresholds
    for seed in range(5):
        score = examine(question, answer, seed).score
        assert first + 2 * score.error < score.mean < second - 3 * score.error
    validation = checking.examine(question.name, answer)
    assert validation.points == question.thresholds[first]


@every_project
def test_without_training_there_are_no_points(question):
    for seed in range(20):
        found = examine(question, untrained(question, seed), seed % 5)
        assert (found.status, found.points) == (SCORED, 0), found


@pytest.mark.slow  # `make test` grades each solution once, in test_grading.py
@every_project
@pytest.mark.parametrize("seed", range(1, 6))
def test_the_solution_reaches_all_thresholds(question, seed):
    answer = trained(question, seed)
    assert checking.examine(question.name, answer).points == question.points
    for hidden in range(5):
        score = examine(question, answer, hidden).score
        assert score.mean > max(question.thresholds)  # one error above the rule


@every_project
def test_a_score_tells_its_error_and_the_next_threshold(question):
    first, second, *_ = question.thresholds.items()
    text = str(checking.examine(question.name, baseline(question)))
    worth = f"{first[1]} point{'s' if first[1] != 1 else ''}"
    assert text.startswith(f"✓ {question.name}: scored 0.")
    assert text.endswith(
        f": {worth}. From {second[0]:.2f} on it would be {second[1]} points."
    )


@every_project
def test_no_cell_of_a_solution_is_long(question):
    cells = notebook("solutions", question.homework)["cells"]
    answers = [c for c in cells if "### BEGIN SOLUTION" in "".join(c["source"])]
    for cell in answers:
        for statement in ast.parse("".join(cell["source"])).body:
            assert statement.end_lineno - statement.lineno < 25
    assert len(answers) > 2


# What is given.


def bowl(point):
    """The gradient of a loss that is steeper along one axis."""
    return np.array([1.0, 20.0]) * point


def test_adam_is_that_of_lecture_02_with_a_rate_that_drops():
    start, steps = np.array([3.0, -2.0]), 40
    rates = 0.3 * (1 - np.arange(1, steps + 1) / steps)
    path = training.adam(bowl, start, rates, steps, epsilon=1e-8)
    (found,) = adam(lambda weights: [bowl(weights[0])], [start], 0.3, steps)
    np.testing.assert_allclose(found, path[-1], rtol=1e-12)
    np.testing.assert_array_equal(start, [3, -2])


def test_decay_takes_a_share_of_each_weight():
    start = [np.array([[2.0, -4.0]]), np.array(1.0)]
    found = adam(lambda weights: [0 * w for w in weights], start, 0.5, 4, decay=0.2)
    share = np.prod([1 - 0.2 * 0.5 * (1 - t / 4) for t in (1, 2, 3, 4)])
    for one, before in zip(found, start, strict=True):
        np.testing.assert_allclose(one, share * before, rtol=1e-12)


def test_a_check_waits_longer_for_a_project(monkeypatch):
    """A network that Keras builds at its first call takes a while."""
    monkeypatch.setattr(checking, "SECONDS", 0.05)
    answer = least_squares_by_name("predict_moved")

    def slow(x):
        time.sleep(0.1)
        return answer(x)

    assert checking.examine("predict_moved", slow).status == SCORED
    monkeypatch.setattr(checking, "PREDICTING", 0.05)
    found = checking.examine("predict_moved", slow)
    assert (found.status, found.points) == (WRONG, 0)
    assert "does not end within 0.05 s" in found.fault


# What is hidden.


@every_project
def test_what_is_hidden_is_not_public(question):
    public = {x.tobytes() for inputs, _ in question.public().values() for x in inputs}
    one, same, other = question.draw(1), question.draw(1), question.draw(2)
    assert np.array_equal(one[0][0], same[0][0])
    assert not np.array_equal(one[0][0], other[0][0])
    assert not public & {x.tobytes() for x in one[0][0]}
    assert np.array_equal(question.public()[TRAIN][0], question.public()[TRAIN][0])


@every_project
def test_inputs_come_shuffled_and_some_twice(question):
    asked = question.draw(0)
    (first,), (second,) = asked
    once = {x.tobytes() for x in first}
    assert len(once) < len(first) == len(asked.labels)
    assert {x.tobytes() for x in second} <= once
    assert abs(np.corrcoef(asked.same[0], np.arange(len(first)))[0, 1]) < 0.1


@every_project
def test_the_students_edition_holds_the_public_sets_alone(question):
    packed = json.loads(json.dumps(recorded.record(question, 0)))
    own = recorded.restore(packed)
    for part in (TRAIN, VALIDATION):
        for one, other in zip(own.public()[part], question.public()[part], strict=True):
            np.testing.assert_array_equal(one, other)
    answer = baseline(question)
    asked = own.validation()
    found = checking.judge(own, calling.outputs(own, answer, asked), asked)
    assert found == checking.examine(question.name, answer)
    assert own.hints == tuple(packed["hints"])
    with pytest.raises(ValueError, match="grade with the repository"):
        own.draw(0)


# What is refused, and what earns nothing.


def labels_like(question, x, value=0):
    return np.full((len(x), *hidden(question.name, 0).labels.shape[1:]), value)


def as_scores(question):
    answer = baseline(question)
    return lambda x: np.eye(question.classes)[answer(x)]


def by_chance(question):
    rng = np.random.default_rng(0)
    return lambda x: rng.integers(question.classes, size=labels_like(question, x).shape)


def by_frequency(question):
    """Guesses each class as often as it comes, always the same for an input."""
    frequencies = np.bincount(public_set(question.name, TRAIN)[1].ravel())

    def guess(one):
        rng = np.random.default_rng(zlib.crc32(one.tobytes()))
        shape = labels_like(question, [one]).shape[1:]
        return rng.choice(question.classes, shape, p=frequencies / frequencies.sum())

    return lambda x: np.array([guess(one) for one in x])


def by_heart(question):
    """Knows the public sets, and says 0 to all else."""
    sets = question.public().values()
    known = {
        x.tobytes(): label for part in sets for x, label in zip(*part, strict=True)
    }
    none = labels_like(question, [0])[0]
    return lambda x: np.array([known.get(one.tobytes(), none) for one in x])


def in_order(question):
    def predict(x):
        wanted = labels_like(question, x)
        places = np.arange(len(x)).reshape(-1, *[1] * (wanted.ndim - 1))
        return wanted + places % question.classes

    return predict


def by_the_others(question):
    """A good answer, that looks at the other inputs of a batch as well."""
    answer = baseline(question)
    return lambda x: answer(x + 3 * x[:5].mean(0))


def changes(question):
    answer = baseline(question)

    def predict(x):
        result = answer(x)
        x += 1
        return result

    return predict


REFUSED = {  # name -> how an answer is made of a question, and what is said of it
    "one too many": (lambda q: lambda x: labels_like(q, [*x, 0]), "one class for each"),
    "a last axis": (lambda q: lambda x: labels_like(q, x)[..., None], "[..., 0]"),
    "scores": (as_scores, "Take argmax(axis=-1)"),
    "fractions": (lambda q: lambda x: labels_like(q, x, 0.25), "fractions"),
    "nan": (lambda q: lambda x: labels_like(q, x, np.nan), "nan"),
    "infinity": (lambda q: lambda x: labels_like(q, x, np.inf), "infinity"),
    "complex": (lambda q: lambda x: labels_like(q, x, 1j), "complex"),
    "words": (lambda q: lambda x: ["seven"] * len(x), "str"),
    "another class": (lambda q: lambda x: labels_like(q, x, q.classes), "0 … "),
    "a class below 0": (lambda q: lambda x: labels_like(q, x, -1), "0 … "),
    "nothing": (lambda q: lambda x: None, "return"),
    "several": (lambda q: lambda x: (labels_like(q, x), 0), "differ in length"),
    "by chance": (by_chance, "Equal inputs get different classes"),
    "in order": (in_order, "Equal inputs get different classes"),
    "by the others": (by_the_others, "Equal inputs get different classes"),
    "changes": (changes, "changes its argument x"),
    "no function": (lambda q: 7, "no function"),
    "stops": (lambda q: lambda x: 1 / 0, "ZeroDivisionError"),
}


def mean_label(question):
    """Gives the mean of all labels, cut where a mask is the best."""
    mean = public_set(question.name, TRAIN)[1].mean(0) > 0.25
    return lambda x: labels_like(question, x) + mean


WORTHLESS = {
    "mean label": mean_label,
    "constant": lambda q: lambda x: labels_like(q, x),
    "another constant": lambda q: lambda x: labels_like(q, x, q.classes - 1.0),
    "by frequency": by_frequency,
    "by heart": by_heart,
}


@every_project
@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_prediction_is_named(question, name):
    make, said = REFUSED[name]
    found = examine(question, make(question))
    assert (found.status, found.points, found.score) == (WRONG, 0, None)
    assert said in found.fault


@every_project
@pytest.mark.parametrize("name", WORTHLESS)
def test_what_knows_no_input_earns_nothing(question, name):
    answer = WORTHLESS[name](question)
    for seed in range(2):
        found = examine(question, answer, seed)
        assert (found.status, found.points) == (SCORED, 0), found


def test_by_heart_is_right_where_it_knows():
    """Else the test above would show nothing."""
    for question in PROJECTS:
        found = checking.examine(question.name, by_heart(question))
        assert found.points == question.points


@every_project
def test_a_prediction_in_a_hundred_may_round_the_other_way(question):
    answer, seen = baseline(question), []

    def predict(x):
        seen.append(len(x))
        result = answer(x)
        if len(seen) == 2:
            result.ravel()[: result.size // 100] += 1
            result %= question.classes
        return result

    assert examine(question, predict).status == SCORED


# The rule of the thresholds, and the measures.


@pytest.mark.parametrize(("mean", "error", "points"), [
    (0.199, 0.0, 0), (0.2, 0.0, 1), (0.195, 0.004, 0), (0.195, 0.006, 1), (1, 0, 10),
])  # fmt: skip
def test_a_threshold_counts_from_one_standard_error_below(mean, error, points):
    from dlcourse.homework.scoring import earned

    question = questions.get("predict_moved")
    assert earned(question, Score(mean, error))[0] == points


def test_the_error_is_that_of_a_binomial():
    question = questions.get("predict_moved")
    asked = question.draw(0)
    table = {x.tobytes(): n for x, n in zip(asked[0][0], asked.labels, strict=True)}
    answer = lambda x: np.array([table[one.tobytes()] for one in x])  # noqa: E731
    sixes = lambda x: np.where(answer(x) < 6, answer(x), 0)  # noqa: E731
    assert examine(question, answer).score == Score(1, 0)
    score = examine(question, sixes).score
    assert score.mean == pytest.approx(0.6)
    assert score.error == pytest.approx((0.6 * 0.4 / 1000) ** 0.5)


def test_measures():
    mask = np.array([[[1, 1], [0, 0]], [[1, 0], [0, 0]], [[0, 0], [0, 0]]])
    other = np.array([[[1, 0], [1, 0]], [[0, 1], [0, 0]], [[0, 0], [0, 0]]])
    np.testing.assert_allclose(overlap(mask, other), [1 / 3, 0, 1])
    np.testing.assert_array_equal(hit(np.array([1, 2]), np.array([1, 3])), [1, 0])


def test_a_set_that_a_student_changes_is_as_it_was():
    public_set("predict_moved", "validation")[0][:] = 0
    assert public_set("predict_moved", "validation")[0].any()


def test_sets_are_named():
    with pytest.raises(
        ValueError, match=r"no set 'test'. There are: train, validation"
    ):
        public_set("predict_moved", "test")
    with pytest.raises(ValueError, match="not judged by a score"):
        public_set("sigmoid", "train")


# A class.


def test_ranks_are_shared_within_the_error():
    scored = [(0.9, 0.01, "b"), (0.91, 0.01, "a"), (0.88, 0.01, "c"), (0.5, 0.02, "d")]
    found = leaderboard.ranked(scored)
    assert [(rank, name) for rank, *_, name in found] == [
        (1, "a"), (1, "b"), (3, "c"), (4, "d")
    ]  # fmt: skip


def test_the_table_keeps_score_and_name(tmp_path):
    question = questions.get("predict_moved")
    path = tmp_path / "grades.csv"
    book = gradebook.GradeBook(path, [question])
    found = Verdict(question.name, SCORED, 7, score=Score(0.8125, 0.0123))
    book.add(judging.Grade("Anna", "graded", (found,)))
    row = book.rows["Anna"]
    assert row["predict_moved score"], row["predict_moved error"] == (
        "0.8125",
        "0.0123",
    )
    again = gradebook.GradeBook(path, [question])
    again.add(judging.Grade("Anna", "graded", (found,)))
    assert again.rows["Anna"][gradebook.ALIAS] == row[gradebook.ALIAS] != ""
    page = leaderboard.leaderboard(again.rows.values(), "P1", question)
    assert "0.812 ± 0.012" in page
    assert row[gradebook.ALIAS] in page
    assert "Anna" not in page


SUBMITTED = {  # body of predict_moved -> points, and what is said
    "endless": ("while True: pass", 0, "does not end within"),
    "huge": ("return np.zeros((10**6, 10**4)) + 1", 0, "MemoryError"),
    "ends": ("import os; os._exit(0)", 0, "ends the whole program"),
    "scores": ("return np.eye(10)[np.zeros(len(x), int)]", 0, "argmax"),
    "baseline": ("return (x.reshape(len(x), -1) @ w).argmax(1)", 1, "From 0.60 on"),
    "reads": (
        """import sys
    frame, held = sys._getframe(), dict(found)
    while frame:  # all that is known to the driver that calls this
        held |= frame.f_locals
        frame = frame.f_back
    return held["labels"]""",
        0,
        "KeyError",
    ),
}
IN_FRONT = """
import numpy as np
from dlcourse.homework import check, hint, public_set
x, labels = public_set("predict_moved", "train")
x = x.reshape(len(x), -1)
w = np.linalg.solve(x.T @ x + 10 * np.eye(144), x.T @ np.eye(10)[labels])
"""
# Looks for the labels in every file that it may read, and in what the driver holds.
SEARCH = """
import gc, glob, os
assert all(name in ("public.npz",) for name in os.listdir("/sandbox/dlcourse/homework")
           if not name.endswith((".py", "__pycache__", "grading")))
assert not glob.glob("/sandbox/dlcourse/homework/questions*")
arrays = [a for a in gc.get_objects() if isinstance(a, np.ndarray) and len(a) > 1000]
assert not arrays
found = {}
"""


@isolated
def test_a_class_in_the_sandbox(tmp_path):
    folder = tmp_path / "class"
    folder.mkdir()
    for name, (body, _, _) in SUBMITTED.items():
        own = copy.deepcopy(notebook("exercises", "P1"))
        cell_of("train_moved", own)["source"] = IN_FRONT + SEARCH
        source = f"def predict_moved(x):\n    {body}"
        cell_of("predict_moved", own)["source"] = source
        save(folder, f"{name}", own)
    save(folder, "untouched", notebook("exercises", "P1"))
    limits = sandbox.Limits(seconds=10, memory=350, training=3)
    out = tmp_path / "grades.csv"
    found = grade(folder, out, homework="P1", limits=limits)
    for name, (_, points, said) in SUBMITTED.items():
        (verdict,) = found[name].verdicts
        assert verdict.points == points, found[name]
        assert said in verdict.fault, found[name]
        assert not found[name].remarks or name == "ends", found[name]
    assert found["untouched"].verdicts[0].status == NOT_ATTEMPTED
    board = (tmp_path / "grades_feedback" / leaderboard.FILE).read_text("utf-8")
    assert board.count("<tr>") == 2  # the head, and who has a score
    page = next((tmp_path / "grades_feedback").glob("baseline*")).read_text("utf-8")
    row = gradebook.GradeBook(out, [questions.get("predict_moved")]).rows["baseline"]
    assert f"On the leaderboard: {row[gradebook.ALIAS]}." in page
    assert "scored 0." in page
