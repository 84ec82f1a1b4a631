"""How soon ResNet-9 is right on 92 % of the test pictures, and what helps it most.

    python experiments/fashion_mnist/fast.py --seed 0 [--without averaging]

Trains a short schedule to its end and adds a row to fast.csv: the seconds of ``fit``,
with compiling and without reading and testing, and the test error after them. How many
epochs it takes to 92 % is found by trying, with ``--validation``. fast_torch.py does
this in plain PyTorch, with the same network, recipe and measures.
"""

import argparse
import dataclasses
from pathlib import Path

import keras
import numpy as np
from networks import MOVED
from run import append, machine, read

from dlcourse import training
from dlcourse.models import ResNet9
from dlcourse.training import fast

HERE = Path(__file__).parent
PREPROCESSING = dataclasses.replace(MOVED, standardize="channels")


def options():
    """What the command line says."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--epochs", type=int, default=8)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--without", nargs="*", choices=fast.MEASURES, default=[])
    parser.add_argument("--width", type=int, default=8, help="64 on a GPU")
    parser.add_argument("--validation", action="store_true")
    parser.add_argument("--dataset", default="fashion_mnist")
    parser.add_argument("--examples", type=int, help="fewer, for a try")
    parser.add_argument("--out", type=Path, default=HERE / "fast.csv")
    return parser.parse_args()


def main():
    """Train, test, and add the row."""
    chosen = options()
    training.choose_devices().use()
    data, (x, y) = read(chosen.dataset, chosen.validation, chosen.examples)
    preprocessing = dataclasses.replace(PREPROCESSING, size=x.shape[1])
    recipe = fast.fast_recipe(chosen.epochs, preprocessing, chosen.without)
    keras.utils.set_random_seed(chosen.seed)
    network = ResNet9(chosen.width, x.shape[1:], classes=10)
    model, seconds = fast.train_fast(
        network, recipe, data, seed=chosen.seed, without=chosen.without
    )
    if "mirroring" in chosen.without:
        probabilities = model.predict(x, 500, verbose=0)
    else:
        probabilities = fast.mirrored(model, x)
    row = {
        "side": keras.backend.backend(),
        "without": " and ".join(chosen.without),
        "width": chosen.width,
        "epochs": chosen.epochs,
        "seed": chosen.seed,
        "examples": len(data[0]),
        "part": "validation" if chosen.validation else "test",
        "error": round(100 * float(np.mean(probabilities.argmax(1) != y)), 2),
        "seconds": round(seconds, 1),
        "machine": machine(),
    }
    append(chosen.out, row)
    print(row)


if __name__ == "__main__":
    main()
