"""Homework 25: the gradient through a drawn code."""

from functools import partial

import numpy as np

from dlcourse.homework.question import Question
from dlcourse.homework.questions.drawing import (
    NEVER_EMPTY,
    NO_ORDER,
    PASSES,
    twins,
)


def vae_gradient(x, mean, log_variance, noise, w, beta):
    """Loss of a linear variational autoencoder, and gradients for its encoder."""
    return variational(x, mean, log_variance, noise, w, beta)


def halved(log_variance):
    """The deviation, and its slope over the log variance."""
    s = np.exp(log_variance / 2)
    return s, s / 2


def divergence(mean, log_variance):
    """KL divergence of each number of the code, and its slopes."""
    variance = np.exp(log_variance)
    nats = (mean**2 + variance - 1 - log_variance) / 2
    return nats, mean, (variance - 1) / 2


def variational(
    x, mean, log_variance, noise, w, beta, deviation=halved, kl=divergence, pull=1
):
    """`vae_gradient`; a mistake has another deviation, divergence or pull of it."""
    s, slope = deviation(log_variance)
    nats, by_mean, by_log = kl(mean, log_variance)
    error = (mean + s * noise) @ w - x
    loss = (error**2).sum() + beta * nats.sum()
    dz = 2 * error @ w.T
    dmean = dz + pull * beta * by_mean
    dlog = dz * noise * slope + pull * beta * by_log
    return loss / len(x), dmean / len(x), dlog / len(x)


def log_of_exp(mean, log_variance):
    """The logarithm of the variance, which may be 0 by rounding."""
    variance = np.exp(log_variance)
    nats = (mean**2 + variance - 1 - np.log(variance)) / 2
    return nats, mean, (variance - 1) / 2


def upside_down(mean, log_variance):
    """Minus the divergence."""
    return tuple(-part for part in divergence(mean, log_variance))


def averaged(mean, log_variance):
    """The mean over the code, not the sum."""
    return tuple(part / mean.shape[1] for part in divergence(mean, log_variance))


def times(factor):
    """`variational` with all of it times this: function of x -> number."""

    def scaled(x, *more):
        return tuple(factor(x) * part for part in variational(x, *more))

    return scaled


def beta_on_the_picture(x, mean, log_variance, noise, w, beta):
    """beta weights the picture, not the divergence."""
    found = variational(x, mean, log_variance, noise, w, 1 / beta)
    return tuple(beta * part for part in found)


def loss_of_means(x, mean, log_variance, noise, w, beta):
    """The loss as a mean over pixels and over the code as well."""
    _, dmean, dlog = variational(x, mean, log_variance, noise, w, beta)
    code = mean + np.exp(log_variance / 2) * noise
    nats = divergence(mean, log_variance)[0]
    return np.mean((code @ w - x) ** 2) + beta * nats.mean(), dmean, dlog


def codes(rng):
    """A picture of one pixel to be read, then four of five pixels."""
    numbers = [[[1.0]], [[0.5]], [[0.0]], [[2.0]], [[3.0]]]
    by_hand = (*map(np.array, numbers), 0.5)

    def drawn(rng, beta):
        x, w = rng.normal(size=(4, 5)), rng.normal(size=(3, 5))
        mean, log_variance, noise = rng.normal(size=(3, 4, 3))
        return x, mean, log_variance, noise, w, beta

    return [by_hand, *twins(drawn, rng, (1.0,), (0.3,), (4.0,))]


VAE = Question(
    homework="25",
    reference=vae_gradient,
    inputs=codes,
    edges={
        "zero": (
            np.array([[1.0, 2]]),
            np.zeros((1, 1)),
            np.zeros((1, 1)),
            np.array([[1.5]]),
            np.array([[0.5, -1]]),
            2.0,
        ),
        "integer": (
            np.array([[1, 2], [0, -1]]),
            np.array([[1.0], [-1]]),
            np.array([[0.5], [0.0]]),
            np.array([[1.0], [2]]),
            np.array([[0.5, 1]]),
            0.7,
        ),
        "too large": (
            np.array([[1.0, 2]]),
            np.array([[0.5]]),
            np.array([[-2000.0]]),
            np.array([[1.5]]),
            np.array([[0.5, -1]]),
            0.2,
        ),
    },
    spared={"tie": NO_ORDER, "nan": PASSES, "empty": NEVER_EMPTY},
    points=3,
    results=("loss", "dmean", "dlog"),
    hints=(
        "The code is z = mean + exp(log_variance / 2) * noise, with the noise as it is "
        "given. Then the loss is a function like any other.",
        "First dz, the gradient of the picture's error for the code. The mean gets all "
        "of it. What does the log variance get?",
        "dlog has two terms: dz * noise * exp(log_variance / 2) / 2, and beta times "
        "(exp(log_variance) - 1) / 2; all over the number of pictures.",
    ),
    mistakes={
        "The code is drawn, it is not the mean.": (
            partial(variational, deviation=lambda log: (0 * log, 0 * log))
        ),
        "The picture's error depends on the variance as well, through the code.": (
            partial(variational, deviation=lambda log: (np.exp(log / 2), 0 * log))
        ),
        "The deviation is exp(log_variance / 2); half of it is its slope.": (
            partial(variational, deviation=lambda log: (np.exp(log / 2),) * 2)
        ),
        "exp(log_variance) is the variance; the noise is times the deviation.": (
            partial(variational, deviation=lambda log: (np.exp(log),) * 2)
        ),
        "The divergence has a gradient, too.": partial(variational, pull=0),
        "The divergence has the wrong sign.": partial(variational, kl=upside_down),
        "The divergence is a sum over the code, not a mean.": (
            partial(variational, kl=averaged)
        ),
        "The logarithm of the variance is given: exp makes it 0 where it is small.": (
            partial(variational, kl=log_of_exp)
        ),
        "beta weights the divergence, not the picture.": beta_on_the_picture,
        "It is a mean over the pictures.": times(len),
        "The loss sums over pixels and code, and averages over the pictures alone.": (
            loss_of_means
        ),
        "It is a sum over the pixels.": times(lambda x: 1 / x.shape[1]),
    },
)
QUESTIONS = (VAE,)
