"""Every comparison with others, as ratios: ``make bench``.

    python benchmarks/run.py [--steps 20] [--only WORD ...] [--out docs/bench.md]

Each side is a process of its own. Both take turns, one step each, so that they meet the
same machine; the first who steps changes from pair to pair. A ratio is our time by
theirs: above 1, ours is slower. Its spread is that of the middle half of the pairs. The
numbers go into a JSON file beside the table. What is not installed is said, not left
out.
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path

HERE = Path(__file__).parent
ZOO = ("ResNet-50", "DenseNet-121", "Inception v3", "Xception", "VGG-D")
JAX = ("LeNet-5, dense", "ResNet-20", "ResNet-50", "DenseNet-121", "Xception", "VGG-D")
DLCOURSE = str(Path(sys.executable).with_name("dlcourse"))
STARTS = {  # what is started, and beside what
    "dlcourse --help": ([DLCOURSE, "--help"], [sys.executable, "-c", "import typer"]),
    "dlcourse models": ([DLCOURSE, "models"], [sys.executable, "-c", "import typer"]),
}


class Worker:
    """A process that does one side's work once whenever it is asked."""

    def __init__(self, what, name, python=sys.executable, **environment):
        self.process = subprocess.Popen(
            [python, str(HERE / "worker.py"), what, name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env=os.environ | environment,
        )
        if self.process.stdout.readline() != "ready\n":
            self.stop()
            raise RuntimeError(f"benchmarks/worker.py {what} {name} has failed.")

    def seconds(self):
        """Of one piece of work."""
        print(file=self.process.stdin, flush=True)
        return float(self.process.stdout.readline())

    def stop(self):
        """End the process."""
        self.process.stdin.close()
        self.process.wait()


class Command:
    """A command that is started anew each time."""

    def __init__(self, words):
        self.words = words
        self.seconds()

    def seconds(self):
        """From its start to its end."""
        start = time.perf_counter()
        subprocess.run(self.words, check=True, stdout=subprocess.DEVNULL)
        return time.perf_counter() - start

    def stop(self):
        """Nothing is left running."""


def comparisons(torch_python):
    """(what, name, function that starts both sides, or the reason why it cannot)."""
    for name in ZOO:
        yield "training step: keras.applications", name, pair("ours", "twin", name)
    why = None if torch_python else "PyTorch is not installed here (--torch PYTHON)."
    torch = pair("ours", "torch", "ResNet-20", python=torch_python)
    yield "training step: plain PyTorch", "ResNet-20", why or torch
    for name in JAX:
        why = None if find_spec("jax") else "JAX is not installed here."
        jax = pair("ours", "ours", name, KERAS_BACKEND="jax")
        yield "training step: Keras on JAX", name, why or jax
    pictures = pair("our pictures", "their pictures", "")
    yield "JPEG files: image_dataset_from_directory", "256 x 192", pictures
    for name, words in STARTS.items():
        yield f"start: {words[1][-1]}", name, lambda w=words: tuple(map(Command, w))


def pair(ours, theirs, name, python=None, **environment):
    """A function that starts both sides."""

    def start():
        first = Worker(ours, name)
        try:
            return first, Worker(theirs, name, python or sys.executable, **environment)
        except RuntimeError:
            first.stop()
            raise

    return start


def measured(start, steps):
    """The ratios of so many pairs, in order."""
    sides = start()
    ratios = []
    try:
        for number in range(steps):
            order = (0, 1) if number % 2 else (1, 0)
            seconds = {side: sides[side].seconds() for side in order}
            ratios.append(seconds[0] / seconds[1])
    finally:
        for side in sides:
            side.stop()
    return ratios


def row(what, name, start, steps):
    """One comparison as a dictionary for the JSON file."""
    entry = {"what": what, "name": name}
    if isinstance(start, str):
        return entry | {"absent": start}
    try:
        ratios = measured(start, steps)
    except RuntimeError as error:
        return entry | {"absent": str(error)}
    low, middle, high = statistics.quantiles(ratios, n=4)
    return entry | {"ratio": middle, "low": low, "high": high, "ratios": ratios}


def as_table(rows, steps):
    """The page docs/bench.md."""
    lines = [
        "# Our time by that of others",
        "",
        "`make bench` writes this page: the median of pairs that took turns, each side",
        "in a process of its own, and the middle half of the ratios. Above 1, ours is",
        "slower.",
        "",
        f"{platform.machine()}, {os.cpu_count()} cores, {steps} pairs.",
        "",
        "| beside | | ratio | middle half |",
        "|---|---|---|---|",
    ]
    for entry in rows:
        start = f"| {entry['what']} | {entry['name']} |"
        if "absent" in entry:
            lines.append(f"{start} | {entry['absent']} |")
        else:
            spread = f"{entry['low']:.2f} … {entry['high']:.2f}"
            lines.append(f"{start} {entry['ratio']:.2f} | {spread} |")
    return "\n".join(lines) + "\n"


def main():
    """Measure, print, and write table and numbers."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--steps", type=int, default=20, help="pairs, at least 2")
    parser.add_argument("--only", nargs="*", default=[], help="parts of names")
    parser.add_argument("--out", type=Path, default=Path("docs/bench.md"))
    parser.add_argument("--torch", help="a Python that has PyTorch")
    arguments = parser.parse_args()
    torch_python = arguments.torch or (find_spec("torch") and sys.executable)
    rows = []
    for what, name, start in comparisons(torch_python):
        words = f"{what} {name}"
        if all(word in words for word in arguments.only):
            rows.append(row(what, name, start, arguments.steps))
            print(words, rows[-1].get("ratio", rows[-1].get("absent")), flush=True)
    if not rows:
        parser.error(f"--only {' '.join(arguments.only)}: nothing has that name.")
    arguments.out.write_text(as_table(rows, arguments.steps), encoding="utf-8")
    numbers = arguments.out.with_suffix(".json")
    numbers.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
