"""Small VGGs on the embedded glyphs, for lecture 10: depth, 1 x 1 and 5 x 5 filters.

    python experiments/vgg_small.py [--quick] [--out FILE]

The networks of the lecture's quick profile, trained as there (Adam, a cosine), with
three seeds; three of them also for three times as many epochs. A line of the table is
one training: errors in percent at its end. Takes a quarter of an hour on one core;
``--quick`` is one seed, one network and 64 pictures. The first line of the file names
the machine.
"""

from itertools import product

import keras
from record import record

from dlcourse import datasets
from dlcourse.models import VGG, ConvNet
from dlcourse.training import error_rate, fit

OPTIONS = {"input_shape": (16, 16, 1), "classes": 36, "dense": ()}
SEEDS = range(3)
# As in the lecture's quick profile; a test compares them.
QUICK = {"part": "[:3600]", "size": 16, "epochs": 8}


def small(repeats, width, last=None):
    """Three stages of so many 3 x 3 layers each; ``last`` as in VGG's table 1."""
    return VGG([(repeats, width * 2**s, last) for s in range(3)], **OPTIONS)


NETWORKS = {  # the widths make the work of 3, 6 and 12 layers the same, within 8 %
    "3 layers": lambda: small(1, 16),
    "6 layers": lambda: small(2, 8),
    "12 layers": lambda: small(4, 5),
    "3 × 3": lambda: small(1, 8),
    "3 × 3, 1 × 1": lambda: small(1, 8, "conv1"),
    "5 × 5": lambda: ConvNet((8, 16, 32), kernel_size=5, **OPTIONS),
}
LONGER = ("3 layers", "6 layers", "12 layers")  # also for three times as many epochs


def trained(quick):
    """The rows of the table: seed, network, epochs, error in training and test."""
    part, usual = "[:64]" if quick else QUICK["part"], QUICK["epochs"]
    train = datasets.arrays("glyphs", f"train{part}", QUICK["size"])
    test = datasets.arrays("glyphs", "test", QUICK["size"])
    networks = list(NETWORKS)[: 1 if quick else None]
    chosen = [(network, usual) for network in networks]
    if not quick:
        chosen += [(network, 3 * usual) for network in LONGER]
    for seed, (network, epochs) in product(SEEDS[: 1 if quick else None], chosen):
        keras.utils.set_random_seed(seed)
        model = NETWORKS[network]()
        label = f"{network}, {epochs} epochs, seed {seed}"
        fit(model, train, epochs, rate=3e-3, seed=seed, label=label)
        errors = [round(error_rate(model, *examples), 2) for examples in (train, test)]
        yield seed, network, epochs, *errors


if __name__ == "__main__":
    columns = ["seed", "network", "epochs", "training error", "test error"]
    record(__file__, __doc__, columns, trained)
