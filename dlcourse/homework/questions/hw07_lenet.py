"""Homework 07: subsampling, the sparse C3, LeNet's table, counting."""

import numpy as np

from dlcourse.homework.question import Question
from dlcourse.homework.questions.drawing import (
    COUNTS,
    NEVER_EMPTY,
    NO_EXP,
    NO_ORDER,
    PASSES,
    SUMS,
    twins,
)
from dlcourse.homework.questions.hw05_convolution import convolve


def subsample(x, factor, bias):
    """Sum of each window of 2 x 2, times a factor, plus a bias: (h, w, c)."""
    h, w, c = x.shape
    return factor * x.reshape(h // 2, 2, w // 2, 2, c).sum(axis=(1, 3)) + bias


def maps(rng):
    """One map of 2 x 4 pixels to be read, then batches of three."""
    x = np.array([[1.0, 2, 0, 1], [3, 4, 1, 1]])[..., None]
    return [(x, np.array([0.5]), np.array([1.0])), *twins(three_maps, rng, (), ())]


def three_maps(rng):
    """Three maps, with a factor and a bias for each."""
    return rng.normal(size=(4, 6, 3)), rng.normal(size=3), rng.normal(size=3)


def sparse_convolve(x, kernel, bias, table):
    """Convolution that heeds a table of zeros and ones (maps in, maps out)."""
    return convolve(x, kernel * table, 1) + bias


def connected(rng):
    """Two maps to be read, then six that see some of four."""
    x = np.stack([np.arange(6.0).reshape(2, 3), np.ones((2, 3))], axis=-1)
    table = np.array([[1, 0], [1, 1]])
    by_hand = x, np.ones((2, 2, 2, 2)), np.array([0.0, 10]), table
    return [by_hand, *twins(six_maps, rng, (1,), (2,))]


def six_maps(rng, step):
    """Six maps that see some of four, at least the one that the step says."""
    table = (rng.random((4, 6)) < 0.5).astype(int)
    table[step * np.arange(6) % 4, range(6)] = 1
    table[3 - step] = [1, 0] * 3  # no map sees all in either
    return *(rng.normal(size=s) for s in ((5, 6, 4), (3, 3, 4, 6), 6)), table


def layer_table(side, channels, layers):
    """Side, maps, parameters and connections of each layer."""
    rows = []
    for kernel, stride, maps in layers:
        side = (side - kernel) // stride + 1
        window = kernel**2 * channels if maps else kernel**2
        channels = maps or channels
        parameters = channels * (window + 1 if maps else 2)
        rows.append((side, channels, parameters, side**2 * channels * (window + 1)))
    return np.array(rows)


LENET = np.array([[5, 1, 6], [2, 2, 0], [5, 1, 16], [2, 2, 0], [5, 1, 120], [1, 1, 84]])


def networks(rng):
    """LeNet-5 but with a dense C3, its first layers alone, and drawn ones."""
    drawn = np.array([[3, 1, 0], [2, 2, 0], [3, 2, 0]])
    drawn[[0, 2], 2] = rng.integers(3, 20, 2)
    sides = 24 + 2 * int(rng.integers(0, 8))  # the last windows do not fit
    wide = np.array([[4, 3, 5], [3, 2, 0], [3, 3, 0]])
    lenets = [(32, 1, LENET[:1]), (32, 1, LENET[:2]), (32, 1, LENET)]
    others = [(sides, 3, drawn), (sides, 2, wide), (32, 2, wide), (sides + 29, 1, wide)]
    return [*lenets, *others]


def changed(column, change):
    """`layer_table` with a column changed by a function of the whole table."""

    def mistaken(side, channels, layers):
        rows = layer_table(side, channels, layers).astype(float)
        rows[:, column] = change(rows, np.asarray(layers))
        return rows

    return mistaken


QUESTIONS = (
    Question(
        homework="07",
        reference=subsample,
        inputs=maps,
        edges={
            "zero": (np.zeros((2, 2, 1)), np.array([2.0]), np.array([0.5])),
            "integer": (
                np.array([[1, 2], [3, 5]])[..., None],
                np.array([0.5]),
                np.array([0.25]),
            ),
        },
        spared=SUMS,
        hints=(
            "Pool as in homework 05, but add the four pixels up.",
            "factor and bias have one number per map; they fit the last axis.",
        ),
        mistakes={
            "The four pixels are averaged. In 1998 they are summed; the factor can "
            "make a mean of that.": lambda x, f, b: subsample(x, f / 4, b),
            "This takes the largest pixel; subsampling adds up all four.": (
                lambda x, f, b: (
                    f
                    * np.maximum(
                        np.maximum(x[::2, ::2], x[1::2, ::2]),
                        np.maximum(x[::2, 1::2], x[1::2, 1::2]),
                    )
                    + b
                )
            ),
            "The bias is multiplied by the factor: multiply first, then add.": (
                lambda x, f, b: subsample(x, f, f * b)
            ),
            "The bias is added to each of the four pixels.": (
                lambda x, f, b: subsample(x + b, f, 0)
            ),
            "The windows overlap; they stand side by side.": (
                lambda x, f, b: (
                    f * (x[:-1, :-1] + x[1:, :-1] + x[:-1, 1:] + x[1:, 1:]) + b
                )
            ),
        },
    ),
    Question(
        homework="07",
        reference=sparse_convolve,
        inputs=connected,
        edges={
            "integer": (
                np.arange(9).reshape(3, 3, 1),
                np.full((2, 2, 1, 1), 0.25),
                np.array([0.5]),
                np.array([[1]]),
            ),
        },
        spared={
            "zero": "A map that sees none would be no map.",
            "tie": NO_ORDER,
            "nan": PASSES,
            "empty": NEVER_EMPTY,
            "too large": NO_EXP,
        },
        points=2,
        hints=(
            "A cross that is missing in the table is a kernel that is 0.",
            "kernel (k, k, in, out) * table (in, out) broadcasts over rows and columns"
            ". Then it is the convolution of homework 05.",
        ),
        mistakes={
            "The table is ignored: every map sees every map.": (
                lambda x, k, b, table: convolve(x, k, 1) + b
            ),
            "The table is read the wrong way: 1 means that the map is seen.": (
                lambda x, k, b, table: convolve(x, k * (1 - table), 1) + b
            ),
            "The biases are missing.": (
                lambda x, k, b, table: convolve(x, k * table, 1)
            ),
            "The bias is added once for each map that is seen; add it once.": (
                lambda x, k, b, table: convolve(x, k * table, 1) + b * table.sum(axis=0)
            ),
            "The kernel is turned by half a turn. Networks lay it on as it is.": (
                lambda x, k, b, table: (
                    convolve(x[::-1, ::-1], k * table, 1)[::-1, ::-1] + b
                )
            ),
        },
    ),
    Question(
        homework="07",
        reference=layer_table,
        inputs=networks,
        edges={
            "tie": (3, 2, np.array([[3, 1, 4]])),
            "zero": (9, 3, np.array([[3, 2, 0], [2, 1, 0]])),
            "integer": (7, 1, np.array([[3, 2, 2]])),
            "too large": (33, 16, np.array([[3, 1, 64], [2, 2, 0]])),
        },
        spared={"nan": COUNTS, "empty": NEVER_EMPTY},
        points=3,
        hints=(
            "Keep two numbers as you go through the layers: the side of the maps, and "
            "how many there are.",
            "A map of a convolution has kernel² · channels weights and a bias. A map "
            "of a subsampling has 2 parameters, and sees kernel² pixels of one map.",
            "Connections: each output pixel counts the pixels it sees, and 1 for its "
            "bias. Multiply by side² · maps.",
        ),
        mistakes={
            "The parameters lack the biases: one for each map.": (
                changed(2, lambda rows, layers: rows[:, 2] - rows[:, 1])
            ),
            "The connections lack those of the bias: one for each output pixel.": (
                changed(
                    3, lambda rows, layers: rows[:, 3] - rows[:, 0] ** 2 * rows[:, 1]
                )
            ),
            "These connections are parameters times side². That holds for a "
            "convolution, but in subsampling one factor serves four pixels.": (
                changed(3, lambda rows, layers: rows[:, 2] * rows[:, 0] ** 2)
            ),
            "The side is off by one: a window of k fits n - k + 1 times.": (
                changed(0, lambda rows, layers: rows[:, 0] - 1)
            ),
            "A subsampling has as many maps as the layer below, not 0.": (
                changed(1, lambda rows, layers: layers[:, 2])
            ),
        },
    ),
)
