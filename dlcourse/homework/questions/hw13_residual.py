"""Homework 13: blocks with shortcuts, forward and backward."""

from functools import partial

import numpy as np

from dlcourse.homework.question import Question
from dlcourse.homework.questions.drawing import SUMS, twins

SPARED = SUMS


def residual_backward(x, w1, w2, dy):
    """Gradients of y = relu(x + relu(x w1) w2) for x, w1 and w2."""
    return backward(x, w1, w2, dy)


def backward(x, w1, w2, dy, around=1, through=1, last=True, inner=True):
    """`residual_backward`; a mistake leaves out a way or the slope of a ReLU."""
    h = np.maximum(x @ w1, 0)
    ds = dy * (x + h @ w2 > 0) if last else dy
    dh = ds @ w2.T * ((h > 0) if inner else 1)
    return around * ds + through * dh @ w1.T, x.T @ dh, h.T @ ds


def around_the_last(x, w1, w2, dy):
    """The shortcut hands dy on as it came, without the slope of the last ReLU."""
    dx, *others = backward(x, w1, w2, dy)
    return dx + dy - dy * (x + np.maximum(x @ w1, 0) @ w2 > 0), *others


def averaged(x, w1, w2, dy):
    """Divides by the number of examples what has been divided before."""
    dx, dw1, dw2 = backward(x, w1, w2, dy)
    return dx, dw1 / len(x), dw2 / len(x)


def blocks_and_gradients(rng):
    """Two examples of two numbers to be read, then five of three."""

    def several(rng):
        others = (rng.normal(size=s) for s in ((3, 4), (4, 3), (5, 3)))
        return 3 * rng.normal(size=(5, 3)), *others  # some sums are above 0

    x, dy = np.array([[1.0, 2], [3, -1]]), np.array([[1.0, 1], [1, 1]])
    weights = np.array([[1.0, 0], [0, 1]]), np.array([[1.0, 0], [0, 2]])
    return [(x, *weights, dy), *twins(several, rng, (), (), ())]


def option_a_backward(x, branch, dy, strides):
    """Gradients of y = relu(option A of x + branch) for x and branch."""
    return handed_back(x, branch, dy, strides)


def option_a(x, filters, strides):
    """Every strides-th pixel, and zeros for the new channels."""
    kept = x[::strides, ::strides]
    return np.pad(kept, ((0, 0), (0, 0), (0, filters - x.shape[2])))


def handed_back(x, branch, dy, strides, fill=None, relu=True, channels=slice(None)):
    """`option_a_backward`; a mistake fills dx in another way."""
    filters, own = branch.shape[2], x.shape[2]
    ds = dy * (option_a(x, filters, strides) + branch > 0) if relu else dy
    dx = np.zeros(x.shape)
    if fill:
        return fill(ds, x, strides), ds
    dx[::strides, ::strides] = ds[..., channels][..., :own]
    return dx, ds


def on_all_pixels(ds, x, strides):
    """As in the backward pass of average pooling, not divided."""
    repeated = ds.repeat(strides, axis=0).repeat(strides, axis=1)
    return repeated[: x.shape[0], : x.shape[1], : x.shape[2]]


def all_channels(ds, x, strides):
    """The gradients of the new channels are added to those of the old ones."""
    dx = np.zeros(x.shape)
    for start in range(0, ds.shape[2], x.shape[2]):
        part = ds[..., start : start + x.shape[2]]
        dx[::strides, ::strides, : part.shape[2]] += part
    return dx


def last_pixels(ds, x, strides):
    """On the last pixel of each window of strides x strides."""
    dx = np.zeros(x.shape)
    for i, j in np.ndindex(ds.shape[:2]):
        row = min((i + 1) * strides, x.shape[0]) - 1
        column = min((j + 1) * strides, x.shape[1]) - 1
        dx[row, column] = ds[i, j, : x.shape[2]]
    return dx


def downsampled(rng):
    """Two rows of two pixels to be read, then maps of 4 x 4 and 5 x 3."""
    x = np.array([[1.0, 2], [3, 4]])[..., None]
    by_hand = x, np.array([[[2.0, -1]]]), np.array([[[5.0, 7]]]), 2

    def some(rng, strides, h, w):
        small = -(-h // strides), -(-w // strides), 9
        x = 3 * rng.normal(size=(h, w, 6))  # it decides where the ReLU is open
        return x, rng.normal(size=small), rng.normal(size=small), strides

    alike = twins(some, rng, (2, 4, 4), (3, 4, 4), (2, 4, 4))
    return [by_hand, *alike, some(rng, 2, 5, 3), some(rng, 1, 3, 2)]


def pre_activation_blocks(x, first, second):
    """Blocks x + relu(relu(x) w1) w2 one after the other: (n, d)."""
    return blocks(x, first, second)


def relu(x):
    """What is below 0 becomes 0."""
    return np.maximum(x, 0)


def identity(x):
    """As it is."""
    return x


def blocks(x, first, second, shortcut=identity, before=relu, after=identity):
    """`pre_activation_blocks`, and what becomes of it by a mistake."""
    for w1, w2 in zip(first, second, strict=True):
        x = after(shortcut(x) + relu(before(x) @ w1) @ w2)
    return x


def relu_at_the_end(x, first, second):
    """Each branch ends with a ReLU and can only add."""
    for w1, w2 in zip(first, second, strict=True):
        x = x + relu(relu(relu(x) @ w1) @ w2)
    return x


def rows_of_blocks(rng):
    """One block to be read, then three of them."""

    def three(rng):
        shapes = (4, 3), (3, 3, 5), (3, 5, 3)
        return tuple(rng.normal(size=shape) for shape in shapes)

    one = np.array([[1.0, 0], [0, 1]]), np.array([[2.0, 1], [0, -1]])
    one = (np.array([[-1.0, 2]]), *(w[None] for w in one))
    return [one, *twins(three, rng, (), ())]


QUESTIONS = (
    Question(
        homework="13",
        reference=residual_backward,
        inputs=blocks_and_gradients,
        edges={
            "zero": (
                np.array([[1.0, -1]]),
                np.array([[1.0, 1], [1, -1]]),
                np.array([[1.0, 1], [0, 0.5]]),
                np.array([[1.0, 2]]),
            ),
            "integer": (
                np.array([[2, 1]]),
                np.array([[0.5, 1], [1, 0.25]]),
                np.array([[1, 0.5], [0.25, 1]]),
                np.array([[1, 2]]),
            ),
        },
        spared=SPARED,
        points=3,
        results=("dx", "dw1", "dw2"),
        hints=(
            "Write the forward pass in four lines: z = x @ w1, h, s = x + h @ w2, y. "
            "Then walk back, line by line.",
            "x is used twice: in z, and in the sum. So dx has two terms.",
            "ds = dy * (s > 0) goes both ways from the plus sign: around, to x, and "
            "into the branch, h.T @ ds and ds @ w2.T.",
        ),
        mistakes={
            "dx lacks the way around: the shortcut hands back all that it gets.": (
                partial(backward, around=0)
            ),
            "dx lacks the way through the branch.": partial(backward, through=0),
            "Where the last ReLU gave 0, nothing flows back.": (
                partial(backward, last=False)
            ),
            "Where the ReLU in the branch gave 0, nothing flows back.": (
                partial(backward, inner=False)
            ),
            "The last ReLU stands behind the sum: what the shortcut hands back has to "
            "pass it, too.": around_the_last,
            "Nothing is averaged here: dy is what has arrived, whatever the loss.": (
                averaged
            ),
        },
    ),
    Question(
        homework="13",
        reference=option_a_backward,
        inputs=downsampled,
        edges={
            "zero": (
                np.array([[[3.0], [1]]]),
                np.array([[[-3.0, 0]]]),
                np.array([[[1.0, 2]]]),
                2,
            ),
            "integer": (
                np.array([[[3], [1]]]),
                np.array([[[1, 2]]]),
                np.array([[[0.5, 1.5]]]),
                2,
            ),
        },
        spared=SPARED,
        points=2,
        results=("dx", "dbranch"),
        hints=(
            "First the sum: what did the ReLU get? Compute option A forward.",
            "Which pixels of x were used at all? The others have no gradient.",
            "The new channels are zeros, whatever x is. So nothing of their gradient "
            "goes to x.",
        ),
        mistakes={
            "Only every pixel that was looked at has a gradient: the first of each "
            "window.": partial(handed_back, fill=on_all_pixels),
            "The new channels are constant: their gradient goes nowhere.": (
                partial(handed_back, fill=all_channels)
            ),
            "x[::2] takes the first pixel of each pair, not the last.": (
                partial(handed_back, fill=last_pixels)
            ),
            "Where the ReLU gave 0, nothing flows back.": (
                partial(handed_back, relu=False)
            ),
            "The new channels stand behind the old ones, not before them.": (
                partial(handed_back, channels=slice(None, None, -1))
            ),
            "The shortcut hands back what it gets; nothing is divided.": (
                lambda x, branch, dy, strides: (
                    handed_back(x, branch, dy, strides)[0] / strides**2,
                    handed_back(x, branch, dy, strides)[1],
                )
            ),
        },
    ),
    Question(
        homework="13",
        reference=pre_activation_blocks,
        inputs=rows_of_blocks,
        edges={
            "zero": (np.array([[-1.0, 2], [0, -3]]), *np.zeros((2, 2, 2, 2))),
            "integer": (
                np.array([[-1, 2]]),
                np.array([[[0.5, 1], [0.25, 0.5]]]),
                np.array([[[0.5, 0], [1, 0.25]]]),
            ),
        },
        spared=SPARED,
        points=2,
        hints=(
            "Give it one block whose weights are zero, and an x with a number below 0.",
            "y = x makes no copy: there are two names for one array.",
            "y *= … writes into the array that y names, and the shortcut adds that.",
        ),
        mistakes={
            "There is a ReLU on the shortcut: x is added as it came, below 0 too.": (
                partial(blocks, shortcut=relu)
            ),
            "The shortcut is missing.": partial(blocks, shortcut=np.zeros_like),
            "The first ReLU of the branch is missing.": (
                partial(blocks, before=identity)
            ),
            "There is a ReLU behind the sum, as in the original block.": partial(
                blocks, after=relu
            ),
            "The branch ends with a ReLU: it can only add.": relu_at_the_end,
            "Each block reads what the one before it gives.": (
                lambda x, first, second: (
                    x
                    + sum(
                        relu(relu(x) @ w1) @ w2
                        for w1, w2 in zip(first, second, strict=True)
                    )
                )
            ),
            "These are the blocks in reversed order.": (
                lambda x, first, second: blocks(x, first[::-1], second[::-1])
            ),
        },
    ),
)
