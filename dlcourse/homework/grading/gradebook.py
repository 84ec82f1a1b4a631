"""The grades of a class as a CSV file, to which each row is added once it is known."""

import contextlib
import csv
import os
import secrets
from pathlib import Path


class GradeBook:
    """The rows of a CSV file, by student.

    Columns: student, status, points, of (the points in all), seed (of the inputs), the
    points of each question, and its verdict. A row that was cut off is dropped.
    ValueError where the file is anything else.
    """

    def __init__(self, path, questions):
        self.path, self.questions = Path(path), questions
        names = [question.name for question in questions]
        verdicts = [f"{name} verdict" for name in names]
        self.columns = ["student", "status", "points", "of", "seed", *names, *verdicts]
        self.rows = self.read() if self.path.exists() else {}
        for student, row in self.rows.items():
            self.check(student, row)
        seeds = [int(row["seed"]) for row in self.rows.values()]
        self.seed = seeds[0] if seeds else secrets.randbits(32)
        self.write()

    def check(self, student, row):
        """ValueError that names the row, unless its numbers are numbers."""
        names = [
            "points",
            "of",
            "seed",
            *(question.name for question in self.questions),
        ]
        for name in names:
            if not row[name].isdecimal():
                raise ValueError(
                    f"{self.path}, row of {student}: {name} is {row[name]!r}, and must "
                    "be a whole number. Mend or delete the row; without one the "
                    "student is graded again."
                )

    def read(self):
        """The whole rows of the file."""
        with open(self.path, newline="", encoding="utf-8") as file:
            whole = [line for line in file if line.endswith("\n")]
        lines = list(csv.reader(whole))
        if lines[:1] != [self.columns]:
            raise ValueError(
                f"{self.path} is there already, and is not the table of this homework. "
                "Name another file with --out."
            )
        rows = [dict(zip(self.columns, line, strict=False)) for line in lines[1:]]
        return {row["student"]: row for row in rows if len(row) == len(self.columns)}

    def write(self):
        """Replace the file by the header and the rows, sorted by student."""
        whole = self.path.with_name(f"{self.path.name}.new")
        with self.told(), open(whole, "w", newline="", encoding="utf-8") as file:
            table = csv.DictWriter(file, self.columns)
            table.writeheader()
            table.writerows(self.rows[student] for student in sorted(self.rows))
            sync(file)
        os.replace(whole, self.path)

    def add(self, grade):
        """Append the row of a `Grade`; it is on the disk when this returns."""
        row = {
            "student": grade.student,
            "status": grade.status,
            "points": grade.points,
            "of": sum(question.points for question in self.questions),
            "seed": self.seed,
        }
        row |= {question.name: 0 for question in self.questions}
        row |= {f"{question.name} verdict": "" for question in self.questions}
        for verdict in grade.verdicts:
            row[verdict.name] = verdict.points
            row[f"{verdict.name} verdict"] = verdict.status
        with (
            self.told(f"The row of {grade.student} in "),
            open(self.path, "a", newline="", encoding="utf-8") as file,
        ):
            csv.DictWriter(file, self.columns).writerow(row)
            sync(file)
        self.rows[grade.student] = row

    @contextlib.contextmanager
    def told(self, what=""):
        """Say which file could not be written, and what is still there."""
        try:
            yield
        except OSError as error:
            raise OSError(
                error.errno,
                f"{what}{self.path} could not be written: {error.strerror}. The rows "
                "before are still there: mend it, and start again to continue",
            ) from error


def sync(file):
    """See to it that what was written is on the disk."""
    file.flush()
    os.fsync(file.fileno())
