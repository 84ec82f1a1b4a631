"""Every comparison with others, as ratios: ``make bench``.

    python benchmarks/run.py [--steps 20] [--only WORD ...] [--torch PYTHON]
    python benchmarks/run.py --page      write the page from the numbers that are there

Each side is a process of its own. Both take turns of a third of a second, or of one
step where it takes longer, so that they meet the same machine; the first who steps
changes from pair to pair. A ratio is our time by theirs: above 1, ours is slower. Its
spread is that of the middle half of the pairs. The numbers go into a JSON file beside
the table; what is not measured this time stays as it was there. What is not installed
is said, not left out.
"""

import argparse
import csv
import datetime
import functools
import gzip
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import worker

HERE = Path(__file__).parent
PEERS = ("LeNet-5, dense", "ResNet-20", "ResNet-50", "VGG-D", "DenseNet-121")
PEERS += ("Xception", "ShuffleNet 1x, g=3")
GROUPED = ("ShuffleNet 1x, g=3", "RegNetX-400MF", "ResNeXt-50 32x4d")
NORMALIZED = ("ResNet-20", "ResNet-50", "DenseNet-121", "Xception")
TRIED = {  # our step, done in another way: the worker's word
    "Keras's own layers": "keras layers",
    "ours in XLA": "xla",
    "ours, one operation at a time": "one at a time",
}
BESIDE = {  # what stands on the other side
    "step: keras.applications": "a training step of the same network there. ConvNeXt's "
    "depthwise convolutions are grouped ones there, which TensorFlow does slowly.",
    "step: PyTorch": "of the same network in plain PyTorch, with as many weights.",
    "small step: PyTorch": "the same, with batches of 4: what a step takes whatever it "
    "works on, the update of all weights above all, counts for four times as much.",
    "step: Keras on JAX": "of our network on JAX.",
    "step: Keras's own layers": "of our network with Keras's batch normalization and "
    "grouped convolutions, not those of `dlcourse/layers/fast.py`: what these gain.",
    "step: ours in XLA": "of our network, compiled as a whole; tried, not used.",
    "step: ours, one operation at a time": "of our network, where TensorFlow's "
    "operations wait for each other; tried, not used.",
    "operation: product of matrices": "an operation of a large product, the fastest "
    "that the machine can do; ours is one of a training step.",
    "pipeline: image_dataset_from_directory": "Keras's pipeline, from the same files.",
    "pipeline: DataLoader": "PyTorch's, with two processes.",
    "dlcourse train: PyTorch script": "the usual script from start to end, with the "
    "same pictures and batches, and much the same rate, crops and flips.",
    "kernel to first figure: Keras, sklearn, pandas": "a notebook that imports these "
    "and draws; ours imports what a lecture does.",
    "start: import typer": "Python, when it has imported what makes a command of it.",
}
BEHIND = {  # why ours is slower; shares are those of TensorFlow's profiler
    ("step: PyTorch", "VGG-D"): "a sixth of the step is the update of 34 million "
    "weights, which Keras's SGD does in two operations, PyTorch's in one.",
    ("step: PyTorch", "ShuffleNet 1x, g=3"): "TensorFlow convolves groups one by one; "
    "splitting and joining them takes a sixth of the step. XLA, as Keras does, takes "
    "longer.",
    ("step: ours in XLA", "RegNetX-400MF"): "XLA needs 17 s longer for the first "
    "step, which 190 later ones make up for. What it does better here was not found; "
    "the other networks are slower in it.",
    ("small step: PyTorch", "DenseNet-121, batches of 4"): "a step has 1,800 "
    "operations, and with 4 images each of them is short.",
    ("small step: PyTorch", "Xception, batches of 4"): "a sixteenth of the step is "
    "the update of 23 million weights.",
    ("dlcourse train: PyTorch script", "3,200 PNG files, 2 epochs"): "TensorFlow's "
    "import, the recording of the graphs, a look at each file before the training, and "
    "the report take some ten seconds, however long the training is.",
}
SMALL = ("ResNet-50", "DenseNet-121", "Xception")
SHARES = ("ResNet-20", "ResNet-50", "VGG-D", "DenseNet-121", "Xception")
PYTHON = sys.executable
DLCOURSE = str(Path(PYTHON).with_name("dlcourse"))
STARTS = {  # what is started, and beside what
    "dlcourse --help": ([DLCOURSE, "--help"], [PYTHON, "-c", "import typer"]),
    "dlcourse models": ([DLCOURSE, "models"], [PYTHON, "-c", "import typer"]),
}
TRAIN = (DLCOURSE, "train", "ResNet-20", "--recipe", "ResNet, CIFAR", "--out", "{new}")
FASHION = Path("/usr/share/datasets/fashion-mnist")  # Debian's dataset-fashion-mnist


class Comparison(NamedTuple):
    """Our side and another."""

    what: str
    name: str
    start: object  # a function that starts both sides, or the reason why it cannot
    work: object = None  # a function: operations of our side over those of the other


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
        """From its start to its end; "{new}" stands for a folder of its own."""
        with tempfile.TemporaryDirectory() as folder:
            words = [word.replace("{new}", f"{folder}/out") for word in self.words]
            start = time.perf_counter()
            done = subprocess.run(words, capture_output=True, text=True)
            seconds = time.perf_counter() - start
        if done.returncode:
            lines = done.stderr.strip().splitlines() or ["It printed no reason."]
            raise RuntimeError(f"The command failed: {lines[-1]}")
        return seconds

    def stop(self):
        """Nothing is left running."""


def twins():
    """The networks that keras.applications has too."""
    from dlcourse.models.catalog import NETWORKS

    return [row.name for row in NETWORKS if row.twin]


def comparisons(torch_python):
    """Everything that is compared."""
    no_torch = (
        None if torch_python else "PyTorch is not installed here (--torch PYTHON)."
    )
    no_jax = None if find_spec("jax") else "JAX is not installed here."

    def beside_torch(ours, theirs, name=""):
        return no_torch or pair(ours, theirs, name, python=torch_python)

    for name in twins():
        yield Comparison("step: keras.applications", name, pair("ours", "twin", name))
    for name in PEERS:
        yield Comparison("step: PyTorch", name, beside_torch("ours", "torch", name))
    for name in (f"{network}, batches of 4" for network in SMALL):
        yield Comparison(
            "small step: PyTorch", name, beside_torch("ours", "torch", name)
        )
    for name in PEERS:
        jax = no_jax or pair("ours", "ours", name, KERAS_BACKEND="jax")
        yield Comparison("step: Keras on JAX", name, jax)
    for beside, word in TRIED.items():
        for name in NORMALIZED + GROUPED:
            yield Comparison(f"step: {beside}", name, pair("ours", word, name))
    for name in SHARES:
        product = pair("ours", "product", name)
        work = functools.partial(worker.operations, name)
        yield Comparison("operation: product of matrices", name, product, work)
    files = pair("our pictures", "their pictures", "")
    yield Comparison("pipeline: image_dataset_from_directory", "JPEG files", files)
    files = beside_torch("our pictures", "torch pictures")
    yield Comparison("pipeline: DataLoader", "JPEG files", files)
    changes = beside_torch("our changes", "torch changes")
    yield Comparison("pipeline: DataLoader", "flips and shifts", changes)
    for name, started in TRAININGS.items():
        script = no_torch or functools.partial(started, torch_python)
        yield Comparison("dlcourse train: PyTorch script", name, script)
    figures = [
        [PYTHON, str(HERE / "first_figure.py"), one] for one in ("ours", "keras")
    ]
    figure = lambda: tuple(map(Command, figures))  # noqa: E731
    yield Comparison("kernel to first figure: Keras, sklearn, pandas", "LeNet", figure)
    for name, words in STARTS.items():
        yield Comparison(
            f"start: {words[1][-1]}", name, lambda w=words: tuple(map(Command, w))
        )


def of_fashion(torch_python):
    """Our command and the PyTorch script, one epoch on Fashion-MNIST.

    Ours takes the data as TFDS prepares them in the folder of DLCOURSE_DATA.
    """
    if not FASHION.is_dir():
        raise RuntimeError("Fashion-MNIST is not there: dataset-fashion-mnist.")
    folder = Path(tempfile.gettempdir(), "dlcourse-bench-fashion")
    unpacked = folder / "FashionMNIST/raw"
    unpacked.mkdir(parents=True, exist_ok=True)
    for path in FASHION.glob("*.gz"):
        (unpacked / path.stem).write_bytes(gzip.decompress(path.read_bytes()))
    ours = [*TRAIN, "fashion_mnist", "--epochs", "1", "--image-size", "28"]
    return Command(ours), script(torch_python, folder, 1)


def of_a_folder(torch_python):
    """Our command and the PyTorch script, two epochs on one folder of PNG files."""
    folder = Path(tempfile.gettempdir(), "dlcourse-bench-pictures")
    pictures(folder)
    ours = [*TRAIN, str(folder), "--epochs", "2", "--image-size", "32"]
    return Command(ours), script(torch_python, folder, 2)


def script(torch_python, folder, epochs):
    """The PyTorch script."""
    words = [torch_python, str(HERE / "plain_torch.py"), str(folder), "--epochs"]
    return Command([*words, str(epochs)])


TRAININGS = {
    "60,000 pictures of Fashion-MNIST, 1 epoch": of_fashion,
    "3,200 PNG files, 2 epochs": of_a_folder,
}


def pictures(folder, count=4000, classes=10):
    """A folder for each class of PNG files of 32 x 32 pixels; made once."""
    import numpy as np
    from PIL import Image

    if folder.exists():
        return
    made = folder.with_name(f"{folder.name}.{os.getpid()}")
    draw = np.random.default_rng(0)
    means = draw.integers(0, 256, (classes, 32, 32, 3))
    for number in range(count):
        place = made / f"class {number % classes}"
        place.mkdir(parents=True, exist_ok=True)
        noisy = means[number % classes] + draw.normal(0, 60, (32, 32, 3))
        picture = Image.fromarray(noisy.clip(0, 255).astype("uint8"))
        picture.save(place / f"{number}.png")
    shutil.move(made, folder)


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


def row(comparison, steps):
    """One comparison as a dictionary for the JSON file."""
    what, name, start, work = comparison
    entry = {"what": what, "name": name}
    if isinstance(start, str):
        return entry | {"absent": start}
    try:
        operations = work() if work else 1
        ratios = [ratio / operations for ratio in measured(start, steps)]
    except RuntimeError as error:
        return entry | {"absent": str(error)}
    low, middle, high = statistics.quantiles(ratios, n=4)
    numbers = {"ratio": middle, "low": low, "high": high, "ratios": ratios}
    return entry | numbers | {"machine": machine(), "date": str(datetime.date.today())}


def machine():
    """The processor and its cores, in words."""
    name = platform.machine()
    cpus = Path("/proc/cpuinfo")
    if cpus.exists():
        lines = cpus.read_text(encoding="utf-8").splitlines()
        models = [line.split(":")[1] for line in lines if "model name" in line]
        name = " ".join([*models[:1], name]).strip()
    return f"{name}, {os.cpu_count()} cores"


def as_table(rows):
    """The page docs/bench.md."""
    machines = sorted({entry["machine"] for entry in rows if "machine" in entry})
    kinds = {entry["what"] for entry in rows}
    lines = [
        "# Our time by that of others",
        "",
        "`make bench` writes this page: the median of pairs that took turns, each side",
        "in a process of its own, and the middle half of the ratios. Above 1, ours is",
        "slower. On the other side is:",
        "",
        *(f"- {what}: {told}" for what, told in BESIDE.items() if what in kinds),
        "",
        *(f"Measured on: {one}." for one in machines),
        "",
        "| beside | | ratio | middle half | pairs | on |",
        "|---|---|---|---|---|---|",
    ]
    for entry in rows:
        start = f"| {entry['what']} | {entry['name']} |"
        if "absent" in entry:
            lines.append(f"{start} | {entry['absent']} | | |")
        else:
            spread = f"{entry['low']:.2f} … {entry['high']:.2f}"
            told = f"{spread} | {len(entry['ratios'])} | {entry['date']}"
            lines.append(f"{start} {entry['ratio']:.2f} | {told} |")
    ratios = {(row["what"], row["name"]): row.get("ratio", 0) for row in rows}
    slow = [key for key in BEHIND if ratios.get(key, 0) > 1.05]
    lines += ["", "Where ours is behind others, and why:", ""] if slow else []
    lines += [f"- {what}, {name}: {BEHIND[what, name]}" for what, name in slow]
    return "\n".join([*lines, "", *summary(rows), *lecture_costs()])


def summary(rows):
    """Lines on the median of each kind."""
    found = {}
    for entry in rows:
        if "ratio" in entry:
            found.setdefault(entry["what"], []).append(entry["ratio"])
    lines = ["| beside | networks | median | largest |", "|---|---|---|---|"]
    for what, ratios in found.items():
        if len(ratios) > 1:
            middle = statistics.median(ratios)
            lines.append(
                f"| {what} | {len(ratios)} | {middle:.2f} | {max(ratios):.2f} |"
            )
    return [*lines, ""]


def lecture_costs():
    """Lines on what each lecture took, as tools/status_board.py kept it."""
    with open(HERE.parent / "lectures/costs.csv", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    lines = [
        "What the lectures take in the quick profile, measured by a test run in which",
        "two of them ran at a time (`make status` has your last run):",
        "",
        "| lecture | CPU seconds | GB at most |",
        "|---|---|---|",
    ]
    for row in rows:
        seconds, gb = float(row["seconds"]), float(row["gb"])
        lines.append(f"| {row['lecture']} | {seconds:.0f} | {gb:.1f} |")
    return [*lines, ""]


def merged(rows, new, order):
    """The rows of before, with those that were measured anew in their places."""
    found = {(entry["what"], entry["name"]): entry for entry in rows}
    for entry in new:
        key = entry["what"], entry["name"]
        if "absent" not in entry or "ratio" not in found.get(key, {}):
            found[key] = entry
    return [found[key] for key in order if key in found]


def main():
    """Measure, print, and write table and numbers after each comparison."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--steps", type=int, default=20, help="pairs, at least 2")
    parser.add_argument("--only", nargs="*", default=[], help="parts of names")
    parser.add_argument("--out", type=Path, default=Path("docs/bench.md"))
    parser.add_argument("--torch", help="a Python that has PyTorch")
    parser.add_argument("--page", action="store_true", help="only write the page anew")
    arguments = parser.parse_args()
    if arguments.steps < 2:
        parser.error("--steps: at least 2 pairs, or there is no spread.")
    if not arguments.out.absolute().parent.is_dir():
        parser.error(f"--out: there is no folder {arguments.out.parent}.")
    torch_python = arguments.torch or (find_spec("torch") and PYTHON)
    numbers = arguments.out.with_suffix(".json")
    rows = json.loads(numbers.read_text(encoding="utf-8")) if numbers.exists() else []
    if arguments.page:
        if not rows:
            parser.error(f"--page: {numbers} has no numbers yet; measure without it.")
        arguments.out.write_text(as_table(rows), encoding="utf-8")
        return
    everything = list(comparisons(torch_python))
    order = [(one.what, one.name) for one in everything]
    wanted = [
        one
        for one in everything
        if all(word in f"{one.what} {one.name}" for word in arguments.only)
    ]
    if not wanted:
        parser.error(f"--only {' '.join(arguments.only)}: nothing has that name.")
    for one in wanted:
        new = row(one, arguments.steps)
        print(one.what, one.name, new.get("ratio", new.get("absent")), flush=True)
        rows = merged(rows, [new], order)
        arguments.out.write_text(as_table(rows), encoding="utf-8")
        numbers.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
