"""Homework 23: the gradient of a transposed convolution."""

from functools import partial

import numpy as np

from dlcourse.homework.question import Question
from dlcourse.homework.questions.drawing import LINEAR, twins


def upsampling_backward(y, kernel, strides, padding, dx):
    """Gradients for the input and the kernel of a transposed convolution."""
    return backward(y, kernel, strides, padding, dx)


def with_margin(dx, padding):
    """What was cut off has no gradient."""
    return np.pad(dx, ((padding, padding), (padding, padding), (0, 0)))


def backward(
    y, kernel, strides, padding, dx, margin=with_margin, turned=False, all_of=np.sum
):
    """`upsampling_backward`; a mistake has another margin, or turns the kernel."""
    height, width, _ = y.shape
    size, whole = len(kernel), margin(1.0 * dx, padding)
    dy, dkernel = np.zeros(y.shape), np.zeros(kernel.shape)
    for i, j in np.ndindex(size, size):
        rows = slice(i, i + strides * (height - 1) + 1, strides)
        columns = slice(j, j + strides * (width - 1) + 1, strides)
        stamped = whole[rows, columns]  # (h, w, c)
        at = (size - 1 - i, size - 1 - j) if turned else (i, j)
        dy += stamped @ kernel[at]
        dkernel[at] = all_of(stamped[..., None] * y[:, :, None], axis=(0, 1))
    return dy, dkernel


def side_by_side(y, kernel, strides, padding, dx):
    """The windows follow one another without a stride."""
    return backward(y, kernel, 1, padding, dx)


def as_often_as_written(y, kernel, strides, padding, dx):
    """The gradient of a pixel is shared among the stamps that wrote it."""
    size = len(kernel)
    often = np.zeros(np.array(dx.shape[:2]) + 2 * padding)
    for h, w in np.ndindex(y.shape[:2]):
        often[strides * h :, strides * w :][:size, :size] += 1
    inner = often[padding:, padding:][: len(dx), : dx.shape[1], None]
    return backward(y, kernel, strides, padding, dx / np.maximum(inner, 1))


def undone(y, kernel, strides, padding, dx):
    """Each number gets the mean over its stamp."""
    dy, dkernel = backward(y, kernel, strides, padding, dx)
    return dy / kernel[..., 0, 0].size, dkernel


def copied_margin(dx, padding):
    """The border is repeated where something was cut off."""
    return np.pad(dx, ((padding, padding), (padding, padding), (0, 0)), mode="edge")


def margin_behind(dx, padding):
    """What was cut off comes back below and to the right."""
    return np.pad(dx, ((0, 2 * padding), (0, 2 * padding), (0, 0)))


def upsampled(rng):
    """Two numbers to be read, then three by three that became five by five."""
    by_hand = (
        np.array([[[1.0], [2.0]]]),
        np.array([[1.0, 2], [3, 4]])[..., None, None],
        2,
        0,
        np.array([[1.0, 0, 0, 0], [0, 0, 0, 1]])[..., None],
    )

    def drawn(rng, strides, padding):
        shapes = (3, 3, 3), (3, 3, 2, 3), (5, 5, 2)
        y, kernel, dx = (rng.normal(size=shape) for shape in shapes)
        return y, kernel, strides, padding, dx

    return [by_hand, *twins(drawn, rng, (2, 1), (1, 0), (3, 2))]


BACKWARD = Question(
    homework="23",
    reference=upsampling_backward,
    inputs=upsampled,
    edges={
        "integer": (
            np.array([[[1], [2]], [[0], [-1]]]),
            np.array([[1.5, 2], [-1, 0.5]])[..., None, None],
            2,
            1,
            np.array([[1.0, 0.5], [0, 2]])[..., None],
        )
    },
    spared=LINEAR,
    points=2,
    results=("dy", "dkernel"),
    hints=(
        "Forward, y[h, w] is written to a square of pixels, times the kernel. So which "
        "pixels send a gradient back to y[h, w], and times which weights?",
        "Put the margin that was cut off back first, as zeros. Then the window of "
        "y[h, w] begins at row strides * h, column strides * w.",
        "With that window (k, k, c): dy[h, w] sums window * kernel over k, k and c, "
        "and the kernel gets window * y[h, w].",
    ),
    mistakes={
        "The margin that was cut off has no gradient: zeros, not the border again.": (
            partial(backward, margin=copied_margin)
        ),
        "The margin was cut off on all four sides.": (
            partial(backward, margin=margin_behind)
        ),
        "The kernel is turned: it meets the window as it is.": (
            partial(backward, turned=True)
        ),
        "The stride is missing: the windows are as far apart as the stamps were.": (
            side_by_side
        ),
        "Where stamps overlapped they were added up: each gets all of the gradient.": (
            as_often_as_written
        ),
        "The gradient is a sum over the window, not a mean.": undone,
        "The kernel is used at each place: its gradient is a sum, not a mean.": (
            partial(backward, all_of=np.mean)
        ),
        "Only the first place has been looked at: all use the kernel.": (
            partial(backward, all_of=lambda a, axis: a[0, 0])
        ),
    },
)
QUESTIONS = (BACKWARD,)
