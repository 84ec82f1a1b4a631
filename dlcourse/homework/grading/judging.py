"""Judge what came out of the sandbox: plain arrays, or a status."""

import json
from dataclasses import dataclass, field

import numpy as np

from dlcourse.homework.calling import Problem
from dlcourse.homework.checking import judge
from dlcourse.homework.grading.plain import unpack, unpack_array
from dlcourse.homework.grading.table import printable
from dlcourse.homework.verdict import WRONG, Verdict

GRADED, CHANGED, CRASHED = "graded", "graded, cells changed", "crashed"
STOPPED = {  # why a sandbox was ended -> what the student is told
    "time": "The notebook took too long, and was stopped.",
    "memory": "The notebook took too much memory, and was stopped.",
    "output": "The results were too large, and the notebook was stopped.",
}
MOST_FAULTS = 1000  # lines that are read for cells that stopped
NOT_PLAIN = "Its result is not an array or a number, or a tuple of them."


@dataclass(frozen=True)
class Grade:
    """What a student earned.

    Attributes:
        status: "graded" and its like, or why the notebook was not run to its end.
        verdicts: a `Verdict` for each question; none where nothing could be run.
        remarks: sentences on the notebook as a whole.
        number: the student's number in Moodle or Canvas.
        file: the notebook that was graded.
        code: question -> the cells that define its function.
    """

    student: str
    status: str
    verdicts: tuple[Verdict, ...] = ()
    remarks: tuple[str, ...] = ()
    number: str = ""
    file: str = ""
    code: dict[str, str] = field(default_factory=dict)

    @property
    def points(self):
        """The points earned in all."""
        return sum(verdict.points for verdict in self.verdicts)


def grade(student, run, asked, changed):
    """A `Grade` from a `sandbox.Run`.

    ``asked`` holds pairs of a question and its inputs, ``changed`` what is said of the
    notebook's cells.
    """
    received = messages(run.lines)
    remarks = list(changed)
    for message in received[:MOST_FAULTS]:
        match message:
            case {"cell": int(number), "fault": str(fault)}:
                fault = printable(fault[:500])
                remarks.append(f"Code cell {number} stops with {fault}")
    verdicts = [verdict(question, inputs, received, run) for question, inputs in asked]
    status = CHANGED if changed else GRADED
    if run.stopped:
        status = run.stopped
        remarks.append(STOPPED[run.stopped])
    elif {"done": True} not in received:
        status = CRASHED
        remarks.append("The notebook ended the whole program (os._exit, or a crash).")
    return Grade(student, status, tuple(verdicts), tuple(remarks))


def messages(lines):
    """The lines that are JSON objects; a notebook may have written among them."""
    found = []
    for line in lines:
        try:
            message = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if isinstance(message, dict):
            found.append(message)
    return found


def has_begun(run):
    """Whether the driver got as far as the notebook."""
    return {"begun": True} in messages(run.lines[:1])


def not_asked(questions, run):
    """The questions of a job behind the one that ended the program, if one did."""
    received = messages(run.lines)
    if run.stopped or {"done": True} in received or {"ran": True} not in received:
        return []
    told = [message.get("question") for message in received]
    names = [question["name"] for question in questions]
    left = [k for k, name in enumerate(names) if name not in told]
    return questions[left[0] + 1 :] if left else []


def verdict(question, inputs, received, run):
    """A `Verdict` on what was said of a question, the last time that it was named."""
    own = [message for message in received if message.get("question") == question.name]
    try:
        results = outputs(question, own[-1] if own else {}, inputs, run)
        return judge(question, results, inputs)
    except Exception as error:  # a strange array must not end the run
        fault = f"{NOT_PLAIN} ({type(error).__name__})"
        return Verdict(question.name, WRONG, 0, fault)


def outputs(question, message, inputs, run):
    """The outputs of an answer as `judge` takes them."""
    match message:
        case {"outputs": [*packed], "given": [*given]} if (
            len(packed) == len(given) == len(inputs)
        ):
            results = [received(output) for output in packed]
            faults = map(spoilt, [question] * len(inputs), inputs, given)
            return [
                fault if fault and isinstance(result, (np.ndarray, tuple)) else result
                for fault, result in zip(faults, results, strict=True)
            ]
        case {"late": float(seconds) | int(seconds)}:
            return [Problem(f"It does not end within {seconds:g} s.")] * len(inputs)
    why = STOPPED.get(run.stopped, "It ends the whole program: exit, or a crash.")
    return [Problem(why)] * len(inputs)


def spoilt(question, arguments, given):
    """A `Problem` where an argument is not as it was; nothing where all are."""
    try:
        now = [unpack(value) for value in given]
        pairs = list(zip(question.arguments, now, arguments, strict=True))
    except (AttributeError, KeyError, OverflowError, TypeError, ValueError):
        return Problem(NOT_PLAIN)
    for name, after, before in pairs:
        if not np.array_equal(after, before, equal_nan=True):
            return Problem(
                f"It changes its argument {name}, which belongs to the caller: "
                f"make a new array, or begin with {name} = {name}.copy()."
            )
    return None


def received(packed):
    """An output: an array, a tuple of arrays, a `Problem` or ``...``."""
    try:
        match packed:
            case {"missing": True}:
                return ...
            case {"problem": str(text)}:
                return Problem(printable(text[:500]))
            case {"tuple": [*members]}:
                return tuple(array(member) for member in members)
            case _:
                return array(packed)
    except (KeyError, OverflowError, TypeError, ValueError):
        return Problem(NOT_PLAIN)


def array(packed):
    """An array of numbers; an error where it is anything else."""
    return unpack_array(packed["array"], packed["dtype"], packed["shape"])
