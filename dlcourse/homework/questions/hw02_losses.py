"""Homework 02: cross entropy and its gradient."""

import numpy as np

from dlcourse.homework.question import Question
from dlcourse.homework.questions.drawing import (
    NEVER_EMPTY,
    PASSES,
    twins,
)


def softmax_cross_entropy(target, logits):
    """The loss of each example: (n, classes), (n, classes) -> (n,)."""
    logits = logits - logits.max(axis=1, keepdims=True)
    return np.log(np.exp(logits).sum(axis=1)) - (target * logits).sum(axis=1)


def softmax(logits):
    """exp(s) / sum exp(s) over the classes."""
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def overflowing(target, logits):
    """Takes the formula as it stands."""
    p = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    return -np.log((target * p).sum(axis=1))


def every_class(target, logits):
    """Sums binary cross entropies."""
    p = softmax(logits)
    return -(target * np.log(p) + (1 - target) * np.log1p(-p)).sum(axis=1)


def logits_and_labels(rng):
    """Two examples to be read, and batches of five; not too certain."""
    target = np.array([[0.0, 1, 0], [1, 0, 0]])
    logits = np.array([[2.0, 1, -1], [0, 0, 0]])
    return [(target, logits), *twins(five_examples, rng, (1,), (2,))]


def five_examples(rng, step):
    """Targets of four classes, none but the first as with another step, and logits."""
    classes = [rng.integers(4), *(np.arange(4) + step) % 4]
    return np.eye(4)[classes], rng.normal(0, 2, (5, 4))


def clipped(target, logits):
    """Makes the probabilities first, and keeps their logarithm finite."""
    return -np.log((target * softmax(logits)).sum(axis=1) + 1e-12)


EDGES = {
    "tie": (np.array([[0.0, 1, 0]]), np.array([[3.0, 3, 1]])),
    "zero": (np.array([[0.0, 1]]), np.array([[0.0, 0]])),
    "integer": (np.array([[0, 1, 0], [1, 0, 0]]), np.array([[2, 1, -1], [0, 3, 1]])),
}


SPARED = {"nan": PASSES, "empty": NEVER_EMPTY}


# Their exp is infinite, or 0: in all classes, or in one.
LARGE = np.array([[1000.0, 1000, 0], [-1000, -1001, -1003], [0, 500, 1000]])


def softmax_gradient(target, logits):
    """Gradient of the mean loss for the logits: (n, classes)."""
    return (softmax(logits) - target) / len(logits)


QUESTIONS = (
    Question(
        homework="02",
        reference=softmax_cross_entropy,
        inputs=logits_and_labels,
        edges=EDGES | {"too large": (np.eye(3)[[0, 1, 0]], LARGE)},
        spared=SPARED,
        points=2,
        hints=(
            "Write log softmax(s)_c as a difference of two terms, on paper.",
            "It is s_c - log(sum exp(s)). A number taken from all logits cancels.",
            "Take the largest logit of each example from its logits first: then every "
            "exp is at most 1, and one of them is 1.",
        ),
        mistakes={
            "Right for small logits, but exp of a large one is infinite, and of a very "
            "negative one 0. Fuse softmax and logarithm.": overflowing,
            "The probability of a class far behind is 0 in the computer, and no small "
            "number added to it brings back how far. Fuse softmax and logarithm.": (
                clipped
            ),
            "This is the mean over the batch; each example's own loss is asked for.": (
                lambda t, s: np.mean(softmax_cross_entropy(t, s))
            ),
            "The sign is wrong: a loss is minus the log of a probability.": (
                lambda t, s: -softmax_cross_entropy(t, s)
            ),
            "The other classes count as well here. In the categorical cross entropy "
            "they enter through the softmax alone.": every_class,
            "The softmax runs over the examples; it has to run over the classes.": (
                lambda t, s: (
                    -(t * (s - s.max(0) - np.log(np.exp(s - s.max(0)).sum(0)))).sum(1)
                )
            ),
        },
    ),
    Question(
        homework="02",
        reference=softmax_gradient,
        inputs=logits_and_labels,
        edges=EDGES,
        spared=SPARED | {"too large": "The exercise says that they are moderate."},
        hints=(
            "The lecture derives ds. What is subtracted from the probabilities?",
            "The loss is the mean over n examples: each has a share of 1 / n in it.",
        ),
        mistakes={
            "The batch's loss is a mean, so its gradient has a factor of 1 / n.": (
                lambda t, s: softmax(s) - t
            ),
            "It is divided by n and by the number of classes; only n is right.": (
                lambda t, s: (softmax(s) - t) / t.size
            ),
            "The sign is wrong: p - t points to where the loss grows.": (
                lambda t, s: (t - softmax(s)) / len(s)
            ),
            "The logits are no probabilities: the softmax is missing.": (
                lambda t, s: (s - t) / len(s)
            ),
            "No p (1 - p) here: it has cancelled with the logarithm's slope.": (
                lambda t, s: (softmax(s) - t) * softmax(s) * (1 - softmax(s)) / len(s)
            ),
        },
    ),
)
