"""Homework 27: one more token, with what is kept of those before."""

from functools import partial

import numpy as np

from dlcourse.homework.question import Question
from dlcourse.homework.questions.drawing import NO_ORDER, PASSES, twins
from dlcourse.homework.questions.hw27_weights import softmax, unsafe


def next_token(x, keys, values, w, slopes):
    """The answer to a new token, and keys and values with its own."""
    return step(x, keys, values, w, slopes)


def side_by_side(rows, heads):
    """Rows (t, d) -> (heads, t, d / heads): each head has neighbouring numbers."""
    return rows.reshape(len(rows), heads, -1).swapaxes(0, 1)


def every_other(rows, heads):
    """As if the numbers of the heads took turns."""
    return rows.reshape(len(rows), -1, heads).transpose(2, 0, 1)


def every_other_in_a_row(x, keys, values, w, slopes):
    """Numbers of a head taken in turns, and the heads' answers side by side."""
    out, k, v = step(x, keys, values, w, slopes, split=every_other)
    return out.reshape(-1, len(slopes)).T.ravel(), k, v


def steps_back(count):
    """How far back each of so many tokens is; the last one is now."""
    return np.arange(count)[::-1]


def both(kept, new):
    """What was kept, and the new one."""
    return np.vstack([kept, new])


def step(
    x,
    keys,
    values,
    w,
    slopes,
    split=side_by_side,
    far=steps_back,
    bias=lambda slopes: -slopes,
    size=lambda d, heads: d // heads,
    weights=softmax,
    seen=both,
):
    """`next_token`; a mistake splits, counts, weighs or sees in another way."""
    q, k, v = x @ w
    all_keys, all_values = both(keys, k), both(values, v)
    k, v = (split(seen(a, b), len(slopes)) for a, b in ((keys, k), (values, v)))
    q = split(q[None], len(slopes))
    logits = (q @ k.swapaxes(1, 2))[:, 0] / np.sqrt(size(len(x), len(slopes)))
    logits = logits + bias(slopes)[:, None] * far(k.shape[1])
    out = np.einsum("ht,hts->hs", weights(logits), v)
    out = out.T if split is every_other else out
    return out.ravel(), all_keys, all_values


def one_head(x, keys, values, w, slopes):
    """One attention, with the mean slope."""
    return step(x, keys, values, w, slopes.mean(keepdims=True))


def the_token_itself(x, keys, values, w, slopes):
    """Keeps the token, in place of what is made of it."""
    out, _, _ = step(x, keys, values, w, slopes)
    return out, both(keys, x), both(values, x)


def exchanged(x, keys, values, w, slopes):
    """Keys are made by the values' matrix, values by the keys'."""
    return step(x, keys, values, w[[0, 2, 1]], slopes)


def transposed(x, keys, values, w, slopes):
    """The matrices on the other side."""
    return step(x, keys, values, w.swapaxes(1, 2), slopes)


def the_oldest_dropped(x, keys, values, w, slopes):
    """As many are kept as before."""
    out, k, v = step(x, keys, values, w, slopes)
    return out, k[1:], v[1:]


def put_in_front(x, keys, values, w, slopes):
    """The new token comes first in what is kept."""
    out, k, v = step(x, keys, values, w, slopes)
    return out, np.roll(k, 1, axis=0), np.roll(v, 1, axis=0)


def writers(rng):
    """A token of two heads of one number to be read, then one of four numbers."""
    eye = np.eye(2)
    by_hand = (
        np.array([1.0, 2]),
        np.array([[1.0, 0]]),
        np.array([[10.0, 20]]),
        np.array([eye, eye, 3 * eye]),
        np.array([0.5, 0.0]),
    )

    def drawn(rng, *slopes):
        keys, values = rng.normal(size=(2, 5, 4))
        w = rng.normal(size=(3, 4, 4))
        return rng.normal(size=4), keys, values, w, np.array(slopes)

    return [by_hand, *twins(drawn, rng, (0.5, 0.1), (0.2, 0.8), (0.3, 0.4))]


TOKEN = Question(
    homework="27",
    reference=next_token,
    inputs=writers,
    edges={
        "zero": (
            np.array([0.0, 1]),
            np.array([[1.0, 2], [3, 0]]),
            np.array([[1.0, 5], [2, 4]]),
            np.array([[[1.0, 0], [0, 2]], [[0, 1], [1, 0]], [[1, 1], [0, 1]]]),
            np.zeros(1),
        ),
        "integer": (
            np.array([1, 2]),
            np.array([[1, 0], [0, 1]]),
            np.array([[1, 2], [3, 4]]),
            np.array([[[1, 0], [0, 1]], [[0, 1], [1, 0]], [[1, 1], [0, 1]]]),
            np.array([0.5, 0.25]),
        ),
        "empty": (
            np.array([1.0, 2]),
            np.zeros((0, 2)),
            np.zeros((0, 2)),
            np.array([[[1.0, 0], [0, 2]], [[0, 1], [1, 0]], [[1, 1], [0, 1]]]),
            np.array([0.5, 0.25]),
        ),
        "too large": (
            np.array([90.0, 20]),
            np.array([[11.0, 12], [13, 10]]),
            np.array([[1.0, 5], [2, 4]]),
            np.array([[[1.0, 0], [0, 2]], [[0, 1], [1, 0]], [[1, 1], [0, 1]]]),
            np.array([0.5, 0.25]),
        ),
    },
    spared={"tie": NO_ORDER, "nan": PASSES},
    points=3,
    results=("out", "keys", "values"),
    hints=(
        "Three matrices make a query, a key and a value of the new token. The key and "
        "the value join those that are kept, and then the query asks all of them.",
        "Cut query, keys and values into heads: rows.reshape(t, heads, size). Each "
        "head has its own softmax.",
        "Of t + 1 keys the last is 0 steps back, the first t steps. The logits of head "
        "h are q · k / sqrt(size) - slopes[h] * steps.",
    ),
    mistakes={
        "A token asks itself as well.": (
            partial(
                step,
                seen=lambda kept, new: kept if len(kept) else both(kept, new),
                far=lambda count: steps_back(count) + 1,
            )
        ),
        "The bias grows with the distance, not with its square.": (
            partial(step, far=lambda count: steps_back(count) ** 2)
        ),
        "What is far back gets less weight, not more.": (
            partial(step, bias=lambda slopes: slopes)
        ),
        "The logits have a bias for the distance.": (
            partial(step, bias=lambda slopes: 0 * slopes)
        ),
        "Each head has a slope of its own.": (
            partial(step, bias=lambda slopes: -slopes[:1] + 0 * slopes)
        ),
        "Each head has a softmax of its own.": one_head,
        "A head has neighbouring numbers.": partial(step, split=every_other),
        "The first head has the first numbers, side by side, not every other one.": (
            every_other_in_a_row
        ),
        "The divisor is the root of a head's size.": (
            partial(step, size=lambda d, heads: d)
        ),
        "The logits have a divisor.": partial(step, size=lambda d, heads: 1),
        "exp of a large logit is too large: subtract the largest.": (
            partial(step, weights=unsafe)
        ),
        "Keys and values are kept, not the token.": the_token_itself,
        "The second matrix makes keys, the third one values.": exchanged,
        "The token is a row: x W, not W x.": transposed,
        "Nothing is forgotten: one more is kept than before.": the_oldest_dropped,
        "The newest is the last one that is kept.": put_in_front,
    },
)
QUESTIONS = (TOKEN,)
