"""A question of a homework: what is asked, and how an answer is judged."""

import inspect
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np


@dataclass(frozen=True, kw_only=True)
class Question:
    """A function that the student writes, judged by calling it.

    A number to be predicted is a function without arguments.

    Args:
        homework: number of the homework, "01".
        reference: the right answer. Its name is the question's, its parameters are
            those of the student's function, and it gives an array or a number, or a
            tuple of them.
        inputs: function from a `numpy.random.Generator` to a list of argument tuples.
            The first ones are small enough to be read in a message.
        hints: sentences, from a nudge to nearly the answer.
        mistakes: sentence -> the function of somebody who makes this mistake. An answer
            that gives what such a function gives is told the sentence.
        points: what a right answer earns.
        results: a name for each member where the reference gives a tuple.
        rtol, atol: tolerances, as `numpy.isclose` has them.
    """

    homework: str
    reference: Callable
    inputs: Callable = lambda rng: [()]
    hints: tuple[str, ...]
    mistakes: dict[str, Callable] = field(default_factory=dict)
    points: int = 1
    results: tuple[str, ...] = ()
    rtol: float = 1e-5
    atol: float = 1e-8

    @property
    def name(self):
        """Name of the function that the student writes."""
        return self.reference.__name__

    @property
    def arguments(self):
        """Names of the parameters of that function."""
        return tuple(inspect.signature(self.reference).parameters)

    def draw(self, seed=0):
        """A list of argument tuples, always the same for a seed."""
        own = zlib.crc32(self.name.encode())  # hash() differs from run to run
        return self.inputs(np.random.default_rng([seed, own]))
