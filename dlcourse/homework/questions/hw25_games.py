"""Homework 25: one step of the game of generator and discriminator."""

from functools import partial

import numpy as np

from dlcourse.homework.question import Question
from dlcourse.homework.questions.drawing import NEVER_EMPTY, NO_ORDER, PASSES, twins


def game_step(real, noise, a, c, shift, rate):
    """Weights of the discriminator and shift of the generator after one step."""
    return step(real, noise, a, c, shift, rate)


def sigmoid(s):
    """1 / (1 + exp(-s)), without overflow."""
    return np.exp(-np.logaddexp(0, -s))


def against(real, fake, a, c, mean=np.mean):
    """Gradients of the discriminator's loss for a and c."""
    found, missed = sigmoid(-(real @ a + c)), sigmoid(fake @ a + c)
    da = mean(missed[:, None] * fake, axis=0) - mean(found[:, None] * real, axis=0)
    return da, mean(missed, axis=0) - mean(found, axis=0)


def steep(logits):
    """The slope of -log D over the logit."""
    return -sigmoid(-logits)


def flat(logits):
    """The slope of log(1 - D)."""
    return -sigmoid(logits)


def step(real, noise, a, c, shift, rate, slope=steep, then="old", mean=np.mean):
    """`game_step`; a mistake has another slope, or lets one player move first."""
    fake = noise + shift
    if then == "generator first":
        fake = fake - rate * mean(slope(fake @ a + c), axis=0) * a
    da, dc = against(real, fake, a, c, mean)
    a_then, c_then = a - rate * da, c - rate * dc
    judge = (a_then, c_then) if then == "discriminator first" else (a, c)
    logits = (noise + shift) @ judge[0] + judge[1]
    moved = shift - rate * mean(slope(logits), axis=0) * judge[0]
    return a_then, c_then, moved


def without_shift(real, noise, a, c, shift, rate):
    """The noise itself is the forgery."""
    a_then, c_then, moved = step(real, noise, a, c, 0 * shift, rate)
    return a_then, c_then, shift + moved


def one_kind(real, noise, a, c, shift, rate, kind):
    """The discriminator learns from one kind of points alone."""
    nothing, moved = np.zeros((1, len(a))), step(real, noise, a, c, shift, rate)[2]
    fake = noise + shift
    both, own = against(real, fake, a, c), against(nothing, fake, a, c)
    of_nothing = sigmoid(np.array([-c]))
    da, dc = own[0], own[1] + of_nothing[0]  # of the forgeries
    if kind == "real":
        da, dc = both[0] - da, both[1] - dc
    return a - rate * da, c - rate * dc, moved


def helped(real, noise, a, c, shift, rate):
    """The discriminator's loss goes up."""
    a_then, c_then, moved = step(real, noise, a, c, shift, rate)
    return 2 * a - a_then, 2 * c - c_then, moved


def games(rng):
    """One real number and one forgery to be read, then five points of the plane."""
    by_hand = (
        np.array([[2.0]]),
        np.array([[0.5]]),
        np.array([1.0]),
        -1.0,
        np.array([0.5]),
        3.0,
    )

    def drawn(rng, c, rate):
        real, noise = rng.normal(size=(2, 5, 2))
        return real + 1, noise, rng.normal(size=2), c, rng.normal(size=2), rate

    return [by_hand, *twins(drawn, rng, (0.5, 0.3), (-1.0, 0.1), (0.0, 0.2))]


GAME = Question(
    homework="25",
    reference=game_step,
    inputs=games,
    edges={
        "zero": (
            np.array([[1.0, 2], [0, 1]]),
            np.array([[0.5, -1], [0, 0.25]]),
            np.zeros(2),
            0.0,
            np.array([1.0, 0]),
            0.5,
        ),
        "integer": (
            np.array([[1, 2], [3, 0]]),
            np.array([[1, -1], [0, 2]]),
            np.array([1, -1]),
            0.25,
            np.array([2, 0]),
            0.5,
        ),
        "too large": (
            np.array([[900.0, 1], [-800, 2]]),
            np.array([[1000.0, 0], [-1200, 1]]),
            np.array([3.0, -1]),
            0.5,
            np.array([0.0, 1]),
            0.001,
        ),
    },
    spared={"tie": NO_ORDER, "nan": PASSES, "empty": NEVER_EMPTY},
    points=3,
    results=("a", "c", "shift"),
    hints=(
        "Each plays against the other one as it was before the step: compute both "
        "gradients first.",
        "The slope of softplus(s) is sigmoid(s). Which sign has the logit of a real "
        "point in the loss, and which one that of a forgery?",
        "The forgery is noise + shift, so its slope over the shift is 1, and that of "
        "its logit is a. The generator's loss is softplus(-logit).",
    ),
    mistakes={
        "The generator sees the discriminator's new weights, and its loss is flat "
        "where it is found out.": partial(step, slope=flat, then="discriminator first"),
        "The generator plays against the discriminator before its step.": (
            partial(step, then="discriminator first")
        ),
        "The discriminator plays against the generator before its step.": (
            partial(step, then="generator first")
        ),
        "That is the slope of log(1 - D), which is flat where it is found out.": (
            partial(step, slope=flat)
        ),
        "The generator wants its forgeries to be taken for real.": (
            partial(step, slope=lambda s: -steep(s))
        ),
        "The discriminator wants to tell them apart: its loss goes down.": helped,
        "A forgery is noise + shift.": without_shift,
        "The discriminator learns from the forgeries as well.": (
            partial(one_kind, kind="real")
        ),
        "The discriminator learns from the real points as well.": (
            partial(one_kind, kind="forged")
        ),
        "The losses are means over the points.": partial(step, mean=np.sum),
    },
)
QUESTIONS = (GAME,)
