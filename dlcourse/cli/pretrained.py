"""A start from ImageNet's weights: a trained network with a new last layer."""

import socket
from contextlib import contextmanager
from importlib import import_module

import keras
import numpy as np
from keras import layers

from dlcourse.cli.network import run_layers
from dlcourse.models import features
from dlcourse.models.arguments import functional
from dlcourse.models.catalog import NETWORKS
from dlcourse.models.weights import prepared_inside, pretrained

PATIENCE = 15  # seconds for a server that says nothing
HEAD = "new_classifier"  # the layer that is trained first
DROPOUT = 0.2


class NoStart(ValueError):
    """There are no weights to start from; the message, if any, says why."""


def weights(row, arguments, channels):
    """ImageNet's weights of a row's network, a list of arrays.

    Downloads them where they are not on this machine yet. NoStart that says why not,
    with an empty message where there never were any for this network.
    """
    if row.twin is None:
        raise NoStart("")
    if channels != 3:
        raise NoStart("No start from ImageNet's weights: they need images in colour.")
    if arguments:
        raise NoStart("No start from ImageNet's weights: leave --argument out for one.")
    try:
        with patience():
            return pretrained(row.build()).get_weights()
    except (OSError, ValueError) as error:
        raise NoStart(f"No start from ImageNet's weights: {error}") from None


def known():
    """Names of the networks for which there are weights, in one line."""
    return ", ".join(row.name for row in NETWORKS if row.twin)


@contextmanager
def patience():
    """Give up connections that say nothing; by default Python waits for ever."""
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(PATIENCE)
    try:
        yield
    finally:
        socket.setdefaulttimeout(before)


def build(row, size, classes, weights=None):
    """The row's network for images (size, size, 3) in [0, 1], with a new last layer.

    weights: those of `weights`; None leaves them as drawn, to be set later.
    """
    network = row.build(input_shape=(size, size, 3))
    if weights is not None:
        network.set_weights(weights)
    base = features(network)
    normalization, reversed_channels = preparation(row.twin)
    if reversed_channels and weights is not None:
        reverse_channels(base)
    inputs = keras.Input(base.input_shape[1:], name="images")
    x = run_layers(base, normalization(inputs))
    x = layers.GlobalAveragePooling2D(name="new_global_pool")(x)
    x = layers.Dropout(DROPOUT, name="new_dropout")(x)
    outputs = layers.Dense(classes, "softmax", dtype="float32", name=HEAD)(x)
    return functional(inputs, outputs, network.name)


def preparation(twin):
    """`Normalization` of images in [0, 1], and whether the channels are BGR behind it.

    As `input_layer`, but for twins that prepare images themselves, too.
    """
    inside = prepared_inside(twin)
    if inside is None:
        return input_layer(twin)
    mean, deviation = (np.broadcast_to(np.array(each, "float32"), 3) for each in inside)
    normalization = layers.Normalization(
        mean=mean, variance=deviation**2, dtype="float32", name="imagenet_input"
    )
    return normalization, False


def input_layer(twin):
    """`Normalization` of images in [0, 1], and whether the channels are BGR behind it.

    Found by asking the twin's ``preprocess_input`` for black and for the three colours.
    """
    module = getattr(keras.applications, twin).__module__.rpartition(".")[2]
    prepare = import_module(f"keras.applications.{module}").preprocess_input
    black = prepare(np.zeros((3,), "float32")[None, None, None])[0, 0, 0]
    colours = prepare(255 * np.eye(3, dtype="float32")[:, None, None])[:, 0, 0] - black
    reversed_channels = not colours[0, 0]
    order = slice(None, None, -1 if reversed_channels else 1)
    gain, black = np.diag(colours[:, order]), black[order]
    normalization = layers.Normalization(
        mean=-black / gain, variance=1 / gain**2, dtype="float32", name="imagenet_input"
    )
    return normalization, reversed_channels


def reverse_channels(base):
    """Let a network that was trained on BGR take RGB: turn its first kernel round."""
    first = next(layer for layer in base.layers if layer.weights)
    kernel, *bias = first.get_weights()
    first.set_weights([kernel[:, :, ::-1], *bias])


def only_head(model, alone):
    """Train the new last layer ``alone``, or all layers but batch norm.

    A frozen batch norm computes as in evaluation: a few small batches would spoil its
    running statistics, for which the other weights were trained.
    """
    for layer in model.layers:
        norm = isinstance(layer, keras.layers.BatchNormalization)
        layer.trainable = layer.name == HEAD or not (alone or norm)
