"""Small Inception networks on the embedded glyphs, for lecture 12.

    python experiments/inception_small.py [--quick] [--out FILE]

Two experiments of the lecture's quick profile, trained by Adam and a cosine in batches
of 64. "factorized": 5 x 5 filters, and what replaces them, on 3,600 letters, with three
seeds. "remedies": four modules in a row with auxiliary heads, batch norm, shortcuts, or
none of these, on 1,280 letters, with one seed and three learning rates, so that no
network is judged at the rate of another. A line of the table is one training at its
end: the loss of the last classifier in training, and the test error in percent. Takes
five minutes on one core; ``--quick`` is one network and 64 letters. The first line of
the file names the machine.
"""

from itertools import product

import keras
from keras import layers
from record import record

from dlcourse import datasets
from dlcourse.blocks.conv import conv, conv_bn, max_pool
from dlcourse.blocks.head import classifier
from dlcourse.blocks.inception import conv_relu
from dlcourse.models.auxiliary import AuxiliaryModel
from dlcourse.training import error_rate, fit

WIDTH, CLASSES, MODULES = 12, 36, 4
RATES = (1e-3, 3e-3, 1e-2)


def layers_of(*kernel_sizes, between="relu"):
    """Twice the same layers on 8 x 8 maps, with or without a ReLU in between."""
    inputs = keras.Input((16, 16, 1))
    x = max_pool(conv_bn(inputs, WIDTH, 3), 3, 2)
    for _ in range(2):
        for size in kernel_sizes[:-1]:
            x = conv_bn(x, 2 * WIDTH, size, activation=between)
        x = conv_bn(x, 2 * WIDTH, kernel_sizes[-1])
    return keras.Model(inputs, classifier(x, CLASSES))


def branches(x, convolve):
    """1x1 and 1x7, 7x1 side by side, back to the channels of x by a linear 1x1."""
    y = convolve(convolve(convolve(x, WIDTH, 1), WIDTH, (1, 7)), WIDTH, (7, 1))
    y = layers.Concatenate()([convolve(x, WIDTH, 1), y])
    return conv(y, x.shape[-1], 1, use_bias=True)


def inception_row(norm=False, heads=False, shortcut=False):
    """Modules in a row; with heads, a classifier after the first and the second."""
    inputs, outputs = keras.Input((16, 16, 1)), []
    convolve = conv_bn if norm else conv_relu
    x = max_pool(convolve(inputs, 4 * WIDTH, 3), 3, 2)
    for i in range(1, MODULES + 1):
        y = branches(x, convolve)
        x = layers.ReLU()(x + y if shortcut else y)
        if i == MODULES or (heads and i in (MODULES // 3, 2 * MODULES // 3)):
            names = {"pool_name": f"pool_{i}", "name": f"classifier_{i}"}
            outputs.insert(0, classifier(x, CLASSES, **names))
    one = AuxiliaryModel if heads else keras.Model
    return one(inputs, outputs if heads else outputs[0])


FACTORIZED = {
    "5 × 5": lambda: layers_of(5),
    "3 × 3, 3 × 3": lambda: layers_of(3, 3),
    "1 × 5, 5 × 1": lambda: layers_of((1, 5), (5, 1)),
    "1 × 5, 5 × 1 without ReLU": lambda: layers_of((1, 5), (5, 1), between=None),
}
REMEDIES = {
    "none": lambda: inception_row(),
    "heads": lambda: inception_row(heads=True),
    "batch norm": lambda: inception_row(norm=True),
    "batch norm, heads": lambda: inception_row(norm=True, heads=True),
    "batch norm, shortcuts": lambda: inception_row(norm=True, shortcut=True),
}


def trained(quick):
    """The rows: experiment, seed, network, rate, epochs, training loss, test error."""
    test = datasets.arrays("glyphs", "test", 16)
    plans = [("factorized", FACTORIZED, 3600, 5, (6e-3,), range(3))]
    plans += [("remedies", REMEDIES, 1280, 10, RATES, [0])]
    if quick:
        plans = [("factorized", {"5 × 5": FACTORIZED["5 × 5"]}, 64, 5, (6e-3,), [0])]
    metric = "sparse_categorical_crossentropy"  # of the last classifier alone
    for experiment, networks, count, epochs, rates, seeds in plans:
        train = datasets.arrays("glyphs", f"train[:{count}]", 16)
        for seed, network, rate in product(seeds, networks, rates):
            keras.utils.set_random_seed(seed)
            model = networks[network]()
            options = {"rate": rate, "batch_size": 64, "seed": seed}
            options |= {"metrics": [metric], "label": f"{network}, {rate}"}
            loss = fit(model, train, epochs, **options)[metric][-1]
            row = experiment, seed, network, rate, epochs
            yield *row, round(loss, 4), round(error_rate(model, *test), 2)


if __name__ == "__main__":
    columns = [
        "experiment",
        "seed",
        "network",
        "rate",
        "epochs",
        "training loss",
        "test error",
    ]
    record(__file__, __doc__, columns, trained)
