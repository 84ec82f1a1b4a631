"""Homework 25: the best guess of the noise."""

from functools import partial

import numpy as np

from dlcourse.homework.question import Question
from dlcourse.homework.questions.drawing import NEVER_EMPTY, PASSES, SMOOTH, twins


def best_noise(x, points, kept):
    """The mean of all noise that may be in x, where the data are these points."""
    return guess(x, points, kept)


def distances(x, points):
    """Squared distances (n, m)."""
    return ((x[:, None] - points) ** 2).sum(axis=2)


def softmax(logits):
    """Weights of the points, for each x."""
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def half_variance(kept):
    """What the squared distance is divided by."""
    return 2 * (1 - kept)


def guess(
    x, points, kept, weights=softmax, width=half_variance, shrunk=np.sqrt, near=np.sqrt
):
    """`best_noise`; a mistake weights the points, or shrinks them, in another way."""
    logits = -distances(x, near(kept) * points) / width(kept)
    mean = weights(logits) @ points
    return (x - shrunk(kept) * mean) / np.sqrt(1 - kept)


def nearest(logits):
    """All weight to the nearest point; the first of equals."""
    return np.eye(logits.shape[1])[logits.argmax(axis=1)]


def unsafe(logits):
    """exp of the logits as they are."""
    e = np.exp(logits)
    return e / e.sum(axis=1, keepdims=True)


def clean(x, points, kept):
    """The mean of the points that x may come from."""
    return (x - np.sqrt(1 - kept) * guess(x, points, kept)) / np.sqrt(kept)


def each_number_by_itself(x, points, kept):
    """Each coordinate as if it were alone."""
    pairs = zip(x.T, points.T, strict=True)
    rows = [guess(a[:, None], b[:, None], kept)[:, 0] for a, b in pairs]
    return np.array(rows).T


def noisy(rng):
    """Two points of the line to be read, then four noisy ones among six."""
    by_hand = np.array([[0.3]]), np.array([[1.0], [-1.0]]), 0.64

    def drawn(rng, kept):
        points, noise = rng.normal(size=(6, 2)), rng.normal(size=(4, 2))
        return np.sqrt(kept) * points[:4] + np.sqrt(1 - kept) * noise, points, kept

    return [by_hand, *twins(drawn, rng, (0.5,), (0.8,), (0.3,))]


NOISE = Question(
    homework="25",
    reference=best_noise,
    inputs=noisy,
    edges={
        "tie": (
            np.array([[0.0, 0.0], [0.0, 1.0]]),
            np.array([[1.0, 0], [-1, 0], [0, 3]]),
            0.5,
        ),
        "integer": (
            np.array([[1, 0], [0, 2]]),
            np.array([[1, 1], [-1, 2], [0, 0]]),
            0.75,
        ),
        "too large": (
            np.array([[40.0, 3], [-70, 10]]),
            np.array([[1.0, 0], [-1, 2], [0, 3]]),
            0.9,
        ),
    },
    spared={"zero": SMOOTH, "nan": PASSES, "empty": NEVER_EMPTY},
    points=2,
    hints=(
        "Each point could be where x comes from. With which noise? And how probable is "
        "that noise, compared with the others?",
        "The density of noise e is proportional to exp(-|e|² / 2): the weights of the "
        "points are a softmax.",
        "With these weights, average the points, or the noises: it comes to the same. "
        "Subtract the largest logit before you take exp.",
    ),
    mistakes={
        "That is the noise if x comes from the nearest point. All are possible.": (
            partial(guess, weights=nearest)
        ),
        "Near points are more probable than far ones.": (
            partial(guess, weights=lambda s: np.full(s.shape, 1 / s.shape[1]))
        ),
        "exp of a large distance is 0 for all points: subtract the largest logit.": (
            partial(guess, weights=unsafe)
        ),
        "The points have shrunk by sqrt(kept) when the noise is added.": (
            partial(guess, near=lambda kept: 1)
        ),
        "The points have shrunk by sqrt(kept), also where they are taken away.": (
            partial(guess, shrunk=lambda kept: 1)
        ),
        "kept is a share of the variance: points shrink by its root.": (
            partial(guess, shrunk=lambda kept: kept, near=lambda kept: kept)
        ),
        "The exponent has half of the squared distance.": (
            partial(guess, width=lambda kept: 1 - kept)
        ),
        "The noise has the variance 1 - kept.": partial(guess, width=lambda kept: 2),
        "The variance of the noise is 1 - kept, not kept.": (
            partial(guess, width=lambda kept: 2 * kept)
        ),
        "In the exponent stands the variance, not the deviation.": (
            partial(guess, width=lambda kept: 2 * np.sqrt(1 - kept))
        ),
        "That is the clean point, not the noise.": clean,
        "The noise was multiplied by sqrt(1 - kept): divide by it.": (
            lambda x, points, kept: np.sqrt(1 - kept) * guess(x, points, kept)
        ),
        "A point is as near as all of its coordinates together.": each_number_by_itself,
    },
)
QUESTIONS = (NOISE,)
