"""Homework 14: a section through batch norm, with two bugs."""

from functools import partial

import numpy as np

from dlcourse.homework.question import Question
from dlcourse.homework.questions.drawing import SUMS, twins


def section(x, y, w, v, d, steps, epsilon):
    """The loss behind batch norm with the weights w + a d, for each step a."""
    return cut(x, y, w, v, d, steps, epsilon)


def mean_of_all(squares):
    """The mean over images and outputs."""
    return squares.mean()


def cut(
    x,
    y,
    w,
    v,
    d,
    steps,
    epsilon,
    stale="",
    adds_up=False,
    deviation=lambda variance, epsilon: np.sqrt(variance + epsilon),
    ddof=0,
    total=mean_of_all,
):
    """`section`, and what becomes of it by a mistake."""
    losses, place = [], 0.0
    for a in steps:
        place = place + a if adds_up else a
        here, at_start = x @ (w + place * d), x @ w
        mean = (at_start if "mean" in stale else here).mean(axis=0)
        variance = (at_start if "variance" in stale else here).var(axis=0, ddof=ddof)
        h = (here - mean) / deviation(variance, epsilon)
        losses.append(total((np.maximum(h, 0) @ v - y) ** 2))
    return np.array(losses)


def sections(rng):
    """Two images of one number to be read, then three numbers and four units."""
    one = np.array([[1.0]])
    by_hand = np.array([[1.0], [3]]), np.zeros((2, 1)), one, one, one

    def some(rng, epsilon):
        shapes = (6, 3), (6, 2), (3, 4), (4, 2), (3, 4)
        return (
            *(rng.normal(size=shape) for shape in shapes),
            rng.normal(size=3),
            (epsilon),
        )

    return [
        (*by_hand, np.array([3.0, 1]), 9.0),
        *twins(some, rng, (0.01,), (0.1,), (0.3,)),
    ]


QUESTIONS = (
    Question(
        homework="14",
        reference=section,
        inputs=sections,
        edges={
            "zero": (  # at a = 1 all weights are 0, and so is the variance
                np.array([[1.0, 2], [3, -1], [0, 1]]),
                np.array([[1.0], [2], [0]]),
                np.array([[1.0, 2], [-1, 1]]),
                np.array([[1.0], [2]]),
                np.array([[-1.0, -2], [1, -1]]),
                np.array([1.0, 0.5]),
                0.1,
            ),
            "integer": (
                np.array([[1, 2], [3, -1], [0, 1]]),
                np.array([[1], [2], [0]]),
                np.array([[1, 2], [-1, 1]]),
                np.array([[1], [2]]),
                np.array([[1, 0], [2, 1]]),
                np.array([0.5, -0.25]),
                0.2,
            ),
        },
        spared={edge: why for edge, why in SUMS.items() if edge != "zero"},
        points=2,
        hints=(
            "Give broken_section the direction d = w and two steps. What should "
            "the section be, apart from epsilon?",
            "Which lines of it does the loop repeat? Which of them should it repeat?",
            "Give it the steps [0.5, 0.5]. Both losses should be equal.",
        ),
        mistakes={
            "Both bugs are still in it: the statistics are those of w, and the steps "
            "add up.": partial(cut, stale="mean, variance", adds_up=True),
            "Mean and variance are taken once, at w; the batch has others at each "
            "place.": partial(cut, stale="mean, variance"),
            "The steps add up: each one begins where the last one ended.": (
                partial(cut, adds_up=True)
            ),
            "The mean is still that of w.": partial(cut, stale="mean"),
            "The variance is still that of w.": partial(cut, stale="variance"),
            "Epsilon is missing: where all weights are 0, so is the variance.": (
                partial(cut, deviation=lambda variance, epsilon: np.sqrt(variance))
            ),
            "Epsilon belongs under the root, with the variance.": (
                partial(cut, deviation=lambda variance, e: np.sqrt(variance) + e)
            ),
            "Batch norm divides by the standard deviation, not by the variance.": (
                partial(cut, deviation=np.add)
            ),
            "The variance of batch norm divides by n, not by n - 1.": (
                partial(cut, ddof=1)
            ),
            "The loss is the mean over images and outputs, not a sum.": (
                partial(cut, total=np.sum)
            ),
            "The squares are added up over the outputs; take their mean.": (
                partial(cut, total=lambda squares: squares.sum(axis=1).mean())
            ),
        },
    ),
)
