"""Running a notebook's cells in this process, without a kernel.

    python -m dlcourse.rehearsal.notebook lectures/07_lenet.ipynb PROFILE='"full"'

What a kernel adds, messages between two processes, a rehearsal does not need; one that
was lost would be waited for.
"""

import io
import json
import os
import sys
import time
from pathlib import Path

import psutil

from dlcourse.rehearsal.record import note


def run(path, parameters):
    """Run all cells, note the error of each that ends with one, and that it ended.

    After each it prints how long it took and how much memory the process then has.

    Args:
        path: the notebook.
        parameters: name -> value, set after the cell that is tagged ``parameters``.
    """
    os.environ["MPLBACKEND"] = "agg"
    os.chdir(path.parent)
    from IPython.core.interactiveshell import InteractiveShell

    shell = InteractiveShell.instance(history_manager=None)
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    for number, cell in enumerate(cells):
        if cell["cell_type"] != "code":
            continue
        begin = time.perf_counter()
        result = shell.run_cell("".join(cell["source"]), store_history=True)
        if error := result.error_before_exec or result.error_in_exec:
            first = next(iter(str(error).splitlines()), "")
            note(error=f"cell {number}: {type(error).__name__}: {first[:200]}")
        if "parameters" in cell["metadata"].get("tags", ()):
            shell.user_ns.update(parameters)
        show_figures()
        tell(number, time.perf_counter() - begin)
    note(ended=True)


def tell(number, seconds):
    """Print what a cell took, and the memory that the process has after it."""
    gb = psutil.Process().memory_info().rss / 1e9
    print(f"cell {number}: {seconds:.0f} s, then {gb:.1f} GB", flush=True)


def show_figures():
    """Draw all open figures, as a notebook does after a cell, and close them."""
    from matplotlib import pyplot as plt

    for number in plt.get_fignums():
        plt.figure(number).canvas.print_figure(io.BytesIO(), format="png")
    plt.close("all")


def main():
    """The command line: a path, and parameters as NAME=VALUE in JSON."""
    path, *given = sys.argv[1:]
    pairs = (text.partition("=") for text in given)
    run(Path(path).resolve(), {name: json.loads(value) for name, _, value in pairs})


if __name__ == "__main__":
    main()
