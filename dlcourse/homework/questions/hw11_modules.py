"""Homework 11: counting inception modules, and the pooling path."""

from functools import partial

import numpy as np

from dlcourse.homework.question import Question
from dlcourse.homework.questions.drawing import (
    COUNTS,
    NEVER_EMPTY,
    NO_EXP,
    PASSES,
    twins,
)


def module_table(modules, side, channels):
    """Channels out, parameters and multiply-adds of each module, one after the other.

    A row of zeros is a pooling that halves the side.
    """
    return count(modules, side, channels)


def convolutions(channels, n1, r3, n3, r5, n5, proj):
    """Rows (kernel, channels in, filters) of the six convolutions of a module."""
    first = (1, channels, n1), (1, channels, r3), (1, channels, r5)
    return np.array([*first, (3, r3, n3), (5, r5, n5), (1, channels, proj)])


def outputs(n1, r3, n3, r5, n5, proj):
    """How many channels a module hands on."""
    return n1 + n3 + n5 + proj


def count(
    modules,
    side,
    channels,
    layers=convolutions,
    out=outputs,
    biases=(1, 0),
    rounding=1,
    forgets=False,
    pools=True,
):
    """`module_table`, and what becomes of it by a mistake."""
    rows, now = [], channels
    for module in modules:
        if pools and not np.any(module):
            side = (side + rounding) // 2
            rows.append((now, 0, 0))
            continue
        kernel, inputs, filters = layers(now, *module).T
        weights, own = (kernel**2 * inputs * filters).sum(), filters.sum()
        work = side**2 * (weights + biases[1] * own)
        now = out(*module)
        rows.append((now, weights + biases[0] * own, work))
        now = channels if forgets else now
    return tuple(np.array(rows).T)


def unreduced(channels, n1, r3, n3, r5, n5, proj):
    """The large filters read all channels, beside the 1 x 1 that reduce them."""
    rows = convolutions(channels, n1, r3, n3, r5, n5, proj)
    rows[3:5, 1] = channels
    return rows


def without_projection(channels, *module):
    """The 1 x 1 behind the pooling is forgotten."""
    return convolutions(channels, *module)[:-1]


INCEPTION_3A = np.array([[64, 96, 128, 16, 32, 32]])


def some_modules(rng):
    """Module 3a to be read, and drawn ones with a pooling in between."""
    return [
        (INCEPTION_3A, 28, 192),
        *twins(drawn_modules, rng, (6, 48), (9, 48), (6, 56), (9, 20)),
    ]


def drawn_modules(rng, side, channels):
    """Two modules, a pooling and a third."""
    modules = rng.integers(2, 40, (4, 6))
    modules[2] = 0
    return modules, side, channels


def pool_path(x, weights, bias):
    """The largest of each window of 3 x 3, then a 1 x 1 with ReLU: (h, w, f)."""
    return projected(windows(x, -np.inf).max(axis=(-2, -1)), weights, bias)


def windows(x, value):
    """The window of 3 x 3 around each pixel, with a value outside: (h, w, c, 3, 3)."""
    around = np.pad(x.astype(float), ((1, 1), (1, 1), (0, 0)), constant_values=value)
    return np.lib.stride_tricks.sliding_window_view(around, (3, 3), axis=(0, 1))


def projected(x, weights, bias):
    """A convolution of 1 x 1 with ReLU."""
    return np.maximum(x @ weights + bias, 0)


def zeros_outside(x, weights, bias):
    """Pads with zeros, which are larger than what is below zero."""
    return projected(windows(x, 0).max(axis=(-2, -1)), weights, bias)


def projected_first(x, weights, bias):
    """The 1 x 1 before the pooling."""
    return windows(projected(x, weights, bias), -np.inf).max(axis=(-2, -1))


def cut_off_by_padding(x, weights, bias):
    """Copied into an array of whole numbers: np.full((h, w), -1000)."""
    whole = np.trunc(x).astype(int)
    return projected(windows(whole, -1000).max(axis=(-2, -1)), weights, bias)


def mean_of_windows(x, weights, bias):
    """Average pooling over the pixels inside."""
    return projected(np.nanmean(windows(x, np.nan), axis=(-2, -1)), weights, bias)


def maps_below_zero(rng):
    """Four pixels to be read, then maps of which most numbers are below 0."""
    x = np.array([[-1.0, -3], [-2, 4]])[..., None]

    def some(rng):
        return rng.normal(-1, 1, (4, 5, 3)), rng.normal(size=(3, 2)), rng.normal(size=2)

    first = -np.ones((1, 2, 1)) * [[[1], [3]]], np.array([[-2.0]]), np.array([0.5])
    return [
        first,
        (x, np.array([[1.0, -1]]), np.array([0.0, 2])),
        *twins(some, rng, (), ()),
    ]


QUESTIONS = (
    Question(
        homework="11",
        reference=module_table,
        inputs=some_modules,
        edges={
            "tie": (np.array([[3, 3, 3, 3, 3, 3]]), 5, 3),
            "zero": (np.array([[0] * 6, [4, 2, 6, 1, 3, 2], [0] * 6]), 7, 5),
            "integer": (np.array([[1, 1, 1, 1, 1, 1], [2, 1, 3, 1, 2, 1]]), 3, 2),
            "too large": (INCEPTION_3A, 4, 832),
        },
        spared={"nan": COUNTS, "empty": NEVER_EMPTY},
        points=3,
        results=("channels", "parameters", "multiply_adds"),
        hints=(
            "Write six rows for a module: kernel, channels in, filters. Which two of "
            "the six do not read all channels that come in?",
            "A convolution has k² · in · filters weights, and a bias for each filter. "
            "Each weight is used once at every place of the maps.",
            "Keep side and channels as you go from row to row: four of the six numbers "
            "make the channels of the next module.",
        ),
        mistakes={
            "The biases are missing: one for each filter, the reducing ones too.": (
                partial(count, biases=(0, 0))
            ),
            "A bias is no multiply-add.": partial(count, biases=(1, 1)),
            "The reducing 1 × 1 hand their channels to the 3 × 3 and the 5 × 5 alone; "
            "they are not put out.": partial(count, out=lambda *module: sum(module)),
            "The 3 × 3 and the 5 × 5 read the reduced channels, not all of them.": (
                partial(count, layers=unreduced)
            ),
            "The 1 × 1 behind the pooling is missing.": (
                partial(count, layers=without_projection)
            ),
            "Each module reads what the one before puts out.": (
                partial(count, forgets=True)
            ),
            "A pooling rounds up: 27 pixels become 14.": partial(count, rounding=0),
            "A row of zeros is a pooling: it keeps the channels and halves the side.": (
                partial(count, pools=False)
            ),
        },
    ),
    Question(
        homework="11",
        reference=pool_path,
        inputs=maps_below_zero,
        edges={
            "zero": (np.zeros((2, 2, 1)), np.array([[2.0]]), np.array([0.5])),
            "tie": (-np.ones((3, 2, 1)), np.array([[-2.0]]), np.array([0.5])),
            "integer": (
                np.array([[-1, -5], [-3, -4]])[..., None],
                np.array([[-0.5]]),
                np.array([0.25]),
            ),
        },
        spared={"nan": PASSES, "empty": NEVER_EMPTY, "too large": NO_EXP},
        points=2,
        hints=(
            "Try it on maps of -1 throughout. What is the largest of each window?",
            "Nothing outside of the map may be the largest. Which number is below all?",
            "The four paths are stacked: this one has to keep height and width.",
        ),
        mistakes={
            "Beyond the border lie zeros, and they are larger than what is below zero."
            " Pad with -inf.": zeros_outside,
            "np.full of a whole number makes an array of whole numbers, which cuts off "
            "what is written into it. Pad with -np.inf.": cut_off_by_padding,
            "The pooling has a stride of 1: it keeps height and width.": (
                lambda x, w, b: pool_path(x, w, b)[::2, ::2]
            ),
            "Both mistakes are still in it.": (
                lambda x, w, b: zeros_outside(x, w, b)[::2, ::2]
            ),
            "The 1 × 1 stands behind the pooling, not before it.": projected_first,
            "This is the mean of each window, not its largest number.": mean_of_windows,
            "The windows at the border are left out; pad, and keep the size.": (
                lambda x, w, b: pool_path(x, w, b)[1:-1, 1:-1]
            ),
            "The ReLU is missing.": (
                lambda x, w, b: windows(x, -np.inf).max(axis=(-2, -1)) @ w + b
            ),
            "The maximum goes over the channels as well; each has its own.": (
                lambda x, w, b: projected(
                    windows(x, -np.inf).max(axis=(2, 3, 4))[..., None]
                    * np.ones(x.shape[2]),
                    w,
                    b,
                )
            ),
        },
    ),
)
