"""The pattern INPUT -> [(CONV -> RELU) x N -> POOL?] x M -> (FC -> RELU) x K -> FC."""

import keras
import numpy as np
import pytest
from keras import layers

from dlcourse.models import ConvNet

LETTERS = {
    layers.InputLayer: "I",
    layers.Conv2D: "C",
    layers.Activation: "R",
    layers.MaxPooling2D: "M",
    layers.AveragePooling2D: "A",
    layers.Flatten: "-",
    layers.Dense: "F",
}
SHAPE = (8, 8, 3)


def spelled(**options):
    """The kinds of all layers in their order, one letter each."""
    model = ConvNet(input_shape=SHAPE, **options)
    return "".join(LETTERS[type(layer)] for layer in model.layers)


@pytest.mark.parametrize(
    ("options", "pattern"),
    [
        ({"filters": (4, 5), "repeats": 2}, "I" + 2 * "CRCRM" + "-FRF"),
        ({"filters": (4, 5, 6), "pooling": "average", "dense": ()}, "ICRACRACRA-F"),
        ({"filters": (4,), "pooling": None, "dense": (7, 7)}, "ICR-FRFRF"),
        ({"filters": (), "dense": (7,)}, "I-FRF"),
        ({"filters": (4, 4), "repeats": 0, "dense": ()}, "IMM-F"),
    ],
)
def test_the_layers_follow_the_pattern(options, pattern):
    assert spelled(**options) == pattern


def test_every_argument_counts():
    model = ConvNet((4, 5), 2, "max", (7,), 5, SHAPE, classes=6)
    sizes = 4 * (25 * 3 + 1) + 4 * (25 * 4 + 1) + 5 * (25 * 4 + 1) + 5 * (25 * 5 + 1)
    assert model.count_params() == sizes + 7 * (2 * 2 * 5 + 1) + 6 * (7 + 1)
    pooled = [x for x in model.layers if isinstance(x, layers.MaxPooling2D)]
    assert [x.output.shape[1:] for x in pooled] == [(4, 4, 4), (2, 2, 5)]


def test_layers_are_numbered_by_stage():
    model = ConvNet((4, 5), 2, "max", (7,), input_shape=SHAPE)
    assert [layer.name for layer in model.layers[1:]] == [
        *("conv1_1", "conv1_1_relu", "conv1_2", "conv1_2_relu", "pool1"),
        *("conv2_1", "conv2_1_relu", "conv2_2", "conv2_2_relu", "pool2"),
        *("flatten", "fc1", "fc1_relu", "fc2"),
    ]


def test_relu_stands_after_every_hidden_layer_and_softmax_after_the_last():
    model = ConvNet((4,), dense=(7,), input_shape=SHAPE)
    x = np.random.default_rng(0).normal(size=(2, *SHAPE)).astype("float32")
    hidden = [model.get_layer(name) for name in ("conv1_1_relu", "fc1_relu")]
    inside = keras.Model(model.input, [layer.output for layer in hidden])(x)
    assert all(float(keras.ops.min(each)) == 0 for each in inside)
    total = keras.ops.convert_to_numpy(keras.ops.sum(model(x), axis=-1))
    np.testing.assert_allclose(total, 1, rtol=1e-6)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"filters": 16}, "filters=16: give a list"),
        ({"dense": 64}, "dense=64: give a list"),
        ({"repeats": -1}, "repeats=-1"),
        ({"pooling": "min"}, '"max", "average", or None'),
        ({"filters": (4,) * 4}, "at least 16"),
        ({"input_shape": (8, 8)}, "height, width, channels"),
        ({"input_shape": (None, 8, 3)}, "give height and width"),
    ],
)
def test_what_is_outside_the_pattern_is_an_error(options, message):
    with pytest.raises(ValueError, match=message):
        ConvNet(**{"input_shape": SHAPE} | options)
