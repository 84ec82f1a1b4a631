"""What attention is good for, and what it costs, for lecture 27.

    python experiments/attention.py [--quick] [--out FILE]

Two questions, one table. "copying" and "reversing": a GRU reads a sequence of random
symbols and another one writes it, with and without attention; ``size`` is the length of
the sequences, and the error the share of wrong symbols in 1000 new ones (%). "glyphs":
a vision transformer and a convolutional network of as many weights; ``size`` is the
number of pictures to learn from, and the error that on the test set (%). Each network
is trained for about 400 steps, with 64 examples in each, by Adam with a learning rate
that falls to zero on a cosine. Takes four minutes on one core; ``--quick`` is the first
task, the smallest sizes and two steps. The first line of the file
names the machine.
"""

import keras
import numpy as np
from keras import ops
from record import record

from dlcourse import datasets
from dlcourse.models import ConvNet, ViT
from dlcourse.models.seq2seq import Seq2Seq
from dlcourse.training import Recipe, error_rate, fit_recipe

SEED, BATCH, STEPS = 0, 64, 400
LENGTHS, SYMBOLS, UNITS = (4, 8, 16, 24), 8, 48
PICTURES, SHAPE = (450, 1800, 7200), {"input_shape": (32, 32, 1), "classes": 36}


def sequences(n, length, task, seed):
    """Sequences (n, length, SYMBOLS) and the symbols of their answers (n, length)."""
    symbols = np.random.default_rng(seed).integers(SYMBOLS, size=(n, length))
    answers = symbols if task == "copying" else symbols[:, ::-1]
    return np.eye(SYMBOLS, dtype="float32")[symbols], answers


def transformer(positions=True):
    """A vision transformer of 108 thousand weights; without positions they stay 0."""
    model = ViT((2, 64, 4), 8, **SHAPE)
    if not positions:
        layer = model.get_layer("positions")
        layer.positions.assign(ops.zeros_like(layer.positions))
        layer.trainable = False
    return model


IMAGE_NETWORKS = {
    "ViT": transformer,
    "ViT without positions": lambda: transformer(positions=False),
    "ConvNet": lambda: ConvNet((16, 32, 64), dense=(80,), **SHAPE),
}


def error(build, train, test, rate, steps, **options):
    """Train for so many steps, and the error on the test set in per cent."""
    keras.utils.set_random_seed(SEED)
    model = build()
    epochs = max(1, round(steps * BATCH / len(train[0])))
    recipe = Recipe("", BATCH, epochs, rate, "cosine", optimizer="adam", clip=1.0)
    fit_recipe(model, recipe, train, seed=SEED, **options)
    if model.name == "Seq2Seq":
        right = model.predict(test[0], verbose=0).argmax(axis=-1) == test[1]
        return round(100 * float(np.mean(~right)), 2)
    return round(error_rate(model, *test), 2)


def trained(quick):
    """The rows of the table: seed, task, size, network and error."""
    steps, part = (2, slice(1)) if quick else (STEPS, slice(None))
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    own = {"loss": loss, "metrics": ()}
    for task in ("copying", "reversing")[part]:
        for length in LENGTHS[part]:
            train = sequences(steps // 4 * BATCH or BATCH, length, task, SEED)
            test = sequences(1000, length, task, seed=99)
            for name, attention in {"fixed code": False, "attention": True}.items():

                def build(attention=attention):
                    return Seq2Seq(SYMBOLS, UNITS, attention)

                found = error(build, train, test, 0.01, steps, **own)
                yield SEED, task, length, name, found
    images, labels = datasets.arrays("glyphs", "train")
    test = datasets.arrays("glyphs", "test")
    for count in PICTURES[part]:
        for name, build in IMAGE_NETWORKS.items():
            train = images[:count], labels[:count]
            found = error(build, train, test, 0.002, steps)
            yield SEED, "glyphs", count, name, found


if __name__ == "__main__":
    record(__file__, __doc__, ["seed", "task", "size", "network", "error"], trained)
