"""Plain networks of 20 and 56 layers on the embedded digits, for lecture 13.

    python experiments/degradation.py [--quick] [--out FILE]

Networks, images and epochs are those of the lecture's quick profile. Each network is
trained with three seeds, by the lecture's SGD and by Adam: Adam divides each weight's
gradient by its own size, so that a gradient which is too large in the lower layers, or
too small, does no harm. A line of the table is the mean training loss of one epoch.
Takes three minutes on one core; ``--quick`` is one seed, the network of 20 layers, one
epoch and two steps. The first line of the file names the machine.
"""

from itertools import product

import keras
from record import record

from dlcourse import datasets
from dlcourse.models import CIFARResNet
from dlcourse.training import Recipe, fit_recipe

NETWORKS = {"plain-20": (20, False), "plain-56": (56, False)}
RECIPES = {  # a fifth of the epochs is warm-up, then a cosine
    "SGD, 0.1": {"rate": 0.1, "l2": 1e-4},
    "Adam, 0.005": {"rate": 5e-3, "optimizer": "adam"},
}
SEEDS = range(3)
# As in the lecture's quick profile; a test compares them.
QUICK = {"part": "[:896]", "size": 8, "width": 8, "epochs": 8, "batch": 64}


def trained(quick):
    """The rows of the table: seed, network, recipe, epoch, and the training loss."""
    part, epochs = ("[:128]", 1) if quick else (QUICK["part"], QUICK["epochs"])
    train = datasets.arrays("digits", f"train{part}", QUICK["size"])
    chosen = product(
        SEEDS[: 1 if quick else None],
        list(NETWORKS)[: 1 if quick else None],
        RECIPES,
    )
    for seed, network, recipe in chosen:
        keras.utils.set_random_seed(seed)
        depth, residual = NETWORKS[network]
        model = CIFARResNet(
            depth, residual, width=QUICK["width"], input_shape=train[0].shape[1:]
        )
        options = {"warmup": epochs / 5} | RECIPES[recipe]
        own = Recipe("lecture 13", QUICK["batch"], epochs, schedule="cosine", **options)
        label = f"{network}, {recipe}, seed {seed}"
        history = fit_recipe(model, own, train, seed=seed, label=label)
        for epoch, loss in enumerate(history["loss"], start=1):
            yield seed, network, recipe, epoch, round(loss, 4)


if __name__ == "__main__":
    columns = ["seed", "network", "recipe", "epoch", "training loss"]
    record(__file__, __doc__, columns, trained)
