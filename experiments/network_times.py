"""What a prediction costs on the clock, and a training in memory, for lecture 20.

    python experiments/network_times.py [--quick] [--out FILE]

One thread computes everything; takes some minutes. A line of the table is a network of
the catalog: its parameters, the milliseconds in which it predicts one image (the
fastest repetition, counted in the processor's time), and the megabytes of float32 that
the backward pass needs of the forward pass of one image. The first line of the file
names the machine.
"""

import time

import numpy as np
import tensorflow as tf
from record import record

from dlcourse.analysis.timing import fastest
from dlcourse.models import catalog
from dlcourse.training.estimate import activation_bytes

NETWORKS = (
    *("VGG-D", "VGG-E", "ResNet-50", "ResNet-101", "ResNet-152", "ResNet-50 V2"),
    *("Inception v3", "Inception-ResNet v2", "Xception"),
    *("DenseNet-121", "DenseNet-169", "DenseNet-201", "NASNet-A mobile"),
)


def repeats(quick):
    """How often each network predicts."""
    return 1 if quick else 4


def measured(quick):
    """The rows of the table: network, parameters, milliseconds, megabytes."""
    for name in NETWORKS[: 1 if quick else None]:
        row = catalog.get(name)
        model = row.build()
        image = np.random.default_rng(0).random((1, *model.input_shape[1:]), "float32")
        graph, image = tf.function(model), tf.constant(image)
        calls = {name: lambda graph=graph, image=image: graph(image).numpy()}
        spent = fastest(calls, repeats(quick), time.process_time)[name]
        kept = activation_bytes(model) / 1e6
        yield name, row.parameters, round(spent, 1), round(kept, 1)


if __name__ == "__main__":
    columns = ["network", "parameters", "milliseconds", "megabytes"]
    record(
        *(__file__, __doc__, columns, measured),
        told=lambda quick: f", the fastest of {repeats(quick)} calls",
    )
