"""Homework 21: a preparation folded into weights, and a norm with held statistics."""

from functools import partial

import numpy as np

from dlcourse.homework.question import Question
from dlcourse.homework.questions.drawing import LINEAR, SUMS, twins


def preparation_folded(kernel, bias, mean, std, scale):
    """Kernel and bias of a layer that takes the pictures unprepared."""
    return folded(kernel, bias, mean, std, scale)


def folded(kernel, bias, mean, std, scale, turn=True, moved=True, divided=True):
    """`preparation_folded`; a mistake leaves out a part of it."""
    by_channel = kernel / std[:, None] if divided else kernel
    taken_off = (by_channel * mean[:, None]).sum(axis=(0, 1, 2))
    ours = scale * (by_channel[:, :, ::-1] if turn else by_channel)
    return ours, bias - taken_off if moved else bias


def prepared_in_our_order(kernel, bias, mean, std, scale):
    """Takes mean and std as if they were in the order of our pictures."""
    return folded(kernel, bias, mean[::-1], std[::-1], scale)


def one_place(kernel, bias, mean, std, scale):
    """The mean counts at one place of the kernel alone."""
    k, b = folded(kernel, bias, mean, std, scale)
    return k, bias + (b - bias) / (kernel.shape[0] * kernel.shape[1])


def scaled_mean(kernel, bias, mean, std, scale):
    """The mean is scaled as well."""
    return folded(kernel, bias, scale * mean, std, scale)


def times_std(kernel, bias, mean, std, scale):
    """Multiplies by the deviation."""
    return folded(kernel, bias, mean, 1 / std, scale)


def first_layers(rng):
    """A layer of 1 x 1 with two channels to be read, then two of 3 x 3."""
    kernel, bias = np.array([[[[1.0], [2]]]]), np.array([0.5])
    by_hand = kernel, bias, np.array([10.0, 20]), np.array([5.0, 4]), 255.0

    def layer(rng, scale, size=3):
        kernel = rng.normal(size=(size, size, 3, 4))
        mean, std = rng.uniform(0.2, 0.6, 3), rng.uniform(0.1, 0.4, 3)
        return kernel, rng.normal(size=4), scale * mean, scale * std, scale

    alike = twins(layer, rng, (255.0,), (2.0,), (127.5,))
    return [by_hand, *alike, layer(rng, 2.0, 5)]


def held_norm_backward(x, w, norm, epsilon, dy):
    """Gradients of relu(batch norm(x w)) for x and w, statistics held."""
    return held(x, w, norm, epsilon, dy)


def held(x, w, norm, epsilon, dy, gate=True, root=True, outside=False):
    """`held_norm_backward`; a mistake leaves out the ReLU or takes another root."""
    gamma, beta, mean, variance = norm
    spread = np.sqrt(variance + epsilon) if root else variance + epsilon
    spread = np.sqrt(variance) + epsilon if outside else spread
    z = (x @ w - mean) / spread
    ds = gamma / spread * (dy * (gamma * z + beta > 0) if gate else dy)
    return ds @ w.T, x.T @ ds


def in_training(x, w, norm, epsilon, dy, forward=True):
    """The gradients of training mode; forward with the batch's statistics or not."""
    gamma, beta, mean, variance = norm
    s = x @ w
    if forward:
        mean, variance = s.mean(axis=0), s.var(axis=0)
    spread = np.sqrt(variance + epsilon)
    z = (s - mean) / spread
    dh = dy * (gamma * z + beta > 0)
    ds = gamma / spread * (dh - dh.mean(axis=0) - z * (dh * z).mean(axis=0))
    return ds @ w.T, x.T @ ds


def batch_held(x, w, norm, epsilon, dy):
    """Held statistics, but those of this batch."""
    s = x @ w
    own = np.array([*norm[:2], s.mean(axis=0), s.var(axis=0)])
    return held(x, w, own, epsilon, dy)


def mean_taken_off(x, w, norm, epsilon, dy):
    """Takes the mean of the batch off what comes back, and nothing else."""
    gamma, beta, mean, variance = norm
    spread = np.sqrt(variance + epsilon)
    dh = dy * (gamma * (x @ w - mean) / spread + beta > 0)
    ds = gamma / spread * (dh - dh.mean(axis=0))
    return ds @ w.T, x.T @ ds


def without_gamma(x, w, norm, epsilon, dy):
    """Gamma is missing on the way back."""
    gamma, beta, mean, variance = norm
    spread = np.sqrt(variance + epsilon)
    ds = dy * (gamma * (x @ w - mean) / spread + beta > 0) / spread
    return ds @ w.T, x.T @ ds


def without_spread(x, w, norm, epsilon, dy):
    """The deviation is missing on the way back."""
    return held(x, w, norm, epsilon, dy * np.sqrt(norm[3] + epsilon))


def mean_of(x, w, norm, epsilon, dy):
    """Divides by the number of pictures what was divided before."""
    dx, dw = held(x, w, norm, epsilon, dy)
    return dx, dw / len(x)


def held_layers(rng):
    """One picture to be read, then six of them."""
    one = np.array([[1.0, 2]]), np.array([[1.0], [1]])
    norm = np.array([[2.0], [-1], [1], [3]])

    def six(rng, epsilon):
        x, w = rng.normal(0, 2, (6, 4)), rng.normal(size=(4, 3))
        gamma, beta = rng.uniform(0.5, 2, 3), rng.normal(0, 0.5, 3)
        mean, variance = rng.normal(size=3), rng.uniform(1, 9, 3)
        norm = np.array([gamma * [1, -1, 1], beta, mean, variance])
        return x, w, norm, epsilon, rng.normal(size=(6, 3))

    alike = twins(six, rng, (0.1,), (1.0,), (0.5,))
    return [(*one, norm, 1.0, np.array([[4.0]])), *alike]


FOLDED = Question(
    homework="21",
    reference=preparation_folded,
    inputs=first_layers,
    edges={
        "integer": (
            np.arange(4).reshape(1, 1, 2, 2),
            np.array([0, 1]),
            np.array([1.0, 2]),
            np.array([0.5, 4]),
            2.0,
        ),
    },
    spared=LINEAR,
    points=2,
    results=("kernel", "bias"),
    hints=(
        "Write the layer at one place, with the preparation inside: a sum of "
        "k · (scale · x - mean) / std. What stands in front of x, and what without x?",
        "What stands without x is the same at every place, so it goes into the bias: "
        "summed over rows, columns and channels of the kernel.",
        "Mean and std are in the network's order of channels. Divide first, turn the "
        "channels round last.",
    ),
    mistakes={
        "The channels are not turned round.": partial(folded, turn=False),
        "Mean and std are in the network's order, not in that of our pictures: fold "
        "them in, then turn the channels round.": prepared_in_our_order,
        "The mean is not taken off.": partial(folded, moved=False),
        "std is missing.": partial(folded, divided=False),
        "std divides, in the picture and so in the kernel.": times_std,
        "The mean is taken off at each place of the kernel: sum over all of them.": (
            one_place
        ),
        "The mean is that of the scaled pictures; it is not scaled again.": (
            scaled_mean
        ),
        "The scale is missing.": (
            lambda kernel, bias, mean, std, scale: folded(kernel, bias, mean, std, 1.0)
        ),
        "The mean is taken off, so the bias gets less, not more.": (
            lambda kernel, bias, mean, std, scale: folded(
                kernel, bias, -mean, std, scale
            )
        ),
    },
)
HELD = Question(
    homework="21",
    reference=held_norm_backward,
    inputs=held_layers,
    edges={
        "zero": (
            np.array([[2.0], [3]]),
            np.array([[1.0]]),
            np.array([[1.0], [0], [2], [0.5]]),
            0.5,
            np.array([[1.0], [1]]),
        ),
        "integer": (
            np.array([[2, 1], [3, 0]]),
            np.array([[1], [1]]),
            np.array([[1.5], [0.25], [2], [0.5]]),
            0.25,
            np.array([[1], [2]]),
        ),
    },
    spared=SUMS,
    points=2,
    results=("dx", "dw"),
    hints=(
        "In training a picture moves the mean and the variance of its batch. What does "
        "it move here?",
        "Held statistics are numbers: (s - mean) / spread has the slope 1 / spread, "
        "and nothing else comes back.",
        "ds = dy · gamma / spread where the ReLU was open, else 0. What is in front of "
        "s is a dense layer, as in homework 02.",
    ),
    mistakes={
        "Forward the statistics are held, and backward they are not: with held ones "
        "no mean is taken off the gradient.": partial(in_training, forward=False),
        "The mean is held as well: a picture does not move it, so nothing is taken off "
        "the gradient.": mean_taken_off,
        "This is batch norm in training mode; here the statistics are held.": (
            in_training
        ),
        "These are the statistics of the batch; norm has those that are held.": (
            batch_held
        ),
        "Where the ReLU gave 0, nothing flows back.": partial(held, gate=False),
        "The norm divides by the root of the variance.": partial(held, root=False),
        "Epsilon stands under the root.": partial(held, outside=True),
        "Gamma is missing on the way back.": without_gamma,
        "The deviation is missing on the way back.": without_spread,
        "Nothing is averaged here: dy is what has arrived, whatever the loss.": mean_of,
    },
)
QUESTIONS = FOLDED, HELD
