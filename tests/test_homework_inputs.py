"""The rule for the inputs of every question, read from what its generator draws.

Two inputs are of one shape and begin with the same number, every scalar varies, each
edge has an input or a reason why it has none; the first input comes again at the end.
"""

import itertools

import numpy as np
import pytest
from answering import ALL, every_question

from dlcourse.homework.calling import Problem
from dlcourse.homework.explaining import FORMS, OPERATORS, results
from dlcourse.homework.question import EDGES, Question

WITH_ARGUMENTS = [q for q in ALL if q.arguments]
asked_with_arguments = pytest.mark.parametrize(
    "question", WITH_ARGUMENTS, ids=lambda q: q.name
)
SEEDS = range(5)


def shapes(arguments):
    return tuple(np.shape(a) for a in arguments)


def first_number(arguments):
    return np.ravel(arguments[0])[0] if np.size(arguments[0]) else None


def equal(a, b):
    return all(np.array_equal(x, y, equal_nan=True) for x, y in zip(a, b, strict=True))


def twins(inputs):
    """Pairs of different inputs with the same shapes and the same first number."""
    return [
        (a, b)
        for a, b in itertools.combinations(inputs, 2)
        if shapes(a) == shapes(b) and first_number(a) == first_number(b)
        if not equal(a, b)
    ]


def constant_scalars(question, inputs):
    """Scalars that do not vary among the inputs that have the same shapes."""
    found = []
    for i, name in enumerate(question.arguments):
        if np.ndim(inputs[0][i]):
            continue
        groups = {}
        for arguments in inputs:
            groups.setdefault(shapes(arguments), set()).add(float(arguments[i]))
        if max(map(len, groups.values())) < 2:
            found.append(name)
    return found


def holds(edge, arguments):
    """Whether an input has the edge that it is said to have."""
    arrays = [np.asarray(a) for a in arguments]
    numbers = np.concatenate([np.ravel(a).astype(float) for a in arrays])
    finite = numbers[np.isfinite(numbers)]
    return {
        "tie": len(np.unique(finite)) < len(finite),
        "zero": 0 in finite or any(np.ptp(a) == 0 for a in arrays if a.size > 1),
        "nan": np.isnan(numbers).any(),
        "integer": arrays[0].dtype.kind in "iu",
        "empty": any(a.size == 0 for a in arrays),
        "too large": np.abs(finite).max(initial=0) >= 4,
    }[edge]


@asked_with_arguments
@pytest.mark.parametrize("seed", SEEDS)
def test_two_inputs_are_of_one_shape_and_begin_with_one_number(question, seed):
    assert twins(question.draw(seed))


@asked_with_arguments
@pytest.mark.parametrize("seed", SEEDS)
def test_every_scalar_varies(question, seed):
    assert constant_scalars(question, question.draw(seed)) == []


@asked_with_arguments
def test_every_edge_has_an_input_or_a_reason(question):
    spared = [edge for words in question.spared for edge in words.split(", ")]
    assert sorted([*question.edges, *spared]) == sorted(EDGES)
    assert all(reason.endswith(".") for reason in question.spared.values())
    for edge, arguments in question.edges.items():
        assert holds(edge, arguments), edge


@every_question
def test_the_first_input_comes_again(question):
    inputs = question.draw()
    assert equal(inputs[0], inputs[-1])
    assert inputs[1:-1] or not question.arguments
    for trap in question.edges.values():
        assert any(trap is arguments for arguments in inputs)


@every_question
@pytest.mark.parametrize("seed", SEEDS)
def test_the_reference_has_a_result_for_every_input(question, seed):
    given = results(question.reference, question.draw(seed))
    assert not any(isinstance(result, Problem) for result in given)


@every_question
def test_each_result_has_its_share_of_the_points(question):
    assert question.points % max(len(question.results), 1) == 0


# The rule itself: what breaks it is found.


def asked(inputs):
    return Question(
        homework="99", reference=lambda x, n: n * x, inputs=lambda rng: inputs, hints=()
    )


def test_inputs_of_different_shapes_are_found():
    inputs = [(np.ones(2), 2), (np.ones(3), 3)]
    assert not twins(asked(inputs).draw())
    assert twins([*inputs, (np.array([1.0, 5]), 4)])
    assert not twins([*inputs, (np.array([2.0, 5]), 4)])


def test_a_constant_scalar_is_found():
    inputs = [(np.ones(2), 2), (np.ones(3), 3)]
    assert constant_scalars(asked(inputs), inputs) == ["n"]
    assert constant_scalars(asked(inputs), [*inputs, (np.zeros(3), 4)]) == []


@pytest.mark.parametrize("edge", EDGES)
def test_an_input_without_its_edge_is_found(edge):
    assert not holds(edge, (np.array([0.5, 1.5]), 2.5))


@pytest.mark.parametrize("form", FORMS)
def test_a_form_computes_what_its_text_says(form):
    v = np.array([0.5, 2.0, 3.0])
    said = np.broadcast_to(eval(form.format("v")), v.shape)
    np.testing.assert_allclose(FORMS[form](v), said)


def test_an_operator_does_what_it_is_called():
    result, v = np.array([2.0, 6.0, 7.0]), np.array([0.5, 2.0, 4.0])
    said = {"plus": result + v, "minus": result - v, "times": result * v}
    said |= {"divided by": result / v, "times the length of": 3 * result}
    said["divided by the length of"] = result / 3
    assert OPERATORS.keys() == said.keys()
    for name, operator in OPERATORS.items():
        np.testing.assert_allclose(operator(result, v), said[name], err_msg=name)
