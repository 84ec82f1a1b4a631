"""Homework 07: subsampling, the sparse C3, LeNet's table, counting."""

import numpy as np

from dlcourse.homework.question import Question
from dlcourse.homework.questions.hw05_convolution import convolve


def subsample(x, factor, bias):
    """Sum of each window of 2 x 2, times a factor, plus a bias: (h, w, c)."""
    h, w, c = x.shape
    return factor * x.reshape(h // 2, 2, w // 2, 2, c).sum(axis=(1, 3)) + bias


def maps(rng):
    """One map of 2 x 4 pixels to be read, then three."""
    x = np.array([[1.0, 2, 0, 1], [3, 4, 1, 1]])[..., None]
    drawn = rng.normal(size=(4, 6, 3)), rng.normal(size=3), rng.normal(size=3)
    return [(x, np.array([0.5]), np.array([1.0])), drawn]


def sparse_convolve(x, kernel, bias, table):
    """Convolution that heeds a table of zeros and ones (maps in, maps out)."""
    return convolve(x, kernel * table, 1) + bias


def connected(rng):
    """Two maps to be read, then six and four."""
    x = np.stack([np.arange(6.0).reshape(2, 3), np.ones((2, 3))], axis=-1)
    table = np.array([[1, 0], [1, 1]])
    drawn = (rng.random((4, 6)) < 0.5).astype(int)
    drawn[[0, 1, 2, 3, 0, 1], range(6)] = 1  # every map sees one
    larger = (rng.normal(size=s) for s in ((5, 6, 4), (3, 3, 4, 6), 6))
    return [(x, np.ones((2, 2, 2, 2)), np.array([0.0, 10]), table), (*larger, drawn)]


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
    sides = 24 + 2 * int(rng.integers(0, 8))
    return [(32, 1, LENET[:1]), (32, 1, LENET[:2]), (32, 1, LENET), (sides, 3, drawn)]


def changed(column, change):
    """`layer_table` with a column changed by a function of the whole table."""

    def mistaken(side, channels, layers):
        rows = layer_table(side, channels, layers).astype(float)
        rows[:, column] = change(rows, np.asarray(layers))
        return rows

    return mistaken


def c3_parameters():
    """Six maps that see three, nine that see four, one that sees all six."""
    crosses = 6 * 3 + 9 * 4 + 1 * 6
    return 25 * crosses + 16


QUESTIONS = (
    Question(
        homework="07",
        reference=subsample,
        inputs=maps,
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
    Question(
        homework="07",
        reference=c3_parameters,
        hints=(
            "Each cross of the table is one kernel of 5 × 5. How many crosses?",
            "Then there is one bias for each of the sixteen maps.",
        ),
        mistakes={
            "The biases are missing: one for each of the sixteen maps.": (
                lambda: 25 * 60
            ),
            "This is the dense C3, in which every map sees all six.": (
                lambda: 25 * 6 * 16 + 16
            ),
            "There is one bias for each map, not for each kernel.": lambda: 26 * 60,
            "These are the connections; a parameter is used at 100 places.": (
                lambda: 100 * (25 * 60 + 16)
            ),
        },
    ),
)
