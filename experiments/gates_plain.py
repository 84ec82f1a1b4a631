"""Squeeze and excitation where nothing far away matters, for lecture 17.

    python experiments/gates_plain.py [--quick] [--out FILE]

The lecture's chain of three convolutions learns 3,600 glyphs of 16 x 16 pixels, with
gates and without (then wider, so that it has no fewer weights), for 5 and for 20
epochs, with three seeds. A line of the table is one of these trainings: the error on
the 1,800 test glyphs and the training loss of the last epoch. Takes three minutes
on one core; ``--quick`` is one seed, 5 epochs and 64 glyphs. The first line of the file
names the machine.
"""

from functools import partial
from itertools import product

import keras
from record import record

from dlcourse import datasets
from dlcourse.blocks.conv import conv_bn
from dlcourse.blocks.excite import squeeze_excite
from dlcourse.blocks.head import classifier
from dlcourse.training import Recipe, error_rate, fit_recipe

# As in the lecture's quick profile; a test compares them.
QUICK = {"part": "[:3600]", "size": 16, "data_epochs": 5, "data_width": 12}
WIDTH = QUICK["data_width"]
WAYS = {
    "no gates, wider": (WIDTH * 9 // 8, lambda x: x),
    "squeeze and excite": (WIDTH, partial(squeeze_excite, ratio=2)),
}
SEEDS = range(3)
EPOCHS = (QUICK["data_epochs"], 4 * QUICK["data_epochs"])


def chain(width, gate):
    """Three convolutions, a gate after each: 16 x 16 x 1 -> 36 classes."""
    inputs = keras.Input((16, 16, 1))
    x = gate(conv_bn(inputs, width, 5, 2))
    for _ in range(2):
        x = gate(conv_bn(x, 2 * width, 3))
    return keras.Model(inputs, classifier(x, 36))


def trained(quick):
    """The rows of the table: seed, network, epochs, test error, training loss."""
    part = "[:64]" if quick else QUICK["part"]
    training = datasets.arrays("glyphs", f"train{part}", QUICK["size"])
    test = datasets.arrays("glyphs", f"test[:{64 if quick else 1800}]", QUICK["size"])
    seeds, lengths = (SEEDS[:1], EPOCHS[:1]) if quick else (SEEDS, EPOCHS)
    for seed, epochs, name in product(seeds, lengths, WAYS):
        keras.utils.set_random_seed(seed)
        model = chain(*WAYS[name])
        recipe = Recipe("gates_plain", 64, epochs, rate=0.2, schedule="cosine")
        log = fit_recipe(model, recipe, training, seed=seed, label=f"{name}, {seed}")
        error, loss = error_rate(model, *test), log["loss"][-1]
        yield seed, name, epochs, round(error, 2), round(loss, 4)


if __name__ == "__main__":
    columns = ["seed", "network", "epochs", "test error", "training loss"]
    record(__file__, __doc__, columns, trained)
