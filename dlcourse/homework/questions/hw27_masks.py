"""Homework 27: attention that is hidden from padding and from what is far."""

from functools import partial

import numpy as np

from dlcourse.homework.question import Question
from dlcourse.homework.questions.drawing import NEVER_EMPTY, NO_ORDER, twins
from dlcourse.homework.questions.hw27_weights import over_queries, softmax, unsafe


def local_attention(q, k, v, lengths, reach):
    """Each place asks the real places that are near it."""
    return attend(q, k, v, lengths, reach)


def near(n, reach):
    """Whether a place asks another: (n, n)."""
    place = np.arange(n)
    return np.abs(place[:, None] - place) <= reach


def nearer(n, reach):
    """As near, without the farthest."""
    return near(n, reach - 1)


def before(n, reach):
    """Nothing that comes."""
    return near(n, reach) & np.tri(n, dtype=bool)


def everywhere(n, reach):
    """All places."""
    return np.ones((n, n), bool)


def attend(
    q, k, v, lengths, reach, sees=near, weights=softmax, divisor=np.sqrt, more=0
):
    """`local_attention`; a mistake sees other places, or weighs them otherwise."""
    found = np.zeros((*q.shape[:2], v.shape[2]))
    for i, length in enumerate(lengths):
        n = int(np.clip(length + more, 0, q.shape[1]))
        logits = q[i, :n] @ k[i, :n].T / divisor(q.shape[2])
        if n:
            hidden = np.where(sees(n, reach), logits, -np.inf)
            found[i, :n] = weights(hidden) @ v[i, :n]
    return found


def in_one_go(q, k, v, lengths, reach, after=False, rows=False, other=-np.inf):
    """As a batch; hidden after the softmax, by rows, or by another number."""
    n = q.shape[1]
    there = np.arange(n) < lengths[:, None]
    seen = near(n, reach) & (there[:, :, None] if rows else there[:, None])
    logits = q @ k.swapaxes(1, 2) / np.sqrt(q.shape[2])
    with np.errstate(all="ignore"):
        w = softmax(logits) * seen if after else softmax(np.where(seen, logits, other))
    return np.where(there[:, :, None], w @ v, 0)


def made_up_for(q, k, v, lengths, reach):
    """Hidden behind the softmax; what is left is divided by its sum."""
    n = q.shape[1]
    there = np.arange(n) < lengths[:, None]
    logits = q @ k.swapaxes(1, 2) / np.sqrt(q.shape[2])
    with np.errstate(all="ignore"):
        w = softmax(logits) * (near(n, reach) & there[:, None])
        w /= w.sum(axis=2, keepdims=True)
    return np.where(there[:, :, None], w @ np.nan_to_num(v), 0)


def as_shown(q, k, v, lengths, reach):
    """Both bugs of the exercise."""
    return in_one_go(q, k, v, lengths, reach, after=True, rows=True)


def largest_of_all(q, k, v, lengths, reach):
    """Subtracts a logit that may be a hidden one."""

    def weights(logits):
        e = np.exp(logits - logits.max(axis=1, keepdims=True))
        e = e * near(len(e), reach)
        return e / e.sum(axis=1, keepdims=True)

    return attend(q, k, v, lengths, reach, sees=everywhere, weights=weights)


def padding_read_as_zeros(q, k, v, lengths, reach):
    """Padding has the logit 0, and is not hidden."""
    there = (np.arange(q.shape[1]) < lengths[:, None])[:, :, None]
    q, k, v = (np.where(there, x, 0) for x in (q, k, v))
    longest = np.full(len(q), q.shape[1])
    return there * attend(q, k, v, longest, reach)


def not_cleared(q, k, v, lengths, reach):
    """Behind the end the last answer goes on."""
    found = attend(q, k, v, lengths, reach)
    for i, length in enumerate(lengths):
        found[i, length:] = found[i, length - 1] if length else 0
    return found


def batches(rng):
    """One sequence of two places to be read, then three of five."""
    q, k = np.zeros((1, 3, 1)), np.array([[[1.0], [2], [3]]])
    by_hand = q, k, np.array([[[10.0], [20], [90]]]), np.array([2]), 1

    def drawn(rng, lengths, reach):
        return *rng.normal(size=(3, 3, 5, 2)), np.array(lengths), reach

    variants = ((5, 3, 4), 1), ((4, 5, 2), 2), ((3, 4, 5), 3)
    return [by_hand, *twins(drawn, rng, *variants)]


LOCAL = Question(
    homework="27",
    reference=local_attention,
    inputs=batches,
    edges={
        "zero": (
            np.array([[[1.0], [2]], [[0], [1]]]),
            np.array([[[1.0], [-1]], [[2], [1]]]),
            np.array([[[3.0], [5]], [[4], [1]]]),
            np.array([0, 2]),
            1,
        ),
        "nan": (
            np.array([[[1.0], [2], [np.nan]], [[0.5], [np.nan], [np.nan]]]),
            np.array([[[1.0], [-1], [np.nan]], [[2], [np.nan], [np.nan]]]),
            np.array([[[3.0], [5], [np.nan]], [[4], [np.nan], [np.nan]]]),
            np.array([2, 1]),
            2,
        ),
        "integer": (
            np.array([[[1], [2], [0]]]),
            np.array([[[1], [-1], [1]]]),
            np.array([[[3], [5], [4]]]),
            np.array([3]),
            1,
        ),
        "too large": (
            np.array([[[90.0], [2], [-70], [5]]]),
            np.array([[[10.0], [-11], [90], [50]]]),
            np.array([[[3.0], [5], [4], [6]]]),
            np.array([3]),  # the first place may not ask the third, with the logit 8100
            1,
        ),
    },
    spared={"tie": NO_ORDER, "empty": NEVER_EMPTY},
    points=2,
    hints=(
        "Add up the weights of the first place. What is hidden, before the softmax or "
        "after it?",
        "Padding must not be asked: which axis of the weights are the places that are "
        "asked? And 0 · nan is nan.",
        "Take one sequence after the other, cut to its length. Then hide what is "
        "farther than reach, by a logit of minus infinity.",
    ),
    mistakes={
        "Hide before the softmax; and hide the places that are asked, not those that "
        "ask.": as_shown,
        "Hide before the softmax, or the weights do not sum to 1.": (
            partial(in_one_go, after=True)
        ),
        "Hide before the softmax: behind it, all that may be seen can be 0, and 0 / 0 "
        "is nan.": made_up_for,
        "Padding must not be asked, either: it is the last axis of the weights.": (
            partial(in_one_go, rows=True)
        ),
        "The weight 0 times nan is nan: set the padding's values to 0, or cut it.": (
            in_one_go
        ),
        "A logit of 0 is not hidden.": partial(in_one_go, other=0),
        "Padding of zeros is asked as well, with the logit 0.": padding_read_as_zeros,
        "Just as far as `reach` is still seen.": partial(attend, sees=nearer),
        "A place asks to both sides.": partial(attend, sees=before),
        "A place asks no farther than `reach`.": partial(attend, sees=everywhere),
        "The logits are divided by the root of d.": (
            partial(attend, divisor=lambda d: 1)
        ),
        "The weights of a query sum to 1, not those of a key.": (
            partial(attend, weights=over_queries)
        ),
        "exp of a large logit is too large: subtract the largest of the row.": (
            partial(attend, weights=unsafe)
        ),
        "Subtract the largest of the logits that are seen, not of all.": (
            largest_of_all
        ),
        "The last place of each sequence is missing.": partial(attend, more=-1),
        "Behind the end of a sequence stand zeros, not its last answer.": not_cleared,
    },
)
QUESTIONS = (LOCAL,)
