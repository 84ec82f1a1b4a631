"""Homework 17: squeeze and excite, backward."""

from functools import partial

import numpy as np

from dlcourse.homework.question import Question
from dlcourse.homework.questions.drawing import NEVER_EMPTY, NO_ORDER, PASSES, twins


def excite_backward(x, w1, w2, dy):
    """Gradients of y = s x, s = sigmoid(relu(mean(x) w1) w2), for x, w1 and w2."""
    return backward(x, w1, w2, dy)


def sigmoid(a):
    """Without overflow."""
    return (1 + np.tanh(a / 2)) / 2


def backward(
    x,
    w1,
    w2,
    dy,
    direct=1,
    gate=1,
    over_pixels=np.sum,
    mean=True,
    slope=lambda s: s * (1 - s),
    mask=True,
    squash=sigmoid,
):
    """`excite_backward`; a mistake leaves out a path, a slope or a mean."""
    z = x.mean(axis=(0, 1))
    h = np.maximum(z @ w1, 0)
    s = squash(h @ w2)
    da = over_pixels(dy * x, axis=(0, 1)) * slope(s)
    dh = w2 @ da * ((z @ w1 > 0) if mask else 1)
    dz = w1 @ dh / (x[..., 0].size if mean else 1)
    return direct * s * dy + gate * dz, np.outer(z, dh), np.outer(h, da)


def gate_of_y(x, w1, w2, dy):
    """The gate is learned from what comes out, y, not from x."""
    s = sigmoid(np.maximum(x.mean(axis=(0, 1)) @ w1, 0) @ w2)
    _, dw1, dw2 = backward(x * s, w1, w2, dy)
    return backward(x, w1, w2, dy)[0], dw1, dw2


def naive_sigmoid(a):
    """Overflows for a large number."""
    return np.exp(a) / (1 + np.exp(a))


def maps(rng):
    """Two pixels of one channel to be read, then three channels by way of two."""
    one = np.array([[1.0]])

    def three(rng):
        shapes = (3, 4, 3), (3, 2), (2, 3), (3, 4, 3)
        x, w1, w2, dy = (rng.normal(size=shape) for shape in shapes)
        return x + 1, np.abs(w1 * [1, 0]) + w1 * [0, 1], w2, dy  # one ReLU is open

    by_hand = np.array([[[1.0], [3]]]), one, 0 * one, np.array([[[1.0], [1]]])
    closed = np.array([[[1.0], [3]]]), -one, one, np.array([[[1.0], [1]]])
    return [by_hand, closed, *twins(three, rng, (), (), ())]


EDGES = {
    "zero": (  # the first hidden unit is exactly 0
        np.array([[[2.0, -2], [0, 0]]]),
        np.array([[1.0, 1], [1, -1]]),
        np.array([[1.0, 2], [0.5, -1]]),
        np.array([[[1.0, 2], [3, 1]]]),
    ),
    "integer": (
        np.array([[[1, 2]], [[0, 1]]]),
        np.array([[1.0], [0.5]]),
        np.array([[1.0, -0.5]]),
        np.array([[[1, 2]], [[3, 1]]]),
    ),
    "too large": (  # one gate is wide open, one is shut
        np.array([[[900.0, 700]]]),
        np.array([[1.0], [1]]),
        np.array([[1.0, -1]]),
        np.array([[[1.0, 2]]]),
    ),
}
QUESTIONS = (
    Question(
        homework="17",
        reference=excite_backward,
        inputs=maps,
        edges=EDGES,
        spared={"tie": NO_ORDER, "nan": PASSES, "empty": NEVER_EMPTY},
        points=3,
        results=("dx", "dw1", "dw2"),
        hints=(
            "Write the forward pass in five lines: z, h, a = h @ w2, s, y. Which of "
            "them use x?",
            "A gate is used at every pixel: its gradient is the sum of dy * x over "
            "them. The slope of the sigmoid is s (1 - s).",
            "dx = s * dy + dz / number of pixels. The second term is the same at every "
            "pixel.",
        ),
        mistakes={
            "dx lacks the path through the gate: x is squeezed as well.": (
                partial(backward, gate=0)
            ),
            "dx lacks the direct path: each pixel is multiplied by its gate.": (
                partial(backward, direct=0)
            ),
            "The squeeze is a mean: each pixel gets only its part of dz.": (
                partial(backward, mean=False)
            ),
            "A gate is used at every pixel: add dy * x up, do not average it.": (
                partial(backward, over_pixels=np.mean)
            ),
            "The slope of the sigmoid is missing.": (
                partial(backward, slope=np.ones_like)
            ),
            "The slope of the sigmoid is s (1 - s), not s.": (
                partial(backward, slope=lambda s: s)
            ),
            "Where the ReLU gave 0, nothing flows back.": partial(backward, mask=False),
            "The gradient of a gate is dy times x, not dy times y.": gate_of_y,
            "exp of a large number overflows, and infinity / infinity is nan. Write "
            "the sigmoid as 1 / (1 + exp(-a)).": partial(
                backward, squash=naive_sigmoid
            ),
        },
    ),
)
