"""Homework 04: batch norm forward, backward and in testing; group norm."""

from functools import partial

import numpy as np

from dlcourse.homework.question import Question


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
    far = rng.normal(5, 3, (6, 4)) * [1, 1, 1, 0.01]
    return [
        (x, np.ones(2), np.zeros(2), 1e-3),
        (far, rng.normal(size=4), rng.normal(size=4), 1e-2),
    ]


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
    return [
        (rng.normal(size=(n, c)), rng.normal(2, 3, (n, c)), rng.normal(size=c), 1e-2)
        for n, c in [(3, 1), (6, 4)]
    ]


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
    five = rng.normal(size=(5, 3)), rng.normal(size=3), rng.normal(size=3)
    return [
        (*alone, np.array([1.0, 6]), np.array([4.0, 16]), 1e-3),
        (*five, rng.normal(size=3), rng.uniform(0.2, 2, 3), 1e-2),
    ]


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
    """One picture of a single row, and three larger ones."""
    row = np.array([[1.0, 3, 10, 30], [5, 7, 20, 40]])[None, None]
    drawn = [
        (rng.normal(2, 3, (3, 2, 4, 6)), rng.normal(size=6), rng.normal(size=6), g)
        for g in (2, 3)
    ]
    return [(row, np.ones(4), np.zeros(4), 2, 1e-3), *((*d, 1e-2) for d in drawn)]


def start_left():
    """Share of the first value in a running mean after a hundred batches."""
    return 0.99**100


QUESTIONS = (
    Question(
        homework="04",
        reference=batch_norm,
        inputs=layers_of_features,
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
    Question(
        homework="04",
        reference=running_statistics,
        inputs=lambda rng: [
            (np.array([[[1.0], [3]], [[5], [9]]]), 0.9),
            (rng.normal(3, 2, (4, 5, 2)), 0.8),
        ],
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
    Question(
        homework="04",
        reference=start_left,
        rtol=0.02,
        hints=(
            "After one batch, which share of the running mean is still the first 0?",
            "Each batch multiplies that share by the momentum.",
        ),
        mistakes={
            "This is the share of the batches; asked for is that of the start.": (
                lambda: 1 - 0.99**100
            ),
            "The shares multiply; they are not subtracted.": lambda: 1 - 100 * 0.01,
            "The share is the same for every batch: only one is counted here.": (
                lambda: 0.99
            ),
        },
    ),
)
