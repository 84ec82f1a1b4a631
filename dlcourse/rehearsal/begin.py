"""Turning a process into a rehearsal."""

import functools
import inspect
import itertools
import os

import keras

from dlcourse.rehearsal import GPUS, cut, figures, record

POLICIES = ("mixed_bfloat16", "mixed_float16")  # one training after the other, in turn


def begin():
    """Make this process a rehearsal; call it before TensorFlow computes anything."""
    record.watch_memory()
    record.watch_widgets()
    figures.watch()
    without_weights()
    if os.environ["DLCOURSE_REHEARSE"] == GPUS:
        pretend_gpus()
        cut.install(policies=itertools.cycle(POLICIES))
    else:
        cut.install()


def pretend_gpus():
    """Two devices, between which TensorFlow divides every batch."""
    import tensorflow as tf

    (cpu,) = tf.config.list_physical_devices("CPU")
    two = [tf.config.LogicalDeviceConfiguration() for _ in range(2)]
    tf.config.set_logical_device_configuration(cpu, two)
    strategy = tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])
    tf.distribute.experimental_set_strategy(strategy)


def without_weights():
    """Let the networks of keras.applications begin untrained, without a download."""
    for name, build in inspect.getmembers(keras.applications, inspect.isfunction):

        @functools.wraps(build)
        def untrained(*arguments, build=build, **options):
            return build(*arguments, **options | {"weights": None})

        setattr(keras.applications, name, untrained)
