"""Homework 16: a dense block backward, and a layer that is computed again."""

from functools import partial

import numpy as np

from dlcourse.homework.question import Question
from dlcourse.homework.questions.drawing import SUMS, twins


def dense_backward(x, w1, w2, dout):
    """Gradients for x, w1 and w2 of a dense block of two layers."""
    return backward(x, w1, w2, dout)


def relu(z):
    """The nonlinearity before each layer."""
    return np.maximum(z, 0)


def backward(
    x,
    w1,
    w2,
    dout,
    x_direct=1,
    x_by_y1=1,
    x_by_y2=1,
    y1_direct=1,
    y1_by_y2=1,
    slope=lambda z: z > 0,
    read=relu,
):
    """`dense_backward`; a mistake leaves out a path, or the ReLU."""
    c, k = w1.shape
    maps = np.hstack([x, relu(x) @ w1])
    dx, dy1, dy2 = np.split(dout, [c, c + k], axis=1)
    dmaps = dy2 @ w2.T * slope(maps)
    dy1 = y1_direct * dy1 + y1_by_y2 * dmaps[:, c:]
    dx = x_direct * dx + x_by_y2 * dmaps[:, :c] + x_by_y1 * dy1 @ w1.T * slope(x)
    return dx, read(x).T @ dy1, read(maps).T @ dy2


def mean_of_images(*given):
    """Both kernels' gradients are averaged."""
    dx, dw1, dw2 = backward(*given)
    return dx, dw1 / len(dx), dw2 / len(dx)


def every_slope(z):
    """As if there were no ReLU."""
    return np.ones(z.shape)


def blocks(rng):
    """One number to be read, then three numbers and layers of two."""

    def some(rng):
        shapes = (5, 3), (3, 2), (5, 2), (5, 7)
        return tuple(rng.normal(size=shape) for shape in shapes)

    by_hand = np.array([[2.0]]), np.array([[3.0]]), np.array([[1.0], [2]])
    return [(*by_hand, np.ones((1, 3))), *twins(some, rng, (), (), ())]


def computed_again(x, w, keep, seed, dy):
    """A layer with dropout, and its gradients from what is computed anew."""
    return with_dropout(x, w, keep, seed, dy)


def with_dropout(
    x,
    w,
    keep,
    seed,
    dy,
    fresh=False,
    forward=lambda keep: 1 / keep,
    back=lambda keep: 1 / keep,
    dropped=True,
    slope=lambda z: z > 0,
    kept=np.less,
):
    """`computed_again`, and what becomes of it by a mistake."""
    z, rng = x @ w, np.random.default_rng(seed)
    first = kept(rng.random(z.shape), keep)
    again = kept(rng.random(z.shape), keep) if fresh else first
    dz = dy * slope(z) * back(keep) * (again if dropped else 1)
    return np.maximum(z, 0) * first * forward(keep), dz @ w.T, x.T @ dz


def layers(rng):
    """Two units to be read, then four units of three numbers."""

    def some(rng, keep, seed):
        x, w, dy = (rng.normal(size=shape) for shape in ((6, 3), (3, 4), (6, 4)))
        return x, w, keep, seed, dy

    by_hand = np.array([[1.0]]), np.array([[2.0, 3]]), 0.5, 0, np.array([[1.0, 1]])
    seeds = rng.permutation(1000)[:3].tolist()
    variants = zip((0.5, 0.75, 0.6), seeds, strict=True)
    return [by_hand, *twins(some, rng, *variants)]


SPARED = {edge: why for edge, why in SUMS.items() if edge != "zero"}
QUESTIONS = (
    Question(
        homework="16",
        reference=dense_backward,
        inputs=blocks,
        edges={
            "zero": (  # a number of x is 0, and one that the first layer writes
                np.array([[1.0, 0], [2, 1]]),
                np.array([[1.0], [-2]]),
                np.array([[1.0], [2], [3]]),
                np.array([[1.0, 2, 3, 4], [5, 6, 7, 8]]),
            ),
            "integer": (
                np.array([[1, 2], [3, -1]]),
                np.array([[0.5], [1]]),
                np.array([[1.5], [-0.5], [0.5]]),
                np.array([[1, 2, 3, 4], [0, 1, -1, 2]]),
            ),
        },
        spared=SPARED,
        points=3,
        results=("dx", "dw1", "dw2"),
        hints=(
            "Draw who reads what. y1 is read twice: by the second layer, and in the "
            "output. How often is x read?",
            "Go backwards: dw2 and the gradient for [x, y1] from dy2 first. Then dy1 "
            "is complete, and dw1 follows.",
            "dx is the sum of three parts: from the output as it is, from the second "
            "layer, from the first layer.",
        ),
        mistakes={
            "dx lacks the direct path: x stands in the output as it is.": (
                partial(backward, x_direct=0)
            ),
            "dx lacks the path through the first layer.": partial(backward, x_by_y1=0),
            "dx lacks the path through the second layer, which reads x as well.": (
                partial(backward, x_by_y2=0)
            ),
            "y1 stands in the output, too: its gradient lacks that part.": (
                partial(backward, y1_direct=0)
            ),
            "y1 is read by the second layer: its gradient lacks that part.": (
                partial(backward, y1_by_y2=0)
            ),
            "Where a ReLU gave 0, nothing flows back.": (
                partial(backward, slope=every_slope)
            ),
            "A ReLU whose input is exactly 0 hands back 0.": (
                partial(backward, slope=lambda z: z >= 0)
            ),
            "Each kernel is multiplied with what comes out of the ReLU, not with the "
            "maps before it.": partial(backward, read=lambda z: z),
            "dw1 and dw2 are sums over the images, not means.": mean_of_images,
        },
    ),
    Question(
        homework="16",
        reference=computed_again,
        inputs=layers,
        edges={
            "zero": (  # the input of the ReLU is exactly 0
                np.array([[1.0, 1], [2, 0]]),
                np.array([[1.0, 2, 3], [-1, 1, -3]]),
                0.8,
                3,
                np.array([[1.0, 2, 3], [4, 5, 6]]),
            ),
            "integer": (
                np.array([[1, 2], [0, 3]]),
                np.array([[1, 2], [1, -1]]),
                0.7,
                2,
                np.array([[1, 2], [3, 4]]),
            ),
        },
        spared=SPARED,
        points=3,
        results=("out", "dx", "dw"),
        hints=(
            "Give broken_layer a dy of ones. Which numbers of out were dropped, and "
            "which numbers of x @ w get a gradient?",
            "A generator goes on where it stopped. How do you get the same numbers "
            "from it a second time?",
            "np.random.default_rng(seed) once more gives the same mask. And what is "
            "divided by keep going forward is divided by keep going backward.",
        ),
        mistakes={
            "Both bugs are still in it: the backward pass draws another mask, and does "
            "not divide by keep.": partial(
                with_dropout, fresh=True, back=lambda keep: 1
            ),
            "out is right; the backward pass draws another mask.": (
                partial(with_dropout, fresh=True)
            ),
            "out is right; what is divided by keep going forward is divided by it "
            "going backward, too.": partial(with_dropout, back=lambda keep: 1),
            "out is right; what was dropped gets no gradient.": (
                partial(with_dropout, dropped=False)
            ),
            "out is right; where the ReLU gave 0, nothing flows back.": (
                partial(with_dropout, slope=every_slope)
            ),
            "out is right; a ReLU whose input is exactly 0 hands back 0.": (
                partial(with_dropout, slope=lambda z: z >= 0)
            ),
            "The gradients are right; out is divided by keep.": (
                partial(with_dropout, forward=lambda keep: 1)
            ),
            "Nothing is divided by keep; both passes divide.": partial(
                with_dropout, forward=lambda keep: 1, back=lambda keep: 1
            ),
            "keep is the probability that a number stays, not that it is dropped.": (
                partial(with_dropout, kept=np.greater_equal)
            ),
            "The mask is random(shape) < keep, as broken_layer draws it first.": (
                partial(with_dropout, kept=lambda numbers, keep: numbers > 1 - keep)
            ),
            "Divide by keep, do not multiply.": partial(
                with_dropout, forward=lambda keep: keep, back=lambda keep: keep
            ),
        },
    ),
)
