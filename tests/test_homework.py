"""Every question accepts right answers, and rejects wrong ones with a reason."""

import ast
import inspect
import subprocess
import sys
import warnings
from pathlib import Path

import nbformat
import numpy as np
import pytest
import right_answers
from answering import ALL, RIGHT_ANSWERS, right_answers_to

from dlcourse import homework
from dlcourse.homework import calling, checking, questions
from dlcourse.homework.checking import NOT_ATTEMPTED, RIGHT, WRONG, examine
from dlcourse.homework.question import Question

ROOT = Path(__file__).parent.parent
SEEDS = range(5)
MISTAKES = [(q, sentence) for q in ALL for sentence in q.mistakes]


def functions(notebook):
    """The functions that a notebook defines, by name, without running its checks."""
    namespace = {}
    for cell in notebook.cells:
        if cell.cell_type == "code" and not cell.source.startswith("check("):
            exec(cell.source, namespace)
    return namespace


def notebook(folder, homework):
    (path,) = (ROOT / folder).glob(f"{homework}_*.ipynb")
    return nbformat.read(path, as_version=4)


@pytest.fixture(scope="module")
def solutions():
    return {h: functions(notebook("solutions", h)) for h in {q.homework for q in ALL}}


@pytest.fixture(scope="module")
def exercises():
    return {h: functions(notebook("exercises", h)) for h in {q.homework for q in ALL}}


def named(value):
    return value.name if isinstance(value, Question) else value[:40]


every_question = pytest.mark.parametrize("question", ALL, ids=named)


@every_question
@pytest.mark.parametrize("seed", SEEDS)
def test_solution_is_right(question, seed, solutions):
    answer = solutions[question.homework][question.name]
    verdict = examine(question.name, answer, seed)
    assert verdict.status == RIGHT, str(verdict)
    assert verdict.points == question.points


def code(function):
    return function.__code__.co_code, function.__code__.co_consts[1:]


@every_question
def test_three_right_answers_are_written_differently(question, solutions):
    solution = solutions[question.homework][question.name]
    others = right_answers_to(question)
    for answer in others:
        verdict = examine(question.name, answer)
        assert verdict.status == RIGHT, str(verdict)
    assert len({code(answer) for answer in (solution, *others)}) == 3


@every_question
def test_at_least_three_mistakes_are_known(question):
    assert len(question.mistakes) >= 3


@pytest.mark.parametrize(("question", "sentence"), MISTAKES, ids=named)
@pytest.mark.parametrize("seed", SEEDS)
def test_mistake_is_named(question, sentence, seed):
    verdict = examine(question.name, question.mistakes[sentence], seed)
    assert verdict.status == WRONG
    assert verdict.points < question.points
    assert verdict.fault == sentence


@every_question
def test_stub_is_not_attempted(question, exercises):
    stub = exercises[question.homework][question.name]
    verdict = examine(question.name, stub)
    assert str(verdict) == f"· {question.name}: not attempted"
    with pytest.raises(NotImplementedError):
        stub(*question.draw()[0])


@every_question
def test_answers_of_nothing_and_of_zeros_are_wrong(question):
    def nothing(*arguments):
        return None

    def zeros(*arguments):
        result = question.reference(*arguments)
        if isinstance(result, tuple):
            return tuple(np.zeros_like(member) for member in result)
        return np.zeros_like(result)

    assert "None" in examine(question.name, nothing).fault
    assert examine(question.name, zeros).status == WRONG


@every_question
def test_parameters_are_those_of_the_solution(question, solutions):
    answer = solutions[question.homework][question.name]
    assert tuple(inspect.signature(answer).parameters) == question.arguments
    assert answer.__doc__


@every_question
def test_inputs_are_the_same_for_a_seed_and_differ_between_seeds(question):
    def drawn(seed):
        return [
            [repr(np.asarray(a).tolist()) for a in given]
            for given in question.draw(seed)
        ]

    assert drawn(1) == drawn(1)
    if question.arguments:
        assert drawn(1) != drawn(2)


@every_question
def test_reference_leaves_its_arguments(question):
    for arguments in question.draw():
        result = calling.output(question, question.reference, arguments)
        assert not isinstance(result, checking.Problem)


@every_question
def test_hints_are_sentences(question):
    assert len(question.hints) >= 2
    assert all(len(text) < 200 for text in question.hints)


def test_there_are_enough_questions():
    homeworks = [q.homework for q in ALL]
    assert all(homeworks.count(h) >= 4 for h in homeworks)


def test_no_deep_learning_library_is_imported():
    heavy = "{'keras', 'tensorflow', 'jax', 'torch', 'matplotlib'}"
    code = f"import sys, dlcourse.homework; print({heavy} & {{*sys.modules}})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout == "set()\n", done.stderr


def test_names_are_unique():
    names = [question.name for question in questions.listed.QUESTIONS]
    assert len(names) == len(set(names))


# What a message says, on a question of its own.

DOUBLE = Question(
    homework="99",
    reference=lambda x, n: n * x,
    inputs=lambda rng: [(np.array([1.5, -2.0, 3.25]), 2), (rng.normal(size=(5, 4)), 3)],
    hints=("Think.", "Multiply."),
    mistakes={"The number is ignored.": lambda x, n: x},
)
PAIR = Question(
    homework="99",
    reference=lambda x: (x.sum(), x.mean(axis=0)),
    inputs=lambda rng: [(rng.normal(size=(3, 4)),)],
    results=("total", "mean"),
    hints=("Add.",),
)


THREE = Question(
    homework="99",
    reference=lambda x, n: (2 * x, x + 1 / n),
    inputs=lambda rng: [(rng.normal(size=5), 2), (rng.normal(size=5), 3)],
    results=("doubled", "moved"),
    hints=("Add.",),
)
STEPS = Question(
    homework="99",
    reference=lambda n: n // 3,
    inputs=lambda rng: [(3,), (4,), (7,), (11,), (20,)],
    hints=("Divide.",),
)


@pytest.fixture(autouse=True)
def own_questions(monkeypatch):
    own = {"double": DOUBLE, "pair": PAIR, "steps": STEPS, "three": THREE}
    for name, question in own.items():
        question.reference.__name__ = name
        monkeypatch.setitem(questions.QUESTIONS, name, question)
    monkeypatch.setattr(checking, "HINTED", {})


def shift(x, n):
    x *= n
    return x


def with_nan(x, n):
    return np.where(x == x.min(), np.nan, n * x)


def asks_too_late(groups, order, wanted):
    held = []
    for group in order:
        held += [i for i, of in enumerate(groups) if of == group]
        if len(held) >= wanted:
            break
    return [i for i in range(len(groups)) if i not in held], sorted(held)


def takes_all(groups, order, wanted):
    held = np.arange(len(groups))
    training, validation = questions.get("grouped_split").reference(
        groups, order, wanted
    )
    return training, validation if wanted else held


def each_by_itself(x, points, kept):
    """It overflows besides."""
    noise = (x[:, None] - np.sqrt(kept) * points) / np.sqrt(1 - kept)
    p = np.exp(-(noise**2) / 2)
    return (p / p.sum(axis=1, keepdims=True) * noise).sum(axis=1)


SAID = [
    ("double", lambda x, n: x, "The number is ignored."),
    ("double", lambda x, n: -n * x, "The sign is wrong"),
    ("double", lambda x, n: n * x[::-1], "in reversed order"),
    ("double", lambda x, n: 3 * n * x, "It is 3 times what is expected"),
    ("double", lambda x, n: n * x / 10, "It is 1/10 times what is expected"),
    ("double", lambda x, n: n * x + 7, "Every number is off by 7"),
    ("double", lambda x, n: 1.0 * x[:], "The number is ignored."),
    ("pair", lambda x: (x.sum(), x), "mean is the argument x, unchanged."),
    ("three", lambda x, n: (2 * x, x), "moved is the argument x, unchanged."),
    ("double", lambda x, n: n * x + n, "Your result is what is expected, plus n."),
    (
        "double",
        lambda x, n: 2 * x,
        "would be right if n were always 2. It is right for 2 of",
    ),
    ("double", lambda x, n: (n - 1) * x, "Your result is what is expected, minus x."),
    (
        "double",
        lambda x, n: n * x + (x < 0),
        "Wrong are just those where x is below 0.",
    ),
    ("double", lambda x, n: 0 * x, "It is 0 throughout"),
    ("double", lambda x, n: (n * x).astype(int), "They are whole numbers"),
    ("double", lambda x, n: n * x + (x > 3), "1 of 3 numbers wrong, the first at [2]"),
    (
        "double",
        lambda x, n: n * x[:-1],
        "but (3,) is expected. Axis 0 is one too short",
    ),
    ("double", lambda x, n: n * x[1:], "Axis 0 is one too short: the first is missing"),
    (
        "double",
        lambda x, n: np.array([*(n * x), 0 * x[0]]),
        "one too long: the last is",
    ),
    ("double", lambda x, n: np.zeros(len(x) + 1), "shape (4,), but (3,) is expected."),
    ("double", lambda x, n: n * x[None], "An axis of length 1 is too many"),
    (
        "double",
        lambda x, n: (n * x).reshape(-1, 1)[:0],
        "(0, 1), but (3,) is expected. It is empty.",
    ),
    ("double", lambda x, n: np.array([n * x] * 2), "has shape (2, 3), but (3,) is"),
    (
        "double",
        lambda x, n: (n * x).T,
        "shape (4, 5), but (5, 4) is expected. The axes are in",
    ),
    ("double", lambda x, n: (n * x).sum(), "All numbers were summed up."),
    ("double", lambda x, n: n * x + 0j, "holds complex128, not real"),
    ("double", with_nan, "nan (not a number) at [1]"),
    ("double", lambda x, n: np.where(x > 3, np.inf, n * x), "infinite at [2]"),
    ("double", shift, "changes its argument x"),
    ("double", lambda x: x, "TypeError: "),
    ("double", lambda x, n: x / [1, 2], "ValueError: operands could not be broadcast"),
    (
        "double",
        lambda x, n: "six",
        "Its result, of type str, holds a str. Give a number",
    ),
    ("double", lambda x, n: {"x": x}, "holds a dict. Give a number"),
    ("double", lambda x, n: [[1, 2], [3]], "The rows of its result differ in length"),
    ("double", lambda x, n: None, "It gives None: is the return missing?"),
    ("double", 3.0, "double is no function but float"),
    ("double", lambda x, n: (x, x), "has shape (2, 3)"),
    ("pair", lambda x: x.sum(), "2 results are expected, total, mean, but one came"),
    ("pair", lambda x: (x.mean(0), x.sum()), "wrong order: give total, mean."),
    ("pair", lambda x: x[0], "2 results are expected, total, mean, but one came"),
    ("pair", lambda x: x[:2], "total has shape (4,), but a single number is expected"),
    ("pair", lambda x: (1, 2, 3), "total, mean, but 3 came"),
    ("pair", lambda x: (x.sum(), x.mean(1)), "mean has shape (3,)"),
    ("pair", lambda x: (x.sum() + 1, x.mean(0)), "total is too large."),
    ("pair", lambda x: (np.nan, x.mean(0)), "total is nan (not a number). Look for"),
    (
        "pair",
        lambda x: (-x.sum(), x.mean(0)),
        "The sign is wrong.",
    ),
    (
        "pair",
        lambda x: (x.sum(), -x.mean(0)),
        "mean is wrong everywhere. The sign is wrong.",
    ),
    ("double", lambda x, n: np.sin(x), "Your result is wrong everywhere."),
    ("steps", lambda n: n // 3 + 1, "Every number is off by 1."),
    (
        "steps",
        lambda n: n // 3 + (n > 5),
        "Every number is off by 1. It is right for 3 of the 6",
    ),
    ("maxout", lambda x, w, b: (x @ w + b[:, None]).max(0)[0], "Axis 0 was dropped"),
    (
        "maxout",
        lambda x, w, b: (x @ w + b[:, None]).max(0) + np.zeros(3),
        "The axes that differ should all have length 1.",
    ),
    (
        "max_pool_gradient",
        lambda x, dy: right_answers.max_pool_gradient(x, dy).reshape(-1, 1, 1),
        "The number of elements is right, the axes are not",
    ),
    ("agrees", lambda output, right: output == right, "a single True or False is"),
    ("best_loss", lambda: 0.505, "Your result was rounded too early: give five digits"),
    ("best_loss", lambda: 0.5053, "Your result was rounded too early"),
    ("best_loss", lambda: 0.506, "Your result is not the number that is asked for."),
    ("cross_read", lambda: 20350, "Your result is not the number that is asked for."),
    ("grouped_split", asks_too_late, "0 are wanted, and a group was held back"),
    ("grouped_split", takes_all, "validation has shape (3,), but (0,) is expected. It"),
    ("best_noise", each_by_itself, "A point is as near as all of its coordinates"),
    ("agrees", lambda output, right: False, "is False where it should be True."),
]


@pytest.mark.parametrize(("name", "answer", "said"), SAID)
def test_message(name, answer, said):
    verdict = examine(name, answer)
    assert verdict.status == WRONG
    assert said in verdict.fault


def test_what_is_kept_between_calls_is_named():
    calls = []

    def counts(x, n):
        calls.append(n)
        return n * x + (len(calls) > 2)

    fault = examine("double", counts).fault
    assert fault == "Called a second time with the same input, it gives another result."


def test_message_shows_input_result_and_expectation():
    assert str(examine("double", lambda x, n: x)).splitlines() == [
        "✗ double: wrong. The number is ignored.",
        "    x = [ 1.5 , -2. , 3.25]",
        "    n = 2",
        "    your result: [ 1.5 , -2. , 3.25]",
        "    expected:    [ 3. , -4. , 6.5]",
    ]


def test_message_shows_of_several_results_those_that_are_wrong():
    assert str(examine("three", lambda x, n: (2 * x, x))).splitlines()[-2:] == [
        "    your result: moved = [ 0.87 , -0.6394, -0.3631, 0.4548, -0.6476]",
        "    expected:    moved = [ 1.37 , -0.1394, 0.1369, 0.9548, -0.1476]",
    ]
    shown = str(examine("pair", lambda x: x.sum())).splitlines()[-2:]
    assert "your result: " in shown[0]
    assert "expected:    (" in shown[1]  # all that is missing


def test_lists_and_other_types_are_accepted():
    assert examine("double", lambda x, n: (n * x).tolist()).status == RIGHT
    assert examine("double", lambda x, n: (n * x).astype("float32")).status == RIGHT
    assert examine("pair", lambda x: [x.sum(), [*x.mean(0)]]).status == RIGHT
    stacked = "momentum_step", lambda *a: np.array(right_answers.momentum_step(*a))
    assert examine(*stacked).status == RIGHT


def test_ellipsis_is_not_attempted():
    assert examine("double", ...).status == NOT_ATTEMPTED
    assert examine("double", lambda x, n: ...).status == NOT_ATTEMPTED


def test_the_random_state_of_the_student_is_left_alone():
    np.random.seed(3)
    before = np.random.get_state()[1].tolist()
    examine("double", lambda x, n: n * x)
    assert np.random.get_state()[1].tolist() == before


def test_equality_tricks_earn_nothing():
    class Equal(np.ndarray):
        def __eq__(self, other):
            return True

        def __array_ufunc__(self, *arguments, **options):
            return True

    assert examine("double", lambda x, n: x.view(Equal)).status == WRONG


def test_check_prints_and_gives_points(capsys):
    assert homework.check("double", lambda x, n: n * x) == 1
    assert homework.check("double", lambda x, n: x) == 0
    assert homework.check("double", ...) == 0
    said = capsys.readouterr().out
    assert said.startswith("✓ double: right\n✗ double: wrong. The number is ignored.\n")


STRANGE = 1e-320, 10**30, np.inf, True, np.nan, 1e300, 1j, np.float16(7)


@every_question
def test_strange_results_have_a_verdict(question):
    def shaped(result, shape):
        return np.zeros(np.shape(result)) if shape is None else np.zeros(shape)

    for strange in STRANGE[::2]:
        for shape in (None, (), (2, 3), (0, 5), (1, 2, 3, 4)):

            def answer(*arguments, strange=strange, shape=shape):
                result = question.reference(*arguments)
                if question.results:
                    return tuple(shaped(r, shape) + strange for r in result)
                return shaped(result, shape) + strange

            assert examine(question.name, answer).status in (WRONG, RIGHT)


def test_check_writes_no_warning():
    """nbgrader gives no points where a cell writes to standard error."""

    def warns(x, n):
        warnings.warn("This will go.", DeprecationWarning, stacklevel=1)
        return n * x

    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        assert homework.check("double", warns) == 1
        for strange in STRANGE:
            assert homework.check("double", lambda x, n, s=strange: s * x) == 0
            assert homework.check("three", lambda x, n, s=strange: (s * x, s)) == 0
    assert not said


def test_hints_come_one_after_the_other(capsys):
    for _ in range(3):
        homework.hint("double")
    assert capsys.readouterr().out.splitlines() == [
        "Hint 1 of 2: Think.",
        "Hint 2 of 2: Multiply.",
        "Hint 1 of 2: Think.",
    ]


def test_a_predicted_number_is_not_given_away(capsys):
    predicted = [q for q in ALL if not q.arguments]
    assert predicted
    for question in predicted:
        expected = question.reference()
        for wrong in (2 * expected, -expected, expected + 1, expected / 3):
            said = str(examine(question.name, lambda wrong=wrong: wrong))
            assert f"{expected:g}" not in said
            assert " times " not in said  # a factor; names may hold the word


def test_unknown_question_lists_the_known():
    with pytest.raises(ValueError, match="no question 'gelu'"):
        homework.check("gelu", abs)


@pytest.mark.parametrize("modules", RIGHT_ANSWERS, ids=["one", "another"])
def test_right_answers_hold_nothing_else(modules):
    trees = [ast.parse(inspect.getsource(module)) for module in modules]
    functions = [n for tree in trees for n in tree.body if type(n) is ast.FunctionDef]
    written = [node.name for node in functions]
    assert sorted(written) == sorted(q.name for q in ALL if q.homework != "99")
