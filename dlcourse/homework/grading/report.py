"""What a student and a lecturer read: feedback pages and a summary."""

import html
from collections import Counter

from dlcourse.homework.checking import MARKS, NOT_ATTEMPTED, RIGHT, WRONG

PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>{student}: homework {homework}</title>
<style>
body {{ font: 1rem/1.5 sans-serif; max-width: 45rem; margin: 2rem auto }}
pre {{ background: #eee; padding: .5rem; overflow-x: auto }}
</style>
<h1>Homework {homework}</h1>
<p>{student}: {points} of {of} points ({status})</p>
{remarks}
{questions}
</html>
"""
LONGEST = 40  # characters of a bar


def feedback(grade, homework, questions):
    """A page in HTML that says what is right and wrong, and shows no right answer."""
    arguments = {question.name: len(question.arguments) for question in questions}
    remarks = "".join(f"<li>{html.escape(remark)}</li>\n" for remark in grade.remarks)
    return PAGE.format(
        student=html.escape(grade.student),
        homework=homework,
        points=grade.points,
        of=sum(question.points for question in questions),
        status=html.escape(grade.status),
        remarks=f"<ul>\n{remarks}</ul>" if remarks else "",
        questions="".join(
            section(verdict, arguments[verdict.name]) for verdict in grade.verdicts
        ),
    )


def section(verdict, arguments):
    """What is said of a question: the verdict, the fault, and the input that shows it.

    The details of a verdict are a line for each argument, then the results: ours too.
    """
    shown = "\n".join(verdict.details[:arguments])
    parts = [
        f"<h2>{MARKS[verdict.status]} {verdict.name}: {verdict.status}</h2>\n",
        f"<p>{html.escape(verdict.fault)}</p>\n" if verdict.fault else "",
        f"<p>Called with</p>\n<pre>{html.escape(shown)}</pre>\n" if shown else "",
    ]
    return "".join(parts)


def summary(rows, questions):
    """Text on a class: points, statuses, and a histogram for each question."""
    best = sum(question.points for question in questions)
    points = Counter(int(row["points"]) for row in rows)
    lines = [f"{len(rows)} submissions", "", f"points (of {best})"]
    lines += bars({n: points[n] for n in range(best + 1)})
    lines += ["", "status", *bars(Counter(row["status"] for row in rows))]
    for question in questions:
        verdicts = Counter(row[f"{question.name} verdict"] for row in rows)
        worth = "1 point" if question.points == 1 else f"{question.points} points"
        lines += ["", f"{question.name} ({worth})"]
        counted = {s: verdicts[s] for s in (RIGHT, WRONG, NOT_ATTEMPTED)}
        lines += bars(counted | {"not run": verdicts[""]})
    return "\n".join(lines) + "\n"


def bars(counts):
    """A histogram as lines of text; a count of one shows."""
    width = max(len(str(label)) for label in counts)
    scale = min(1, LONGEST / max(*counts.values(), 1))
    return [
        f"  {label!s:<{width}} {'█' * -int(-count * scale // 1)} {count}"
        for label, count in counts.items()
    ]
