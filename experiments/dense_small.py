"""Small DenseNets beside ResNets of no fewer weights, for lecture 16.

    python experiments/dense_small.py [--quick] [--out FILE]

The lecture's two pairs of networks learn 1,800 glyphs of 16 x 16 pixels for 6 epochs,
the larger pair for 12 as well, with two seeds. A line of the table is one of these
trainings: the training loss of the last epoch and the error on the 1,800 test glyphs.
Takes four minutes on one core; ``--quick`` is one seed, the smaller pair and 64 glyphs.
The first line of the file names the machine.
"""

from itertools import product

import keras
from record import record

from dlcourse import datasets
from dlcourse.blocks.conv import conv, conv_bn
from dlcourse.blocks.head import classifier
from dlcourse.blocks.residual import basic
from dlcourse.models.densenet import dense_blocks
from dlcourse.training import error_rate, fit

SEEDS = range(2)
# As in the lecture's quick profile; a test compares them.
QUICK = {"part": "[:1800]", "size": 16, "epochs": 6, "batch": 64}
USUAL = QUICK["epochs"]


def dense(growth):
    """Two dense blocks of four layers with compression, no bottleneck."""
    inputs = keras.Input((16, 16, 1))
    x = conv(inputs, 2 * growth, 3, 2)
    x = dense_blocks(x, (4, 4), growth, False, 0.5)
    return keras.Model(inputs, classifier(x, 36))


def residual(width):
    """Two stages of two basic blocks, the second twice as wide."""
    inputs = keras.Input((16, 16, 1))
    x = conv_bn(inputs, width, 3, 2)
    for stage, block in product(range(2), range(2)):
        x = basic(x, width * 2**stage, 2 if stage and not block else 1)
    return keras.Model(inputs, classifier(x, 36))


NETWORKS = {
    "DenseNet, k = 12": (dense, 12, (USUAL,)),
    "ResNet, 17 wide": (residual, 17, (USUAL,)),
    "DenseNet, k = 16": (dense, 16, (USUAL, 2 * USUAL)),
    "ResNet, 23 wide": (residual, 23, (USUAL, 2 * USUAL)),
}


def trained(quick):
    """The rows of the table: seed, network, epochs, training loss, test error."""
    part, size = "[:64]" if quick else QUICK["part"], QUICK["size"]
    training = datasets.arrays("glyphs", f"train{part}", size)
    test = datasets.arrays("glyphs", f"test[:{64 if quick else 1800}]", size)
    seeds, names = SEEDS, list(NETWORKS)
    if quick:
        seeds, names = SEEDS[:1], names[:2]
    for seed, name in product(seeds, names):
        build, width, lengths = NETWORKS[name]
        for epochs in lengths:
            keras.utils.set_random_seed(seed)
            model = build(width)
            options = {"rate": 5e-3, "batch_size": QUICK["batch"], "seed": seed}
            loss = fit(model, training, epochs, label=name, **options)["loss"][-1]
            error = error_rate(model, *test)
            yield seed, name, epochs, round(loss, 4), round(error, 2)


if __name__ == "__main__":
    columns = ["seed", "network", "epochs", "training loss", "test error"]
    record(__file__, __doc__, columns, trained)
