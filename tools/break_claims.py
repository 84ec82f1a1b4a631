"""Show that claims can fail: change lines of a lecture, and see its claims fall.

    python tools/break_claims.py 05 17

``broken_claims.toml``, beside this file, has for each lecture some of its claims, and
for each the smallest change of the lecture's code that should make it fail: what to
find in one of its code cells, and what to put there. The changes of a lecture stand in
different sections and are made in one run, in a process of its own. Prints a line for
each; the exit status is 1 where a claim held all the same or was not reached. Without
numbers it takes all lectures, for half an hour.
"""

import json
import multiprocessing
import sys
import tempfile
import tomllib
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from try_claims import run

HERE = Path(__file__).parent
LECTURES = HERE.parent / "lectures"


def changes(file=HERE / "broken_claims.toml"):
    """The changes of each lecture, by its number: [{"claim", "find", "put"}, …]."""
    return tomllib.loads(file.read_text(encoding="utf-8"))


def changed(notebook, find, put):
    """The notebook with one text of one code cell replaced; ValueError without it."""
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    counts = ["".join(cell["source"]).count(find) for cell in code]
    if sum(counts) != 1:
        raise ValueError(f"{find!r} stands {sum(counts)} times in the code, not once")
    cell = code[counts.index(1)]
    cell["source"] = "".join(cell["source"]).replace(find, put)
    return notebook


def outcomes(path, rows):
    """How the claim of each change ends: "fails" is how it should.

    The changed copy lies elsewhere, and finds the tables of ``experiments/`` there.
    """
    notebook = json.loads(path.read_text(encoding="utf-8"))
    for row in rows:
        notebook = changed(notebook, row["find"], row["put"])
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder, "lectures", path.name)
        copy.parent.mkdir()
        Path(folder, "experiments").symlink_to(HERE.parent / "experiments")
        copy.write_text(json.dumps(notebook), encoding="utf-8")
        claims, stopped = run(copy, 0, {})
    held = {text: holds for text, holds, _ in reversed(claims)}  # the first of a text
    ends = {True: "HOLDS all the same", False: "fails", None: f"not reached; {stopped}"}
    return [ends[held.get(row["claim"])] for row in rows]


def main(numbers):
    """Run the lectures with their changes, print each, return the exit status."""
    wanted = {n: rows for n, rows in changes().items() if not numbers or n in numbers}
    options = {"mp_context": multiprocessing.get_context("spawn")}
    found = []
    with ProcessPoolExecutor(1, max_tasks_per_child=1, **options) as pool:
        for number, rows in wanted.items():
            (path,) = LECTURES.glob(f"{number}_*.ipynb")
            ends = pool.submit(outcomes, path, rows).result()
            for row, end in zip(rows, ends, strict=True):
                print(f"{number}  {row['claim']}")
                print(f"    {row['find']!r} -> {row['put']!r}: {end}", flush=True)
            found += ends
    print(f"{found.count('fails')} of {len(found)} claims fail in a changed lecture.")
    return int(set(found) != {"fails"})


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
