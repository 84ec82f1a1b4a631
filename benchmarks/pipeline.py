"""Images per second of the input pipeline and of the training step, ours and others'.

    python benchmarks/pipeline.py [--images 2048] [--batch 128] [--rounds 3]

ResNet-20 on random images of 32 x 32 pixels. The trainings take turns, so that all
meet the same machine; printed are the medians of the rounds. The pipeline
shuffles, flips, shifts and prefetches. PyTorch (extra "torch") trains the same network
on the same arrays, with the same optimizer, in a process of its own: beside
TensorFlow's threads it would run at a quarter of its speed.
"""

import argparse
import multiprocessing
import statistics
import time

import keras
import numpy as np

from dlcourse import training
from dlcourse.datasets import Epochs
from dlcourse.models import CIFARResNet


def pipeline(images, labels, batch, augment):
    """Epochs over the arrays."""
    return Epochs((images, labels), batch, training.augmentation(augment))


def compiled(batch):
    """ResNet-20 with its paper's recipe."""
    model = CIFARResNet(20)
    recipe = training.RECIPES["ResNet, CIFAR"].scaled(batch)
    model.compile(recipe.make_optimizer(steps_per_epoch=400), recipe.loss())
    return model


def torch_epoch(images, labels, batch):
    """A function that trains one epoch in a plain PyTorch loop."""
    import torch
    from plain_torch import resnet20, trainer

    step = trainer(resnet20(), images, labels, 0.1, momentum=0.9, weight_decay=1e-4)

    def epoch():
        for part in torch.randperm(len(images)).split(batch):
            step(part)

    return epoch


def serve(connection, images, labels, batch):
    """In a process of its own: one epoch of PyTorch for every message."""
    epoch = torch_epoch(images, labels, batch)
    while connection.recv():
        epoch()
        connection.send(True)


def torch_process(images, labels, batch):
    """A function that has another process train one epoch, and waits for it."""
    spawn = multiprocessing.get_context("spawn")
    ours, theirs = spawn.Pipe()
    arguments = (theirs, images, labels, batch)
    spawn.Process(target=serve, args=arguments, daemon=True).start()

    def epoch():
        ours.send(True)
        ours.recv()

    return epoch


def candidates(images, labels, batch):
    """Name -> function that goes once through all images."""
    plain = pipeline(images, labels, batch, [])
    augmented = pipeline(images, labels, batch, ["flip", "shift"])
    ours, keras_fit = compiled(batch), compiled(batch)

    def read(data):
        for _ in data.between(0, 1):
            pass

    def train(data):
        ours.fit(
            data.between(0, 1), steps_per_epoch=data.steps, shuffle=False, verbose=0
        )

    return {
        "pipeline alone": lambda: read(plain),
        "pipeline alone, augmented": lambda: read(augmented),
        "training, our pipeline": lambda: train(plain),
        "training, augmented": lambda: train(augmented),
        "training, fit on arrays": lambda: keras_fit.fit(
            images, labels, batch_size=batch, verbose=0
        ),
        "training, PyTorch loop": torch_process(images, labels, batch),
    }


def main():
    """Print one line per candidate."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--images", type=int, default=2048)
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    draw = np.random.default_rng(0)
    images = draw.random((arguments.images, 32, 32, 3), "float32")
    labels = draw.integers(0, 10, arguments.images)
    table = candidates(images, labels, arguments.batch)
    seconds = {name: [] for name in table}
    for round_ in range(arguments.rounds + 1):
        for name, once in table.items():
            start = time.perf_counter()
            once()
            if round_ > 0:  # the first round compiles
                seconds[name].append(time.perf_counter() - start)
    print(f"Keras {keras.__version__}, {keras.backend.backend()}; images per second")
    for name, spent in seconds.items():
        print(f"{name:<28} {arguments.images / statistics.median(spent):>9,.0f}")


if __name__ == "__main__":
    main()
