"""Homework 28: the gradient of a loss that follows labels and a teacher."""

from functools import partial

import numpy as np

from dlcourse.homework.question import Question
from dlcourse.homework.questions.drawing import NEVER_EMPTY, NO_ORDER, PASSES, twins


def distilled(logits, teacher, labels, temperature, share):
    """Loss of a student that follows its teacher, and its gradient for the logits."""
    return follow(logits, teacher, labels, temperature, share)


def log_softmax(logits):
    """Without overflow."""
    shifted = logits - logits.max(axis=1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))


def naive_log_softmax(logits):
    """Overflows for a large logit."""
    return np.log(np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True))


def log_of_softmax(logits):
    """The logarithm of a softmax that may be rounded to 0."""
    return np.log(np.exp(log_softmax(logits)))


def through_softmax(p, d):
    """The gradient d for probabilities, taken back to the logits."""
    return p * (d - np.sum(p * d, axis=1, keepdims=True))


def each_by_itself(p, d):
    """As if a logit moved its own probability alone."""
    return p * (1 - p) * d


def follow(
    logits,
    teacher,
    labels,
    temperature,
    share,
    log_p=log_softmax,
    back=through_softmax,
    soft_slope=1,
    soft_loss=2,
    hard_at=lambda temperature: 1,
    taught_at=lambda temperature: temperature,
    divide=len,
):
    """`distilled`; a mistake has other powers of the temperature, or other places."""
    hard, told = log_p(logits / hard_at(temperature)), np.eye(logits.shape[1])[labels]
    soft = np.exp(log_p(logits / temperature))
    apart = soft - np.exp(log_p(teacher / taught_at(temperature)))
    loss = share * temperature**soft_loss * np.sum(apart**2, axis=1)
    loss -= (1 - share) * np.sum(told * hard, axis=1)
    gradient = share * temperature**soft_slope * back(soft, 2 * apart)
    gradient += (1 - share) * (np.exp(hard) - told)
    return loss.mean(), gradient / divide(logits)


def once(logits):
    """No mean."""
    return 1


def exchanged(logits, teacher, labels, temperature, share):
    """Gives the labels the teacher's share."""
    return follow(logits, teacher, labels, temperature, 1 - share)


def surest(logits, teacher, labels, temperature, share):
    """Takes the teacher's class for a label."""
    hard = np.where(np.eye(teacher.shape[1])[teacher.argmax(axis=1)] > 0, 1e4, 0)
    return follow(logits, hard * temperature, labels, temperature, share)


def pairs(rng):
    """One picture and two classes to be read, then five pictures and four classes."""
    two = np.log(2)
    by_hand = np.array([[two, 0.0]]), np.array([[0.0, 2 * two]]), np.array([0]), 2.0
    by_hand = (*by_hand, 0.5)

    def drawn(rng, temperature, share):
        logits, teacher = rng.normal(0, 2, (2, 5, 4))
        return logits, teacher, rng.integers(0, 4, 5), temperature, share

    return [by_hand, *twins(drawn, rng, (2.0, 0.7), (4.0, 0.9), (1.5, 0.4))]


DISTILLED = Question(
    homework="28",
    reference=distilled,
    inputs=pairs,
    edges={
        "zero": (
            np.zeros((2, 3)),
            np.array([[1.0, 0, 0], [0, 2, 0]]),
            np.array([1, 2]),
            2.0,
            0.25,
        ),
        "integer": (
            np.array([[2, 0, 1], [0, 1, 3]]),
            np.array([[3, 1, 0], [1, 4, 0]]),
            np.array([0, 1]),
            3.0,
            0.5,
        ),
        "too large": (
            np.array([[3000.0, 2999, 0], [0, 1, 2]]),
            np.array([[2000.0, 2001, 0], [1, 0, 0]]),
            np.array([2, 2]),  # the first student holds its label for impossible
            2.0,
            0.75,
        ),
    },
    spared={"tie": NO_ORDER, "nan": PASSES, "empty": NEVER_EMPTY},
    points=2,
    results=("loss", "gradient"),
    hints=(
        "Take the two terms one by one: first share = 0, then share = 1. For each of "
        "them compare the gradient with differences of the loss.",
        "A logit moves all probabilities of its row: dp_i / ds_j = p_i ([i = j] - p_j) "
        "/ T.",
        "With d = 2 (p - q) the teacher's term has the gradient share T p (d - sum of "
        "p d). The label's has softmax(logits), without T. And a mean has a 1 / n.",
    ),
    mistakes={
        "A logit moves all probabilities, the labels are compared without temperature, "
        "and the mean has a 1 / n.": (
            partial(
                follow,
                back=each_by_itself,
                hard_at=lambda temperature: temperature,
                divide=once,
            )
        ),
        "A logit moves all probabilities of its row, not its own alone.": (
            partial(follow, back=each_by_itself)
        ),
        "That would be the gradient for the probabilities, not for the logits.": (
            partial(follow, back=lambda p, d: d)
        ),
        "That would be the gradient of a cross-entropy with the teacher.": (
            partial(follow, back=lambda p, d: d / 2)
        ),
        "The derivative of a square has a 2.": (
            partial(follow, back=lambda p, d: through_softmax(p, d / 2))
        ),
        "The softmax's slope is p (1 - p), and -p p' beside the diagonal.": (
            partial(follow, back=lambda p, d: p * d)
        ),
        "The chain rule gives a 1 / T.": partial(follow, soft_slope=2),
        "The T² of the loss is in the gradient, too.": partial(follow, soft_slope=-1),
        "The labels are compared with the softmax without temperature.": (
            partial(follow, hard_at=lambda temperature: temperature)
        ),
        "The loss is a mean: its gradient has a 1 / n.": partial(follow, divide=once),
        "The mean runs over pictures, not over classes.": (
            partial(follow, divide=np.size)
        ),
        "The teacher has the temperature, too.": (
            partial(follow, taught_at=lambda temperature: 1)
        ),
        "The teacher's term has a T².": partial(follow, soft_loss=0),
        "The teacher's term has T², not T.": partial(follow, soft_loss=1),
        "`share` is the teacher's.": exchanged,
        "The teacher gives probabilities, not a class.": surest,
        "exp overflows: subtract the largest logit first.": (
            partial(follow, log_p=naive_log_softmax)
        ),
        "A softmax is rounded to 0, and its logarithm is infinite: take logits minus "
        "the largest, minus the log of the sum of their exp.": (
            partial(follow, log_p=log_of_softmax)
        ),
    },
)
QUESTIONS = (DISTILLED,)
