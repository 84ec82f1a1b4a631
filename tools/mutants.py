"""Mutation testing: put mistakes into the package, one at a time, and test it.

    python tools/mutants.py --count 300 --seed 7 [--only layers homework]

cosmic-ray finds where a mistake fits and puts it in: a sum becomes a difference, a 3 a
4, a loop runs no time. The sample is seeded. Each mistake meets the test files that
name what its file defines; a test that fails has noticed it. What no test noticed is
printed with the changed line, unless ``equivalent_mutants.toml`` says why it changes
nothing. Every test that noticed something is run once more without any mistake: it must
pass there.

Works in clones of the last commit, one for each job. The exit status is 1 where fewer
than 95 % of the mistakes were noticed.
"""

import argparse
import multiprocessing
import os
import random
import re
import shlex
import subprocess
import sys
import tempfile
import time
import tomllib
from collections import Counter
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parent
PARTS = {
    "datasets": "dlcourse/datasets/**/*.py",
    "training": "dlcourse/training/**/*.py",
    "analysis": "dlcourse/analysis/**/*.py",
    "layers": "dlcourse/layers/**/*.py",
    "homework": "dlcourse/homework/*.py",  # how answers are checked, not the questions
}
WANTED = 0.95  # of the mistakes noticed
SECONDS = 900  # past which the tests are stopped: such a mistake is noticed as well
MOST = 8  # test files for a mistake
EQUIVALENTS = HERE / "equivalent_mutants.toml"
NOTICED, KEPT, EQUIVALENT = "noticed", "NOT NOTICED", "equivalent"
PYTEST = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider"]


def places(files):
    """(path, line, column, kind of mistake) -> the ways to make it, as specifications.

    A name in cosmic-ray such as core/ReplaceBinaryOperator_Add_Sub gives the kind: so
    one plus sign, which can become ten others, is one place.
    """
    from cosmic_ray.commands.init import _all_work_items

    found = {}
    for item in _all_work_items(files, {}):
        (mutation,) = item.mutations
        kind = mutation.operator_name.split("_")[0]
        key = str(mutation.module_path), *mutation.start_pos, kind
        found.setdefault(key, []).append(mutation)
    return found


def sample(found, count, seed):
    """So many places without repetition, and one way to make each mistake."""
    random_ = random.Random(seed)
    keys = random_.sample(sorted(found), min(count, len(found)))
    return [random_.choice(found[key]) for key in keys]


def tests_for(path, definition, root):
    """The test files that name what a file defines, most likely first.

    Behind them those that name what the files define which import from it.

    Args:
        path: the file, relative to ``root``.
        definition: the function or class of the mistake; its tests come first.
        root: the folder of the project.
    """
    module = ".".join(Path(path).with_suffix("").parts)
    users = [
        user
        for user in sorted(root.glob("dlcourse/**/*.py"))
        if f"from {module} import" in user.read_text(encoding="utf-8")
    ]
    own, theirs = defined([root / path]), defined(users)
    words = {
        str(test.relative_to(root)): set(re.findall(r"\w+", test.read_text("utf-8")))
        for test in sorted(root.glob("tests/**/test_*.py"))
    }
    spread = Counter(name for named in words.values() for name in named)

    def told(test):  # a name that few test files have says more
        own_sum, their_sum = (
            sum(1 / spread[name] for name in names & words[test])
            for names in (own, theirs)
        )
        named_so = Path(path).stem in test
        return named_so + (definition in words[test]) + own_sum + their_sum / 10

    ranked = sorted(filter(told, words), key=lambda test: (-told(test), test))
    if not ranked:  # pytest without a file would run all
        raise ValueError(f"{path}: no test file names what it defines.")
    return ranked[:MOST]


def defined(files):
    """The names of functions, classes and constants that files define."""
    pattern = re.compile(r"^(?:(?:def|class) (\w+)|(\w+) =)", re.MULTILINE)
    texts = [file.read_text(encoding="utf-8") for file in files]
    return {a or b for text in texts for a, b in pattern.findall(text)}


def difference(text):
    """The lines of a diff that were changed, without its head."""
    lines = [line for line in text.splitlines() if line[:1] in "+-"]
    return [line for line in lines if line[:3] not in ("+++", "---")]


def is_equivalent(path, changed, known):
    """Whether the list of equivalent mistakes has this one."""
    lines = [(line[0], line[1:].strip()) for line in changed]
    return any(
        row["file"] == path and lines == [("-", row["line"]), ("+", row["becomes"])]
        for row in known
    )


def known_equivalents():
    """The list of equivalent mistakes: [{"file", "line", "becomes", "why"}, …]."""
    return tomllib.loads(EQUIVALENTS.read_text(encoding="utf-8")).get("mutant", [])


def prepare(folder):
    """In a process of its own: a clone to work in, which its tests import."""
    clone = Path(tempfile.mkdtemp(dir=folder))
    subprocess.run(["git", "clone", "--quiet", ROOT, clone], check=True)
    os.chdir(clone)
    os.environ["PYTHONPATH"] = str(clone)
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"


def attempt(mutation, known):
    """Make one mistake, test, take it out: a row of the report."""
    from cosmic_ray.mutating import mutate_and_test

    path = str(mutation.module_path)
    tests = tests_for(path, mutation.definition_name, Path())
    start = time.monotonic()
    result = mutate_and_test([mutation], shlex.join([*PYTEST, *tests]), SECONDS)
    changed = difference(result.diff or "")
    noticed = result.test_outcome is not None and result.test_outcome.value == "killed"
    row = {"path": path, "line": mutation.start_pos[0], "changed": changed}
    row |= {"tests": tests, "seconds": time.monotonic() - start}
    row["by"] = re.findall(r"^(?:FAILED|ERROR) (\S+)", result.output, re.MULTILINE)
    equivalent = not noticed and is_equivalent(path, changed, known)
    row["outcome"] = NOTICED if noticed else EQUIVALENT if equivalent else KEPT
    return row


def pass_without(tests):
    """The tests of these that fail without a mistake."""
    command = [*PYTEST, "-rfE", *sorted(tests)]
    command.remove("-x")
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    return set(re.findall(r"^(?:FAILED|ERROR) (\S+)", done.stdout, re.MULTILINE))


def report(row):
    """One mistake as text: a line, and what was changed where it was not noticed."""
    by = row["by"][0] if row["by"] else "the time" if row["outcome"] == NOTICED else ""
    head = f"{row['outcome']:<11} {row['seconds']:4.0f} s  {row['path']}:{row['line']}"
    told = f"{head}  {by}"
    if row["outcome"] == KEPT:
        told = "\n    ".join(
            [head, *row["changed"], "tests: " + " ".join(row["tests"])]
        )
    return told


def run(mutations, jobs, known):
    """Try all; yields a row for each as it ends."""
    with tempfile.TemporaryDirectory() as folder:
        spawn = multiprocessing.get_context("spawn")
        options = {"initializer": prepare, "initargs": (folder,), "mp_context": spawn}
        with ProcessPoolExecutor(jobs, **options) as pool:
            pending = [pool.submit(attempt, one, known) for one in mutations]
            for done in as_completed(pending):
                yield done.result()


def main(arguments=None):
    """Sample, try, report; returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--only", nargs="+", choices=PARTS, default=list(PARTS))
    chosen = parser.parse_args(arguments)
    os.chdir(ROOT)
    files = [path for part in chosen.only for path in sorted(Path().glob(PARTS[part]))]
    found = places(files)
    known = known_equivalents()
    print(f"{chosen.count} of {len(found)} places, --seed {chosen.seed}", flush=True)
    rows = []
    for row in run(sample(found, chosen.count, chosen.seed), chosen.jobs, known):
        rows.append(row)
        print(report(row), flush=True)
    return judge(rows, pass_without({test for row in rows for test in row["by"]}))


def judge(rows, broken):
    """Print the sums; 0 where enough was noticed, by tests that pass otherwise."""
    count = {kind: sum(row["outcome"] == kind for row in rows) for kind in OUTCOMES}
    share = count[NOTICED] / max(count[NOTICED] + count[KEPT], 1)
    print(", ".join(f"{count[kind]} {kind.lower()}" for kind in OUTCOMES), end=": ")
    print(f"{share:.1%} of those that change anything")
    for test in sorted(broken):
        print(f"{test} fails without any mistake: mend it, and try again.")
    return int(share < WANTED or bool(broken))


OUTCOMES = (NOTICED, KEPT, EQUIVALENT)

if __name__ == "__main__":
    sys.exit(main())
