"""Homework 26: reading padded sequences in both directions."""

from functools import partial

import numpy as np

from dlcourse.homework.question import Question
from dlcourse.homework.questions.drawing import NEVER_EMPTY, NO_ORDER, twins


def both_ways(x, lengths, w, u):
    """Outputs of two recurrent layers, one of which reads from the end."""
    return read(x, lengths, w, u)


def own_length(length, longest):
    """A sequence ends where it ends."""
    return length


def padded(length, longest):
    """A sequence ends where the longest one ends."""
    return longest


def outputs(x, w, u, h):
    """The states (t, n) of a plain network that begins with the state h."""
    found = np.zeros((len(x), len(u)))
    for t in range(len(x)):
        h = np.tanh(x[t] @ w + h @ u)
        found[t] = h
    return found


def read(
    x, lengths, w, u, ends=own_length, turned=True, layers=(0, 1), begin=None, after=0
):
    """`both_ways`; a mistake ends elsewhere, or leaves the outputs reversed."""
    first, second = layers
    shape = (*x.shape[:2], u.shape[2])
    forward, back = np.zeros(shape), np.zeros(shape)
    for i, length in enumerate(lengths):
        h, end = np.zeros(shape[2]), ends(length, x.shape[1])
        ahead = outputs(x[i, :length], w[first], u[first], h)
        h = ahead[-1] if begin and length else h
        behind = outputs(x[i, :end][::-1], w[second], u[second], h)
        forward[i, :length] = ahead
        back[i, :length] = (behind[::-1] if turned else behind)[:length]
        if after and length:
            forward[i, length:], back[i, length:] = ahead[-1], behind[0]
    return forward, back


def one_after_the_other(x, lengths, w, u):
    """The state goes on from one sequence to the next."""
    found, shape = read(x, lengths, w, u), (*x.shape[:2], u.shape[2])
    for direction in (0, 1):
        h, found[direction][...] = np.zeros(shape[2]), 0
        for i, length in enumerate(lengths):
            inside = x[i, :length][:: 1 - 2 * direction]
            out = outputs(inside, w[direction], u[direction], h)
            h = out[-1] if length else h
            found[direction][i, :length] = out[:: 1 - 2 * direction]
    return found


def as_long_as_the_longest(x, lengths, w, u):
    """Lengths are not looked at."""
    return read(x, np.full(len(x), x.shape[1]), w, u)


def without_the_last(x, lengths, w, u):
    """Each sequence ends one step too early."""
    return read(x, np.maximum(lengths - 1, 0), w, u)


def batches(rng):
    """Two sequences of one unit to be read, then four of six steps."""
    by_hand = np.array([[[1.0], [0], [7]], [[0], [2], [1]]])
    ones = np.ones((2, 1, 1))
    by_hand = by_hand, np.array([2, 3]), ones, 0.5 * ones

    def drawn(rng, *lengths):
        w, u = rng.normal(0, 0.7, (2, 2, 3)), rng.normal(0, 0.7, (2, 3, 3))
        return rng.normal(size=(4, 6, 2)), np.array(lengths), w, u

    variants = (6, 3, 4, 2), (2, 6, 5, 3), (4, 3, 6, 5)
    return [by_hand, *twins(drawn, rng, *variants)]


WEIGHTS = (
    np.array([[[0.5, -1]], [[1, 0.25]]]),
    np.array([[[0.5, 0], [1, -1]], [[-0.5, 1], [0, 0.5]]]),
)
BOTH = Question(
    homework="26",
    reference=both_ways,
    inputs=batches,
    edges={
        "zero": (
            np.array([[[1.0], [2], [-1]], [[3], [1], [2]]]),
            np.array([2, 0]),
            *WEIGHTS,
        ),
        "nan": (
            np.array([[[1.0], [np.nan], [np.nan]], [[0.5], [-1], [np.nan]]]),
            np.array([1, 2]),
            *WEIGHTS,
        ),
        "integer": (
            np.array([[[1], [2], [-1]], [[3], [1], [2]]]),
            np.array([2, 3]),
            *WEIGHTS,
        ),
    },
    spared={
        "tie": NO_ORDER,
        "empty": NEVER_EMPTY,
        "too large": "NumPy's tanh takes any number.",
    },
    points=2,
    results=("forward", "backward"),
    hints=(
        "Take a sequence of two steps in a batch that is three long. What does the "
        "second direction read first, and what should it read first?",
        "x[:, ::-1] turns the padding to the front. Turn each sequence within its own "
        "length.",
        "The output for step t belongs at place t, also of the direction that reads "
        "from the end. And behind the end stand zeros.",
    ),
    mistakes={
        "The second direction reads the padding first, and its outputs are not turned "
        "back.": partial(read, ends=padded, turned=False),
        "The second direction reads the padding first.": partial(read, ends=padded),
        "The outputs of the second direction stand in the order in which it read.": (
            partial(read, turned=False)
        ),
        "The second direction has weights of its own.": partial(read, layers=(0, 0)),
        "The two directions have their weights exchanged.": (
            partial(read, layers=(1, 0))
        ),
        "The second direction begins with a state of 0 as well.": (
            partial(read, begin=True)
        ),
        "Behind the end of a sequence stand zeros, not its last output.": (
            partial(read, after=1)
        ),
        "Each sequence begins with a state of 0.": one_after_the_other,
        "The lengths are not used.": as_long_as_the_longest,
        "The last step of each sequence is missing.": without_the_last,
    },
)
QUESTIONS = (BOTH,)
