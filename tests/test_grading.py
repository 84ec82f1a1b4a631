"""Grading a class: hostile submissions, honest ones, going on after a break."""

import csv
import errno
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import hostile
import numpy as np
import pytest
from typer.testing import CliRunner

from dlcourse import cli
from dlcourse.homework import questions
from dlcourse.homework.grading import classes, judging, plain, report, sandbox
from dlcourse.homework.grading import submission as submissions
from dlcourse.homework.grading.gradebook import GradeBook

LIMITS = sandbox.Limits(seconds=8, memory=250, disk=16)
SHORT = sandbox.Limits(seconds=2, memory=250, disk=16)  # for what never ends
SOLUTIONS = sorted((hostile.ROOT / "solutions").glob("*.ipynb"))
COMMAND = [sys.executable, "-c", "from dlcourse.cli import app; app()"]


def reason():
    folder = sandbox.tempfile.mkdtemp()
    try:
        return sandbox.why_not(sandbox.runtime(folder))
    finally:
        shutil.rmtree(folder)


WHY_NOT = reason()
isolated = pytest.mark.skipif(bool(WHY_NOT), reason=f"no sandbox: {WHY_NOT}")


def save(folder, name, notebook):
    (folder / f"{name}.ipynb").write_text(json.dumps(notebook))


def grade(folder, out, isolated=True, homework="01", limits=LIMITS):
    """Grade a folder; gives the grades by student."""
    found = {}
    with sandbox.tempfile.TemporaryDirectory() as runtime:
        sandbox.runtime(runtime)
        grading = classes.Grading(homework, out, runtime, limits, isolated)
        keep = grading.keep
        grading.keep = lambda one: found.update({one.student: one}) or keep(one)
        grading.run(submissions.find(folder), jobs=3)
    return found


@pytest.fixture(scope="module")
def outside(tmp_path_factory):
    """What cheats reach for: a file of ours, a server, this process."""
    secret = tmp_path_factory.mktemp("outside") / "secret.txt"
    secret.write_text("secret")
    secret.chmod(0o666)
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield {
            "secret": str(secret),
            "solution": str(hostile.ROOT / "solutions" / hostile.NAME),
            "root": str(hostile.ROOT),
            "port": server.getsockname()[1],
            "pid": os.getpid(),
        }
    assert secret.read_text() == "secret"


@pytest.fixture(scope="module")
def results(tmp_path_factory, outside):
    """Grades of all hostile submissions, and the folder of their rows and pages."""
    folder, out = tmp_path_factory.mktemp("class"), tmp_path_factory.mktemp("out")
    endless = tmp_path_factory.mktemp("endless")
    for name, code in hostile.CHEATS.items():
        save(folder, name, hostile.cheat(code, **outside))
    for name, (code, solved, statuses, _) in hostile.CELLS.items():
        whole = hostile.SOLUTION if solved else hostile.EXERCISE
        where = endless if "time" in statuses else folder
        save(where, name, hostile.in_front(code, whole))
    for name, code in hostile.ANSWERS.items():
        save(folder, name, hostile.answered(code))
    for name, (notebook, _) in hostile.rearranged().items():
        save(folder, name, notebook)
    save(folder, "honest", hostile.SOLUTION)
    save(folder, "untouched", hostile.EXERCISE)
    statuses = hostile.files(folder)
    found = grade(folder, out / "grades.csv")
    assert set(found) == set(submissions.find(folder))
    found |= grade(endless, out / "grades.csv", limits=SHORT)
    return found, statuses, out


@isolated
def test_an_honest_solution_gets_everything_among_them(results):
    found, _, out = results
    assert (found["honest"].status, found["honest"].points) == ("graded", 8)
    assert (found["untouched"].status, found["untouched"].points) == ("graded", 0)
    rows = GradeBook(out / "grades.csv", questions.of("01")).rows
    assert set(rows) == set(found)
    assert all(int(rows[name]["points"]) == found[name].points for name in found)


@isolated
@pytest.mark.parametrize("path", SOLUTIONS, ids=lambda path: path.stem)
def test_every_solution_gets_everything_and_its_exercise_nothing(tmp_path, path):
    folder, homework = tmp_path / "class", path.name[:2]
    folder.mkdir()
    shutil.copy(path, folder / "solved.ipynb")
    shutil.copy(hostile.ROOT / "exercises" / path.name, folder / "untouched.ipynb")
    found = grade(folder, tmp_path / "grades.csv", homework=homework)
    assert submissions.homework_of(folder.iterdir()) == homework
    solved, untouched = found["solved"], found["untouched"]
    assert solved.points == sum(q.points for q in questions.of(homework)), solved
    assert solved.status == untouched.status == "graded"
    assert {verdict.status for verdict in untouched.verdicts} == {"not attempted"}


@isolated
@pytest.mark.parametrize("name", hostile.CHEATS)
def test_nobody_breaks_out(results, name):
    graded = results[0][name]
    assert graded.points == 0
    assert graded.status in ("graded", "crashed")
    assert graded.verdicts[-1].status == "wrong"


@isolated
@pytest.mark.parametrize("name", hostile.CELLS)
def test_a_hostile_cell_earns_nothing(results, name):
    _, _, statuses, points = hostile.CELLS[name]
    graded = results[0][name]
    assert graded.status in statuses.split()
    assert points is None or graded.points == points
    assert not Path("forged").exists()


@isolated
@pytest.mark.parametrize("name", hostile.ANSWERS)
def test_a_strange_answer_costs_its_own_points_alone(results, name):
    graded = results[0][name]
    if name == "gives_too_much":  # the results before it have arrived
        assert graded.status == "output"
    else:
        assert (graded.status, graded.points) == ("graded", 6)
    verdicts = {verdict.name: verdict for verdict in graded.verdicts}
    assert verdicts["maxout"].status == "wrong"
    assert verdicts["maxout"].fault


@isolated
@pytest.mark.parametrize("name", hostile.rearranged())
def test_cells_that_were_moved(results, name):
    graded = results[0][name]
    assert graded.points == hostile.rearranged()[name][1]
    changed = "graded" if name == "split" else "graded, cells changed"
    assert graded.status == changed, graded.remarks


@isolated
def test_files_that_are_no_notebooks(results):
    found, statuses, _ = results
    assert {name: found[name].status for name in statuses} == statuses
    assert not any(found[name].points for name in statuses)


@isolated
def test_the_pages_show_no_answer_and_no_foreign_html(results):
    found, _, out = results
    pages = {p.stem: p.read_text() for p in (out / "grades_feedback").iterdir()}
    assert set(pages) == set(found)
    assert "<script>" not in pages["speaks_html"]
    assert "alert(1)" in pages["speaks_html"]
    everything = "\n".join(pages.values())
    assert not re.search(r"^\s*(expected|your result):", everything, re.MULTILINE)
    assert "Called with" in pages["gives_nan"]


@isolated
def test_nothing_is_left_running(results):
    family = sandbox.psutil.Process().children(recursive=True)
    assert not [member for member in family if member.name() == "bwrap"]


def test_the_page_shows_what_the_student_gave_no_expected_number():
    asked = questions.get("maxout")
    inputs = asked.draw(1)
    wrong = [np.zeros(np.shape(asked.reference(*inputs[0])))] * len(inputs)
    verdict = judging.judge(asked, wrong, inputs)
    assert "expected:    [[2" in str(verdict)
    grade = judging.Grade("anna", "graded", (verdict,))
    page = report.feedback(grade, "01", questions.of("01"))
    assert "x = [[1., 2.]]" in page
    assert "expected: " not in page
    assert "[[2" not in page.split("Called with")[1].split("w = ")[0]


@isolated
def test_a_break_in_the_middle(tmp_path):
    """Killed in the middle it goes on, keeps every row, and loses none."""
    folder, out = tmp_path / "class", tmp_path / "grades.csv"
    folder.mkdir()
    for n in range(6):
        save(folder, f"student{n}", hostile.SOLUTION)
    words = ["grade", str(folder), "--out", str(out), "--jobs", "1"]
    running = subprocess.Popen([*COMMAND, *words], stderr=subprocess.DEVNULL)
    while not out.exists() or out.read_text().count("student") < 3:
        time.sleep(0.05)
        assert running.poll() is None
    running.send_signal(signal.SIGKILL)
    running.wait()
    before = out.read_bytes()
    assert 2 <= before.count(b"graded") < 6
    out.write_bytes(before + b"student5,gra")  # cut off while it was written
    result = CliRunner().invoke(cli.app, words)
    assert result.exit_code == 0, result.output
    after = out.read_bytes()
    rows = before.splitlines()[1:]
    assert all(row in after.splitlines() for row in rows)
    assert after.count(b"graded,8,8") == 6
    assert len(after.splitlines()) == 7
    assert "6 submissions" in (tmp_path / "grades_summary.txt").read_text()


def test_without_a_sandbox_it_stops_and_says_what_is_not_isolated(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(sandbox, "why_not", lambda folder: "No bubblewrap.")
    save(tmp_path, "anna", hostile.SOLUTION)
    out = tmp_path.with_name("grades") / "grades.csv"
    words = ["grade", str(tmp_path), "--out", str(out)]
    result = CliRunner().invoke(cli.app, words)
    assert result.exit_code == 1
    assert "No bubblewrap." in result.output
    assert "use the network" in result.output
    assert "--trust-submissions" in result.output
    assert not out.parent.exists()


def test_trusted_submissions_are_graded_without_a_sandbox(tmp_path, monkeypatch):
    monkeypatch.setattr(sandbox, "why_not", lambda folder: "No bubblewrap.")
    folder, out = tmp_path / "class", tmp_path / "out" / "grades.csv"
    folder.mkdir()
    save(folder, "anna", hostile.SOLUTION)
    save(folder, "ben", hostile.in_front("while True: pass", hostile.EXERCISE))
    (folder / "carl").mkdir()
    (folder / "carl" / hostile.NAME).write_text(json.dumps(hostile.answered("1 / 0")))
    words = ["grade", str(folder), "--out", str(out), "--timeout", "10"]
    result = CliRunner().invoke(cli.app, [*words, "--trust-submissions"])
    assert result.exit_code == 0, result.output
    assert "use the network" in result.output
    rows = GradeBook(out, questions.of("01")).rows
    assert [row["points"] for row in rows.values()] == ["8", "0", "6"]
    assert {row["status"] for row in rows.values()} == {"graded"}


def test_without_a_sandbox_a_cheat_does_break_out(tmp_path, outside):
    """So the cheats above do fail for the sandbox's sake."""
    folder = tmp_path / "class"
    folder.mkdir()
    names = ("reads_outside", "opens_a_socket", "imports_the_questions")
    for name in (*names, "sees_the_grader", "starts_many"):
        save(folder, name, hostile.cheat(hostile.CHEATS[name], **outside))
    found = grade(folder, tmp_path / "grades.csv", isolated=False)
    assert {name: found[name].points for name in found} == dict.fromkeys(found, 1)


def test_what_is_no_table_of_this_homework_is_left_alone(tmp_path):
    table, notes = tmp_path / "grades.csv", tmp_path / "notes.csv"
    GradeBook(table, questions.of("01"))
    notes.write_text("a line without an end")
    for path in (table, notes):
        before = path.read_bytes()
        with pytest.raises(ValueError, match="Name another file"):
            classes.Grading("02", path, tmp_path, LIMITS, isolated=True)
        assert path.read_bytes() == before
    assert {path.name for path in tmp_path.iterdir()} == {"grades.csv", "notes.csv"}


def test_a_row_that_is_no_row_of_numbers_is_named(tmp_path):
    table = tmp_path / "grades.csv"
    GradeBook(table, questions.of("01")).add(judging.Grade("anna", "graded"))
    for name in ("seed", "points"):
        row = next(csv.DictReader(table.read_text().splitlines()))
        spoilt = tmp_path / f"{name}.csv"
        with open(spoilt, "w", newline="") as file:
            rows = csv.DictWriter(file, row)
            rows.writeheader()
            rows.writerow(row | {name: "many"})
        with pytest.raises(ValueError, match=rf"row of anna: {name} is 'many'"):
            GradeBook(spoilt, questions.of("01"))


def test_a_full_disk_names_the_table_and_the_row(tmp_path, monkeypatch):
    def full(number):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    book = GradeBook(tmp_path / "grades.csv", questions.of("01"))
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match=r"row of anna in .*grades\.csv could not be wri"):
        book.add(judging.Grade("anna", "graded"))
    with pytest.raises(OSError, match=r"grades\.csv could not be written: No space"):
        book.write()


def test_submissions_that_cannot_be_graded(tmp_path):
    folder = tmp_path / "class"
    folder.mkdir()

    def refusal(out, folder=folder, code=1):
        result = CliRunner().invoke(cli.app, ["grade", str(folder), "--out", str(out)])
        assert result.exit_code == code
        assert not out.is_file()
        return " ".join(result.output.replace("│", "").split())  # it has a frame

    nowhere = tmp_path / "nowhere"
    assert "does not exist" in refusal(tmp_path / "grades.csv", nowhere, code=2)
    assert "is a directory" in refusal(tmp_path, code=2)
    assert "There are no submissions" in refusal(tmp_path / "grades.csv")
    (folder / "anna.ipynb").write_text("{}")
    assert "No submission tells which homework" in refusal(tmp_path / "grades.csv")
    assert "must not lie among the submissions" in refusal(folder / "grades.csv")


def test_what_enters_the_sandbox_comes_back_as_it_was():
    for question in questions.QUESTIONS.values():
        for arguments in question.draw(3):
            back = plain.unpack(json.loads(json.dumps(plain.pack(arguments))))
            for one, other in zip(arguments, back, strict=True):
                assert type(one) is type(other)
                np.testing.assert_equal(one, other)


def test_only_numbers_come_out():
    data = plain.pack(np.arange(3.0))
    for change in ({"dtype": "|O8"}, {"shape": [4]}, {"shape": [True, 3]}):
        with pytest.raises(ValueError, match=r"dtype|shape"):
            plain.unpack_array(**_form(data | change))
    assert plain.unpack_array(**_form(data)).tolist() == [0, 1, 2]


def _form(packed):
    return {"data": packed["array"], "dtype": packed["dtype"], "shape": packed["shape"]}


def test_histograms_count_everybody():
    asked = questions.of("01")[:1]
    rows = [
        {"points": str(n), "status": "graded", "perceptron_rule verdict": status}
        for n, status in ((2, "right"), (0, "wrong"), (2, "right"), (0, ""))
    ]
    text = report.summary(rows, asked)
    assert "4 submissions" in text
    assert re.search(r"right +██ 2\n +wrong +█ 1\n +not attempted +0\n", text)
    assert "(2 points)" in text
