"""Homework 24: a filter that is trained."""

from functools import partial

import numpy as np

from dlcourse.homework.question import Question
from dlcourse.homework.questions.drawing import (
    NEVER_EMPTY,
    NO_EXP,
    NO_ORDER,
    SMOOTH,
    twins,
)
from dlcourse.homework.questions.hw26_memory import fitted_to


def trained_filter(noisy, clean, taps, half):
    """Weights of a causal filter, and the signal-to-noise ratio before and after."""
    return filtered(noisy, clean, taps, half)


def past(noisy, taps):
    """Rows of now and before, newest first; (steps, taps), zeros before the beginning.

    The first taps - 1 rows are not complete.
    """
    padded = np.concatenate([np.zeros(taps - 1), noisy])
    return np.array([padded[t : t + taps][::-1] for t in range(len(noisy))])


def ahead(noisy, taps):
    """Rows of now and what comes."""
    return past(noisy[::-1], taps)[::-1]


def without_now(noisy, taps):
    """Rows of what was before, without now."""
    return past(np.concatenate([[0], noisy[:-1]]), taps)


def around(noisy, taps):
    """Rows with now in the middle."""
    later = taps // 2
    return past(np.concatenate([noisy, np.zeros(later)]), taps)[later:]


def decibels(clean, sound):
    """Signal-to-noise ratio in dB."""
    return 10 * np.log10(np.sum(clean**2) / np.sum((sound - clean) ** 2))


def complete(taps, half):
    """The steps that are trained on: those whose past is known."""
    return slice(taps - 1, half)


def filtered(
    noisy,
    clean,
    taps,
    half,
    rows=past,
    known=complete,
    asked=lambda half: slice(half, None),
    ratio=decibels,
):
    """`trained_filter`; a mistake has other rows, other steps or another ratio."""
    table, steps, test = rows(noisy, taps), known(taps, half), asked(half)
    weights = fitted_to(table[steps], clean[steps])
    before = ratio(clean[test], noisy[test])
    return weights, before, ratio(clean[test], table[test] @ weights)


def to_the_noise(noisy, clean, taps, half):
    """Trained to tell the noise."""
    weights = filtered(noisy, noisy - clean, taps, half)[0]
    sound = past(noisy, taps) @ weights
    before = decibels(clean[half:], noisy[half:])
    return weights, before, decibels(clean[half:], sound[half:])


def oldest_first(noisy, taps):
    """Rows of now and before, oldest first."""
    return past(noisy, taps)[:, ::-1]


def from_silence(noisy, clean, taps, half):
    """The test begins with zeros before it, as if it were a sound of its own."""
    weights, before, _ = filtered(noisy, clean, taps, half)
    sound = past(noisy[half:], taps) @ weights
    return weights, before, decibels(clean[half:], sound)


def recordings(rng):
    """Six samples and one tap to be read, then ninety of two tones in noise."""
    noisy, clean = np.array([1.0, 2, 1, 2, 2, 1]), np.array([1.0, 1, 0, 2, 1, 1])

    def drawn(rng, taps, half):
        time, (a, b) = np.arange(90), rng.uniform(0, 6, 2)
        clean = np.sin(0.3 * time + a) + 0.6 * np.sin(0.8 * time + b)
        return clean + rng.normal(0, 0.7, 90), clean, taps, half

    return [
        (noisy, clean, 1, 3),
        *twins(drawn, rng, (5, 50), (8, 60), (3, 45)),
    ]


FILTER = Question(
    homework="24",
    reference=trained_filter,
    inputs=recordings,
    edges={
        "integer": (
            np.array([1, 3, -2, 0, 4, 1, -1, 2, 0, 3]),
            np.array([1.5, 2, -1, 0.5, 3, 1, -0.5, 1, 0.5, 2]),
            2,
            6,
        )
    },
    spared={
        "tie": NO_ORDER,
        "zero": SMOOTH,
        "nan": "A sound has no gaps.",
        "empty": NEVER_EMPTY,
        "too large": NO_EXP,
    },
    points=3,
    results=("weights", "before", "after"),
    hints=(
        "A table with one row for each step: now, one before, two before. The filter "
        "is the best linear function of a row.",
        "np.linalg.lstsq(table, clean) over the steps taps - 1 to half - 1. The test "
        "may look back into the first part: those samples are past.",
        "The ratio is 10 log10 of the power of the clean sound over that of the "
        "difference, over the steps from `half` on, for the noisy and the filtered "
        "sound.",
    ),
    mistakes={
        "It is tested on the steps that it was trained on.": (
            partial(filtered, asked=lambda half: slice(None, half))
        ),
        "It has been trained on the steps that it is tested on.": (
            partial(filtered, known=lambda taps, half: slice(taps - 1, None))
        ),
        "The first steps have no complete past: they are left out in training.": (
            partial(filtered, known=lambda taps, half: slice(0, half))
        ),
        "The filter is causal; this one reads what comes.": (
            partial(filtered, rows=ahead)
        ),
        "The filter looks back, not to both sides.": partial(filtered, rows=around),
        "The filter reads the sample of now as well.": (
            partial(filtered, rows=without_now)
        ),
        "The first weight is the one of now.": partial(filtered, rows=oldest_first),
        "The filter is trained to give the clean sound, not the noise.": to_the_noise,
        "The first steps of the test have a past as well: the end of the first part.": (
            from_silence
        ),
        "A ratio of powers has ten decibels a power of ten; twenty has one of "
        "amplitudes.": (
            partial(filtered, ratio=lambda clean, sound: 2 * decibels(clean, sound))
        ),
        "The noise is what differs from the clean sound.": (
            partial(
                filtered,
                ratio=lambda clean, sound: (
                    10 * np.log10(np.sum(clean**2) / np.sum(sound**2))
                ),
            )
        ),
        "The power of the clean sound is on top, not that of the other.": (
            partial(
                filtered,
                ratio=lambda clean, sound: (
                    10 * np.log10(np.sum(sound**2) / np.sum((sound - clean) ** 2))
                ),
            )
        ),
        "Decibels are ten times the logarithm.": (
            partial(filtered, ratio=lambda *both: 10 ** (decibels(*both) / 10))
        ),
    },
)
QUESTIONS = (FILTER,)
