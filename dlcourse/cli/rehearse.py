"""What ``dlcourse run --rehearse`` and ``make rehearse`` do: full runs, in minutes.

python -m dlcourse.cli.rehearse 07 08      these lectures; without a number, all
python -m dlcourse.cli.rehearse --third 1  the first, fourth, seventh, … lecture
"""

import argparse
import hashlib
import itertools
import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
import pandas as pd
from filelock import FileLock

from dlcourse.cli.options import stop_told, when_stopped
from dlcourse.course import course_folder, find_lecture, runs_folder
from dlcourse.files import atomic_write
from dlcourse.rehearsal import FLOAT32, GPUS, PASSES
from dlcourse.rehearsal.record import read_record

BUDGET = {"gpu_hours": 24.0, "gpu_gb": 24.0, "host_gb": 16.0}
SECONDS = 3600  # past which the lecture is at fault: whole sets in one pass
KEPT = "rehearsed.csv"
COLUMNS = ["code", "gpu_hours", "gpu_gb", "host_gb", "code_on_gpus"]
ROW = "{:<29} {:<8} {:>6} {:>6} {:>7}  {}"
HEADER = ROW.format("lecture", "pass", "hours", "GPU GB", "host GB", "first failure")


@dataclass
class Result:
    """What a rehearsal of one lecture in one pass found."""

    lecture: str
    kind: str  # one of PASSES
    failures: list = field(default_factory=list)
    hours: float = 0.0  # on one A100, estimated
    gpu: float = 0.0  # GB, estimated
    host: float = 0.0  # GB, measured

    def __str__(self):
        numbers = (f"{self.hours:.2f}", f"{self.gpu:.1f}", f"{self.host:.1f}")
        known = numbers if self.kind == FLOAT32 else ("", "", numbers[2])
        first = self.failures[0] if self.failures else "none: to the end"
        return ROW.format(self.lecture, self.kind, *known, first)


def budget_of(notebook):
    """Hours and GB that a full run may take: in the metadata, else `BUDGET`."""
    return BUDGET | notebook.metadata.get("full", {})


def rehearse(path, kind, parameters=None):
    """Run a lecture's full profile as a rehearsal; gives its `Result`.

    An error ends its cell alone, so that one rehearsal finds as many as it can. What
    the lecture prints lies in runs/rehearsals/, with each cell's seconds and memory.

    Args:
        path: the lecture.
        kind: one of `PASSES`.
        parameters: name -> value, beside PROFILE.
    """
    budget = budget_of(nbformat.read(path, as_version=4))
    printed = runs_folder() / "rehearsals" / f"{path.stem}-{kind}.txt"
    printed.parent.mkdir(parents=True, exist_ok=True)
    values = {"PROFILE": "full"} | (parameters or {})
    command = [sys.executable, "-m", "dlcourse.rehearsal.notebook", str(path)]
    command += [f"{name}={json.dumps(value)}" for name, value in values.items()]
    result = Result(path.stem, kind)
    with tempfile.TemporaryDirectory() as folder, printed.open("wb") as output:
        record = Path(folder) / "record"
        options = {"env": environment(kind, record, budget), "timeout": SECONDS}
        try:
            subprocess.run(command, stdout=output, stderr=output, **options)
        except subprocess.TimeoutExpired:
            result.failures.append(f"takes more than {SECONDS} s")
        add_record(result, record, budget)
    return result


def environment(kind, record, budget):
    """The variables with which a process is a rehearsal."""
    return os.environ | {
        "DLCOURSE_REHEARSE": kind,
        "DLCOURSE_RECORD": str(record),
        "DLCOURSE_HOST_GB": str(budget["host_gb"]),
        "CUDA_VISIBLE_DEVICES": "-1",
        "TQDM_DISABLE": "1",
        "MALLOC_MMAP_THRESHOLD_": "1000000",  # arrays that are let go leave the process
    }


def add_record(result, record, budget):
    """Add to a `Result` what its process has noted, and what passes the budget."""
    found = read_record(record)
    result.hours = sum(each.get("hours", 0) for each in found)
    result.gpu = max((each.get("gpu", 0) for each in found), default=0) / 1e9
    result.host = max((each.get("host", 0) for each in found), default=0) / 1e9
    taken = {"gpu_hours": result.hours, "gpu_gb": result.gpu, "host_gb": result.host}
    for name, number in taken.items():
        if number > budget[name]:
            what = f"{name}: {number:.1f}, and the budget is {budget[name]:g}"
            result.failures.insert(0, what)
    if not any("ended" in each for each in found):
        result.failures.append("the process ended before the last cell")
    result.failures += [each["error"] for each in found if "error" in each]
    sentences = {"outside": "all data outside of", "widget": "behind a slider,"}
    for name, words in sentences.items():
        each = dict.fromkeys(line[name] for line in found if name in line)
        result.failures += [f"{words} {what}" for what in each]


def keep(result, path):
    """Write what a rehearsal counted, and of which code, into the table of lectures."""
    place, code = path.with_name(KEPT), code_digest(path)
    numbers = [round(result.hours, 2), round(result.gpu, 2), round(result.host, 1)]
    row = dict(zip(COLUMNS, [code, *numbers], strict=False))
    if result.kind != FLOAT32:
        row = {"code_on_gpus": code}
    with FileLock(place.with_suffix(".lock")):
        table = kept(path)
        table.loc[path.stem, list(row)] = list(row.values())
        with atomic_write(place) as file:
            table.sort_index().to_csv(file, lineterminator="\n")
    place.with_suffix(".lock").unlink(missing_ok=True)


def kept(path):
    """What rehearsals counted: a row for each lecture in the folder of this one."""
    place = path.with_name(KEPT)
    if not place.exists():
        return pd.DataFrame(columns=COLUMNS, index=pd.Index([], name="lecture"))
    codes = {"code": str, "code_on_gpus": str}
    return pd.read_csv(place, index_col="lecture", dtype=codes).reindex(columns=COLUMNS)


def passed(path):
    """Those of `PASSES` that came to their end with the code a lecture has today."""
    table, code = kept(path), code_digest(path)
    codes = {FLOAT32: table.code, GPUS: table.code_on_gpus}
    return [kind for kind in PASSES if codes[kind].get(path.stem) == code]


def code_digest(path):
    """Of the code of a notebook, whatever its text says."""
    notebook = nbformat.read(path, as_version=4)
    code = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    return hashlib.sha256(json.dumps(code).encode()).hexdigest()[:12]


def expectation(path):
    """What a full run of a lecture will take, as its last rehearsal counted it."""
    number, table = path.stem[:2], kept(path)
    if path.stem not in table.code.dropna():
        budget = budget_of(nbformat.read(path, as_version=4))
        taken = "at most {gpu_hours:g} hours on an A100, {gpu_gb:g} GB".format(**budget)
        source = f"its budget; `dlcourse run {number} --rehearse` counts"
    else:
        row = table.loc[path.stem]
        memory = f"{row.gpu_gb:g}" if row.gpu_gb >= 0.1 else "under 0.1"
        taken = f"about {row.gpu_hours:g} hours on an A100, {memory} GB"
        source = f"estimated by `dlcourse run {number} --rehearse`"
        if row.code != code_digest(path):
            source += ", before its code changed"
    return f"{path.stem}, full: {taken} of its memory ({source})."


def rehearse_all(numbers=(), third=None, passes=PASSES, parameters=None):
    """Rehearse lectures and print the table as it grows; whether all passed."""
    paths = [find_lecture(number) for number in numbers]
    paths = paths or sorted((course_folder() / "lectures").glob("[0-9]*.ipynb"))
    if third:
        paths = paths[third - 1 :: 3]
    print(HEADER, flush=True)
    good = True
    with when_stopped(
        f"lectures/{KEPT} has what came to its end; the last one counts not."
    ):
        for path, kind in itertools.product(paths, passes):
            result = rehearse(path, kind, parameters)
            if not (parameters or result.failures):
                keep(result, path)
            print(result, flush=True)
            for failure in result.failures[1:]:
                print(f"    {failure}", flush=True)
            good = good and not result.failures
    return good


def main():
    """The command line; the exit status is 1 where something failed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("numbers", nargs="*", metavar="NN")
    parser.add_argument("--third", type=int, choices=(1, 2, 3))
    parser.add_argument("--passes", nargs="+", choices=PASSES, default=PASSES)
    chosen = parser.parse_args()
    with stop_told():
        sys.exit(not rehearse_all(chosen.numbers, chosen.third, chosen.passes))


if __name__ == "__main__":
    main()
