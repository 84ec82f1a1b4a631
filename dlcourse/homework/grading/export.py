"""Tables that Moodle and Canvas import, for the students whose numbers are known."""

import re
import zipfile
from pathlib import Path

from dlcourse.homework.grading.table import Table

MOODLE = ["Identifier", "Full name", "Status", "Grade", "Maximum grade"]
MOODLE += ["Grade can be changed", "Last modified (grade)", "Feedback comments"]
CANVAS = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section"]


def export(rows, systems, homework, pages, stem):
    """Write the tables beside ``stem``, and for Moodle the pages in an archive.

    ``systems`` holds "moodle" or "canvas" for each row's key. Moodle's table is the
    grading worksheet of an assignment; Canvas's has a column for this homework.
    """
    for system, table in (("moodle", moodle), ("canvas", canvas)):
        own = [row for one, row in rows.items() if systems.get(one) == system]
        if own:
            table(own, homework).write(f"{stem}_{system}.csv")
        if own and system == "moodle":
            pack_pages(own, pages, f"{stem}_moodle_feedback.zip")


def moodle(rows, homework):
    """The grading worksheet, in English; "Participant" and the number tell the row."""
    lines = [
        {
            "Identifier": f"Participant {row['id']}",
            "Full name": for_moodle(row["student"]),
            "Grade": row["total"],
            "Maximum grade": row["of"],
            "Grade can be changed": "Yes",
            "Feedback comments": for_moodle(row["comment"]),
        }
        for row in rows
    ]
    return Table(MOODLE, lines)


def for_moodle(text):
    """A text with a space behind each backslash that stands before a quotation mark.

    Moodle reads tables by PHP's ``fgetcsv``, for which it would not end its field.
    """
    return re.sub(r'\\(?="|\Z)', r"\\ ", str(text))


def canvas(rows, homework):
    """The gradebook: a row of what is possible, then the students."""
    column = f"Homework {homework}"
    possible = {"Student": "    Points Possible", column: rows[0]["of"]}
    lines = [
        {"Student": row["student"], "ID": row["id"], column: row["total"]}
        for row in rows
    ]
    return Table([*CANVAS, column], [possible, *lines])


def pack_pages(rows, pages, path):
    """A zip of the students' pages, each in a folder that Moodle takes back."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for row in rows:
            name = row["student"].replace("_", " ")  # Moodle takes it apart at each _
            folder = f"{name}_{row['id']}_assignsubmission_file_"
            if (page := Path(pages, row["page"])).exists():
                archive.write(page, f"{folder}/feedback.html")
