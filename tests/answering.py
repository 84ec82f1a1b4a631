"""Try answers quickly: whether they are accepted, without a word on what is wrong."""

import functools

import pytest

from dlcourse.homework import calling, questions
from dlcourse.homework.explaining import results, same

ALL = list(questions.QUESTIONS.values())
MANY = [  # the seeds of `make test`, and those of `make test-all`
    pytest.param(range(20), id="20 seeds"),
    pytest.param(range(20, 100), id="80 more", marks=pytest.mark.slow),
]
every_question = pytest.mark.parametrize("question", ALL, ids=lambda q: q.name)
many_seeds = pytest.mark.parametrize("seeds", MANY)


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
