"""Homework 29: a linear value that is trained until TD learning stands still."""

from functools import partial

import numpy as np

from dlcourse.homework.question import Question
from dlcourse.homework.questions.drawing import NEVER_EMPTY, NO_EXP, NO_ORDER, twins
from dlcourse.homework.questions.hw26_memory import fitted_to


def fixed_point(features, following, rewards, terminated, gamma):
    """Weights of a linear value, its squared TD error, and the least that there is."""
    return trained(features, following, rewards, terminated, gamma)


def changes(features, following, terminated, gamma):
    """By what the weights are multiplied in the TD error: (n, d)."""
    return features - gamma * np.where(terminated[:, None], 0, following)


def with_features(features, change):
    """The TD error is orthogonal to the features."""
    return features


def trained(
    features,
    following,
    rewards,
    terminated,
    gamma,
    change=changes,
    against=with_features,
    mean=np.mean,
    bound=None,
):
    """`fixed_point`; a mistake has another condition for the weights."""
    table = change(features, following, terminated, gamma)
    left = against(features, table)
    weights = fitted_to(left.T @ table, left.T @ rewards)
    lowest = fitted_to(table, rewards) if bound is None else bound(table, rewards)
    squares = [mean((rewards - table @ w) ** 2) for w in (weights, lowest)]
    return weights, *squares


def to_the_rewards(features, following, rewards, terminated, gamma):
    """Knows nothing of what comes behind the next reward."""
    weights = fitted_to(features, rewards)
    table = changes(features, following, terminated, gamma)
    error = np.mean((rewards - table @ weights) ** 2)
    least = np.mean((rewards - table @ fitted_to(table, rewards)) ** 2)
    return weights, error, least


def transitions(rng):
    """One feature to be read, then thirty steps of three features."""
    by_hand = (
        np.array([[1.0], [2], [1]]),
        np.array([[2.0], [4], [1]]),
        np.array([1.0, 2, 3]),
        np.array([False, True, False]),
        0.5,
    )

    def drawn(rng, gamma, ends):
        features, noise = rng.normal(size=(2, 30, 3))
        following = 0.6 * features + 0.5 * noise
        terminated = rng.permutation(30) < ends
        return features, following, rng.normal(size=30), terminated, gamma

    return [by_hand, *twins(drawn, rng, (0.9, 6), (0.5, 9), (0.99, 4))]


FIXED = Question(
    homework="29",
    reference=fixed_point,
    inputs=transitions,
    edges={
        "nan": (
            np.array([[1.0], [2], [1], [0.5]]),
            np.array([[2.0], [np.nan], [1], [1]]),
            np.array([1.0, 2, 3, 1]),
            np.array([False, True, False, False]),
            0.5,
        ),
        "integer": (
            np.array([[1, 0], [0, 1], [1, 1], [2, 0]]),
            np.array([[0, 1], [1, 0], [2, 1], [1, 1]]),
            np.array([1, 0, 2, 3]),
            np.array([False, False, True, False]),
            0.5,
        ),
        "zero": (
            np.array([[1.0, 0], [0, 1], [1, 1]]),
            np.array([[0.0, 1], [3, 2], [1, 0]]),
            np.array([1.0, 2, 0]),
            np.zeros(3, bool),
            0.0,
        ),
    },
    spared={"tie": NO_ORDER, "empty": NEVER_EMPTY, "too large": NO_EXP},
    points=3,
    results=("weights", "error", "least"),
    hints=(
        "Write the TD errors of all steps as rewards - D w. What is a row of D, and "
        "what is it where the episode has ended?",
        "At the fixed point no step of TD learning moves w on the average: X.T @ "
        "(rewards - D w) = 0, d equations for d weights.",
        "The least squared error has D on both sides: np.linalg.lstsq(D, rewards).",
    ),
    mistakes={
        "Those weights have the least squared error; they are not the fixed point.": (
            partial(trained, against=lambda features, change: change)
        ),
        "Behind a terminated episode nothing is worth anything.": (
            partial(
                trained, change=lambda x, after, ended, gamma: x - gamma * (after + 0)
            )
        ),
        "What follows is discounted.": (
            partial(
                trained,
                change=lambda x, after, ended, gamma: changes(x, after, ended, 1),
            )
        ),
        "The state after the step has a value, too.": to_the_rewards,
        "The error is multiplied by the features of the state before the step.": (
            partial(trained, against=lambda features, change: features - change)
        ),
        "The value behind a step is added to the reward.": (
            partial(
                trained,
                change=lambda x, after, ended, gamma: (
                    2 * x - changes(x, after, ended, gamma)
                ),
            )
        ),
        "Errors are means over the steps.": partial(trained, mean=np.sum),
        "The errors are squared, without a root.": (
            partial(trained, mean=lambda squares: np.sqrt(np.mean(squares)))
        ),
        "The least error that there is belongs to other weights.": (
            lambda *given: (*trained(*given)[:2], trained(*given)[1])
        ),
        "Weights of 0 do not have the least error.": (
            partial(trained, bound=lambda table, rewards: 0 * table[0])
        ),
        "A terminated step counts as well: its reward is its whole value.": (
            lambda x, after, rewards, ended, gamma: trained(
                x[~ended], after[~ended], rewards[~ended], ended[~ended], gamma
            )
        ),
    },
)
QUESTIONS = (FIXED,)
