"""The summary of a class: points, statuses, and for each question what went wrong."""

import statistics
from collections import Counter

from dlcourse.homework.verdict import NOT_ATTEMPTED, RIGHT, WRONG

LONGEST = 40  # characters of a bar
COMMON = 5  # faults of a question that are listed


def summary(rows, questions):
    """Text on a class: points, statuses, and each question's verdicts and faults.

    Discrimination is the correlation, over the class, of a question's points with the
    points of all others: near 0, who is good elsewhere is no better here.
    """
    best = sum(question.points for question in questions)
    totals = [float(row["total"]) for row in rows]
    counts = Counter(min(max(round(total), 0), best) for total in totals)
    lines = [f"{len(rows)} submissions", "", f"points (of {best})"]
    lines += bars({n: counts[n] for n in range(best + 1)})
    lines += [f"  {middle(totals)}"]
    lines += ["", "status", *bars(Counter(row["status"] for row in rows))]
    for question in questions:
        lines += ["", *of_question(question, rows)]
    return "\n".join(lines) + "\n"


def of_question(question, rows):
    """The lines on a question."""
    name, worth = question.name, question.points
    points = [float(row[name]) for row in rows]
    others = [sum_without(row, name) for row in rows]
    verdicts = Counter(row[f"{name} verdict"] for row in rows)
    counted = {s: verdicts.pop(s, 0) for s in (RIGHT, WRONG, NOT_ATTEMPTED)}
    counted["not run"] = verdicts.pop("", 0)
    faults = Counter(row[f"{name} fault"] for row in rows if row[f"{name} fault"])
    return [
        f"{name} ({worth} point{'s' if worth != 1 else ''})",
        *bars(counted | verdicts),
        f"  {middle(points)}, discrimination {discrimination(points, others)}",
        *(f"  {n:>4} × {fault}" for fault, n in faults.most_common(COMMON)),
    ]


def sum_without(row, name):
    """The points of a row for all questions but one."""
    names = [
        column[: -len(" verdict")] for column in row if column.endswith(" verdict")
    ]
    return sum(float(row[other]) for other in names if other != name)


def middle(values):
    """Mean and median as text."""
    if not values:
        return "mean –, median –"
    mean, median = statistics.mean(values), statistics.median(values)
    return f"mean {mean:.2f}, median {median:g}"


def discrimination(points, others):
    """The correlation as text; a dash where all have the same points."""
    try:
        return f"{statistics.correlation(points, others):.2f}"
    except statistics.StatisticsError:
        return "–"


def bars(counts):
    """A histogram as lines of text; a count of one shows."""
    width = max((len(str(label)) for label in counts), default=0)
    scale = min(1, LONGEST / max(*counts.values(), 1, 1))
    return [
        f"  {label!s:<{width}} {'█' * -int(-count * scale // 1)} {count}"
        for label, count in counts.items()
    ]
