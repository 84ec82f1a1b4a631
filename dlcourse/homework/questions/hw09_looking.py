"""Homework 09: unpooling, three backward rules, a map of a probability, occlusion."""

import numpy as np

from dlcourse.homework.question import Question
from dlcourse.homework.questions.drawing import (
    NEVER_EMPTY,
    NO_EXP,
    NO_ORDER,
    PASSES,
    SMOOTH,
    twins,
)
from dlcourse.homework.questions.hw09_importance import IMPORTANCE
from dlcourse.homework.questions.hw09_rules import RULES


def unpool(x, signal, size, stride):
    """The signal of each window, added where its first largest is: (h, w, c)."""
    return unpooled(x, signal, size, stride, np.argmax)


def unpooled(x, signal, size, stride, choose, add=np.add):
    """`unpool`; ``choose`` says which number of a window, ``add`` what two give."""
    arrived = np.zeros(x.shape)
    for i, j, c in np.ndindex(signal.shape):
        window = arrived[i * stride :, j * stride :, c][:size, :size]
        values = x[i * stride :, j * stride :, c][:size, :size]
        place = np.unravel_index(choose(values), window.shape)
        window[place] = add(window[place], signal[i, j, c])
    return arrived


def spread(x, signal, size, stride):
    """Every pixel of a window gets its share."""
    arrived = np.zeros(x.shape)
    for i, j in np.ndindex(signal.shape[:2]):
        window = arrived[i * stride :, j * stride :][:size, :size]
        window += signal[i, j] / size**2
    return arrived


def to_all_largest(x, signal, size, stride):
    """Each of several largest numbers gets the whole signal."""
    arrived = np.zeros(x.shape)
    for i, j in np.ndindex(signal.shape[:2]):
        part = (
            slice(i * stride, i * stride + size),
            slice(j * stride, j * stride + size),
        )
        arrived[part] += signal[i, j] * (x[part] == x[part].max(axis=(0, 1)))
    return arrived


def pooled(rng):
    """Four windows that share their largest pixel, then two maps of 7 x 7."""
    x = np.array([[1.0, 2, 0], [3, 9, 4], [0, 5, 1]])[..., None]
    by_hand = x, np.array([[1.0, 2], [3, 4]])[..., None], 2, 1

    def maps(rng, size, stride):
        return rng.normal(size=(7, 7, 2)), rng.normal(size=(3, 3, 2)), size, stride

    return [by_hand, *twins(maps, rng, (3, 2), (2, 2), (5, 1), (1, 3))]


def probability_map(maps, w, b, label):
    """Maps added up, each times the slope of the probability for its mean: (h, w)."""
    p = probabilities(maps, w, b)
    return maps @ (p[label] * (w[:, label] - w @ p))


def probabilities(maps, w, b):
    """Softmax of a dense layer behind the mean of each map: (classes,)."""
    logits = maps.mean(axis=(0, 1)) @ w + b
    e = np.exp(logits - logits.max())
    return e / e.sum()


def own_weights_alone(maps, w, b, label):
    """Forgets that the class's logit is not the only one that a map moves."""
    p = probabilities(maps, w, b)[label]
    return p * (1 - p) * maps @ w[:, label]


def overflowing(maps, w, b, label, others=1):
    """With exp of the logits as they are; ``others=0`` forgets the other classes."""
    e = np.exp(maps.mean(axis=(0, 1)) @ w + b)
    p = e / e.sum()
    if not others:
        return p[label] * (1 - p[label]) * maps @ w[:, label]
    return maps @ (p[label] * (w[:, label] - w @ p))


def classified(rng):
    """One pixel of two maps and two classes to be read, then three of four."""

    def four_maps(rng, label):
        maps = np.maximum(rng.normal(0.5, 1, (3, 5, 4)), 0)
        maps[0, 0, 0] = 1
        return maps, rng.normal(size=(4, 3)), rng.normal(size=3), label

    by_hand = np.array([[[2.0, 1]]]), np.array([[1.0, 0], [0, 1]]), np.zeros(2), 0
    return [by_hand, *twins(four_maps, rng, (2,), (0,), (1,))]


def occlusion_map(image, weights, size, value):
    """The logit with a square around each pixel in turn: (h, w)."""
    return occluded(image, weights, size, value)


def occluded(image, weights, size, value, fresh=True, inside=True, corner=False):
    """`occlusion_map`, with the bugs that are to be found."""
    found, half = np.zeros(image.shape), 0 if corner else size // 2
    covered = image.astype(float)
    for i, j in np.ndindex(image.shape):
        if fresh:
            covered = image.astype(float)
        top, left = (max(n - half, 0) if inside else n - half for n in (i, j))
        covered[top : i - half + size, left : j - half + size] = value
        found[i, j] = (covered * weights).sum()
    return found


def pushed_inside(image, weights, size, value):
    """The whole square stays inside the image."""
    h, w = image.shape
    found, half = occlusion_map(image, weights, size, value), size // 2
    rows = np.clip(np.arange(h), half, max(h - 1 - half, half))
    columns = np.clip(np.arange(w), half, max(w - 1 - half, half))
    return found[np.minimum(rows, h - 1)][:, np.minimum(columns, w - 1)]


def images(rng):
    """A picture of 2 x 3 pixels to be read, then pictures of 5 x 6."""
    by_hand = np.arange(1.0, 7).reshape(2, 3), np.ones((2, 3)), 1, 0.0

    def picture(rng, size, value):
        return rng.random((5, 6)), rng.normal(size=(5, 6)), size, value

    return [by_hand, *twins(picture, rng, (3, 0.5), (3, 0.0), (5, 0.5), (1, 1.0))]


QUESTIONS = (
    Question(
        homework="09",
        reference=unpool,
        inputs=pooled,
        edges={
            "tie": (np.full((3, 3, 1), 2.0), np.arange(1.0, 5).reshape(2, 2, 1), 2, 1),
            "zero": (
                np.array([[-1.0, 0], [-2, -3]])[..., None],
                np.ones((1, 1, 1)),
                2,
                1,
            ),
            "integer": (np.arange(9).reshape(3, 3, 1), np.full((1, 1, 1), 0.5), 3, 1),
        },
        spared={
            "nan": "Whether a nan is larger than 5 has no answer.",
            "empty": NEVER_EMPTY,
            "too large": NO_EXP,
        },
        points=2,
        hints=(
            "A loop over the places of the signal is welcome. Which pixels does the "
            "window of place (i, j) hold?",
            "It begins at (i * stride, j * stride). window.argmax() gives a number; "
            "np.unravel_index turns it into a row and a column.",
            "Two windows may share their largest pixel. What has arrived there stays.",
        ),
        mistakes={
            "Where windows share their largest pixel, a later signal overwrites an "
            "earlier one; they add up.": (
                lambda *given: unpooled(*given, np.argmax, lambda old, new: new)
            ),
            "Where windows share their largest pixel, the larger signal is kept; they "
            "add up.": lambda *given: unpooled(*given, np.argmax, np.maximum),
            "Where several are equally large, the first alone gets the signal.": (
                to_all_largest
            ),
            "Where several are equally large, it is the first, as one reads.": (
                lambda *given: unpooled(
                    *given,
                    lambda values: values.size - 1 - values.ravel()[::-1].argmax(),
                )
            ),
            "The signal goes to the middle of its window: the switches are not used.": (
                lambda *given: unpooled(*given, lambda values: values.size // 2)
            ),
            "The signal goes to the smallest pixel.": (
                lambda *given: unpooled(*given, np.argmin)
            ),
            "The signal is spread over the window, as in mean pooling.": spread,
        },
    ),
    RULES,
    Question(
        homework="09",
        reference=probability_map,
        inputs=classified,
        edges={
            "zero": (np.zeros((1, 2, 2)), np.eye(2), np.array([0.0, 1]), 1),
            "integer": (
                np.array([[[1, 2], [0, 3]]]),
                np.array([[0.5, 0], [0, 0.25]]),
                np.zeros(2),
                0,
            ),
            "too large": (
                np.array([[[1.0, 2], [0, 1]]]),
                np.eye(2),
                np.array([1001.0, 1000.0]),
                1,
            ),
        },
        spared={"tie": NO_ORDER, "nan": PASSES, "empty": NEVER_EMPTY},
        points=2,
        hints=(
            "First forward: the mean of each map, the logits, the softmax.",
            "The slope of p[c] for logit j is p[c] (1 - p[c]) where j is c, and "
            "-p[c] p[j] elsewhere.",
            "Sum over the logits: a map's weight is p[c] (w[k, c] - sum over j of p[j] "
            "w[k, j]).",
        ),
        mistakes={
            "This is the map of the logit.": lambda maps, w, b, c: maps @ w[:, c],
            "This is the map of log p. The slope of p itself is p times as large.": (
                lambda maps, w, b, c: maps @ (w[:, c] - w @ probabilities(maps, w, b))
            ),
            "A map moves the other logits too, and they move the probability.": (
                own_weights_alone
            ),
            "The slope was averaged over the pixels of a map; add it up.": (
                lambda maps, w, b, c: probability_map(maps, w, b, c) / maps[..., 0].size
            ),
            "What speaks against the class is cut off; here it is to stay.": (
                lambda *given: np.maximum(probability_map(*given), 0)
            ),
            "exp of a large logit overflows. Subtract the largest logit first.": (
                overflowing
            ),
            "A map moves the other logits too; and exp of a large logit overflows.": (
                lambda *given: overflowing(*given, others=0)
            ),
            "The sign is turned round: what speaks for the class is above 0.": (
                lambda *given: -probability_map(*given)
            ),
        },
    ),
    Question(
        homework="09",
        reference=occlusion_map,
        inputs=images,
        edges={
            "integer": (np.arange(9).reshape(3, 3), np.ones((3, 3)), 3, 0.5),
            "too large": (np.array([[1.0, 2], [3, 4]]), np.ones((2, 2)), 7, 0.5),
        },
        spared={
            "tie": NO_ORDER,
            "zero": SMOOTH,
            "nan": "Whether a square hides a nan depends on how one adds up.",
            "empty": NEVER_EMPTY,
        },
        points=2,
        hints=(
            "Print covered after two places. How many squares are in it?",
            "What does covered[-1:2] hold, if covered has five rows?",
            "Cover a copy that was made for this place, and begin at max(i - half, 0).",
        ),
        mistakes={
            "Both bugs are still there: squares of earlier places, and the border at "
            "the top and on the left.": (
                lambda *given: occluded(*given, fresh=False, inside=False)
            ),
            "The squares of earlier places are still there.": (
                lambda *given: occluded(*given, fresh=False)
            ),
            "At the top and on the left i - half is below 0, and that counts from the "
            "end.": lambda *given: occluded(*given, inside=False),
            "The square begins at the pixel; its middle belongs there.": (
                lambda *given: occluded(*given, corner=True)
            ),
            "A square at the border is pushed inside; a part of it may be outside.": (
                pushed_inside
            ),
            "The square has the value 0, whatever value says.": (
                lambda image, weights, size, value: occlusion_map(
                    image, weights, size, 0
                )
            ),
            "This is by how much the logit falls; asked is the logit itself.": (
                lambda image, weights, *square: (
                    (image * weights).sum() - occlusion_map(image, weights, *square)
                )
            ),
        },
    ),
    IMPORTANCE,
)
