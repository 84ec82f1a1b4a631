"""Tables that Moodle and Canvas import, for the students whose numbers are known."""

import zipfile
from pathlib import Path

from dlcourse.homework.grading.feedback import page_name
from dlcourse.homework.grading.table import Table

MOODLE = ["Identifier", "Full name", "Status", "Grade", "Maximum grade"]
MOODLE += ["Grade can be changed", "Last modified (grade)", "Feedback comments"]
CANVAS = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section"]


def export(rows, systems, homework, stem):
    """Write the tables beside ``stem``; gives their paths.

    ``systems`` holds "moodle" or "canvas" for each row's key. Moodle's is the grading
    worksheet of an assignment; Canvas's holds a column for this homework.
    """
    written = []
    for system, write in (("moodle", moodle), ("canvas", canvas)):
        own = [row for one, row in rows.items() if systems.get(one) == system]
        if own:
            path = Path(f"{stem}_{system}.csv")
            write(own, homework).write(path)
            written.append(path)
    return written


def moodle(rows, homework):
    """The grading worksheet, in English; "Participant" and the number tell the row."""
    lines = [
        {
            "Identifier": f"Participant {row['id']}",
            "Full name": row["student"],
            "Grade": row["total"],
            "Maximum grade": row["of"],
            "Grade can be changed": "Yes",
            "Feedback comments": row["comment"],
        }
        for row in rows
    ]
    return Table(MOODLE, lines)


def canvas(rows, homework):
    """The gradebook: a row of what is possible, then the students."""
    column = f"Homework {homework}"
    possible = {"Student": "    Points Possible", column: rows[0]["of"]}
    lines = [
        {"Student": row["student"], "ID": row["id"], column: row["total"]}
        for row in rows
    ]
    return Table([*CANVAS, column], [possible, *lines])


def moodle_pages(rows, systems, pages, path):
    """A zip of the students' pages, named as Moodle takes feedback files back."""
    own = [row for one, row in rows.items() if systems.get(one) == "moodle"]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for row in own:
            folder = f"{row['student']}_{row['id']}_assignsubmission_file_"
            name = page_name(row["student"], row["id"])
            archive.write(Path(pages, name), f"{folder}/feedback.html")
