"""Judge what came out of the sandbox: plain arrays, or a status."""

import json
from dataclasses import dataclass

from dlcourse.homework.calling import Problem
from dlcourse.homework.checking import WRONG, Verdict, judge
from dlcourse.homework.grading.plain import unpack_array

GRADED, CHANGED, CRASHED = "graded", "graded, cells changed", "crashed"
STOPPED = {  # why a sandbox was ended -> what the student is told
    "time": "The notebook took too long, and was stopped.",
    "memory": "The notebook took too much memory, and was stopped.",
    "output": "The results were too large, and the notebook was stopped.",
}
NOT_PLAIN = "Its result is not an array or a number, or a tuple of them."


@dataclass(frozen=True)
class Grade:
    """What a student earned.

    Attributes:
        status: "graded" and its like, or why the notebook was not run to its end.
        verdicts: a `Verdict` for each question; none where nothing could be run.
        remarks: sentences on the notebook as a whole.
    """

    student: str
    status: str
    verdicts: tuple[Verdict, ...] = ()
    remarks: tuple[str, ...] = ()

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
    for message in received:
        match message:
            case {"cell": int(number), "fault": str(fault)}:
                remarks.append(f"Code cell {number} stops with {fault[:500]}")
    verdicts = [verdict(question, inputs, received, run) for question, inputs in asked]
    if run.stopped:
        return Grade(student, run.stopped, tuple(verdicts), (STOPPED[run.stopped],))
    if {"done": True} not in received:
        remarks.append("The notebook ended the whole program (os._exit, or a crash).")
        return Grade(student, CRASHED, tuple(verdicts), tuple(remarks))
    status = CHANGED if changed else GRADED
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


def verdict(question, inputs, received, run):
    """A `Verdict` on what was said of a question, the last time that it was named."""
    own = [message for message in received if message.get("question") == question.name]
    try:
        return judge(
            question, outputs(own[-1] if own else {}, len(inputs), run), inputs
        )
    except Exception as error:  # a strange array must not end the run
        fault = f"{NOT_PLAIN} ({type(error).__name__})"
        return Verdict(question.name, WRONG, 0, fault)


def outputs(message, count, run):
    """The outputs of an answer as `judge` takes them."""
    match message:
        case {"outputs": [*packed]} if len(packed) == count:
            return [received(output) for output in packed]
        case {"late": float(seconds) | int(seconds)}:
            return [Problem(f"It does not end within {seconds:g} s.")] * count
    why = STOPPED.get(run.stopped, "It ends the whole program: exit, or a crash.")
    return [Problem(why)] * count


def received(packed):
    """An output: an array, a tuple of arrays, a `Problem` or ``...``."""
    try:
        match packed:
            case {"missing": True}:
                return ...
            case {"problem": str(text)}:
                return Problem(text[:500])
            case {"tuple": [*members]}:
                return tuple(array(member) for member in members)
            case _:
                return array(packed)
    except (KeyError, OverflowError, TypeError, ValueError):
        return Problem(NOT_PLAIN)


def array(packed):
    """An array of numbers; an error where it is anything else."""
    return unpack_array(packed["array"], packed["dtype"], packed["shape"])
