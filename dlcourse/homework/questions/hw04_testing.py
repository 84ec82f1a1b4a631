"""Homework 04: running statistics, batch norm in testing, group norm."""

from functools import partial

import numpy as np

from dlcourse.homework.question import Question
from dlcourse.homework.questions.drawing import (
    NO_EXP,
    NO_ORDER,
    PASSES,
    twins,
)
from dlcourse.homework.questions.hw04_training import SPARED, batch_norm, normalized


def running_statistics(batches, momentum):
    """Running mean and variance behind these batches: (steps, n, c) -> (c,), (c,)."""
    mean, variance = np.zeros(batches.shape[2]), np.ones(batches.shape[2])
    for x in batches:
        mean = momentum * mean + (1 - momentum) * x.mean(axis=0)
        variance = momentum * variance + (1 - momentum) * x.var(axis=0)
    return mean, variance


def variance_from_0(batches, momentum):
    """Starts the variance at 0."""
    mean, variance = running_statistics(batches, momentum)
    return mean, variance - momentum ** len(batches)


def batch_norm_test(x, gamma, beta, mean, variance, epsilon):
    """Batch norm in testing, by the running statistics: (n, c) -> (n, c)."""
    return gamma * (x - mean) / np.sqrt(variance + epsilon) + beta


def tests(rng):
    """One example alone, as in use, and a batch."""
    alone = np.array([[3.0, 10]]), np.array([2.0, 1]), np.array([0.0, 1])
    return [
        (*alone, np.array([1.0, 6]), np.array([4.0, 16]), 1e-3),
        *twins(a_test, rng, (1e-2,), (5e-2,)),
    ]


def a_test(rng, epsilon):
    """Five examples of three features."""
    x, (gamma, beta, mean) = rng.normal(size=(5, 3)), rng.normal(size=(3, 3))
    return x, gamma, beta, mean, rng.uniform(0.2, 2, 3), epsilon


def group_norm(x, gamma, beta, groups, epsilon):
    """Group norm: (n, h, w, c), (c,), (c,) -> (n, h, w, c)."""
    n, h, w, c = x.shape
    grouped = x.reshape(n, h, w, groups, c // groups)
    mean = grouped.mean(axis=(1, 2, 4), keepdims=True)
    variance = grouped.var(axis=(1, 2, 4), keepdims=True)
    z = (grouped - mean) / np.sqrt(variance + epsilon)
    return gamma * z.reshape(x.shape) + beta


def strided_groups(x, gamma, beta, groups, epsilon):
    """Deals the channels out to the groups instead of cutting them into blocks."""
    order = np.arange(x.shape[3]).reshape(-1, groups).T.ravel()
    back = np.argsort(order)
    ones, zeros = np.ones_like(gamma), np.zeros_like(beta)
    z = group_norm(x[..., order], ones, zeros, groups, epsilon)
    return gamma * z[..., back] + beta


def over_axes(axes, x, gamma, beta, groups, epsilon):
    """Normalizes over some axes of (n, h, w, groups, channels of a group)."""
    grouped = x.reshape(*x.shape[:3], groups, -1)
    z = normalized(grouped, 1, 0, epsilon, axes)
    return gamma * z.reshape(x.shape) + beta


def maps(rng):
    """One picture of a single row, and batches of three larger ones."""
    row = np.array([[1.0, 3, 10, 30], [5, 7, 20, 40]])[None, None]
    return [
        (row, np.ones(4), np.zeros(4), 2, 1e-3),
        *twins(three_pictures, rng, (2, 1e-2), (3, 1e-1), (6, 1e-3), (1, 1e-2)),
    ]


def three_pictures(rng, groups, epsilon):
    """Three pictures of six channels."""
    x, (gamma, beta) = rng.normal(2, 3, (3, 2, 4, 6)), rng.normal(size=(2, 6))
    return x, gamma, beta, groups, epsilon


QUESTIONS = (
    Question(
        homework="04",
        reference=running_statistics,
        inputs=lambda rng: [
            (np.array([[[1.0], [3]], [[5], [9]]]), 0.9),
            *twins(
                lambda rng, momentum: (rng.normal(3, 2, (4, 5, 2)), momentum),
                rng,
                (0.8,),
                (0.6,),
            ),
        ],
        edges={
            "zero": (np.array([[[1.0], [3]], [[5], [9]]]), 0.0),
            "integer": (np.array([[[1], [4]], [[5], [8]]]), 0.5),
            "empty": (np.zeros((0, 3, 2)), 0.9),
        },
        spared={"tie": NO_ORDER, "nan": PASSES, "too large": NO_EXP},
        points=2,
        results=("mean", "variance"),
        hints=(
            "Both have shape (c,), and start at 0 and at 1.",
            "The old value keeps the share momentum; the batch has 1 - momentum.",
        ),
        mistakes={
            "The shares are exchanged: the old value keeps the share `momentum`.": (
                lambda batches, momentum: running_statistics(batches, 1 - momentum)
            ),
            "The running variance starts at 1, not at 0.": variance_from_0,
            "This is the mean over all batches. Running statistics forget.": (
                lambda batches, momentum: (
                    batches.mean(axis=(0, 1)),
                    batches.var(axis=1).mean(axis=0),
                )
            ),
            "Only the first batch has been used.": (
                lambda batches, momentum: running_statistics(batches[:1], momentum)
            ),
        },
    ),
    Question(
        homework="04",
        reference=batch_norm_test,
        inputs=tests,
        edges={
            "zero": (
                np.ones((1, 1)),
                np.ones(1),
                np.ones(1),
                np.zeros(1),
                np.zeros(1),
                0.5,
            ),
            "integer": (
                np.array([[1, 2], [0, 5]]),
                np.array([1, 3]),
                np.array([0, 1]),
                np.array([1, 1]),
                np.array([2, 3]),
                0.5,
            ),
        },
        spared=SPARED,
        hints=(
            "What is the mean of a batch that holds one example? And x minus that?",
            "In testing the running mean and variance take the place of the batch's.",
        ),
        mistakes={
            "It still normalizes by the batch's own statistics. A batch of one becomes "
            "beta, whatever it shows.": lambda x, g, b, m, v, e: batch_norm(x, g, b, e),
            "The running variance is used, but still the batch's own mean.": (
                lambda x, g, b, m, v, e: batch_norm_test(x, g, b, x.mean(0), v, e)
            ),
            "The running mean is used, but still the batch's own variance.": (
                lambda x, g, b, m, v, e: batch_norm_test(x, g, b, m, x.var(0), e)
            ),
            "This divides by the variance; divide by its square root.": (
                lambda x, g, b, m, v, e: g * (x - m) / (v + e) + b
            ),
            "gamma and beta count in testing as well.": (
                lambda x, g, b, m, v, e: batch_norm_test(x, 1, 0, m, v, e)
            ),
        },
    ),
    Question(
        homework="04",
        reference=group_norm,
        inputs=maps,
        edges={
            "zero": (np.zeros((1, 1, 2, 2)), np.ones(2), np.array([0.5, 1]), 1, 1e-3),
            "integer": (
                np.array([[[[1, 0, 2, 5], [3, 1, 0, 4]]]]),
                np.array([1, 2, 1, 3]),
                np.zeros(4),
                2,
                0.5,
            ),
        },
        spared=SPARED,
        points=2,
        hints=(
            "reshape the channels to (groups, c // groups). Which axes belong to one "
            "mean, and which do not?",
            "Over height, width and the channels of the group; axes 1, 2 and 4. "
            "keepdims=True, then reshape back.",
        ),
        mistakes={
            "The examples of the batch are mixed; each is normalized by itself.": (
                partial(over_axes, (0, 1, 2, 4))
            ),
            "Every channel is normalized by itself (that is instance norm).": (
                partial(over_axes, (1, 2))
            ),
            "Every pixel is normalized by itself; height and width belong to it.": (
                partial(over_axes, (4,))
            ),
            "All channels are one group (that is layer norm).": (
                lambda x, g, b, groups, e: group_norm(x, g, b, 1, e)
            ),
            "A group is a block of neighbouring channels: (groups, c // groups), not "
            "(c // groups, groups).": strided_groups,
        },
    ),
)
