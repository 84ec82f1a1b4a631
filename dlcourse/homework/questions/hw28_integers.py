"""Homework 28: a dense layer in whole numbers of 8 bits."""

from functools import partial

import numpy as np

from dlcourse.homework.question import Question
from dlcourse.homework.questions.drawing import NEVER_EMPTY, NO_ORDER, twins


def integer_dense(x, w, bias, x_scale, x_zero, w_scales, y_scale, y_zero):
    """The sums and the outputs of a quantized layer, whole numbers."""
    return dense(x, w, bias, x_scale, x_zero, w_scales, y_scale, y_zero)


def wide(x, x_zero):
    """What the inputs stand for, in steps, with bits enough for sums."""
    return x.astype("int64") - x_zero


def in_8_bits(x, x_zero):
    """The difference as int8 holds it: it wraps around."""
    return (x.astype("int64") - x_zero).astype("int8").astype("int64")


def each_product(x, w):
    """Sums of products."""
    return x @ w.astype("int64")


def wrapped(kind):
    """Sums as a type of fewer bits holds them."""
    return lambda x, w: each_product(x, w).astype(kind).astype("int64")


def held(y):
    """Held within what int8 can say."""
    return np.clip(y, -128, 127)


def dense(
    x,
    w,
    bias,
    x_scale,
    x_zero,
    w_scales,
    y_scale,
    y_zero,
    steps=wide,
    summed=each_product,
    rounded=np.round,
    hold=held,
    scales=lambda w_scales: w_scales,
):
    """`integer_dense`; a mistake has too few bits, or another rounding or scale."""
    sums = summed(steps(x, x_zero), w) + bias
    factor = x_scale * scales(w_scales) / y_scale
    return sums, hold(rounded(sums * factor) + y_zero).astype("int64")


def zero_after(*given):
    """Adds the zero point after the outputs are held."""
    *others, y_zero = given
    sums, y = dense(*others, 0)
    return sums, y + y_zero


def divided(x, w, bias, x_scale, x_zero, w_scales, y_scale, y_zero):
    """Turns the factor upside down."""
    turned = y_scale, x_zero, 1 / w_scales, x_scale
    return dense(x, w, bias, *turned, y_zero)


def bias_in_units_of_the_output(x, w, bias, x_scale, x_zero, w_scales, *of_y):
    """Takes the bias for a number of output steps."""
    sums, _ = dense(x, w, 0 * bias, x_scale, x_zero, w_scales, *of_y)
    y = np.round(sums * (x_scale * w_scales / of_y[0])) + bias + of_y[1]
    return sums + bias, held(y).astype("int64")


def bytes_of_layers(rng):
    """Two inputs and one output to be read, then eight inputs and three outputs."""
    by_hand = (
        np.array([[100, -50]], "int8"),
        np.array([[3], [-2]], "int8"),
        np.array([20]),
        *(0.5, 10, np.array([0.25]), 2.0, -5),
    )

    def drawn(rng, *scalars):
        x, w = (rng.integers(-128, 128, shape) for shape in ((4, 8), (8, 3)))
        bias = rng.integers(-9000, 9000, 3)
        x_scale, x_zero, y_scale, y_zero = scalars
        of_x = x_scale, x_zero, rng.uniform(0.005, 0.02, 3)
        return x.astype("int8"), w.astype("int8"), bias, *of_x, y_scale, y_zero

    variants = (0.02, 9, 0.05, -20), (0.03, -30, 0.08, 7), (0.01, 41, 0.03, 33)
    return [by_hand, *twins(drawn, rng, *variants)]


SIGNS = np.array([[1, -1], [-1, 1], [1, 1]], "int8")
INTEGERS = Question(
    homework="28",
    reference=integer_dense,
    inputs=bytes_of_layers,
    edges={
        "zero": (  # all inputs stand for 0
            np.full((2, 3), 7, "int8"),
            SIGNS,
            np.array([30, -70]),
            *(0.5, 7, np.array([0.1, 0.2]), 0.3, 0),
        ),
        "integer": (
            np.array([[127, -128, 127], [1, 2, 3]], "int8"),
            127 * SIGNS,
            np.array([0, 40]),
            *(0.01, -128, np.array([0.003, 0.001]), 0.02, 3),
        ),
        "too large": (
            np.tile(np.array([[-128], [127]], "int8"), (1, 300)),
            np.tile(np.array([[127, -128]], "int8"), (300, 1)),
            np.array([1, -1]),
            *(0.01, 100, np.array([0.01, 0.02]), 5.0, 2),
        ),
    },
    spared={
        "tie": NO_ORDER,
        "nan": "Whole numbers have no nan.",
        "empty": NEVER_EMPTY,
    },
    points=2,
    results=("sums", "y"),
    hints=(
        "In which type does NumPy multiply two arrays of int8? Try "
        "np.int8([100]) * np.int8([2]).",
        "x - x_zero may be 255, and a sum far larger: turn x and w into int32 first.",
        "One step of a sum stands for x_scale * w_scale, one step of y for y_scale. "
        "Round the quotient, add the zero point, and hold it within -128 and 127.",
    ),
    mistakes={
        "Products of int8 wrap around: sum with 32 bits.": (
            partial(dense, summed=wrapped("int8"))
        ),
        "16 bits are too few for the sums.": partial(dense, summed=wrapped("int16")),
        "The difference from the zero point does not fit into int8.": (
            partial(dense, steps=in_8_bits)
        ),
        "x_zero stands for 0: subtract it first.": (
            partial(dense, steps=lambda x, x_zero: x.astype("int64"))
        ),
        "The zero point is subtracted from the input.": (
            partial(dense, steps=lambda x, x_zero: x.astype("int64") + x_zero)
        ),
        "Round to the nearest; this cuts off.": partial(dense, rounded=np.trunc),
        "Round to the nearest; this rounds down.": partial(dense, rounded=np.floor),
        "Outputs are held at -128 and 127.": partial(dense, hold=lambda y: y),
        "An output that is too large is held, it does not wrap around.": (
            partial(dense, hold=lambda y: y.astype("int64").astype("int8"))
        ),
        "An int8 goes from -128 to 127.": (
            partial(dense, hold=lambda y: np.clip(y, 0, 255))
        ),
        "Hold the outputs after the zero point is added.": zero_after,
        "Each output has a scale of its own.": (
            partial(dense, scales=lambda w_scales: w_scales.max())
        ),
        "The weights have a scale, too.": partial(dense, scales=lambda w_scales: 1),
        "The scale of the output divides, the others multiply.": divided,
        "The bias has the steps of the sums.": bias_in_units_of_the_output,
    },
)
QUESTIONS = (INTEGERS,)
