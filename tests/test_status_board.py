"""The status board: what a run measures, what is too much, and what is shown in red."""

import json
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
import status_board
from nbformat import v4, write

from dlcourse.cli.rehearse import passed

ROOT = Path(__file__).parent.parent
QUICK = ("1_quick", "3_quick", "4_quick")
SLOW = "2_slow"
BUSY = """import time
end = time.process_time() + {seconds}
while time.process_time() < end:
    pass
"""


def write_lecture(folder, name, source, printed=""):
    """Store a notebook of one cell."""
    outputs = [v4.new_output("stream", text=printed)] if printed else []
    cell = v4.new_code_cell(source, execution_count=1, outputs=outputs)
    kernel = {"display_name": "x", "language": "python", "name": "x"}
    notebook = v4.new_notebook(cells=[cell], metadata={"kernelspec": kernel})
    write(notebook, folder / f"{name}.ipynb")


@pytest.fixture(scope="module", params=[[], ["-n2"]], ids=["alone", "in parallel"])
def run(tmp_path_factory, request):
    """Four lectures, one made slow on purpose: output, and board."""
    folder = tmp_path_factory.mktemp("course") / "lectures"
    folder.mkdir()
    for name in QUICK:
        write_lecture(folder, name, BUSY.format(seconds=1))
    write_lecture(folder, SLOW, BUSY.format(seconds=4) + "print('✓ done')", "✓ done\n")
    (folder / "costs.csv").write_text(
        "lecture,seconds,gb\n" + "".join(f"{name},0.5,1\n" for name in (*QUICK, SLOW))
    )
    board = folder / "status.json"
    options = ["-p", "status_board", "--status", str(board), "-q", *request.param]
    command = [sys.executable, "-m", "pytest", *options, "--confcutdir", str(ROOT)]
    command += ["--rootdir", str(ROOT), "-c", str(ROOT / "pyproject.toml")]
    command += ["--nbval", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    return done, json.loads(board.read_text(encoding="utf-8"))


def test_a_lecture_made_slow_fails_the_run(run):
    done, _ = run
    assert done.returncode == 1
    assert "4 passed" in done.stdout
    assert done.stdout.count("FAILED") == 1
    assert f"FAILED {SLOW} costs" in done.stdout


def test_the_run_keeps_what_it_measured(run):
    lectures = run[1]["lectures"]
    quick = lectures[QUICK[0]]
    assert lectures[SLOW]["claims"] == 1
    assert quick["claims"] == 0
    assert lectures[SLOW]["cells"] == lectures[SLOW]["compared"] == 1
    assert lectures[SLOW]["seconds"] - 1 > quick["seconds"] > 0
    assert lectures[SLOW]["times"] > status_board.OVER > quick["times"]
    assert 0.02 < quick["gb"] < 1


def measured(*seconds):
    """A board of lectures that ended one after the other; 10 seconds are stored."""
    return {
        f"{i:02d}": {"seconds": each, "stored": 10.0, "ended": float(i)}
        for i, each in enumerate(seconds)
    }


def test_a_lecture_is_compared_with_those_that_ended_near_it():
    steady = status_board.times_stored(measured(10, 10, 16, 10, 10, 10))
    assert steady["02"] == 1.6
    assert steady["00"] == steady["05"] == 1.0
    # A machine that is slow for a while is slow for the neighbours, too.
    slow = status_board.times_stored(
        measured(10, 11, 17, 16, 20, 18, 23, 18, 17, 10, 10)
    )
    assert max(slow.values()) < status_board.OVER
    assert status_board.times_stored(measured(20, 20, 40, 20, 20))["02"] == 2.0


def test_one_lecture_or_two_are_not_compared():
    assert status_board.times_stored(measured(100, 10)) == {}
    new = measured(10, 10, 10) | {"new": {"seconds": 99.0, "ended": 1.5}}
    assert status_board.times_stored(new) == {"00": 1.0, "01": 1.0, "02": 1.0}


@pytest.mark.parametrize(
    ("gb", "ends", "told"),
    [(2.9, StopIteration, None), (3.5, pytest.fail.Exception, "1_large takes 3.5 GB")],
)
def test_a_lecture_that_takes_much_memory_fails(monkeypatch, tmp_path, gb, ends, told):
    path = tmp_path / "lectures/1_large.ipynb"
    item = SimpleNamespace(fspath=path, user_properties=[])
    item.parent = SimpleNamespace(kernel=True, nb=None)
    item.config = SimpleNamespace(option=SimpleNamespace(status="status.json"))
    monkeypatch.setattr(status_board, "contents", lambda _: {})
    monkeypatch.setattr(status_board, "costs", lambda _: {"seconds": 1.0, "gb": gb})
    teardown = status_board.pytest_runtest_teardown(item, None)
    next(teardown)
    assert item.user_properties[0][1][2]["gb"] == gb
    with pytest.raises(ends, match=told):
        teardown.send(None)


def reports(**outcomes):
    """A reporter of pytest's that knows these reports."""
    return SimpleNamespace(getreports=lambda outcome: outcomes.get(outcome, []))


def test_what_was_skipped_is_red_even_where_another_test_of_it_passed():
    passed = SimpleNamespace(keywords={"torch": 1, "sandbox": 1})
    reason = "Skipped: could not import 'timm'"
    skipped = SimpleNamespace(keywords={}, longrepr=("file", 1, reason))
    found = status_board.machine(reports(passed=[passed], skipped=[skipped]))
    assert found["sandbox"] == {"state": "tried"}
    assert found["torch"] == {"state": "SKIPPED: could not import 'timm'"}
    _, rows, red = status_board.machine_rows(found)
    states = dict(zip(status_board.MACHINE, rows, strict=True))
    assert states["hosts"][1] == "not run"
    assert red == [i for i, row in enumerate(rows) if row[1] != "tried"]
    assert len(red) == len(rows) - 1


def test_every_lecture_has_its_cost_stored():
    stored = status_board.costs_table(ROOT / "lectures")
    names = {path.stem for path in (ROOT / "lectures").glob("[0-9]*.ipynb")}
    assert names == {*stored.index}
    assert (stored["gb"] < status_board.MOST_GB).all()


def test_a_lecture_over_its_budget_is_red():
    names = sorted(path.stem for path in (ROOT / "lectures").glob("[0-9]*.ipynb"))
    fine = {"cells": 1, "compared": 1, "claims": 0, "seconds": 1.0, "gb": 1}
    board = {names[0]: fine | {"gb": 3.5}, names[1]: fine | {"seconds": 1000.0}}
    board |= {names[2]: fine | {"times": 1.6}, names[3]: fine | {"times": 1.4}}
    columns, rows, red = status_board.lecture_rows(board)
    assert red == [0, 1, 2]
    first = dict(zip(columns, rows[0], strict=True))
    assert first["GB"] == "3.5"
    assert first["rehearsed"] == ", ".join(passed(ROOT / f"lectures/{names[0]}.ipynb"))


def test_answers_are_counted_by_homework():
    board = {
        "and": {"lecture": "01", "right": 3, "wrong": 9},
        "or": {"lecture": "01", "right": 3, "wrong": 8},
        "xor": {"lecture": "02", "right": 4, "wrong": 10},
    }
    assert status_board.homework_rows(board)[1] == [
        ["01", "2", "6", "17"],
        ["02", "1", "4", "10"],
    ]


def test_networks_show_counts_and_the_distance_from_their_twin():
    board = {
        "A": {"parameters": 1234567, "macs": 8},
        "B": {"twin": "T", "difference": 2e-7},
    }
    assert status_board.network_rows(board)[1] == [
        ["A", "1,234,567", "8", ""],
        ["B", "", "", "2e-07 T"],
    ]


@pytest.fixture
def nothing_run(monkeypatch, tmp_path):
    """No test has run; lectures/ is another folder, with the cost of one lecture."""
    names = sorted(path.stem for path in (ROOT / "lectures").glob("[0-9]*.ipynb"))[:2]
    (tmp_path / "lectures").mkdir()
    (tmp_path / "lectures/costs.csv").write_text(
        f"lecture,seconds,gb\n{names[0]},2.5,1.5\n"
    )
    monkeypatch.setattr(status_board, "runs_folder", lambda: tmp_path)
    monkeypatch.setattr(status_board, "course_folder", lambda: tmp_path)
    monkeypatch.setattr(sys, "argv", ["status_board.py", "--keep"])
    return names, tmp_path


def test_without_a_run_nothing_is_shown_nor_stored(nothing_run):
    _, folder = nothing_run
    with pytest.raises(SystemExit, match="make test"):
        status_board.main()
    (folder / "status.json").write_text('{"machine": {}}')
    with pytest.raises(SystemExit, match="has no lecture"):
        status_board.main()


def test_a_run_of_one_lecture_keeps_the_costs_of_the_others(nothing_run):
    names, folder = nothing_run
    board = {"lectures": {names[1]: {"seconds": 4.0, "gb": 1.234}}}
    (folder / "status.json").write_text(json.dumps(board))
    status_board.main()
    table = status_board.costs_table(folder / "lectures")
    assert table["seconds"].to_dict() == {names[0]: 2.5, names[1]: 4.0}
    assert table["gb"].to_dict() == {names[0]: 1.5, names[1]: 1.23}
