"""The projects: functions that students train, judged on hidden inputs."""

from functools import cache

import numpy as np

from dlcourse.homework.questions import figures, textures
from dlcourse.homework.score import TRAIN, VALIDATION, ScoreQuestion, hit, overlap

HIDDEN = 1000  # examples: where 9 of 10 are right, the standard error is 0.0095


def moved(rng, count=HIDDEN):
    """Figures as a project has them in the validation set and in the hidden one."""
    return figures.drawn(rng, count, turn=25, shift=2)


@cache
def moved_public():
    """The figures that are given to students: those to train on stand upright."""
    return {
        TRAIN: figures.drawn(np.random.default_rng(1_000_001), 1000),
        VALIDATION: moved(np.random.default_rng(1_000_002), 500),
    }


PREDICT_MOVED = ScoreQuestion(
    homework="P1",
    name="predict_moved",
    classes=10,
    public=moved_public,
    hidden=moved,
    measure=hit,
    measured="accuracy",
    thresholds={0.20: 1, 0.60: 4, 0.80: 7, 0.86: 10},
    hints=(
        "Compare the accuracy on the training set with that on the validation set: is "
        "the network too small, or has it never seen what it is asked?",
        "You may move and turn the pictures that you train on: homework 06 did.",
        "Draw a new angle and a new shift for each picture of each batch, both without "
        "steps, and interpolate between pixels; train until the loss of these stops.",
    ),
)

WRONG = 0.4  # share of the labels


def noisy(rng, count=HIDDEN):
    """Figures with their true labels."""
    return figures.drawn(rng, count, turn=12, shift=0.7)


@cache
def noisy_public():
    """The figures that are given to students: to train on, many with a wrong label."""
    rng = np.random.default_rng(2_000_001)
    x, labels = noisy(rng, 1200)
    wrong = rng.random(len(x)) < WRONG
    others = (labels + rng.integers(1, 10, len(x))) % 10
    given = np.where(wrong, others, labels).astype(labels.dtype)
    return {
        TRAIN: (x, given),
        VALIDATION: noisy(np.random.default_rng(2_000_002), 500),
    }


PREDICT_NOISY = ScoreQuestion(
    homework="P2",
    name="predict_noisy",
    classes=10,
    public=noisy_public,
    hidden=noisy,
    measure=hit,
    measured="accuracy",
    thresholds={0.50: 2, 0.84: 7, 0.88: 10},
    hints=(
        "Follow the accuracy on both sets during training: a network that gets all "
        "training labels right has learned the wrong ones by heart.",
        "Stop early, weaken the weights, and move the pictures: what differs each time "
        "is harder to learn by heart.",
        "A network that was stopped in time disagrees with most of the wrong labels. "
        "Leave out the examples where it does, and train again from the start.",
    ),
)


@cache
def masks_public():
    """The pictures that are given to students, with their masks."""
    return {
        TRAIN: textures.drawn(np.random.default_rng(3_000_001), 500),
        VALIDATION: textures.drawn(np.random.default_rng(3_000_002), 300),
    }


PREDICT_MASKS = ScoreQuestion(
    homework="P3",
    name="predict_masks",
    classes=2,
    public=masks_public,
    hidden=lambda rng: textures.drawn(rng, 400),
    measure=overlap,
    measured="mean IoU",
    thresholds={0.38: 2, 0.54: 6, 0.60: 10},
    hints=(
        "A single pixel tells nothing: what differs is how much neighbours differ.",
        "Square the differences between neighbours, average them over windows of a few "
        "sizes, and train a small network that sees these numbers for one pixel.",
        "A patch is in one piece. Train a second network that sees what the first one "
        "says of a window of 7 × 7 pixels. And is 0.5 the best place to cut?",
    ),
)

QUESTIONS = (PREDICT_MOVED, PREDICT_NOISY, PREDICT_MASKS)
