"""What a prediction costs on the clock, and a training in memory, for lecture 20.

    python experiments/network_times.py [--quick] [--out FILE]

One thread computes everything; takes some minutes. A line of the table is a network of
the catalog: its parameters, the milliseconds in which it predicts one image (the
fastest repetition, counted in the processor's time), and the megabytes of float32 that
the backward pass needs of the forward pass of one image. The first line of the file
names the machine.
"""

import argparse
import time
from pathlib import Path

import numpy as np
import pandas as pd
import tensorflow as tf

from dlcourse.analysis.timing import fastest, one_core
from dlcourse.models import catalog
from dlcourse.training.estimate import activation_bytes

NETWORKS = (
    *("VGG-D", "VGG-E", "ResNet-50", "ResNet-101", "ResNet-152", "ResNet-50 V2"),
    *("Inception v3", "Inception-ResNet v2", "Xception"),
    *("DenseNet-121", "DenseNet-169", "DenseNet-201", "NASNet-A mobile"),
)


def measured(name, repeats):
    """A line of the table."""
    row = catalog.get(name)
    model = row.build()
    image = np.random.default_rng(0).random((1, *model.input_shape[1:]), "float32")
    graph, image = tf.function(model), tf.constant(image)
    calls = {name: lambda: graph(image).numpy()}
    return {
        "network": name,
        "parameters": row.parameters,
        "milliseconds": round(fastest(calls, repeats, time.process_time)[name], 1),
        "megabytes": round(activation_bytes(model) / 1e6, 1),
    }


def main():
    """Measure, and write the machine and the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="the first one, once")
    parser.add_argument("--out", type=Path, default=Path(__file__).with_suffix(".csv"))
    chosen = parser.parse_args()
    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    networks, repeats = (NETWORKS[:1], 1) if chosen.quick else (NETWORKS, 4)
    rows = [measured(name, repeats) for name in networks]
    head = f"# {one_core()}, the fastest of {repeats} calls\n"
    chosen.out.write_text(head + pd.DataFrame(rows).to_csv(index=False))


if __name__ == "__main__":
    main()
