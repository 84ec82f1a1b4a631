"""Homework 01: activations and their slopes, maxout, what a gradient loses."""

import numpy as np

from dlcourse.homework.question import Question
from dlcourse.homework.questions.drawing import (
    NEVER_EMPTY,
    NO_EXP,
    NO_ORDER,
    PASSES,
    twins,
)


def sigmoid(x):
    """1 / (1 + exp(-x)) and its slope, of any shape, without overflow."""
    small = np.exp(-np.abs(x))
    value = np.where(x >= 0, 1, small) / (1 + small)
    return value, value * (1 - value)


def naive_sigmoid(x):
    """Overflows for a very negative x, where exp(x) / (exp(x) + 1) is fine."""
    value = np.exp(x) / (1 + np.exp(x))
    return value, value * (1 - value)


def leaky_relu(x, slope):
    """max(slope x, x) and its derivative."""
    return np.where(x > 0, x, slope * x), np.where(x > 0, 1.0, slope)


def elu(x, alpha):
    """ELU and its derivative."""
    low = alpha * np.expm1(np.minimum(x, 0))
    return np.where(x > 0, x, low), np.where(x > 0, 1.0, low + alpha)


def maxout(x, w, b):
    """Largest of the pieces: x (n, features), w (pieces, features, units)."""
    return (x @ w + b[:, None]).max(axis=0)


def two_layers_of_pieces(rng):
    """One example by hand, and larger ones with different numbers on each axis."""
    x = np.array([[1.0, 2.0]])
    w = np.array([[[1.0], [0.0]], [[0.0], [-1.0]]])
    b = np.array([[0.0], [4.0]])
    below = np.array([[1.0, 2.0]]), -w - 1, b - 9  # all pieces are below 0
    drawn = twins(a_layer, rng, (5, 4, 3, 2), (5, 4, 3, 2))
    return [(x, w, b), below, a_layer(rng, 3, 2, 2, 4), *drawn]


def a_layer(rng, n, f, k, u):
    """Examples (n, f) and the weights of u units of k pieces."""
    return rng.normal(size=(n, f)), rng.normal(size=(k, f, u)), rng.normal(size=(k, u))


def on_a_line(rng):
    """A few numbers to be read, and matrices; not 0, where a slope is a choice."""
    few = np.array([-2.0, -0.5, 0.5, 1.0, 3.0])
    drawn = twins(lambda rng: (rng.normal(0, 2, (4, 3)),), rng, (), ())
    return [few, *(x for (x,) in drawn)]


QUESTIONS = (
    Question(
        homework="01",
        reference=sigmoid,
        inputs=lambda rng: [
            *((x,) for x in on_a_line(rng)),
        ],
        edges={
            "zero": (np.array([-1.0, 0.0, 1.0]),),
            "integer": (np.array([[-3, 0], [1, 2]]),),
            "too large": (np.array([-800.0, -40.0, 0.0, 40.0, 800.0]),),
        },
        spared={"tie": NO_ORDER, "nan": PASSES, "empty": NEVER_EMPTY},
        points=2,
        results=("value", "slope"),
        hints=(
            "Express the slope by the value, as the lecture does.",
            "exp(800) is infinite, exp(-800) is 0. Let the sign of x choose the form.",
            "With e = exp(-|x|): 1 / (1 + e) where x >= 0, e / (1 + e) elsewhere.",
        ),
        mistakes={
            "For large x, exp(x) overflows, and infinite / infinite is nan. Only take "
            "exp of numbers below 0.": naive_sigmoid,
            "The slope is that of x times (1 - x): take the value's, s (1 - s).": (
                lambda x: (sigmoid(x)[0], x * (1 - x))
            ),
            "The slope is 1 - s; it is s (1 - s).": (
                lambda x: (sigmoid(x)[0], 1 - sigmoid(x)[0])
            ),
            "This is the sigmoid of -x: look at the sign in the exponent.": (
                lambda x: sigmoid(-x)
            ),
        },
    ),
    Question(
        homework="01",
        reference=leaky_relu,
        inputs=lambda rng: [
            (x, slope) for slope in (0.1, 0.5, 0.01) for x in on_a_line(rng)
        ],
        edges={"integer": (np.array([-3, -1, 2]), 0.25)},
        spared={
            "tie": NO_ORDER,
            "zero": "The slope at 0 is a matter of taste, as the exercise says.",
            "nan": PASSES,
            "empty": NEVER_EMPTY,
            "too large": NO_EXP,
        },
        points=2,
        results=("value", "derivative"),
        hints=(
            "Two lines meet at 0. np.where(x > 0, …, …) chooses one for each element.",
            "The derivative of slope * x is slope.",
        ),
        mistakes={
            "The negative side is 0, as in a plain ReLU; it is slope * x.": (
                lambda x, slope: (np.maximum(x, 0), np.where(x > 0, 1.0, 0.0))
            ),
            "The derivative is 0 on the negative side; there it is the slope.": (
                lambda x, slope: (leaky_relu(x, slope)[0], np.where(x > 0, 1.0, 0.0))
            ),
            "The slope is fixed; it is an argument.": (
                lambda x, slope: leaky_relu(x, 0.1)
            ),
            "The sides are exchanged: the slope belongs to the negative one.": (
                lambda x, slope: (
                    np.where(x > 0, slope * x, x),
                    np.where(x > 0, slope, 1.0),
                )
            ),
        },
    ),
    Question(
        homework="01",
        reference=elu,
        inputs=lambda rng: [
            *((x, alpha) for alpha in (1.0, 2.0, 0.5) for x in on_a_line(rng)),
        ],
        edges={
            "integer": (np.array([-2, -1, 3]), 1.5),
            "too large": (np.array([-1000.0, -1.0, 1000.0]), 1.5),
        },
        spared={
            "tie": NO_ORDER,
            "zero": "The derivative at 0 is a matter of taste.",
            "nan": PASSES,
            "empty": NEVER_EMPTY,
        },
        points=2,
        results=("value", "derivative"),
        hints=(
            "Try alpha = 2 and a very negative x: where should the curve end?",
            "alpha stands in front of exp(x) - 1, and so in front of its derivative.",
        ),
        mistakes={
            "alpha is ignored: for a very negative x the value tends to -alpha.": (
                lambda x, alpha: elu(x, 1.0)
            ),
            "The value is right now, but the derivative still ignores alpha.": (
                lambda x, alpha: (elu(x, alpha)[0], elu(x, 1.0)[1])
            ),
            "alpha multiplies the positive side as well.": (
                lambda x, alpha: tuple(alpha * member for member in elu(x, 1.0))
            ),
        },
    ),
    Question(
        homework="01",
        reference=maxout,
        inputs=two_layers_of_pieces,
        edges={
            "tie": (np.array([[1.0, 2.0]]), np.ones((3, 2, 1)), np.ones((3, 1))),
            "zero": (np.zeros((2, 3)), np.zeros((2, 3, 2)), np.array([[0.0, -1]] * 2)),
            "integer": (
                np.array([[1, -2]]),
                np.array([[[1], [0]], [[0], [-1]]]),
                np.array([[0.5], [-4.0]]),
            ),
        },
        spared={"nan": PASSES, "empty": NEVER_EMPTY, "too large": NO_EXP},
        points=2,
        hints=(
            "First all pieces, as an array (pieces, n, units); then the largest.",
            "x @ w broadcasts over the pieces. b (pieces, units) lacks the axis of n.",
            "(x @ w + b[:, None]).max(axis=0)",
        ),
        mistakes={
            "This is the mean of the pieces, not the largest.": (
                lambda x, w, b: (x @ w + b[:, None]).mean(axis=0)
            ),
            "The biases are missing.": lambda x, w, b: (x @ w).max(axis=0),
            "The biases are added after the maximum. Each piece has its own, which "
            "takes part in the contest.": (
                lambda x, w, b: (x @ w).max(axis=0) + b.max(axis=0)
            ),
            "The maximum is taken over the units; it goes over the pieces.": (
                lambda x, w, b: (x @ w + b[:, None]).max(axis=2)
            ),
        },
    ),
)
