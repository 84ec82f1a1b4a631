"""Homework 17: gates of a padded batch, and answers with another picture's gates."""

from functools import partial

import numpy as np

from dlcourse.homework.question import Question
from dlcourse.homework.questions.drawing import NEVER_EMPTY, NO_ORDER, twins
from dlcourse.homework.questions.hw17_backward import naive_sigmoid, sigmoid


def batch_gates(x, sizes, w1, w2):
    """Gates of each picture of a padded batch: (n, c)."""
    return gates(x, sizes, w1, w2)


def own_mean(maps, height, width):
    """The mean over a picture without its padding."""
    return maps[:height, :width].mean(axis=(0, 1))


def gates(x, sizes, w1, w2, squeeze=own_mean, whole_batch=False, squash=sigmoid):
    """`batch_gates`; a mistake squeezes in another way."""
    pairs = zip(x.astype(float), sizes, strict=True)
    z = np.array([squeeze(maps, *size) for maps, size in pairs])
    if whole_batch:
        z = np.full(z.shape, z.mean(axis=0))
    return squash(np.maximum(z @ w1, 0) @ w2)


def framed_mean(maps, height, width):
    """With the padding."""
    return maps.mean(axis=(0, 1))


def divided_by_the_frame(maps, height, width):
    """The sum over the picture, divided by all pixels of the frame."""
    return maps[:height, :width].sum(axis=(0, 1)) / maps[..., 0].size


def multiplied(maps, height, width):
    """The padding times 0, which leaves nan as it is."""
    inside = np.zeros(maps.shape)
    inside[:height, :width] = 1
    return (maps * inside).sum(axis=(0, 1)) / (height * width)


def without_zeros(maps, height, width):
    """The mean over what is not 0 in the picture."""
    inside = maps[:height, :width]
    counts = np.maximum((inside != 0).sum(axis=(0, 1)), 1)
    return inside.sum(axis=(0, 1)) / counts


def padded(rng):
    """One pixel and its padding to be read, then three pictures in 4 x 6."""
    x = np.array([[[[2.0], [8]]], [[[6.0], [4]]]])
    by_hand = x, np.array([[1, 1], [1, 2]]), np.array([[1.0]]), np.array([[1.0]])

    def three(rng):
        sizes = np.stack([rng.integers(2, 5, 3), rng.integers(2, 7, 3)], axis=1)
        sizes[:2] = rng.permutation([[2, 5], [3, 4]])
        x = rng.normal(1, 2, (3, 4, 6, 3))
        return x, sizes, rng.normal(1, 1, (3, 4)), rng.normal(size=(4, 3))

    return [by_hand, *twins(three, rng, (), (), ())]


def swapped_answers(x, w1, b1, w2, b2, head):
    """Class of each picture (row) with the gates of each picture (column): (n, n)."""
    return swapped(x, w1, b1, w2, b2, head)


def swapped(x, w1, b1, w2, b2, head, relu=True, squash=sigmoid, choose=np.argmax):
    """`swapped_answers`, and what becomes of it by a mistake."""
    z = x.mean(axis=(1, 2))
    hidden = z @ w1 + b1
    s = squash((np.maximum(hidden, 0) if relu else hidden) @ w2 + b2)
    return choose((z[:, None] * s) @ head, axis=2)


def of_column(x, *weights):
    """All of the picture in the column: its features as well."""
    return np.full((len(x), len(x)), np.diagonal(swapped(x, *weights)))


def mean_gates(x, w1, b1, w2, b2, head):
    """The gates of all pictures, averaged."""
    z = x.mean(axis=(1, 2))
    s = sigmoid(np.maximum(z @ w1 + b1, 0) @ w2 + b2).mean(axis=0)
    return np.full((len(x), len(x)), ((z * s) @ head).argmax(axis=1)[:, None])


# Orange A, orange B, blue A, blue B, lamp -> A or B, trained on 2,000 pictures: the
# orange letter if the lamp is lit, else the blue one.
TRAINED = (
    np.array([[1.6, 0.2], [-0.2, 0.1], [0.7, 0.7], [0.7, -0.4], [-1.8, 2.5]]),
    np.array([1.2, 0.2]),
    np.array([[-0.6, -1.5, 1.7, 0.9, -1.5], [1.6, 0.8, -0.7, -1.8, 0.5]]),
    np.array([0.1, -0.1, 0.3, 0.2, 0.1]),
    np.array([[2.1, -2.1], [-1.8, 1.8], [2.2, -2.2], [-2.6, 2.6], [-1.3, 1.3]]),
)
# The gate of the first channel is open for the first picture and shut for the second.
BY_HAND = (
    np.array([[[[3.0, 2]]], [[[1.0, 1]]]]),
    np.array([[1.0], [0]]),
    np.array([0.0]),
    np.array([[10.0, 0]]),
    np.array([-20.0, 0]),
    np.eye(2),
)


def pictures(rng):
    """Two pictures of one pixel to be read, the trained network, and any networks."""
    x = rng.uniform(0, 0.2, (6, 2, 2, 5))
    for first in (0, 2):
        x[range(6), :, :, first + rng.integers(2, size=6)] += 1
    x[..., 4] = rng.permutation([0, 1, 0, 1, 0, 1])[:, None, None]

    def some(rng):
        shapes = (5, 4), 4, (4, 5), 5, (5, 4)
        x = rng.normal(1, 1, (9, 2, 3, 5)) + 2 * rng.normal(size=(9, 1, 1, 5))
        return x, *(2 * rng.normal(size=shape) for shape in shapes)

    return [BY_HAND, (x, *TRAINED), *twins(some, rng, (), (), ())]


QUESTIONS = (
    Question(
        homework="17",
        reference=batch_gates,
        inputs=padded,
        edges={
            "zero": (  # a pixel of the picture is 0
                np.array([[[[4.0], [0]], [[7.0], [9]]]]),
                np.array([[1, 2]]),
                np.array([[1.0]]),
                np.array([[0.5]]),
            ),
            "nan": (
                np.array([[[[4.0], [np.nan]]], [[[1.0], [3]]]]),
                np.array([[1, 1], [1, 2]]),
                np.array([[1.0]]),
                np.array([[0.5]]),
            ),
            "integer": (
                np.array([[[[1], [2]], [[5], [5]]]]),
                np.array([[1, 2]]),
                np.array([[0.5]]),
                np.array([[1.0]]),
            ),
            "too large": (
                np.array([[[[1000.0, 1]]]]),
                np.array([[1, 1]]),
                np.eye(2),
                np.array([[1.0, -1], [0, 0]]),
            ),
        },
        spared={"tie": NO_ORDER, "empty": NEVER_EMPTY},
        points=2,
        hints=(
            "Give broken_gates the example twice, as a batch of two. Then give it with "
            "a second, different picture: whose gates should not change?",
            "Which axes belong to one picture? And which part of them is the picture?",
            "A loop over the pictures is welcome: x[i, :height, :width] is what to "
            "average over.",
        ),
        mistakes={
            "Both bugs are still in it: the mean goes over the whole batch, and over "
            "the padding.": partial(gates, squeeze=framed_mean, whole_batch=True),
            "The padding is averaged, too.": partial(gates, squeeze=framed_mean),
            "The mean goes over all pictures of the batch; each has its own gates.": (
                partial(gates, whole_batch=True)
            ),
            "The sum is right; divide it by the pixels of the picture, not of the "
            "frame.": partial(gates, squeeze=divided_by_the_frame),
            "The padding may hold nan, and 0 times nan is nan: cut it off.": (
                partial(gates, squeeze=multiplied)
            ),
            "A pixel of the picture may be 0: sizes tell what is padding.": (
                partial(gates, squeeze=without_zeros)
            ),
            "Height and width are exchanged.": (
                partial(gates, squeeze=lambda m, h, w: own_mean(m, w, h))
            ),
            "This squeezes by the largest pixel; take the mean.": (
                partial(gates, squeeze=lambda m, h, w: m[:h, :w].max(axis=(0, 1)))
            ),
            "exp of a large number overflows, and infinity / infinity is nan. Write "
            "the sigmoid as 1 / (1 + exp(-a)).": partial(gates, squash=naive_sigmoid),
        },
    ),
    Question(
        homework="17",
        reference=swapped_answers,
        inputs=pictures,
        edges={
            "tie": (
                np.ones((2, 1, 1, 2)),
                *BY_HAND[1:3],
                np.zeros((1, 2)),
                *BY_HAND[4:],
            ),
            "zero": (np.zeros((2, 1, 1, 2)), *BY_HAND[1:]),
            "integer": (np.array([[[[3, 2]]], [[[1, 1]]]]), *BY_HAND[1:]),
            "too large": (
                BY_HAND[0],
                *BY_HAND[1:3],
                np.array([[1000.0, 0]]),
                np.array([-2000.0, 0]),
                BY_HAND[5],
            ),
        },
        spared={
            "nan": "Which logit is the largest among nans has no answer.",
            "empty": NEVER_EMPTY,
        },
        points=2,
        hints=(
            "A scaled map has the mean s z: no pixels are needed after the squeeze.",
            "z (n, c) are the features of each picture, s (n, c) its gates. Which n "
            "goes into the rows of the answer, which into its columns?",
            "z[:, None] * s is (row, column, channel); then @ head, and argmax over "
            "axis 2.",
        ),
        mistakes={
            "Rows and columns are exchanged: a row is the picture whose features are "
            "used.": lambda *given: swapped_answers(*given).T,
            "Each picture has its own gates here; a column is whose gates it gets.": (
                lambda *given: of_column(*given).T
            ),
            "A column is whose gates are used; the features are those of the row.": (
                of_column
            ),
            "The gates are averaged over the pictures.": mean_gates,
            "The ReLU between the two dense layers is missing.": (
                partial(swapped, relu=False)
            ),
            "The sigmoid is missing.": partial(swapped, squash=lambda a: a),
            "That is the smallest logit; the answer is the largest.": (
                partial(swapped, choose=np.argmin)
            ),
            "The first dense layer has a bias.": (
                lambda x, w1, b1, *others: swapped(x, w1, 0 * b1, *others)
            ),
            "The second dense layer has a bias.": (
                lambda x, w1, b1, w2, b2, head: swapped(x, w1, b1, w2, 0 * b2, head)
            ),
        },
    ),
)
