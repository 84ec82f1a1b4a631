"""Grade the submissions of a class: ``dlcourse grade``."""

import os
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

from tqdm import tqdm

from dlcourse.course import find_exercise
from dlcourse.homework import questions
from dlcourse.homework.grading import judging, report, sandbox, submission
from dlcourse.homework.grading.gradebook import GradeBook
from dlcourse.homework.grading.plain import pack

INSTALL = (
    "On Debian and Ubuntu: apt install bubblewrap. To grade without it, add "
    "--trust-submissions."
)


class NotIsolated(RuntimeError):
    """There is no sandbox here, and nobody said that the submissions are trusted."""


def grade_class(submissions, out, jobs=None, timeout=60, trust=False):
    """Grade all submissions in a folder; gives the text of the summary.

    Beside the table ``out``, grades.csv, stand the pages for the students in the folder
    grades_feedback and the summary in grades_summary.txt. Students who have a row
    already are not graded again. ``timeout`` is in seconds per submission; ``jobs``
    submissions run at a time, as many as there are cores if None.

    NotIsolated where bubblewrap does not work and ``trust`` is False; ValueError where
    there is nothing to grade.
    """
    students = submission.find(submissions)
    if not students:
        raise ValueError(f"There are no submissions in {submissions}.")
    if Path(out).resolve().is_relative_to(Path(submissions).resolve()):
        raise ValueError(f"{out} must not lie among the submissions.")
    homework = submission.homework_of(students.values())
    limits = sandbox.Limits(seconds=timeout)
    with tempfile.TemporaryDirectory() as folder:
        sandbox.runtime(folder)
        reason = sandbox.why_not(folder)
        if reason and not trust:
            raise NotIsolated(f"{reason}\n{sandbox.UNISOLATED}\n{INSTALL}")
        if reason:
            print(f"{reason} {sandbox.UNISOLATED}", file=sys.stderr)
        grading = Grading(homework, out, folder, limits, isolated=not reason)
        grading.run(students, jobs or os.cpu_count())
    return grading.summary()


class Grading:
    """One homework of one class: its questions, its inputs, and where results go."""

    def __init__(self, homework, out, folder, limits, isolated):
        self.homework, self.folder, self.limits = homework, folder, limits
        self.isolated, self.out = isolated, Path(out)
        self.questions = questions.of(homework)
        self.out.parent.mkdir(parents=True, exist_ok=True)
        self.book = GradeBook(out, self.questions)
        self.pages = self.beside("_feedback")
        self.pages.mkdir(exist_ok=True)
        self.exercise = find_exercise(homework)
        self.handed_out = submission.code_cells(self.exercise)
        self.inputs = [question.draw(self.book.seed) for question in self.questions]

    def run(self, students, jobs):
        """Grade all students who have no row yet, some at a time."""
        left = sorted(students.keys() - self.book.rows)
        before, total = len(students) - len(left), len(students)
        with ThreadPoolExecutor(jobs) as pool:
            tasks = [pool.submit(self.safely, name, students[name]) for name in left]
            try:
                for done in tqdm(as_completed(tasks), "grading", total, initial=before):
                    self.keep(done.result())
            except BaseException:  # Ctrl-C: what runs is finished, nothing else begun
                pool.shutdown(cancel_futures=True)
                raise
        self.book.write()
        self.beside("_summary.txt").write_text(self.summary(), encoding="utf-8")

    def safely(self, student, path):
        """Grade a submission; whatever goes wrong with it, the others are graded."""
        try:
            return self.grade(student, path)
        except submission.Unreadable as error:
            return judging.Grade(student, str(error))
        except Exception as error:
            remark = f"{type(error).__name__}: {error}"
            return judging.Grade(student, "grading failed", remarks=(remark,))

    def grade(self, student, path):
        """The `Grade` of a submission. Raises `submission.Unreadable`."""
        cells = submission.code_cells(submission.notebook(path, self.exercise.name))
        asked = list(zip(self.questions, self.inputs, strict=True))
        job = {
            "cells": [cell.source for cell in cells],
            "questions": [
                {
                    "name": question.name,
                    "arguments": question.arguments,
                    "results": question.results,
                    "inputs": [pack(arguments) for arguments in inputs],
                }
                for question, inputs in asked
            ],
        }
        run = sandbox.start(self.folder, job, self.limits, self.isolated)
        changed = submission.changes(cells, self.handed_out)
        return judging.grade(student, run, asked, changed)

    def keep(self, grade):
        """Write the student's page, then the row: who has a row has a page."""
        page = report.feedback(grade, self.homework, self.questions)
        (self.pages / f"{grade.student}.html").write_text(page, encoding="utf-8")
        self.book.add(grade)

    def summary(self):
        """The text of the summary."""
        return report.summary(list(self.book.rows.values()), self.questions)

    def beside(self, ending):
        """A path beside the table: its name without .csv, and another ending."""
        return self.out.with_name(self.out.stem + ending)
