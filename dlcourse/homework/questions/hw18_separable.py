"""Homework 18: a separable layer, backward, and one fitted to a full layer."""

from functools import partial

import numpy as np

from dlcourse.homework.question import Question
from dlcourse.homework.questions.drawing import (
    LINEAR,
    NEVER_EMPTY,
    NO_EXP,
    NO_ORDER,
    twins,
)


def separable_backward(x, depthwise, pointwise, dy):
    """Gradients of a depthwise and a pointwise layer for x and both kernels."""
    return backward(x, depthwise, pointwise, dy)


def windows(x, k):
    """The window of each place: (h - k + 1, w - k + 1, c, k, k)."""
    return np.lib.stride_tricks.sliding_window_view(x, (k, k), axis=(0, 1))


def looked(x, depthwise):
    """What the depthwise layer gives, without padding."""
    return np.einsum("ijcab,abc->ijc", windows(x, len(depthwise)), depthwise)


def backward(
    x,
    depthwise,
    pointwise,
    dy,
    turned=1,
    middle=looked,
    to_middle=None,
    before=1,
):
    """`separable_backward`; a mistake goes through the layers in another way."""
    to_middle = pointwise.T if to_middle is None else to_middle(pointwise)
    du, k = dy @ to_middle, len(depthwise)
    dx = np.zeros(x.shape)
    for a, b in np.ndindex(k, k):
        rows, columns = slice(a, a + len(du)), slice(b, b + du.shape[1])
        there = before * dx[rows, columns]
        dx[rows, columns] = there + du * depthwise[::turned, ::turned][a, b]
    ddepthwise = np.einsum("ijcab,ijc->abc", windows(x, k), du)
    return dx, ddepthwise, np.einsum("ijc,ijn->cn", middle(x, depthwise), dy)


def in_the_middle_of_windows(x, depthwise):
    """What the depthwise layer reads, not what it gives."""
    k = len(depthwise)
    start = k // 2
    size = [n - k + 1 for n in x.shape[:2]]
    return x[start : start + size[0], start : start + size[1]]


def changed(number, change):
    """`backward` with one of its results changed."""

    def mistaken(x, depthwise, pointwise, dy):
        gradients = list(backward(x, depthwise, pointwise, dy))
        gradients[number] = change(gradients[number], dy)
        return tuple(gradients)

    return mistaken


def separable_layers(rng):
    """A row of two pixels to be read, then maps of 5 x 4 and 3 x 3."""
    one = np.array([[1.0]])
    x, dy = np.array([[[3.0], [5]]]), np.array([[[1.0], [1]]])
    by_hand = x, 2 * one[..., None], 10 * one, dy

    def some(rng, k=3, h=5, w=4, n=4):
        shapes = (h, w, 3), (k, k, 3), (3, n), (h - k + 1, w - k + 1, n)
        return tuple(rng.normal(size=shape) for shape in shapes)

    return [by_hand, *twins(some, rng, (), (), ()), some(rng, 2, 3, 3, 2)]


def refitted(x, depthwise, y):
    """The best pointwise weights for y, and the share of y that they leave out."""
    return refit(x, depthwise, y)


def left_out(rest, wanted):
    """Share of the sum of squares that is left over."""
    return np.sum(rest**2) / np.sum(wanted**2)


def refit(x, depthwise, y, middle=looked, solve=np.linalg.lstsq, share=left_out):
    """`refitted`; a mistake fits or measures something else."""
    maps = middle(x, depthwise).reshape(-1, x.shape[2])
    wanted = y.reshape(len(maps), -1)
    if not (np.isfinite(maps).all() and np.isfinite(wanted).all()):
        raise ValueError("What is infinite has no best fit.")  # LAPACK would complain
    pointwise = solve(maps, wanted)[0]
    rest = wanted - maps @ pointwise
    return pointwise, share(rest, wanted)


def residuals(x, depthwise, y):
    """Those of lstsq, which gives none where a channel depends on the others."""
    maps = looked(x, depthwise).reshape(-1, x.shape[2])
    pointwise, left, *_ = np.linalg.lstsq(maps, y.reshape(len(maps), -1))
    return pointwise, left.sum() / np.sum(y**2)


def normal_equations(maps, wanted):
    """Without a solution where a channel is 0 everywhere."""
    return (np.linalg.solve(maps.T @ maps, maps.T @ wanted),)


def one_by_one(maps, wanted):
    """Each channel by itself, as if the others were not there."""
    length = np.maximum((maps**2).sum(axis=0), 1e-300)
    return (maps.T @ wanted / length[:, None],)


def centred(maps, wanted):
    """Without the means, as if there were a bias."""
    return np.linalg.lstsq(maps - maps.mean(axis=0), wanted - wanted.mean(axis=0))


def ridge(maps, wanted):
    """With a penalty on the weights."""
    eye = np.eye(maps.shape[1])
    return (np.linalg.solve(maps.T @ maps + eye, maps.T @ wanted),)


def full_layers(rng):
    """Two places of one channel to be read, then what full layers give."""
    x, y = np.array([[[1.0], [2]]]), np.array([[[3.0], [1]]])
    by_hand = x, np.array([[[1.0]]]), y

    def some(rng, k, dead=False):
        kernel = rng.normal(size=(k, k, 3, 4)) / k
        x = np.maximum(rng.normal(0.3, 1, (6, 5, 3)), 0)  # behind a ReLU
        x[..., 1] *= not dead
        u, *_ = np.linalg.svd(kernel.transpose(2, 0, 1, 3).reshape(3, k * k, 4))
        depthwise = u[..., 0].T.reshape(k, k, 3)
        return x, depthwise, np.einsum("ijcab,abcn->ijn", windows(x, k), kernel)

    return [by_hand, *twins(some, rng, (3,), (3,), (3,)), some(rng, 2, True)]


QUESTIONS = (
    Question(
        homework="18",
        reference=separable_backward,
        inputs=separable_layers,
        edges={
            "integer": (
                np.arange(8).reshape(2, 2, 2),
                np.full((2, 2, 2), 0.25),
                np.array([[0.5], [1.5]]),
                np.array([[[1.0]]]),
            ),
        },
        spared=LINEAR,
        points=3,
        results=("dx", "ddepthwise", "dpointwise"),
        hints=(
            "Two layers, two steps: what arrives at the maps in the middle, behind the "
            "depthwise layer?",
            "du = dy @ pointwise.T. And dpointwise needs the maps in the middle, which "
            "you compute forward.",
            "For each place (a, b) of the kernel: x[a : a + rows, b : b + columns] is "
            "what it met. So ddepthwise[a, b] sums this times du, channel by channel.",
        ),
        mistakes={
            "The kernel is turned by half a turn in dx: hand du back to the pixel that "
            "the weight was multiplied with.": partial(backward, turned=-1),
            "dpointwise needs what the pointwise layer read: the maps behind the "
            "depthwise layer, not x.": partial(
                backward, middle=in_the_middle_of_windows
            ),
            "The pointwise weights are missing from what goes back to the middle.": (
                partial(backward, to_middle=lambda p: np.ones(p.T.shape))
            ),
            "dpointwise is the sum over the places, not their mean.": (
                changed(2, lambda found, dy: found / dy[..., 0].size)
            ),
            "ddepthwise is the sum over the places, not their mean.": (
                changed(1, lambda found, dy: found / dy[..., 0].size)
            ),
            "Each channel has a depthwise kernel of its own: do not add the channels "
            "up.": changed(1, lambda d, _: 0 * d + d.sum(axis=2, keepdims=True)),
            "Windows overlap: add up what comes back to a pixel of x, do not overwrite "
            "it.": partial(backward, before=0),
            "The depthwise weights are missing from dx.": (
                lambda x, d, p, dy: (
                    backward(x, 0 * d + 1, p, dy)[0],
                    *backward(x, d, p, dy)[1:],
                )
            ),
        },
    ),
    Question(
        homework="18",
        reference=refitted,
        inputs=full_layers,
        edges={
            "zero": (  # the second channel is dead
                np.array([[[1.0, 0], [2, 0], [0, 0]]]),
                np.array([[[1.0, 1]]]),
                np.array([[[3.0], [1], [1]]]),
            ),
            "integer": (
                np.array([[[1, 2], [2, 1], [0, 1]]]),
                np.array([[[0.5, 1]]]),
                np.array([[[3, 1], [1, 1], [0, 2]]]),
            ),
        },
        spared={
            "tie": NO_ORDER,
            "nan": "What holds a nan has no best fit.",
            "empty": NEVER_EMPTY,
            "too large": NO_EXP,
        },
        points=2,
        results=("pointwise", "left"),
        hints=(
            "First the depthwise layer. Behind it, a place is a row of c numbers, and "
            "the pointwise layer multiplies this row by a matrix.",
            "All places one below the other: maps (places, c) and wanted (places, n). "
            "Which matrix brings maps @ matrix nearest to wanted?",
            "np.linalg.lstsq(maps, wanted)[0]. It also copes with a channel that is 0 "
            "everywhere.",
        ),
        mistakes={
            "maps.T @ maps has no inverse where a channel is 0 everywhere.": (
                partial(refit, solve=normal_equations)
            ),
            "lstsq gives no residuals where a channel is 0 everywhere: compute them "
            "yourself.": residuals,
            "This fits each channel as if the others were not there.": (
                partial(refit, solve=one_by_one)
            ),
            "This fits a bias, too; there is none.": partial(refit, solve=centred),
            "The weights were made small on purpose; nothing asks for that here.": (
                partial(refit, solve=ridge)
            ),
            "The depthwise layer was left out: this reads the pixel in the middle of "
            "each window.": partial(refit, middle=in_the_middle_of_windows),
            "The depthwise kernels are turned by half a turn; a layer lays them on as "
            "they are.": lambda x, d, y: refit(x, d[::-1, ::-1], y),
            "left is the share that is left out, not the one that is kept.": (
                partial(refit, share=lambda r, y: 1 - left_out(r, y))
            ),
            "left is a share of the sum of squares; do not take its root.": (
                partial(refit, share=lambda r, y: np.sqrt(left_out(r, y)))
            ),
            "left is a share: divide by the sum of squares of y.": (
                partial(refit, share=lambda r, y: np.sum(r**2))
            ),
        },
    ),
)
