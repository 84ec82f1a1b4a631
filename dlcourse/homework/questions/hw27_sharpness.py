"""Homework 27: how sharp attention should be."""

from functools import partial

import numpy as np

from dlcourse.homework.question import Question
from dlcourse.homework.questions.drawing import NEVER_EMPTY, PASSES, twins
from dlcourse.homework.questions.hw27_weights import softmax, unsafe


def left_out(x, y, asked, widths):
    """Errors of each width where a point may not see itself, and what is told."""
    return chosen(x, y, asked, widths)


def squared_distances(a, b):
    """Between the rows of a and of b: (n, m)."""
    return ((a[:, None] - b) ** 2).sum(axis=2)


def gaussian(far, width):
    """Logits."""
    return -far / (2 * width**2)


def itself_hidden(logits):
    """No weight on the diagonal."""
    return np.where(np.eye(len(logits), dtype=bool), -np.inf, logits)


def mean_square(difference):
    """Mean over the points."""
    return np.mean(difference**2)


def chosen(
    x,
    y,
    asked,
    widths,
    logits=gaussian,
    hidden=itself_hidden,
    weights=softmax,
    error=mean_square,
    choose=np.argmin,
):
    """`left_out`; a mistake weighs, hides, measures or chooses in another way."""
    far, errors = squared_distances(x, x), []
    for width in widths:
        told = weights(hidden(logits(far, width))) @ y
        errors.append(error(told - y))
    best = widths[choose(errors)]
    return np.array(errors), weights(logits(squared_distances(asked, x), best)) @ y


def without_itself_but_not_summing_to_one(logits):
    """The weight on the diagonal is taken away after the softmax."""
    w = unsafe(logits)
    return w * (1 - np.eye(len(w))) if w.shape[0] == w.shape[1] else w


def curves(rng):
    """Three points of a line to be read, then twelve in the plane."""
    x, y = np.array([[0.0], [1], [2]]), np.array([0.0, 1, 4])
    by_hand = x, y, np.array([[0.5], [2]]), np.array([1.0, 0.5])

    def drawn(rng, *widths):
        x, asked = rng.uniform(-2, 2, (12, 2)), rng.uniform(-2, 2, (5, 2))
        y = np.sin(2 * x[:, 0]) + x[:, 1] + rng.normal(0, 0.2, 12)
        return x, y, asked, np.array(widths)

    variants = (0.2, 0.5, 1.5), (1.8, 0.3, 0.6), (0.8, 0.4, 3)
    return [by_hand, *twins(drawn, rng, *variants)]


LEFT_OUT = Question(
    homework="27",
    reference=left_out,
    inputs=curves,
    edges={
        "zero": (
            np.array([[1.0, 0], [1, 0], [0, 2], [3, 1]]),
            np.array([1.0, 3, 0, 2]),
            np.array([[1.0, 0], [0, 0]]),
            np.array([0.5, 2.0]),
        ),
        "integer": (
            np.array([[0], [1], [3], [4]]),
            np.array([0, 2, 1, 5]),
            np.array([[2], [4]]),
            np.array([1, 2]),
        ),
        "too large": (
            np.array([[0.0], [100], [300], [-250]]),
            np.array([1.0, 2, 4, 3]),
            np.array([[40.0], [210]]),
            np.array([1.0, 90]),
        ),
    },
    spared={
        "tie": "Two widths hardly ever have one error.",
        "nan": PASSES,
        "empty": NEVER_EMPTY,
    },
    points=2,
    results=("errors", "told"),
    hints=(
        "The logits are minus the squared distances over 2 width². For the errors, "
        "queries and keys are the same points.",
        "Hide the diagonal before the softmax: a logit of minus infinity has the "
        "weight 0, and the others still sum to 1.",
        "np.argmin(errors) is the place of the width to take for the new points. "
        "These may see all.",
    ),
    mistakes={
        "A point that sees itself is told its own y.": (
            partial(chosen, hidden=lambda logits: logits)
        ),
        "Hide before the softmax, or the weights do not sum to 1.": (
            partial(
                chosen,
                hidden=lambda logits: logits,
                weights=without_itself_but_not_summing_to_one,
            )
        ),
        "The squared distance is divided by twice the width, squared.": (
            partial(chosen, logits=lambda far, width: -far / (2 * width))
        ),
        "The divisor is 2 width², not width².": (
            partial(chosen, logits=lambda far, width: -far / width**2)
        ),
        "The distances are squared.": (
            partial(chosen, logits=lambda far, w: -np.sqrt(far) / (2 * w**2))
        ),
        "Near points have more weight than far ones.": (
            partial(chosen, logits=lambda far, width: far / (2 * width**2))
        ),
        "exp of a large distance is 0 for all: subtract the largest logit.": (
            partial(chosen, weights=unsafe)
        ),
        "The width with the smallest error is taken.": (
            partial(chosen, choose=np.argmax)
        ),
        "The errors choose the width; it is not the first one.": (
            partial(chosen, choose=lambda errors: 0)
        ),
        "The errors are squared.": (
            partial(chosen, error=lambda difference: np.abs(difference).mean())
        ),
        "The errors are means, not sums.": (
            partial(chosen, error=lambda difference: (difference**2).sum())
        ),
        "The mean squared error has no root.": (
            partial(chosen, error=lambda difference: np.sqrt(mean_square(difference)))
        ),
    },
)
QUESTIONS = (LEFT_OUT,)
