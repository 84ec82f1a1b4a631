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
SLOW = "2_slow"
BUSY = """import time
end = time.process_time() + 2
while time.process_time() < end:
    pass
print("✓ done")"""


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """Two lectures, one made slow on purpose: output, and board."""
    folder = tmp_path_factory.mktemp("course") / "lectures"
    folder.mkdir()
    for name, source in (("1_quick", "x = 1"), (SLOW, BUSY)):
        outputs = [v4.new_output("stream", text="✓ done\n")] * (name == SLOW)
        cell = v4.new_code_cell(source, execution_count=1, outputs=outputs)
        kernel = {"display_name": "x", "language": "python", "name": "x"}
        notebook = v4.new_notebook(cells=[cell], metadata={"kernelspec": kernel})
        write(notebook, folder / f"{name}.ipynb")
    (folder / "costs.csv").write_text(f"lecture,loops\n1_quick,1000\n{SLOW},0.01\n")
    board = folder / "status.json"
    options = ["-p", "status_board", "--status", str(board), "-q"]
    command = [sys.executable, "-m", "pytest", *options, "--confcutdir", str(ROOT)]
    command += ["--rootdir", str(ROOT), "-c", str(ROOT / "pyproject.toml")]
    command += ["--nbval", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    return done, json.loads(board.read_text(encoding="utf-8"))


def test_a_lecture_made_slow_fails_the_run(run):
    done, _ = run
    assert done.returncode == 1
    assert "2 passed, 1 error" in done.stdout
    assert f"{SLOW} takes as much of the CPU as" in done.stdout
    assert "1_quick takes" not in done.stdout


def test_the_run_keeps_what_it_measured(run):
    lectures = run[1]["lectures"]
    assert lectures[SLOW]["claims"] == 1
    assert lectures["1_quick"]["claims"] == 0
    assert lectures[SLOW]["cells"] == lectures[SLOW]["compared"] == 1
    assert lectures[SLOW]["seconds"] >= 2 + lectures["1_quick"]["seconds"] - 1.5
    assert 0.02 < lectures["1_quick"]["gb"] < 1
    assert lectures[SLOW]["loops"] > lectures["1_quick"]["loops"] > 0


def test_too_much_is_half_as_much_again_or_three_gb():
    assert status_board.too_much({"loops": 3.0, "gb": 2.9}, 2.0) == ""
    assert "says 2.0" in status_board.too_much({"loops": 3.1, "gb": 2.9}, 2.0)
    assert "3.1 GB of memory" in status_board.too_much({"loops": 3.0, "gb": 3.1}, 2.0)
    assert status_board.too_much({"loops": 3.0, "gb": 1}, None) == ""


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
    stored = status_board.stored(ROOT / "lectures")
    assert {path.stem for path in (ROOT / "lectures").glob("[0-9]*.ipynb")} == {*stored}


def test_a_lecture_over_its_budget_is_red():
    names = sorted(path.stem for path in (ROOT / "lectures").glob("[0-9]*.ipynb"))
    fine = {"cells": 1, "compared": 1, "claims": 0, "seconds": 1, "loops": 0.1, "gb": 1}
    board = {names[0]: fine | {"gb": 3.5}, names[1]: fine | {"seconds": 1000}}
    columns, rows, red = status_board.lecture_rows(board | {names[2]: fine})
    assert red == [0, 1]
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
    (tmp_path / "lectures/costs.csv").write_text(f"lecture,loops\n{names[0]},2.5\n")
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
    board = {"lectures": {names[1]: {"loops": 4.0}}}
    (folder / "status.json").write_text(json.dumps(board))
    status_board.main()
    assert status_board.stored(folder / "lectures") == {names[0]: 2.5, names[1]: 4.0}
