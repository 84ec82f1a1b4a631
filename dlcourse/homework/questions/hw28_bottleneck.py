"""Homework 28: a bottleneck in place of a trained layer."""

from functools import partial

import numpy as np

from dlcourse.homework.question import Question
from dlcourse.homework.questions.drawing import NEVER_EMPTY, NO_EXP, NO_ORDER, twins


def bottleneck(x, w, width):
    """The best narrow layer for these inputs, its error, and the best one for w's."""
    return narrowed(x, w, width)


def of_weights(x, w, width):
    """The nearest matrix of so low a rank, whatever the inputs are."""
    u, s, v = np.linalg.svd(w, full_matrices=False)
    return (u[:, :width] * s[:width]) @ v[:width]


def of_outputs(x, w, width):
    """w, then a projection onto the main directions of the outputs."""
    _, _, v = np.linalg.svd(x @ w, full_matrices=False)
    return w @ v[:width].T @ v[:width]


def of_inputs(x, w, width):
    """A projection onto the main directions of the inputs, then w."""
    _, _, v = np.linalg.svd(x, full_matrices=False)
    return v[:width].T @ v[:width] @ w


def of_centred_outputs(x, w, width):
    """Main directions about the mean."""
    return of_outputs(x - x.mean(axis=0), w, width)


def of_smallest(x, w, width):
    """The directions in which the outputs vary least."""
    _, _, v = np.linalg.svd(x @ w, full_matrices=False)
    return w @ v[-width:].T @ v[-width:]


def one_wider(x, w, width):
    """One direction more."""
    return of_outputs(x, w, width + 1)


def largest_columns(x, w, width):
    """Keeps the outputs that are largest."""
    large = np.argsort(-np.sum((x @ w) ** 2, axis=0))[:width]
    return np.where(np.isin(np.arange(w.shape[1]), large), w, 0)


def in_outputs(x, w, narrow):
    """Share of the outputs' squares that is lost."""
    return np.sum((x @ (w - narrow)) ** 2) / np.sum((x @ w) ** 2)


def in_weights(x, w, narrow):
    """Share of the weights' squares that is lost."""
    return np.sum((w - narrow) ** 2) / np.sum(w**2)


def about_means(x, w, narrow):
    """Share of the outputs' variance that is lost."""
    return np.sum((x @ (w - narrow)) ** 2) / np.sum((x @ w - (x @ w).mean(0)) ** 2)


def narrowed(x, w, width, best=of_outputs, rival=of_weights, lost=in_outputs):
    """`bottleneck`; a mistake has another matrix, or another error."""
    narrow = best(x, w, width)
    return narrow, lost(x, w, narrow), lost(x, w, rival(x, w, width))


def layers_and_inputs(rng):
    """Two inputs and two outputs to be read, then six and five, of 30 examples."""
    by_hand = np.array([[3.0, 0], [0, 1]]), np.array([[1.0, 0], [0, 2]]), 1

    def drawn(rng, width):
        spread = np.array([4.0, 3, 2, 1, 0.5, 0.3])
        turned = np.linalg.qr(rng.normal(size=(6, 6)))[0]
        x = (rng.normal(size=(30, 6)) + rng.normal(0, 0.5, 6)) * spread @ turned
        return x, rng.normal(size=(6, 5)), width

    return [by_hand, *twins(drawn, rng, (2,), (1,), (3,))]


BOTTLENECK = Question(
    homework="28",
    reference=bottleneck,
    inputs=layers_and_inputs,
    edges={
        "zero": (  # nothing is lost
            np.array([[1.0, 0], [0, 2], [1, 1]]),
            np.array([[1.0, 0, 2], [2, 0, 4]]),
            1,
        ),
        "integer": (
            np.array([[1, 0, 2], [0, 2, 1], [1, 1, 0], [3, 1, 1]]),
            np.array([[1, 0, 2], [2, 1, 4], [0, 3, 1]]),
            1,
        ),
    },
    spared={
        "tie": NO_ORDER,
        "nan": "A trained layer has no gaps.",
        "empty": NEVER_EMPTY,
        "too large": NO_EXP,
    },
    points=3,
    results=("narrow", "error", "rival"),
    hints=(
        "np.linalg.svd(w) gives the rival: keep the largest singular values.",
        "For the error only the outputs x @ w count. Which matrix of that rank is "
        "nearest to these outputs?",
        "The main right singular vectors V of x @ w span the best plane of outputs: "
        "w @ V @ V.T projects onto it.",
    ),
    mistakes={
        "That is nearest to the weights; the outputs for these inputs count.": (
            partial(narrowed, best=of_weights)
        ),
        "Inputs that vary much need not make large outputs.": (
            partial(narrowed, best=of_inputs)
        ),
        "There is no bias that could take the mean of the outputs.": (
            partial(narrowed, best=of_centred_outputs)
        ),
        "The largest directions are kept.": partial(narrowed, best=of_smallest),
        "The bottleneck is one narrower.": partial(narrowed, best=one_wider),
        "A sum of all outputs, not some of the outputs, goes through a bottleneck.": (
            partial(narrowed, best=largest_columns)
        ),
        "The error is that of the outputs.": partial(narrowed, lost=in_weights),
        "The outputs' squares are compared, without their mean taken off.": (
            partial(narrowed, lost=about_means)
        ),
        "The error is a share of squares, without a root.": (
            partial(narrowed, lost=lambda *given: np.sqrt(in_outputs(*given)))
        ),
        "The error is a share.": (
            partial(narrowed, lost=lambda x, w, narrow: np.sum((x @ (w - narrow)) ** 2))
        ),
        "The error is what is lost, not what is kept.": (
            partial(narrowed, lost=lambda *given: 1 - in_outputs(*given))
        ),
        "The rival is nearest to the weights.": partial(narrowed, rival=of_inputs),
    },
)
QUESTIONS = (BOTTLENECK,)
