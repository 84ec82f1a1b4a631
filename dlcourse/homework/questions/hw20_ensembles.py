"""Homework 20: members with weights of their own, and crops averaged."""

from functools import partial

import numpy as np

from dlcourse.homework.question import Question
from dlcourse.homework.questions.drawing import (
    NEVER_EMPTY,
    NO_ORDER,
    PASSES,
    SMOOTH,
    SUMS,
    twins,
)


def ensemble_weights(predictions, labels, ridge):
    """Weights of the members, (members,), and the ensemble's squared error."""
    return weighted(predictions, labels, ridge)


def in_common(predictions, labels):
    """The matrix C of what two members' errors have in common."""
    e = predictions - np.eye(predictions.shape[2])[labels]
    return np.einsum("ipc,jpc->ij", e, e) / len(labels)


def least(c, ridge):
    """The weights with a sum of 1 for which w C w + ridge w w is least."""
    w = np.linalg.solve(c + ridge * np.eye(len(c)), np.ones(len(c)))
    return w / w.sum()


def weighted(predictions, labels, ridge, choose=least, pictures=len):
    """`ensemble_weights`; a mistake chooses the weights in another way."""
    c = in_common(predictions, labels)
    w = choose(c, ridge)
    return w, w @ c @ w * len(labels) / pictures(labels)


def unscaled(c, ridge):
    """The solution of the equations, whose sum is any number."""
    return np.linalg.solve(c + ridge * np.eye(len(c)), np.ones(len(c)))


def without_negative(c, ridge):
    """Negative weights become 0 afterwards."""
    w = np.maximum(least(c, ridge), 0)
    return w / w.sum()


def by_own_error(c, ridge):
    """One over each member's own squared error, whatever is in common."""
    w = 1 / (np.diag(c) + ridge)
    return w / w.sum()


def best_alone(c, ridge):
    """All weight to the member with the least squared error."""
    return np.eye(len(c))[np.diag(c).argmin()]


def with_ridge(predictions, labels, ridge):
    """The squared error with what the ridge adds to it."""
    w, error = weighted(predictions, labels, ridge)
    return w, error + ridge * w @ w


def mean_over_classes(predictions, labels, ridge):
    """C as a mean over the classes as well."""
    classes = predictions.shape[2]
    w, error = weighted(predictions, labels, ridge * classes)
    return w, error / classes


def members(rng):
    """Two members and one picture to be read, then four networks that are trained."""
    by_hand = np.array([[[0.8, 0.2]], [[0.4, 0.6]]]), np.array([0]), 0.08
    return [by_hand, *twins(networks, rng, (0.1,), (0.5,), (0.2,))]


def networks(rng, ridge):
    """Predictions of softmax regressions, trained on halves of one set: (4, 20, 3)."""
    centres, own = rng.normal(0, 1.2, (3, 6)), rng.normal(0, 0.6, (4, 6, 3))
    labels = rng.permutation([0, 1, 2, *rng.integers(0, 3, 57)])
    x = centres[labels] + rng.normal(size=(60, 6))
    predictions = []
    for w in own:  # the random numbers that a training begins with
        part = rng.permutation(40)[:20]
        for _ in range(30):
            error = softmax(x[part] @ w) - np.eye(3)[labels[part]]
            w = w - 0.02 * x[part].T @ error
        predictions.append(softmax(x[40:] @ w))
    return np.array(predictions), labels[40:], ridge


def softmax(z):
    """Probabilities along the last axis."""
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def crops_averaged(logits, crops):
    """Mean probabilities of each picture over its crops: (pictures, classes)."""
    return averaged(logits, crops)


def first_crop_first(p, crops):
    """All pictures' first crops stand before all second ones: (crops, n, classes)."""
    return p.reshape(crops, -1, p.shape[1])


def side_by_side(p, crops):
    """As if the crops of a picture stood one after the other."""
    return p.reshape(-1, crops, p.shape[1]).swapaxes(0, 1)


def averaged(logits, crops, split=first_crop_first, before=softmax, after=None):
    """`crops_averaged`; a mistake splits in another way, or averages something else."""
    mean = split(before(logits), crops).mean(axis=0)
    return after(mean) if after else mean


def votes(logits, crops):
    """Each crop votes for its class."""
    chosen = np.eye(logits.shape[1])[logits.argmax(axis=1)]
    return first_crop_first(chosen, crops).mean(axis=0)


def unsafe(z):
    """Probabilities by exp of the logits as they are."""
    return np.exp(z) / np.exp(z).sum(axis=-1, keepdims=True)


def batches(rng):
    """Two pictures with two crops to be read, then twelve rows of logits."""
    by_hand = np.array([[0.0, 0], [3, 0], [0, 1], [0, 2]]), 2

    def rows(rng, crops):
        return rng.normal(0, 2, (12, 3)), crops

    return [by_hand, *twins(rows, rng, (2,), (3,), (4,), (2,))]


WEIGHTS = Question(
    homework="20",
    reference=ensemble_weights,
    inputs=members,
    edges={
        "zero": (
            np.array([[[1.0, 0], [0.5, 0.5]], [[0.5, 0.5], [0, 1]]]),
            np.array([0, 1]),
            0.0,
        ),
        "integer": (
            np.array([[[1, 0], [1, 0]], [[0, 1], [0, 1]], [[1, 0], [0, 1]]]),
            np.array([0, 1]),
            0.5,
        ),
    },
    spared=SUMS,
    points=2,
    results=("weights", "error"),
    hints=(
        "First the errors e = p - y, then C: one number for each pair of members, the "
        "mean over the pictures of the products summed over the classes.",
        "Where the sum of the weights is fixed, moving a little weight from one member "
        "to another must change nothing at the minimum: all entries of C w are equal.",
        "So solve (C + ridge I) u = (1, 1, …), and divide u by its sum.",
    ),
    mistakes={
        "The weights do not sum to 1.": partial(weighted, choose=unscaled),
        "These are equal weights.": (
            partial(weighted, choose=lambda c, ridge: np.full(len(c), 1 / len(c)))
        ),
        "All weight is on one member: two together can be better than the best.": (
            partial(weighted, choose=best_alone)
        ),
        "A weight may be below 0 here: cut off afterwards, the rest is not the best.": (
            partial(weighted, choose=without_negative)
        ),
        "Each weight comes from a member's own error alone; what it has in common with "
        "the others counts.": partial(weighted, choose=by_own_error),
        "The ridge is missing from the diagonal of C.": (
            partial(weighted, choose=lambda c, ridge: least(c, 0))
        ),
        "The ridge is for finding the weights; the error that is asked for is w C w.": (
            with_ridge
        ),
        "e_i · e_j is summed over the classes; the mean is over the pictures alone.": (
            mean_over_classes
        ),
        "The squared error is a mean over the pictures.": (
            partial(weighted, pictures=lambda labels: 1)
        ),
    },
)
CROPS = Question(
    homework="20",
    reference=crops_averaged,
    inputs=batches,
    edges={
        "too large": (np.array([[1000.0, 0], [0, 1], [0, 3], [2, 900]]), 2),
        "integer": (np.array([[1, 0], [0, 2], [0, 3], [2, 0]]), 2),
    },
    spared={
        "tie": NO_ORDER,
        "zero": SMOOTH,
        "nan": PASSES,
        "empty": NEVER_EMPTY,
    },
    points=2,
    hints=(
        "Two pictures, two crops: in which order do the four rows stand? Which two of "
        "them does the code average?",
        "The first axis of reshape changes most slowly from row to row. The first half "
        "of the rows is the first crop of all pictures.",
        "The second bug is in the order of softmax and mean. The mean of logits is not "
        "the logit of the mean.",
    ),
    mistakes={
        "Different pictures are averaged: the rows are the first crop of all pictures, "
        "then the second of all.": partial(averaged, split=side_by_side),
        "The logits are averaged; average the probabilities, as the lecture does.": (
            partial(averaged, before=lambda z: z, after=softmax)
        ),
        "Both bugs are still in it.": (
            partial(averaged, split=side_by_side, before=lambda z: z, after=softmax)
        ),
        "These are logits; softmax makes probabilities of them.": (
            partial(averaged, before=lambda z: z)
        ),
        "The crops are added up; take the mean.": (
            lambda logits, crops: averaged(logits, crops) * crops
        ),
        "Each crop votes for one class here; average their probabilities.": votes,
        "exp of a large logit is infinite: take the largest logit off first.": (
            partial(averaged, before=unsafe)
        ),
        "That is the first crop alone.": (
            partial(averaged, split=lambda p, n: first_crop_first(p, n)[:1])
        ),
        "The softmax runs over the classes of a row, not over the rows.": (
            partial(averaged, before=lambda z: softmax(z.T).T)
        ),
    },
)
QUESTIONS = WEIGHTS, CROPS
