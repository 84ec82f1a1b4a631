"""One side of a comparison in a process of its own: `run.py` starts it.

    python benchmarks/worker.py WHAT [NAME]

Makes ready, prints "ready", and then, for each line of its input, does its work once
and prints the seconds. Its standard output is for `run.py` alone.
"""

import sys
import tempfile
import time
from pathlib import Path

import numpy as np

CIFAR = "ResNet-20"
NETWORKS = {  # image size, batch size: small enough for two CPU cores
    CIFAR: (32, 32),
    "LeNet-5, dense": (32, 32),
    "ResNet-50": (64, 8),
    "DenseNet-121": (64, 8),
    "Inception v3": (96, 8),
    "Xception": (74, 8),
    "VGG-D": (32, 4),
}
PICTURES, SIDE, BATCH = 256, 64, 32


def examples(name, channels=3, classes=1000):
    """Random images and labels of one batch."""
    size, batch = NETWORKS[name]
    draw = np.random.default_rng(0)
    images = draw.normal(size=(batch, size, size, channels)).astype("float32")
    return images, draw.integers(0, classes, batch)


def trained(model, images, labels):
    """A function that trains a Keras model on one batch."""
    model.compile("sgd", "sparse_categorical_crossentropy")
    return lambda: model.train_on_batch(images, labels)


def ours(name):
    """A training step of our definition, on the backend of KERAS_BACKEND."""
    from dlcourse.models import catalog

    row = catalog.get(name)
    options = {"dropout": 0.0} if row.constructor == "VGG" else {}  # its twin has none
    if name not in (CIFAR, "LeNet-5, dense"):
        shape = (NETWORKS[name][0],) * 2 + (3,)
        return trained(row.build(input_shape=shape, **options), *examples(name))
    model = row.build(**options)
    channels = model.input_shape[-1]
    return trained(model, *examples(name, channels, model.output_shape[-1]))


def twin(name):
    """A training step of keras.applications, without weights."""
    import keras

    from dlcourse.models import catalog

    shape = (NETWORKS[name][0],) * 2 + (3,)
    build = getattr(keras.applications, catalog.get(name).twin)
    return trained(build(weights=None, input_shape=shape), *examples(name))


def torch(name):
    """A training step of ResNet-20 in plain PyTorch."""
    from plain_torch import trainer

    images, labels = examples(name, classes=10)
    step, part = trainer(images, labels), np.arange(len(labels))
    return lambda: step(part)


def folder():
    """A folder of JPEG files in two classes, for as long as the process lives."""
    from PIL import Image

    kept = tempfile.TemporaryDirectory()
    draw = np.random.default_rng(0)
    for number in range(PICTURES):
        place = Path(kept.name, "ab"[number % 2])
        place.mkdir(exist_ok=True)
        coarse = Image.fromarray(draw.integers(0, 256, (24, 32, 3), "uint8"))
        coarse.resize((256, 192)).save(place / f"{number}.jpg", quality=95)
    return kept


def our_pictures(_):
    """Our pipeline from JPEG files, once through all."""
    from dlcourse import datasets

    kept = folder()
    split = datasets.train_validation_split(kept.name, hold_out=False)
    choice = datasets.Preprocessing(SIDE)
    data = datasets.Epochs(split.train, BATCH, preprocessing=choice)
    batches = data.between(0, 1)
    return lambda: read(batches) and kept


def their_pictures(_):
    """``image_dataset_from_directory``, once through all."""
    import keras

    kept = folder()
    batches = keras.utils.image_dataset_from_directory(
        kept.name, image_size=(SIDE, SIDE), batch_size=BATCH, verbose=False
    )
    return lambda: read(batches) and kept


def read(batches):
    """The number of batches, all of them read."""
    return sum(1 for _ in batches)


WORK = {
    "ours": ours,
    "twin": twin,
    "torch": torch,
    "our pictures": our_pictures,
    "their pictures": their_pictures,
}


def main(what, name=""):
    """Serve until the input ends."""
    out, sys.stdout = sys.stdout, sys.stderr
    once = WORK[what](name)
    once()  # compiles
    print("ready", file=out, flush=True)
    for _ in sys.stdin:
        start = time.perf_counter()
        once()
        print(time.perf_counter() - start, file=out, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
