"""A question of a homework: what is asked, and how an answer is judged."""

import inspect
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

# What an input may hold that a plausible answer overlooks.
EDGES = ("tie", "zero", "nan", "integer", "empty", "too large")


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
            The first ones are small enough to be read in a message. Two at least are of
            one shape and begin with the same number (see `questions.drawing.twins`), so
            that no cached result passes; every argument varies among those.
        edges: edge, one of EDGES -> the fixed input that has it.
        spared: edges that do not apply, several divided by commas -> why.
        hints: sentences, from a nudge to nearly the answer.
        mistakes: sentence -> the function of somebody who makes this mistake. An answer
            that gives what such a function gives is told the sentence.
        points: what a right answer earns: a multiple of the number of results, each of
            which earns its share where it is right for every input.
        text: the passage of the exercise that gives the numbers of a question for a
            number, for another class to have others.
        results: a name for each member where the reference gives a tuple.
        rtol, atol: tolerances, as `numpy.isclose` has them.
    """

    homework: str
    reference: Callable
    inputs: Callable = lambda rng: [()]
    edges: dict[str, tuple] = field(default_factory=dict)
    spared: dict[str, str] = field(default_factory=dict)
    hints: tuple[str, ...]
    mistakes: dict[str, Callable] = field(default_factory=dict)
    points: int = 1
    text: str = ""
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

    @property
    def rounds(self):
        """How many draws a check in a notebook tries."""
        return 1

    def draw(self, seed=0):
        """A list of argument tuples, always the same for a seed.

        The last one is the first again: a function may not remember its calls.
        """
        own = zlib.crc32(self.name.encode())  # hash() differs from run to run
        made = self.inputs(np.random.default_rng([seed, own]))
        return [*made, *self.edges.values(), made[0]]
