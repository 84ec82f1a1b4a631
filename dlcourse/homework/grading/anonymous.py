"""Names that say nothing, in place of the students'; a table keeps who is who."""

import secrets
from dataclasses import replace

from dlcourse.homework.grading.collect import key
from dlcourse.homework.grading.table import Table, read_table

COLUMNS = ["name", "student", "id"]


def renamed(students, path):
    """The submissions under names like "s-4f3a9c1e"; the table at ``path`` is kept.

    Who has a name there keeps it.
    """
    rows = read_table(path).rows if path.exists() else []
    names = {key(row["student"], row["id"]): row["name"] for row in rows}
    found = {}
    for one, submission in sorted(students.items()):
        if one not in names:
            names[one] = f"s-{secrets.token_hex(4)}"
            own = {"student": submission.student, "id": submission.number}
            rows.append({"name": names[one]} | own)
        found[names[one]] = replace(submission, student=names[one], number="")
    Table(COLUMNS, rows).write(path)
    return found


def owners(rows, systems, path):
    """The rows and the systems by each student's own key, name and id put back."""
    own = {row["name"]: row for row in read_table(path).rows}
    back = {name: key(own[name]["student"], own[name]["id"]) for name in own}
    known = [one for one in rows if one in own]
    named = {
        back[one]: rows[one] | {part: own[one][part] for part in ("student", "id")}
        for one in known
    }
    return named, {back[one]: systems[one] for one in known if one in systems}
