"""Judge a student's answers, and give hints."""

from dataclasses import dataclass

import numpy as np

from dlcourse.homework import questions
from dlcourse.homework.calling import Problem, copied, outputs, plain_result
from dlcourse.homework.comparing import agree, at, close, difference, text

RIGHT, WRONG, NOT_ATTEMPTED = "right", "wrong", "not attempted"
MARKS = {RIGHT: "✓", WRONG: "✗", NOT_ATTEMPTED: "·"}


@dataclass(frozen=True)
class Verdict:
    """What is to be said about an answer.

    Attributes:
        name: the question.
        status: "right", "wrong" or "not attempted".
        points: what it earned.
        fault: sentences that name what is wrong, without any expected number.
        details: lines that show the input, what came and what was expected.
    """

    name: str
    status: str
    points: int = 0
    fault: str = ""
    details: tuple[str, ...] = ()

    def __str__(self):
        first = f"{MARKS[self.status]} {self.name}: {self.status}"
        if self.fault:
            first += f". {self.fault}"
        return "\n".join([first, *(f"    {line}" for line in self.details)])


def check(name, answer):
    """Print a verdict on the answer to a question, and give the points it earned."""
    verdict = examine(name, answer)
    print(verdict)
    return verdict.points


def examine(name, answer, seed=0):
    """Call the answer, a function, on inputs drawn from the seed; gives a `Verdict`."""
    question = questions.get(name)
    inputs = question.draw(seed)
    return judge(question, outputs(question, answer, inputs), inputs)


def judge(question, outputs, inputs):
    """A `Verdict` on the outputs of an answer, one for each input.

    An output is an array or a number, a tuple of them, a `Problem`, or ``...`` where
    the answer is not written yet. The student's code takes no part in this.
    """
    expectations = results(question.reference, inputs)
    for arguments, output, expected in zip(inputs, outputs, expectations, strict=True):
        if output is ...:
            return Verdict(question.name, NOT_ATTEMPTED)
        details = shown_arguments(question, arguments)
        if isinstance(output, Problem):
            return Verdict(question.name, WRONG, 0, output.text, details)
        if not close(output, expected, question):
            fault = known_mistake(question, outputs, inputs)
            fault = fault or describe(question, output, expected)
            if arguments:  # else the expected number is the answer
                details += shown_results(output, expected, question)
            return Verdict(question.name, WRONG, 0, fault, details)
    return Verdict(question.name, RIGHT, question.points)


def results(function, inputs):
    """What one of our own functions gives for each input."""
    with np.errstate(all="ignore"):  # some mistakes divide by 0
        return [plain_result(function(*copied(arguments))) for arguments in inputs]


def known_mistake(question, outputs, inputs):
    """The sentence of the mistake that gives all these outputs, or nothing."""
    for sentence, mistaken in question.mistakes.items():
        pairs = zip(outputs, results(mistaken, inputs), strict=True)
        if all(close(output, wrong, question) for output, wrong in pairs):
            return sentence
    return ""


def describe(question, output, expected):
    """Say how a result differs from what is expected."""
    if not isinstance(expected, tuple):
        if isinstance(output, tuple):
            return f"One result is expected, but {len(output)} came."
        return difference(output, expected, question, hide=not question.arguments)
    wanted = ", ".join(question.results)
    if not isinstance(output, tuple) or len(output) != len(expected):
        count = len(output) if isinstance(output, tuple) else "one"
        return f"{len(expected)} results are expected, {wanted}, but {count} came."
    if close(output[::-1], expected, question):
        return f"The results are right, in the wrong order: give {wanted}."
    return " ".join(
        difference(got, right, question, name, hide=not question.arguments)
        for name, got, right in zip(question.results, output, expected, strict=True)
        if not close(got, right, question)
    )


def shown_arguments(question, arguments):
    """A line for each argument of the call that failed."""
    pairs = zip(question.arguments, arguments, strict=True)
    return tuple(f"{name} = {text(value)}" for name, value in pairs)


def shown_results(output, expected, question):
    """What came, what was expected, and the first wrong place of a long array."""
    lines = (f"your result: {text(output)}", f"expected:    {text(expected)}")
    if isinstance(expected, tuple) or np.shape(output) != np.shape(expected):
        return lines
    if "array of" in text(expected):
        wrong = ~agree(output, expected, question)
        got, right = output[wrong][0], expected[wrong][0]
        lines += (f"{at(wrong)}: {text(got)}, expected {text(right)}",)
    return lines


HINTED = {}  # question -> how many of its hints were given in this session


def hint(name):
    """Print the next hint for a question; after the last, it begins anew."""
    hints = questions.get(name).hints
    given = HINTED.get(name, 0) % len(hints)
    HINTED[name] = given + 1
    print(f"Hint {given + 1} of {len(hints)}: {hints[given]}")


def score(homework, namespace):
    """Print the verdict on each question of a homework, and the points in all.

    ``namespace`` holds the student's functions by name.
    """
    asked = questions.of(homework)
    verdicts = [examine(q.name, namespace.get(q.name, ...)) for q in asked]
    for verdict in verdicts:
        print(verdict)
    earned = sum(verdict.points for verdict in verdicts)
    print(f"{earned} of {sum(question.points for question in asked)} points")
