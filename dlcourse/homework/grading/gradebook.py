"""The grades of a class as a CSV file, which is whole again after each student."""

import contextlib
import secrets
from pathlib import Path

from dlcourse.homework.grading.collect import key
from dlcourse.homework.grading.table import Table, number, read_table, shown
from dlcourse.homework.score import is_scored

OWN = ("override", "comment")  # the teacher's columns
FIRST = ("student", "id", "file", "status", "points", "override", "late", "total", "of")
FIRST += ("comment", "remarks", "seed")
ALIAS = "leaderboard"  # the column with the name there


class GradeBook:
    """The rows of a CSV file, by student.

    Columns: student, id (in Moodle or Canvas), file (the notebook that was graded),
    status, points, override (in place of points, by hand), late (what is taken off),
    total, of (the points in all), comment (by hand), remarks, seed (of the inputs),
    then the points, the verdict and the fault of each question; of a project its score,
    the standard error, and the name on the leaderboard as well. Other columns stay as
    they are. ValueError where the file is anything else.
    """

    def __init__(self, path, questions):
        self.path, self.questions = Path(path), questions
        self.names = [question.name for question in questions]
        columns = [*FIRST, *self.names]
        columns += [f"{name} verdict" for name in self.names]
        columns += [f"{name} fault" for name in self.names]
        scored = [question.name for question in questions if is_scored(question)]
        columns += [f"{name} {part}" for name in scored for part in ("score", "error")]
        columns += [ALIAS] if scored else []
        self.table = self.read(columns) if self.path.exists() else Table(columns, [])
        for row in self.table.rows:
            self.check(row)
        self.rows = {key(row["student"], row["id"]): row for row in self.table.rows}
        seeds = [int(row["seed"]) for row in self.rows.values()]
        self.seed = seeds[0] if seeds else secrets.randbits(32)
        self.write()

    def read(self, columns):
        """The table in the file, which has all these columns."""
        try:
            table = read_table(self.path)
        except ValueError:
            table = Table([], [])
        if not set(columns) <= set(table.columns):
            raise ValueError(
                f"{self.path} is there already, and is not the table of this homework. "
                "Name another file with --out."
            )
        return table

    def check(self, row):
        """Make its numbers plain; ValueError that names the row where one is none."""
        for name in ("points", "of", "override", *self.names):
            if name == "override" and not row[name].strip():
                continue
            try:
                row[name] = shown(number(row[name]))
            except ValueError:
                raise ValueError(self.mend(row, name, "a number")) from None
        if not row["seed"].isdecimal():
            raise ValueError(self.mend(row, "seed", "a whole number"))

    def mend(self, row, name, wanted):
        """The sentence on a cell that a person has to mend."""
        return (
            f"{self.path}, row of {row['student']}: {name} is {row[name]!r}, and must "
            f"be {wanted}. Mend or delete the row; without one the student is graded "
            "again."
        )

    def write(self):
        """Replace the file by the rows, sorted by student; totals are made anew."""
        for row in self.rows.values():
            row["total"] = total(row)
        self.table.rows = [self.rows[one] for one in sorted(self.rows)]
        try:
            self.table.write(self.path)
        except OSError as error:
            raise OSError(
                error.errno,
                f"{self.path} could not be written: {error.strerror}. The rows before "
                "are still there: mend it, and start again to continue",
            ) from error

    def add(self, grade):
        """Set the row of a `Grade`; it is on the disk when this returns."""
        self.put(self.merged(grade))

    def put(self, row):
        """Set a row; it is on the disk when this returns."""
        self.rows[key(row["student"], row["id"])] = row
        self.write()

    def merged(self, grade, only=()):
        """The row of a `Grade`; what a teacher has written in the old one stays.

        ``only`` names the questions that are graded anew where there is a row; all if
        empty.
        """
        row = self.row(grade)
        if before := self.rows.get(key(grade.student, grade.number)):
            again = only or self.names
            for name in self.table.columns:
                if name not in FIRST and name.split(" ")[0] not in again:
                    row[name] = before.get(name, "")
            kept = (name for name in (*OWN, "late", ALIAS) if name in row)
            row |= {name: before[name] for name in kept}
            row["points"] = shown(sum(float(row[name]) for name in self.names))
        return row | {"total": total(row)}

    def row(self, grade):
        """The row of a `Grade`, with nothing from a teacher."""
        row = dict.fromkeys(self.table.columns, "") | {
            "student": grade.student,
            "id": grade.number,
            "file": grade.file,
            "status": grade.status,
            "points": shown(grade.points),
            "of": shown(sum(question.points for question in self.questions)),
            "remarks": "\n".join(grade.remarks)[:1000],
            "seed": str(self.seed),
        }
        row |= dict.fromkeys(self.names, "0")
        for verdict in grade.verdicts:
            row[verdict.name] = shown(verdict.points)
            row[f"{verdict.name} verdict"] = verdict.status
            row[f"{verdict.name} fault"] = verdict.fault[:500]
            if verdict.score:
                row[f"{verdict.name} score"] = shown(verdict.score.mean)
                row[f"{verdict.name} error"] = shown(verdict.score.error)
        if ALIAS in row:
            row[ALIAS] = f"p-{secrets.token_hex(3)}"
        return row

    def take_off(self, late):
        """Note what is taken off for being late: student or id -> "10%" or points.

        ValueError that names who has no row.
        """
        known = {}  # by name and by number
        for row in self.rows.values():
            known |= {name: row for name in (row["student"], row["id"]) if name}
        if strange := sorted(set(late) - set(known)):
            raise ValueError(f"Late, but without a row: {', '.join(strange)}.")
        for name, text in late.items():
            known[name]["late"] = text
        self.write()


def total(row):
    """The points that count, as text: by hand, or what was earned less what is late."""
    if row["override"].strip():
        return shown(number(row["override"]))
    earned = float(row["points"])
    with contextlib.suppress(ValueError):
        earned -= taken_off(row["late"], earned)
    return shown(max(0, earned))


def taken_off(text, earned):
    """Points for a text like "10%", "1.5" or nothing; ValueError for any other."""
    text = text.strip()
    if text.endswith("%"):
        return earned * number(text[:-1]) / 100
    return number(text) if text else 0


def read_late(path):
    """Who was late, from a table with the columns student and late; "10%" or points.

    ValueError where it is anything else.
    """
    table = read_table(path)
    if not {"student", "late"} <= set(table.columns):
        raise ValueError(f"{path} must have the columns student and late.")
    late = {row["student"].strip(): row["late"].strip() for row in table.rows}
    for student, text in late.items():
        try:
            taken_off(text, 0)
        except ValueError:
            raise ValueError(
                f"{path}, row of {student}: late is {text!r}, and must be points, or a "
                "part of them such as 10%."
            ) from None
    return late
