"""Homework 05: convolution by loops and by matrix, and its gradient."""

import numpy as np

from dlcourse.homework.question import Question
from dlcourse.homework.questions.drawing import (
    LINEAR,
    NEVER_EMPTY,
    NO_ORDER,
    PASSES,
    SMOOTH,
    twins,
)


def convolve(x, kernel, stride):
    """Valid convolution, as networks do it: (h, w, c), (k, k, c, f) -> (h', w', f)."""
    k = len(kernel)
    windows = np.lib.stride_tricks.sliding_window_view(x, (k, k), axis=(0, 1))
    return np.einsum("hwcij,ijcf->hwf", windows[::stride, ::stride], kernel)


def small_steps(x, kernel, stride):
    """As many places as the stride asks for, but side by side."""
    h, w, _ = convolve(x, kernel, stride).shape
    return convolve(x, kernel, 1)[:h, :w]


def images_and_kernels(rng):
    """3 x 4 pixels of one channel to be read, then images with several channels."""
    small = np.arange(12.0).reshape(3, 4, 1)
    by_hand = np.array([[1.0, 2.0], [0.0, -1.0]])[:, :, None, None]
    several = [(6, 8, 3, 2, 4, 1), (6, 8, 3, 2, 4, 2), (6, 8, 3, 2, 4, 3)]
    others = [an_image(rng, 7, 5, 3, 2, 3, 2), an_image(rng, 8, 6, 2, 3, 2, 3)]
    return [(small, by_hand, 1), *twins(an_image, rng, *several), *others]


def an_image(rng, h, w, k, c, f, stride):
    """An image (h, w, c) and f kernels of k x k."""
    return rng.normal(size=(h, w, c)), rng.normal(size=(k, k, c, f)), stride


def im2col(x, size):
    """Each window as a row: (h, w, c) -> (places, size * size * c)."""
    windows = np.lib.stride_tricks.sliding_window_view(x, (size, size), axis=(0, 1))
    return windows.transpose(0, 1, 3, 4, 2).reshape(-1, size * size * x.shape[2])


def columns_first(x, size):
    """Goes down the columns of the image first."""
    windows = np.lib.stride_tricks.sliding_window_view(x, (size, size), axis=(0, 1))
    windows = windows.transpose(1, 0, 3, 4, 2)
    return windows.reshape(-1, size * size * x.shape[2])


def channels_first(x, size):
    """All pixels of the first channel, then all of the next."""
    windows = np.lib.stride_tricks.sliding_window_view(x, (size, size), axis=(0, 1))
    return windows.reshape(-1, size * size * x.shape[2])


def side_by_side(x, size):
    """Windows that do not overlap."""
    h, w, c = x.shape
    x = x[: h // size * size, : w // size * size]
    parts = x.reshape(h // size, size, w // size, size, c).swapaxes(1, 2)
    return parts.reshape(-1, size * size * c)


def convolve_gradient(x, kernel, dy):
    """Gradients for x and the kernel of `convolve` with stride 1."""
    dx, dkernel = np.zeros(x.shape), np.zeros(kernel.shape)
    h, w, _ = dy.shape
    for a, b in np.ndindex(kernel.shape[:2]):
        dx[a : a + h, b : b + w] += dy @ kernel[a, b].T
        seen = x[a : a + h, b : b + w]
        dkernel[a, b] = np.tensordot(seen, dy, axes=((0, 1), (0, 1)))
    return dx, dkernel


def overwritten(x, kernel, dy):
    """Writes into dx where it should add."""
    dx, k = np.zeros(x.shape), len(kernel)
    for i, j in np.ndindex(dy.shape[:2]):
        dx[i : i + k, j : j + k] = kernel @ dy[i, j]
    return dx, convolve_gradient(x, kernel, dy)[1]


def other(
    dx=lambda x, kernel, dy, right: right, dkernel=lambda x, kernel, dy, right: right
):
    """`convolve_gradient` with a result changed, as a function of everything."""

    def mistaken(x, kernel, dy):
        right = convolve_gradient(x, kernel, dy)
        return dx(x, kernel, dy, right[0]), dkernel(x, kernel, dy, right[1])

    return mistaken


def gradients(rng):
    """One channel to be read, then several."""
    x, kernel = np.arange(6.0).reshape(2, 3, 1), np.array([[1.0, 2], [0, -1]])
    by_hand = x, kernel[:, :, None, None], np.array([1.0, 10]).reshape(1, 2, 1)

    def a_gradient(rng):
        sizes = (5, 6, 2), (3, 3, 2, 4), (3, 4, 4)
        return tuple(rng.normal(size=size) for size in sizes)

    return [by_hand, *twins(a_gradient, rng, (), ())]


QUESTIONS = (
    Question(
        homework="05",
        reference=convolve,
        inputs=images_and_kernels,
        edges={
            "integer": (
                np.arange(9).reshape(3, 3, 1),
                np.array([[0.5, 0], [1, 0.25]])[:, :, None, None],
                1,
            ),
            "too large": (np.ones((2, 2, 1)), 2 * np.ones((2, 2, 1, 1)), 7),
        },
        spared={"tie": NO_ORDER, "zero": SMOOTH, "nan": PASSES, "empty": NEVER_EMPTY},
        points=2,
        hints=(
            "How many places are there for the window, across and down? Begin with "
            "np.zeros of that size, one map for each filter.",
            "The window at output (i, j) begins at pixel (i * stride, j * stride).",
            "For each i, j: np.tensordot(window, kernel, 3) sums over rows, columns "
            "and channels, and gives one number for each filter.",
        ),
        mistakes={
            "The kernel is turned by half a turn. Networks lay it on as it is.": (
                lambda x, kernel, stride: convolve(x, kernel[::-1, ::-1], stride)
            ),
            "The kernel's rows and columns are exchanged.": (
                lambda x, kernel, stride: convolve(x, kernel.swapaxes(0, 1), stride)
            ),
            "The stride is ignored.": (
                lambda x, kernel, stride: convolve(x, kernel, 1)
            ),
            "The number of places is right, but the window moves by one pixel: output "
            "(i, j) begins at pixel (i * stride, j * stride).": small_steps,
            "Only the first channel is looked at; a filter reaches through all.": (
                lambda x, kernel, stride: convolve(x[..., :1], kernel[:, :, :1], stride)
            ),
            "This is the mean over the window; a convolution is the sum.": (
                lambda x, kernel, stride: (
                    convolve(x, kernel, stride) / kernel[..., 0].size
                )
            ),
        },
    ),
    Question(
        homework="05",
        reference=im2col,
        inputs=lambda rng: [
            (np.arange(6.0).reshape(2, 3, 1), 2),
            (rng.normal(size=(4, 5, 3)), 2),
            *twins(
                lambda rng, size: (rng.normal(size=(6, 5, 2)), size),
                rng,
                (3,),
                (2,),
                (1,),
            ),
        ],
        edges={"integer": (np.arange(9).reshape(3, 3, 1), 2)},
        spared=LINEAR,
        points=2,
        hints=(
            "How many rows does the result have? One for each place of the window.",
            "x[i : i + size, j : j + size] is a window, ravel() makes a row of it.",
        ),
        mistakes={
            "The windows come column by column; go along the rows first.": (
                columns_first
            ),
            "Within a row the channels come one after the other; the channels of a "
            "pixel belong together, as in x itself.": channels_first,
            "Rows and columns are exchanged: a window is a row here.": (
                lambda x, size: im2col(x, size).T
            ),
            "These windows stand side by side; they overlap, with stride 1.": (
                side_by_side
            ),
        },
    ),
    Question(
        homework="05",
        reference=convolve_gradient,
        inputs=gradients,
        edges={
            "integer": (
                np.arange(9).reshape(3, 3, 1),
                np.array([[1, 2], [0, -1]])[:, :, None, None],
                np.array([[0.5, 1], [0.25, 2]])[..., None],
            ),
        },
        spared=LINEAR,
        points=4,
        results=("dx", "dkernel"),
        hints=(
            "Go through the places (i, j) of the output. Which pixels and which "
            "weights did y[i, j, f] come from, and with which factor?",
            "A pixel is seen from several places, a weight is used at all of them: "
            "begin with zeros, and add up.",
            "dx[i : i + k, j : j + k] += kernel @ dy[i, j], and dkernel += window[..., "
            "None] * dy[i, j], where window is what x has there.",
        ),
        mistakes={
            "A pixel is seen from several places, and all of them count: add to dx, do "
            "not write over it.": overwritten,
            "The kernel lies on dx turned by half a turn.": other(
                dx=lambda x, kernel, dy, right: convolve_gradient(
                    x, kernel[::-1, ::-1], dy
                )[0]
            ),
            "dkernel is turned by half a turn.": other(
                dkernel=lambda x, kernel, dy, right: right[::-1, ::-1]
            ),
            "dkernel is a mean over the places. A weight is used at each of them, so "
            "its gradient is the sum.": other(
                dkernel=lambda x, kernel, dy, right: right / dy[..., 0].size
            ),
            "dx is a mean over the filters; it is the sum.": other(
                dx=lambda x, kernel, dy, right: right / dy.shape[2]
            ),
            "dkernel looks at the first place alone.": other(
                dkernel=lambda x, kernel, dy, right: convolve_gradient(
                    x,
                    kernel,
                    dy * (np.arange(dy[..., 0].size) == 0).reshape(*dy.shape[:2], 1),
                )[1]
            ),
        },
    ),
)
