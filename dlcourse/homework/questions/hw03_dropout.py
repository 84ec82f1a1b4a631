"""Homework 03: dropout and weight decay."""

import numpy as np

from dlcourse.homework.question import Question
from dlcourse.homework.questions.drawing import (
    LINEAR,
    NEVER_EMPTY,
    NO_EXP,
    twins,
)


def dropout(x, dy, uniform, keep):
    """Output in training, and the gradient for x where dy is that of the output."""
    factor = (uniform < keep) / keep
    return x * factor, dy * factor


def decay_step(w, gradient, rate, beta):
    """A step of SGD with the penalty beta / 2 |w|^2."""
    return w - rate * (gradient + beta * w)


QUESTIONS = (
    Question(
        homework="03",
        reference=dropout,
        inputs=lambda rng: [
            (
                np.array([1.0, 2, 3, 4]),
                np.array([10.0, 20, 30, 40]),
                np.array([0.1, 0.9, 0.7, 0.4]),
                0.8,
            ),
            *twins(
                lambda rng, keep: (
                    *rng.normal(size=(2, 4, 5)),
                    rng.random((4, 5)),
                    keep,
                ),
                rng,
                (0.6,),
                (0.5,),
            ),
        ],
        edges={
            "tie": (np.ones(3), np.ones(3), np.array([0.5, 0.25, 0.75]), 0.5),
            "zero": (np.array([0.0, 2]), np.array([3.0, 0]), np.array([0.1, 0.2]), 0.5),
            "integer": (np.array([1, 3]), np.array([2, 1]), np.array([0.1, 0.9]), 0.8),
        },
        spared={
            "nan": "Whether a dropped nan is 0 is a matter of taste.",
            "empty": NEVER_EMPTY,
            "too large": NO_EXP,
        },
        points=2,
        results=("y", "dx"),
        hints=(
            "uniform < keep is True with probability keep.",
            "What is the derivative of a kept output for its input? Of a dropped one?",
        ),
        mistakes={
            "What is kept is not divided by keep, so the mean of the output is too "
            "small.": lambda x, dy, u, keep: (x * (u < keep), dy * (u < keep)),
            "The output is right, but its gradient lacks the division by keep.": (
                lambda x, dy, u, keep: (dropout(x, dy, u, keep)[0], dy * (u < keep))
            ),
            "The gradient went through the dropped numbers as well. Their output is 0 "
            "whatever x is.": lambda x, dy, u, keep: (dropout(x, dy, u, keep)[0], dy),
            "keep was taken for the share that is dropped.": (
                lambda x, dy, u, keep: dropout(x, dy, u, 1 - keep)
            ),
            "The wrong ones are kept: keep where uniform < keep.": (
                lambda x, dy, u, keep: (x * (u >= keep) / keep, dy * (u >= keep) / keep)
            ),
            "This multiplies by keep; divide what is kept by it.": (
                lambda x, dy, u, keep: (x * (u < keep) * keep, dy * (u < keep) * keep)
            ),
        },
    ),
    Question(
        homework="03",
        reference=decay_step,
        inputs=lambda rng: [
            (np.array([1.0, -2]), np.array([0.5, 0]), 0.1, 0.3),
            *twins(
                lambda rng, *scalars: (*rng.normal(size=(2, 3, 2)), *scalars),
                rng,
                (0.2, 0.5),
                (0.1, 0.3),
            ),
        ],
        edges={"integer": (np.array([3, -2]), np.array([1, 0]), 0.25, 0.5)},
        spared=LINEAR,
        hints=(
            "What is the gradient of loss plus penalty? One step of SGD with that.",
            "Multiply out: by which factor does w shrink where the gradient is 0?",
        ),
        mistakes={
            "The decay lacks the rate: with a rate of 0 the weights still fade.": (
                lambda w, g, rate, beta: (1 - beta) * w - rate * g
            ),
            "The penalty makes the weights grow: the sign of its gradient is wrong.": (
                lambda w, g, rate, beta: w - rate * (g - beta * w)
            ),
            "The weights shrink after the step here; both gradients are taken at the "
            "old w.": lambda w, g, rate, beta: (1 - rate * beta) * (w - rate * g),
            "The gradient of beta / 2 times w² is beta w: the ½ has cancelled.": (
                lambda w, g, rate, beta: w - rate * (g + beta / 2 * w)
            ),
            "The decay is missing.": lambda w, g, rate, beta: w - rate * g,
        },
    ),
)
