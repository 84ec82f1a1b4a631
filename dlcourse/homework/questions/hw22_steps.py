"""Homework 22: a batch in unequal parts, and weights kept in bfloat16."""

from functools import partial

import numpy as np

from dlcourse.homework.question import Question
from dlcourse.homework.questions.drawing import (
    NEVER_EMPTY,
    PASSES,
    SMOOTH,
    twins,
)


def accumulated_step(w, gradients, sizes, scale, rate, clip):
    """Weights after one step from parts of a batch, and the next loss scale."""
    return step(w, gradients, sizes, scale, rate, clip)


def mean_gradient(gradients, sizes):
    """The gradient of the whole batch: each part counts as its pictures do."""
    seen = sizes > 0
    return sizes[seen] @ gradients[seen] / sizes.sum()


def mean_of_means(gradients, sizes):
    """Each part counts alike."""
    return gradients[sizes > 0].mean(axis=0)


def shortened(g, clip):
    """The gradient, no longer than clip."""
    length = np.linalg.norm(g)
    return g * (clip / length) if length > clip else g


def each_number(g, clip):
    """Each number at most clip."""
    return np.clip(g, -clip, clip)


def step(
    w, gradients, sizes, scale, rate, clip, mean=mean_gradient, cut=shortened, skip=0.5
):
    """`accumulated_step`; a mistake takes another mean or cuts in another way."""
    g = mean(gradients, sizes) / scale
    if skip and not np.isfinite(g).all():
        return 1.0 * w, scale * skip
    return w - rate * cut(g, clip), scale


def parts_cut(w, gradients, sizes, scale, rate, clip):
    """Each part is clipped by itself."""
    cut = np.array([scale * shortened(g / scale, clip) for g in gradients])
    cut[~np.isfinite(gradients).all(axis=1)] = np.inf
    return step(w, cut, sizes, scale, rate, clip)


def cut_too_early(w, gradients, sizes, scale, rate, clip):
    """Clipped before it is divided by the scale."""
    moved, scale_then = step(w, gradients, sizes, scale, rate, clip * scale)
    g = (w - moved) / rate * scale
    return w - rate * shortened(g, clip) / scale, scale_then


def scaled_parts(rng):
    """Two parts to be read, one of them lost; then four parts of five numbers."""
    two, w = np.array([[8.0, 0], [4, 2]]), np.array([1.0, 2])
    by_hand = w, two, np.array([1, 3]), 2.0, 0.1, 9.0
    lost = w, np.array([[8.0, np.inf], [4, 2]]), np.array([1, 3]), 2.0, 0.1, 9.0

    def parts(rng, scale, rate, clip, last=7):
        sizes = np.array([*rng.integers(8, 30, 3), last])
        gradients = scale * rng.normal(size=(4, 5))
        if not last:
            gradients[3] = np.nan
        return rng.normal(size=5), gradients, sizes, scale, rate, clip

    variants = (8.0, 0.1, 9.0), (64.0, 0.3, 0.3), (32.0, 0.05, 0.6), (16.0, 0.2, 9.0, 0)
    return [by_hand, lost, *twins(parts, rng, *variants)]


def stored_step(w, gradient, rate):
    """New weights in bfloat16, and the share of all weights whose step is lost."""
    return stored(w, gradient, rate)


def nearest(x, bits=8):
    """The nearest numbers with so many binary digits; of two, the even one."""
    fraction, exponent = np.frexp(x)
    return np.ldexp(np.round(fraction * 2**bits), exponent - bits)


def cut_off(x):
    """The last 16 of 32 bits are dropped."""
    fraction, exponent = np.frexp(x)
    return np.ldexp(np.trunc(fraction * 2**8), exponent - 8)


def half_away(x):
    """Of two numbers that are equally near, the one farther from 0."""
    fraction, exponent = np.frexp(x)
    up = np.floor(np.abs(fraction) * 2**8 + 0.5)
    return np.ldexp(np.sign(fraction) * up, exponent - 8)


def identity(x):
    """As it is."""
    return x


def stored(w, gradient, rate, first=nearest, last=nearest, moves=None):
    """`stored_step`; a mistake rounds in another way, or at another place."""
    before = first(w)
    after = last(before - rate * gradient)
    still = after == before
    return after, np.mean(still & (gradient != 0) if moves is None else moves(still))


def with_digits(bits):
    """`stored` with so many binary digits."""
    rounded = partial(nearest, bits=bits)
    return partial(stored, first=rounded, last=rounded)


def shares_of_others(w, gradient, rate):
    """The share of those that have a gradient."""
    after, lost = stored(w, gradient, rate)
    return after, lost * gradient.size / np.sum(gradient != 0)


def trained_weights(rng):
    """Three weights to be read, then those of a trained softmax regression."""
    by_hand = np.array([1.0, 0.01, 3]), np.array([1.0, 1, 0]), 0.003
    alike = twins(regression, rng, (0.01,), (0.1,), (0.003,))
    return [by_hand, *alike]


def regression(rng, rate):
    """Weights (9, 4) after a training, some of them never used, and a gradient."""
    while True:
        w, gradient = trained_regression(rng)
        before = nearest(w)
        if clear(w) and clear(before - rate * gradient):
            return w, gradient, rate


def clear(x):
    """Whether no number is so near the middle of two that float32 may decide."""
    fraction, _ = np.frexp(x)
    return np.abs(np.abs(fraction) * 2**8 % 1 - 0.5).min() > 1e-3


def trained_regression(rng):
    """Weights (9, 4) of a softmax regression and their gradient at the end."""
    centres, w = rng.normal(0, 1.5, (4, 9)), rng.normal(0, 0.5, (9, 4))
    labels = rng.integers(0, 4, 40)
    x = centres[labels] + rng.normal(size=(40, 9))
    x[:, rng.integers(1, 9)] = 0  # a pixel that is always black
    for _ in range(60):
        e = np.exp(x @ w - (x @ w).max(axis=1, keepdims=True))
        gradient = x.T @ (e / e.sum(axis=1, keepdims=True) - np.eye(4)[labels]) / 40
        w = w - 0.5 * gradient
    return w, gradient


STEP = Question(
    homework="22",
    reference=accumulated_step,
    inputs=scaled_parts,
    edges={
        "zero": (
            np.array([1.0, -2]),
            np.zeros((2, 2)),
            np.array([4, 4]),
            8.0,
            0.5,
            1.0,
        ),
        "nan": (
            np.array([3.0, 1]),
            np.array([[6.0, 8], [np.nan, np.nan]]),
            np.array([5, 0]),
            2.0,
            0.5,
            1.0,
        ),
        "integer": (
            np.array([3, 1]),
            np.array([[6, 8], [2, 4]]),
            np.array([5, 2]),
            2.0,
            0.25,
            20.0,
        ),
        "too large": (
            np.array([3.0, 1]),
            np.array([[-np.inf, 8e4], [6e4, np.nan]]),
            np.array([5, 2]),
            1024.0,
            0.25,
            20.0,
        ),
    },
    spared={"tie": SMOOTH, "empty": NEVER_EMPTY},
    points=2,
    results=("w", "scale"),
    hints=(
        "First the gradient of the whole batch: how much does a part of one picture "
        "count beside a part of three?",
        "Leave out the parts without pictures before you multiply: 0 times nan is nan.",
        "Then the order: divide by the scale, look for inf and nan, clip the length, "
        "make the step.",
    ),
    mistakes={
        "Each part counts as many pictures as it has; this is a mean of means.": (
            partial(step, mean=mean_of_means)
        ),
        "A part without pictures has no gradient: leave it out.": (
            partial(step, mean=lambda g, sizes: sizes @ g / sizes.sum())
        ),
        "The gradients are added up; the batch has their mean.": (
            partial(step, mean=lambda g, sizes: sizes[sizes > 0] @ g[sizes > 0])
        ),
        "Each part is clipped here; clip once, when all have come.": parts_cut,
        "It is clipped before it is divided by the scale.": cut_too_early,
        "Each number is clipped here; the length of the whole gradient is.": (
            partial(step, cut=each_number)
        ),
        "Nothing is clipped.": partial(step, cut=lambda g, clip: g),
        "The gradient still has the scale in it.": (
            lambda w, g, sizes, scale, rate, clip: step(
                w, g * scale, sizes, scale, rate, clip
            )
        ),
        "A step with an infinite gradient is skipped.": partial(step, skip=0),
        "Behind a step that was skipped the scale is halved.": partial(step, skip=1),
        "Too large a scale made it infinite, so the scale gets smaller.": (
            partial(step, skip=2)
        ),
    },
)
STORED = Question(
    homework="22",
    reference=stored_step,
    inputs=trained_weights,
    edges={
        "tie": (
            np.array([1.0, 1 + 2**-7, -1]),
            np.array([-1.0, -1, -3]),
            2.0**-8,
        ),
        "zero": (np.array([0.0, 2, 0]), np.array([1e-4, 0, 0]), 0.5),
        "integer": (np.array([1, 300]), np.array([1, 1]), 0.25),
        "too large": (np.array([259.0, -1e6]), np.array([0.3, 40.0]), 1.0),
    },
    spared={"nan": PASSES, "empty": NEVER_EMPTY},
    points=2,
    results=("stored", "lost"),
    hints=(
        "np.frexp(x) gives a fraction between 1/2 and 1 and an exponent. How many "
        "binary digits of the fraction may stay?",
        "Eight digits: np.round(fraction * 256) / 256, and np.ldexp puts it together "
        "again. np.round takes the even one of two.",
        "Round w, make the step as exactly as you can, round again. A step is lost "
        "where both roundings give one number and the gradient is not 0.",
    ),
    mistakes={
        "The digits are cut off; take the nearest number.": (
            partial(stored, first=cut_off, last=cut_off)
        ),
        "Of two numbers equally near the even one is taken.": (
            partial(stored, first=half_away, last=half_away)
        ),
        "bfloat16 has 8 binary digits: the 1 in front, which is not stored, and 7.": (
            partial(
                stored, first=partial(nearest, bits=7), last=partial(nearest, bits=7)
            )
        ),
        "These are the digits of float16; bfloat16 has fewer.": (with_digits(11)),
        "The weights were in bfloat16 before the step as well: round them first.": (
            partial(stored, first=identity)
        ),
        "The new weights are not rounded.": partial(stored, last=identity),
        "A weight without a gradient has lost nothing.": (
            partial(stored, moves=lambda still: still)
        ),
        "That is the share of the weights that move.": (
            partial(stored, moves=lambda still: ~still)
        ),
        "It is a share of all weights, also of those without a gradient.": (
            shares_of_others
        ),
        "The step goes against the gradient.": (
            lambda w, gradient, rate: stored(w, -gradient, rate)
        ),
    },
)
QUESTIONS = STEP, STORED
