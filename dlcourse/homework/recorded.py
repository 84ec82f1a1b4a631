"""Questions without their answers: what the answers gave is recorded in a file.

A student's check needs no right answer, only what it gives. So in a students' edition
(`release`) a table takes the place of each function that knows the answer.
"""

import contextlib
import gzip
import inspect
import json
from dataclasses import dataclass

from dlcourse.homework.calling import Problem
from dlcourse.homework.explaining import changes, quiet, result
from dlcourse.homework.grading.plain import pack, unpack
from dlcourse.homework.question import Question
from dlcourse.homework.score import MEASURES, ScoreQuestion, is_scored

CASES = 200  # recorded inputs of a question, at least
EDITION = (
    "This is the students' edition, whose inputs are recorded: grade with the "
    "repository that it was made from."
)
KEPT_SCORE = ("homework", "name", "classes", "measured", "hints")
KEPT = ("homework", "hints", "points", "text", "results", "rtol", "atol")


class Table:
    """A function as a table of its calls; LookupError for arguments not in it."""

    def __init__(self, name, arguments, calls):
        self.__name__, self.calls = name, calls
        kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
        self.__signature__ = inspect.Signature(
            [inspect.Parameter(argument, kind) for argument in arguments]
        )

    def __call__(self, *arguments):
        found = self.calls[key(arguments)]
        if found is None:
            raise ValueError("The recorded function stopped here.")
        return unpack(found)


def key(arguments):
    """A text that is the same for the same arguments alone."""
    return json.dumps(pack(tuple(arguments)))


@dataclass(frozen=True, kw_only=True)
class RecordedQuestion(Question):
    """A question whose inputs were drawn before: ``draws[seed]`` is a list of them."""

    draws: tuple

    @property
    def rounds(self):
        return len(self.draws)

    def draw(self, seed=0):
        if seed not in range(self.rounds):
            raise ValueError(EDITION)
        return self.draws[seed]


def record(question, first):
    """A question as JSON, with its draws from the seed ``first`` on.

    The mistakes are recorded for every input, and for those of the first draw what the
    reference gives for changed arguments, by which `explaining.guess` confirms a guess.
    Of a score question its public sets are recorded.
    """
    if is_scored(question):
        return record_score(question)
    draws = [question.draw(first)]
    while question.arguments and sum(map(len, draws)) < CASES:
        draws.append(question.draw(first + len(draws)))
    inputs = [arguments for draw in draws for arguments in draw]
    return {
        **{name: getattr(question, name) for name in KEPT},
        "name": question.name,
        "arguments": question.arguments,
        "draws": [[pack(arguments) for arguments in draw] for draw in draws],
        "edges": {name: pack(edge) for name, edge in question.edges.items()},
        "reference": given(question.reference, inputs),
        "guesses": guesses(question, draws[0]),
        "mistakes": {
            sentence: given(function, inputs)
            for sentence, function in question.mistakes.items()
        },
    }


def given(function, inputs):
    """What a function gives for each input, packed; None where it stops."""
    results = [result(function, arguments) for arguments in inputs]
    return [None if isinstance(one, Problem) else pack(one) for one in results]


def guesses(question, inputs):
    """What the reference gives for changed inputs, by their `key`."""
    changed = {}
    for _, change in changes(question, inputs):
        for arguments in inputs:
            with contextlib.suppress(Exception):  # it does not suit these arguments
                made = change(arguments)
                changed[key(made)] = made
    found = given(question.reference, changed.values())
    return {at: one for at, one in zip(changed, found, strict=True) if one is not None}


def restore(recorded):
    """The question that `record` recorded."""
    if "public" in recorded:
        return restore_score(recorded)
    draws = [[unpack(arguments) for arguments in draw] for draw in recorded["draws"]]
    keys = [key(arguments) for draw in draws for arguments in draw]

    def table(given, more=()):
        calls = {**dict(zip(keys, given, strict=True)), **dict(more)}
        return Table(recorded["name"], recorded["arguments"], calls)

    tuples = {name: tuple(recorded[name]) for name in ("hints", "results")}
    return RecordedQuestion(
        **{name: recorded[name] for name in KEPT} | tuples,
        reference=table(recorded["reference"], recorded["guesses"]),
        edges={name: unpack(edge) for name, edge in recorded["edges"].items()},
        mistakes={text: table(given) for text, given in recorded["mistakes"].items()},
        draws=tuple(draws),
    )


def record_score(question):
    """A score question as JSON, without what draws its hidden inputs."""
    public = question.public().items()
    return {
        **{name: getattr(question, name) for name in KEPT_SCORE},
        "measure": question.measure.__name__,
        "thresholds": list(question.thresholds.items()),
        "public": {part: pack(arrays) for part, arrays in public},
    }


def restore_score(recorded):
    """The score question that `record_score` recorded; it has nothing hidden."""

    def hidden(rng):
        raise ValueError(EDITION)

    own = {name: recorded[name] for name in KEPT_SCORE}
    measures = {measure.__name__: measure for measure in MEASURES}
    return ScoreQuestion(
        **own | {"hints": tuple(recorded["hints"])},
        measure=measures[recorded["measure"]],
        thresholds=dict(map(tuple, recorded["thresholds"])),
        public=lambda: {p: unpack(sets) for p, sets in recorded["public"].items()},
        hidden=hidden,
    )


def write(path, questions, first=0):
    """Record all questions in a file."""
    with quiet(), gzip.open(path, "wt", encoding="utf-8") as file:
        # dumps is written in C, and ten times as fast as dump, which is not.
        file.write(json.dumps([record(question, first) for question in questions]))


def load(path):
    """The questions of such a file."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return tuple(restore(recorded) for recorded in json.load(file))
