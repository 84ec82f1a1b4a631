"""Networks trained on Fashion-MNIST whose weights come with the package.

``fashion/weights.csv`` lists them: how each is built and was trained, its error on the
10,000 test pictures and on the thousand of them that are the embedded set "fashion",
and the SHA-256 of its file. Beside each file of weights, which are float16, stands the
history of its training, a row for each epoch. ``experiments/fashion_mnist/keep.py``
writes all of it.
"""

import csv
import math
from pathlib import Path

from dlcourse.files import load_shipped

FOLDER = Path(__file__).with_name("fashion")


def fashion_networks():
    """The rows of the table as text; "network" is the call of a constructor."""
    with open(FOLDER / "weights.csv", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def load_fashion(model):
    """Set the model's weights to those of the network that it is.

    ValueError where none has weights of these shapes, DamagedFile where the file is not
    the one that the table knows.
    """
    count = sum(math.prod(weight.shape) for weight in model.trainable_weights)
    rows = fashion_networks()
    for row in rows:
        if int(row["parameters"]) == count:
            arrays = load_shipped(FOLDER / row["file"], row["sha256"])
            values = [arrays[str(n)].astype("float32") for n in range(len(arrays))]
            if [v.shape for v in values] == [tuple(w.shape) for w in model.weights]:
                return model.set_weights(values)
    raise ValueError(
        f"There are no weights of Fashion-MNIST for a model with {count:,} parameters; "
        f"there are for {' and '.join(row['network'] for row in rows)}."
    )
