"""A ReLU between depthwise and pointwise, or none, for lecture 18.

    python experiments/relu_between.py [--quick] [--out FILE]

The lecture's small network (a 3 x 3 convolution, a pooling, three separable layers, 16
channels each) learns 3,600 glyphs of 16 x 16 pixels for 5 epochs, from five seeds. A
line of the table is one of these trainings: the error on the 1,800 test glyphs. Takes
three minutes on one core; ``--quick`` is one seed and 64 glyphs. The first line of the
file names the machine.
"""

from itertools import product

import keras
from keras import layers, ops
from record import record

from dlcourse import datasets
from dlcourse.blocks.conv import conv_bn, max_pool
from dlcourse.blocks.head import classifier
from dlcourse.blocks.separable import separable_bn
from dlcourse.training import error_rate, fit

SEEDS = range(5)
# As in the lecture's quick profile; a test compares them.
QUICK = {"part": "[:3600]", "size": 16, "epochs": 5, "width": 16}
WIDTH = QUICK["width"]


def separable(x):
    """Depthwise, pointwise, batch norm, ReLU."""
    return ops.relu(separable_bn(x, WIDTH))


def relu_between(x):
    """Depthwise, ReLU, pointwise, batch norm, ReLU."""
    options = {"use_bias": False, "depthwise_initializer": "he_normal"}
    y = layers.DepthwiseConv2D(3, padding="same", activation="relu", **options)(x)
    return conv_bn(y, WIDTH, 1)


WAYS = {"separable": separable, "ReLU between": relu_between}


def trained(quick):
    """The rows of the table: seed, network, test error."""
    part, size = "[:64]" if quick else QUICK["part"], QUICK["size"]
    training = datasets.arrays("glyphs", f"train{part}", size)
    test = datasets.arrays("glyphs", f"test[:{64 if quick else 1800}]", size)
    for seed, name in product(SEEDS[: 1 if quick else None], WAYS):
        keras.utils.set_random_seed(seed)
        inputs = keras.Input((size, size, 1))
        x = max_pool(conv_bn(inputs, WIDTH, 3), 3, 2)
        for _ in range(3):
            x = WAYS[name](x)
        model = keras.Model(inputs, classifier(x, 36))
        options = {"seed": seed, "label": f"{name}, {seed}"}
        fit(model, training, QUICK["epochs"], rate=1e-2, batch_size=64, **options)
        yield seed, name, round(error_rate(model, *test), 2)


if __name__ == "__main__":
    columns = ["seed", "network", "test error"]
    record(__file__, __doc__, columns, trained)
