"""Homework 12: a layer as a column and a row, and averages at the border."""

from functools import partial

import numpy as np

from dlcourse.homework.question import Question
from dlcourse.homework.questions.drawing import (
    NEVER_EMPTY,
    NO_ORDER,
    PASSES,
    twins,
)


def best_pair(layer, between):
    """The layer that the best k x 1 and 1 x k with channels in between make."""
    return nearest(layer, between)


def nearest(layer, between, axes=(0, 2, 1, 3), kept=lambda s, m: np.arange(m)):
    """The nearest layer of this rank; the first two of ``axes`` make the rows."""
    if not np.isfinite(layer).all():  # svd may never end then
        raise ValueError("What is infinite has no singular values.")
    turned = layer.transpose(axes)
    u, sigma, v = np.linalg.svd(turned.reshape(np.prod(turned.shape[:2]), -1), False)
    chosen = kept(sigma, min(between, len(sigma)))
    found = (u[:, chosen] * sigma[chosen]) @ v[chosen]
    return found.reshape(turned.shape).transpose(np.argsort(axes))


def filter_by_filter(layer, between):
    """A column and a row for each pair of channels by itself."""
    found = np.zeros(layer.shape)
    for pair in np.ndindex(layer.shape[2:]):
        u, sigma, v = np.linalg.svd(layer[(..., *pair)])
        found[(..., *pair)] = (u * sigma)[:, :between] @ v[:between]
    return found


def without_sigma(layer, between):
    """Columns and rows of length 1."""
    n, _, channels, filters = layer.shape
    u, _, v = np.linalg.svd(layer.swapaxes(1, 2).reshape(n * channels, -1), False)
    found = u[:, :between] @ v[:between]
    return found.reshape(n, channels, n, filters).swapaxes(1, 2)


def not_turned_back(layer, between):
    """Forgets that the axes were exchanged."""
    return best_pair(layer, between).swapaxes(1, 2).reshape(layer.shape)


def layers(rng):
    """A filter of 2 x 2 to be read, then layers of 3 x 3."""
    return [
        (np.array([[3.0, 0], [0, 1]])[..., None, None], 1),
        *twins(a_layer, rng, (1,), (2,), (4,)),
    ]


def a_layer(rng, between):
    """A filter of 3 x 3 for each of two channels in and three out."""
    return rng.normal(size=(3, 3, 2, 3)), between


def mean_pool(x, size):
    """Mean over the pixels of each window that lie in the picture: (h, w, c)."""
    return window_sums(x, size) / window_sums(np.ones(x.shape), size)


def window_sums(x, size):
    """Sum of the window around each pixel, with zeros outside: (h, w, c)."""
    reach = size // 2
    around = np.pad(x.astype(float), ((reach, reach), (reach, reach), (0, 0)))
    view = np.lib.stride_tricks.sliding_window_view
    return view(around, (size, size), axis=(0, 1)).sum(axis=(-2, -1))


def counts_the_frame(x, size):
    """Divides by the pixels outside as well."""
    return window_sums(x, size) / size**2


def whole(of, x, size):
    """Writes into an array like the picture, which may hold whole numbers."""
    return of(x, size).astype(x.dtype)


def largest(x, size):
    """Max pooling of the same windows."""
    reach = size // 2
    pads = (reach, reach), (reach, reach), (0, 0)
    around = np.pad(x.astype(float), pads, constant_values=-np.inf)
    view = np.lib.stride_tricks.sliding_window_view
    return view(around, (size, size), axis=(0, 1)).max(axis=(-2, -1))


def left_out(x, size):
    """The windows that lie in the picture, no others."""
    reach = size // 2
    inside = slice(reach, -reach or None)
    return mean_pool(x, size)[inside, inside]


def from_the_end(x, size):
    """Slices that begin below 0, and so count from the end."""
    y, reach = np.zeros(x.shape), size // 2
    for i, j in np.ndindex(x.shape[:2]):
        part = x[i - reach : i + reach + 1, j - reach : j + reach + 1]
        y[i, j] = part.mean(axis=(0, 1))
    return y


def pictures(rng):
    """A white picture, and maps with windows of several sizes."""

    def some(rng, size):
        return rng.normal(1, 1, (5, 6, 2)), size

    return [(np.ones((2, 2, 1)), 3), *twins(some, rng, (3,), (5,), (1,))]


QUESTIONS = (
    Question(
        homework="12",
        reference=best_pair,
        inputs=layers,
        edges={
            "zero": (np.zeros((3, 3, 1, 2)), 2),
            "integer": (np.array([[1, 2], [3, 5]])[..., None, None], 1),
            "too large": (np.arange(9.0).reshape(3, 3, 1, 1), 9),
        },
        spared={
            "tie": "Where two singular values are equal, several pairs are the best.",
            "nan": "What holds a nan has no singular values.",
            "empty": NEVER_EMPTY,
        },
        points=3,
        hints=(
            "Which indices does the column's weight have, which the row's? Those that "
            "the two share are summed over; the others stand on two sides of a matrix.",
            "(i, channel in) is on one side, (j, channel out) on the other: transpose "
            "before you reshape.",
            "Keep the largest singular values, as many as there are channels in "
            "between, multiply the three parts, and undo reshape and transpose.",
        ),
        mistakes={
            "This is for the row first and the column behind it. Here the column comes "
            "first: it reads the channels that come in.": (
                partial(nearest, axes=(1, 2, 0, 3))
            ),
            "Each pair of channels has a column and a row of its own here. The layers "
            "share the channels in between.": filter_by_filter,
            "This separates pixels from channels; the two layers separate the rows "
            "of the filter from its columns.": partial(nearest, axes=(0, 1, 2, 3)),
            "The singular values are missing.": without_sigma,
            "These are the smallest singular values; the largest ones matter.": (
                partial(nearest, kept=lambda s, m: np.arange(len(s) - m, len(s)))
            ),
            "The axes that were exchanged have to be exchanged back.": not_turned_back,
            "One channel in between is not used.": (
                partial(nearest, kept=lambda s, m: np.arange(m - 1))
            ),
            "One singular value more is kept than there are channels in between.": (
                partial(nearest, kept=lambda s, m: np.arange(min(m + 1, len(s))))
            ),
        },
    ),
    Question(
        homework="12",
        reference=mean_pool,
        inputs=pictures,
        edges={
            "zero": (np.zeros((2, 3, 1)), 3),
            "integer": (np.array([[0, 1, 5], [2, 7, 3]])[..., None], 3),
            "too large": (np.array([[0.5, 1, 2], [3, 1, 0.25]])[..., None], 9),
        },
        spared={
            "tie": NO_ORDER,
            "nan": PASSES,
            "empty": NEVER_EMPTY,
        },
        points=2,
        hints=(
            "What becomes of a picture of ones? And of one of whole numbers?",
            "A window in the corner holds four pixels of the picture, and five of the "
            "frame of zeros.",
            "Cut the window off at the border, as in x[max(i - reach, 0) : i + reach + "
            "1], and take its mean.",
        ),
        mistakes={
            "The zeros around the picture are averaged, too. Divide by the number of "
            "pixels in the picture.": counts_the_frame,
            "An array like x holds whole numbers where x does: it cuts off the rest.": (
                partial(whole, mean_pool)
            ),
            "Both mistakes are still in it.": partial(whole, counts_the_frame),
            "A slice that begins below 0 counts from the end.": from_the_end,
            "Each channel has its own mean.": (
                lambda x, size: 0 * x + mean_pool(x, size).mean(axis=2, keepdims=True)
            ),
            "This is the largest pixel of each window; take the mean.": largest,
            "The border is left out; the picture keeps its size.": (left_out),
            "The windows are next to each other; a stride of 1 moves by one pixel.": (
                lambda x, size: mean_pool(x, size)[::size, ::size]
            ),
        },
    ),
)
