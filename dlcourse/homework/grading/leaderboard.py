"""The leaderboard of a project: scores, and names that say nothing."""

import math

from dlcourse.homework.grading.feedback import document, text
from dlcourse.homework.grading.gradebook import ALIAS
from dlcourse.homework.grading.table import number

FILE = "leaderboard.html"
RULE = (
    "Score ± standard error, on inputs that nobody has seen. Whoever is not better by "
    "more than the standard error of the difference shares a rank."
)


def leaderboard(rows, homework, question):
    """The page in HTML: rank, name and score of each row that has a score."""
    columns = [f"{question.name} {part}" for part in ("score", "error")]
    scored = [
        (*(number(row[column]) for column in columns), row[ALIAS])
        for row in rows
        if row[columns[0]]
    ]
    lines = [
        f'<tr><td class="number">{rank}</td><td>{text(name)}</td>'
        f'<td class="number">{mean:.3f} ± {error:.3f}</td></tr>'
        for rank, mean, error, name in ranked(scored)
    ]
    names = f"<tr><th>rank</th><th>name</th><th>{text(question.measured)}</th></tr>"
    title = f"Leaderboard of project {homework}"
    parts = [f"<h1>{title}</h1>", f"<p>{RULE}</p>", "<table>", names, *lines]
    return document(title, [*parts, "</table>"])


def ranked(scored):
    """Tuples (rank, mean, error, name), best first, of tuples without the rank.

    The rank is 1 + the number of those that are better by more than the error of the
    difference, and never better than the rank of who has a higher score.
    """
    found, rank = [], 1
    for mean, error, name in sorted(scored, key=lambda one: (-one[0], one[2])):
        better = sum(a - mean > math.hypot(e, error) for a, e, _ in scored)
        rank = max(rank, 1 + better)
        found.append((rank, mean, error, name))
    return found
