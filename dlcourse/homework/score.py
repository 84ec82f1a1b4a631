"""A score question: a function that was trained, judged by its score on hidden inputs.

Each homework with a number like P1, a project, asks one.
"""

import zlib
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

TRAIN, VALIDATION = "train", "validation"  # the public sets
TRAINING = 60  # seconds that a cell of a project may take
PREDICTING = 20  # and a check, which is less
REPEATED = 0.1  # share of the inputs that come again


class Asked(list):
    """The arguments of each call, and beside them the labels, which no call is given.

    Attributes:
        labels: what is right, for the first call.
        same: for each input of a call, the number of its example.
    """

    def __init__(self, x, labels, rng):
        """Shuffle the inputs, some of them twice; a second call repeats some more."""
        examples, again = np.arange(len(x)), max(1, round(REPEATED * len(x)))
        first = rng.permutation([*examples, *rng.choice(examples, again, False)])
        second = rng.choice(first, again, False)
        super().__init__([(x[first],), (x[second],)])
        self.same, self.labels = (first, second), labels[first]


@dataclass(frozen=True, kw_only=True)
class ScoreQuestion:
    """A function that the student trains: a class for each of many inputs.

    Args:
        homework: number of the project, "P1".
        name: of the function; it is given the inputs, an array (n, ...).
        classes: how many there are: the labels are whole numbers from 0 on.
        public: function without arguments that gives "train" and "validation" -> inputs
            and labels, the same at each call.
        hidden: function from a `numpy.random.Generator` to inputs and labels of which
            nobody knows the labels.
        measure: function from predicted and right labels (n, ...) to the score of each
            example (n,), 0 … 1.
        measured: the name of the mean score.
        thresholds: score -> the points of who reaches it, rising.
        hints: sentences, from a nudge to nearly the answer.
    """

    homework: str
    name: str
    classes: int
    public: Callable
    hidden: Callable
    measure: Callable
    measured: str
    thresholds: dict[float, int]
    hints: tuple[str, ...]

    arguments = ("x",)
    results = ()
    text = ""  # of it, nothing differs by class but what is hidden

    @property
    def points(self):
        """What the highest threshold earns."""
        return max(self.thresholds.values())

    def draw(self, seed):
        """The hidden calls as `Asked`, always the same for a seed."""
        own = zlib.crc32(self.name.encode())
        rng = np.random.default_rng([seed, own])
        return Asked(*self.hidden(rng), rng)

    def validation(self):
        """The calls of a check, with the public labels."""
        return Asked(*self.public()[VALIDATION], np.random.default_rng(0))


def is_scored(question):
    """Whether it is a `ScoreQuestion`."""
    return isinstance(question, ScoreQuestion)


def hit(predicted, labels):
    """1 for each example whose label was predicted, else 0; both are (n,)."""
    return (predicted == labels).astype(float)


def overlap(predicted, labels):
    """Intersection over union of the places of class 1, by example: (n, ...) -> (n,).

    1 where neither has any.
    """
    inner = tuple(range(1, labels.ndim))
    predicted, labels = predicted == 1, labels == 1
    either = (predicted | labels).sum(inner)
    both = (predicted & labels).sum(inner)
    return np.where(either, both / np.maximum(either, 1), 1.0)


MEASURES = (hit, overlap)
