"""Homework 15: Shake-Shake with two bugs, and stochastic depth on average."""

from functools import partial
from itertools import product

import numpy as np

from dlcourse.homework.question import Question
from dlcourse.homework.questions.drawing import LINEAR, twins


def shake_shake(y1, y2, alpha, beta, dout):
    """The mixture of two branches, and the gradients that are handed back to them."""
    return shake(y1, y2, alpha, beta, dout)


def of_image(numbers, y):
    """One number for each image, along the first axis."""
    return numbers[:, None, None]


def of_channel(numbers, y):
    """Along the last axis, where NumPy puts them by itself."""
    return np.broadcast_to(numbers, y.shape)


def of_batch(numbers, y):
    """The first number for all images."""
    return numbers[0]


def shake(y1, y2, alpha, beta, dout, forward=of_image, backward=of_image, keep=False):
    """`shake_shake`; a mistake spreads the numbers in another way, or keeps alpha."""
    a, b = forward(alpha, y1), backward(alpha if keep else beta, y1)
    return a * y1 + (1 - a) * y2, b * dout, (1 - b) * dout


def exchanged(y1, y2, alpha, beta, dout):
    """beta for the second branch."""
    out, dy1, dy2 = shake(y1, y2, alpha, beta, dout)
    return out, dy2, dy1


def not_divided(y1, y2, alpha, beta, dout):
    """Both branches get all of the gradient, as at a plain sum."""
    return shake(y1, y2, alpha, beta, dout)[0], 1.0 * dout, 1.0 * dout


def alpha_too(y1, y2, alpha, beta, dout):
    """The gradient of the mixture, divided once more."""
    out, dy1, dy2 = shake(y1, y2, alpha, beta, dout)
    a = of_image(alpha, y1)
    return out, a * dy1, (1 - a) * dy2


def tested(y1, y2, alpha, beta, dout):
    """As in testing: the mean."""
    return (y1 + y2) / 2, dout / 2, dout / 2


def branches(rng):
    """One number of two images to be read, then as many images as channels."""

    def some(rng, images=4):
        y1, y2, dout = rng.normal(size=(3, images, 3, 4))
        return y1, y2, *rng.uniform(size=(2, images)), dout

    by_hand = (
        np.array([[[8.0]], [[10.0]]]),
        np.array([[[4.0]], [[0.0]]]),
        np.array([0.25, 0.5]),
        np.array([0.75, 0.1]),
        np.array([[[1.0]], [[2.0]]]),
    )
    return [by_hand, *twins(some, rng, (), (), ()), some(rng, 2)]


def average_network(x, w, p):
    """The mean answer over all coins, and what the network answers in testing."""
    return averaged(x, w, p)


def relu(z):
    """The nonlinearity of a block."""
    return np.maximum(z, 0)


def answer(x, w, factors, nonlinearity=relu):
    """x behind all blocks, each branch multiplied by its factor."""
    x = x.astype(float)
    for kernel, factor in zip(w, factors, strict=True):
        x = x + factor * nonlinearity(x @ kernel)
    return x


def averaged(
    x,
    w,
    p,
    chance=lambda p: p,
    factor=lambda coin, p: coin,
    scale=lambda p: p,
    shared=False,
    nonlinearity=relu,
):
    """`average_network`, and what becomes of it by a mistake."""
    mean = 0
    for coins in product((0, 1), repeat=1 if shared else len(p)):
        coins = np.resize(coins, len(p))
        each = np.where(coins, chance(p), 1 - chance(p))
        weight = each[0] if shared else each.prod()
        mean = mean + weight * answer(x, w, factor(coins, p), nonlinearity)
    return mean, answer(x, w, scale(p), nonlinearity)


def one_network(x, w, p):
    """What testing does, twice."""
    return answer(x, w, p), answer(x, w, p)


def backwards(x, w, p):
    """The last block comes first."""
    return averaged(x, w[::-1], p[::-1])


def shortcut_too(x, w, p):
    """In testing the whole block is scaled."""
    mean, tested = averaged(x, w, p)[0], x.astype(float)
    for kernel, chance in zip(w, p, strict=True):
        tested = chance * (tested + relu(tested @ kernel))
    return mean, tested


def coins(rng):
    """Two blocks of one number to be read, then four blocks of three numbers."""

    def some(rng, blocks=4):
        w = rng.normal(size=(blocks, 3, 3))
        return rng.normal(size=(5, 3)), w, rng.uniform(0.2, 0.9, blocks)

    by_hand = np.array([[-1.0]]), np.array([[[-2.0]], [[3.0]]]), np.array([0.5, 0.5])
    return [by_hand, *twins(some, rng, (), (), ()), some(rng, 1)]


QUESTIONS = (
    Question(
        homework="15",
        reference=shake_shake,
        inputs=branches,
        edges={
            "integer": (
                np.array([[[8]], [[10]]]),
                np.array([[[4]], [[0]]]),
                np.array([0.3, 0.6]),
                np.array([0.7, 0.2]),
                np.array([[[1]], [[2]]]),
            ),
        },
        spared=LINEAR,
        points=3,
        results=("out", "dy1", "dy2"),
        hints=(
            "Give broken_shake two equal images and different numbers for them. Which "
            "parts of the result should differ?",
            "NumPy lines shapes up from the right: (n,) against (n, pixels, c) stands "
            "under the channels.",
            "alpha[:, None, None] has one number for each image. And which of the two "
            "numbers divides the gradient?",
        ),
        mistakes={
            "Both bugs are still in it: the numbers stand along the channels, and the "
            "gradient is divided by alpha.": partial(
                shake, forward=of_channel, backward=of_channel, keep=True
            ),
            "The numbers stand along the channels; there is one for each image.": (
                partial(shake, forward=of_channel, backward=of_channel)
            ),
            "The gradient is divided by alpha; Shake-Shake draws beta for it.": (
                partial(shake, keep=True)
            ),
            "out is right; the backward pass has one number for each image, too.": (
                partial(shake, backward=of_channel)
            ),
            "The gradients are right; the forward pass has one number for each image, "
            "too.": partial(shake, forward=of_channel),
            "Each image has numbers of its own; here the first holds for all.": (
                partial(shake, forward=of_batch, backward=of_batch)
            ),
            "out is right; beta belongs to the first branch, 1 - beta to the second.": (
                exchanged
            ),
            "out is right; the gradient is divided between the branches.": not_divided,
            "out is right; beta alone divides the gradient, alpha takes no part.": (
                alpha_too
            ),
            "That is what it does in testing.": tested,
        },
    ),
    Question(
        homework="15",
        reference=average_network,
        inputs=coins,
        edges={
            "integer": (
                np.array([[-1, 2]]),
                np.array([[[-2, 1], [0, 1]], [[3, 0], [-1, 1]]]),
                np.array([0.3, 0.6]),
            ),
        },
        spared=LINEAR,
        points=2,
        results=("mean", "tested"),
        hints=(
            "Four blocks toss 16 ways. itertools.product((0, 1), repeat=4) gives them "
            "all.",
            "A way has the probability of its coins: p where the block is there, 1 - p "
            "where it is not, all multiplied.",
            "mean is the sum of probability * answer over all ways. tested is one "
            "answer, with p in place of the coins.",
        ),
        mistakes={
            "tested is right; the mean over all coins is another one where a ReLU "
            "stands between two blocks.": one_network,
            "Not all ways are equally likely: take each block's own probability.": (
                partial(averaged, chance=lambda p: np.full(len(p), 0.5))
            ),
            "p is the probability that a block is there, not that it is out.": (
                partial(averaged, chance=lambda p: 1 - p, scale=lambda p: 1 - p)
            ),
            "In testing each branch is multiplied by its p.": (
                partial(averaged, scale=np.ones_like)
            ),
            "In testing p is known: each branch has its own, not 1/2.": (
                partial(averaged, scale=lambda p: np.full(len(p), 0.5))
            ),
            "In training nothing is divided by p; testing multiplies instead.": (
                partial(averaged, factor=lambda coin, p: coin / p, scale=np.ones_like)
            ),
            "Each block has a coin of its own, not one for all.": (
                partial(averaged, shared=True)
            ),
            "The branch has a ReLU.": partial(averaged, nonlinearity=lambda z: z),
            "mean is right; the shortcut is not multiplied by p.": shortcut_too,
            "w[0] is the first block.": backwards,
        },
    ),
)
