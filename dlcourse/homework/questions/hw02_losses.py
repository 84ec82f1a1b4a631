"""Homework 02: cross entropy, its gradient, backpropagation by hand."""

from functools import partial

import numpy as np

from dlcourse.homework.question import Question


def softmax_cross_entropy(target, logits):
    """The loss of each example: (n, classes), (n, classes) -> (n,)."""
    logits = logits - logits.max(axis=1, keepdims=True)
    return np.log(np.exp(logits).sum(axis=1)) - (target * logits).sum(axis=1)


def softmax(logits):
    """exp(s) / sum exp(s) over the classes."""
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def overflowing(target, logits):
    """Takes the formula as it stands."""
    p = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    return -np.log((target * p).sum(axis=1))


def every_class(target, logits):
    """Sums binary cross entropies."""
    p = softmax(logits)
    return -(target * np.log(p) + (1 - target) * np.log1p(-p)).sum(axis=1)


def logits_and_labels(rng):
    """Two examples to be read, five drawn ones; not too certain."""
    target = np.array([[0.0, 1, 0], [1, 0, 0]])
    logits = np.array([[2.0, 1, -1], [0, 0, 0]])
    drawn = np.eye(4)[rng.integers(0, 4, 5)]
    return [(target, logits), (drawn, rng.normal(0, 2, (5, 4)))]


def clipped(target, logits):
    """Makes the probabilities first, and keeps their logarithm finite."""
    return -np.log((target * softmax(logits)).sum(axis=1) + 1e-12)


def with_large_logits(rng):
    """As above, and logits whose exp is infinite, or 0: in all classes, or one."""
    large = np.array([[1000.0, 1000, 0], [-1000, -1001, -1003], [0, 500, 1000]])
    return [*logits_and_labels(rng), (np.eye(3)[[0, 1, 0]], large)]


def softmax_gradient(target, logits):
    """Gradient of the mean loss for the logits: (n, classes)."""
    return (softmax(logits) - target) / len(logits)


def backward(x, target, w1, b1, w2, b2):
    """Gradients of a net with sigmoid units and squared error, mean of the batch."""
    return with_slope(lambda h: h * (1 - h), x, target, w1, b1, w2, b2)


def with_slope(hidden_slope, x, target, w1, b1, w2, b2):
    """`backward` with a slope of the hidden units, given as a function of h."""
    h = 1 / (1 + np.exp(-(x @ w1 + b1)))
    dy = 2 * (h @ w2 + b2 - target) / target.size
    dz = dy @ w2.T * hidden_slope(h)
    return x.T @ dz, dz.sum(axis=0), h.T @ dy, dy.sum(axis=0)


def changed(change):
    """`backward` with its gradients changed by a function of them and the target."""
    return lambda x, target, w1, b1, w2, b2: change(
        *backward(x, target, w1, b1, w2, b2), target
    )


def nets(rng):
    """Batches and weights; all axes differ in length."""
    cases = [(2, 1, 2, 1), (5, 3, 4, 2)]
    return [
        tuple(rng.normal(size=s) for s in ((n, i), (n, o), (i, h), h, (h, o), o))
        for n, i, h, o in cases
    ]


QUESTIONS = (
    Question(
        homework="02",
        reference=softmax_cross_entropy,
        inputs=with_large_logits,
        points=2,
        hints=(
            "Write log softmax(s)_c as a difference of two terms, on paper.",
            "It is s_c - log(sum exp(s)). A number taken from all logits cancels.",
            "Take the largest logit of each example from its logits first: then every "
            "exp is at most 1, and one of them is 1.",
        ),
        mistakes={
            "Right for small logits, but exp of a large one is infinite, and of a very "
            "negative one 0. Fuse softmax and logarithm.": overflowing,
            "The probability of a class far behind is 0 in the computer, and no small "
            "number added to it brings back how far. Fuse softmax and logarithm.": (
                clipped
            ),
            "This is the mean over the batch; each example's own loss is asked for.": (
                lambda t, s: np.mean(softmax_cross_entropy(t, s))
            ),
            "The sign is wrong: a loss is minus the log of a probability.": (
                lambda t, s: -softmax_cross_entropy(t, s)
            ),
            "The other classes count as well here. In the categorical cross entropy "
            "they enter through the softmax alone.": every_class,
            "The softmax runs over the examples; it has to run over the classes.": (
                lambda t, s: (
                    -(t * (s - s.max(0) - np.log(np.exp(s - s.max(0)).sum(0)))).sum(1)
                )
            ),
        },
    ),
    Question(
        homework="02",
        reference=softmax_gradient,
        inputs=logits_and_labels,
        hints=(
            "The lecture derives ds. What is subtracted from the probabilities?",
            "The loss is the mean over n examples: each has a share of 1 / n in it.",
        ),
        mistakes={
            "The batch's loss is a mean, so its gradient has a factor of 1 / n.": (
                lambda t, s: softmax(s) - t
            ),
            "It is divided by n and by the number of classes; only n is right.": (
                lambda t, s: (softmax(s) - t) / t.size
            ),
            "The sign is wrong: p - t points to where the loss grows.": (
                lambda t, s: (t - softmax(s)) / len(s)
            ),
            "The logits are no probabilities: the softmax is missing.": (
                lambda t, s: (s - t) / len(s)
            ),
            "No p (1 - p) here: it has cancelled with the logarithm's slope.": (
                lambda t, s: (softmax(s) - t) * softmax(s) * (1 - softmax(s)) / len(s)
            ),
        },
    ),
    Question(
        homework="02",
        reference=backward,
        inputs=nets,
        points=3,
        results=("dw1", "db1", "dw2", "db2"),
        hints=(
            "Forward first, and keep h. Which line of the lecture's backward pass is "
            "about the loss, and which about the hidden unit?",
            "The mean goes over all n × outputs numbers: dy = 2 (y - target) / "
            "target.size. Then dw2 = h.T @ dy, and db2 sums dy over the batch.",
            "dh = dy @ w2.T, dz = dh * h * (1 - h), and then as for the second layer.",
        ),
        mistakes={
            "dw1 and db1 have the slope of tanh, 1 - h². A sigmoid has h (1 - h).": (
                partial(with_slope, lambda h: 1 - h**2)
            ),
            "dw1 and db1 lack the slope of the sigmoid.": (
                partial(with_slope, np.ones_like)
            ),
            "db1 and db2 are means over the batch. A bias is added to every example, "
            "so its gradient is the sum.": changed(
                lambda dw1, db1, dw2, db2, t: (dw1, db1 / len(t), dw2, db2 / len(t))
            ),
            "The 2 from the square is missing.": changed(
                lambda *gradients: tuple(g / 2 for g in gradients[:4])
            ),
            "This is the gradient of the sum of squares; the loss is their mean.": (
                changed(lambda *g: tuple(one * g[4].size for one in g[:4]))
            ),
            "The signs are wrong: gradients point to where the loss grows.": changed(
                lambda *gradients: tuple(-g for g in gradients[:4])
            ),
        },
    ),
)
