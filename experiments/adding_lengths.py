"""The adding problem at growing lengths, for lecture 26.

    python experiments/adding_lengths.py [--quick] [--out FILE]

Each network gets the same budget, 500 steps with 128 sequences in each, by Adam with a
learning rate that falls to zero on a cosine, gradients clipped to norm 1. The plain
recurrent network may try three learning rates, the LSTM and the GRU have one; a network
of dilated convolutions joins in at the greatest length. A line of the table is the
squared error on 2000 new sequences; always to say 1 has 1/6. Takes ten minutes on one
core; ``--quick`` is the shortest length, one seed and two steps. The first line of the
file names the machine.
"""

import keras
import numpy as np
from record import record

from dlcourse import datasets
from dlcourse.models.recurrent import CausalNetwork, RecurrentNetwork
from dlcourse.training import Recipe, fit_recipe

LENGTHS = 10, 30, 60, 100
RATES = {  # Adam's
    "SimpleRNN": (0.003, 0.01, 0.03),
    "LSTM": (0.02,),
    "GRU": (0.02,),
    "convolutions": (0.003,),
}
SEEDS = range(5)
UNITS, STEPS, BATCH, EPOCHS = 32, 500, 128, 5


def build(network, length):
    """The network, for sequences of that length."""
    if network == "convolutions":
        return CausalNetwork(UNITS, 7, (length, 2))
    return RecurrentNetwork(network, UNITS, (length, 2))


def trained(quick):
    """The rows of the table: seed, length, network, learning rate, and test error."""
    epochs, examples = (1, 2 * BATCH) if quick else (EPOCHS, STEPS // EPOCHS * BATCH)
    for seed in SEEDS[: 1 if quick else None]:
        for length in LENGTHS[: 1 if quick else None]:
            train = datasets.adding_problem(examples, length, seed)
            x, y = datasets.adding_problem(2000, length, seed=99)
            for network, rates in RATES.items():
                if network == "convolutions" and length < max(LENGTHS):
                    continue
                for rate in rates:
                    keras.utils.set_random_seed(seed)
                    model = build(network, length)
                    options = {"optimizer": "adam", "clip": 1.0}
                    recipe = Recipe("", BATCH, epochs, rate, "cosine", **options)
                    label = f"{network}, length {length}, seed {seed}"
                    own = {"loss": "mse", "metrics": (), "seed": seed, "label": label}
                    fit_recipe(model, recipe, train, **own)
                    error = np.mean((model.predict(x, verbose=0)[:, 0] - y) ** 2)
                    yield seed, length, network, rate, round(float(error), 5)


if __name__ == "__main__":
    columns = ["seed", "length", "network", "learning rate", "test error"]
    record(__file__, __doc__, columns, trained)
