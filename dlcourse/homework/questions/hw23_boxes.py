"""Homework 23: which answers of a detector are right."""

from functools import partial

import numpy as np

from dlcourse.homework.question import Question
from dlcourse.homework.questions.drawing import NO_EXP, twins


def judged(boxes, confidences, objects, least):
    """Which answers are right, and their average precision."""
    return judge(boxes, confidences, objects, least)


def area(box):
    """Area of boxes, the last axis of which is top, left, bottom, right."""
    return np.prod(np.maximum(box[..., 2:] - box[..., :2], 0.0), axis=-1)


def common(boxes, objects):
    """Area of each box that each object has as well: (n, m)."""
    low = np.maximum(boxes[:, None, :2], objects[None, :, :2])
    high = np.minimum(boxes[:, None, 2:], objects[None, :, 2:])
    return area(np.concatenate([low, high], axis=-1))


def overlaps(boxes, objects):
    """Intersection over union; 0 where both boxes are empty."""
    both = common(boxes, objects)
    union = area(boxes)[:, None] + area(objects) - both
    return np.divide(both, union, out=np.zeros(both.shape), where=union > 0)


def over_the_object(boxes, objects):
    """Intersection over the area of the object."""
    both, whole = common(boxes, objects), area(objects) + np.zeros((len(boxes), 1))
    return np.divide(both, whole, out=np.zeros(both.shape), where=whole > 0)


def with_a_pixel_more(boxes, objects):
    """As if bottom and right were the last pixels."""
    more = np.array([0, 0, 1, 1])
    return overlaps(boxes + more, objects + more)


def surest_first(confidences):
    """Places by confidence; the first of equals first."""
    return np.argsort(-confidences, kind="stable")


def summed_at_objects(right, count):
    """Sum of the precision at each object that is found, divided by all objects."""
    precision = np.cumsum(right) / np.arange(1, len(right) + 1)
    return precision[right].sum() / count


def smoothed(right, count):
    """With the highest precision from here on."""
    precision = np.cumsum(right) / np.arange(1, len(right) + 1)
    return np.maximum.accumulate(precision[::-1])[::-1][right].sum() / count


def of_the_found(right, count):
    """Divided by the objects that are found."""
    return summed_at_objects(right, max(right.sum(), 1))


def over_all_answers(right, count):
    """The precision at each answer, divided by their number."""
    precision = np.cumsum(right) / np.arange(1, len(right) + 1)
    return precision.sum() / max(len(right), 1)


def judge(
    boxes,
    confidences,
    objects,
    least,
    overlap=overlaps,
    order=surest_first,
    once=True,
    enough=np.greater_equal,
    free_ones=False,
    precision=summed_at_objects,
    sort_back=True,
):
    """`judged`; a mistake compares, sorts, chooses or counts in another way."""
    iou, taken = overlap(boxes, objects), np.zeros(len(objects), bool)
    right, places = np.zeros(len(boxes), bool), order(confidences)
    for i in places:
        row = np.where(taken & free_ones, -1, iou[i])
        best = row.argmax()
        right[i] = enough(row[best], least) and not (once and taken[best])
        taken[best] |= right[i]
    in_order = right[places]
    return right if sort_back else in_order, precision(in_order, len(objects))


# Answers whose IoU with their object is 0.42, 0.57 and a third, and these objects.
NEAR = (
    np.array([[80, 0, 90, 4.2], [80, 50, 90, 55.7], [80, 90, 110, 100]]),
    np.array([[80.0, 0, 90, 10], [80, 50, 90, 60], [80, 90, 90, 100]]),
)


def answers(rng):
    """Four answers to two objects to be read, then ten to seven."""
    objects = np.array([[0.0, 0, 10, 10], [0, 5, 10, 15]])
    boxes = [[0, 1, 10, 11], [0, 2, 10, 12], [30, 30, 40, 40], [0, 6, 10, 15]]
    confidences = np.array([0.9, 0.6, 0.7, 0.4])
    by_hand = np.array(boxes, float), confidences, objects, 0.45

    def drawn(rng, least):
        corner = np.array([[0, 0], [0, 15], [40, 0], [40, 15]]) + rng.uniform(0, 5)
        size = rng.uniform(18, 30, (4, 2))
        objects = np.concatenate([corner, corner + size], axis=1)
        of = np.array([0, 1, 2, 3, *rng.integers(0, 4, 3)])
        noise = rng.normal(0, 1, (7, 4)) * np.repeat([1, 4], [4, 3])[:, None]
        boxes = np.concatenate([objects[of] + noise, NEAR[0]])[rng.permutation(10)]
        return boxes, rng.random(10), np.concatenate([objects, NEAR[1]]), least

    return [by_hand, *twins(drawn, rng, (0.5,), (0.35,), (0.65,))]


SQUARE = [0.0, 0, 10, 10]
JUDGED = Question(
    homework="23",
    reference=judged,
    inputs=answers,
    edges={
        "tie": (
            np.array([[0.0, 0, 10, 20], [0, 0, 10, 11], [0, 0, 10, 11]]),
            np.array([0.8, 0.8, 0.8]),
            np.array([SQUARE, [50, 50, 60, 60]]),
            0.5,
        ),
        "zero": (
            np.array([[0.0, 0, 10, 5.5], [3, 3, 3, 3]]),
            np.array([0.6, 0.9]),
            np.array([SQUARE, [3, 3, 3, 3], [90, 0, 99, 9]]),
            0.6,
        ),
        "integer": (
            np.array([[70, 70, 80, 80], [1, 0, 11, 10], [30, 0, 41, 10]]),
            np.array([0.9, 0.8, 0.7]),
            np.array([[0, 0, 10, 10], [30, 0, 40, 10]]),
            0.55,
        ),
        "empty": (np.zeros((0, 4)), np.zeros(0), np.array([SQUARE]), 0.5),
    },
    spared={"nan": "A detector answers with numbers.", "too large": NO_EXP},
    points=2,
    results=("right", "precision"),
    hints=(
        "Go through the answers in the order of their confidence, not in the order in "
        "which they come. np.argsort of a negative number has the largest first.",
        "For each: which object does it fit best? If that one is taken, the answer is "
        "wrong, whatever other objects there are.",
        "Then go down the list once more: at each right answer, how many of the "
        "answers so far are right?",
    ),
    mistakes={
        "An object counts once: a second box for it is wrong.": (
            partial(judge, once=False)
        ),
        "The answers are taken in the order in which they come.": (
            partial(judge, order=lambda c: np.arange(len(c)))
        ),
        "The least confident answer comes first here.": (
            partial(judge, order=lambda c: np.argsort(c, kind="stable"))
        ),
        "Of equally confident answers the first one comes first.": (
            partial(judge, order=lambda c: np.argsort(c, kind="stable")[::-1])
        ),
        "An answer belongs to the object that it fits best, taken or not.": (
            partial(judge, free_ones=True)
        ),
        "Just as much as `least` is enough.": partial(judge, enough=np.greater),
        "The union holds the box as well, not the object alone.": (
            partial(judge, overlap=over_the_object)
        ),
        "The width is right - left: no pixel more.": (
            partial(judge, overlap=with_a_pixel_more)
        ),
        "That is the highest precision from here on; asked is the one at this place.": (
            partial(judge, precision=smoothed)
        ),
        "Objects that nobody found count as well.": (
            partial(judge, precision=of_the_found)
        ),
        "Only where an object is found does the precision count.": (
            partial(judge, precision=over_all_answers)
        ),
        "The right answers stand in the order of confidence; keep the order given.": (
            partial(judge, sort_back=False)
        ),
    },
)
QUESTIONS = (JUDGED,)
