"""Homework 11: the gradient of a network with an auxiliary head."""

from functools import partial

import numpy as np

from dlcourse.homework.question import Question
from dlcourse.homework.questions.drawing import NEVER_EMPTY, PASSES, twins


def gradient_with_head(x, target, w1, w2, u, v, weight):
    """Gradients of L = CE(end) + weight CE(head) for w1, w2, u and v."""
    return gradients(x, target, w1, w2, u, v, weight)


def softmax(logits):
    """Probabilities of each row."""
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def gradients(x, target, w1, w2, u, v, weight, below=None, head=None, mask=True):
    """`gradient_with_head`; a mistake weighs the head differently in w1 or in v."""
    below = weight if below is None else below
    head = weight if head is None else head
    h1 = np.maximum(x @ w1, 0)
    h2 = np.maximum(h1 @ w2, 0)
    end, middle = ((softmax(h) - target) / len(x) for h in (h2 @ u, h1 @ v))
    d2 = end @ u.T * ((h2 > 0) if mask else 1)
    d1 = (d2 @ w2.T + below * middle @ v.T) * ((h1 > 0) if mask else 1)
    return x.T @ d1, h1.T @ d2, h2.T @ end, head * h1.T @ middle


def times(factor, *arguments):
    """All gradients times a function of the arguments."""
    return tuple(factor(*arguments) * g for g in gradient_with_head(*arguments))


def from_probabilities(x, target, w1, w2, u, v, weight):
    """Sends p back where p - t belongs."""
    return gradients(x, 0 * target, w1, w2, u, v, weight)


def networks_with_heads(rng):
    """One example and two units to be read, then six examples."""
    one = np.array([[1.0, 2]]), np.array([[0.0, 1]])
    trunk = np.array([[1.0, 0], [0, 1]]), np.array([[1.0, -1], [0, 1]])
    ends = np.array([[1.0, 0], [0, 1]]), np.array([[1.0, 1], [0, 2]])
    several = twins(with_head, rng, (0.3,), (0.7,), (1.3,))
    return [(*one, *trunk, *ends, 0.5), *several]


def with_head(rng, weight):
    """Six examples of three features, four units and three, five classes."""
    x, target = rng.normal(size=(6, 3)), np.eye(5)[rng.permutation([0, 1, 2, 3, 4, 0])]
    weights = (rng.normal(size=s) for s in ((3, 4), (4, 3), (3, 5), (4, 5)))
    return x, target, *weights, weight


# One unit is exactly 0 for the first example, and the head does not count.
AT_ZERO = (
    np.array([[1.0, -1], [2, 1]]),
    np.eye(2),
    np.array([[1.0, 0.5], [1, -1]]),
    np.array([[1.0, -1], [1, 2]]),
    np.array([[1.0, 0], [0, -1]]),
    np.array([[2.0, 0], [1, 1]]),
    0.0,
)
WHOLE = (np.array([[1, 2], [0, 1]]), *(a.astype(int) for a in AT_ZERO[1:-1]), 0.5)
LARGE = (np.array([[900.0, -1], [1, 800]]), *AT_ZERO[1:-1], 0.5)


QUESTIONS = (
    Question(
        homework="11",
        reference=gradient_with_head,
        inputs=networks_with_heads,
        edges={"zero": AT_ZERO, "integer": WHOLE, "too large": LARGE},
        spared={
            "tie": "No number of it is compared but with 0.",
            "nan": PASSES,
            "empty": NEVER_EMPTY,
        },
        points=4,
        results=("dw1", "dw2", "du", "dv"),
        hints=(
            "Each of the two logits gets (p - target) / n, as in lecture 02. What does "
            "the weight do to one of them?",
            "h1 goes two ways: into h2, and into the head. Its gradient is the sum.",
            "d1 = (d2 @ w2.T + weight * dhead @ v.T) * (h1 > 0), where dhead is "
            "(q - target) / n.",
        ),
        mistakes={
            "dw1 lacks what comes from the head: h1 feeds it as well.": (
                partial(gradients, below=0)
            ),
            "The head counts in full for w1; its loss has a weight.": (
                partial(gradients, below=1)
            ),
            "dv lacks the weight of the head.": partial(gradients, head=1),
            "The head's weight is missing, in dw1 and in dv.": (
                partial(gradients, below=1, head=1)
            ),
            "The loss is a mean over the examples: divide by their number.": (
                partial(times, lambda x, *_: len(x))
            ),
            "Where a ReLU gave 0, nothing flows back.": partial(gradients, mask=False),
            "The gradient of a logit is p - target, not p.": from_probabilities,
            "The losses are added up, not averaged: do not divide by 1 + weight.": (
                partial(times, lambda *arguments: 1 / (1 + arguments[-1]))
            ),
        },
    ),
)
