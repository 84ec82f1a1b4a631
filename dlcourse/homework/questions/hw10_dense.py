"""Homework 10: a dense layer as a convolution, and weights of another library."""

import math

import numpy as np

from dlcourse.homework.question import Question
from dlcourse.homework.questions.drawing import (
    LINEAR,
    twins,
)
from dlcourse.homework.questions.hw05_convolution import convolve


def dense_everywhere(x, w, b):
    """The dense layer at every place of larger maps: (places, places, units)."""
    return everywhere(x, w, b)


def everywhere(x, w, b, order=(0, 1, 2), turned=1):
    """`dense_everywhere`; ``order`` in which windows are flattened, maybe turned."""
    side = math.isqrt(len(w) // x.shape[2])
    shape = [(side, side, x.shape[2])[axis] for axis in order]
    kernel = w.reshape(*shape, -1).transpose(*np.argsort(order), 3)
    return convolve(x, kernel[::turned, ::turned], 1) + b


def large_maps(rng):
    """Two places to be read, then maps of three sizes."""
    x = np.array([[1.0, 2, 3], [4, 5, 6]])[..., None]
    by_hand = x, np.array([[1.0], [0], [0], [10]]), np.array([0.5])

    def maps(rng):
        return [rng.normal(size=shape) for shape in ((4, 5, 3), (12, 4), 4)]

    def one_place(rng):
        return [rng.normal(size=shape) for shape in ((3, 3, 2), (18, 2), 2)]

    return [by_hand, *map(tuple, twins(maps, rng, (), ())), tuple(one_place(rng))]


def ported(kernel, dense):
    """A kernel (k, k, in, out), and dense weights (h * w * maps, units)."""
    return kernel.transpose(2, 3, 1, 0), in_our_order(dense, len(kernel))


def in_our_order(dense, maps, axes=(2, 3, 1, 0)):
    """The dense weights, with the axes (units, maps, h, w) in another order."""
    side = math.isqrt(dense.shape[1] // maps)
    moved = dense.reshape(len(dense), maps, side, side).transpose(axes)
    return moved.reshape(-1, len(dense))


def reshaped(kernel, dense):
    """The right shapes, and all numbers at wrong places."""
    out, inputs, k, _ = kernel.shape
    return kernel.reshape(k, k, inputs, out), dense.reshape(-1, len(dense))


def libraries(rng):
    """Small weights to be read, then a kernel of five maps and a dense layer of two."""
    by_hand = (
        np.arange(1.0, 9).reshape(2, 1, 2, 2),
        np.arange(1.0, 9).reshape(1, 8),
    )

    def weights(rng):
        return rng.normal(size=(5, 3, 3, 3)), rng.normal(size=(2, 45))

    other = rng.normal(size=(3, 2, 2, 2)), rng.normal(size=(4, 12))
    return [by_hand, *twins(weights, rng, (), ()), other]


DENSE = Question(
    homework="10",
    reference=dense_everywhere,
    inputs=large_maps,
    edges={
        "integer": (
            np.arange(6).reshape(2, 3, 1),
            np.full((4, 1), 0.25),
            np.array([0.5]),
        ),
    },
    spared=LINEAR,
    points=2,
    hints=(
        "How large was the map for which the layer was made? Its number of weights and "
        "the channels of x tell.",
        "At each place: window.ravel() @ w + b. Where may the window begin?",
        "Or: w.reshape(side, side, channels, units) is the kernel of a convolution.",
    ),
    mistakes={
        "The bias is missing.": lambda x, w, b: dense_everywhere(x, w, 0 * b),
        "The bias is added once for each channel; add it once.": (
            lambda x, w, b: dense_everywhere(x, w, b * (x.shape[2] + 1))
        ),
        "Channels come first in these windows; rows come first, then columns, then "
        "channels.": (lambda *given: everywhere(*given, order=(2, 0, 1))),
        "Columns come first in these windows; rows do.": (
            lambda *given: everywhere(*given, order=(1, 0, 2))
        ),
        "The weights are turned by half a turn.": (
            lambda *given: everywhere(*given, turned=-1)
        ),
        "The mean over all places was taken; keep them.": (
            lambda *given: dense_everywhere(*given).mean(axis=(0, 1))
        ),
    },
)
PORTED = Question(
    homework="10",
    reference=ported,
    inputs=libraries,
    edges={
        "integer": (np.arange(4).reshape(1, 1, 2, 2), np.arange(8).reshape(2, 4)),
    },
    spared=LINEAR,
    points=2,
    results=("kernel", "dense"),
    hints=(
        "reshape leaves the numbers in their order and draws the borders anew. Which "
        "function of NumPy moves axes?",
        "The kernel: axes (out, in, row, column) are to become (row, column, in, out).",
        "The dense weights: first reshape(units, maps, side, side), so that each axis "
        "has its meaning, then move the axes, then flatten three of them.",
    ),
    mistakes={
        "reshape does not move axes: the shapes are right, the numbers are not.": (
            reshaped
        ),
        "Rows and columns are exchanged.": (
            lambda kernel, dense: (
                kernel.transpose(3, 2, 1, 0),
                in_our_order(dense, len(kernel), (3, 2, 1, 0)),
            )
        ),
        "The filters are turned by half a turn; both libraries lay them on as they are"
        ".": (
            lambda kernel, dense: (
                ported(kernel, dense)[0][::-1, ::-1],
                ported(kernel, dense)[1],
            )
        ),
        "The dense weights still expect one map after the other.": (
            lambda kernel, dense: (ported(kernel, dense)[0], dense.T)
        ),
        "A row of dense is a unit; here a column has to be.": (
            lambda kernel, dense: (
                ported(kernel, dense)[0],
                ported(kernel, dense)[1].T,
            )
        ),
    },
)
