"""How soon ResNet-9 is right on 92 % of the test pictures, and what helps it most.

    python experiments/fashion_mnist/fast.py --epochs 3 --seed 0 [--without averaging]

Trains a short schedule to its end and adds a row to fast.csv: the seconds of ``fit``,
with compiling and without reading and testing, and the test error after them. The time
to 92 % is that of the shortest schedule that ends there. fast_torch.py does this in
plain PyTorch, with the same network, recipe and measures.

The measures are those of fast training on CIFAR-10 (David Page: How to Train Your
ResNet, 2018; Keller Jordan: 94 % on CIFAR-10 in 3.29 seconds, arXiv:2404.00498).
"""

import argparse
import dataclasses
import time
from pathlib import Path

import keras
import numpy as np
from keras import ops
from networks import MOVED, SOURCE, Network
from run import append, build, machine, read

from dlcourse import datasets, training

HERE = Path(__file__).parent
RECIPE = training.Recipe(  # one cycle: up for a fourth of the training, then down to 0
    source=SOURCE,
    batch_size=512,
    epochs=1,
    rate=0.4,
    schedule="linear",
    warmup=0.25,
    nesterov=True,
    l2=5e-4,
    smoothing=0.2,
    preprocessing=dataclasses.replace(MOVED, standardize="channels"),
)
WITHOUT = {  # a measure: the recipe's fields without it
    "large batches": {"batch_size": 128, "rate": 0.1},
    "one cycle": {"schedule": "cosine", "warmup": 0.0},
    "Nesterov": {"nesterov": False},
    "smoothing": {"smoothing": 0.0},
    "whitening": {},
    "averaging": {},
    "mirroring": {},
}
KEPT = 0.9  # of the averaged weights, at each batch


class Averaged(keras.callbacks.Callback):
    """A running mean of all weights, which are put into the model at the end."""

    def on_train_begin(self, logs=None):
        self.means = [ops.copy(weight) for weight in self.model.weights]

    def on_train_batch_end(self, batch, logs=None):
        self.means = [
            KEPT * mean + (1 - KEPT) * ops.convert_to_tensor(weight)
            for mean, weight in zip(self.means, self.model.weights, strict=True)
        ]

    def on_train_end(self, logs=None):
        for mean, weight in zip(self.means, self.model.weights, strict=True):
            weight.assign(mean)


def whiten(layer, images):
    """Let a convolution's first filters see patches in which nothing is correlated.

    They are the principal components of the patches of some images, divided by their
    deviations, and stay trainable.
    """
    kernel = layer.get_weights()[0]
    size, _, channels, filters = kernel.shape
    patches = np.lib.stride_tricks.sliding_window_view(images, (size, size), (1, 2))
    patches = patches.transpose(0, 1, 2, 4, 5, 3).reshape(-1, size * size * channels)
    variances, components = np.linalg.eigh(np.cov(patches, rowvar=False))
    scaled = components / np.sqrt(variances + 1e-2 * variances.max())
    count = min(filters, scaled.shape[1])
    kernel[..., :count] = scaled[:, ::-1][:, :count].reshape(size, size, channels, -1)
    layer.set_weights([kernel])


def mirrored(model, images):
    """Probabilities: the mean of those of the images and of their mirror images."""
    both = (model.predict(x, 500, verbose=0) for x in (images, images[:, :, ::-1]))
    return sum(both) / 2


def train(network, data, seed, without):
    """The trained model, and the seconds."""
    keras.utils.set_random_seed(seed)
    model, recipe = build(network, data), network.recipe
    if "whitening" not in without:
        first = model.layers[-1].get_layer("prep")
        whiten(first, model.layers[0](data[0][:1000]).numpy())
    epochs = datasets.Epochs(
        data, recipe.batch_size, seed=seed, preprocessing=recipe.preprocessing
    )
    start = time.perf_counter()
    training.fit_recipe(
        model,
        recipe,
        epochs,
        seed=seed,
        callbacks=[] if "averaging" in without else [Averaged()],
    )
    return model, time.perf_counter() - start


def options():
    """What the command line says."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--without", nargs="*", choices=WITHOUT, default=[])
    parser.add_argument("--width", type=int, default=16, help="64 on a GPU")
    parser.add_argument("--validation", action="store_true")
    parser.add_argument("--dataset", default="fashion_mnist")
    parser.add_argument("--examples", type=int, help="fewer, for a try")
    parser.add_argument("--out", type=Path, default=HERE / "fast.csv")
    return parser.parse_args()


def main():
    """Train, test, and add the row."""
    chosen = options()
    data, (x, y) = read(chosen.dataset, chosen.validation, chosen.examples)
    changes = {}
    for name in chosen.without:
        changes |= WITHOUT[name]
    recipe = dataclasses.replace(RECIPE, **changes).shortened(chosen.epochs)
    network = Network("ResNet9", recipe, (chosen.width,))
    model, seconds = train(network, data, chosen.seed, chosen.without)
    if "mirroring" in chosen.without:
        probabilities = model.predict(x, 500, verbose=0)
    else:
        probabilities = mirrored(model, x)
    row = {
        "side": keras.backend.backend(),
        "without": " and ".join(chosen.without),
        "width": chosen.width,
        "epochs": chosen.epochs,
        "seed": chosen.seed,
        "examples": len(data[0]),
        "part": "validation" if chosen.validation else "test",
        "error": round(100 * float(np.mean(probabilities.argmax(1) != y)), 2),
        "seconds": round(seconds, 1),
        "machine": machine(),
    }
    append(chosen.out, row)
    print(row)


if __name__ == "__main__":
    main()
