"""Homework 09: what a trained classifier loses without a pixel."""

import numpy as np

from dlcourse.homework.question import Question
from dlcourse.homework.questions.drawing import NEVER_EMPTY, NO_EXP, SMOOTH, twins


def importance(x, labels, w, b):
    """By how much the accuracy falls when a pixel has its mean everywhere: (h, w)."""
    return falls(x, labels, w, b)


def falls(x, labels, w, b, fill=lambda x: x.mean(axis=0), fresh=True, of=None):
    """`importance`; ``fill`` gives what a pixel is replaced by, ``of`` the measure."""
    of = of or accuracy
    found, filled, hidden = np.zeros(x.shape[1:]), fill(x), x.astype(float)
    for i, j in np.ndindex(found.shape):
        if fresh:
            hidden = x.astype(float)
        hidden[:, i, j] = filled[..., i, j] if np.ndim(filled) > 1 else filled
        found[i, j] = of(x, labels, w, b) - of(hidden, labels, w, b)
    return found


def accuracy(x, labels, w, b):
    """Share of the pictures that a linear classifier gets right."""
    return np.mean((np.tensordot(x, w, 2) + b).argmax(axis=1) == labels)


def probability(x, labels, w, b):
    """Mean probability of the right class."""
    logits = np.tensordot(x, w, 2) + b
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.mean(e[range(len(x)), labels] / e.sum(axis=1))


def classifiers(rng):
    """Three pictures of one row to be read, then eleven of 3 x 4 pixels."""
    x = np.array([[[2.0, 0]], [[0, 1]], [[0, 3]]])
    each = np.array([[[1.0, 0], [0, 1]]])
    by_hand = x, np.array([0, 1, 1]), each, np.zeros(2)
    misled = (
        np.array([[[3.0, 2]], [[0, 2]], [[0, 2]]]),
        np.ones(3, int),
        each,
        0 * each[0, 0],
    )

    def trained(rng):
        w, mean = rng.normal(size=(3, 4, 3)), 2 * rng.normal(size=(3, 4))
        x = mean + rng.normal(size=(11, 3, 4))
        b = rng.normal(size=3) - np.tensordot(mean, w, 2)  # no class for all
        labels = (np.tensordot(x, w, 2) + b).argmax(axis=1)
        labels[rng.integers(0, 11, 3)] = rng.integers(0, 3, 3)
        return x, labels, w, b

    return [by_hand, misled, *twins(trained, rng, (), (), ())]


IMPORTANCE = Question(
    homework="09",
    reference=importance,
    inputs=classifiers,
    edges={
        "tie": (  # logits are equal where a pixel is replaced
            np.array([[[3.0, 0]], [[0, 2.0]], [[0, 2.0]]]),
            np.array([0, 1, 1]),
            np.array([[[1.0, 0], [0, 0]]]),
            np.array([0.0, 1]),
        ),
        "integer": (
            np.array([[[1, 0]], [[0, 1]], [[0, 1]]]),
            np.array([0, 1, 1]),
            np.array([[[1.0, 0], [0, 1]]]),
            np.array([0.25, 0]),
        ),
    },
    spared={
        "zero": SMOOTH,
        "nan": "Which class has the largest logit among nans has no answer.",
        "empty": NEVER_EMPTY,
        "too large": NO_EXP,
    },
    points=2,
    hints=(
        "Write the accuracy as a function of the pictures first: np.tensordot(x, w, 2) "
        "+ b are the logits.",
        "For each pixel: a copy of x in which hidden[:, i, j] is x[:, i, j].mean().",
        "What is asked is the accuracy before less the accuracy after.",
    ),
    mistakes={
        "The pixel became 0; it is to become its own mean over the pictures.": (
            lambda *given: falls(*given, fill=lambda x: np.zeros(x.shape[1:]))
        ),
        "Each pixel became the mean of all pixels; take its own, over the pictures.": (
            lambda *given: falls(*given, fill=np.mean)
        ),
        "Pixels that were replaced earlier are still replaced.": (
            lambda *given: falls(*given, fresh=False)
        ),
        "That is the accuracy without a pixel; asked is by how much it falls.": (
            lambda *given: accuracy(*given) - importance(*given)
        ),
        "The sign is turned round: where the accuracy falls, the number is above 0.": (
            lambda *given: -importance(*given)
        ),
        "These are numbers of pictures; asked are shares of them.": (
            lambda x, *given: len(x) * importance(x, *given)
        ),
        "That is the probability of the right class; asked is the accuracy.": (
            lambda *given: falls(*given, of=probability)
        ),
    },
)
