"""Homework 30: nested validation, in which the choice never sees the test."""

from functools import partial

import numpy as np

from dlcourse.homework.question import Question
from dlcourse.homework.questions.drawing import NEVER_EMPTY, NO_EXP, SMOOTH, twins


def nested_error(inner, outer, sizes):
    """The candidate of each outer fold, and the error of the whole procedure."""
    return nested(inner, outer, sizes)


def within_the_fold(inner, outer):
    """Mean inner errors (folds, candidates) of each fold; nan where a run failed."""
    return inner.mean(axis=1)


def over_all_folds(inner, outer):
    """The same means for all folds: examples of the test take part in them."""
    return np.broadcast_to(inner.mean(axis=(0, 1)), outer.shape)


def failed_left_out(inner, outer):
    """A failed run does not count."""
    return np.nanmean(inner, axis=1)


def by_size(errors, sizes):
    """The mean over all examples of the outer folds."""
    return errors @ sizes / sizes.sum()


def nested(
    inner, outer, sizes, judged=within_the_fold, best=np.nanargmin, mean=by_size
):
    """`nested_error`; a mistake chooses by other errors, or has another mean."""
    picked = best(judged(inner, outer), axis=1)
    return picked, mean(outer[np.arange(len(outer)), picked], sizes)


def both_leaks(inner, outer, sizes):
    """One candidate for all folds, failed runs left out, folds counted alike."""
    judged = np.broadcast_to(np.nanmean(inner, axis=(0, 1)), outer.shape)
    picked = judged.argmin(axis=1)
    return picked, outer[np.arange(len(outer)), picked].mean()


def of_inner_errors(inner, outer, sizes):
    """The inner errors of those that were picked."""
    picked, _ = nested(inner, outer, sizes)
    errors = within_the_fold(inner, outer)[np.arange(len(outer)), picked]
    return picked, by_size(errors, sizes)


def the_last_of_equals(errors, axis):
    """The last of the lowest errors."""
    turned = np.nanargmin(errors[:, ::-1], axis=axis)
    return errors.shape[1] - 1 - turned


def failed_is_best(errors, axis):
    """As `np.argmin` has it: nan comes first."""
    return np.argmin(errors, axis=axis)


def tables(rng):
    """Two folds and two candidates to be read, then four folds and five candidates."""
    by_hand = (
        np.array([[[0.2, 0.3], [0.4, 0.1]], [[0.1, 0.6], [0.3, 0.2]]]),
        np.array([[0.5, 0.25], [0.45, 0.75]]),
        np.array([10, 30]),
    )

    def drawn(rng):
        level, noise = rng.uniform(0.2, 0.3, 5), rng.normal(0, 0.05, (4, 3, 5))
        inner = level + noise
        folds = 1 + rng.permutation(3)[:2]  # the first one begins all twins
        inner[folds, rng.integers(0, 3, 2), rng.integers(0, 5, 2)] = np.nan
        return inner, rng.uniform(0.1, 0.5, (4, 5)), rng.integers(5, 60, 4)

    return [by_hand, *twins(drawn, rng, (), (), ())]


NESTED = Question(
    homework="30",
    reference=nested_error,
    inputs=tables,
    edges={
        "tie": (
            np.array([[[0.5, 0.25, 0.25]], [[0.5, 0.5, 0.75]]]),
            np.array([[0.125, 0.5, 0.25], [0.25, 0.5, 0.75]]),
            np.array([3, 1]),
        ),
        "nan": (
            np.array(
                [[[0.1, 0.3, 0.2], [np.nan, 0.3, 0.25]], [[0.2, 0.1, 0.3], [0.3, 0, 0]]]
            ),
            np.array([[0.1, 0.3, 0.25], [0.5, 0.2, 0.1]]),
            np.array([2, 3]),
        ),
        "integer": (
            np.array([[[3, 2], [1, 4]], [[5, 1], [0, 2]]]),
            np.array([[2.5, 3.25], [4, 1.5]]),
            np.array([4, 1]),
        ),
    },
    spared={"zero": SMOOTH, "empty": NEVER_EMPTY, "too large": NO_EXP},
    points=2,
    results=("picked", "error"),
    hints=(
        "Take one outer fold. Which numbers of `inner` come from trainings and tests "
        "that never saw an example of it?",
        "A candidate one of whose runs failed in this fold is out of it, however good "
        "its other runs were.",
        "Each fold has a winner of its own. Its outer error counts as often as the "
        "fold has examples.",
    ),
    mistakes={
        "The inner errors of other folds were measured on examples of this one; "
        "a failed run is left out; and folds differ in size.": both_leaks,
        "The inner errors of other folds were measured on examples of this one.": (
            partial(nested, judged=over_all_folds)
        ),
        "The choice has seen the outer errors.": (
            partial(nested, judged=lambda inner, outer: outer)
        ),
        "One candidate for all folds has been chosen by the outer errors.": (
            partial(
                nested,
                judged=lambda inner, outer: np.broadcast_to(
                    outer.mean(axis=0), outer.shape
                ),
            )
        ),
        "A candidate with a failed run is out.": (
            partial(nested, judged=failed_left_out)
        ),
        "nan is no low error: np.argmin takes it for one.": (
            partial(nested, best=failed_is_best)
        ),
        "Of equal candidates the first is taken.": (
            partial(nested, best=the_last_of_equals)
        ),
        "The lowest error is the best.": partial(nested, best=np.nanargmax),
        "Choose by the mean of the inner errors, not by the lowest one.": (
            partial(nested, judged=lambda inner, outer: inner.min(axis=1))
        ),
        "Choose by the mean of all inner folds.": (
            partial(nested, judged=lambda inner, outer: inner[:, 0])
        ),
        "Each outer fold counts as often as it has examples.": (
            partial(nested, mean=lambda errors, sizes: errors.mean())
        ),
        "The sizes are to add up to 1.": (
            partial(nested, mean=lambda errors, sizes: errors @ sizes / len(sizes))
        ),
        "The error is that of the outer folds: the inner ones have chosen.": (
            of_inner_errors
        ),
    },
)
QUESTIONS = (NESTED,)
