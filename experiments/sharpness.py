"""How sharp a residual network is where it is no better than a plain one: lecture 14.

    python experiments/sharpness.py [--quick] [--out FILE]

The plain and the residual network of the lecture's quick profile, its images and
recipe, five seeds. Sharpness is how much the loss rises along a filter-normalized
direction at a = 0.3, on average over three directions. A line of the table is the end
of a training, or the residual network on its way, after each fifth step at which its
loss lies between half of the plain one's last and twice that. Takes two minutes on one
core; ``--quick`` is one seed, two steps, and the ends alone. The first line of the file
names the machine.
"""

import keras
import numpy as np
from record import record

from dlcourse import datasets
from dlcourse.analysis import filter_normalized, landscape, loss_section
from dlcourse.models import CIFARResNet
from dlcourse.training import Recipe, fit_recipe

# As in the lecture's quick profile; a test compares them.
QUICK = {"part": "[:1280]", "size": 8, "images": 128, "depth": 32, "width": 8}
QUICK |= {"epochs": 10, "batch": 64}
RECIPE = Recipe(
    "lecture 14", QUICK["batch"], QUICK["epochs"], 0.1, "cosine", warmup=1, l2=5e-4
)
SEEDS = range(5)
LOSS = keras.losses.sparse_categorical_crossentropy


class OnItsWay(keras.callbacks.Callback):
    """Keeps the weights after each fifth step."""

    def __init__(self):
        super().__init__()
        self.passed = []

    def on_train_batch_end(self, batch, logs=None):
        if batch % 5 == 0:
            self.passed.append(self.model.get_weights())


def train(residual, seed, images, epochs):
    """A network after its training, and its weights on the way."""
    keras.utils.set_random_seed(seed)
    model = CIFARResNet(
        QUICK["depth"], residual, width=QUICK["width"], input_shape=images[0].shape[1:]
    )
    way = OnItsWay()
    recipe = RECIPE.shortened(epochs)
    label = f"{'residual' if residual else 'plain'}, seed {seed}"
    fit_recipe(model, recipe, images, seed=seed, label=label, callbacks=[way])
    return model, way.passed


def measured(model, images):
    """The loss of a network on images, and its sharpness."""
    rises = []
    for seed in range(3):
        direction = filter_normalized(model.get_weights(), seed)
        here, away = loss_section(model, LOSS, *images, [direction], [0, 0.3])
        rises.append(away - here)
    return round(float(here), 3), round(float(np.mean(rises)), 3)


def rows(quick):
    """The rows of the table: seed, network, when, loss and sharpness."""
    part, epochs = ("[:128]", 1) if quick else (QUICK["part"], QUICK["epochs"])
    images = datasets.arrays("digits", f"train{part}", QUICK["size"])
    seen = [array[: QUICK["images"]] for array in images]
    for seed in SEEDS[: 1 if quick else None]:
        plain, _ = train(False, seed, images, epochs)
        last, sharpness = measured(plain, seen)
        yield seed, "plain", "end", last, sharpness
        residual, passed = train(True, seed, images, epochs)
        yield seed, "residual", "end", *measured(residual, seen)
        for weights in [] if quick else passed:
            residual.set_weights(weights)
            loss = landscape.mean_loss(residual, LOSS, *seen, 128)
            if last / 2 < loss < 2 * last:
                yield seed, "residual", "on its way", *measured(residual, seen)


if __name__ == "__main__":
    record(__file__, __doc__, ["seed", "network", "when", "loss", "sharpness"], rows)
