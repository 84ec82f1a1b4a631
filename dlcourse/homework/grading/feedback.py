"""What students read: a page for each, and the teacher's index of them. No answer."""

import html
import re
from hashlib import sha256

from dlcourse.homework.grading.collect import key
from dlcourse.homework.grading.table import printable
from dlcourse.homework.verdict import MARKS

STYLE = """<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<style>
body { font: 1rem/1.5 sans-serif; max-width: 50rem; margin: 2rem auto; padding: 0 1rem }
pre { background: #eee; padding: .5rem; overflow-x: auto }
table { border-collapse: collapse } td, th { padding: .2rem .8rem; text-align: left }
td.number { text-align: right } td a { white-space: nowrap }
tr:nth-child(even) { background: #f4f4f4 }
</style>"""

END_OF_HEAD = "<!-- what follows is of the notebook alone -->"


def page_name(student, number):
    """The name of a student's page: short, for every system, and like no other's."""
    one = key(student, number)
    plain = re.sub(r"[^A-Za-z0-9]+", "-", one)[:40].strip("-") or "student"
    own = sha256(one.encode(errors="replace")).hexdigest()[:8]
    return f"{plain}-{own}.html"


def page(grade, row, homework, questions):
    """A page in HTML: points, verdict and fault by question, and no right answer."""
    found = {verdict.name: verdict for verdict in grade.verdicts}
    parts = [head(row, homework, questions), END_OF_HEAD]
    parts += [section(q, found[q.name], grade) for q in questions if q.name in found]
    return document(f"{grade.student}: {titled(homework)}", parts)


def renewed(old, row, homework, questions):
    """A page whose head is made anew, from what a teacher has written into the row."""
    start, _, _ = old.partition("<h1>")
    _, mark, rest = old.partition(END_OF_HEAD)
    return f"{start}{head(row, homework, questions)}\n{mark}{rest}" if mark else old


def head(row, homework, questions):
    """What a row of the table says: points in all, remarks, and each question's."""
    return "\n".join(
        [
            f"<h1>{titled(homework)}</h1>",
            f"<p>{text(row['student'])}: <strong>{text(row['total'])} of "
            f"{text(row['of'])} points</strong> ({text(row['status'])})</p>",
            noted(row),
            overview(questions, row),
        ]
    )


def titled(homework):
    """What a homework is called: a project has a letter in its number."""
    return f"{'Homework' if homework.isdigit() else 'Project'} {homework}"


def noted(row):
    """The list of what is said of the notebook as a whole."""
    lines = [f"Graded: {row['file']}"] if row["file"] else []
    lines += [line for line in row["remarks"].split("\n") if line]
    if row.get("leaderboard"):
        lines.append(f"On the leaderboard: {row['leaderboard']}.")
    if row["late"]:
        lines.append(f"Late: {row['late']} of {row['points']} points taken off.")
    if row["override"]:
        lines.append("The points were set by hand.")
    if row["comment"]:
        lines.append(row["comment"])
    items = "".join(f"<li>{text(line)}</li>\n" for line in lines)
    return f"<ul>\n{items}</ul>" if items else ""


def overview(questions, row):
    """The table of the questions, their verdicts and points."""
    lines = [
        f'<tr><td><a href="#{q.name}">{q.name}</a></td>'
        f"<td>{text(row[f'{q.name} verdict'] or 'not run')}</td>"
        f'<td class="number">{text(row[q.name])} of {q.points}</td></tr>'
        for q in questions
    ]
    names = "<tr><th>question</th><th>verdict</th><th>points</th></tr>"
    return "\n".join(["<table>", names, *lines, "</table>"])


def section(question, verdict, grade):
    """What is said of a question: the fault, the input, and the student's result."""
    given = verdict.details[: len(question.arguments)]
    own = [line for detail in verdict.details for line in own_result(detail)]
    title = f"{MARKS.get(verdict.status, '·')} {verdict.name}: {verdict.status}"
    if verdict.right:
        title += f", but {' and '.join(verdict.right)} right"
    if verdict.score:
        title += f" {verdict.score}"
    parts = [f'<h2 id="{question.name}">{text(title)}</h2>']
    if verdict.fault:
        parts.append(f"<p>{text(verdict.fault)}</p>")
    if given:
        parts.append(f"<p>Called with</p>\n<pre>{text(chr(10).join(given))}</pre>")
    if own:
        parts.append(f"<p>Your result</p>\n<pre>{text(chr(10).join(own))}</pre>")
    if code := grade.code.get(question.name):
        shown = f"<pre>{text(code)}</pre>"
        parts.append(f"<details><summary>Your code</summary>\n{shown}</details>")
    return "\n".join(parts)


def own_result(detail):
    """What came, from a line of a verdict's details that may also say what should."""
    if match := re.fullmatch(r"your result: *(.*)", detail, re.DOTALL):
        return [match[1]]
    if match := re.fullmatch(r"(at \[.*?\]|\[.*?\]): (.*), expected .*", detail):
        return [f"{match[1]}: {match[2]}"]
    return []


def index(rows, homework, questions):
    """The teacher's page in HTML: all rows, with links to the students' pages."""
    names = [question.name for question in questions]
    late = ["late"] if any(row["late"] for row in rows) else []
    columns = ["student", "total", "of", "status", *late, *names, "file"]
    lines = [f"<tr>{''.join(map(heading, columns))}</tr>"]
    for row in rows:
        link = page_name(row["student"], row["id"])
        shown = key(row["student"], row["id"])
        cells = [f'<td><a href="{link}">{text(shown)}</a></td>']
        for name in columns[1:]:
            kind = ' class="number"' if name in ("total", "of", *names) else ""
            cells.append(f"<td{kind}>{text(row[name])}</td>")
        lines.append(f"<tr>{''.join(cells)}</tr>")
    wide = "<style>body { max-width: 75rem }</style>"  # a row for each student
    parts = [wide, f"<h1>{titled(homework)}</h1>", "<table>", *lines, "</table>"]
    return document(titled(homework), parts)


def heading(name):
    """The head of a column, which may be broken behind an underscore."""
    return f"<th>{text(name).replace('_', '_<wbr>')}</th>"


def document(title, parts):
    """An HTML document of these parts."""
    first = ["<!doctype html>", '<html lang="en">', STYLE]
    named = f"<title>{text(title)}</title>"
    return "\n".join([*first, named, *parts, "</html>\n"])


def text(value):
    """Any text as HTML that shows just this text."""
    return html.escape(printable(str(value)))
