"""Try answers quickly: whether they are accepted, without a word on what is wrong."""

import functools

import pytest
import right_14_16
import right_17_19
import right_20_22
import right_23_26
import right_27
import right_28_30
import right_answers
import right_answers_too
import right_too_14_16
import right_too_17_19
import right_too_20_22
import right_too_23_26
import right_too_27
import right_too_28_30
import wrong_14_16  # noqa: F401 (adds to wrong_answers.WRONG)
import wrong_17_19  # noqa: F401
import wrong_20_22  # noqa: F401
import wrong_23_26  # noqa: F401
import wrong_27  # noqa: F401
import wrong_28_30  # noqa: F401

from dlcourse.homework import calling, questions
from dlcourse.homework.explaining import results, same
from dlcourse.homework.score import is_scored

# Modules that hold one right answer to each question, and modules with another.
RIGHT_ANSWERS = (
    (
        right_answers,
        right_14_16,
        right_17_19,
        right_20_22,
        right_23_26,
        right_27,
        right_28_30,
    ),
    (
        right_answers_too,
        right_too_14_16,
        right_too_17_19,
        right_too_20_22,
        right_too_23_26,
        right_too_27,
        right_too_28_30,
    ),
)
# Those that have a right answer: score questions are tried in test_projects.py.
ALL = [q for q in questions.QUESTIONS.values() if not is_scored(q)]
MANY = [  # the seeds of `make test`, and those of `make test-all`
    pytest.param(range(20), id="20 seeds"),
    pytest.param(range(20, 100), id="80 more", marks=pytest.mark.slow),
]
every_question = pytest.mark.parametrize("question", ALL, ids=lambda q: q.name)
many_seeds = pytest.mark.parametrize("seeds", MANY)


def right_answers_to(question):
    """The two right answers beside the solution."""
    return [
        next(getattr(m, question.name) for m in modules if hasattr(m, question.name))
        for modules in RIGHT_ANSWERS
    ]


def accepted(question, make, seeds):
    """The seeds on which an answer is accepted; ``make`` gives a fresh one for each."""
    return [seed for seed in seeds if is_right(question, make(), seed)]


def is_right(question, answer, seed):
    """Whether an answer is right for all inputs; the first wrong one ends the calls."""
    for arguments, expected in asked(question.name, seed):
        given = calling.output(question, answer, arguments)
        if not same(given, expected, question):
            return False
    return True


@functools.cache
def asked(name, seed):
    """Pairs of an input and what is expected for it."""
    question = questions.get(name)
    inputs = question.draw(seed)
    return list(zip(inputs, results(question.reference, inputs), strict=True))
