"""Homework 20: top-k errors, and networks of which others are better in all."""

from functools import partial

import numpy as np

from dlcourse.homework.question import Question
from dlcourse.homework.questions.drawing import NEVER_EMPTY, NO_EXP, SMOOTH, twins


def top_k_errors(labels, logits, k):
    """Top-1 to top-k error, shares of the pictures: (k,)."""
    return errors(labels, logits, k)


def before(labels, logits):
    """How many other classes have a logit as high as the right one, or higher."""
    own = logits[np.arange(len(labels)), labels]
    return (logits >= own[:, None]).sum(axis=1) - 1


def ahead(labels, logits):
    """How many other classes have a higher logit."""
    return (logits > logits[np.arange(len(labels)), labels][:, None]).sum(axis=1)


def behind(labels, logits):
    """How many other classes have a lower logit."""
    return before(labels, -logits)


def errors(labels, logits, k, place=before, diverged=True, first=1):
    """`top_k_errors`; ``place`` says which place the right class has, from 0."""
    places = place(labels, logits)
    if diverged:
        places = np.where(np.isnan(logits).any(axis=1), logits.shape[1], places)
    return np.array([np.mean(places >= n) for n in range(first, first + k)])


def at_just_this_place(labels, logits, k):
    """The share of the pictures that each guess more brings."""
    wrong = np.concatenate([[1.0], errors(labels, logits, k)])
    return wrong[:-1] - wrong[1:]


def ranked(rng):
    """Two pictures of three classes to be read, then 20 of six classes."""
    by_hand = np.array([0, 2]), np.array([[0.5, 0.3, 0.2], [0.2, 0.7, 0.1]]), 2
    alike = twins(pictures, rng, (1,), (2,), (4,), (3,))
    return [by_hand, *alike]


def pictures(rng, k):
    """20 labels, each place of the right class at least twice."""
    places = rng.permutation([*range(6), *range(6), *rng.integers(0, 6, 8)])
    labels = rng.integers(0, 6, 20)
    logits = rng.normal(size=(20, 6))
    for row, label, place in zip(logits, labels, places, strict=True):
        other = np.argsort(-row)[place]  # exchange what stands there
        row[label], row[other] = row[other], row[label]
    return labels, logits, k


def dominated(prices):
    """How many networks are better than each; -1 where a price is missing: (n,)."""
    return counted(prices)


def better(prices):
    """Whether row i dominates row j: (n, n)."""
    one, other = prices[:, None], prices[None]
    return (one <= other).all(axis=2) & (one < other).any(axis=2)


def nowhere_worse(prices):
    """Whether row i is as good as row j in each column: itself and its equals too."""
    return (prices[:, None] <= prices[None]).all(axis=2)


def counted(prices, better=better, axis=0, missing=-1):
    """`dominated`; a mistake compares in another way."""
    number = better(prices).sum(axis=axis)
    return np.where(np.isnan(prices).any(axis=1), missing, number)


def tables(rng):
    """Four networks to be read, then twelve with three prices each."""
    by_hand = np.array([[1.0, 9], [2, 5], [3, 6], [4, 5]])

    def table(rng):
        prices = rng.integers(1, 9, (12, 3)).astype(float)
        prices[rng.integers(1, 12), rng.integers(3)] = np.nan
        prices[[2, 5]] = prices[[7, 3]]  # equal ones
        prices[1], prices[0] = prices[0] + [0, 1, 0], prices[0, 0]
        return (prices,)

    return [(by_hand,), *twins(table, rng, (), (), ())]


QUESTIONS = (
    Question(
        homework="20",
        reference=top_k_errors,
        inputs=ranked,
        edges={
            "tie": (np.array([1, 0, 2]), np.full((3, 4), 0.25), 3),
            "nan": (
                np.array([0, 1, 1]),
                np.array([[0.7, 0.3, np.nan], [np.nan] * 3, [0.1, 0.8, 0.1]]),
                3,
            ),
            "integer": (np.array([0, 1]), np.array([[3, 5, 4], [1, 2, 9]]), 2),
        },
        spared={"zero": SMOOTH, "empty": NEVER_EMPTY, "too large": NO_EXP},
        points=2,
        hints=(
            "For each picture: how many other classes have a logit that is at least as "
            "high as that of the right class?",
            "logits[np.arange(n), labels] are the logits of the right classes. Compare "
            "all others with it; the right class itself does not count.",
            "Every comparison with nan is False. Look for nan before you count.",
        ),
        mistakes={
            "Where another class has the same logit the picture is wrong: a network "
            "that says the same of all classes knows nothing.": (
                partial(errors, place=ahead)
            ),
            "A picture with a nan among its logits is wrong, whatever k is.": (
                partial(errors, diverged=False)
            ),
            "This is the share that is right; asked is the error.": (
                lambda *given: 1 - errors(*given)
            ),
            "The lowest logits were taken for the best.": (
                partial(errors, place=behind)
            ),
            "These are the errors of top-0 to top-(k - 1).": partial(errors, first=0),
            "These are the errors of top-2 to top-(k + 1).": partial(errors, first=2),
            "That is the share of pictures whose class stands at just this place; a "
            "top-5 guess may stand at any of five.": at_just_this_place,
            "These are numbers of pictures; asked are shares of them.": (
                lambda labels, *given: errors(labels, *given) * len(labels)
            ),
        },
    ),
    Question(
        homework="20",
        reference=dominated,
        inputs=tables,
        edges={
            "tie": (np.array([[2.0, 3], [2, 3], [2, 4], [1, 4]]),),
            "nan": (np.array([[1.0, 1], [2, np.nan], [np.nan, 0.5], [2, 2]]),),
            "integer": (np.array([[3, 1, 2], [3, 1, 3], [4, 2, 2]]),),
        },
        spared={"zero": SMOOTH, "empty": NEVER_EMPTY, "too large": NO_EXP},
        points=2,
        hints=(
            "Write when network i dominates network j, for one pair: two conditions.",
            "Nowhere worse: all of <=. Better somewhere: any of <. prices[:, None] and "
            "prices[None] compare all pairs at once.",
            "A comparison with nan is False, so a row with nan takes no part. But it "
            "does not get a 0 for it.",
        ),
        mistakes={
            "Equal in one price and better in another is enough to dominate.": (
                partial(
                    counted,
                    better=lambda p: (p[:, None] < p[None]).all(axis=2),
                )
            ),
            "Networks that are equal do not dominate each other, nor themselves.": (
                partial(counted, better=nowhere_worse)
            ),
            "These are the networks that each dominates, not those that dominate it; a "
            "small price is a good one.": partial(counted, axis=1),
            "It has to be nowhere worse, not only better somewhere.": (
                partial(
                    counted,
                    better=lambda p: (p[:, None] < p[None]).any(axis=2),
                )
            ),
            "A network whose price is missing is not on the front: -1, not 0.": (
                partial(counted, missing=0)
            ),
            "The last price counts as well.": (
                lambda prices: counted(np.delete(prices, -1, axis=1))
            ),
            "How many dominate it is asked, not whether one does.": (
                lambda prices: np.minimum(counted(prices), 1)
            ),
        },
    ),
)
