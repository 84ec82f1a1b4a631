"""Homework 05: pooling, its gradient, and a check."""

import numpy as np

from dlcourse.homework.question import Question
from dlcourse.homework.questions.drawing import (
    NEVER_EMPTY,
    NO_EXP,
    PASSES,
    twins,
)


def max_pool(x, size):
    """The largest of each window of size x size, side by side: (h, w, c)."""
    h, w, c = x.shape
    return x.reshape(h // size, size, w // size, size, c).max(axis=(1, 3))


def squares(x, size, of=np.max):
    """The windows in a view that is not the image's."""
    h, w, c = x.shape
    return of(x.reshape(h // size, w // size, size, size, c), axis=(2, 3))


def agrees(output, right):
    """Whether all numbers agree within 1e-6."""
    return bool((np.abs(output - right) <= 1e-6).all())


def nearly_equal(rng):
    """Pairs of arrays: equal, one number off, numbers that exchange places."""
    right = np.array([1.0, -2.0, 3.0])
    pairs = [(right + change, right) for change in ([0, 0, 0], [0, 0.5, 0], [0, 0, -2])]
    pairs += [(right[::-1], right), (-right, -right)]
    first, second = rng.uniform(0.2, 0.9, (2, 4, 5))
    second[0] = first[0]
    large = 1e4 * first
    for change in (1, -1, 1e-9, 4e-7, -4e-7, 3e-6, -3e-6):
        pairs += [(first + change, first), (large + one(change), large)]
        pairs += [(second + one(change), second), (second + one(change), first)]
    return [
        *pairs,
        (first[:, ::-1], first),
        (first + one(5e-6) - one(5e-6)[::-1], first),
    ]


def one(change):
    """Twenty changes: one of them is not 0."""
    changes = np.zeros((4, 5))
    changes[2, 3] = change
    return changes


def max_pool_gradient(x, dy):
    """dy goes to the first of the largest numbers of each window: (h, w, c)."""
    dx, size = np.zeros(x.shape), len(x) // len(dy)
    for i, j, c in np.ndindex(dy.shape):
        window = x[i * size : (i + 1) * size, j * size : (j + 1) * size, c]
        a, b = np.unravel_index(window.argmax(), window.shape)
        dx[i * size + a, j * size + b, c] = dy[i, j, c]
    return dx


def enlarged(y, size):
    """Each number of (h, w, c) repeated over its window."""
    return y.repeat(size, axis=0).repeat(size, axis=1)


def to_all_largest(x, dy):
    """Gives each of several largest numbers the whole gradient."""
    size = len(x) // len(dy)
    return enlarged(dy, size) * (x == enlarged(max_pool(x, size), size))


def to_the_last(x, dy):
    """Gives the last of several largest numbers the gradient."""
    turned = max_pool_gradient(x[::-1, ::-1], dy[::-1, ::-1])
    return turned[::-1, ::-1]


def pooled_gradients(rng):
    """Two windows to be read, then several channels."""
    x = np.array([[1.0, 5, 2, 0], [3, 4, 8, -1]])[..., None]

    def a_gradient(rng):
        return rng.normal(size=(6, 8, 2)), rng.normal(size=(3, 4, 2))

    thirds = -rng.random((6, 9, 2)), rng.normal(size=(2, 3, 2))
    return [(x, np.array([[[10.0], [20]]])), *twins(a_gradient, rng, (), ()), thirds]


QUESTIONS = (
    Question(
        homework="05",
        reference=max_pool,
        inputs=lambda rng: [
            (np.array([[1.0, 5, 2, 0], [3, 4, 8, -1]])[..., None], 2),
            (-rng.random(size=(6, 9, 2)), 3),
            *twins(
                lambda rng, size: (rng.normal(size=(6, 12, 2)), size),
                rng,
                (2,),
                (3,),
                (1,),
            ),
        ],
        edges={
            "tie": (np.ones((2, 2, 1)), 2),
            "zero": (np.array([[-1.0, 0], [-2, -3]])[..., None], 2),
            "integer": (np.array([[1, 5], [3, 4]])[..., None], 2),
        },
        spared={"nan": PASSES, "empty": NEVER_EMPTY, "too large": NO_EXP},
        hints=(
            "Rows: h // size windows of size rows each. reshape can say that.",
            "x.reshape(h // size, size, w // size, size, c), then max over two axes.",
        ),
        mistakes={
            "This is the mean of each window.": (
                lambda x, size: x.reshape(
                    len(x) // size, size, -1, size, x.shape[2]
                ).mean((1, 3))
            ),
            "The windows are no squares of the image. reshape keeps the order of the "
            "numbers: split each axis where it stands.": squares,
            "This takes the first pixel of each window.": (
                lambda x, size: x[::size, ::size]
            ),
            "All numbers below 0 became 0. Begin with -inf, not with 0.": (
                lambda x, size: np.maximum(max_pool(x, size), 0)
            ),
            "The maximum goes over the channels as well; each has its own.": (
                lambda x, size: max_pool(x, size).max(axis=2)
            ),
        },
    ),
    Question(
        homework="05",
        reference=max_pool_gradient,
        inputs=pooled_gradients,
        edges={
            "tie": (
                np.array([[2.0, 7], [7, 7]])[..., None],
                np.full((1, 1, 1), 3.0),
            ),
            "zero": (np.array([[-1.0, 0], [-2, -3]])[..., None], np.ones((1, 1, 1))),
            "integer": (
                np.array([[1, 5], [3, 4]])[..., None],
                np.full((1, 1, 1), 0.5),
            ),
        },
        spared={"nan": PASSES, "empty": NEVER_EMPTY, "too large": NO_EXP},
        points=2,
        hints=(
            "Which pixel of a window does its output depend on, and how fast?",
            "The largest pixel gets the window's dy, the others 0.",
            "window.argmax() counts along the rows; np.unravel_index(number, "
            "window.shape) gives row and column.",
        ),
        mistakes={
            "The gradient is spread over the window, as in mean pooling.": (
                lambda x, dy: enlarged(dy, len(x) // len(dy)) * dy.size / x.size
            ),
            "Every pixel of a window gets the gradient; only the largest moves the "
            "output.": lambda x, dy: enlarged(dy, len(x) // len(dy)),
            "Where several are equally large, the first alone gets the gradient.": (
                to_all_largest
            ),
            "Where several are equally large, it is the first, as one reads.": (
                to_the_last
            ),
            "The gradient is multiplied by the pixel; the slope of a maximum is 1.": (
                lambda x, dy: x * max_pool_gradient(x, dy)
            ),
            "The smallest pixel gets the gradient.": (
                lambda x, dy: max_pool_gradient(-x, dy)
            ),
        },
    ),
    Question(
        homework="05",
        reference=agrees,
        inputs=nearly_equal,
        edges={
            "zero": (np.zeros(2), np.zeros(2)),
            "nan": (np.array([1.0, np.nan]), np.array([1.0, 2])),
            "integer": (np.array([1, 2]), np.array([1, 3])),
            "too large": (np.array([1e6, 1.0]), np.array([1e6 + 1, 1.0])),
        },
        spared={
            "tie": "A difference of 1e-6 itself is rounded in either direction.",
            "empty": NEVER_EMPTY,
        },
        hints=(
            "The broken check fails only where every number is wrong. When should it?",
            "Not (all differ) is: some agree. You want: all agree.",
        ),
        mistakes={
            "It is content as soon as one number agrees. All have to.": (
                lambda output, right: not (np.abs(output - right) > 1e-6).all()
            ),
            "It compares the sums; numbers that are exchanged have the same sum.": (
                lambda output, right: bool(abs((output - right).sum()) <= 1e-6)
            ),
            "Numbers that are far too small pass: take the absolute difference.": (
                lambda output, right: bool((output - right <= 1e-6).all())
            ),
            "Equal up to 1e-6 is enough: == is too strict for rounded numbers.": (
                lambda output, right: bool((output == right).all())
            ),
            "True and False are exchanged.": (
                lambda output, right: not agrees(output, right)
            ),
        },
    ),
)
