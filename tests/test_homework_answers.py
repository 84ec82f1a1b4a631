"""Wrong answers are rejected and right ones accepted, whatever the seed."""

import inspect
import re
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
import right_answers
from answering import (
    ALL,
    accepted,
    every_question,
    is_right,
    many_seeds,
    right_answers_to,
)
from wrong_answers import WRONG

from dlcourse.homework import checking, questions
from dlcourse.homework.checking import RIGHT, examine

ENOUGH = 8  # wrong answers to each question
LISTED = [
    pytest.param(q, answer, id=f"{q.name}-{i}")
    for q in ALL
    for i, answer in enumerate([*q.mistakes.values(), *WRONG.get(q.name, [])])
]


def fresh(answer):
    """How to make an answer that remembers nothing yet."""
    return answer if inspect.isclass(answer) else lambda: answer


@every_question
def test_there_are_enough_wrong_answers(question, record_property):
    wrong = len(question.mistakes) + len(WRONG.get(question.name, []))
    right = 1 + len(right_answers_to(question))
    counts = {"lecture": question.homework, "right": right, "wrong": wrong}
    record_property("status", ["homework", question.name, counts])
    assert wrong >= ENOUGH


def test_wrong_answers_are_to_questions():
    assert set(WRONG) <= set(questions.QUESTIONS)


@many_seeds
@pytest.mark.parametrize(("question", "answer"), LISTED)
def test_wrong_answer_is_rejected(question, answer, seeds):
    assert accepted(question, fresh(answer), seeds) == []


@many_seeds
@every_question
def test_right_answers_are_accepted(question, seeds):
    for answer in (question.reference, *right_answers_to(question)):
        assert accepted(question, lambda answer=answer: answer, seeds) == [*seeds]


# Cheats that know the question but not the topic. Each is made anew for each seed.


def shapes(arguments):
    return tuple(np.shape(a) for a in arguments)


def cached(question, key):
    """Computes once for each key, and gives that again."""

    def make():
        known = {}

        def answer(*arguments):
            return known.setdefault(key(arguments), question.reference(*arguments))

        return answer

    return make


def keeps(question, i):
    """Takes argument i from the first call with these shapes, whatever comes later."""

    def make():
        known = {}

        def answer(*arguments):
            kept = known.setdefault(shapes(arguments), arguments[i])
            return question.reference(*arguments[:i], kept, *arguments[i + 1 :])

        return answer

    return make


def constant(question, i, value):
    """Has a scalar built in."""
    return lambda: (
        lambda *arguments: question.reference(
            *arguments[:i], value, *arguments[i + 1 :]
        )
    )


def forgets(question):
    """Right when it sees an input for the first time, wrong the second time."""

    def make():
        seen = set()

        def answer(*arguments):
            key = repr(arguments)
            again = key in seen
            seen.add(key)
            result = question.reference(*arguments)
            return spoilt(result) if again else result

        return answer

    return make


def spoilt(result):
    """A result that is off by 1, or the opposite truth."""
    if isinstance(result, tuple):
        return tuple(spoilt(member) for member in result)
    return not result if isinstance(result, bool) else result + 1


def rounded(question, dtype):
    """Gives its results in another number type."""
    return lambda: lambda *arguments: retyped(question.reference(*arguments), dtype)


def retyped(result, dtype):
    if isinstance(result, tuple):
        return tuple(retyped(member, dtype) for member in result)
    return result if isinstance(result, bool) else np.asarray(result).astype(dtype)


def like_the_input(question):
    """Writes its results into arrays like the first argument (np.zeros_like)."""
    return lambda: (
        lambda *arguments: retyped(
            question.reference(*arguments), np.asarray(arguments[0]).dtype
        )
    )


def fractional(question, inputs):
    """Whether a result for whole numbers is none: then their type does not hold it."""
    expected = checking.results(question.reference, inputs)
    members = [np.ravel(m) for r in expected for m in (r if question.results else [r])]
    return any(np.any(member % 1) for member in members)


@many_seeds
@every_question
def test_cached_results_are_rejected(question, seeds):
    if not question.arguments:
        return
    by_shape = cached(question, shapes)
    by_first = cached(question, lambda a: (shapes(a), np.ravel(a[0])[:1].tobytes()))
    assert accepted(question, by_shape, seeds) == []
    assert accepted(question, by_first, seeds) == []


@many_seeds
@every_question
def test_an_argument_that_is_kept_from_an_earlier_call_is_rejected(question, seeds):
    for i, name in enumerate(question.arguments):
        assert accepted(question, keeps(question, i), seeds) == [], name


@many_seeds
@every_question
def test_a_scalar_that_is_built_in_is_rejected(question, seeds):
    inputs = question.draw()
    for i, name in enumerate(question.arguments):
        if not np.ndim(inputs[0][i]):
            for value in {arguments[i] for arguments in inputs}:
                built_in = constant(question, i, value)
                assert accepted(question, built_in, seeds) == [], (name, value)


@many_seeds
@every_question
def test_an_answer_that_differs_when_it_is_called_again_is_rejected(question, seeds):
    assert accepted(question, forgets(question), seeds) == []


@many_seeds
@every_question
def test_float32_is_accepted_and_float16_is_not(question, seeds):
    seeds = [s for s in seeds if fractional(question, question.draw(s))]
    assert accepted(question, rounded(question, "float32"), seeds) == seeds
    if question.rtol < 1e-4:
        assert accepted(question, rounded(question, "float16"), seeds) == []


@many_seeds
@every_question
def test_results_of_the_type_of_whole_numbers_are_rejected(question, seeds):
    trap = question.edges.get("integer")
    if trap and fractional(question, [trap]):
        assert accepted(question, like_the_input(question), seeds) == []


@every_question
def test_a_changed_argument_is_rejected(question):
    for i, name in enumerate(question.arguments):

        def changes(*arguments, i=i):
            result = question.reference(*arguments)
            if np.ndim(arguments[i]) and np.size(arguments[i]):
                arguments[i][...] = arguments[i] + 1
            return result

        if np.ndim(question.draw()[0][i]):
            fault = examine(question.name, changes).fault
            assert f"It changes its argument {name}" in fault


# Tolerances, on both sides.


def moved(question, seed, share):
    """Outputs with one number off by a share of what is allowed, for each result."""
    inputs = question.draw(seed)
    expected = checking.results(question.reference, inputs)
    for i, output in enumerate(expected):
        members = list(output) if isinstance(output, tuple) else [output]
        for k, member in enumerate(members):
            array = np.array(member, "float64")
            if np.asarray(member).dtype.kind != "f" or not np.isfinite(array).all():
                continue
            if array.size:
                place = np.abs(array).argmax()
                largest = np.abs(array.flat[place])
                allowed = question.atol + (question.rtol + 1e-6) * largest
                array.flat[place] += share * allowed
                changed = (*members[:k], array, *members[k + 1 :])
                yield (
                    inputs,
                    [
                        *expected[:i],
                        changed if question.results else array,
                        *expected[i + 1 :],
                    ],
                )


@every_question
def test_tolerance_on_both_sides(question):
    for share, status in (
        (0.9, "right"),
        (-0.9, "right"),
        (1.2, "wrong"),
        (-1.2, "wrong"),
    ):
        for inputs, outputs in moved(question, 3, share):
            assert checking.judge(question, outputs, inputs).status == status


@every_question
def test_whole_numbers_have_to_be_exact(question):
    inputs = question.draw()
    expected = checking.results(question.reference, inputs)
    for i, output in enumerate(expected):
        if not isinstance(output, tuple) and output.dtype.kind == "i" and output.size:
            off = [*expected[:i], output + 1e-5, *expected[i + 1 :]]
            assert checking.judge(question, off, inputs).status == "wrong"


# Number types.


def members(result, make):
    """A result with each number made anew, as nested lists."""
    if isinstance(result, tuple):
        return tuple(members(member, make) for member in result)
    array = np.asarray(result)
    if array.dtype.kind not in "fi" or not np.isfinite(array).all():
        return result
    made = np.empty(array.shape, object)
    made[...] = np.frompyfunc(lambda x: make(float(x)), 1, 1)(array.astype(float))
    return made.tolist()


@every_question
@pytest.mark.parametrize("make", [Fraction, Decimal, np.float32, np.longdouble, float])
def test_numbers_of_other_types_are_accepted(question, make):
    assert is_right(question, lambda *a: members(question.reference(*a), make), 0)


@every_question
def test_lists_and_arrays_of_results_are_accepted(question):
    def as_list(*arguments):
        result = question.reference(*arguments)
        return list(result) if question.results else np.asarray(result).tolist()

    assert is_right(question, as_list, 0)


@pytest.mark.parametrize(
    ("result", "said"),
    [
        ({"w": 1}, "holds a dict. Give a number"),
        ("0.5", "holds a str"),
        ([[1, 2], [3]], "The rows of its result differ in length"),
        ((x for x in [1, 2]), "of type generator, holds a generator"),
        ([1, None], "holds a NoneType"),
        ([Fraction(1, 2), "a"], "holds a str"),
        (1j, "holds complex128, not real numbers"),
    ],
)
def test_what_is_no_number_is_named(result, said):
    assert said in examine("softmax_gradient", lambda target, logits: result).fault


# Partial credit.


def some(question, right):
    """Right in the results that are named, 7 off in the others."""
    return lambda *arguments: tuple(
        member if name in right else member + 7
        for name, member in zip(
            question.results, question.reference(*arguments), strict=True
        )
    )


@every_question
def test_each_result_earns_its_share(question):
    share = question.points // max(len(question.results), 1)
    for name in question.results:
        verdict = examine(question.name, some(question, {name}))
        assert (verdict.points, verdict.right) == (share, (name,))
        assert f"but {name} right: {share} point" in str(verdict)
        others = set(question.results) - {name}
        assert examine(question.name, some(question, others)).points == share * len(
            others
        )


def test_a_result_that_is_right_for_some_inputs_earns_nothing():
    question = questions.get("sigmoid")
    verdict = examine("sigmoid", lambda x: some(question, {"value"})(np.maximum(x, -1)))
    assert (verdict.points, verdict.right) == (0, ())


# Messages.


def sentences():
    """Fault sentences of all wrong answers, named mistakes included, on one seed."""
    for question in ALL:
        for answer in [*question.mistakes.values(), *WRONG.get(question.name, [])]:
            yield examine(question.name, fresh(answer)()).fault


def test_at_most_one_rejection_in_ten_says_nothing_but_wrong():
    blunt = (
        r"((\w+|Your result) is (wrong everywhere|too (large|small)|"
        r"not the number that is asked for)\. ?|"
        r"It is right for \d+ of the \d+ inputs\. ?)*"
    )
    faults = list(sentences())
    said_nothing = [fault for fault in faults if re.fullmatch(blunt, fault)]
    assert len(faults) > 300
    assert len(said_nothing) <= len(faults) / 10
    assert all(fault for fault in faults)


def test_right_answers_that_were_once_rejected():
    assert examine("gradient_left", lambda: 0.000244).status == RIGHT
    assert examine("gradient_left", lambda: Fraction(1, 4) ** 6).status == RIGHT
    assert examine("ridge", right_answers.ridge).status == RIGHT  # the dual form
