"""The errors of a small network for each of 256 settings, for lecture 30.

    python experiments/search_budgets.py [--quick] [--out FILE]

A network of one hidden layer learns 1,000 pictures of clothes of 14 x 14 pixels, by
stochastic gradient descent with momentum, for 9 epochs, with each of 16 learning rates,
4 numbers of units and 4 rates of dropout. A line of the table is one training: the
error on 300 other pictures, for validation, after 1, 3 and 9 epochs, and the error on
the 1,000 test pictures at the end. The lecture lets four methods search in this table.
Takes five minutes on one core; ``--quick`` is one training with 100 pictures. The first
line of the file names the machine.
"""

from itertools import product

import keras
import numpy as np
from record import record

from dlcourse import datasets
from dlcourse.training import error_rate, fit

RATES = np.logspace(-3.5, 0.25, 16).round(5)
UNITS = (8, 16, 32, 64)
DROPOUT = (0.0, 0.2, 0.4, 0.6)
TRAINING, VALIDATION, EPOCHS = 1000, 300, 9


def network(units, dropout):
    """One hidden layer: 14 x 14 -> units -> 10."""
    layers = [keras.Input((14, 14, 1)), keras.layers.Flatten()]
    layers += [keras.layers.Dense(units, "relu"), keras.layers.Dropout(dropout)]
    return keras.Sequential([*layers, keras.layers.Dense(10, "softmax")])


def trained(quick):
    """The rows: rate, units, dropout, errors after 1, 3, 9 epochs, test error."""
    x, y = datasets.arrays("fashion", "train", 14)
    test = datasets.arrays("fashion", "test", 14)
    size = 100 if quick else TRAINING
    others = slice(TRAINING, TRAINING + VALIDATION)
    data, validation = (x[:size], y[:size]), (x[others], y[others])
    settings = list(product(RATES, UNITS, DROPOUT))
    for rate, units, dropout in settings[:1] if quick else settings:
        keras.utils.set_random_seed(0)
        model = network(units, dropout)
        options = {"rate": rate, "optimizer": "sgd", "schedule": "constant"}
        history = fit(model, data, EPOCHS, validation, batch_size=50, **options)
        errors = 100 * (1 - np.array(history["val_accuracy"])[[0, 2, 8]])
        yield rate, units, dropout, *errors.round(2), round(error_rate(model, *test), 2)


if __name__ == "__main__":
    columns = ["rate", "units", "dropout", "after 1", "after 3", "after 9", "test"]
    record(__file__, __doc__, columns, trained)
