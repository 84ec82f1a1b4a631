"""Grading a class: hostile submissions, honest ones, going on after a break."""

import contextlib
import copy
import functools
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import hostile
import hostile_files
import numpy as np
import pytest
from typer.testing import CliRunner

from dlcourse import cli
from dlcourse.homework import questions
from dlcourse.homework.grading import (
    bubblewrap,
    classes,
    collect,
    plain,
    sandbox,
    submission,
)
from dlcourse.homework.grading.feedback import page_name
from dlcourse.homework.grading.gradebook import GradeBook

LIMITS = sandbox.Limits(seconds=20, memory=350, disk=16, output=2)
SHORT = sandbox.Limits(seconds=3, memory=250, disk=16)  # for what never ends
SOLUTIONS = sorted((hostile.ROOT / "solutions").glob("*.ipynb"))
COMMAND = [sys.executable, "-c", "from dlcourse.cli import app; app()"]
NOBODY = 65534  # an ordinary user without any rights


def reason():
    folder = tempfile.mkdtemp()
    try:
        return sandbox.why_not(sandbox.runtime(folder))
    finally:
        shutil.rmtree(folder)


WHY_NOT = reason()


def isolated(test):
    """Mark a test that needs the sandbox."""
    skip = pytest.mark.skipif(bool(WHY_NOT), reason=f"no sandbox: {WHY_NOT}")
    return pytest.mark.sandbox(skip(test))


def save(folder, name, notebook):
    (folder / f"{name}.ipynb").write_text(json.dumps(notebook))


def grade(folder, out, isolated=True, homework="01", limits=LIMITS):
    """Grade a folder; gives the grades by student."""
    found = {}
    with tempfile.TemporaryDirectory() as runtime:
        sandbox.runtime(runtime)
        grading = classes.Grading(homework, out, runtime, limits, isolated)
        keep = grading.keep
        grading.keep = lambda one: found.update({one.student: one}) or keep(one)
        students = collect.find(folder)
        grading.run(students, jobs=3)
        grading.finish(students)
    return found


@pytest.fixture(scope="module")
def outside(tmp_path_factory):
    """What cheats reach for: a file of ours, a server, this process."""
    secret = tmp_path_factory.mktemp("outside") / "secret.txt"
    secret.write_text("secret")
    secret.chmod(0o666)
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setenv("DLCOURSE_SECRET", "secret")
        yield {
            "secret": str(secret),
            "solution": str(hostile.ROOT / "solutions" / hostile.NAME),
            "root": str(hostile.ROOT),
            "port": server.getsockname()[1],
            "pid": os.getpid(),
        }
    assert secret.read_text() == "secret"


def ordinary(patch):
    """Start sandboxes as an ordinary user; skip where that user finds no Python."""
    if os.getuid() != 0:
        pytest.skip("these tests run as an ordinary user anyway")
    for python in (os.path.realpath(sys.executable), "/usr/bin/python3"):
        same = f"import sys; sys.exit(sys.version_info[:2] != {sys.version_info[:2]})"
        with contextlib.suppress(OSError):
            if not subprocess.run([python, "-c", same], user=NOBODY).returncode:
                break
    else:
        pytest.skip("an ordinary user has no Python of this version here")
    patch.setattr(sys, "executable", python)
    if python.startswith("/usr"):
        patch.setattr(sys, "base_prefix", "/usr")
    start = functools.partial(
        subprocess.Popen, user=NOBODY, group=NOBODY, extra_groups=[]
    )
    patch.setattr(subprocess, "Popen", start)
    patch.setattr(os, "getuid", lambda: NOBODY)


@pytest.fixture(
    scope="module",
    params=["as we are", pytest.param("ordinary user", marks=pytest.mark.slow)],
)
def results(request, tmp_path_factory, outside):
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
    for name, notebook in hostile.honest().items():
        save(folder, name, notebook)
    save(folder, "AA_honest", hostile.SOLUTION)  # at both ends of the class
    save(folder, "zz_honest", hostile.SOLUTION)
    save(folder, "untouched", hostile.EXERCISE)
    files = hostile_files.write_all(folder)
    with pytest.MonkeyPatch.context() as patch:
        if request.param == "ordinary user":
            ordinary(patch)
        found = grade(folder, out / "grades.csv")
        found |= grade(endless, out / "grades.csv", limits=SHORT)
    return found, files, out


@isolated
def test_an_honest_solution_gets_everything_among_them(results):
    found, files, out = results
    for name in ("AA_honest", "zz_honest"):
        assert (found[name].status, found[name].points) == ("graded", hostile.FULL)
    assert (found["untouched"].status, found["untouched"].points) == ("graded", 0)
    rows = GradeBook(out / "grades.csv", questions.of("01")).rows
    assert set(rows) == set(found)
    assert set(files) <= set(found)
    assert not any(name.split(".")[0] in found for name in hostile_files.NOBODY[:2])
    assert all(float(rows[name]["points"]) == found[name].points for name in found)


@isolated
@pytest.mark.parametrize("name", [*hostile.HONEST, *hostile.WHOLE_CELLS])
def test_what_only_a_notebook_understands_costs_nothing(results, name):
    graded = results[0][name]
    assert (graded.status, graded.points) == ("graded", hostile.FULL), graded.remarks


@isolated
@pytest.mark.parametrize(
    "name",
    [
        *hostile_files.CONTENTS,
        *hostile_files.ARCHIVES,
        *hostile_files.FOLDERS,
        *hostile_files.LOOSE.values(),
        *("pipe", "link", "link_to_a_folder"),
    ],
)
def test_an_odd_file_has_its_row_and_its_points(results, name):
    found, files, _ = results
    assert (found[name].status, found[name].points) == files[name], found[name].remarks


@isolated
def test_where_systemd_is_the_kernel_limits_all_processes_together(
    tmp_path, monkeypatch
):
    """systemd-run stands in for the real one, which no container has."""
    tool = tmp_path / "bin" / "systemd-run"
    tool.parent.mkdir()
    tool.write_text(
        f'#!/bin/sh\necho "$*" >> {tmp_path}/words\n'
        'while [ "$1" != -- ]; do shift; done\nshift\nexec "$@"\n'
    )
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tool.parent}:{os.environ['PATH']}")
    monkeypatch.setattr(bubblewrap, "scope", bubblewrap.scope.__wrapped__)
    folder = tmp_path / "class"
    folder.mkdir()
    save(folder, "anna", hostile.SOLUTION)
    graded = grade(folder, tmp_path / "grades.csv", limits=sandbox.Limits(memory=300))
    assert graded["anna"].points == hostile.FULL
    words = (tmp_path / "words").read_text()
    assert f"-p MemoryMax={600 * 2**20} -p MemorySwapMax=0 -p TasksMax=" in words
    assert ("--user" in words) == (os.getuid() != 0)
    tool.write_text("#!/bin/sh\nexit 1\n")  # systemd does not run here
    assert bubblewrap.scope() == []


@isolated
def test_keras_works_in_answers(tmp_path):
    """Also after a network has trained, whose threads no fork would keep."""
    folder = tmp_path / "class"
    folder.mkdir()
    changed = copy.deepcopy(hostile.SOLUTION)
    hostile.cell_of("maxout", changed)["source"] = hostile.KERAS
    save(folder, "anna", changed)
    limits = sandbox.Limits(seconds=120)
    graded = grade(folder, tmp_path / "grades.csv", limits=limits)["anna"]
    assert (graded.status, graded.points) == ("graded", hostile.FULL), graded


@isolated
@pytest.mark.parametrize("what", ["import os; os._exit(0)", "while True: pass"])
def test_without_a_fork_an_answer_costs_its_own_points_alone(tmp_path, what):
    folder = tmp_path / "class"
    folder.mkdir()
    fake = "import sys, types\nsys.modules['jax'] = types.ModuleType('jax')"
    save(folder, "anna", hostile.in_front(fake, hostile.answered(what)))
    graded = grade(folder, tmp_path / "grades.csv")["anna"]
    assert (graded.status, graded.points) == ("graded", hostile.WITHOUT), graded
    verdicts = {verdict.name: verdict for verdict in graded.verdicts}
    assert verdicts["maxout"].status == "wrong"
    why = "ends the whole program" if "exit" in what else "does not end within"
    assert why in verdicts["maxout"].fault


@isolated
@pytest.mark.parametrize("path", SOLUTIONS, ids=lambda path: path.stem)
def test_every_solution_gets_everything_and_its_exercise_nothing(tmp_path, path):
    folder, homework = tmp_path / "class", path.name[:2]
    folder.mkdir()
    shutil.copy(path, folder / "solved.ipynb")
    shutil.copy(hostile.ROOT / "exercises" / path.name, folder / "untouched.ipynb")
    found = grade(folder, tmp_path / "grades.csv", homework=homework)
    assert submission.homework_of(collect.find(folder).values()) == homework
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
        assert (graded.status, graded.points) == ("graded", hostile.WITHOUT)
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
def test_the_pages_show_no_answer_and_no_foreign_html(results):
    found, _, out = results
    folder = out / "grades_feedback"
    pages = {n: (folder / page_name(n, "")).read_text() for n in found}
    assert "<script>" not in pages["speaks_html"]
    assert "alert(1)" in pages["speaks_html"]
    everything = "\n".join(pages.values())
    assert "expected:" not in everything
    assert not re.search(r", expected [-\d]", everything)
    assert "Called with" in pages["gives_nan"]
    assert "Your result" in pages["gives_nan"]
    assert "nan" in pages["gives_nan"].split("Your result")[1]
    assert len(list(folder.iterdir())) == len(found) + 1  # and the index


@isolated
def test_nothing_is_left_running(results):
    family = sandbox.psutil.Process().children(recursive=True)
    assert not [member for member in family if member.name() == "bwrap"]


def being_graded(tmp_path, count):
    """So many right submissions, one after the other: process, its words, its table.

    The table is there, and so is the lock, behind which it is written.
    """
    folder, out = tmp_path / "class", tmp_path / "grades.csv"
    folder.mkdir()
    for n in range(count):
        save(folder, f"student{n}", hostile.SOLUTION)
    words = ["grade", str(folder), "--out", str(out), "--jobs", "1"]
    running = subprocess.Popen([*COMMAND, *words], stderr=subprocess.DEVNULL)
    while not out.exists():
        time.sleep(0.05)
        assert running.poll() is None
    return running, words, out


@isolated
def test_a_break_in_the_middle(tmp_path):
    """Killed in the middle it goes on, keeps every row, and loses none."""
    running, words, out = being_graded(tmp_path, 6)
    while out.read_text().count("graded") < 2:
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
    assert after.count(b",graded,%d,,,%d," % (hostile.FULL, hostile.FULL)) == 6
    assert len(after.splitlines()) == 7
    assert "6 submissions" in (tmp_path / "grades_summary.txt").read_text()


@isolated
def test_of_two_runs_into_one_table_one_is_refused(tmp_path):
    """The other one keeps all of its rows, and the lock ends with its process."""
    running, words, out = being_graded(tmp_path, 3)
    try:
        running.send_signal(signal.SIGSTOP)  # in the middle, however slow we are
        before = out.read_bytes()
        second = CliRunner().invoke(cli.app, words)
        assert second.exit_code == 1
        assert "Another process is writing into" in second.stderr
        assert out.read_bytes() == before
        running.send_signal(signal.SIGCONT)
        assert running.wait() == 0
    finally:
        running.kill()
    assert out.read_bytes().count(b",graded,") == 3
    assert CliRunner().invoke(cli.app, words).exit_code == 0


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
    assert [row["points"] for row in rows.values()] == [
        str(points) for points in (hostile.FULL, 0, hostile.WITHOUT)
    ]
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


def test_a_python_finds_its_library_in_the_sandbox(tmp_path):
    """That of pyenv looks for it where it was installed, a path that is not inside."""
    assert bubblewrap.own_libraries(tmp_path) == []
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib/libpython3.13.so.1.0").touch()
    words = ["--setenv", "LD_LIBRARY_PATH", "/python/lib"]
    assert bubblewrap.own_libraries(tmp_path) == words
