"""Homework 15: a trained residual network without one or two of its blocks."""

from functools import partial

import numpy as np

from dlcourse.homework.question import Question
from dlcourse.homework.questions.drawing import NEVER_EMPTY, NO_EXP, twins


def removed(x, labels, stem, first, second, head):
    """The error without blocks i and j, for all pairs: (blocks, blocks)."""
    return without_pairs(x, labels, stem, first, second, head)


def outputs(x, stem, first, second, head, out, passes=True, last_relu=True):
    """What the network gives without the blocks ``out``."""
    z = x @ stem
    for block, (w1, w2) in enumerate(zip(first, second, strict=True)):
        branch = np.maximum(np.maximum(z, 0) @ w1, 0) @ w2
        z = z * passes if block in out else z + branch
    return (np.maximum(z, 0) if last_relu else z) @ head


def share_of_wrong(logits, labels):
    """The error."""
    return np.mean(logits.argmax(axis=1) != labels)


def without_pairs(
    x,
    labels,
    *weights,
    answer=outputs,
    pairs=lambda i, j: {i, j},
    measure=share_of_wrong,
):
    """`removed`, and what becomes of it by a mistake."""
    blocks = range(len(weights[1]))
    errors = [
        [measure(answer(x, *weights, out=pairs(i, j)), labels) for j in blocks]
        for i in blocks
    ]
    return np.array(errors)


def branches_of_all(x, stem, first, second, head, out):
    """The branches as they are with all blocks; those of ``out`` are taken away."""
    z, kept = x @ stem, x @ stem
    for block, (w1, w2) in enumerate(zip(first, second, strict=True)):
        branch = np.maximum(np.maximum(z, 0) @ w1, 0) @ w2
        z = z + branch
        kept = kept if block in out else kept + branch
    return np.maximum(kept, 0) @ head


def added_up(x, labels, *weights):
    """The rises of both blocks, each alone, added to the error of all blocks."""
    alone = np.diagonal(removed(x, labels, *weights))
    whole = share_of_wrong(outputs(x, *weights, out=()), labels)
    both = alone[:, None] + alone - whole
    return np.where(np.eye(len(alone)), alone, both)


def risen(x, labels, *weights):
    """What the error has gone up by."""
    whole = share_of_wrong(outputs(x, *weights, out=()), labels)
    return removed(x, labels, *weights) - whole


def last_of_ties(logits, labels):
    """Of equal outputs the last."""
    answers = logits.shape[1] - 1 - logits[:, ::-1].argmax(axis=1)
    return np.mean(answers != labels)


# A pre-activation network of three blocks, trained to find the points of a ring.
STEM = np.array([[-0.4, -0.5, 1.4], [1.0, -2.3, 0.4], [-1.1, -0.8, -1.3]])
FIRST = np.array(
    [
        [[1.8, -0.1, 0.9, -0.1], [0.6, 0.3, 2.1, 0], [1, 1.3, 0.3, -1.8]],
        [[-0.4, 0.7, 0.4, 1.5], [-1, 0.8, 0.6, 0.8], [-1.2, 0.3, 1.3, -1.1]],
        [[0.8, 0, 0.9, 2.4], [1.4, -0.1, -0.1, 0.1], [0.8, -0.1, -0.5, -2.1]],
    ]
)
SECOND = np.array(
    [
        [[-0.1, -1.2, 0.5], [0.4, -0.5, -0.4], [0.5, -1.8, 0.4], [-0.1, 0.5, -0.3]],
        [[0.8, -0.2, 0.1], [0.1, 0.7, 1.7], [1.5, 0, 0.9], [-0.2, 1.3, 1.5]],
        [[-0.7, 2, 1.2], [-0.8, 0.7, -0.5], [1, -0.3, -1.7], [2.1, 2.2, 0.1]],
    ]
)
HEAD = np.array([[-2.4, 2.9], [3.8, -3], [-1.8, 2]])
# The first block adds the first of two numbers to the second, the second block adds the
# second to the first.
BY_HAND = (
    np.array([[1.0]]),
    np.array([0]),
    np.array([[2.0, 1]]),
    np.array([[[1.0], [0]], [[0.0], [1]]]),
    np.array([[[0.0, 1]], [[1.0, 0]]]),
    np.eye(2),
)


def ring(rng, images):
    """Points in a square, each with a 1, and whether they lie in the ring."""
    points = rng.uniform(-3, 3, (images, 2))
    distance = np.hypot(*points.T)
    inside = (distance > 1) & (distance < 2.2)
    return np.hstack([points, np.ones((images, 1))]), inside.astype(int)


def residual_networks(rng):
    """Two blocks to be read, the trained network, and any networks."""

    def some(rng):
        shapes = (3, 3), (3, 3, 4), (3, 4, 3), (3, 3)
        weights = (rng.normal(size=shape) for shape in shapes)
        return rng.normal(size=(17, 3)), rng.integers(3, size=17), *weights

    trained = *ring(rng, 60), STEM, FIRST, SECOND, HEAD
    return [BY_HAND, trained, *twins(some, rng, (), (), ())]


QUESTIONS = (
    Question(
        homework="15",
        reference=removed,
        inputs=residual_networks,
        edges={
            "tie": (*BY_HAND[:2], np.array([[1.0, 1]]), *BY_HAND[3:]),
            "zero": (0 * BY_HAND[0], *BY_HAND[1:]),
            "integer": (  # the block between two others decides
                np.array([[1], [2], [3]]),
                np.array([0, 1, 0]),
                np.array([[1.0, 2]]),
                *(blocks[[0, 1, 0]] for blocks in BY_HAND[3:5]),
                BY_HAND[5],
            ),
        },
        spared={
            "nan": "Which output is the largest among nans has no answer.",
            "empty": NEVER_EMPTY,
            "too large": NO_EXP,
        },
        points=2,
        hints=(
            "Write the network as a loop over its blocks. What does a block do that is "
            "out?",
            "A block that is out leaves z as it is. The blocks behind it get another "
            "z, so compute the network anew for each pair.",
            "Two loops, i and j: in the inner one `if block not in (i, j): z = z + "
            "branch`. On the diagonal i and j are the same block.",
        ),
        mistakes={
            "The blocks behind see that a block is out: they get another z.": (
                partial(without_pairs, answer=branches_of_all)
            ),
            "On the diagonal one block is out, not none.": (
                partial(without_pairs, pairs=lambda i, j: {i, j} if i != j else ())
            ),
            "Both blocks are out, not only that of the row.": (
                partial(without_pairs, pairs=lambda i, j: {i})
            ),
            "Both blocks are out, not only that of the column.": (
                partial(without_pairs, pairs=lambda i, j: {j})
            ),
            "All blocks between the two are out as well.": (
                partial(
                    without_pairs, pairs=lambda i, j: {*range(i, j), *range(j, i), i, j}
                )
            ),
            "A block that is out lets its shortcut pass.": (
                partial(without_pairs, answer=partial(outputs, passes=False))
            ),
            "The effects of two blocks do not simply add up: leave both out at once.": (
                added_up
            ),
            "That is how far the error has risen; give the error itself.": risen,
            "That is the share of right answers; an error counts the wrong ones.": (
                lambda *given: 1 - removed(*given)
            ),
            "An error is a share: divide by the number of images.": (
                lambda x, *given: len(x) * removed(x, *given)
            ),
            "The last ReLU is missing: it stands before the head.": (
                partial(without_pairs, answer=partial(outputs, last_relu=False))
            ),
            "Of equal outputs the first is the answer.": (
                partial(without_pairs, measure=last_of_ties)
            ),
        },
    ),
)
