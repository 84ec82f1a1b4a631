"""Homework 09: three rules for a ReLU in a backward pass."""

import numpy as np

from dlcourse.homework.question import Question
from dlcourse.homework.questions.drawing import SUMS, twins

# What a ReLU lets through, from its input z and the signal s that comes back.
PASS = {
    "gradient": lambda z, s: s * (z > 0),
    "deconvnet": lambda z, s: s * (s > 0),
    "guided": lambda z, s: s * (z > 0) * (s > 0),
}


def backward_rules(x, w1, w2, w3, unit):
    """A unit's activation, sent back to x with each of the three rules: (inputs,)."""
    return tuple(send_back(x, w1, w2, w3, unit, rule) for rule in PASS.values())


def send_back(x, w1, w2, w3, unit, rule, start=lambda a, unit: a * one(a, unit)):
    """Back through three layers; ``start`` makes the signal from all activations."""
    inputs = [x @ w1]
    for w in (w2, w3):
        inputs.append(np.maximum(inputs[-1], 0) @ w)
    signal = start(np.maximum(inputs[-1], 0), unit)
    for z, w in zip(inputs[::-1], (w3, w2, w1), strict=True):
        signal = w @ rule(z, signal)
    return signal


def one(a, unit):
    """1 at a unit, else 0."""
    return (np.arange(len(a)) == unit).astype(float)


def changed(rules=None, **start):
    """`backward_rules` with some rules replaced, or another start."""

    def mistaken(*given):
        return tuple(
            send_back(*given, rule, **start)
            for rule in {**PASS, **(rules or {})}.values()
        )

    return mistaken


def rectified_pixels(*given):
    """Cuts off at the pixels as well, where there is no ReLU."""
    gradient, *others = backward_rules(*given)
    return gradient, *(np.maximum(signal, 0) for signal in others)


def layers(rng):
    """Two inputs to be read, then networks of four inputs whose units are all alive."""

    def network(rng, unit):
        x, w1 = rng.normal(size=4), rng.normal(size=(4, 6))
        w2, w3 = rng.normal(size=(6, 5)), rng.normal(size=(5, 3))
        x[0] = 0.5
        hidden = np.maximum(np.maximum(x @ w1, 0) @ w2, 0)
        return x, w1, w2, w3 * np.where(hidden @ w3 < 0, -1, 1), unit

    w1, w2 = np.array([[1.0, -1], [1, 2]]), np.array([[1.0], [2]])
    by_hand = np.array([2.0, -1]), w1, w2, np.array([[3.0]]), 0
    return [by_hand, *twins(network, rng, (2,), (0,), (1,), (2,))]


RULES = Question(
    homework="09",
    reference=backward_rules,
    inputs=layers,
    edges={
        "zero": (  # the first hidden unit has an input of exactly 0
            np.array([1.0, 1]),
            np.array([[1.0, 1], [-1, 1]]),
            np.array([[3.0], [1]]),
            np.array([[1.0]]),
            0,
        ),
        "integer": (
            np.array([2, 1]),
            np.array([[0.5, -1], [1, 2]]),
            np.array([[1.0], [-0.25]]),
            np.array([[0.5]]),
            0,
        ),
    },
    spared=SUMS,
    points=3,
    results=tuple(PASS),
    hints=(
        "Forward first: keep the input z of each of the three ReLUs.",
        "Backward: first the rule of the ReLU, from z and the signal, then the weights "
        "of the layer transposed: w @ signal.",
        "gradient: signal * (z > 0). deconvnet: signal * (signal > 0). guided: both.",
    ),
    mistakes={
        "The signal begins with 1; it begins with the unit's activation.": changed(
            start=one
        ),
        "The signal begins with all units; the others are set to 0.": changed(
            start=lambda a, unit: a
        ),
        "At an input of exactly 0 a ReLU lets no gradient through.": changed(
            {
                "gradient": lambda z, s: s * (z >= 0),
                "guided": lambda z, s: s * (z >= 0) * (s > 0),
            }
        ),
        "deconvnet and guided cut off at the pixels as well; there is no ReLU.": (
            rectified_pixels
        ),
        "The signal passes every ReLU unchanged.": changed(
            dict.fromkeys(PASS, lambda z, s: s)
        ),
        "The deconvnet does not ask what was silent in the forward pass.": changed(
            {"deconvnet": PASS["gradient"]}
        ),
        "The gradient asks what was silent in the forward pass.": changed(
            {"gradient": PASS["deconvnet"]}
        ),
        "deconvnet takes the size of a negative signal; it cuts it off.": changed(
            {"deconvnet": lambda z, s: np.abs(s)}
        ),
        "guided lets through what either rule lets through; both must.": changed(
            {"guided": lambda z, s: s * ((z > 0) | (s > 0))}
        ),
    },
)
