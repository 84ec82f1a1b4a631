"""``make bench``: both sides of every comparison run, and a ratio is ours by theirs."""

import importlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"
sys.path.insert(0, str(BENCHMARKS))
import run  # noqa: E402

sys.path.remove(str(BENCHMARKS))


class Timed:
    """A side that takes so many seconds, and notes when it has its turn."""

    turns = ""

    def __init__(self, name, seconds):
        self.name, self.taken = name, seconds

    def seconds(self):
        Timed.turns += self.name
        return self.taken

    def stop(self):
        Timed.turns += "."


def test_a_ratio_is_our_time_by_theirs_and_both_take_turns():
    Timed.turns = ""
    found = run.measured(lambda: (Timed("o", 3.0), Timed("t", 2.0)), 3)
    assert found == [1.5] * 3
    assert Timed.turns == "toot" + "to" + ".."


def test_the_table_has_the_spread_and_says_what_is_absent():
    sides = iter([3.0, 1.0, 4.0, 1.0, 1.0, 5.0])  # theirs, ours; ours, theirs; …

    class Side(Timed):
        def seconds(self):
            return next(sides)

    entry = run.row("x", "y", lambda: (Side("", 0), Side("", 0)), 3)
    assert sorted(entry["ratios"]) == pytest.approx(sorted([1 / 3, 4.0, 5.0]))
    assert entry["low"] <= entry["ratio"] == 4.0 <= entry["high"]
    absent = run.row("x", "z", "PyTorch is not installed here", 3)
    table = run.as_table([entry, absent], 3)
    assert "| x | y | 4.00 | 0.33 … 5.00 |" in table
    assert "| x | z | | PyTorch is not installed here |" in table


def test_a_side_that_fails_is_named_and_the_others_go_on():
    start = run.pair("ours", "no such work", "LeNet-5, dense")

    def first_alone(what, name):
        raise RuntimeError(f"{what} has failed")

    assert callable(start)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(run, "Worker", first_alone)
        assert run.row("x", "y", start, 2)["absent"] == "ours has failed"


@pytest.mark.parametrize(
    ("held", "fault"),
    [
        ((500, 650, 900, 910, 905), None),
        ((500, 900, 1100, 1100, 1100), "100,000 files take 400 MB before"),
        ((500, 650, 900, 940, 980), "memory grows by 80 MB"),
    ],
)
def test_memory_that_grows_with_the_epochs_is_a_fault(held, fault, monkeypatch):
    pytest.importorskip("tensorflow")
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    photos = importlib.import_module("photos")
    found = photos.faults(held, 100_000)
    assert found == fault or fault in found


def smoke(folder, *only):
    """The rows of a run of two pairs."""
    out = folder / "bench.md"
    words = ["--steps", "2", "--out", out, "--only", *only]
    subprocess.run(
        [sys.executable, BENCHMARKS / "run.py", *words], check=True, cwd=folder
    )
    assert out.read_text(encoding="utf-8").count("\n| ") == 2  # the head, one row
    return json.loads(out.with_suffix(".json").read_text(encoding="utf-8"))


def test_the_start_of_the_command_is_compared(tmp_path):
    (row,) = smoke(tmp_path, "help")
    assert row["ratio"] > 0


@pytest.mark.slow
@pytest.mark.parametrize("only", ["LeNet-5", "JPEG"])
def test_a_training_step_and_a_pipeline_are_compared(tmp_path, only):
    (row,) = smoke(tmp_path, only)
    assert len(row.get("ratios", [])) == 2, row
