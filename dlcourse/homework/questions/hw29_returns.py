"""Homework 29: advantages of steps of several episodes that end in two ways."""

from functools import partial

import numpy as np

from dlcourse.homework.question import Question
from dlcourse.homework.questions.drawing import NEVER_EMPTY, NO_EXP, NO_ORDER, twins


def advantages(rewards, values, following, terminated, truncated, gamma, lam):
    """Generalized advantage estimates, and the targets of the critic."""
    return estimated(rewards, values, following, terminated, truncated, gamma, lam)


def at_termination(terminated, truncated):
    """No value is behind the end of an episode."""
    return terminated


def at_both(terminated, truncated):
    """At the end of an episode, and at the time limit."""
    return terminated | truncated


def at_truncation(terminated, truncated):
    """At the time limit alone."""
    return truncated


def nowhere(terminated, truncated):
    """As if the episodes never ended."""
    return np.zeros(len(terminated), bool)


def estimated(
    rewards,
    values,
    following,
    terminated,
    truncated,
    gamma,
    lam,
    no_value=at_termination,
    stops=at_both,
    decay=lambda gamma, lam: gamma * lam,
    onto=lambda values, following, gamma: values,
):
    """`advantages`; a mistake looks past other ends, or fades in another way."""
    behind = np.where(no_value(terminated, truncated), 0, following)
    errors, later = rewards + gamma * behind - values, 0
    ends, found = stops(terminated, truncated), np.zeros(len(rewards))
    for t in range(len(rewards))[::-1]:
        later = errors[t] + (0 if ends[t] else decay(gamma, lam) * later)
        found[t] = later
    return found, found + onto(values, behind, gamma)


def next_in_the_row(rewards, values, following, *more):
    """Takes the next value of the row, which may be of another episode."""
    return estimated(rewards, values, np.append(values[1:], following[-1]), *more)


def from_the_beginning(rewards, values, following, terminated, truncated, *scalars):
    """Adds the errors that were, not those that come."""
    turned = (a[::-1] for a in (rewards, values, following, terminated, truncated))
    return tuple(found[::-1] for found in estimated(*turned, *scalars))


def one_step_targets(rewards, values, following, terminated, truncated, *scalars):
    """Targets of one step: the reward, and the value that follows."""
    found, _ = estimated(rewards, values, following, terminated, truncated, *scalars)
    return found, rewards + scalars[0] * np.where(terminated, 0, following)


def without_end(rewards, values, following, terminated, truncated, gamma, lam):
    """The value behind the end times 0: a nan stays a nan."""
    behind = following * (1 - terminated)
    nothing = np.zeros(len(rewards), bool)
    ends = terminated | truncated
    return estimated(rewards, values, behind, nothing, ends, gamma, lam)


def rollouts(rng):
    """Three steps to be read, then twelve."""
    by_hand = (
        np.array([1.0, 2, 3]),
        np.array([1.0, 1, 1]),
        np.array([1.0, 10, 4]),
        np.array([False, False, True]),
        np.array([False, True, False]),
    )

    def drawn(rng, gamma, lam, end, limit):
        terminated, truncated = np.arange(12) == end, np.arange(12) == limit
        values, following = rng.normal(size=(2, 12))
        return rng.normal(size=12), values, following, terminated, truncated, gamma, lam

    variants = (0.9, 0.8, 3, 8), (0.99, 0.5, 6, 2), (0.7, 0.95, 9, 5)
    return [(*by_hand, 0.5, 0.5), *twins(drawn, rng, *variants)]


NO_ENDS = np.zeros(3, bool)
ADVANTAGES = Question(
    homework="29",
    reference=advantages,
    inputs=rollouts,
    edges={
        "zero": (
            np.array([1.0, 0, 2]),
            np.array([0.5, 0, 1]),
            np.array([1.0, 2, 3]),
            np.array([True, False, False]),
            np.array([True, False, False]),  # both at once: it has ended
            0.5,
            0.0,
        ),
        "nan": (
            np.array([1.0, 2, 3]),
            np.array([1.0, 2, 1]),
            np.array([2.0, np.nan, 4]),
            np.array([False, True, False]),
            NO_ENDS,
            0.5,
            0.5,
        ),
        "integer": (
            np.array([1, 2, 3]),
            np.array([1, 2, 1]),
            np.array([2, 5, 4]),
            NO_ENDS,
            np.array([False, True, False]),
            0.5,
            0.25,
        ),
    },
    spared={"tie": NO_ORDER, "empty": NEVER_EMPTY, "too large": NO_EXP},
    points=2,
    results=("found", "targets"),
    hints=(
        "Two things look past a step: the value of the state that follows, and the "
        "advantage of the next step. Ask both of them at both kinds of end.",
        "At the time limit the world would have gone on: its next state has a value. "
        "But the next row belongs to another episode.",
        "following counts everywhere but where terminated; the advantage of the next "
        "step counts only where neither terminated nor truncated. 0 * nan is nan: use "
        "np.where.",
    ),
    mistakes={
        "At the time limit the value that follows counts, and the next row is of "
        "another episode.": partial(estimated, no_value=at_both, stops=at_termination),
        "At the time limit the value of the state that follows counts.": (
            partial(estimated, no_value=at_both)
        ),
        "Behind the time limit begins another episode: nothing comes back from it.": (
            partial(estimated, stops=at_termination)
        ),
        "Behind a terminated episode nothing is worth anything.": (
            partial(estimated, no_value=nowhere)
        ),
        "Terminated and truncated are exchanged.": (
            partial(estimated, no_value=at_truncation)
        ),
        "Behind a terminated episode begins another one.": (
            partial(estimated, stops=at_truncation)
        ),
        "Nothing comes back across an end of any kind.": (
            partial(estimated, stops=nowhere)
        ),
        "What follows a step stands in `following`, not in the next row.": (
            next_in_the_row
        ),
        "What comes back is discounted by gamma, too.": (
            partial(estimated, decay=lambda gamma, lam: lam)
        ),
        "What comes back fades by lambda, too.": (
            partial(estimated, decay=lambda gamma, lam: gamma)
        ),
        "An advantage is made of the errors of now and later.": from_the_beginning,
        "The target is the advantage plus the value of the step itself.": (
            partial(estimated, onto=lambda values, following, gamma: gamma * following)
        ),
        "That target looks one step ahead; it is the advantage plus the value.": (
            one_step_targets
        ),
        "0 times nan is nan.": without_end,
    },
)
QUESTIONS = (ADVANTAGES,)
