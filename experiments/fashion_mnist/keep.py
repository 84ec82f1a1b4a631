"""Put the weights of a finished run into the package, as float16.

    python experiments/fashion_mnist/keep.py ResNet-20 --seed 0

The errors that the table states are measured with the rounded weights, on the 10,000
test pictures of Fashion-MNIST and on the thousand of the embedded set "fashion".
"""

import argparse
import csv
import dataclasses
import hashlib
import shutil
from pathlib import Path

import numpy as np
from networks import NETWORKS
from run import HERE, folder_of

from dlcourse import datasets, training
from dlcourse.models.fashion_weights import FOLDER, fashion_networks


def call(network):
    """The call of the constructor, as text."""
    named = {"input_shape": network.input_shape} | network.options
    arguments = [*map(repr, network.arguments)]
    arguments += [f"{name}={value!r}" for name, value in named.items()]
    return f"{network.constructor}({', '.join(arguments)})"


def text(data):
    """A `Recipe`, or what is in it, with the fields that are not the usual ones."""
    if not dataclasses.is_dataclass(data):
        return repr(data)
    values = {f.name: getattr(data, f.name) for f in dataclasses.fields(data)}
    usual = {f.name: f.default for f in dataclasses.fields(data)}
    fields = (f"{k}={text(v)}" for k, v in values.items() if v != usual[k])
    return f"{type(data).__name__}({', '.join(fields)})"


def run_row(results, network, seed):
    """The row of the table on that run; SystemExit where it has not ended."""
    with open(results, encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if (row["network"], row["seed"], row["part"]) == (network, seed, "test"):
                return row
    raise SystemExit(f"{results} has no row of {network}, seed {seed}.")


def errors(model):
    """Percent of the test pictures of the whole set, and of the embedded one."""
    return {
        column: round(training.error_rate(model, *datasets.arrays(name, "test")), 2)
        for column, name in (("error", "fashion_mnist"), ("embedded_error", "fashion"))
    }


def keep(network, run, folder):
    """Write weights and history, and a row of the package's table."""
    model, stem = network.build(), network.constructor.lower()
    model.load_weights(folder / "model.weights.h5")
    rounded = [value.astype("float16") for value in model.get_weights()]
    model.set_weights(rounded)
    np.savez_compressed(
        FOLDER / f"{stem}.npz", **{str(n): value for n, value in enumerate(rounded)}
    )
    shutil.copy(folder / "log.csv", FOLDER / f"{stem}.csv")
    digest = hashlib.sha256((FOLDER / f"{stem}.npz").read_bytes()).hexdigest()
    row = {"network": call(network), "file": f"{stem}.npz", "sha256": digest}
    taken = ("parameters", "seed", "examples", "epochs", "machine", "versions")
    row |= errors(model) | {name: run[name] for name in (*taken, "command")}
    return row | {"recipe": text(network.recipe)}


def main():
    """Keep one run in place of an earlier one of the same network."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("network", choices=NETWORKS)
    parser.add_argument("--seed", default="0")
    parser.add_argument("--results", type=Path, default=HERE / "results.csv")
    parser.add_argument("--folder", type=Path, help="of the run; that in runs/")
    chosen = parser.parse_args()
    run = run_row(chosen.results, chosen.network, chosen.seed)
    network = NETWORKS[chosen.network].shortened(int(run["epochs"]))
    folder = chosen.folder or folder_of(chosen.network, chosen.seed)
    new = keep(network, run, folder)
    rows = [row for row in fashion_networks() if row["file"] != new["file"]]
    with open(FOLDER / "weights.csv", "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, new, lineterminator="\n")
        writer.writeheader()
        writer.writerows(sorted([*rows, new], key=lambda row: row["file"]))


if __name__ == "__main__":
    main()
