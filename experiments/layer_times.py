"""What layers and networks cost on the clock, for lecture 18.

    python experiments/layer_times.py [--quick] [--out FILE]

One thread computes everything; takes two minutes. A line of the table is a call: how
much work it is, and the milliseconds of its fastest repetition, counted in the
processor's time, so that other programs matter little. Some layers also work on 16
times as many pictures, whose maps fit into no cache. ``--quick`` repeats nothing. The
first line of the file names the machine.
"""

import time

import keras
import numpy as np
import tensorflow as tf
from keras import layers, ops
from record import record

from dlcourse.analysis import complexity
from dlcourse.analysis.timing import fastest
from dlcourse.models import ResNet, ShuffleNet

DEPTH = 4  # layers of a kind, one after the other
IMAGES, MANY = 8, 128  # maps of 2 MiB and of 32 MiB
KINDS = {
    "full 3 × 3": (layers.Conv2D, 3, {}),
    "4 groups": (layers.Conv2D, 3, {"groups": 4}),
    "16 groups": (layers.Conv2D, 3, {"groups": 16}),
    "depthwise": (layers.DepthwiseConv2D, 3, {}),
    "pointwise": (layers.Conv2D, 1, {}),
    "separable": (layers.SeparableConv2D, 3, {}),
}


def stack(kind):
    """Four layers of a kind: 64 x 64 x 16 -> the mean of each channel."""
    layer, kernel, options = KINDS[kind]
    filters = () if layer is layers.DepthwiseConv2D else (16,)
    inputs = x = keras.Input((64, 64, 16))
    for _ in range(DEPTH):
        x = layer(*filters, kernel, padding="same", use_bias=False, **options)(x)
    return keras.Model(inputs, layers.GlobalAveragePooling2D()(x))


def models():
    """(experiment, name) -> a model, and how many images it is called with."""
    found = {("kind", kind): (stack(kind), IMAGES) for kind in KINDS}
    for kind in ("full 3 × 3", "depthwise", "pointwise"):
        found["many images", kind] = stack(kind), MANY
    found["network", "ResNet-18"] = ResNet(18), 4
    for groups in (1, 3, 8):
        found["network", f"ShuffleNet, g = {groups}"] = ShuffleNet(groups), 4
    return found


def moved(maps):
    """Add 1 as often as there are layers; a number of the last maps."""
    for _ in range(DEPTH):
        maps = maps + 1
    return float(maps[0, 0, 0, 0])


def repeats(quick):
    """How often each call is made."""
    return 1 if quick else 30


def measured(quick):
    """The rows of the table: experiment, name, work, its unit, milliseconds."""
    draw = np.random.default_rng(0)
    square = ops.ones((1024, 1024))
    calls = {("machine", "multiply"): lambda: float(ops.matmul(square, square)[0, 0])}
    work = {("machine", "multiply"): (1024**3, "multiply-adds")}
    for images in (IMAGES, MANY):
        maps = ops.ones((images, 64, 64, 16))
        name = "machine", f"move {maps.shape[0] // 4} MiB"
        calls[name] = lambda maps=maps: moved(maps)
        work[name] = DEPTH * 2 * 4 * images * 64 * 64 * 16, "bytes"  # read and written
    for name, (model, images) in models().items():
        x = draw.normal(size=(images, *model.input_shape[1:])).astype("float32")
        graph, x = tf.function(model), tf.constant(x)
        calls[name] = lambda graph=graph, x=x: graph(x).numpy()
        work[name] = images * complexity(model).macs, "multiply-adds"
    times = fastest(calls, repeats(quick), time.process_time)
    return [(*name, *work[name], round(times[name], 4)) for name in calls]


if __name__ == "__main__":
    columns = ["experiment", "name", "work", "unit", "milliseconds"]
    record(
        *(__file__, __doc__, columns, measured),
        told=lambda quick: f", the fastest of {repeats(quick)} calls",
    )
