"""Homework 14: the hill between two networks."""

from functools import partial

import numpy as np

from dlcourse.homework.question import Question
from dlcourse.homework.questions.drawing import NEVER_EMPTY, PASSES, twins


def hill(hidden, out, x, labels, points):
    """Losses on the line between two networks, and the height of the hill on it."""
    losses = losses_between(hidden, out, x, labels, points)
    return losses, above_the_line(losses)


def above_the_line(losses):
    """How far the losses rise above the straight line between the first and last."""
    return (losses - np.linspace(losses[0], losses[-1], len(losses))).max()


def cross_entropy(logits, labels):
    """Of each image; exp does not overflow."""
    logits = logits - logits.max(axis=1, keepdims=True)
    every = np.arange(len(labels))
    return np.log(np.exp(logits).sum(axis=1)) - logits[every, labels]


def naive_cross_entropy(logits, labels):
    """exp overflows."""
    p = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    return -np.log(p[np.arange(len(labels)), labels])


def between(pair, a):
    """The place a on the line between two arrays that are stacked."""
    return (1 - a) * pair[0] + a * pair[1]


def evenly(points):
    """The places, from the first network to the second."""
    return np.linspace(0, 1, points)


def losses_between(
    hidden,
    out,
    x,
    labels,
    points,
    places=evenly,
    moved=(True, True),
    loss=cross_entropy,
    total=np.mean,
):
    """The loss at so many places on the line; a mistake moves one matrix alone."""
    losses = []
    for a in places(points):
        first, second = (
            between(pair, a) if moves else pair[0]
            for pair, moves in zip((hidden, out), moved, strict=True)
        )
        losses.append(total(loss(np.maximum(x @ first, 0) @ second, labels)))
    return np.array(losses)


def hill_of(hidden, out, x, labels, points, height=above_the_line, **changes):
    """`hill`, and what becomes of it by a mistake."""
    losses = losses_between(hidden, out, x, labels, points, **changes)
    return losses, height(losses)


def of_ensemble(hidden, out, x, labels, points, probabilities=False):
    """The answers of both networks are averaged, not their weights."""
    logits = np.maximum(x @ hidden, 0) @ out
    if probabilities:
        logits = logits - logits.max(axis=2, keepdims=True)
        logits = np.exp(logits) / np.exp(logits).sum(axis=2, keepdims=True)
    losses = []
    for a in np.linspace(0, 1, points):
        mixed = between(logits, a)
        mixed = np.log(mixed) if probabilities else mixed
        losses.append(cross_entropy(mixed, labels).mean())
    return np.array(losses), above_the_line(np.array(losses))


# A network of two hidden units and its twin: one unit works, the other does nothing.
TWIN = (
    np.array([[[1.0, 0]], [[0.0, 1]]]),
    np.array([[[4.0, 0], [0, 0]], [[0.0, 0], [4, 0]]]),
    np.array([[1.0]]),
    np.array([0]),
)


def pairs(rng):
    """A network and its twin to be read, a weaker twin, and any networks."""

    first = rng.normal(size=(3, 5))

    def some(rng, points):
        x, out, order = (
            rng.normal(size=(8, 3)),
            2 * rng.normal(size=(5, 3)),
            rng.permutation(5),
        )
        labels = (np.maximum(x @ first, 0) @ out).argmax(axis=1)
        hidden = np.stack([first, first[:, order]])
        return hidden, np.stack([out, 0.6 * out[order]]), x, labels, points

    weaker = TWIN[0], TWIN[1] * [[[1]], [[0.5]]], *TWIN[2:], 5
    return [(*TWIN, 3), weaker, *twins(some, rng, (4,), (7,), (9,))]


QUESTIONS = (
    Question(
        homework="14",
        reference=hill,
        inputs=pairs,
        edges={
            "tie": (
                np.array([TWIN[0][0]] * 2),
                np.array([TWIN[1][0]] * 2),
                *TWIN[2:],
                5,
            ),
            "zero": (  # a valley: the product of 0 and 2, of 1 and 1, of 2 and 0
                np.array([[[0.0]], [[2.0]]]),
                np.array([[[2.0, 0]], [[0.0, 0]]]),
                *TWIN[2:],
                3,
            ),
            "integer": (
                np.array([[[1, 0]], [[0, 1]]]),
                np.array([[[3, 0], [0, 0]], [[0, 1], [2, 0]]]),
                np.array([[1], [2]]),
                np.array([0, 1]),
                4,
            ),
            "too large": (
                np.array([[[1000.0, 0]], [[0.0, 1]]]),
                np.array([[[1.0, 0], [0, 0]], [[0.0, 0], [900, 0]]]),
                np.array([[1.0], [2]]),
                np.array([1, 0]),
                3,
            ),
        },
        spared={"nan": PASSES, "empty": NEVER_EMPTY},
        points=2,
        results=("losses", "height"),
        hints=(
            "What lies at the place a is one network, with the weights "
            "(1 - a) * first + a * second. Which losses stand at a = 0 and a = 1?",
            "Draw the losses over a, and a straight line from the first to the last. "
            "Where the ends differ, how high is a hill?",
            "np.linspace(losses[0], losses[-1], points) is the line; the height is "
            "the largest of losses - line.",
        ),
        mistakes={
            "losses is right. The height is not the largest loss: subtract the line "
            "between both ends.": partial(hill_of, height=np.max),
            "losses is right. The height is measured from the line between both ends, "
            "not from the lower end.": (
                partial(hill_of, height=lambda e: e.max() - min(e[0], e[-1]))
            ),
            "losses is right. The height is measured from the line between both ends, "
            "not from the higher end.": (
                partial(hill_of, height=lambda e: e.max() - max(e[0], e[-1]))
            ),
            "losses is right. The height is measured from the line between both ends, "
            "not from their mean.": (
                partial(hill_of, height=lambda e: e.max() - (e[0] + e[-1]) / 2)
            ),
            "losses is right. A valley is no hill: its height is 0.": partial(
                hill_of, height=lambda e: max(above_the_line(e), above_the_line(-e))
            ),
            "The last place has to be a = 1, the second network.": partial(
                hill_of, places=lambda points: np.arange(points) / points
            ),
            "The line goes from the first network to the second; this one goes back.": (
                partial(hill_of, places=partial(np.linspace, 1, 0))
            ),
            "Average the weights, not the outputs of both networks.": of_ensemble,
            "Average the weights, not the probabilities of both networks.": (
                partial(of_ensemble, probabilities=True)
            ),
            "The loss is the mean over the images, not the sum.": (
                partial(hill_of, total=np.sum)
            ),
            "Both matrices move; here out stays that of the first network.": (
                partial(hill_of, moved=(True, False))
            ),
            "Both matrices move; here hidden stays that of the first network.": (
                partial(hill_of, moved=(False, True))
            ),
            "exp of a large number overflows. Subtract the largest output of each "
            "image before exp.": partial(hill_of, loss=naive_cross_entropy),
        },
    ),
)
