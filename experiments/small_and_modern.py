"""Small networks, built and trained in many ways, for lecture 28.

    python experiments/small_and_modern.py [--quick] [--out FILE]

Four questions, one table. "float32" and "int8": milliseconds of one picture of
224 × 224 in LiteRT, the fastest of 20 calls. All else is the test error (%) on the
embedded set "fashion" after two or three epochs. "any widths" and "rising widths":
networks drawn from two design spaces, all of about the same work; ``seed`` is the
number of the draw. "inverted": inverted residuals, and about twice their work in
depth, width, pixels, or in all three.
"step": from ResNet to ConvNeXt. ``work`` is multiply-adds for one picture. Takes ten
minutes on one core; ``--quick`` is the first of each that is trained, for two steps.
The first line of the file names the machine.
"""

import time
from functools import partial
from itertools import product

import keras
import numpy as np
from keras import layers
from record import record

from dlcourse import datasets, models
from dlcourse.analysis import complexity
from dlcourse.analysis.timing import fastest
from dlcourse.blocks import mobile
from dlcourse.blocks.conv import conv_bn
from dlcourse.blocks.head import classifier
from dlcourse.models import regnet
from dlcourse.training import error_rate, fit
from dlcourse.training.quantization import make_interpreter, to_litert

SEEDS, RATE, BATCH, PIXELS = (0,), 0.004, 100, 28
EPOCHS = {"inverted": 2, "step": 2, "any widths": 3, "rising widths": 3}
TIMED = {
    "ResNet-50": partial(models.ResNet, 50),
    "MobileNet": models.MobileNet,
    "MobileNetV2": models.MobileNetV2,
    "MobileNetV3 large": models.MobileNetV3,
}
INVERTED = {  # blocks of each stage, their channels, pixels
    "small": ((2, 2, 2), (10, 20, 30), 20),
    "deeper": ((4, 4, 4), (10, 20, 30), 20),
    "wider": ((2, 2, 2), (15, 29, 43), 20),
    "more pixels": ((2, 2, 2), (10, 20, 30), 28),
    "all three": ((2, 3, 2), (11, 22, 33), 24),
}
DRAWS, BUDGET = 6, (1.9e6, 2.3e6)  # networks of a space, and their work
STEPS = (
    *("ResNet", "blocks moved, patches", "depthwise, wider", "inverted"),
    *("7 × 7 first", "GELU, layer norm, once", "halving apart"),
)


def trained(model, pixels, seed, epochs):
    """The work of a model, and its test error (%) after training at so many pixels.

    0 epochs are two steps.
    """
    train, test = (datasets.arrays("fashion", s, pixels) for s in ("train", "test"))
    train = tuple(array[: None if epochs else 2 * BATCH] for array in train)
    fit(model, train, epochs or 1, rate=RATE, batch_size=BATCH, seed=seed)
    return complexity(model).macs, round(error_rate(model, *test), 2)


def inverted(repeats, channels, pixels):
    """Inverted residuals in three stages: pixels² -> probabilities."""
    inputs = keras.Input((pixels, pixels, 1))
    x = mobile.conv_bn(inputs, channels[0], 3, 2, momentum=0.9)
    for stage, (count, filters) in enumerate(zip(repeats, channels, strict=True)):
        for number in range(count):
            strides = 2 if stage and number == 0 else 1
            hidden = 6 * x.shape[-1]
            x = mobile.inverted_residual(
                x, hidden, filters, strides=strides, momentum=0.9
            )
    return keras.Model(inputs, classifier(x, 10))


def draws(rising):
    """Endless different numbers and widths of three stages' blocks, of a space."""
    rng, before = np.random.default_rng(0), []
    while True:
        if rising:  # RegNet: depth, first width, slope, step
            design = rng.integers(3, 11), 8 * rng.integers(1, 9)
            design += rng.uniform(2, 24), rng.uniform(1.3, 3)
            repeats, widths = regnet.stages(*design, 8)
        else:
            repeats, widths = rng.integers(1, 5, size=3), 8 * rng.integers(1, 13, 3)
        found = [int(n) for n in repeats], [int(n) for n in widths]
        if len(widths) != 3 or found in before:
            continue
        if BUDGET[0] < work_of(*found) < BUDGET[1]:
            before.append(found)
            yield found


def work_of(repeats, widths):
    """Multiply-adds of the blocks that `drawn` builds."""
    total, width_before, side_before = 0, 16, 14
    for count, width, side in zip(repeats, widths, (14, 7, 4), strict=True):
        total += width_before * width * side_before**2 + 10 * width**2 * side**2
        if (width, side) != (width_before, side_before):
            total += width_before * width * side**2  # the shortcut
        total += (count - 1) * 11 * width**2 * side**2
        width_before, side_before = width, side
    return total


def drawn(repeats, widths):
    """RegNet's blocks, so many and so wide: 28 x 28 x 1 -> probabilities."""
    inputs = keras.Input((PIXELS, PIXELS, 1))
    x = conv_bn(inputs, 16, 3, 2)  # 14 x 14
    for stage, (count, width) in enumerate(zip(repeats, widths, strict=True), 1):
        for number in range(count):
            strides = 2 if number == 0 and stage > 1 else 1
            place = f"stage{stage}_block{number + 1}"
            x = regnet.block(x, width, strides, width, 0.0, 0.9, place)
    return keras.Model(inputs, classifier(x, 10))


def stepped(step):
    """The network after so many of the `STEPS`: 28 x 28 x 1 -> probabilities."""
    repeats = (1, 4, 1) if step >= 1 else (2, 2, 2)
    widths = (12, 24, 48) if step >= 2 else (8, 16, 32)
    shape = {"input_shape": (PIXELS, PIXELS, 1), "classes": 10}
    if step == 6:
        return models.ConvNeXt((repeats, widths), patch=2, initial=1.0, **shape)
    inputs = keras.Input(shape["input_shape"])
    if step >= 1:
        x = layers.Conv2D(widths[0], 2, 2)(inputs)
        x = after(x, step, active=step < 5)
    else:
        x = after(layers.Conv2D(16, 3, padding="same")(inputs), step)
        x = layers.MaxPooling2D(2)(x)
    for stage, (count, width) in enumerate(zip(repeats, widths, strict=True)):
        for number in range(count):
            x = stepped_block(x, width, 2 if stage and number == 0 else 1, step)
    return keras.Model(inputs, classifier(x, 10))


def stepped_block(x, width, strides, step):
    """A bottleneck on its way to a block of ConvNeXt, with its shortcut."""
    hidden, filters = (4 * width, width) if step >= 3 else (width, 4 * width)
    y = x
    if step < 4:
        y = after(layers.Conv2D(hidden, 1)(y), step)
    size = {"kernel_size": 7 if step >= 4 else 3, "strides": strides, "padding": "same"}
    if step >= 2:
        y = layers.DepthwiseConv2D(**size)(y)
    else:
        y = layers.Conv2D(hidden, **size)(y)
    y = after(y, step, active=step < 5)
    if step >= 4:
        y = after(layers.Conv2D(hidden, 1)(y), step, normed=step < 5)
    y = after(layers.Conv2D(filters, 1)(y), step, normed=step < 5, active=False)
    if y.shape != x.shape:
        x = after(layers.Conv2D(filters, 1, strides)(x), step, active=False)
    x = layers.Add()([x, y])
    return layers.ReLU()(x) if step < 5 else x


def after(x, step, normed=True, active=True):
    """Normalization and activation behind a convolution, as they are at a step."""
    if normed and step >= 5:
        x = layers.LayerNormalization(epsilon=1e-6)(x)
    elif normed:
        x = layers.BatchNormalization(momentum=0.9)(x)
    return layers.Activation("gelu" if step >= 5 else "relu")(x) if active else x


def timed():
    """Rows of "float32" and "int8"."""
    pictures = np.random.default_rng(0).random((4, 224, 224, 3), "float32")
    kinds = {"float32": None, "int8": pictures}
    for (name, build), kind in product(TIMED.items(), kinds):
        if kind == "float32" or name == "MobileNet":
            keras.utils.set_random_seed(0)
            model = build()
            interpreter = make_interpreter(to_litert(model, kinds[kind]), threads=1)
            interpreter.allocate_tensors()
            entry = interpreter.get_input_details()[0]["index"]
            interpreter.set_tensor(entry, pictures[:1])
            found = fastest({name: interpreter.invoke}, 20, time.process_time)
            yield kind, name, 0, complexity(model).macs, round(found[name], 2)


def networks(quick):
    """Rows to come: question, network, seed, a function that builds it, its pixels."""
    few = slice(1 if quick else None)
    for name, rising in [("any widths", False), ("rising widths", True)][few]:
        for seed, design in zip(range(DRAWS)[few], draws(rising), strict=False):
            yield name, str(design), seed, partial(drawn, *design), PIXELS
    for seed in SEEDS[few]:
        for name, design in list(INVERTED.items())[few]:
            yield "inverted", name, seed, partial(inverted, *design), design[2]
        for step, name in list(enumerate(STEPS))[few]:
            yield "step", name, seed, partial(stepped, step), PIXELS


def rows(quick):
    """The rows of the table: question, network, seed, work, milliseconds or error."""
    for question, name, seed, build, pixels in networks(quick):
        keras.utils.set_random_seed(seed)
        epochs = 0 if quick else EPOCHS[question]
        yield question, name, seed, *trained(build(), pixels, seed, epochs)
    if not quick:
        yield from timed()


if __name__ == "__main__":
    record(__file__, __doc__, ["question", "network", "seed", "work", "measured"], rows)
