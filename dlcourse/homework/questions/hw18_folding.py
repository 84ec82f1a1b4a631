"""Homework 18: a batch norm between depthwise and pointwise, folded away."""

from functools import partial

import numpy as np

from dlcourse.homework.question import Question
from dlcourse.homework.questions.drawing import SUMS, twins


def folded(pointwise, gamma, beta, mean, variance, epsilon):
    """Kernel and bias of the 1 x 1 that does what batch norm and pointwise do."""
    return fold(pointwise, gamma, beta, mean, variance, epsilon)


def inside(variance, epsilon):
    """The standard deviation that batch norm divides by."""
    return np.sqrt(variance + epsilon)


def fold(
    pointwise,
    gamma,
    beta,
    mean,
    variance,
    epsilon,
    root=inside,
    columns=False,
    shift=lambda beta, mean, scale: beta - mean * scale,
    through=None,
):
    """`folded`, and what becomes of it by a mistake."""
    scale = gamma / root(variance, epsilon)
    kernel = pointwise * (scale if columns else scale[:, None])
    bias = shift(beta, mean, scale)
    return kernel, bias @ (kernel if through == "kernel" else pointwise)


def outside(variance, epsilon):
    """Epsilon where it does not belong."""
    return np.sqrt(variance) + epsilon


def not_through(pointwise, gamma, beta, mean, variance, epsilon):
    """The shift as it is, one number for each channel that comes in."""
    kernel, _ = fold(pointwise, gamma, beta, mean, variance, epsilon)
    return kernel, beta - mean * gamma / inside(variance, epsilon)


def beta_beside(pointwise, gamma, beta, mean, variance, epsilon):
    """beta as it is, one number for each channel that comes in."""
    scale = gamma / inside(variance, epsilon)
    return scale[:, None] * pointwise, beta - mean * scale @ pointwise


def networks(rng):
    """One channel to be read, then four channels in and four or three out."""

    def some(rng, epsilon, filters=4):
        gamma, beta, mean = rng.normal(size=(3, 4))
        pointwise, variance = rng.normal(size=(4, filters)), rng.uniform(0.1, 2, 4)
        return pointwise, gamma, beta, mean, variance, epsilon

    numbers = (np.array([number]) for number in (6.0, 1.0, 4.0, 8.0))
    by_hand = np.array([[10.0]]), *numbers, 1.0
    drawn = twins(some, rng, (0.001,), (0.1,), (0.01,))
    return [by_hand, *drawn, some(rng, 0.02, 3)]


QUESTIONS = (
    Question(
        homework="18",
        reference=folded,
        inputs=networks,
        edges={
            "zero": (  # the first channel never varies
                np.array([[1.0, 2], [3, 4]]),
                np.array([2.0, 1]),
                np.array([0.0, 1]),
                np.array([3.0, 0]),
                np.array([0.0, 0.75]),
                0.25,
            ),
            "integer": (
                np.array([[1, 2], [3, 4]]),
                np.array([1.0, 0.5]),
                np.array([0.5, 1]),
                np.array([1.0, 2]),
                np.array([3.0, 1]),
                1.0,
            ),
        },
        spared=SUMS,
        points=2,
        results=("kernel", "bias"),
        hints=(
            "Try two channels, one with gamma = 0: which weights should become 0?",
            "Write out one channel out: the sum over c of p[c, n] (scale[c] u[c] + "
            "shift[c]). Which part of it is a weight for u[c]?",
            "scale = gamma / sqrt(variance + epsilon) belongs to the channels that "
            "come in: the rows of pointwise.",
        ),
        mistakes={
            "Both bugs are still in it: epsilon stands outside of the root, and the "
            "scale belongs to the rows.": partial(fold, root=outside, columns=True),
            "Epsilon belongs under the root, with the variance.": (
                partial(fold, root=outside)
            ),
            "The scale belongs to the channels that come in: the rows of pointwise.": (
                partial(fold, columns=True)
            ),
            "The mean is subtracted before it is scaled: beta - mean * scale.": (
                partial(fold, shift=lambda beta, mean, scale: beta - mean)
            ),
            "The bias lacks the mean.": (
                partial(fold, shift=lambda beta, mean, scale: beta)
            ),
            "The bias lacks beta.": (
                partial(fold, shift=lambda beta, mean, scale: -mean * scale)
            ),
            "beta is not scaled: it is added behind gamma.": (
                partial(fold, shift=lambda beta, mean, scale: (beta - mean) * scale)
            ),
            "The shift goes through pointwise as it was; the new kernel would scale it "
            "once more.": partial(fold, through="kernel"),
            "The shift of each channel goes through pointwise as well.": not_through,
            "beta goes through pointwise as well, not only the mean.": beta_beside,
            "Batch norm divides by the standard deviation, not by the variance.": (
                partial(fold, root=lambda variance, epsilon: variance + epsilon)
            ),
        },
    ),
)
