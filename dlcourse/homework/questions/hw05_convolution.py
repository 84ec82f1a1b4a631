"""Homework 05: convolution by loops and by matrix, sizes, fields, pooling."""

import numpy as np

from dlcourse.homework.question import Question


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
    drawn = [
        (rng.normal(size=(*size, c)), rng.normal(size=(k, k, c, f)), stride)
        for size, k, c, f, stride in [
            ((6, 8), 3, 2, 4, 1),
            ((7, 5), 3, 2, 3, 2),
            ((8, 6), 2, 3, 2, 3),
        ]
    ]
    return [(small, by_hand, 1), *drawn]


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


def output_size(n, k, s, p):
    """Places where a window of k fits into n pixels with p more on each side."""
    return (n + 2 * p - k) // s + 1


def receptive_field(kernels, strides):
    """Pixels that one unit sees behind layers with these kernels and strides."""
    steps = np.cumprod([1, *strides[:-1]])
    return 1 + int((np.asarray(kernels) - 1) @ steps)


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
    one_off = right + np.array([0, 0.5, 0])
    big = rng.normal(size=(4, 5))
    last = big.copy()
    last[-1, -1] -= 1
    swapped = big[:, ::-1]
    pairs = [(right, right), (one_off, right), (right[::-1], right), (big, big + 1)]
    return [*pairs, (big, big + 1e-9), (last, big), (swapped, big)]


QUESTIONS = (
    Question(
        homework="05",
        reference=convolve,
        inputs=images_and_kernels,
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
            (rng.normal(size=(6, 5, 2)), 3),
        ],
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
        reference=output_size,
        inputs=lambda rng: [
            (5, 3, 1, 0),
            (227, 11, 4, 0),
            (224, 7, 2, 3),
            (28, 2, 2, 0),
            *(
                tuple(int(i) for i in rng.integers([9, 1, 1, 0], [60, 8, 5, 4]))
                for _ in range(20)
            ),
        ],
        hints=(
            "Where does the last window begin that still fits?",
            "The padding is on both sides. // rounds down.",
        ),
        mistakes={
            "Off by one: the first place counts as well.": (
                lambda n, k, s, p: (n + 2 * p - k) // s
            ),
            "The padding is on both sides, so it counts twice.": (
                lambda n, k, s, p: (n + p - k) // s + 1
            ),
            "Only whole windows count: round down.": (
                lambda n, k, s, p: -((k - n - 2 * p) // s) + 1
            ),
            "The number of windows is a whole number: round down.": (
                lambda n, k, s, p: (n + 2 * p - k) / s + 1
            ),
            "The kernel's size is forgotten.": lambda n, k, s, p: (n + 2 * p) // s,
        },
    ),
    Question(
        homework="05",
        reference=receptive_field,
        inputs=lambda rng: [
            (np.array([3, 3]), np.array([1, 1])),
            (np.array([3, 2, 3]), np.array([1, 2, 1])),
            *((rng.integers(2, 6, n), rng.integers(1, 4, n)) for n in (3, 4, 5)),
        ],
        hints=(
            "Go up layer by layer. What does one more layer add, without any stride?",
            "One step in the input of layer l is as many pixels as the strides of the "
            "layers below it multiply to.",
        ),
        mistakes={
            "A layer's own stride does not widen what its unit sees; it widens what "
            "the layers above see.": (
                lambda kernels, strides: (
                    1 + int((np.asarray(kernels) - 1) @ np.cumprod(strides))
                )
            ),
            "The strides are ignored.": (
                lambda kernels, strides: 1 + int(np.sum(np.asarray(kernels) - 1))
            ),
            "A kernel of k adds k - 1 steps, not k: windows overlap.": (
                lambda kernels, strides: (
                    1 + int(kernels @ np.cumprod([1, *strides[:-1]]))
                )
            ),
            "Off by one: before the first layer a unit sees 1 pixel, itself.": (
                lambda kernels, strides: receptive_field(kernels, strides) - 1
            ),
        },
    ),
    Question(
        homework="05",
        reference=max_pool,
        inputs=lambda rng: [
            (np.array([[1.0, 5, 2, 0], [3, 4, 8, -1]])[..., None], 2),
            (rng.normal(size=(6, 4, 3)), 2),
            (-rng.random(size=(6, 9, 2)), 3),
        ],
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
        reference=agrees,
        inputs=nearly_equal,
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
