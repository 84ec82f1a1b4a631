"""Scripts in experiments/: each runs, and writes the table that lectures read."""

import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

FOLDER = Path(__file__).parents[1] / "experiments"
SCRIPTS = sorted(FOLDER.glob("*.py"))
MEASURED = {"layer_times": ["milliseconds"]}  # columns that differ from run to run
SHORT = {"layer_times": ["--repeats", "1"]}


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_a_short_run_writes_the_stored_table_but_for_what_was_measured(
    script, tmp_path
):
    out = tmp_path / "out.csv"
    command = [sys.executable, script, *SHORT[script.stem], "--out", out]
    subprocess.run(command, check=True, capture_output=True)
    stored, again = (
        pd.read_csv(path, comment="#") for path in (script.with_suffix(".csv"), out)
    )
    counted = stored.columns.difference(MEASURED[script.stem])
    pd.testing.assert_frame_equal(again[counted], stored[counted])
    assert (again[MEASURED[script.stem]] > 0).all(axis=None)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_the_stored_table_names_its_machine(script):
    first = script.with_suffix(".csv").read_text().splitlines()[0]
    assert first.startswith("# one core of ")
