"""A small GoogLeNet with and without auxiliary classifiers, for lecture 11.

    python experiments/googlenet_heads.py [--quick] [--out FILE]

The network and the digits of the lecture's quick profile, trained as there (Adam,
batches of 32), from two initializations (variance 1/n and 2/n: ``gain``), with heads
that count 0.3 or 0, with three seeds, for twice as many epochs. A line of the table is
a training after some of its epochs: errors of the last classifier in percent. Takes
five minutes on one core; ``--quick`` is one training on 64 digits. The first line of
the file names the machine.
"""

from itertools import product

import keras
import numpy as np
from keras import layers
from record import record

from dlcourse import datasets
from dlcourse.models import GoogLeNet
from dlcourse.training import error_rate

OPTIONS = {"stem_strides": (1, 2, 1), "auxiliary": True}
OPTIONS |= {"input_shape": (18, 18, 1), "classes": 10}
SEEDS = range(3)
# As in the lecture's quick profile; a test compares them.
QUICK = {"deep_part": "[:512]", "size": 18, "width": 1 / 8, "deep_epochs": 5}
# Epochs after which the errors are kept.
SHOWN = (1, 2, 3, 4, QUICK["deep_epochs"], 2 * QUICK["deep_epochs"])


class Errors(keras.callbacks.Callback):
    """The errors on the training and the test set after each epoch in `SHOWN`."""

    def __init__(self, *sets):
        super().__init__()
        self.sets, self.errors = sets, {}

    def on_epoch_end(self, epoch, logs=None):
        """All pictures, by the last classifier alone."""
        if epoch + 1 in SHOWN:
            errors = [error_rate(self.model, *examples) for examples in self.sets]
            self.errors[epoch + 1] = [round(error, 2) for error in errors]


def begin(gain, seed):
    """A network of which convolutions have variance gain / n, ready to be trained."""
    keras.utils.set_random_seed(seed)
    model = GoogLeNet(width=QUICK["width"], **OPTIONS)
    for layer in model.layers:
        if isinstance(layer, layers.Conv2D):
            layer.kernel.assign(layer.kernel * np.sqrt(gain / 2))
    return model


def trained(quick):
    """The rows: seed, gain, weight of the heads, epoch, training and test error."""
    part = "[:64]" if quick else QUICK["deep_part"]
    train = datasets.arrays("digits", f"train{part}", QUICK["size"])
    test = datasets.arrays("digits", "test", QUICK["size"])
    seeds, gains, weights = SEEDS, (1, 2), (0.0, 0.3)
    if quick:
        seeds, gains, weights = SEEDS[:1], gains[1:], weights[1:]
    for seed, gain, weight in product(seeds, gains, weights):
        model = begin(gain, seed)
        model.auxiliary_weight = weight
        model.compile("adam", "sparse_categorical_crossentropy")
        watch = Errors(train, test)
        keras.utils.set_random_seed(seed)
        model.fit(*train, 32, SHOWN[-1], verbose=0, callbacks=[watch])
        for epoch, errors in watch.errors.items():
            yield seed, gain, weight, epoch, *errors


if __name__ == "__main__":
    columns = ["seed", "gain", "heads", "epoch", "training error", "test error"]
    record(__file__, __doc__, columns, trained)
