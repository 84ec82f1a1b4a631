"""Homework 19: what the best of several cells promises, and what it keeps."""

from functools import cache, partial
from math import comb
from pathlib import Path

import numpy as np

from dlcourse.homework.question import Question
from dlcourse.homework.questions.drawing import NEVER_EMPTY, SMOOTH, twins


def best_of(reported, again, draws):
    """Mean error of the best of some draws, as reported and when trained again."""
    return promised_and_kept(reported, again, draws)


def chance_of_each(reported, draws):
    """The chance that a cell is the best of the draws, equal ones alike: (cells,)."""
    better = (reported < reported[:, None]).mean(axis=1)
    equal = (reported == reported[:, None]).mean(axis=1)
    chance = (1 - better) ** draws - np.maximum(1 - better - equal, 0) ** draws
    return chance / (equal * len(reported))


def promised_and_kept(reported, again, draws, chance=chance_of_each):
    """`best_of`; a mistake takes other chances."""
    p = chance(reported, draws)
    return p @ reported, p @ again


def worst_of_each(reported, draws):
    """The chance that a cell is the worst of the draws."""
    return chance_of_each(-reported, draws)


def without_equals(reported, draws):
    """Of equal ones the first is always taken."""
    order = np.argsort(reported, kind="stable")
    left = 1 - np.arange(len(reported) + 1) / len(reported)
    found = np.zeros(len(reported))
    found[order] = left[:-1] ** draws - left[1:] ** draws
    return found


def unshared(reported, draws):
    """Each of equal ones has the chance of all of them."""
    equal = (reported == reported[:, None]).sum(axis=1)
    return chance_of_each(reported, draws) * equal


def without_replacement(reported, draws):
    """No cell is drawn twice."""
    n, draws = len(reported), min(draws, len(reported))
    worse, equal = (
        compared.sum(axis=1).tolist()
        for compared in (reported > reported[:, None], reported == reported[:, None])
    )
    pairs = zip(worse, equal, strict=True)
    ways = [(comb(w + e, draws) - comb(w, draws)) / e for w, e in pairs]
    return np.array(ways) / comb(n, draws)


@cache
def trained_cells():
    """Errors of the 735 cells of the lecture, trained from two seeds: (735, 2)."""
    path = Path(__file__).parents[2] / "search" / "cell_errors.csv"
    return np.loadtxt(path, delimiter=",", skiprows=1, usecols=(1, 3))


def searches(rng):
    """Three cells to be read, then forty cells of the lecture's table."""
    by_hand = np.array([40.0, 20, 30]), np.array([45.0, 35, 25]), 2
    one = np.array([40.0, 20, 30]), np.array([45.0, 35, 25]), 1

    def forty(rng, draws):
        table = trained_cells()
        reported, again = table[rng.permutation(len(table))[:40]].T
        return reported.copy(), again.copy(), draws

    return [by_hand, one, *twins(forty, rng, (3,), (10,), (30,))]


QUESTIONS = (
    Question(
        homework="19",
        reference=best_of,
        inputs=searches,
        edges={
            "tie": (np.array([20.0, 30, 20]), np.array([22.0, 40, 36]), 2),
            "integer": (np.array([20, 30, 50]), np.array([25, 31, 42]), 2),
            "too large": (np.array([20.0, 30, 50]), np.array([25.0, 31, 42]), 9999),
        },
        spared={
            "zero": SMOOTH,
            "nan": "Every cell that is drawn has been trained.",
            "empty": NEVER_EMPTY,
        },
        points=2,
        results=("promised", "kept"),
        hints=(
            "What is the chance that all draws are worse than a cell? That all are at "
            "least as bad as it?",
            "All at least as bad: (share of cells that are not better) ** draws. "
            "Subtract the chance that all are worse: then the best is this one.",
            "With this chance p for each cell: promised is the sum of p * reported, "
            "kept that of p * again. Equal cells share the chance.",
        ),
        mistakes={
            "Of equal cells each is as likely as the others, not always the first.": (
                partial(promised_and_kept, chance=without_equals)
            ),
            "Cells whose errors are equal share one chance; here each has all of it.": (
                partial(promised_and_kept, chance=unshared)
            ),
            "A cell may be drawn twice.": (
                partial(promised_and_kept, chance=without_replacement)
            ),
            "That is the best of all cells; only some are drawn.": (
                lambda reported, again, draws: (
                    reported.min(),
                    again[reported == reported.min()].mean(),
                )
            ),
            "That is a cell that nobody chose: the mean over all.": (
                lambda reported, again, draws: (reported.mean(), again.mean())
            ),
            "The winner is chosen by what is reported, and keeps that cell; it is not "
            "chosen anew.": (
                lambda reported, again, draws: (
                    best_of(reported, again, draws)[0],
                    best_of(again, reported, draws)[0],
                )
            ),
            "The winner is chosen by the error reported, not by that of the second "
            "training.": (
                lambda reported, again, draws: best_of(again, reported, draws)[::-1]
            ),
            "That is the worst of the draws: an error is to be small.": (
                partial(promised_and_kept, chance=worst_of_each)
            ),
            "This is one draw less.": (
                lambda reported, again, draws: best_of(reported, again, draws - 1)
            ),
        },
    ),
)
