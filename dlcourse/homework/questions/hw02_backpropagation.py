"""Homework 02: backpropagation by hand, its check, and a network trained by it."""

from functools import partial

import numpy as np

from dlcourse.homework.question import Question
from dlcourse.homework.questions.drawing import (
    NEVER_EMPTY,
    NO_ORDER,
    PASSES,
    twins,
)


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
    return [a_net(rng, 2, 1, 2, 1), *twins(a_net, rng, (5, 3, 4, 2), (5, 3, 4, 2))]


def a_net(rng, n, i, h, o):
    """A batch of n examples, and the weights of i, h and o units."""
    return tuple(rng.normal(size=s) for s in ((n, i), (n, o), (i, h), h, (h, o), o))


def loss_of_line(w, x, target):
    """Mean squared error of tanh(x w)."""
    return np.mean((np.tanh(x @ w) - target) ** 2)


def numerical_gradient(w, x, target, h):
    """Central differences of the loss, weight by weight: (features,)."""
    return differences(w, x, target, h, 1, 1)


def differences(w, x, target, h, up, down):
    """Slopes between up steps above and down steps below."""
    return np.array(
        [
            loss_of_line(w + up * step, x, target)
            - loss_of_line(w - down * step, x, target)
            for step in h * np.eye(len(w))
        ]
    ) / ((up + down) * h)


def exact_gradient(w, x, target, h):
    """The gradient by the chain rule."""
    y = np.tanh(x @ w)
    return 2 * x.T @ ((y - target) * (1 - y**2)) / len(x)


def stays_moved(w, x, target, h):
    """Does not put a weight back before it moves the next one."""
    steps = h * np.tri(len(w))
    before = steps - h * np.eye(len(w))
    return np.array(
        [
            loss_of_line(w + step, x, target)
            - loss_of_line(w + step - 2 * (step - rest), x, target)
            for step, rest in zip(steps, before, strict=True)
        ]
    ) / (2 * h)


def lines(rng):
    """A weight to be read, and batches of five examples."""
    by_hand = np.array([0.5]), np.array([[1.0], [2.0]]), np.array([0.0, 1.0]), 0.1
    return [by_hand, *twins(a_line, rng, (0.1,), (0.3,))]


def a_line(rng, h):
    """Five examples of three features."""
    return rng.normal(size=3), rng.normal(size=(5, 3)), rng.uniform(-1, 1, 5), h


def train(x, target, w1, b1, w2, b2, rate, steps):
    """Losses before the first step and behind each: (steps + 1,)."""
    return trained(backward, x, target, w1, b1, w2, b2, rate, steps)


def trained(gradients, x, target, w1, b1, w2, b2, rate, steps):
    """`train` with another function for the gradients."""
    weights = w1, b1, w2, b2
    losses = [loss_of_net(x, target, *weights)]
    for _ in range(steps):
        moves = gradients(x, target, *weights)
        weights = [w - rate * move for w, move in zip(weights, moves, strict=True)]
        losses.append(loss_of_net(x, target, *weights))
    return np.array(losses)


def loss_of_net(x, target, w1, b1, w2, b2):
    """Mean squared error of the net of `backward`."""
    h = 1 / (1 + np.exp(-(x @ w1 + b1)))
    return np.mean((h @ w2 + b2 - target) ** 2)


def frozen(*layers):
    """`backward` that gives 0 for some of the four gradients."""
    return lambda *arguments: [
        0 * gradient if k in layers else gradient
        for k, gradient in enumerate(backward(*arguments))
    ]


def never_renewed(x, target, w1, b1, w2, b2, rate, steps):
    """Takes every step along the first gradient."""
    first = backward(x, target, w1, b1, w2, b2)
    return trained(lambda *_: first, x, target, w1, b1, w2, b2, rate, steps)


def trainings(rng):
    """Nets, some of one shape, with a rate and a number of steps."""
    small = tuple(
        np.array(a) for a in ([[1.0]], [[1.0]], [[0.0]], [0.0], [[1.0]], [0.0])
    )

    def a_training(rng, rate, steps):
        return *a_net(rng, 5, 3, 4, 2), rate, steps

    drawn = twins(a_training, rng, (0.3, 4), (0.1, 6), (0.2, 4))
    return [(*small, 0.5, 2), *drawn]


QUESTIONS = (
    Question(
        homework="02",
        reference=backward,
        inputs=nets,
        edges={
            "zero": tuple(np.zeros(s) for s in ((1, 2), (1, 1), (2, 2), 2, (2, 1), 1)),
            "integer": (
                np.array([[1, 0], [2, -1], [0, 1]]),
                np.array([[1], [0], [2]]),
                np.array([[1, 0], [-1, 1]]),
                np.array([0, 1]),
                np.array([[1], [-2]]),
                np.array([1]),
            ),
        },
        spared={
            "tie": NO_ORDER,
            "nan": PASSES,
            "empty": NEVER_EMPTY,
            "too large": "A sigmoid far out is flat, however it is written.",
        },
        points=4,
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
    Question(
        homework="02",
        reference=numerical_gradient,
        inputs=lines,
        edges={
            "zero": (np.zeros(2), np.array([[1.0, 2]]), np.array([0.5]), 0.2),
            "integer": (
                np.array([1, -1]),
                np.array([[1, 2], [0, 1]]),
                np.ones(2),
                0.25,
            ),
        },
        spared={
            "tie": NO_ORDER,
            "nan": PASSES,
            "empty": NEVER_EMPTY,
            "too large": "A tanh far out is flat, however it is written.",
        },
        points=2,
        hints=(
            "Write the loss as a function of w first. Which weights move for the first "
            "number of the gradient?",
            "Copy w, as floats, and move one weight of the copy by h; then by -h.",
            "(loss(w + step) - loss(w - step)) / (2 * h), where step is h at one place "
            "and 0 elsewhere: a row of h * np.eye(len(w)).",
        ),
        mistakes={
            "It looks to one side alone. A step to either side makes the error much "
            "smaller.": lambda w, x, t, h: differences(w, x, t, h, 1, 0),
            "It looks below alone; go to either side.": (
                lambda w, x, t, h: differences(w, x, t, h, 0, 1)
            ),
            "Between the two places lie 2 h, not h.": (
                lambda w, x, t, h: 2 * numerical_gradient(w, x, t, h)
            ),
            "This is the exact gradient. The check needs the other one, by differences "
            "of the loss.": exact_gradient,
            "The loss is a mean over the examples, not their sum.": (
                lambda w, x, t, h: len(x) * numerical_gradient(w, x, t, h)
            ),
            "The sign is wrong: the upper loss minus the lower one.": (
                lambda w, x, t, h: -numerical_gradient(w, x, t, h)
            ),
            "A weight that has moved has to go back before the next one moves.": (
                stays_moved
            ),
        },
    ),
    Question(
        homework="02",
        reference=train,
        inputs=trainings,
        edges={
            "zero": (*a_net(np.random.default_rng(0), 2, 1, 2, 1), 0.3, 0),
            "integer": (
                *(np.array(a) for a in ([[1], [2]], [[1], [0]], [[1, -1]], [0, 1])),
                *(np.array(a) for a in ([[1], [2]], [1])),
                0.25,
                2,
            ),
        },
        spared={
            "tie": NO_ORDER,
            "nan": PASSES,
            "empty": NEVER_EMPTY,
            "too large": "A training that diverges is no training.",
        },
        points=2,
        hints=(
            "Two lines in a loop: the gradients by your own `backward`, then a step "
            "with each of the four weights.",
            "Keep the loss before the loop and behind each step: steps + 1 numbers.",
            "All four gradients belong to the weights before the step: first all of "
            "backward, then w1 = w1 - rate * dw1 and so on.",
        ),
        mistakes={
            "The loss grows: a step goes against the gradient.": (
                lambda *a: train(*a[:6], -a[6], a[7])
            ),
            "The loss before the first step is missing.": lambda *a: train(*a)[1:],
            "The loss behind the last step is missing.": lambda *a: train(*a)[:-1],
            "The biases do not learn.": lambda *a: trained(frozen(1, 3), *a),
            "The first layer does not learn.": lambda *a: trained(frozen(0, 1), *a),
            "The second layer does not learn.": lambda *a: trained(frozen(2, 3), *a),
            "Every step goes along the first gradient. It has to be taken anew, at the "
            "weights of now.": never_renewed,
            "Only one step was made.": lambda *a: trained(backward, *a[:7], 1),
        },
    ),
)
