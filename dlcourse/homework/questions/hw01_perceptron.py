"""Homework 01: the perceptron's rule."""

import numpy as np

from dlcourse.homework.question import Question
from dlcourse.homework.questions.drawing import SUMS, twins


def perceptron_rule(w, b, x, target):
    """One step of the rule: w and b after the example x, target 0 or 1."""
    error = target - int(w @ x + b >= 0)
    return w + error * x, b + error


def leaves_b(w, b, x, target):
    """Forgets the bias."""
    return perceptron_rule(w, b, x, target)[0], b


def moves_away(w, b, x, target):
    """Has the sign of the error wrong."""
    error = int(w @ x + b >= 0) - target
    return w + error * x, b + error


def always_moves(w, b, x, target):
    """Moves where the answer was right as well."""
    sign = 2 * target - 1
    return w + sign * x, b + sign


def misses_zero(w, b, x, target):
    """Takes > for >=."""
    error = target - int(w @ x + b > 0)
    return w + error * x, b + error


def some_points(rng):
    """Right, wrong and on the line; 0 and 1."""
    w = np.array([1.0, -2.0])
    x = np.array([3.0, 1.0])
    hand = [(w, 0.5, x, 0), (w, 0.5, -x, 1), (w, -1.0, x, 1), (w, 0.5, x, 1)]
    near = [(w, -3.0, x, 0), (w, 3.0, -x, 1)]  # the bias decides
    return [*hand, *near, *twins(an_example, rng, *[(True,), (True,), (False,)] * 2)]


def an_example(rng, wrong):
    """An example of four features that the perceptron gets wrong, or right."""
    (w, x), b = rng.normal(size=(2, 4)), rng.normal()
    w[1], x[1] = 8 * rng.choice([-1, 1]), 1  # decides: twins change w[0]
    return w, b, x, int(w[1] < 0) if wrong else int(w[1] > 0)


QUESTIONS = (
    Question(
        homework="01",
        reference=perceptron_rule,
        inputs=some_points,
        edges={
            "zero": (np.zeros(2), 0.0, np.array([3.0, 1.0]), 0),
            "integer": (np.array([1, -2]), 0.5, np.array([3, 1]), 0),
        },
        spared=SUMS,
        results=("w", "b"),
        points=2,
        hints=(
            "What does the perceptron answer for x? Compare that with the target.",
            "target - answer is 1, 0 or -1. By how much must w move in each case?",
            "error = target - int(w @ x + b >= 0); w moves by error * x, b by error.",
        ),
        mistakes={
            "The bias does not move. It is a weight like the others, with input 1.": (
                leaves_b
            ),
            "The weights move the wrong way: where the target is 1 and the answer 0, "
            "the sum has to grow.": moves_away,
            "The weights move although the answer was right.": always_moves,
            "On the line, where the sum is exactly 0, the answer is 1: >=, not >.": (
                misses_zero
            ),
        },
    ),
)
