"""Grade the submissions of a class: ``dlcourse grade``."""

import contextlib
import os
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from tqdm import tqdm

from dlcourse.course import find_exercise
from dlcourse.files import only_writer
from dlcourse.homework import questions
from dlcourse.homework.grading import (
    anonymous,
    collect,
    export,
    feedback,
    gradebook,
    judging,
    leaderboard,
    sandbox,
    similarity,
    submission,
)
from dlcourse.homework.grading.plain import pack
from dlcourse.homework.grading.summary import summary
from dlcourse.homework.grading.table import printable
from dlcourse.homework.score import is_scored

INSTALL = (
    "On Debian and Ubuntu: apt install bubblewrap. To grade without it, add "
    "--trust-submissions."
)


FAILED = "grading failed"  # for reasons of ours: tried again by the same command


class NotIsolated(RuntimeError):
    """There is no sandbox here, and nobody said that the submissions are trusted."""


@dataclass(frozen=True)
class Options:
    """How a class is graded.

    Attributes:
        jobs: so many notebooks at a time; as many as there are cores if None.
        timeout: seconds per notebook.
        memory: MiB for each process of a notebook; None for what `sandbox.Limits` says.
        trust: whether to grade without a sandbox where there is none.
        homework: its number; None where the submissions tell.
        regrade: names of questions that are graded anew for everybody.
        late: a table of who was late, or None.
        anonymous: names that say nothing, in all but the tables for Moodle and Canvas.
    """

    jobs: int | None = None
    timeout: float = 60
    memory: int | None = None
    trust: bool = False
    homework: str | None = None
    regrade: tuple[str, ...] = ()
    late: Path | None = None
    anonymous: bool = False

    @property
    def limits(self):
        """The `sandbox.Limits` of a notebook."""
        own = {"memory": self.memory, "keras": self.memory} if self.memory else {}
        return sandbox.Limits(seconds=self.timeout, **own)


def grade_class(submissions, out, options=None):
    """Grade all submissions in a folder or zip archive; gives the text of the summary.

    Beside the table ``out``, grades.csv, stand the pages for the students in the folder
    grades_feedback, the summary in grades_summary.txt, grades_similarity.txt, and what
    Moodle or Canvas imports. Students who have a row already are not graded again.

    NotIsolated where bubblewrap does not work and submissions are not trusted;
    ValueError where there is nothing to grade; `files.BusyFolder` where another process
    is at it.
    """
    options = options or Options()
    students = found(submissions, out)
    homework = options.homework or submission.homework_of(students.values())
    homework = homework.zfill(2).upper()
    questions.use_class(submission.class_of(students.values()))
    late = gradebook.read_late(options.late) if options.late else {}
    with tempfile.TemporaryDirectory() as folder:
        isolated = prepared(folder, options.trust)
        with only_writer(beside(out, "_feedback")):  # each row would undo the other's
            grading = Grading(homework, out, folder, options.limits, isolated)
            grading.regrade = grading.known(options.regrade)
            if options.anonymous:
                students = grading.rename(students)
            grading.run(students, options.jobs or os.cpu_count())
            grading.finish(students, late)
    return grading.summary()


def found(submissions, out):
    """The submissions by student; ValueError where there are none."""
    if Path(out).resolve().is_relative_to(Path(submissions).resolve()):
        raise ValueError(f"{out} must not lie among the submissions.")
    students = collect.find(submissions)
    if not students:
        raise ValueError(f"There are no submissions in {submissions}.")
    return students


def prepared(folder, trust):
    """Prepare what sandboxes need in a folder; gives whether notebooks are isolated."""
    sandbox.runtime(folder)
    reason = sandbox.why_not(folder)
    if reason and not trust:
        raise NotIsolated(f"{reason}\n{sandbox.UNISOLATED}\n{INSTALL}")
    if reason:
        print(f"{reason} {sandbox.UNISOLATED}", file=sys.stderr)
    return not reason


def as_job(cells, asked):
    """What the driver in the sandbox is to do; ``asked`` are questions and inputs."""
    sources = [cell.source for cell in cells]
    return {
        "cells": sources,
        "keras": any("keras" in s or "tensorflow" in s for s in sources),
        "trains": any(is_scored(question) for question, _ in asked),
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


class Grading:
    """One homework of one class: its questions, its inputs, and where results go."""

    def __init__(self, homework, out, folder, limits, isolated):
        self.homework, self.folder, self.limits = homework, folder, limits
        self.isolated, self.out, self.regrade = isolated, Path(out), ()
        self.questions = questions.of(homework)
        self.out.parent.mkdir(parents=True, exist_ok=True)
        self.book = gradebook.GradeBook(out, self.questions)
        self.pages, self.names = self.beside("_feedback"), None
        self.pages.mkdir(exist_ok=True)
        self.exercise = find_exercise(homework)
        read = partial(collect.read_file, self.exercise)
        self.handed_out = submission.code_cells(read)
        if scored := [question for question in self.questions if is_scored(question)]:
            sandbox.give(folder, scored)
        self.inputs = [question.draw(self.book.seed) for question in self.questions]

    def known(self, names):
        """These names; ValueError where one is no question of this homework."""
        for name in names:
            if name not in self.book.names:
                listed = ", ".join(self.book.names)
                raise ValueError(f"There is no question {name!r}. There are: {listed}.")
        return tuple(names)

    def rename(self, students):
        """The submissions under names that say nothing; a table keeps who is who."""
        self.names = self.beside("_names.csv")
        return anonymous.renamed(students, self.names)

    def run(self, students, jobs):
        """Grade all students who have no row yet, some at a time."""
        graded = {n for n, row in self.book.rows.items() if row["status"] != FAILED}
        left = sorted(students if self.regrade else students.keys() - graded)
        before, total = len(students) - len(left), len(students)
        with ThreadPoolExecutor(jobs) as pool:
            tasks = [pool.submit(self.safely, students[one]) for one in left]
            try:
                for done in tqdm(as_completed(tasks), "grading", total, initial=before):
                    self.keep(done.result())
            except BaseException:  # Ctrl-C: what runs is finished, nothing else begun
                pool.shutdown(cancel_futures=True)
                raise

    def safely(self, submitted):
        """Grade a submission; whatever goes wrong with it, the others are graded."""
        found = judging.Grade(submitted.student, "", number=submitted.number)
        try:
            return self.grade(submitted)
        except submission.Unreadable as error:
            remarks = (error.remark,) if error.remark else ()
            return replace(found, status=str(error), remarks=remarks)
        except Exception as error:
            remark = printable(f"{type(error).__name__}: {error}")[:500]
            return replace(found, status=FAILED, remarks=(remark,))

    def grade(self, submitted):
        """The `Grade` of a submission. Raises `submission.Unreadable`."""
        notebook = self.read(submitted)
        asked = list(zip(self.questions, self.inputs, strict=True))
        job = as_job(notebook.cells, asked)
        run = self.run_to_the_end(job)
        changed = submission.changes(notebook.cells, self.handed_out)
        grade = judging.grade(submitted.student, run, asked, changed)
        return replace(
            grade,
            number=submitted.number,
            file=printable(notebook.file)[:200],
            remarks=(*submission.remarks(submitted, notebook), *grade.remarks),
            code=submission.code_of(self.book.names, notebook.cells),
        )

    def run_to_the_end(self, job):
        """A `sandbox.Run`; after an answer that ends the program, the others are asked.

        Twice at most, so that nobody holds up the class.
        """
        run = sandbox.start(self.folder, job, self.limits, self.isolated)
        if not judging.has_begun(run):  # no fault of the notebook
            raise RuntimeError("The sandbox did not start.")
        for _ in range(2):
            job = job | {"questions": judging.not_asked(job["questions"], run)}
            if not job["questions"]:
                break
            more = sandbox.start(self.folder, job, self.limits, self.isolated)
            run = sandbox.Run(run.lines + more.lines, more.stopped)
        return run

    def read(self, submitted):
        """The `submission.Notebook` of a submission. Raises `submission.Unreadable`."""
        return submission.notebook(submitted, self.handed_out, self.exercise.name)

    def keep(self, grade):
        """Write the student's page, then the row: who has a row has a page."""
        row = self.book.merged(grade, self.regrade)
        page = feedback.page(grade, row, self.homework, self.questions)
        name = feedback.page_name(grade.student, grade.number)
        (self.pages / name).write_text(page, encoding="utf-8")
        self.book.put(row)

    def finish(self, students, late=None):
        """Write the summary, the index, the similarity report, and the exports."""
        self.book.take_off(late or {})
        rows = {one: self.with_page(row) for one, row in sorted(self.book.rows.items())}
        index = feedback.index(rows.values(), self.homework, self.questions)
        (self.pages / "index.html").write_text(index, encoding="utf-8")
        for question in filter(is_scored, self.questions):  # a project asks one
            board = leaderboard.leaderboard(rows.values(), self.homework, question)
            (self.pages / leaderboard.FILE).write_text(board, encoding="utf-8")
        self.beside("_summary.txt").write_text(self.summary(), encoding="utf-8")
        alike = similarity.report(self.sources(students), sources(self.handed_out))
        self.beside("_similarity.txt").write_text(alike, encoding="utf-8")
        systems = {one: submitted.system for one, submitted in students.items()}
        if self.names:
            rows, systems = anonymous.owners(rows, systems, self.names)
        export.export(rows, systems, self.homework, self.pages, self.beside(""))

    def with_page(self, row):
        """A row that names its page, whose head says what a teacher has written."""
        name = feedback.page_name(row["student"], row["id"])
        path = self.pages / name
        if path.exists():
            old = path.read_text(encoding="utf-8")
            new = feedback.renewed(old, row, self.homework, self.questions)
            path.write_text(new, encoding="utf-8")
        return row | {"page": name}

    def sources(self, students):
        """The cells of each student whose notebook can be read."""
        found = {}
        for one, submitted in students.items():
            with contextlib.suppress(Exception):
                found[one] = sources(self.read(submitted).cells)
        return found

    def summary(self):
        """The text of the summary."""
        return summary(list(self.book.rows.values()), self.questions)

    def beside(self, ending):
        """A path beside the table, as `beside`."""
        return beside(self.out, ending)


def beside(out, ending):
    """A path beside the table ``out``: its name without .csv, and another ending."""
    return Path(out).with_name(Path(out).stem + ending)


def sources(cells):
    """The sources of some cells."""
    return [cell.source for cell in cells]
