"""``make bench``: both sides of every comparison run, and a ratio is ours by theirs."""

import importlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

from dlcourse.models import catalog

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"
sys.path.insert(0, str(BENCHMARKS))
import run  # noqa: E402
import worker  # noqa: E402

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

    both = run.Comparison("x", "y", lambda: (Side("", 0), Side("", 0)))
    entry = run.row(both, 3)
    assert sorted(entry["ratios"]) == pytest.approx(sorted([1 / 3, 4.0, 5.0]))
    assert entry["low"] <= entry["ratio"] == 4.0 <= entry["high"]
    absent = run.row(run.Comparison("x", "z", "PyTorch is not installed here"), 3)
    other = entry | {"name": "o", "ratio": 2.0}
    table = run.as_table([entry, absent, other])
    assert "| x | y | 4.00 | 0.33 … 5.00 | 3 | 20" in table
    assert "| x | z | | PyTorch is not installed here |" in table
    assert "| x | 2 | 3.00 | 4.00 |" in table  # the median, and the largest


def test_a_ratio_is_that_of_equal_work():
    sides = Timed("", 3.0), Timed("", 2.0)
    entry = run.row(run.Comparison("x", "y", lambda: sides, lambda: 0.5), 3)
    assert entry["ratio"] == 3.0


def test_what_is_not_measured_anew_stays():
    order = [("x", "a"), ("x", "b"), ("x", "c")]
    a, b = ({"what": "x", "name": name, "ratio": 1.0} for name in "ab")
    gone = {"what": "x", "name": "gone", "ratio": 1.0}
    rows = run.merged([b, gone], [a, {**b, "absent": "no torch"}], order)
    assert rows == [a, b]
    assert run.merged(rows, [{**b, "ratio": 2.0}], order)[1]["ratio"] == 2.0
    new = {"what": "x", "name": "c", "absent": "no torch"}
    assert run.merged(rows, [new], order) == [a, b, new]


def test_every_operation_is_counted():
    name = "LeNet-5, dense"
    images = worker.SIZES[name][1]
    found = worker.operations(name) * worker.MATRIX**3
    assert found == pytest.approx(3 * images * 416_520)  # forward and twice backward


def test_every_network_of_the_comparisons_is_in_the_catalog():
    names = [one.name for one in run.comparisons(None) if "step" in one.what]
    twins = [row.name for row in catalog.NETWORKS if row.twin]
    tried = [*run.NORMALIZED, *run.GROUPED] * len(run.TRIED)
    small = [f"{network}, batches of 4" for network in run.SMALL]
    assert names == [*twins, *run.PEERS, *small, *run.PEERS, *tried]
    networks = [worker.parsed(name)[0] for name in (*names, *run.SHARES)]
    assert all(map(catalog.get, networks))


def test_a_name_may_say_how_large_the_batches_are():
    assert worker.parsed("ShuffleNet 1x, g=3") == ("ShuffleNet 1x, g=3", 64, 32)
    assert worker.parsed("Xception, batches of 4") == ("Xception", 96, 4)
    assert len(worker.examples("Xception, batches of 4")[0]) == 4


def test_the_page_says_what_each_comparison_is():
    assert {one.what for one in run.comparisons(None)} == set(run.BESIDE)


def test_the_page_says_why_ours_is_behind():
    rows = [
        {"what": "step: PyTorch", "name": name, "ratio": ratio, "low": 1, "high": 2}
        | {"ratios": [ratio], "machine": "m", "date": "d"}
        for name, ratio in (("VGG-D", 1.13), ("ShuffleNet 1x, g=3", 0.9))
    ]
    table = run.as_table(rows)
    assert f"- step: PyTorch, VGG-D: {run.BEHIND['step: PyTorch', 'VGG-D']}" in table
    assert "ShuffleNet 1x, g=3:" not in table
    assert set(run.BEHIND) <= {(one.what, one.name) for one in run.comparisons(None)}


def test_a_side_that_fails_is_named_and_the_others_go_on():
    start = run.pair("ours", "no such work", "LeNet-5, dense")

    def first_alone(what, name):
        raise RuntimeError(f"{what} has failed")

    assert callable(start)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(run, "Worker", first_alone)
        entry = run.row(run.Comparison("x", "y", start), 2)
        assert entry["absent"] == "ours has failed"


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
    rows = json.loads(out.with_suffix(".json").read_text(encoding="utf-8"))
    assert out.read_text(encoding="utf-8") == run.as_table(rows)
    return rows


def test_the_page_is_that_of_the_numbers_that_are_kept():
    page = BENCHMARKS.parent / "docs/bench.md"
    rows = json.loads(page.with_suffix(".json").read_text(encoding="utf-8"))
    told = "docs/bench.md: python benchmarks/run.py --page"
    assert page.read_text(encoding="utf-8") == run.as_table(rows), told


def test_the_page_is_written_anew_without_measuring(tmp_path):
    out = tmp_path / "bench.md"
    entry = {"what": "x", "name": "y", "absent": "not here"}
    out.with_suffix(".json").write_text(json.dumps([entry]))
    words = [sys.executable, BENCHMARKS / "run.py", "--page", "--out"]
    none = subprocess.run(
        [*words, tmp_path / "none.md"], capture_output=True, text=True
    )
    assert none.returncode == 2
    assert "none.json has no numbers yet" in none.stderr
    subprocess.run([*words, out], check=True)
    assert "| x | y | | not here |" in out.read_text(encoding="utf-8")
    assert "| 13_resnet |" in out.read_text(encoding="utf-8")


def test_a_folder_that_is_missing_is_told_before_anything_is_measured(tmp_path):
    out = tmp_path / "missing" / "bench.md"
    words = [sys.executable, BENCHMARKS / "run.py", "--out", out]
    done = subprocess.run(words, capture_output=True, text=True)
    assert done.returncode == 2
    assert f"--out: there is no folder {out.parent}." in done.stderr


def test_the_start_of_the_command_is_compared(tmp_path):
    (row,) = smoke(tmp_path, "help")
    assert row["ratio"] > 0


@pytest.mark.slow
@pytest.mark.parametrize(
    "only",
    [
        *("Keras on JAX LeNet-5", "directory JPEG", "matrices ResNet-20", "figure"),
        *(f"{words} ResNet-20" for words in ("own layers", "XLA", "one operation")),
    ],
)
def test_a_training_step_and_a_pipeline_are_compared(tmp_path, only):
    (row,) = smoke(tmp_path, *only.split())
    assert len(row.get("ratios", [])) == 2, row


def test_a_command_that_fails_says_why():
    fails = [sys.executable, "-c", "raise SystemExit('first\\nno data here')"]
    entry = run.row(run.Comparison("x", "y", lambda: [run.Command(fails)] * 2), 2)
    assert entry["absent"] == "The command failed: no data here"
