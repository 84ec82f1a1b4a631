"""Homework 29: the spread of a policy gradient, and the best baseline."""

from functools import partial

import numpy as np

from dlcourse.homework.question import Question
from dlcourse.homework.questions.drawing import NEVER_EMPTY, NO_ORDER, PASSES, twins


def gradient_spread(logits, rewards, baseline):
    """Mean and variance of one REINFORCE gradient, and the best baseline."""
    return spread(logits, rewards, baseline)


def softmax(logits):
    """Without overflow."""
    weight = np.exp(logits - logits.max())
    return weight / weight.sum()


def naive_softmax(logits):
    """Overflows for a large logit."""
    return np.exp(logits) / np.exp(logits).sum()


def scores(p):
    """Gradient of log p(action) for the logits, a row for each action."""
    return np.eye(len(p)) - p


def by_squares(p, score, rewards):
    """The mean reward, weighed by the squared length of the score as well."""
    weight = p * np.sum(score**2, axis=1)
    return weight @ rewards / weight.sum()


def about_the_mean(p, gradients):
    """Total variance: mean squared distance from the mean."""
    return p @ np.sum((gradients - p @ gradients) ** 2, axis=1)


def spread(
    logits,
    rewards,
    baseline,
    policy=softmax,
    score=scores,
    best=by_squares,
    variance=about_the_mean,
    drawn=lambda p: p,
):
    """`gradient_spread`; a mistake has another policy, score, mean or baseline."""
    p = policy(logits)
    rows = score(p)
    gradients, often = (rewards - baseline)[:, None] * rows, drawn(p)
    return often @ gradients, variance(often, gradients), best(p, rows, rewards)


def by_lengths(p, score, rewards):
    """Weighed by the length of the score, not by its square."""
    weight = p * np.sqrt(np.sum(score**2, axis=1))
    return weight @ rewards / weight.sum()


def evenly(p):
    """All actions are drawn equally often."""
    return np.ones(len(p)) / len(p)


def bandits(rng):
    """Two arms to be read, then five."""
    by_hand = np.log([1.0, 3]), np.array([4.0, 8]), 7.0

    def drawn(rng, baseline):
        return rng.normal(0, 1.2, 5), rng.normal(1, 2, 5), baseline

    return [by_hand, *twins(drawn, rng, (1.0,), (-0.5,), (2.0,))]


SPREAD = Question(
    homework="29",
    reference=gradient_spread,
    inputs=bandits,
    edges={
        "zero": (np.array([0.0, 1, 0]), np.array([2.0, 2, 2]), 2.0),
        "integer": (np.array([1, 0, 2]), np.array([3, -1, 4]), 1.0),
        "too large": (np.array([1000.0, 999, 0]), np.array([1.0, 3, 5]), 0.5),
    },
    spared={"tie": NO_ORDER, "nan": PASSES, "empty": NEVER_EMPTY},
    points=3,
    results=("mean", "variance", "best"),
    hints=(
        "There are as many different gradients as actions. Write all of them down, a "
        "row for each, with the probability of each row.",
        "The variance is the mean squared distance of the rows from their mean, each "
        "row weighed by its probability.",
        "The mean of (r - b)² |s|² is a parabola in b. Its lowest point is a mean of "
        "the rewards with the weights p |s|².",
    ),
    mistakes={
        "The mean reward is a good baseline, but not the best: a long score counts "
        "more.": partial(spread, best=lambda p, score, rewards: p @ rewards),
        "The best baseline weighs by the squared length of the score.": (
            partial(spread, best=by_lengths)
        ),
        "The best baseline weighs by the probabilities, too.": (
            partial(
                spread,
                best=lambda p, score, rewards: by_squares(1, score, rewards),
            )
        ),
        "The plain mean of all rewards is not the best baseline.": (
            partial(spread, best=lambda p, score, rewards: rewards.mean())
        ),
        "The score is one-hot minus p.": (
            partial(spread, score=lambda p: np.eye(len(p)))
        ),
        "The score is one-hot minus p, not the other way round.": (
            partial(spread, score=lambda p: p - np.eye(len(p)))
        ),
        "The score belongs to the logarithm of p, not to p.": (
            partial(spread, score=lambda p: p[:, None] * scores(p))
        ),
        "Actions are drawn by the policy, not evenly.": partial(spread, drawn=evenly),
        "The baseline is not used.": (
            lambda logits, rewards, baseline: spread(logits, rewards, 0 * baseline)
        ),
        "The variance is about the mean: the mean's square is to be subtracted.": (
            partial(spread, variance=lambda p, rows: p @ np.sum(rows**2, axis=1))
        ),
        "The variances of all logits are added, not averaged.": (
            partial(
                spread,
                variance=lambda p, rows: about_the_mean(p, rows) / len(p),
            )
        ),
        "A variance has no root.": (
            partial(spread, variance=lambda p, rows: np.sqrt(about_the_mean(p, rows)))
        ),
        "The distances from the mean are weighed by the probabilities.": (
            partial(spread, variance=lambda p, rows: np.sum(rows.var(axis=0)))
        ),
        "exp overflows: subtract the largest logit first.": (
            partial(spread, policy=naive_softmax)
        ),
    },
)
QUESTIONS = (SPREAD,)
