"""The pattern INPUT -> [(CONV -> RELU) x N -> POOL?] x M -> (FC -> RELU) x K -> FC."""

import keras
import numpy as np
import pytest
from keras import layers

from dlcourse.models import ConvNet

LETTERS = {
    layers.InputLayer: "I",
    layers.Conv2D: "C",
    layers.ReLU: "R",
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


def test_relu_stands_after_every_hidden_layer_and_softmax_after_the_last():
    model = ConvNet((4,), dense=(7,), input_shape=SHAPE)
    x = np.random.default_rng(0).normal(size=(2, *SHAPE)).astype("float32")
    inside = keras.Model(
        model.input, [each.output for each in model.layers if each.name[:5] == "re_lu"]
    )(x)
    assert len(inside) == 2
    assert all(float(keras.ops.min(each)) == 0 for each in inside)
    total = keras.ops.convert_to_numpy(keras.ops.sum(model(x), axis=-1))
    np.testing.assert_allclose(total, 1, rtol=1e-6)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"filters": 16}, r"filters=16.*\(16,\)"),
        ({"dense": 64}, r"dense=64.*\(64,\)"),
        ({"repeats": -1}, "repeats=-1"),
        ({"pooling": "min"}, '"max", "average", or None'),
        ({"filters": (4,) * 4}, "at least 16"),
        ({"input_shape": (8, 8)}, "height, width, channels"),
        ({"input_shape": (None, 8, 3)}, "how many pixels"),
    ],
)
def test_what_is_outside_the_pattern_is_an_error(options, said):
    with pytest.raises(ValueError, match=said):
        ConvNet(**{"input_shape": SHAPE} | options)
