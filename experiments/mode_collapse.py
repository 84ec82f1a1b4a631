"""How many modes of a mixture does a small GAN find? For lecture 25.

    python experiments/mode_collapse.py [--quick] [--out FILE]

The lecture's two small networks play on eight clouds, for 75 epochs of 2,048 points;
twice as long; with a third layer in the discriminator; with Adam's first momentum at
0.5 and not 0.9; with the minibatch deviation in the discriminator. Five seeds each. A
line of the table is one training: of 1,000 generated points, how many lie farther than
four standard deviations from each cloud, in per cent, and how many of the eight clouds
hold less than 1 % of the points.
Takes three minutes on one core; ``--quick`` is one seed and two epochs. The first line
of the file names the machine.
"""

from itertools import product

import keras
import numpy as np
from keras import layers
from record import record

from dlcourse import datasets
from dlcourse.analysis import count_modes
from dlcourse.layers import MinibatchDeviation
from dlcourse.models import GAN

NOISE = 0.05
GAMES = {  # epochs, first momentum, hidden layers of the discriminator, deviation
    "plain": (75, 0.9, 2, False),
    "twice as long": (150, 0.9, 2, False),
    "deeper discriminator": (75, 0.9, 3, False),
    "momentum 0.5": (75, 0.5, 2, False),
    "minibatch deviation": (75, 0.9, 2, True),
}
SEEDS = range(5)


def network(numbers, hidden, deviation=False):
    """Two numbers -> some layers of 32 units -> so many numbers."""
    x = inputs = keras.Input((2,))
    for layer in range(hidden):
        if deviation and layer == hidden - 1:
            x = MinibatchDeviation()(x)
        x = layers.Dense(32, "relu")(x)
    return keras.Model(inputs, layers.Dense(numbers)(x))


def trained(quick):
    """The rows of the table: seed, game, epochs, points far off, clouds missed."""
    points, _ = datasets.mixture(noise=NOISE)
    for seed, name in product(SEEDS[:1] if quick else SEEDS, GAMES):
        epochs, momentum, hidden, deviation = GAMES[name]
        keras.utils.set_random_seed(seed)
        gan = GAN(network(2, 2), network(1, hidden, deviation), seed)
        adam = keras.optimizers.Adam(1e-3, beta_1=momentum)
        gan.compile(adam, steps_per_execution=32)
        gan.fit(points, points, 64, 2 if quick else epochs, verbose=0)
        made = gan.generate(1000)
        counts = count_modes(made, datasets.mixture_centres(), 4 * NOISE)
        missed = int(np.sum(counts < 10))
        yield seed, name, epochs, round(100 - counts.sum() / 10, 1), missed


if __name__ == "__main__":
    columns = ["seed", "game", "epochs", "far from clouds", "clouds missed"]
    record(__file__, __doc__, columns, trained)
