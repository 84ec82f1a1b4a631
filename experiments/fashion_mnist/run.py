"""Train a network on Fashion-MNIST, and add its error to results.csv.

    python experiments/fashion_mnist/run.py ResNet-20 --seed 0

The same command goes on after an interruption. The error is that of the last epoch, on
the 10,000 test pictures. With --validation a tenth of the training pictures is kept for
the error: what is chosen, is chosen by that.
"""

import argparse
import csv
import math
import os
import shlex
import sys
import time
from importlib.metadata import version
from pathlib import Path

import keras
import page
from networks import NETWORKS

from dlcourse import datasets, training
from dlcourse.analysis.timing import processor
from dlcourse.course import runs_folder

HERE = Path(__file__).parent


class Clock(keras.callbacks.Callback):
    """Adds a line to a CSV file for each epoch: its seconds, and those of the CPU."""

    def __init__(self, path):
        super().__init__()
        self.path = path

    def on_epoch_begin(self, epoch, logs=None):
        self.start = time.perf_counter(), time.process_time()

    def on_epoch_end(self, epoch, logs=None):
        wall, cpu = (
            time.perf_counter() - self.start[0],
            time.process_time() - self.start[1],
        )
        with open(self.path, "a") as file:
            file.write(f"{epoch},{wall:.2f},{cpu:.2f}\n")

    def total(self):
        """Seconds, and CPU seconds, of all epochs; what an interruption cost is out."""
        rows = csv.reader(self.path.read_text().splitlines())
        last = {epoch: (float(wall), float(cpu)) for epoch, wall, cpu in rows}
        return [sum(seconds) for seconds in zip(*last.values(), strict=True)]


def read(dataset, validation, examples):
    """Pairs (images, labels) for training and for the error."""
    parts = ("train[:90%]", "train[90%:]") if validation else ("train", "test")
    (x, y), rest = (datasets.arrays(dataset, part) for part in parts)
    return (x[:examples], y[:examples]), rest


def build(network, data):
    """The network, behind a layer that standardizes pixels where its recipe says so."""
    model = network.build()
    layer = datasets.normalization(data, network.recipe.preprocessing)
    if layer is None:
        return model
    return keras.Sequential([keras.Input(model.input_shape[1:]), layer, model])


def folder_of(name, seed, validation=False):
    """Where the checkpoints, the history and the weights of a run lie."""
    words = [
        name.replace(", ", "-"),
        str(seed),
        *(["validation"] if validation else []),
    ]
    return runs_folder() / "fashion_mnist" / "-".join(words)


def machine():
    """The processor, or the GPU, that trains, by its name."""
    if keras.backend.backend() == "jax":
        import jax

        if jax.default_backend() == "gpu":
            return jax.devices()[0].device_kind
    return processor()


def train(network, seed, data, folder):
    """The trained model, its history, seconds and CPU seconds."""
    keras.utils.set_random_seed(seed)
    recipe = network.recipe
    model = build(network, data)
    epochs = datasets.Epochs(
        data, recipe.batch_size, seed=seed, preprocessing=recipe.preprocessing
    )
    folder.mkdir(parents=True, exist_ok=True)
    clock = Clock(folder / "seconds.csv")
    options = {"seed": seed, "folder": folder, "callbacks": [clock]}
    history = training.fit_recipe(model, recipe, epochs, **options)
    return model, history, clock.total()


def error(model, data, preprocessing):
    """Pictures that are given another class than their own, in percent."""
    batches = datasets.validation_batches(data, 500, preprocessing=preprocessing)
    accuracy = model.evaluate(batches, verbose=0, return_dict=True)["accuracy"]
    return round(100 * (1 - accuracy), 2)


def row(chosen, network, model, size, seconds, found):
    """What results.csv says of a run."""
    wall, cpu = seconds
    epochs = round(network.recipe.epochs)
    return {
        "network": chosen.network,
        "seed": chosen.seed,
        "epochs": epochs,
        "examples": size,
        "part": "validation" if chosen.validation else "test",
        "error": found,
        "parameters": sum(math.prod(w.shape) for w in model.trainable_weights),
        "seconds": round(wall, 2),
        "cpu_seconds": round(cpu, 2),
        "images_per_second": round(epochs * size / wall),
        "machine": machine(),
        "cores": os.process_cpu_count()
        if sys.version_info >= (3, 13)
        else os.cpu_count(),
        "versions": f"keras {keras.__version__}, {keras.backend.backend()} "
        + version(keras.backend.backend()),
        "command": shlex.join(["python", *sys.argv]),
    }


def append(path, values):
    """Add a row to a CSV file, which gets its header with the first one."""
    new = not path.exists()
    with open(path, "a", newline="") as file:
        writer = csv.DictWriter(file, values, lineterminator="\n")
        if new:
            writer.writeheader()
        writer.writerow(values)


def write_log(path, history):
    """The history as a CSV file, a row for each epoch."""
    with open(path, "w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["epoch", *history])
        for epoch, values in enumerate(zip(*history.values(), strict=True), 1):
            writer.writerow([epoch, *(round(value, 5) for value in values)])


def options():
    """What the command line says."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("network", choices=NETWORKS)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--validation", action="store_true")
    parser.add_argument("--dataset", default="fashion_mnist")
    parser.add_argument("--examples", type=int, help="fewer, for a try")
    parser.add_argument("--epochs", type=int, help="the recipe in fewer")
    parser.add_argument("--out", type=Path, default=HERE / "results.csv")
    parser.add_argument("--folder", type=Path, help="of checkpoints; one in runs/")
    return parser.parse_args()


def main():
    """Train, or go on, and add the row; weights and history stay in the folder."""
    chosen = options()
    network = NETWORKS[chosen.network].shortened(chosen.epochs)
    folder = chosen.folder or folder_of(chosen.network, chosen.seed, chosen.validation)
    data, rest = read(chosen.dataset, chosen.validation, chosen.examples)
    model, history, seconds = train(network, chosen.seed, data, folder)
    model.save_weights(folder / "model.weights.h5")
    write_log(folder / "log.csv", history)
    found = error(model, rest, network.recipe.preprocessing)
    new = row(chosen, network, model, len(data[0]), seconds, found)
    append(chosen.out, new)
    page.main()
    print("{network}, seed {seed}: {error} % of the {part} pictures.".format(**new))


if __name__ == "__main__":
    main()
