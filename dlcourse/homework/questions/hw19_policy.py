"""Homework 19: a step of PPO."""

from functools import partial

import numpy as np

from dlcourse.homework.question import Question
from dlcourse.homework.questions.drawing import NEVER_EMPTY, twins


def ppo_step(logits, old, cells, advantages, epsilon):
    """Gradient of PPO's clipped objective for the logits: (d, k)."""
    return step(logits, old, cells, advantages, epsilon)


def log_softmax(logits):
    """Without overflow."""
    shifted = logits - logits.max(axis=1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))


def naive_log_softmax(logits):
    """Overflows for a large logit."""
    return np.log(np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True))


def too_far(ratio, advantages, epsilon):
    """Where the policy has gone too far the way it is pushed."""
    up = (advantages > 0) & (ratio > 1 + epsilon)
    return up | ((advantages < 0) & (ratio < 1 - epsilon))


def on_both_sides(ratio, advantages, epsilon):
    """Where the ratio is outside, whichever way it is pushed."""
    return (ratio > 1 + epsilon) | (ratio < 1 - epsilon)


def nowhere(ratio, advantages, epsilon):
    """Without a limit."""
    return np.zeros(ratio.shape, bool)


def step(
    logits,
    old,
    cells,
    advantages,
    epsilon,
    clipped=too_far,
    ratio=np.exp,
    log_p=log_softmax,
    of_old=False,
    join=np.mean,
):
    """`ppo_step`, and what becomes of it by a mistake."""
    drawn = np.eye(logits.shape[1])[cells]  # (n, d, k)
    change = ratio(((log_p(logits) - log_p(old)) * drawn).sum(axis=(1, 2)))
    weight = np.where(clipped(change, advantages, epsilon), 0, change * advantages)
    p = np.exp(log_p(old if of_old else logits))
    return join(weight[:, None, None] * (drawn - p), axis=0)


def limited(logits, old, cells, advantages, epsilon):
    """The ratio is cut off, and its gradient flows on."""

    def ratio(change):
        return np.clip(np.exp(change), 1 - epsilon, 1 + epsilon)

    given = logits, old, cells, advantages, epsilon
    return step(*given, ratio=ratio, clipped=nowhere)


def over_free(logits, old, cells, advantages, epsilon):
    """Divides by the number of cells that are not clipped."""
    found = step(logits, old, cells, advantages, epsilon, join=np.sum)
    drawn = np.eye(logits.shape[1])[cells]
    change = np.exp(((log_softmax(logits) - log_softmax(old)) * drawn).sum(axis=(1, 2)))
    return found / np.sum(~too_far(change, advantages, epsilon))


def without_ratio(logits, old, cells, advantages, epsilon):
    """Looks at the ratio for the limit alone."""
    drawn = np.eye(logits.shape[1])[cells]
    log_p = log_softmax(logits)
    change = np.exp(((log_p - log_softmax(old)) * drawn).sum(axis=(1, 2)))
    weight = np.where(too_far(change, advantages, epsilon), 0, advantages)
    return (weight[:, None, None] * (drawn - np.exp(log_p))).mean(axis=0)


def policies(rng):
    """One decision and two cells to be read, then four decisions and thirty."""
    by_hand = np.log([[3.0, 1]]), np.zeros((1, 2)), np.array([[0], [1]])

    def some(rng, epsilon):
        moved = rng.normal(0, 0.25, (4, 3))
        cells, advantages = rng.integers(0, 3, (30, 4)), rng.normal(0, 20, 30)
        return rng.normal(size=(4, 3)), moved, cells, advantages, epsilon

    drawn = [  # the old policy is near the new one, also behind `twins`
        (logits, logits + moved, *others)
        for logits, moved, *others in twins(some, rng, (0.2,), (0.05,), (0.5,))
    ]
    return [(*by_hand, np.array([10.0, 10]), 0.2), *drawn]


QUESTIONS = (
    Question(
        homework="19",
        reference=ppo_step,
        inputs=policies,
        edges={
            "zero": (
                np.zeros((1, 2)),
                np.array([[1.0, 0]]),
                np.array([[1], [0]]),
                np.array([0.0, 10]),
                0.1,
            ),
            "integer": (
                np.array([[0, 1]]),
                np.array([[0.5, 0.25]]),
                np.array([[1], [0], [0]]),
                np.array([-20, 30, 10]),
                0.5,
            ),
            "too large": (
                np.array([[1000.0, 999]]),
                np.array([[1000.0, 1000]]),
                np.array([[1], [0]]),
                np.array([20.0, -30]),
                0.2,
            ),
        },
        spared={
            "tie": "Exactly at the limit the objective has no slope.",
            "nan": "A training that failed has no advantage.",
            "empty": NEVER_EMPTY,
        },
        points=3,
        hints=(
            "First log p of each cell, for both policies: the sum over its decisions. "
            "Their difference is the log of the ratio.",
            "Where is min(r A, clip(r) A) the term with clip? There it is constant. "
            "Take A > 0 and A < 0 apart.",
            "Elsewhere the slope of r A is r A (one-hot - p), an array (n, d, k). Then "
            "the mean over the cells.",
        ),
        mistakes={
            "A ratio above the limit is held where A > 0 alone, one below where A < 0 "
            "alone.": partial(step, clipped=on_both_sides),
            "Nothing is clipped.": partial(step, clipped=nowhere),
            "Where the ratio is clipped, the objective is flat: nothing flows back.": (
                limited
            ),
            "The ratio is missing: the slope of r is r times that of log p.": (
                without_ratio
            ),
            "The ratio is p over the old p, not the other way round.": (
                partial(step, ratio=lambda change: np.exp(-change))
            ),
            "one-hot minus p: this p is that of the new policy.": (
                partial(step, of_old=True)
            ),
            "Take the mean over the cells, not the sum.": partial(step, join=np.sum),
            "The mean goes over all cells, those that are clipped as well.": over_free,
            "exp of a large logit overflows. Subtract the largest logit first.": (
                partial(step, log_p=naive_log_softmax)
            ),
            "The sign is turned round: an advantage makes a cell more likely.": (
                lambda *given: -step(*given)
            ),
        },
    ),
)
