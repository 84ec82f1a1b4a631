"""Homework 30: prototypes, each example judged without itself."""

from functools import partial

import numpy as np

from dlcourse.homework.question import Question
from dlcourse.homework.questions.drawing import NEVER_EMPTY, NO_EXP, twins


def prototype_error(x, labels):
    """The class of the nearest prototype, made without the example, and the error."""
    return guessed(x, labels)


def without_itself(x, labels, i):
    """All examples but one."""
    return np.arange(len(x)) != i


def with_itself(x, labels, i):
    """All examples."""
    return np.ones(len(x), bool)


def squares(example, prototypes):
    """Squared distances from all prototypes."""
    return np.sum((example - prototypes) ** 2, axis=1)


def sums_of_lengths(example, prototypes):
    """Distances along the axes, added."""
    return np.sum(np.abs(example - prototypes), axis=1)


def products(example, prototypes):
    """Minus the products: the longest prototype wins."""
    return -prototypes @ example


def angles(example, prototypes):
    """Minus the cosines, apart from the length of the example."""
    return products(example, prototypes) / np.linalg.norm(prototypes, axis=1)


def guessed(
    x,
    labels,
    kept=without_itself,
    far=squares,
    centre=lambda members: members.mean(axis=0),
    nearest=np.nanargmin,
    share=lambda wrong: wrong.mean(),
    alone=np.nan,
):
    """`prototype_error`; a mistake keeps other examples, or has another distance."""
    classes, found = labels.max() + 1, np.zeros(len(x), int)
    for i in range(len(x)):
        prototypes = np.full((classes, x.shape[1]), alone, float)
        for label in range(classes):
            members = x[kept(x, labels, i) & (labels == label)]
            if len(members):
                prototypes[label] = centre(members)
        found[i] = nearest(far(x[i], prototypes))
    return found, share(found != labels)


def nearest_example(x, labels):
    """The class of the nearest example."""
    far = np.sum((x[:, None] - 1.0 * x) ** 2, axis=2)
    np.fill_diagonal(far, np.inf)
    found = labels[far.argmin(axis=1)]
    return found, np.mean(found != labels)


def alone_are_right(x, labels):
    """Who is the only one of a class is taken for right."""
    found, _ = guessed(x, labels)
    alone = np.bincount(labels)[labels] == 1
    found = np.where(alone, labels, found)
    return found, np.mean(found != labels)


def class_by_class(x, labels):
    """The mean of the errors of the classes."""
    found, _ = guessed(x, labels)
    wrong = [np.mean(found[labels == c] != c) for c in np.unique(labels)]
    return found, np.mean(wrong)


def last_of_equals(far):
    """The last of the nearest."""
    return len(far) - 1 - np.nanargmin(far[::-1])


def shots(rng):
    """Five examples on a line to be read, then thirteen of four classes."""
    by_hand = np.array([[0.0], [1], [5], [4.4], [9]]), np.array([0, 0, 0, 1, 1])

    def drawn(rng):
        labels = rng.permutation([0, 0, 0, 0, 1, 1, 1, 2, 2, 2, 2, 2, 3])
        centres = rng.normal(1, 1.3, (4, 3))
        return centres[labels] + rng.normal(0, 1, (13, 3)), labels

    return [by_hand, *(twin for _ in range(3) for twin in twins(drawn, rng, (), ()))]


PROTOTYPES = Question(
    homework="30",
    reference=prototype_error,
    inputs=shots,
    edges={
        "tie": (
            np.array([[0.0, 0], [2, 0], [4, 0], [6, 0], [1, 8]]),
            np.array([1, 0, 0, 1, 1]),
        ),
        "zero": (np.zeros((4, 2)), np.array([1, 1, 0, 0])),
        "integer": (
            np.array([[0, 1], [3, 0], [1, 2], [4, 1], [2, 2], [-1, -1]]),
            np.array([0, 1, 0, 1, 0, 2]),
        ),
    },
    spared={
        "nan": "A feature has no gaps.",
        "empty": NEVER_EMPTY,
        "too large": NO_EXP,
    },
    points=2,
    results=("found", "error"),
    hints=(
        "Only one prototype changes when an example is left out: that of its own "
        "class.",
        "If m examples have the mean p, the mean without x is (m p - x) / (m - 1).",
        "A class of a single example has no prototype without it: set its distance to "
        "infinity. np.argmin takes the first of equals.",
    ),
    mistakes={
        "Each example has helped to make the prototype that it is compared with.": (
            partial(guessed, kept=with_itself)
        ),
        "The other classes keep all their examples, and its own loses one, not all.": (
            partial(guessed, kept=lambda x, labels, i: labels != labels[i])
        ),
        "The nearest prototype, not the nearest example.": nearest_example,
        "Distances are Euclidean.": partial(guessed, far=sums_of_lengths),
        "A product is no distance: a long prototype wins it.": (
            partial(guessed, far=products)
        ),
        "An angle is no distance.": partial(guessed, far=angles),
        "A prototype is the mean of its examples.": (
            partial(guessed, centre=lambda members: np.median(members, axis=0))
        ),
        "A prototype is a mean, not a sum.": (
            partial(guessed, centre=lambda members: members.sum(axis=0))
        ),
        "The nearest prototype wins.": partial(guessed, nearest=np.nanargmax),
        "Of equally near prototypes the first class wins.": (
            partial(guessed, nearest=last_of_equals)
        ),
        "A class that has nobody left has no prototype, not one at 0.": (
            partial(guessed, alone=0)
        ),
        "Who is the only one of a class has no prototype there, and cannot be guessed "
        "to be in it. (np.argmin takes nan for the smallest.)": alone_are_right,
        "The error is the share of examples that are wrong.": (
            partial(guessed, share=lambda wrong: 1 - wrong.mean())
        ),
        "The error is a share.": partial(guessed, share=np.sum),
        "All examples count alike, in large classes and in small ones.": class_by_class,
    },
)
QUESTIONS = (PROTOTYPES,)
