"""What every experiment does in the same way: two options, one core, one table."""

import argparse
import csv
from pathlib import Path

import tensorflow as tf

from dlcourse.analysis.timing import one_core


def record(script, about, columns, rows, told=lambda quick: ""):
    """Write the table of an experiment, below a line that names the machine.

    script, about: the experiment's ``__file__`` and ``__doc__``; the table lies beside
    it, or where ``--out`` says. columns: the names in the table's head. rows(quick)
    yields its lines; quick is true with ``--quick``. told(quick): more for that line.
    """
    parser = argparse.ArgumentParser(description=about.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="a short run, for tests")
    parser.add_argument("--out", type=Path, default=Path(script).with_suffix(".csv"))
    chosen = parser.parse_args()
    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    with chosen.out.open("w", encoding="utf-8", newline="") as file:
        file.write(f"# {one_core()}{told(chosen.quick)}\n")
        table = csv.writer(file, lineterminator="\n")
        table.writerow(columns)
        for row in rows(chosen.quick):
            table.writerow(row)
            file.flush()  # what is there can be read while the rest is computed
