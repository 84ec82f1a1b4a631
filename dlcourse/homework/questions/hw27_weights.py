"""Homework 27: back through attention."""

from functools import partial

import numpy as np

from dlcourse.homework.question import Question
from dlcourse.homework.questions.drawing import (
    NEVER_EMPTY,
    NO_ORDER,
    PASSES,
    twins,
)


def attention_backward(q, k, v, dout):
    """Gradients for queries, keys and values."""
    return backward(q, k, v, dout)


def softmax(logits):
    """Weights along the last axis, without overflow."""
    e = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def unsafe(logits):
    """exp of the logits as they are."""
    e = np.exp(logits)
    return e / e.sum(axis=-1, keepdims=True)


def over_queries(logits):
    """Each key's weights sum to 1, in place of each query's."""
    return softmax(logits.swapaxes(-1, -2)).swapaxes(-1, -2)


def through_softmax(p, dp):
    """Gradient for the logits, row by row."""
    return p * (dp - (p * dp).sum(axis=-1, keepdims=True))


def own_logit_only(p, dp):
    """As if a weight depended on its own logit alone."""
    return p * (1 - p) * dp


def backward(
    q,
    k,
    v,
    dout,
    weights=softmax,
    back=through_softmax,
    scaled=np.sqrt,
    divided=np.sqrt,
    mixed=np.transpose,
):
    """`attention_backward`; a mistake weighs, or goes back, in another way."""
    p = weights(q @ k.T / scaled(q.shape[1]))
    logits = back(p, dout @ v.T) / divided(q.shape[1])
    return logits @ k, logits.T @ q, mixed(p) @ dout


def swapped(q, k, v, dout):
    """Gradients of queries for keys, and the other way round, where shapes allow it."""
    dq, dk, dv = backward(q, k, v, dout)
    return (dk, dq, dv) if dq.shape == dk.shape else (-dq, -dk, dv)


def divided_by_value_size(q, k, v, dout):
    """The divisor is the root of a value's length."""

    def size(d):
        return np.sqrt(v.shape[1])

    return backward(q, k, v, dout, scaled=size, divided=size)


def one(d):
    """No divisor."""
    return 1


def asked(rng):
    """One query and two keys of one number to be read, then four of each."""
    numbers = [[2.0]], [[1.0], [0.0]], [[10.0], [20.0]], [[1.0]]
    by_hand = tuple(map(np.array, numbers))

    def drawn(rng, size):
        q, k, v, dout = rng.normal(size=(4, 4, 3))
        return q, size * k, v, dout

    return [by_hand, *twins(drawn, rng, (1,), (0.5,), (2,))]


BACKWARD = Question(
    homework="27",
    reference=attention_backward,
    inputs=asked,
    edges={
        "zero": (
            np.zeros((2, 2)),
            np.array([[1.0, 2], [3, 4], [-1, 0]]),
            np.array([[1.0], [2], [4]]),
            np.array([[1.0], [-1]]),
        ),
        "integer": (
            np.array([[1, 0], [0, 1]]),
            np.array([[1, 1], [0, 1]]),
            np.array([[1, 2, 0], [0, 1, 3]]),
            np.array([[1, 0, 2], [0, 1, 1]]),
        ),
        "too large": (
            np.array([[900.0, 0], [0, 1]]),
            np.array([[2.0, 1], [0, 3]]),
            np.array([[1.0], [2]]),
            np.array([[1.0], [3]]),
        ),
    },
    spared={"tie": NO_ORDER, "nan": PASSES, "empty": NEVER_EMPTY},
    points=3,
    results=("dq", "dk", "dv"),
    hints=(
        "Go forward first and keep the weights P. The answer is P v, so dv is as with "
        "any matrix product. And dP?",
        "Within one row each weight depends on all logits: dp_j / dlogit_i is "
        "p_j (1 if i is j else 0) - p_j p_i.",
        "With dP = dout @ v.T the logits get P * (dP - (P * dP).sum(axis=1)), then "
        "comes the divisor, then the product of q and k.",
    ),
    mistakes={
        "A weight depends on all logits of its row.": (
            partial(backward, back=own_logit_only)
        ),
        "The weights of a row sum to 1: what all get in common changes nothing.": (
            partial(backward, back=lambda p, dp: p * dp)
        ),
        "The gradient passes the softmax.": partial(backward, back=lambda p, dp: dp),
        "The sum runs over the keys, row by row.": (
            partial(backward, back=lambda p, dp: p * (dp - (p * dp).sum(axis=0)))
        ),
        "The divisor is passed on the way back as well.": (
            partial(backward, divided=one)
        ),
        "The logits are divided by the root of d on the way forward as well.": (
            partial(backward, scaled=one)
        ),
        "The logits have a divisor.": partial(backward, scaled=one, divided=one),
        "The divisor is the root of d, not d.": (
            partial(backward, scaled=lambda d: d, divided=lambda d: d)
        ),
        "d is how many numbers a query and a key have, not a value.": (
            divided_by_value_size
        ),
        "The weights of a query sum to 1, not those of a key.": (
            partial(backward, weights=over_queries)
        ),
        "exp of a large logit is too large: subtract the largest of the row.": (
            partial(backward, weights=unsafe)
        ),
        "The values get the transposed weights.": (
            partial(backward, mixed=lambda p: p)
        ),
        "Queries get the keys, keys get the queries.": swapped,
    },
)
QUESTIONS = (BACKWARD,)
