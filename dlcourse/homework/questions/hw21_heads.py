"""Homework 21: a head on codes, and a split that keeps groups together."""

from functools import partial

import numpy as np

from dlcourse.homework.question import Question
from dlcourse.homework.questions.drawing import COUNTS, NEVER_EMPTY, SUMS, twins


def head_on_codes(codes, labels, new, ridge):
    """Logits (m, classes) of a linear head, fitted to codes by ridge regression."""
    return fitted(codes, labels, new, ridge)


def standardized(codes, new):
    """Codes and new ones by the mean and deviation of codes."""
    mean, std = codes.mean(axis=0), codes.std(axis=0)
    std = np.where(std > 0, std, 1)  # a constant code is 0, and its weight as well
    return (codes - mean) / std, (new - mean) / std


def fitted(codes, labels, new, ridge, prepare=standardized, offset=True):
    """`head_on_codes`; a mistake prepares the codes in another way."""
    z, z_new = prepare(codes, new)
    y = np.eye(labels.max() + 1)[labels]
    mean = y.mean(axis=0) if offset else 0 * y[0]
    w = np.linalg.solve(z.T @ z + ridge * np.eye(z.shape[1]), z.T @ (y - mean))
    return z_new @ w + mean


def each_by_its_own(codes, new):
    """The new codes by their own mean and deviation."""
    return standardized(codes, codes)[0], standardized(new, new)[1]


def all_together(codes, new):
    """By mean and deviation of all codes, the new ones among them."""
    both = np.concatenate([codes, new])
    return standardized(both, codes)[1], standardized(both, new)[1]


def centred(codes, new):
    """The mean taken off, and nothing divided."""
    return codes - codes.mean(axis=0), new - codes.mean(axis=0)


def by_variance(codes, new):
    """Divided by the variance."""
    alive = codes.std(axis=0) > 0
    z, z_new = standardized(codes, new)
    std = np.where(alive, codes.std(axis=0), 1)
    return z / std, z_new / std


def divided_by_zero(codes, new):
    """A code that was constant gives nan."""
    mean, std = codes.mean(axis=0), codes.std(axis=0)
    return (codes - mean) / std, (new - mean) / std


def penalized_by_mean(codes, labels, new, ridge):
    """The squared errors are a mean, not a sum."""
    return fitted(codes, labels, new, ridge * len(codes))


def deviation_of_a_sample(codes, labels, new, ridge):
    """The deviation divides by n - 1: as a larger ridge."""
    return fitted(codes, labels, new, ridge * len(codes) / (len(codes) - 1))


def labels_themselves(codes, labels, new, ridge):
    """The answer one-hot, as if it were logits."""
    logits = head_on_codes(codes, labels, new, ridge)
    return np.eye(logits.shape[1])[logits.argmax(axis=1)]


def heads(rng):
    """Three codes of one number to be read, then twelve of a trained layer."""
    by_hand = np.array([[0.0], [0], [3]]), np.array([0, 0, 1]), np.array([[1.0]]), 3.0
    alike = twins(trained_codes, rng, (1.0,), (10.0,), (3.0,))
    return [by_hand, *alike]


def trained_codes(rng, ridge):
    """Codes of a layer trained to tell four classes, for pictures of three others."""
    source, target = rng.normal(0, 1.5, (4, 8)), rng.normal(0, 1.5, (3, 8))
    labels = rng.integers(0, 4, 60)
    x = source[labels] + rng.normal(size=(60, 8))
    w, head = rng.normal(0, 0.4, (8, 5)), rng.normal(0, 0.4, (5, 4))
    for _ in range(40):  # steps of gradient descent, by squared error
        h = np.maximum(x @ w, 0)
        error = (h @ head - np.eye(4)[labels]) / len(x)
        head, w = head - 0.1 * h.T @ error, w - 0.1 * x.T @ (error @ head.T * (h > 0))
    labels = rng.permutation([0, 1, 2] * 4)
    pictures = target[[*labels, 0, 1, 2, 0]] + rng.normal(size=(16, 8))
    codes = np.concatenate([np.maximum(pictures @ w, 0), np.zeros((16, 1))], axis=1)
    codes[12:, 5] = rng.uniform(1, 2, 4)  # dead for the pictures that have labels
    return codes[:12], labels, codes[12:], ridge


def grouped_split(groups, order, wanted):
    """Indices of the pictures to train on and to validate on, groups kept whole."""
    return divided(groups, order, wanted)


def divided(groups, order, wanted, enough=lambda held, more, wanted: held >= wanted):
    """`grouped_split`; ``enough`` says when no further group is held back."""
    held = np.zeros(len(groups), bool)
    for group in order:
        more = np.sum(groups == group)
        if enough(held.sum(), more, wanted):
            break
        held |= groups == group
    return np.flatnonzero(~held), np.flatnonzero(held)


def first_pictures(groups, order, wanted):
    """So many pictures, whatever their groups."""
    return np.arange(len(groups))[wanted:], np.arange(len(groups))[:wanted]


def through_groups(groups, order, wanted):
    """Just so many pictures, the last group divided."""
    sequence = np.concatenate([np.flatnonzero(groups == g) for g in order])
    return np.sort(sequence[wanted:]), np.sort(sequence[:wanted])


def group_by_group(groups, order, wanted):
    """The indices one group after the other."""
    parts = [set(part.tolist()) for part in divided(groups, order, wanted)]
    sequence = np.concatenate([np.flatnonzero(groups == g) for g in order])
    return tuple(np.array([i for i in sequence if i in p], int) for p in parts)


def one_at_least(groups, order, wanted):
    """Holds a group back before it asks whether there are enough."""
    return divided(groups, order, max(wanted, 1))


def skipping(groups, order, wanted):
    """Leaves out a group that is too large, and goes on with smaller ones."""
    held = np.zeros(len(groups), bool)
    for group in order:
        if held.sum() + np.sum(groups == group) <= wanted:
            held |= groups == group
    return np.flatnonzero(~held), np.flatnonzero(held)


def albums(rng):
    """Five pictures of two animals to be read, or of three, then 24 of eight."""
    by_hand = np.array([7, 3, 7, 7, 3]), np.array([3, 7]), 1
    small_last = np.array([1, 1, 2, 2, 3]), np.array([1, 2, 3]), 3

    def album(rng, wanted):
        names = rng.permutation(90)[:8] + 10
        groups = rng.permutation([*names, *names, *rng.choice(names, 8)])
        order = rng.permutation(names)
        # The first animal of the album is held back, and so are some others.
        order = np.array([groups[0], *order[order != groups[0]]])
        return groups, order, wanted

    made = [album(rng, wanted) for wanted in (5, 9, 12, 7)]
    for groups, order, _ in made[1:]:  # they begin with the same number
        own, first = groups[0], made[0][0][0]
        groups[groups == first], order[order == first] = 5, 5
        groups[groups == own], order[order == own] = first, first
    return [by_hand, small_last, *made]


HEAD = Question(
    homework="21",
    reference=head_on_codes,
    inputs=heads,
    edges={
        "zero": (
            np.array([[0.0, 2], [0, 4], [0, 9]]),
            np.array([0, 1, 1]),
            np.array([[5.0, 2], [0, 4]]),
            2.0,
        ),
        "integer": (
            np.array([[1, 2], [3, 4], [8, 1]]),
            np.array([0, 1, 2]),
            np.array([[5, 2]]),
            1.0,
        ),
    },
    spared=SUMS,
    points=3,
    hints=(
        "Which pictures may the mean and the deviation come from? The new ones are "
        "those that the head has not seen.",
        "A constant code has a deviation of 0. Write 1 in its place, or leave the code "
        "out everywhere; the ridge gives it no weight.",
        "Z.T @ Z + ridge I is the matrix, Z.T @ (Y - mean of Y) the right side; the "
        "mean of Y is added to the logits at the end.",
    ),
    mistakes={
        "The new pictures were standardized by their own mean and deviation: the same "
        "picture would get another answer in other company.": (
            partial(fitted, prepare=each_by_its_own)
        ),
        "Mean and deviation come from the new pictures as well; take those of codes.": (
            partial(fitted, prepare=all_together)
        ),
        "The codes are not divided by their deviation.": (
            partial(fitted, prepare=centred)
        ),
        "The codes are divided by the variance.": partial(fitted, prepare=by_variance),
        "A code that was constant while the head was fitted gives nan: 0 / 0.": (
            partial(fitted, prepare=divided_by_zero)
        ),
        "The codes are not standardized.": (
            partial(fitted, prepare=lambda codes, new: (codes, new))
        ),
        "The offset is missing: take the mean of Y off, and add it in the end.": (
            partial(fitted, offset=False)
        ),
        "The squared errors are summed, not averaged: the ridge is not to grow with "
        "the number of pictures.": penalized_by_mean,
        "The deviation divides by n, as np.std does, not by n - 1.": (
            deviation_of_a_sample
        ),
        "These are answers; asked are the logits.": labels_themselves,
    },
)
SPLIT = Question(
    homework="21",
    reference=grouped_split,
    inputs=albums,
    edges={
        "tie": (np.array([4, 4, 6, 6, 5]), np.array([4, 6, 5]), 2),
        "zero": (np.array([8, 9, 8]), np.array([9, 8]), 0),
        "too large": (np.array([8, 9, 8]), np.array([9, 8]), 5),
    },
    spared={"nan, integer": COUNTS, "empty": NEVER_EMPTY},
    points=2,
    results=("training", "validation"),
    hints=(
        "groups == g tells which pictures belong to a group.",
        "Before each group ask: are there enough already?",
        "np.flatnonzero of True and False gives the indices, in increasing order.",
    ),
    mistakes={
        "Pictures of one group are on both sides: these are just the first ones.": (
            first_pictures
        ),
        "The last group is divided; keep it whole, even if that is more than wanted.": (
            through_groups
        ),
        "There are fewer than wanted: the last group is missing.": (
            partial(divided, enough=lambda held, more, wanted: held + more > wanted)
        ),
        "There were just enough, and one more group was held back.": (
            partial(divided, enough=lambda held, more, wanted: held > wanted)
        ),
        "The groups come in the given order, not in that of their numbers.": (
            lambda groups, order, wanted: divided(groups, np.sort(order), wanted)
        ),
        "The groups are taken from the end of the order.": (
            lambda groups, order, wanted: divided(groups, order[::-1], wanted)
        ),
        "0 are wanted, and a group was held back: ask before you take it.": (
            one_at_least
        ),
        "The indices are to be in increasing order.": group_by_group,
        "A group that is too large was left out, and a later one taken.": skipping,
    },
)
QUESTIONS = HEAD, SPLIT
