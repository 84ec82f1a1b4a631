"""Homework 10: two layers as one, and how often a pixel reaches an output."""

import numpy as np

from dlcourse.homework.question import Question
from dlcourse.homework.questions.drawing import (
    COUNTS,
    LINEAR,
    twins,
)
from dlcourse.homework.questions.hw10_dense import DENSE, PORTED


def merge(kernel1, b1, kernel2, b2):
    """Kernel and bias of one layer that does what two do without ReLU between."""
    return merged(kernel1, kernel2), b2 + b1 @ kernel2.sum(axis=(0, 1))


def merged(first, second, turned=1):
    """Every pair of weights, where both windows lie on one another."""
    k, m = len(first), len(second)
    kernel = np.zeros((k + m - 1, k + m - 1, first.shape[2], second.shape[3]))
    for i, j in np.ndindex(m, m):
        weights = second[::turned, ::turned][i, j]
        kernel[i : i + k, j : j + k] += first @ weights
    return kernel


def with_bias(bias):
    """`merge` with another bias."""
    return lambda kernel1, b1, kernel2, b2: (
        merged(kernel1, kernel2),
        bias(b1, kernel2, b2),
    )


def two_layers(rng):
    """Two filters of 2 x 2 to be read, then three channels through four to two."""
    first = np.array([[1.0, 2], [0, 1]])[..., None, None]
    second = np.array([[1.0, 0], [0, 3]])[..., None, None]
    by_hand = first, np.array([1.0]), second, np.array([0.5])

    def layers(rng, k, m):
        shapes = (k, k, 3, 4), 4, (m, m, 4, 2), 2
        return [rng.normal(size=shape) for shape in shapes]

    others = [layers(rng, 1, 3), layers(rng, 3, 2)]
    return [by_hand, *map(tuple, [*twins(layers, rng, (3, 3), (3, 3)), *others])]


def paths_to_output(kernels, strides):
    """Paths from each pixel of a row that an output sees: (pixels,)."""
    return paths(kernels, strides)


def paths(kernels, strides, stretch=None, after=False):
    """`paths_to_output`, from the top down, with parts that a mistake changes."""
    stretch = stretch or with_zeros
    found = np.array([1])
    for k, s in zip(kernels[::-1], strides[::-1], strict=True):
        if after:
            found = stretch(np.convolve(found, np.ones(k, int)), s)
        else:
            found = np.convolve(stretch(found, s), np.ones(k, int))
    return found


def with_zeros(found, s):
    """The numbers with s - 1 zeros between neighbours."""
    wide = np.zeros((len(found) - 1) * s + 1, int)
    wide[::s] = found
    return wide


def stacks(rng):
    """Two layers and three to be read, then four layers."""

    def four_layers(rng, *strides):
        kernels = rng.integers(2, 6, 4)
        kernels[0] = 3
        return kernels, np.array(strides)

    pooled = np.array([3, 2, 3]), np.array([1, 2, 1])
    strides = (1, 2, 1, 1), (2, 1, 1, 1), (1, 2, 2, 1), (3, 1, 2, 2), (1, 1, 1, 3)
    return [
        (np.array([3, 3]), np.array([1, 1])),
        pooled,
        (np.array([1, 3]), np.array([2, 1])),  # every other pixel is not seen
        *twins(four_layers, rng, *strides),
    ]


QUESTIONS = (
    Question(
        homework="10",
        reference=merge,
        inputs=two_layers,
        edges={
            "integer": (
                np.arange(4).reshape(2, 2, 1, 1),
                np.array([1]),
                np.full((2, 2, 1, 1), 0.25),
                np.array([0.5]),
            ),
        },
        spared=LINEAR,
        points=4,
        results=("kernel", "bias"),
        hints=(
            "Through which weights does a pixel at distance 0 reach the output? One at "
            "distance 1?",
            "The weight (i, j) of the second kernel looks at a map that has the first "
            "kernel in it: it adds to kernel[i : i + k, j : j + k].",
            "Channels: kernel1 @ kernel2[i, j] sums over those in the middle. The bias "
            "b1 comes through every weight of the second kernel.",
        ),
        mistakes={
            "The second kernel is turned by half a turn.": (
                lambda kernel1, b1, kernel2, b2: (
                    merged(kernel1, kernel2, -1),
                    merge(kernel1, b1, kernel2, b2)[1],
                )
            ),
            "The bias of the first layer is missing: it goes through the second.": (
                with_bias(lambda b1, kernel2, b2: b2)
            ),
            "The bias of the second layer is missing.": (
                with_bias(lambda b1, kernel2, b2: b1 @ kernel2.sum(axis=(0, 1)))
            ),
            "b1 comes through all weights of the second kernel, not only the middle.": (
                with_bias(
                    lambda b1, kernel2, b2: (
                        b2 + b1 @ kernel2[len(kernel2) // 2, len(kernel2) // 2]
                    )
                )
            ),
            "b1 was multiplied by the mean of the second kernel; its sum counts.": (
                with_bias(lambda b1, kernel2, b2: b2 + b1 @ kernel2.mean(axis=(0, 1)))
            ),
            "Both biases are added up, but b1 goes through the second kernel.": (
                with_bias(lambda b1, kernel2, b2: b2 + b1.sum())
            ),
        },
    ),
    Question(
        homework="10",
        reference=paths_to_output,
        inputs=stacks,
        edges={
            "integer": (np.array([5]), np.array([2])),
            "empty": (np.array([], int), np.array([], int)),
        },
        spared={"tie, zero, nan, too large": COUNTS},
        points=2,
        hints=(
            "Begin at the output: one path leads to it from itself. Which numbers of "
            "the layer below reach it, and which pixels reach those?",
            "A layer with stride 1: each number goes to k neighbours below, and where "
            "several arrive they add up.",
            "With a stride of s, neighbours above lie s apart below: put s - 1 zeros "
            "between them first.",
        ),
        mistakes={
            "The strides are left out.": (
                lambda kernels, strides: paths(kernels, strides * 0 + 1)
            ),
            "The layers are taken in reversed order.": (
                lambda kernels, strides: paths(kernels[::-1], strides[::-1])
            ),
            "Each stride is used one layer too low: it says how far the windows of its "
            "own layer lie apart.": (
                lambda kernels, strides: paths(kernels, strides, after=True)
            ),
            "A stride puts zeros between numbers, it does not repeat them.": (
                lambda kernels, strides: paths(kernels, strides, np.repeat)
            ),
            "These say whether a pixel is seen; asked is by how many paths.": (
                lambda kernels, strides: np.sign(paths(kernels, strides))
            ),
            "These are shares; asked are numbers of paths.": (
                lambda kernels, strides: paths(kernels, strides) / np.prod(kernels)
            ),
        },
    ),
    DENSE,
    PORTED,
)
