"""Homework 01: the perceptron's rule, activations and their slopes, maxout."""

import numpy as np

from dlcourse.homework.question import Question


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
    drawn = [(*rng.normal(size=(2, 4)), rng.normal(), t) for t in (0, 1, 0, 1)]
    return hand + [(w, b, x, t) for w, x, b, t in drawn]


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
    sizes = [(3, 2, 2, 4), (5, 4, 3, 2)]
    drawn = [
        (rng.normal(size=(n, f)), rng.normal(size=(k, f, u)), rng.normal(size=(k, u)))
        for n, f, k, u in sizes
    ]
    return [(x, w, b), *drawn]


def gradient_left():
    """(1/4)^6: six sigmoids, each of slope 1/4 at most."""
    return 0.25**6


def on_a_line(rng):
    """A few numbers to be read, and a matrix; not 0, where a slope is a choice."""
    few = np.array([-2.0, -0.5, 0.5, 1.0, 3.0])
    return [few, rng.normal(0, 2, (4, 3))]


QUESTIONS = (
    Question(
        homework="01",
        reference=perceptron_rule,
        inputs=some_points,
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
    Question(
        homework="01",
        reference=sigmoid,
        inputs=lambda rng: [
            *((x,) for x in on_a_line(rng)),
            (np.array([-800.0, -40.0, 0.0, 40.0, 800.0]),),
        ],
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
        inputs=lambda rng: [(x, slope) for slope in (0.1, 0.5) for x in on_a_line(rng)],
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
            (np.array([-1000.0, -1.0, 1000.0]), 1.5),
        ],
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
    Question(
        homework="01",
        reference=gradient_left,
        hints=(
            "Each layer multiplies the gradient by the slope of its activation.",
            "s (1 - s) is largest where s = 1/2.",
        ),
        mistakes={
            "This takes a slope of 1/2. That is the sigmoid's largest s; its slope is "
            "s (1 - s).": lambda: 0.5**6,
            "The slopes multiply, they do not add.": lambda: 6 * 0.25,
            "This is five layers; there are six.": lambda: 0.25**5,
            "This is the share that is lost.": lambda: 1 - 0.25**6,
        },
    ),
)
