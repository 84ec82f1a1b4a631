"""Homework 23: intersection over union of masks with pixels that nobody knows."""

from functools import partial

import numpy as np

from dlcourse.homework.question import Question
from dlcourse.homework.questions.drawing import NEVER_EMPTY, NO_ORDER, twins

UNKNOWN = 255


def mean_iou(true, found, classes):
    """IoU of each class over all pictures, and its mean."""
    return shared(true, found, classes)


def counts(true, found, classes, known=True):
    """Pixels of each class: in both masks, in the true ones, in those found."""
    seen = (true != UNKNOWN) | (not known)
    rows = [(true == c, (found == c) & seen) for c in range(classes)]
    return np.array([[np.sum(t & f), np.sum(t), np.sum(f)] for t, f in rows]).T


def iou(both, true, found):
    """Intersection over union; nan where there is no pixel."""
    return divided(both, true + found - both)


def divided(a, b):
    """a / b, and nan where b is 0."""
    return np.divide(a, b, out=np.full(len(a), np.nan), where=b > 0)


def mean_of_seen(each, pixels):
    """The mean over the classes that have a pixel."""
    return np.nanmean(each)


def shared(true, found, classes, share=iou, mean=mean_of_seen, known=True):
    """`mean_iou`; a mistake takes another share, or another mean."""
    pixels = counts(true, found, classes, known)
    each = share(*pixels)
    return each, mean(each, pixels)


def by_picture(true, found, classes, known=True, absent=np.nan):
    """The mean over the pictures of what each has; ``absent`` for what it has not."""
    rows = [
        iou(*counts(t, f, classes, known)) for t, f in zip(true, found, strict=True)
    ]
    rows = np.array(rows)
    each = np.nanmean(np.where(np.isnan(rows), absent, rows), axis=0)
    return each, np.nanmean(each)


def pairs_of_masks(rng):
    """A picture of six pixels to be read, then three pictures of five by six."""
    by_hand = (
        np.array([[[0, 0, 1], [1, 255, 0]]]),
        np.array([[[0, 1, 1], [0, 1, 0]]]),
        3,
    )

    def drawn(rng, classes):
        true, found = rng.integers(0, 3, (2, 3, 5, 6))
        found = np.where(rng.random(true.shape) < 0.5, true, found)
        true[:, 0, 1:3], found[2] = UNKNOWN, 0
        true[0][true[0] == 2] = 1  # pictures differ in what they show
        return true, found, classes

    return [by_hand, *twins(drawn, rng, (4,), (3,), (5,))]


IOU = Question(
    homework="23",
    reference=mean_iou,
    inputs=pairs_of_masks,
    edges={
        "zero": (
            np.array([[[1, 1], [3, 255]], [[1, 3], [3, 255]]]),
            np.array([[[1, 3], [3, 0]], [[1, 1], [4, 2]]]),
            6,
        ),
        "integer": (np.array([[[0, 1, 2]]]), np.array([[[0, 2, 2]]]), 3),
        "too large": (
            np.array([[[17, 18, 255, 19, 0]]], "uint8"),
            np.array([[[17, 19, 18, 19, 17]]], "uint8"),
            20,
        ),
    },
    spared={
        "tie": NO_ORDER,
        "nan": "Labels are whole numbers.",
        "empty": NEVER_EMPTY,
    },
    points=2,
    results=("each", "mean"),
    hints=(
        "A mean over pictures and a mean over pixels differ. Which pixels belong to "
        "the intersection of a class, all pictures together?",
        "First throw away the pixels that nobody knows, from both masks: "
        "found[true != 255] and true[true != 255].",
        "A class whose union is empty is nan. np.nanmean leaves it out.",
    ),
    mistakes={
        "Each picture by itself, unknown pixels counted, absent classes as 0.": (
            partial(by_picture, known=False, absent=0)
        ),
        "All pictures together: each picture by itself gives a small object as much "
        "weight as a large one.": by_picture,
        "Where the truth is unknown, what was found does not count.": (
            partial(shared, known=False)
        ),
        "A class without a pixel has no IoU: it is nan, not 0.": (
            partial(shared, share=lambda *n: np.nan_to_num(iou(*n)))
        ),
        "A class without a pixel has no IoU: it is nan, not 1.": (
            partial(shared, share=lambda *n: np.nan_to_num(iou(*n), nan=1))
        ),
        "A class without a pixel is left out of the mean.": (
            partial(shared, mean=lambda each, pixels: np.nansum(each) / len(each))
        ),
        "What was found too much belongs to the union.": (
            partial(shared, share=lambda both, true, found: divided(both, true))
        ),
        "What was not found belongs to the union.": (
            partial(shared, share=lambda both, true, found: divided(both, found))
        ),
        "That is the Dice coefficient, the intersection over the mean area.": (
            partial(
                shared, share=lambda both, true, found: divided(2 * both, true + found)
            )
        ),
        "Each class counts alike, whatever its size.": (
            partial(
                shared,
                mean=lambda each, pixels: np.nansum(each * pixels[1]) / pixels[1].sum(),
            )
        ),
        "The ground, class 0, counts as well.": (
            partial(shared, mean=lambda each, pixels: np.nanmean(each[1:]))
        ),
        "That is the share of right pixels, not the mean of the classes.": (
            partial(shared, mean=lambda each, pixels: pixels[0].sum() / pixels[1].sum())
        ),
    },
)
QUESTIONS = (IOU,)
