"""LeNet-5 of 1998 and its later forms on the embedded digits, for lecture 07.

    python experiments/lenet_variants.py [--quick] [--out FILE]

Each network is trained with two learning rates and five seeds: Adam, a cosine, 20
epochs on four fifths of the training digits. The last fifth is for validation, so that
each network can be given its own rate without a look at the test. A line of the table
is one of these trainings after some of its epochs: errors in percent. Takes five
minutes on one core; ``--quick`` is one seed, one rate and 64 digits. The first line of
the file names the machine.
"""

from itertools import product

import keras
import numpy as np
from record import record

from dlcourse import datasets
from dlcourse.analysis.prediction import predict_batch
from dlcourse.models import LeNet5
from dlcourse.training import fit

NETWORKS = {
    "1998": {"variant": "1998"},
    "1998, average": {"variant": "1998", "pooling": "average"},
    "sigmoid, average": {"activation": "sigmoid", "pooling": "average"},
    "tanh, average": {"activation": "tanh", "pooling": "average"},
    "relu, max": {"activation": "relu", "pooling": "max"},
}
RATES = (1e-3, 3e-3)
SEEDS = range(5)
EPOCHS = 20
SHOWN = (1, 2, 5, 10, 20)  # epochs after which the errors are kept


class ErrorsOn(keras.callbacks.Callback):
    """The error on some examples after each epoch, in percent."""

    def __init__(self, x, y):
        super().__init__()
        self.x, self.y, self.errors = x, y, []

    def on_epoch_end(self, epoch, logs=None):
        """Predict all of them at once."""
        y_pred = predict_batch(self.model, self.x).argmax(axis=-1)
        self.errors.append(100 * float(np.mean(y_pred != self.y)))


def split(quick):
    """Pairs of images and labels: for training, for validation, for the test."""
    x, y = datasets.arrays("digits", "train", image_size=32)
    count = len(x) * 4 // 5
    test = datasets.arrays("digits", "test", image_size=32)
    training = slice(64 if quick else count)
    return (x[training], y[training]), (x[count:], y[count:]), test


def trained(quick):
    """The rows of the table: seed, network, rate, epoch, and the two errors."""
    training, validation, test = split(quick)
    chosen = product(
        SEEDS[: 1 if quick else None], NETWORKS, RATES[: 1 if quick else None]
    )
    for seed, network, rate in chosen:
        keras.utils.set_random_seed(seed)
        model = LeNet5(**NETWORKS[network])
        watches = [ErrorsOn(*validation), ErrorsOn(*test)]
        options = {"seed": seed, "label": f"{network}, {rate}, seed {seed}"}
        fit(model, training, EPOCHS, rate=rate, callbacks=watches, **options)
        for epoch in SHOWN:
            errors = [round(watch.errors[epoch - 1], 2) for watch in watches]
            yield seed, network, rate, epoch, *errors


if __name__ == "__main__":
    columns = ["seed", "network", "rate", "epoch", "validation error", "test error"]
    record(__file__, __doc__, columns, trained)
