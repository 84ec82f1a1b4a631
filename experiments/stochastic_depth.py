"""A small ResNet with and without stochastic depth on the glyphs, for lecture 15.

    python experiments/stochastic_depth.py [--quick] [--out FILE]

ResNet-14 with 8 filters in its first stage, on 1,792 letters and figures of 12 x 12
pixels, 8 epochs of SGD, five seeds; the last block survives each training step with
probability 1 or 0.8. A line of the table is the test error in percent (800 images) of
the whole network, or with one of its six blocks silenced (gamma = beta = 0 in the last
batch norm of its branch). Takes four minutes on one core; ``--quick`` is one seed, one
epoch and two steps. The first line of the file names the machine.
"""

from itertools import product

import keras
import numpy as np
from record import record

from dlcourse import datasets
from dlcourse.models import CIFARResNet
from dlcourse.training import Recipe, error_rate, fit_recipe

SURVIVAL = {"all blocks": 1.0, "stochastic depth": 0.8}
BLOCKS = [f"conv{stage}_{number}" for stage in (2, 3, 4) for number in (1, 2)]
SEEDS = range(5)
EPOCHS = 8


def trained(quick):
    """The rows of the table: seed, training, block that is silenced, test error."""
    images, epochs = (128, 1) if quick else (1792, EPOCHS)
    train = datasets.arrays("glyphs", f"train[:{images}]", image_size=12)
    test = datasets.arrays("glyphs", "test[:800]", image_size=12)
    recipe = Recipe("lecture 15", 64, epochs, 0.1, "cosine", nesterov=True)
    shape, classes = train[0].shape[1:], int(train[1].max()) + 1
    for seed, name in product(SEEDS[: 1 if quick else None], SURVIVAL):
        keras.utils.set_random_seed(seed)
        options = {"survival": SURVIVAL[name], "input_shape": shape}
        model = CIFARResNet(14, width=8, classes=classes, **options)
        fit_recipe(model, recipe, train, seed=seed, label=f"{name}, seed {seed}")
        yield seed, name, "none", round(error_rate(model, *test), 3)
        for block in BLOCKS:
            yield seed, name, block, round(error_without(model, block, test), 3)


def error_without(model, block, test):
    """Test error (%) with this block silenced; the model is left as it was."""
    norm = model.get_layer(f"{block}_3x3_2_bn")
    kept = norm.get_weights()
    norm.set_weights([np.zeros_like(kept[0]), np.zeros_like(kept[1]), *kept[2:]])
    error = error_rate(model, *test)
    norm.set_weights(kept)
    return error


if __name__ == "__main__":
    columns = ["seed", "training", "silenced", "test error"]
    record(__file__, __doc__, columns, trained)
