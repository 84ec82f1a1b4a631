"""Homework 14: the twin with the smallest weights, and the sharpest direction."""

from functools import partial

import numpy as np

from dlcourse.homework.question import Question
from dlcourse.homework.questions.drawing import SUMS, twins


def balanced(w1, b1, w2):
    """The twin of a network that has the smallest sum of squares."""
    return balance(w1, b1, w2)


def length(w, axis):
    """The length of each row or column."""
    return np.sqrt((w * w).sum(axis=axis))


def root_of_ratio(into, out):
    """The best factor of each unit; 0 where one of its sides is all 0."""
    dead = (into == 0) | (out == 0)
    return np.where(dead, 0, np.sqrt(out / np.where(dead, 1, into)))


def balance(
    w1,
    b1,
    w2,
    factor=root_of_ratio,
    measure=length,
    with_bias=True,
    scale_bias=True,
    dead=0,
):
    """`balanced`, and what becomes of it by a mistake; ``dead`` stands for 1 / 0."""
    into = np.vstack([w1, b1]) if with_bias else w1
    c = factor(measure(into, 0), measure(w2, 1))
    back = np.where(c == 0, dead, 1 / np.where(c == 0, 1, c))
    return c * w1, (c if scale_bias else 1) * b1, back[:, None] * w2


def unguarded(into, out):
    """Divides by 0."""
    return np.sqrt(out / into)


def kept(into, out):
    """A unit with an empty side stays as it is."""
    c = root_of_ratio(into, out)
    return np.where(c == 0, 1, c)


def of_layer(into, out):
    """One factor for the whole layer."""
    return np.full(len(into), np.sqrt(length(out, 0) / length(into, 0)))


def units(rng):
    """One unit to be read, then four units of three numbers."""

    def some(rng):
        sizes = np.exp(rng.normal(size=(2, 4)))
        w1, b1, w2 = (rng.normal(size=shape) for shape in ((3, 4), 4, (4, 2)))
        return w1 * sizes[0], b1 * sizes[0], w2 * sizes[1][:, None]

    by_hand = np.array([[3.0]]), np.array([4.0]), np.array([[20.0]])
    return [by_hand, *twins(some, rng, (), (), ())]


def sharpest(x, w):
    """The largest eigenvalue of the Hessian of softmax regression, and their mean."""
    return curvature(x, w)


def softmax(logits):
    """Of each row; exp does not overflow."""
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def naive_softmax(logits):
    """exp overflows."""
    return np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)


def of_outputs(p):
    """The Hessian of the loss of an image by its outputs: diag(p) - p p'."""
    return np.einsum("ik,kl->ikl", p, np.eye(p.shape[1])) - p[:, :, None] * p[:, None]


def curvature(
    x,
    w,
    squash=softmax,
    outputs=of_outputs,
    total=lambda h, n: h / n,
    average=np.mean,
    shared=False,
):
    """`sharpest`, and what becomes of it by a mistake."""
    inner = outputs(squash(x @ w))
    if shared:
        inner = np.broadcast_to(inner.mean(axis=0), inner.shape)
    h = np.einsum("ic,id,ikl->ckdl", x, x, inner, dtype=float)
    found = np.linalg.eigvalsh(total(h.reshape(w.size, w.size), len(x)))
    return found[-1], average(found)


def own_class_alone(p):
    """Without the blocks between two classes."""
    return np.einsum("ik,kl->ikl", p * (1 - p), np.eye(p.shape[1]))


def without_square(p):
    """diag(p) alone."""
    return np.einsum("ik,kl->ikl", p, np.eye(p.shape[1]))


def of_squares(p):
    """The Hessian of half the squared error."""
    return np.broadcast_to(np.eye(p.shape[1]), (*p.shape, p.shape[1]))


def nonzero_alone(found):
    """The mean of what is not 0."""
    return found.sum() / max((found > 1e-9 * found.max()).sum(), 1)


# Softmax regression on two numbers and a 1, trained on 600 points of three clouds.
TRAINED = np.array([[-0.1, 1.8, -1.6], [2, -0.5, -1.5], [-0.6, 0.1, 0.5]])
CENTERS = np.array([[0, 2], [2, 0], [-1.5, -1]])


def classifiers(rng):
    """One image to be read, the trained weights, and any weights."""
    points = CENTERS[rng.integers(3, size=40)] + rng.normal(size=(40, 2))

    def some(rng):
        return rng.normal(size=(12, 4)), rng.normal(size=(4, 3))

    by_hand = np.array([[2.0]]), np.zeros((1, 2))
    trained = np.hstack([points, np.ones((40, 1))]), TRAINED
    return [by_hand, trained, *twins(some, rng, (), (), ())]


QUESTIONS = (
    Question(
        homework="14",
        reference=balanced,
        inputs=units,
        edges={
            "zero": (  # nothing comes into the second unit, nothing leaves the third
                np.array([[3.0, 0, 1], [0, 0, 2]]),
                np.array([4.0, 0, -1]),
                np.array([[12.0, -16], [1, 2], [0, 0]]),
            ),
            "integer": (
                np.array([[3, 0], [0, 1]]),
                np.array([4, 1]),
                np.array([[1, 3], [2, -1]]),
            ),
        },
        spared={edge: why for edge, why in SUMS.items() if edge != "zero"},
        points=3,
        results=("w1", "b1", "w2"),
        hints=(
            "One unit alone: what goes in has length p, what goes out length q. Which "
            "c makes (c p)^2 + (q / c)^2 smallest?",
            "The derivative by c is 0 where c p = q / c: both sides are equally long.",
            "p is the length of a column of w1 with its bias, q that of a row of w2; "
            "c = sqrt(q / p).",
        ),
        mistakes={
            "The factor is the root of this: then both sides are equally long.": (
                partial(balance, factor=lambda p, q: root_of_ratio(p, q) ** 2)
            ),
            "This is the other way round: long sides become longer.": (
                partial(balance, factor=lambda p, q: root_of_ratio(q, p))
            ),
            "Each unit has a factor of its own, not the layer one.": (
                partial(balance, factor=of_layer)
            ),
            "The bias counts as well: it is scaled with what goes in.": (
                partial(balance, with_bias=False)
            ),
            "The bias has to be multiplied, too, else it is another function.": (
                partial(balance, scale_bias=False)
            ),
            "This makes the side that goes in 1 long; the sum of squares is smaller "
            "where both sides are equally long.": partial(
                balance,
                factor=lambda p, q: (
                    np.where(q > 0, 1 / np.maximum(p, 1e-300), 0) * (p > 0)
                ),
            ),
            "Where one side of a unit is all 0, this divides by 0.": (
                partial(balance, factor=unguarded, dead=np.inf)
            ),
            "A unit with one side all 0 does nothing: its other side becomes 0, too.": (
                partial(balance, factor=kept)
            ),
            "A length is the root of the sum of squares, not the sum of the sizes.": (
                partial(balance, measure=lambda w, axis: np.abs(w).sum(axis=axis))
            ),
            "A length is the root of the sum of squares, not the largest size.": (
                partial(balance, measure=lambda w, axis: np.abs(w).max(axis=axis))
            ),
        },
    ),
    Question(
        homework="14",
        reference=sharpest,
        inputs=classifiers,
        edges={
            "tie": (np.array([[1.0, 2], [1, 2]]), np.array([[0.5, 0.5], [1, 1]])),
            "zero": (np.array([[0.0, 0], [1, 0.5]]), np.array([[1.0, 0], [2, 1]])),
            "integer": (np.array([[1, 2], [3, -1]]), np.array([[1, 0], [0, 2]])),
            "too large": (
                np.array([[1000.0, 1], [0.5, 1]]),
                np.array([[1.0, -1], [0, 0.5]]),
            ),
        },
        spared={edge: why for edge, why in SUMS.items() if edge in ("nan", "empty")},
        points=2,
        results=("largest", "mean"),
        hints=(
            "Which derivative of the loss by the outputs do you know? Differentiate "
            "p - y once more, by the outputs.",
            "For one image, the second derivative by w[c, k] and w[d, l] is "
            "x[c] x[d] (p[k] (k == l) - p[k] p[l]).",
            "np.kron(np.outer(x, x), np.diag(p) - np.outer(p, p)) is that of one "
            "image. Average over the images, then np.linalg.eigvalsh.",
        ),
        mistakes={
            "The loss is the mean over the images, not the sum.": (
                partial(curvature, total=lambda h, n: h)
            ),
            "- p p' is missing: the probabilities depend on each other.": (
                partial(curvature, outputs=without_square)
            ),
            "The blocks between two classes are missing: - p_k p_l.": (
                partial(curvature, outputs=own_class_alone)
            ),
            "That is the Hessian of a squared error, without the softmax.": (
                partial(curvature, outputs=of_squares)
            ),
            "Both are half of it: a Hessian holds second derivatives, without 1/2.": (
                partial(curvature, total=lambda h, n: h / n / 2)
            ),
            "The mean goes over all eigenvalues, also those that are 0.": (
                partial(curvature, average=nonzero_alone)
            ),
            "The second number is the mean of the eigenvalues, not their sum.": (
                partial(curvature, average=np.sum)
            ),
            "The second number is the mean of the eigenvalues, not the smallest.": (
                partial(curvature, average=np.min)
            ),
            "Each image has its own probabilities beside its own x: average the "
            "products, not the factors.": partial(curvature, shared=True),
            "exp of a large number overflows, and infinity / infinity is nan. Subtract "
            "the largest output of each image before exp.": (
                partial(curvature, squash=naive_softmax)
            ),
        },
    ),
)
