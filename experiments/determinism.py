"""What TensorFlow's deterministic operations cost a training step, for lecture 22.

    python experiments/determinism.py [--quick] [--out FILE]

One thread takes steps of ResNet-9 with 32 images, as usual and then with deterministic
operations, which cannot be switched off again; so each pair has a process of its own,
and the pairs follow one another. Milliseconds are those of the fastest step, counted in
the processor's time. On a GPU the price is another one. ``--quick`` takes two steps of
one pair. The first line of the file names the machine.
"""

import multiprocessing
import time
from concurrent.futures import ProcessPoolExecutor

import keras
import numpy as np
import tensorflow as tf
from record import record

from dlcourse.analysis.timing import fastest
from dlcourse.models import ResNet9

IMAGES, WIDTH = 32, 16
PAIRS, STEPS = 5, 40


def training_step():
    """A function that takes one step, and waits for it."""
    model = ResNet9(WIDTH)
    optimizer = keras.optimizers.SGD(1e-3, momentum=0.9)
    optimizer.build(model.trainable_variables)
    loss = keras.losses.SparseCategoricalCrossentropy()
    weights = [variable.value for variable in model.trainable_variables]
    draw = np.random.default_rng(0)
    x = tf.constant(draw.random((IMAGES, *model.input_shape[1:])), "float32")
    y = tf.constant(draw.integers(10, size=IMAGES))

    @tf.function
    def step():
        with tf.GradientTape() as tape:
            value = loss(y, model(x, training=True))
        optimizer.apply(tape.gradient(value, weights))
        return value

    return lambda: step().numpy()


def pair(steps):
    """Milliseconds of the fastest step, as usual and deterministic."""
    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    clock = time.process_time
    usual = fastest({"usual": training_step()}, steps, clock)["usual"]
    tf.config.experimental.enable_op_determinism()
    keras.utils.set_random_seed(0)  # without a seed such operations refuse to draw
    return usual, fastest({"other": training_step()}, steps, clock)["other"]


def measured(quick):
    """The rows of the table: pair, milliseconds of both."""
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=spawn, max_tasks_per_child=1) as pool:
        for number in range(1 if quick else PAIRS):
            both = pool.submit(pair, 2 if quick else STEPS).result()
            yield number, *(round(each, 3) for each in both)


if __name__ == "__main__":
    record(__file__, __doc__, ["pair", "as usual", "deterministic"], measured)
