"""The status board: what the test runs found of lectures, networks and homework.

    python tools/status_board.py            print it (make status)
    python tools/status_board.py --keep     store what the lectures cost

It is a plugin of pytest, too: ``pytest -p status_board --status FILE`` measures what
each lecture costs, gathers what tests record as ``status``, and writes the file, which
keeps the rows of earlier runs. Nothing in it is written by hand.

A lecture fails if it costs half as much again as lectures/costs.csv says, or more than
3 GB. What it costs is counted in loops: its CPU seconds over those of work that is
always the same, done right after it: a slow machine, or hour, is not a slow lecture.
"""

import argparse
import itertools
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import psutil
import pytest

from dlcourse.cli.rehearse import passed
from dlcourse.course import course_folder, lectures, runs_folder
from dlcourse.files import atomic_write

HERE = Path(__file__).parent
COSTS = "costs.csv"  # beside the lectures: what they cost when that was last kept
OVER = 1.5  # times what is stored, or promised
MOST_GB = 3.0
SEEN = "status"  # the property that tests record: [part, row, values]
MACHINE = {  # a marker of tests: what they need of the machine
    "sandbox": "bubblewrap: homework is graded in a sandbox",
    "browser": "Chromium: notebooks, slides and site are opened",
    "torch": "torch, torchvision, timm: networks are compared with theirs",
    "hosts": "JAX: two processes train as two hosts",
    "bfloat16": "bfloat16: networks compute in it",
}
TRIED = "tried"
COUNTS = ("parameters", "macs")
NEEDS = {"'torch'": "torch", "'torchvision'": "torch", "'timm'": "torch"}


def pytest_addoption(parser):
    """The option that a plain run of one test does without."""
    parser.addoption(
        "--status", metavar="FILE", help="measure lectures, and add to this board"
    )


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item, nextitem):
    """Measure a lecture's kernel after its last cell; fail where it costs too much."""
    path, found = Path(item.fspath), None
    ends = nextitem is None or nextitem.parent is not item.parent
    kernel = getattr(item.parent, "kernel", None)
    if item.config.option.status and ends and kernel and path.parent.name == "lectures":
        found = contents(item.parent.nb) | costs(kernel)
        item.user_properties.append((SEEN, ["lectures", path.stem, found]))
    result = yield
    if found and (why := too_much(found, stored(path.parent).get(path.stem))):
        pytest.fail(f"{path.stem} {why}", pytrace=False)
    return result


def contents(notebook):
    """Code cells of a notebook, those whose outputs are compared, and its claims."""
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    passed = {"nbval-ignore-output", "nbval-skip"}
    compared = [
        cell
        for cell in code
        if cell.outputs and not passed & set(cell.metadata.get("tags", []))
    ]
    printed = json.dumps([cell.outputs for cell in code], ensure_ascii=False)
    counts = {"cells": len(code), "compared": len(compared)}
    return counts | {"claims": printed.count("✓")}


def costs(kernel):
    """CPU seconds of a running kernel, the same in loops, and its most memory in GB."""
    process = psutil.Process(kernel.km.provisioner.pid)
    used = process.cpu_times()
    seconds = used.user + used.system + used.children_user + used.children_system
    status = Path(f"/proc/{process.pid}/status")  # on Linux: the most it ever had
    most = process.memory_info().rss
    if status.exists():
        (line,) = [x for x in status.read_text().splitlines() if x.startswith("VmHWM")]
        most = 1024 * int(line.split()[1])
    loops = seconds / loop_seconds()
    return {"seconds": round(seconds), "loops": round(loops, 2), "gb": most / 1e9}


def loop_seconds():
    """CPU seconds of `loop` in a process of its own, beside whatever runs now."""
    command = [sys.executable, "-c", "import status_board; status_board.loop()"]
    threads = dict.fromkeys(("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    printed = subprocess.run(
        command,
        cwd=HERE,
        env=os.environ | threads,  # a thread that waits would be counted
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    return float(printed.splitlines()[-1])


def loop():
    """Work that is always the same; print the CPU seconds it took.

    A lecture traces graphs, moves arrays and convolves them. Machines differ in which
    of these they do fast, so that the loop has some of each.
    """
    random = np.random.default_rng(0)
    x = random.normal(size=(16, 64, 64, 16)).astype("float32")
    kernel = random.normal(size=(144, 32)).astype("float32")
    start = time.process_time()
    seen = {}
    for i in range(4_000_000):  # interpreted Python
        seen[i % 1000] = str(i)
    for _ in range(20):  # a 3 x 3 convolution: all patches, times the kernel
        patches = np.lib.stride_tricks.sliding_window_view(x, (3, 3), axis=(1, 2))
        np.maximum(patches.reshape(-1, 144) @ kernel, 0)
    print(time.process_time() - start)


def stored(folder):
    """Lecture -> loops, as costs.csv beside the lectures has them; {} without one."""
    file = folder / COSTS
    if not file.exists():
        return {}
    return pd.read_csv(file, index_col="lecture")["loops"].to_dict()


def too_much(found, loops):
    """What a lecture costs too much, as the end of a sentence; "" where all is well.

    Args:
        found: what was measured, see `costs`.
        loops: what is stored; None where nothing is.
    """
    if loops and found["loops"] > OVER * loops:
        return (
            f"takes as much of the CPU as {found['loops']:.1f} loops; lectures/{COSTS} "
            f"says {loops:.1f}. Make it faster, or keep what it costs now: "
            "python tools/status_board.py --keep"
        )
    if found["gb"] > MOST_GB:
        return f"takes {found['gb']:.1f} GB of memory; {MOST_GB:.0f} is the most."
    return ""


def pytest_terminal_summary(terminalreporter):
    """Add what this run saw to the board."""
    file = terminalreporter.config.option.status
    if file is None:
        return
    board = read_board(Path(file))
    for report in itertools.chain(*terminalreporter.stats.values()):
        for name, value in getattr(report, "user_properties", []):
            if name == SEEN:
                part, row, values = value
                board.setdefault(part, {}).setdefault(row, {}).update(values)
    board.setdefault("machine", {}).update(machine(terminalreporter))
    with atomic_write(Path(file)) as opened:
        opened.write(json.dumps(board, indent=1, ensure_ascii=False).encode())


def machine(terminalreporter):
    """Mark of `MACHINE` -> whether this run tried it, if it met a test that needs it.

    A part counts as tried only where nothing that needs it was skipped.
    """
    found = {}
    for outcome in ("passed", "failed", "skipped"):
        for report in terminalreporter.getreports(outcome):
            reason = report.longrepr[2] if outcome == "skipped" else ""
            marks = set(MACHINE) & set(getattr(report, "keywords", ()))
            marks |= {mark for need, mark in NEEDS.items() if need in reason}
            state = f"SKIPPED: {reason.removeprefix('Skipped: ')}" if reason else TRIED
            found |= {mark: {"state": state} for mark in marks}
    return found


def read_board(file):
    """The board as the last runs left it: part -> row -> values."""
    return json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}


def tables(board):
    """(title, columns, rows, numbers of the red rows) for each part of the board."""
    yield "Lectures", *lecture_rows(board.get("lectures", {}))
    yield "Networks", *network_rows(board.get("networks", {}))
    yield "Homework", *homework_rows(board.get("homework", {}))
    yield "This machine", *machine_rows(board.get("machine", {}))


def lecture_rows(board):
    """Columns, rows and red rows of the lectures: red are those that cost too much."""
    rows, red = [], []
    known = stored(course_folder() / "lectures")
    for lecture in lectures():
        name, found = lecture.path.stem, board.get(lecture.path.stem)
        full = ", ".join(passed(lecture.path))
        if found is None:
            rows.append([name, *[""] * 4, str(lecture.seconds), "", full])
            continue
        promised = OVER * lecture.seconds
        if too_much(found, known.get(name)) or found["seconds"] > promised:
            red.append(len(rows))
        counts = [str(found[key]) for key in ("cells", "compared", "claims", "seconds")]
        gb = f"{found['gb']:.1f}"
        rows.append([name, *counts, str(lecture.seconds), gb, full])
    columns = ["lecture", "cells", "compared", "claims", "CPU s", "promised", "GB"]
    return [*columns, "rehearsed"], rows, red


def machine_rows(board):
    """Columns, rows and red rows of what tests need of a machine: red is not tried."""
    states = {mark: board.get(mark, {}).get("state", "not run") for mark in MACHINE}
    rows = [[what, states[mark]] for mark, what in MACHINE.items()]
    red = [i for i, state in enumerate(states.values()) if state != TRIED]
    return ["needed", "state"], rows, red


def network_rows(board):
    """Columns, rows and red rows of the networks: counts, and distance from a twin."""
    columns = ["network", "parameters", "multiply-adds", "largest difference, twin"]
    rows = [
        [
            name,
            *(f"{found[key]:,}" if key in found else "" for key in COUNTS),
            f"{found['difference']:.0e} {found['twin']}" if "twin" in found else "",
        ]
        for name, found in board.items()
    ]
    return columns, rows, []


def homework_rows(board):
    """Columns, rows and red rows of homework: questions, and answers tried on them."""
    columns = ["homework", "questions", "right answers", "wrong answers"]
    if not board:
        return columns, [], []
    groups = pd.DataFrame(board.values()).groupby("lecture")
    counts = groups.agg(questions=("right", "size"), right=("right", "sum"))
    counts["wrong"] = groups["wrong"].sum()
    rows = [[name, *map(str, row)] for name, *row in counts.itertuples()]
    return columns, rows, []


def keep(board):
    """Write what the lectures cost when they last ran into lectures/costs.csv.

    A lecture that the board does not have keeps what is stored.
    """
    folder = course_folder() / "lectures"
    found = stored(folder)
    found |= {name: row["loops"] for name, row in board.get("lectures", {}).items()}
    names = [lecture.path.stem for lecture in lectures()]
    rows = [{"lecture": name, "loops": found[name]} for name in names if name in found]
    with atomic_write(folder / COSTS) as opened:
        opened.write(pd.DataFrame(rows).to_csv(index=False).encode())


def show(board):
    """Print the tables of a board."""
    from rich.console import Console
    from rich.table import Table

    for title, columns, rows, red in tables(board):
        shown = Table(*columns, title=title, title_justify="left", box=None)
        for i, row in enumerate(rows):
            shown.add_row(*row, style="bold red" if i in red else None)
        Console().print(shown, "")


def main():
    """Print the board, or keep the costs of its lectures."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--keep", action="store_true", help="store what lectures cost")
    options = parser.parse_args()
    file = runs_folder() / "status.json"
    if not file.exists():
        sys.exit(f"There is no {file}: `make test` writes it.")
    board = read_board(file)
    if not options.keep:
        show(board)
    elif board.get("lectures"):
        keep(board)
    else:
        sys.exit(f"{file} has no lecture: `make test` measures them.")


if __name__ == "__main__":
    main()
