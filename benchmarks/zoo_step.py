"""One training step of our definition beside that of keras.applications.

    python benchmarks/zoo_step.py [NAME ...] [--steps 10]

Both networks have the same weights and see the same images. Steps alternate, ours and
the twin's, so that both meet the same machine; a ratio of medians above 1 says that
ours is slower.
"""

import argparse
import statistics
import time

import keras
import numpy as np

from dlcourse.models import catalog, transfer

NETWORKS = {  # image size, batch size: small enough for two CPU cores
    "ResNet-50": (64, 8),
    "DenseNet-121": (64, 8),
    "Inception v3": (96, 8),
    "Xception": (74, 8),
    "VGG-D": (32, 4),
}


def seconds_per_step(row, size, batch, steps):
    """Medians for ours and the twin; one step each to compile, then alternating."""
    keras.backend.clear_session()
    shape = (size, size, 3)
    twin = getattr(keras.applications, row.twin)(weights=None, input_shape=shape)
    options = {"dropout": 0.0} if row.constructor == "VGG" else {}  # its twin has none
    ours = row.build(input_shape=shape, **options)
    transfer(twin, ours)
    draw = np.random.default_rng(0)
    images = draw.normal(size=(batch, *shape)).astype("float32")
    labels = draw.integers(0, 1000, batch)
    times = {ours: [], twin: []}
    for model in times:
        model.compile("sgd", "sparse_categorical_crossentropy")
        model.train_on_batch(images, labels)
    for _ in range(steps):
        for model, spent in times.items():
            start = time.perf_counter()
            model.train_on_batch(images, labels)
            spent.append(time.perf_counter() - start)
    return [statistics.median(spent) for spent in times.values()]


def main():
    """Print one line per network."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="NAME", default=list(NETWORKS))
    parser.add_argument("--steps", type=int, default=10)
    arguments = parser.parse_args()
    print(f"{'network':<14} {'images':>12} {'ours':>9} {'twin':>9} {'ratio':>6}")
    for name in arguments.names:
        size, batch = NETWORKS[name]
        ours, twin = seconds_per_step(catalog.get(name), size, batch, arguments.steps)
        images = f"{batch} x {size}²"
        print(f"{name:<14} {images:>12} {ours:8.3f}s {twin:8.3f}s {ours / twin:6.3f}")


if __name__ == "__main__":
    main()
