"""Homework 02: mini-batches, momentum, a schedule, the number of steps."""

import numpy as np

from dlcourse.homework.question import Question
from dlcourse.homework.questions.drawing import (
    COUNTS,
    NEVER_EMPTY,
    NO_ORDER,
    PASSES,
    SMOOTH,
    SUMS,
    twins,
)


def sgd_epoch(w, x, y, order, batch_size, rate):
    """One epoch of mini-batch descent on a line's mean squared error."""
    for start in range(0, len(order), batch_size):
        batch = order[start : start + batch_size]
        error = x[batch] @ w - y[batch]
        w = w - rate * 2 / len(batch) * x[batch].T @ error
    return w


def full_batch(w, x, y, order, batch_size, rate):
    """One step on all examples."""
    return sgd_epoch(w, x, y, order, len(order), rate)


def first_batch(w, x, y, order, batch_size, rate):
    """Returns within the loop."""
    return sgd_epoch(w, x, y, order[:batch_size], batch_size, rate)


def drops_the_rest(w, x, y, order, batch_size, rate):
    """Leaves the last, smaller batch out."""
    whole = len(order) // batch_size * batch_size
    return sgd_epoch(w, x, y, order[:whole], batch_size, rate)


def sums(w, x, y, order, batch_size, rate):
    """Sums over the batch instead of taking the mean."""
    for start in range(0, len(order), batch_size):
        batch = order[start : start + batch_size]
        w = w - rate * 2 * x[batch].T @ (x[batch] @ w - y[batch])
    return w


def divides_by_batch_size(w, x, y, order, batch_size, rate):
    """Divides the smaller last batch by the size of the others."""
    for start in range(0, len(order), batch_size):
        batch = order[start : start + batch_size]
        error = x[batch] @ w - y[batch]
        w = w - rate * 2 / batch_size * x[batch].T @ error
    return w


def epochs(rng):
    """Batches of one size, and with a smaller last one."""
    drawn = twins(an_epoch, rng, (7, 2, 3, 0.1), (7, 2, 2, 0.2), (7, 2, 5, 0.05))
    return [an_epoch(rng, 4, 1, 2, 0.1), *drawn, an_epoch(rng, 11, 3, 4, 0.1)]


def an_epoch(rng, n, f, batch_size, rate):
    """A line with f features and n examples, in a drawn order."""
    w, x, y = rng.normal(size=f), rng.normal(size=(n, f)), rng.normal(size=n)
    order = np.roll(rng.permutation(n - 1), 1)  # the last example comes first
    return w, x, y, np.array([n - 1, *order]), batch_size, rate


def momentum_step(w, v, gradient, rate, beta):
    """The new weights and the new velocity."""
    v = beta * v - rate * gradient
    return w + v, v


def warm_cosine(t, total, warm, peak):
    """Rate in step t: up in a straight line to the peak, down along half a cosine."""
    if t < warm:
        return peak * (t + 1) / warm
    return peak / 2 * (1 + np.cos(np.pi * (t - warm) / (total - warm)))


def cold_cosine(t, total, warm, peak):
    """The cosine runs from step 0, behind the warm-up."""
    if t < warm:
        return peak * (t + 1) / warm
    return peak / 2 * (1 + np.cos(np.pi * t / total))


QUESTIONS = (
    Question(
        homework="02",
        reference=sgd_epoch,
        inputs=epochs,
        edges={
            "integer": (
                np.array([1, -2]),
                np.array([[1, 0], [2, 1], [0, 3]]),
                np.array([1, 0, 2]),
                np.array([2, 0, 1]),
                2,
                0.25,
            ),
            "too large": (
                np.array([0.5]),
                np.array([[1.0], [2.0], [3.0]]),
                np.array([1.0, 1.0, 4.0]),
                np.array([1, 2, 0]),
                8,  # one batch of three
                0.1,
            ),
        },
        spared={
            "tie": NO_ORDER,
            "zero": SMOOTH,
            "nan": PASSES,
            "empty": NEVER_EMPTY,
        },
        points=2,
        hints=(
            "for start in range(0, len(order), batch_size): which examples are next?",
            "order[start : start + batch_size] may be shorter at the end: fine.",
            "The gradient is 2 / m * x.T @ (x @ w - y) over the m examples of a batch.",
        ),
        mistakes={
            "One step was made with all examples; one for each batch is asked for.": (
                full_batch
            ),
            "Only the first batch is used. Does the return stand in the loop?": (
                first_batch
            ),
            "The order is ignored.": lambda w, x, y, order, size, rate: sgd_epoch(
                w, x, y, np.arange(len(x)), size, rate
            ),
            "The last, smaller batch is left out.": drops_the_rest,
            "The last batch is smaller: divide by its own size.": divides_by_batch_size,
            "This sums over the batch; the loss is a mean.": sums,
            "The 2 from the square is missing.": lambda w, x, y, order, size, rate: (
                sgd_epoch(w, x, y, order, size, rate / 2)
            ),
            "The weights go uphill.": lambda w, x, y, order, size, rate: sgd_epoch(
                w, x, y, order, size, -rate
            ),
        },
    ),
    Question(
        homework="02",
        reference=momentum_step,
        inputs=lambda rng: [
            (np.array([1.0, 2]), np.array([0.5, 0]), np.array([1.0, -1]), 0.1, 0.9),
            *twins(
                lambda rng, *scalars: (*rng.normal(size=(3, 2, 3)), *scalars),
                rng,
                (0.2, 0.7),
                (0.1, 0.5),
            ),
        ],
        edges={
            "zero": (np.array([1.0, 2]), np.zeros(2), np.array([0.5, -1]), 0.2, 0.9),
            "integer": (
                np.array([1, 2]),
                np.array([1, 0]),
                np.array([3, -1]),
                0.1,
                0.5,
            ),
        },
        spared=SUMS,
        points=2,
        results=("w", "v"),
        hints=(
            "First the velocity, then the weights, and these with the new velocity.",
            "v = beta * v - rate * gradient; w = w + v.",
        ),
        mistakes={
            "The weights move with the old velocity.": (
                lambda w, v, g, rate, beta: (w + v, beta * v - rate * g)
            ),
            "The weights go uphill: the velocity has minus the gradient in it.": (
                lambda w, v, g, rate, beta: (
                    w + beta * v + rate * g,
                    beta * v + rate * g,
                )
            ),
            "The velocity is subtracted although the minus is in it already.": (
                lambda w, v, g, rate, beta: (
                    w - (beta * v - rate * g),
                    beta * v - rate * g,
                )
            ),
            "The gradient is weighted by 1 - beta. Some write it so; here its factor "
            "is the rate alone.": lambda w, v, g, rate, beta: momentum_step(
                w, v, g, rate * (1 - beta), beta
            ),
            "The velocity is forgotten: this is the plain descent.": (
                lambda w, v, g, rate, beta: momentum_step(w, v, g, rate, 0)
            ),
        },
    ),
    Question(
        homework="02",
        reference=warm_cosine,
        inputs=lambda rng: (
            [
                (t, 100, 10, 0.4)
                for t in (0, 4, 9, 10, 55, 99, int(rng.integers(20, 90)))
            ]
            + [(55, 80, 20, 0.3), (55, 70, 60, 0.4), (30, 50, 5, 1.0)]
        ),
        edges={
            "tie": (12, 60, 12, 0.3),
            "zero": (0, 20, 0, 0.3),
            "integer": (5, 10, 2, 1),
            "too large": (30, 30, 4, 0.2),
        },
        spared={"nan": COUNTS, "empty": COUNTS},
        hints=(
            "Two cases: t < warm, and the others. Look at the four numbers above.",
            "Behind the warm-up, t - warm steps of total - warm have gone.",
        ),
        mistakes={
            "The cosine begins at step 0; it has to begin where the warm-up ends.": (
                cold_cosine
            ),
            "Step 0 has a rate of 0, and nothing is learned in it: (t + 1) / warm.": (
                lambda t, total, warm, peak: (
                    peak * t / warm if t < warm else warm_cosine(t, total, warm, peak)
                )
            ),
            "The warm-up is missing.": lambda t, total, warm, peak: (
                peak / 2 * (1 + np.cos(np.pi * max(t - warm, 0) / (total - warm)))
            ),
            "It goes down in a straight line, not along a cosine.": (
                lambda t, total, warm, peak: (
                    warm_cosine(t, total, warm, peak)
                    if t < warm
                    else peak * (total - t) / (total - warm)
                )
            ),
            "cos takes radians: half a turn is pi.": lambda t, total, warm, peak: (
                warm_cosine(t, total, warm, peak)
                if t < warm
                else peak / 2 * (1 + np.cos(180 * (t - warm) / (total - warm)))
            ),
        },
    ),
)
