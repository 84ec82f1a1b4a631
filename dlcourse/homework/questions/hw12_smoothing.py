"""Homework 12: cross-entropy with smoothed labels, and its gradient."""

from functools import partial

import numpy as np

from dlcourse.homework.question import Question
from dlcourse.homework.questions.drawing import NEVER_EMPTY, NO_ORDER, PASSES, twins


def smoothed_cross_entropy(labels, logits, epsilon):
    """Loss and gradient for the logits, labels smoothed: a number and (n, k)."""
    return smoothed(labels, logits, epsilon)


def targets(true, epsilon):
    """A share epsilon of each label spread evenly over all classes."""
    return (1 - epsilon) * true + epsilon / true.shape[1]


def smoothed(labels, logits, epsilon, targets=targets, loss_by=len, gradient_by=len):
    """`smoothed_cross_entropy`, and what becomes of it by a mistake."""
    true = np.eye(logits.shape[1])[labels]
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    q = targets(true, epsilon)
    loss = -(q * log_p).sum() / loss_by(labels)
    return loss, (np.exp(log_p) - q) / gradient_by(labels)


def ones(labels):
    """One for all examples: they are added up."""
    return 1


def batches(rng):
    """One picture of two classes to be read, then six pictures of five classes."""
    one = np.array([1]), np.array([[0.0, 0]]), 0.5
    return [one, *twins(batch, rng, (0.1,), (0.3,), (0.05,))]


def batch(rng, epsilon):
    """Six labels, and logits that are far from even."""
    labels = rng.permutation([0, 1, 2, 3, 4, rng.integers(5)])
    return labels, rng.normal(0, 3, (6, 5)), epsilon


QUESTIONS = (
    Question(
        homework="12",
        reference=smoothed_cross_entropy,
        inputs=batches,
        edges={
            "zero": (np.array([0, 2]), np.array([[1.0, 0, 2], [0, 0, 0]]), 0.0),
            "integer": (np.array([1, 0]), np.array([[1, 3], [0, 2]]), 0.2),
            "too large": (
                np.array([0, 1, 2]),
                np.array([[1000.0, 0, -1000], [0, 2000, 0], [900, 0, 0]]),
                0.1,
            ),
        },
        spared={"tie": NO_ORDER, "nan": PASSES, "empty": NEVER_EMPTY},
        points=2,
        results=("loss", "gradient"),
        hints=(
            "First the smoothed labels q as an array (n, classes). What does each row "
            "sum to?",
            "Then it is homework 02 with q for the target: -sum q log p, and p - q, "
            "both divided by n.",
            "log p = z - max - log(sum(exp(z - max))): do not take the log of a p that "
            "was rounded to 0.",
        ),
        mistakes={
            "A row of q sums to less than 1: the true class has its part of epsilon "
            "as well, 1 - epsilon + epsilon / classes.": (
                partial(
                    smoothed,
                    targets=lambda t, e: np.where(t > 0, 1 - e, e / t.shape[1]),
                )
            ),
            "Epsilon is spread over all classes, not over the others alone.": (
                partial(
                    smoothed,
                    targets=lambda t, e: np.where(t > 0, 1 - e, e / (t.shape[1] - 1)),
                )
            ),
            "A row of q sums to more than 1: the true class gives epsilon away.": (
                partial(smoothed, targets=lambda t, e: t + e / t.shape[1])
            ),
            "The labels are not smoothed.": partial(smoothed, targets=lambda t, e: t),
            "Epsilon is the share that is spread, not the share that stays.": (
                partial(smoothed, targets=lambda t, e: targets(t, 1 - e))
            ),
            "Every class gets epsilon; it is one epsilon for all, so divide it.": (
                partial(smoothed, targets=lambda t, e: (1 - e) * t + e)
            ),
            "The loss is a mean over the pictures, and the gradient is that of the "
            "mean.": partial(smoothed, loss_by=ones, gradient_by=ones),
            "The gradient is that of the mean, so it is divided by n as well.": (
                partial(smoothed, gradient_by=ones)
            ),
            "The loss is summed over the pictures; take the mean.": (
                partial(smoothed, loss_by=ones)
            ),
        },
    ),
)
