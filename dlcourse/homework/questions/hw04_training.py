"""Homework 04: batch norm in training, forward and backward."""

from functools import partial

import numpy as np

from dlcourse.homework.question import Question
from dlcourse.homework.questions.drawing import SUMS, twins


def batch_norm(x, gamma, beta, epsilon):
    """Batch norm in training: (n, c), (c,), (c,) -> (n, c)."""
    return normalized(x, gamma, beta, epsilon, axis=0)


def normalized(x, gamma, beta, epsilon, axis=0, ddof=0):
    """Mean 0 and variance 1 over an axis, then scale and shift."""
    mean, variance = x.mean(axis, keepdims=True), x.var(axis, ddof=ddof, keepdims=True)
    return gamma * (x - mean) / np.sqrt(variance + epsilon) + beta


def layers_of_features(rng):
    """Three examples to be read; then features far from 0, and a nearly constant one.

    Epsilon is large enough to be seen where it is missing or at the wrong place.
    """
    x = np.array([[1.0, 10], [2, 20], [3, 60]])
    return [
        (x, np.ones(2), np.zeros(2), 1e-3),
        *twins(far_features, rng, (1e-2,), (5e-2,)),
    ]


def far_features(rng, epsilon):
    """Six examples of four features."""
    x = rng.normal(5, 3, (6, 4)) * [1, 1, 1, 0.01]
    return x, rng.normal(size=4), rng.normal(size=4), epsilon


SPARED = SUMS


def batch_norm_backward(dy, x, gamma, epsilon):
    """Gradients for x, gamma and beta of `batch_norm`."""
    deviation = np.sqrt(x.var(axis=0) + epsilon)
    z = (x - x.mean(axis=0)) / deviation
    dz = dy * gamma
    dx = (dz - dz.mean(axis=0) - z * (dz * z).mean(axis=0)) / deviation
    return dx, (dy * z).sum(axis=0), dy.sum(axis=0)


def with_dx(of, dy, x, gamma, epsilon):
    """Right but for dx, a function of dz, the normalized z and the deviation."""
    deviation = np.sqrt(x.var(axis=0) + epsilon)
    z = (x - x.mean(axis=0)) / deviation
    dx = of(dy * gamma, z) / deviation
    return dx, *batch_norm_backward(dy, x, gamma, epsilon)[1:]


def raw_dgamma(dy, x, gamma, epsilon):
    """Multiplies by x where the normalized x belongs."""
    dx, _, dbeta = batch_norm_backward(dy, x, gamma, epsilon)
    return dx, (dy * x).sum(axis=0), dbeta


def averaged(dy, x, gamma, epsilon):
    """Takes means for gamma and beta."""
    dx, dgamma, dbeta = batch_norm_backward(dy, x, gamma, epsilon)
    return dx, dgamma / len(x), dbeta / len(x)


def gradients(rng):
    """Three examples of one feature, and six of four."""
    several = (6, 4, 1e-2), (6, 4, 1e-1)
    return [a_gradient(rng, 3, 1, 1e-2), *twins(a_gradient, rng, *several)]


def a_gradient(rng, n, c, epsilon):
    """A gradient that has arrived, n examples of c features, and gamma."""
    dy, x = rng.normal(size=(n, c)), rng.normal(2, 3, (n, c))
    return dy, x, rng.normal(size=c), epsilon


QUESTIONS = (
    Question(
        homework="04",
        reference=batch_norm,
        inputs=layers_of_features,
        edges={
            "zero": (np.full((2, 1), 3.0), np.array([2.0]), np.array([0.5]), 1e-3),
            "integer": (np.array([[1, 0], [2, 5]]), np.array([1, 3]), np.zeros(2), 0.5),
        },
        spared=SPARED,
        hints=(
            "Each feature gets its own mean. Over which axis of (n, c) is it taken?",
            "x.mean(axis=0) has shape (c,). Epsilon is added to the variance.",
        ),
        mistakes={
            "The statistics are taken over the features of one example (that would be "
            "layer norm). Take them over the batch, axis 0.": (
                partial(normalized, axis=1)
            ),
            "Each feature has its own mean and variance; here one serves them all.": (
                partial(normalized, axis=None)
            ),
            "This divides by the variance; divide by its square root.": (
                lambda x, g, b, e: g * (x - x.mean(0)) / (x.var(0) + e) + b
            ),
            "Epsilon belongs inside the root, added to the variance.": (
                lambda x, g, b, e: g * (x - x.mean(0)) / (x.std(0) + e) + b
            ),
            "The variance is divided by n - 1; batch norm divides by n.": (
                partial(normalized, ddof=1)
            ),
            "The offset beta is scaled as well: first gamma, then beta.": (
                lambda x, g, b, e: g * (batch_norm(x, 1, 0, e) + b)
            ),
        },
    ),
    Question(
        homework="04",
        reference=batch_norm_backward,
        inputs=gradients,
        edges={
            "zero": (np.array([[1.0], [0.0]]), np.full((2, 1), 3.0), np.ones(1), 0.25),
            "integer": (
                np.array([[1, 0], [2, -1], [0, 1]]),
                np.array([[1, 2], [3, 2], [0, 5]]),
                np.array([1, 2]),
                0.5,
            ),
        },
        spared=SPARED,
        points=3,
        results=("dx", "dgamma", "dbeta"),
        hints=(
            "beta is added to every example, and gamma multiplies z in every example. "
            "So their gradients are sums over the batch.",
            "Each x moves the output in three ways: directly, through the mean, and "
            "through the variance. dx has three terms.",
            "With dz = dy * gamma and the deviation d = sqrt(variance + epsilon): "
            "dx = (dz - mean(dz) - z * mean(dz * z)) / d, means over the batch.",
        ),
        mistakes={
            "dx lacks the ways through the mean and the variance: both depend on x.": (
                partial(with_dx, lambda dz, z: dz)
            ),
            "dx lacks the way through the variance.": (
                partial(with_dx, lambda dz, z: dz - dz.mean(axis=0))
            ),
            "dx lacks the way through the mean.": (
                partial(with_dx, lambda dz, z: dz - z * (dz * z).mean(axis=0))
            ),
            "dgamma multiplies dy by x; gamma multiplies the normalized x.": raw_dgamma,
            "dgamma and dbeta are sums over the batch, not means.": averaged,
        },
    ),
)
