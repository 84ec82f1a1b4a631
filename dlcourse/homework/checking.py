"""Judge a student's answers, and give hints."""

import contextlib
import signal
from threading import current_thread, main_thread

import numpy as np

from dlcourse.homework import questions
from dlcourse.homework.calling import Problem, outputs
from dlcourse.homework.comparing import agree, at, close, text
from dlcourse.homework.explaining import explain, member, quiet, results, same
from dlcourse.homework.score import PREDICTING, is_scored
from dlcourse.homework.scoring import score_verdict
from dlcourse.homework.verdict import NOT_ATTEMPTED, RIGHT, WRONG, Verdict

UNFINISHED = Problem("It is not finished: for this input nothing is written yet.")
SECONDS = 3  # that an answer may take for all inputs


def check(name, answer):
    """Print a verdict on the answer to a question, and give the points it earned."""
    found = examine(name, answer)
    print(f"{found}\n", end="")  # in one piece, as notebooks compare it
    return found.points


def examine(name, answer, seed=0):
    """Call the answer, a function, on inputs drawn from the seed; gives a `Verdict`.

    Where the question has several rounds, the first verdict that is not "right". A
    score question has its validation set for inputs, whatever the seed.
    """
    question = questions.get(name)
    if is_scored(question):
        return examine_once(question, answer, question.validation())
    for number in range(seed, seed + question.rounds):
        found = examine_once(question, answer, question.draw(number))
        if found.status != RIGHT:
            break
    return found


def examine_once(question, answer, inputs):
    """A `Verdict` on what the answer gives for these inputs."""
    seconds = PREDICTING if is_scored(question) else SECONDS
    try:
        with time_limit(seconds):
            given = outputs(question, answer, inputs)
    except TooLong:
        fault = f"It does not end within {seconds} s. Is there an endless loop?"
        return Verdict(question.name, WRONG, 0, fault)
    return judge(question, given, inputs)


class TooLong(BaseException):
    """An answer takes too long: no Exception, which the answer itself may catch."""


@contextlib.contextmanager
def time_limit(seconds):
    """Raise `TooLong` in what takes longer, where the system has an alarm.

    It has none on Windows, nor beside the main thread.
    """
    if not hasattr(signal, "setitimer") or current_thread() is not main_thread():
        yield
        return

    def stop(signum, frame):
        raise TooLong

    before = signal.signal(signal.SIGALRM, stop)
    try:
        signal.setitimer(signal.ITIMER_REAL, seconds, 0.5)  # again, if it is caught
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before or signal.SIG_DFL)


def judge(question, outputs, inputs):
    """A `Verdict` on the outputs of an answer, one for each input.

    An output is an array or a number, a tuple of them, a `Problem`, or ``...`` where
    the answer is not written yet. The student's code takes no part in this.
    """
    with quiet():
        if is_scored(question):
            return score_verdict(question, outputs, inputs)
        return verdict(question, outputs, inputs)


def verdict(question, outputs, inputs):
    """As `judge`; may warn."""
    if outputs[0] is ...:
        return Verdict(question.name, NOT_ATTEMPTED)
    outputs = [UNFINISHED if output is ... else output for output in outputs]
    expected = results(question.reference, inputs)
    pairs = list(zip(outputs, expected, strict=True))
    wrong = [i for i, pair in enumerate(pairs) if not same(*pair, question)]
    if not wrong:
        return Verdict(question.name, RIGHT, question.points)
    shown = min(wrong, key=lambda i: sum(np.size(a) for a in inputs[i]))
    right, points = partly(question, pairs)
    fault = explain(question, outputs, inputs, expected, shown)
    details = shown_arguments(question, inputs[shown])
    if inputs[shown] and not isinstance(outputs[shown], Problem):
        # A number that is to be predicted would be given away.
        details += shown_results(*pairs[shown], question)
    return Verdict(question.name, WRONG, points, fault, details, right)


def partly(question, pairs):
    """Names of the results that are right for every input, and what they earn."""
    right = tuple(
        name
        for k, name in enumerate(question.results)
        if all(
            same(member(got, k, question), expected[k], question)
            for got, expected in pairs
        )
    )
    each = question.points // len(question.results) if right else 0
    return right, each * len(right)


def shown_arguments(question, arguments):
    """A line for each argument of the call that failed."""
    pairs = zip(question.arguments, arguments, strict=True)
    return tuple(f"{name} = {text(value)}" for name, value in pairs)


def shown_results(output, expected, question):
    """What came and what was expected; of several results those that are wrong."""
    if not question.results or member(output, 0, question) is None:
        return side_by_side("", output, expected, question)
    found = [
        side_by_side(f"{name} = ", member(output, k, question), expected[k], question)
        for k, name in enumerate(question.results)
        if not close(member(output, k, question), expected[k], question)
    ]
    return tuple(line for lines in found for line in lines)


def side_by_side(name, got, right, question):
    """Lines with one result, with the right one, and of long ones the first place."""
    lines = f"your result: {name}{text(got)}", f"expected:    {name}{text(right)}"
    if isinstance(right, tuple) or np.shape(got) != np.shape(right):
        return lines
    if "array of" in text(right):
        wrong = ~agree(got, right, question)
        first, wanted = text(got[wrong][0]), text(right[wrong][0])
        lines += (f"{at(wrong)}: {first}, expected {wanted}",)
    return lines


HINTED = {}  # question -> how many of its hints were given in this session


def public_set(name, part):
    """Inputs and labels of a score question's "train" or "validation" set: copies."""
    question = questions.get(name)
    if not is_scored(question):
        raise ValueError(f"{name} is not judged by a score: it has no public sets.")
    found = question.public()
    if part not in found:
        raise ValueError(f"There is no set {part!r}. There are: {', '.join(found)}.")
    return tuple(array.copy() for array in found[part])  # which may be changed


def hint(name):
    """Print the next hint for a question; after the last, it begins anew."""
    hints = questions.get(name).hints
    given = HINTED.get(name, 0) % len(hints)
    HINTED[name] = given + 1
    print(f"Hint {given + 1} of {len(hints)}: {hints[given]}")
