"""Homework 06: mixup, and counting crops."""

import numpy as np

from dlcourse.homework.question import Question
from dlcourse.homework.questions.drawing import (
    NEVER_EMPTY,
    NO_EXP,
    PASSES,
    twins,
)


def mixup(x, labels, order, share):
    """Mix each example, and its label, with another one."""
    of_x = share.reshape(-1, 1, 1, 1)
    of_labels = share[:, None]
    return (
        of_x * x + (1 - of_x) * x[order],
        of_labels * labels + (1 - of_labels) * labels[order],
    )


def winner_takes_all(x, labels, order, share):
    """Gives the mixture the label of the larger share."""
    larger = np.where(share[:, None] >= 0.5, labels, labels[order])
    return mixup(x, labels, order, share)[0], larger


def batches(rng):
    """Two pictures of one pixel to be read, and batches of five larger ones."""
    x = np.array([10.0, 20]).reshape(2, 1, 1, 1)
    by_hand = x, np.eye(2), np.array([1, 0]), np.array([0.7, 0.4])
    return [by_hand, *twins(five_pictures, rng, (1,), (2,))]


def five_pictures(rng, step):
    """Five pictures of three classes; nobody is mixed with itself."""
    order = np.roll(np.arange(5), step)
    labels = np.eye(3)[(np.arange(5) + step) % 3]
    return rng.normal(size=(5, 3, 4, 2)), labels, order, rng.uniform(0.1, 0.9, 5)


QUESTIONS = (
    Question(
        homework="06",
        reference=mixup,
        inputs=batches,
        edges={
            "tie": (
                np.ones((2, 1, 1, 1)),
                np.eye(2),
                np.array([1, 0]),
                np.full(2, 0.5),
            ),
            "zero": (
                np.array([1.0, 2]).reshape(2, 1, 1, 1),
                np.eye(2),
                np.array([1, 0]),
                np.array([0.0, 1]),
            ),
            "integer": (
                np.array([10, 21]).reshape(2, 1, 1, 1),
                np.eye(2, dtype=int),
                np.array([1, 0]),
                np.array([0.75, 0.5]),
            ),
        },
        spared={"nan": PASSES, "empty": NEVER_EMPTY, "too large": NO_EXP},
        points=2,
        results=("x", "labels"),
        hints=(
            "x[order] is the other picture of each.",
            "share is (n,). What shape fits (n, h, w, c), and what (n, classes)?",
            "share.reshape(-1, 1, 1, 1) for pictures, share[:, None] for labels.",
        ),
        mistakes={
            "The labels stayed as they were. A mixed picture needs a mixed label.": (
                lambda x, t, order, share: (mixup(x, t, order, share)[0], t)
            ),
            "The shares are exchanged: share is that of the picture itself.": (
                lambda x, t, order, share: mixup(x, t, order, 1 - share)
            ),
            "The label is that of the larger share; it has to be mixed as well.": (
                winner_takes_all
            ),
            "The shares of the labels go along the classes. Each belongs to a row: "
            "share[:, None] has the shape (n, 1).": (
                lambda x, t, order, share: (
                    mixup(x, t, order, share)[0],
                    share * t + (1 - share) * t[order],
                )
            ),
            "All pictures get the share of the first one.": (
                lambda x, t, order, share: mixup(x, t, order, 0 * share + share[0])
            ),
            "The pictures and the labels are mixed with different partners.": (
                lambda x, t, order, share: (
                    mixup(x, t, order, share)[0],
                    mixup(x, t, np.argsort(order), share)[1],
                )
            ),
        },
    ),
)
