"""Judge the answer to a score question: refuse what is no prediction, else score it."""

import numpy as np

from dlcourse.homework.calling import Problem
from dlcourse.homework.verdict import NOT_ATTEMPTED, SCORED, WRONG, Score, Verdict

ROUNDING = 0.01  # share of repeated predictions that may differ, in numbers near a tie


def score_verdict(question, outputs, asked):
    """A `Verdict` on the outputs of an answer, one for each call of `score.Asked`."""
    if outputs[0] is ...:
        return Verdict(question.name, NOT_ATTEMPTED)
    calls = zip(outputs, asked, strict=True)
    faults = [refused(question, output, asked, x) for output, (x,) in calls]
    fault = next(filter(None, faults), "") or unequal(outputs, asked)
    if fault:
        return Verdict(question.name, WRONG, 0, fault)
    _, once = np.unique(asked.same[0], return_index=True)
    each = question.measure(outputs[0][once], asked.labels[once])
    score = Score(each.mean(), each.std() / np.sqrt(len(each)))
    points, above = earned(question, score)
    return Verdict(question.name, SCORED, points, above, score=score)


def earned(question, score):
    """The points of a score, and a sentence on the next threshold.

    A threshold counts as reached from one standard error below it.
    """
    reached = score.mean + score.error
    points = [n for least, n in question.thresholds.items() if reached >= least]
    above = [(t, n) for t, n in question.thresholds.items() if reached < t]
    if not above:
        return max(points), ""
    least, more = above[0]
    worth = "1 point" if more == 1 else f"{more} points"
    return max(points, default=0), f"From {least:.2f} on it would be {worth}."


def refused(question, output, asked, x):
    """Why an output is no class for each input of x; nothing where it is."""
    if output is ...:
        return "It is not finished: for this input nothing is written yet."
    if isinstance(output, Problem):
        return output.text
    wanted = (len(x), *asked.labels.shape[1:])
    if not isinstance(output, np.ndarray) or output.shape != wanted:
        return other_shape(question, output, wanted)
    if output.dtype.kind not in "biuf":
        return f"Its result holds numbers of the type {output.dtype}, not classes."
    if not np.isfinite(output).all():
        return "Its result holds nan or infinity: no class."
    if (output != np.round(output)).any():
        return (
            "Its result holds fractions, and is wanted to hold classes, whole numbers: "
            "where it has one score for each class, take argmax(axis=-1); where it "
            "has one probability, > 0.5."
        )
    if output.min() < 0 or output.max() >= question.classes:
        last = question.classes - 1
        return f"Its result holds other numbers than the classes 0 … {last}."
    return ""


def other_shape(question, output, wanted):
    """What is said of a result with another shape than wanted."""
    if not isinstance(output, np.ndarray):
        return "Its result is several arrays; one class for each input is wanted."
    told = f"Its result is of shape {output.shape}; one class for each is wanted: "
    advice = {
        (*wanted, question.classes): " Take argmax(axis=-1) of the classes' scores.",
        (*wanted, 1): " Leave out the last axis: [..., 0].",
    }
    return f"{told}{wanted}.{advice.get(output.shape, '')}"


def unequal(outputs, asked):
    """A sentence where equal inputs got different classes; nothing where they did not.

    Rounding may decide between two classes whose scores are nearly the same, and so
    one prediction in a hundred may differ.
    """
    same, predicted = np.concatenate(asked.same), np.concatenate(outputs)
    _, first, of = np.unique(same, return_index=True, return_inverse=True)
    differ = np.mean(predicted != predicted[first][of], axis=None)
    repeated = 1 - len(first) / len(same)
    if differ <= ROUNDING * repeated:
        return ""
    return (
        "Equal inputs get different classes. Does a class depend on the other inputs, "
        "on their order, on an earlier call, or on chance (dropout, batch statistics)?"
    )
