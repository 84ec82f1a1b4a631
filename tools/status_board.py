"""The status board: what the test runs found of lectures, networks and homework.

    python tools/status_board.py            print it (make status)
    python tools/status_board.py --keep     store what the lectures cost

It is a plugin of pytest, too: ``pytest -p status_board --status FILE`` measures what
each lecture costs, gathers what tests record as ``status``, and writes the file, which
keeps the rows of earlier runs. Nothing in it is written by hand.

What a lecture costs are its CPU seconds over those that lectures/costs.csv has. A run
fails where one costs half as much again, beside what the lectures that ended shortly
before and after it cost: a slow machine, or hour, is slow for them, too. A lecture that
takes more than 3 GB fails by itself.
"""

import argparse
import itertools
import json
import statistics
import sys
import time
from pathlib import Path

import pandas as pd
import psutil
import pytest

from dlcourse.cli.rehearse import passed
from dlcourse.course import course_folder, lectures, runs_folder
from dlcourse.files import atomic_write

HERE = Path(__file__).parent
COSTS = "costs.csv"  # beside the lectures: what they cost when that was last kept
OVER = 1.5  # times what is stored, beside the neighbours; or what is promised
NEIGHBOURS = 4
TIMES = pytest.StashKey[dict]()  # what `times_stored` found in this run
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
    """Measure a lecture's kernel after its last cell; fail where it takes too much."""
    path, found = Path(item.fspath), None
    ends = nextitem is None or nextitem.parent is not item.parent
    kernel = getattr(item.parent, "kernel", None)
    if item.config.option.status and ends and kernel and path.parent.name == "lectures":
        found = contents(item.parent.nb) | costs(kernel) | {"ended": time.time()}
        known = costs_table(path.parent)["seconds"]
        if path.stem in known:
            found["stored"] = float(known[path.stem])
        item.user_properties.append((SEEN, ["lectures", path.stem, found]))
    result = yield
    if found and found["gb"] > MOST_GB:
        much = f"{found['gb']:.1f} GB of memory; {MOST_GB:.0f} is the most."
        pytest.fail(f"{path.stem} takes {much}", pytrace=False)
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
    """CPU seconds of a running kernel, and its most memory in GB."""
    process = psutil.Process(kernel.km.provisioner.pid)
    used = process.cpu_times()
    seconds = used.user + used.system + used.children_user + used.children_system
    status = Path(f"/proc/{process.pid}/status")  # on Linux: the most it ever had
    most = process.memory_info().rss
    if status.exists():
        (line,) = [x for x in status.read_text().splitlines() if x.startswith("VmHWM")]
        most = 1024 * int(line.split()[1])
    return {"seconds": round(seconds, 1), "gb": most / 1e9}


def costs_table(folder):
    """CPU seconds and GB of lectures, from costs.csv beside them; empty without it."""
    file = folder / COSTS
    if not file.exists():
        return pd.DataFrame(columns=["seconds", "gb"])
    return pd.read_csv(file, index_col="lecture")


def times_stored(board):
    """Lecture -> how many times as much as stored it costs, its neighbours being 1.

    Its neighbours are the lectures that ended just before and after it. What is slow
    for them, too, is the machine. A lecture with fewer than two is not compared.

    Args:
        board: lecture -> what one run measured, see `costs`.
    """
    run = sorted(board, key=lambda name: board[name]["ended"])
    run = [name for name in run if "stored" in board[name]]
    ratios = {name: board[name]["seconds"] / board[name]["stored"] for name in run}
    found = {}
    for i, name in enumerate(run):
        near = sorted(range(len(run)), key=lambda j: abs(i - j))[1 : NEIGHBOURS + 1]
        if len(near) > 1:
            here = statistics.median(ratios[run[j]] for j in near)
            found[name] = round(ratios[name] / here, 2)
    return found


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session):
    """Add what this run saw to the board; fail where a lecture costs too much."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    file = session.config.option.status
    if file is None or hasattr(session.config, "workerinput"):  # one of several
        return
    seen = {}
    for report in itertools.chain(*reporter.stats.values()):
        for name, value in getattr(report, "user_properties", []):
            if name == SEEN:
                part, row, values = value
                seen.setdefault(part, {}).setdefault(row, {}).update(values)
    times = times_stored(seen.get("lectures", {}))
    for name, found in seen.get("lectures", {}).items():
        found["times"] = times.get(name)
    if any(value > OVER for value in times.values()):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
    session.config.stash[TIMES] = times
    board = read_board(Path(file))
    for part, rows in (seen | {"machine": machine(reporter)}).items():
        for row, values in rows.items():
            board.setdefault(part, {}).setdefault(row, {}).update(values)
    with atomic_write(Path(file)) as opened:
        opened.write(json.dumps(board, indent=1, ensure_ascii=False).encode())


def pytest_terminal_summary(terminalreporter):
    """Name the lectures for which this run fails."""
    for name, times in terminalreporter.config.stash.get(TIMES, {}).items():
        if times > OVER:
            terminalreporter.write_line(
                f"FAILED {name} costs {times:.2f} times the CPU seconds in "
                f"lectures/{COSTS}, beside the lectures that ended near it. Make it "
                "faster, or keep what it costs: python tools/status_board.py --keep",
                red=True,
            )


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
    for lecture in lectures():
        name, found = lecture.path.stem, board.get(lecture.path.stem)
        full = ", ".join(passed(lecture.path))
        if found is None:
            rows.append([name, *[""] * 4, str(lecture.seconds), "", "", full])
            continue
        times = found.get("times") or 0  # none where it ran alone
        promised = OVER * lecture.seconds
        if times > OVER or found["gb"] > MOST_GB or found["seconds"] > promised:
            red.append(len(rows))
        counts = [str(found[key]) for key in ("cells", "compared", "claims")]
        seconds = [f"{found['seconds']:.0f}", str(lecture.seconds)]
        ratio = f"{times:.2f}" if times else ""
        rows.append([name, *counts, *seconds, ratio, f"{found['gb']:.1f}", full])
    columns = ["lecture", "cells", "compared", "claims", "CPU s", "promised"]
    return [*columns, "times", "GB", "rehearsed"], rows, red


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
    found = costs_table(folder).T.to_dict()
    for name, row in board.get("lectures", {}).items():
        found[name] = {"seconds": row["seconds"], "gb": round(row["gb"], 2)}
    names = [lecture.path.stem for lecture in lectures() if lecture.path.stem in found]
    table = pd.DataFrame([{"lecture": name} | found[name] for name in names])
    with atomic_write(folder / COSTS) as opened:
        opened.write(table.to_csv(index=False).encode())


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
