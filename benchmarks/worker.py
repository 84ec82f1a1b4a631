"""One side of a comparison in a process of its own: `run.py` starts it.

    python benchmarks/worker.py WHAT [NAME]

Makes ready, prints "ready", and then, for each line of its input, does its work for a
third of a second, at least once, and prints the seconds of one time. Its standard
output is for `run.py` alone.
"""

import sys
import tempfile
import time
from pathlib import Path

import numpy as np

SIZES = {  # image size, batch size: small enough for two CPU cores
    "LeNet-5, dense": (32, 128),
    "ResNet-20": (32, 32),
    "ShuffleNet 1x, g=3": (64, 32),
    "VGG-D": (32, 16),
    "VGG-E": (32, 16),
}
OTHERS = (96, 16)  # the size that each of keras.applications takes
TURN = 1 / 3  # seconds
PICTURES, SIDE, BATCH = 256, 64, 32
MATRIX = 2048  # rows and columns of the matrices whose product is the measure of speed


def parsed(name):
    """Network, image size and batch size of "NETWORK" or "NETWORK, batches of 4"."""
    network, _, batch = name.partition(", batches of ")
    size, usual = SIZES.get(network, OTHERS)
    return network, size, int(batch or usual)


def ours_built(name):
    """Our network, and random images and labels of one batch."""
    from dlcourse.models import catalog

    network, size, _ = parsed(name)
    row = catalog.get(network)
    # The twins of VGG have no dropout.
    options = {"dropout": 0.0} if row.constructor == "VGG" else {}
    if network in ("LeNet-5, dense", "ResNet-20"):
        model = row.build()
    else:
        model = row.build(input_shape=(size, size, 3), **options)
    return model, *examples(name, model.input_shape[-1], model.output_shape[-1])


def examples(name, channels=3, classes=1000):
    """Random images and labels of one batch."""
    _, size, batch = parsed(name)
    draw = np.random.default_rng(0)
    images = draw.normal(size=(batch, size, size, channels)).astype("float32")
    return images, draw.integers(0, classes, batch)


def operations(name):
    """Multiplications and additions of a training step over those of `product`.

    Backward takes twice as many as forward.
    """
    from dlcourse.analysis import complexity

    model, images, _ = ours_built(name)
    return 3 * complexity(model).macs * len(images) / MATRIX**3


def trained(model, images, labels, **options):
    """A function that trains a Keras model on one batch."""
    model.compile("sgd", "sparse_categorical_crossentropy", **options)
    return lambda: model.train_on_batch(images, labels)


def ours(name):
    """A training step of our definition, on the backend of KERAS_BACKEND."""
    return trained(*ours_built(name))


def keras_layers(name):
    """A training step of our definition with Keras's layers, where ours are faster."""
    from keras import layers

    from dlcourse.layers import fast

    fast.BatchNormalization, fast.Conv2D = layers.BatchNormalization, layers.Conv2D
    return ours(name)


def xla(name):
    """A training step of our definition, compiled as a whole by XLA."""
    return trained(*ours_built(name), jit_compile=True)


def one_at_a_time(name):
    """A training step of our definition whose operations wait for each other."""
    import tensorflow as tf

    tf.config.threading.set_inter_op_parallelism_threads(1)
    return ours(name)


def twin(name):
    """A training step of keras.applications, without weights."""
    import keras

    from dlcourse.models import catalog

    network, size, _ = parsed(name)
    build = getattr(keras.applications, catalog.get(network).twin)
    model = build(weights=None, input_shape=(size, size, 3))
    return trained(model, *examples(name))


def torch(name):
    """A training step in plain PyTorch."""
    from plain_torch import built, trainer

    small = {"LeNet-5, dense": (1, 10), "ResNet-20": (3, 10)}
    network, size, _ = parsed(name)
    images, labels = examples(name, *small.get(network, (3, 1000)))
    model = built(network, size)
    step, part = trainer(model, images, labels), np.arange(len(labels))
    return lambda: step(part)


def product(_):
    """The product of two large matrices, the fastest thing that TensorFlow does."""
    import tensorflow as tf

    matrix = tf.random.normal((MATRIX, MATRIX))
    return lambda: tf.linalg.matmul(matrix, matrix).numpy()


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


def torch_pictures(_):
    """ImageFolder and DataLoader with two workers, once through all."""
    from torch.utils.data import DataLoader
    from torchvision import datasets, transforms

    kept = folder()
    change = transforms.Compose(
        [transforms.Resize((SIDE, SIDE)), transforms.ToTensor()]
    )
    files = datasets.ImageFolder(kept.name, change)
    batches = DataLoader(files, BATCH, True, num_workers=2, persistent_workers=True)
    return lambda: read(batches) and kept


def our_changes(_):
    """Our pipeline with flips and shifts, once through pictures of 32 x 32."""
    from dlcourse import datasets
    from dlcourse.training import augmentation

    images, labels = arrays()
    data = datasets.Epochs((images, labels), BATCH, augmentation(["flip", "shift"]))
    batches = data.between(0, 1)
    return lambda: read(batches)


def torch_changes(_):
    """RandomCrop and RandomHorizontalFlip in a DataLoader with two workers."""
    import torch
    from torch.utils.data import DataLoader
    from torchvision import transforms

    images, labels = arrays()
    images = torch.from_numpy(images.transpose(0, 3, 1, 2).copy())
    change = transforms.Compose(
        [transforms.RandomCrop(32, 4), transforms.RandomHorizontalFlip()]
    )
    data = [(image, label) for image, label in zip(images, labels, strict=True)]

    class Changed(torch.utils.data.Dataset):
        def __len__(self):
            return len(data)

        def __getitem__(self, i):
            return change(data[i][0]), data[i][1]

    batches = DataLoader(Changed(), BATCH, True, num_workers=2, persistent_workers=True)
    return lambda: read(batches)


def arrays(count=4096):
    """Random pictures of 32 x 32 pixels, and labels."""
    draw = np.random.default_rng(0)
    return draw.random((count, 32, 32, 3), "float32"), draw.integers(0, 10, count)


def read(batches):
    """The number of batches, all of them read."""
    return sum(1 for _ in batches)


WORK = {
    "ours": ours,
    "keras layers": keras_layers,
    "xla": xla,
    "one at a time": one_at_a_time,
    "twin": twin,
    "torch": torch,
    "our pictures": our_pictures,
    "product": product,
    "their pictures": their_pictures,
    "torch pictures": torch_pictures,
    "our changes": our_changes,
    "torch changes": torch_changes,
}


def main(what, name=""):
    """Serve until the input ends."""
    out, sys.stdout = sys.stdout, sys.stderr
    once = WORK[what](name)
    once()  # compiles
    print("ready", file=out, flush=True)
    for _ in sys.stdin:
        times, start = 0, time.perf_counter()
        while (spent := time.perf_counter() - start) < TURN or not times:
            once()
            times += 1
        print(spent / times, file=out, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
