"""Blocks and networks up to Xception, against plain NumPy loops over the figures."""

from functools import partial

import keras
import numpy as np
import pytest
from plain import Weights, convolve, forward, normalize

from dlcourse.blocks import inception_resnet, inception_v3, inception_v4
from dlcourse.blocks.inception import inception, inception_bn
from dlcourse.blocks.inception_v3 import conv_bn
from dlcourse.blocks.separable import separable_bn
from dlcourse.models import VGG, AlexNet, BNInception, GoogLeNet, ZFNet

NARROW = 1 / 32
PAPER = 1.001e-5  # epsilon of batch norm
INCEPTION = 1e-3
SEVEN = ["1x1", "1x7", "7x1"]
FIG12 = [["1x1", "3x3/2V"], ["1x1", "3x3/2V"], ["1x1", "3x3", "3x3/2V"], ["max3/2V"]]


def images(*shape):
    return np.random.default_rng(1).normal(size=(2, *shape)).astype("float32")


def built(block, x):
    """A model of the block alone, its layers numbered from 1."""
    keras.backend.clear_session()
    inputs = keras.Input(x.shape[1:])
    return keras.Model(inputs, block(inputs))


def assert_same(model, steps, x, epsilon=0.0):
    weights = Weights(model, epsilon)
    expected = forward(steps, x, weights)
    assert weights.all_taken()
    got = keras.ops.convert_to_numpy(model(x, training=False))
    assert got.shape == expected.shape
    assert (expected != 0).mean() > 0.2  # not dead, so equality says something
    np.testing.assert_allclose(
        got, expected, rtol=1e-4, atol=1e-5 * np.abs(expected).max()
    )


GOOGLENET = [["1x1"], ["1x1", "3x3"], ["1x1", "5x5"], ["max3", "1x1"]]  # fig. 2b


@pytest.mark.parametrize("size", [7, 8])
def test_inception(size):
    x = images(size, size, 6)
    model = built(lambda x: inception(x, 3, 4, 5, 2, 3, 4), x)
    assert_same(model, [GOOGLENET], x)


def bn_steps(pool):
    return [["1x1"], ["1x1", "3x3"], ["1x1", "3x3", "3x3"], [pool, "1x1"]]


HALVING = [["1x1", "3x3/2"], ["1x1", "3x3", "3x3/2"], ["max3/2"]]


@pytest.mark.parametrize("size", [7, 8])
@pytest.mark.parametrize(
    ("row", "steps"),
    [
        ((3, 4, 5, 2, 3, 4, "avg"), bn_steps("avg3")),
        ((3, 4, 5, 2, 3, 4, "max"), bn_steps("max3")),
        ((0, 4, 5, 2, 3, 0, "max"), HALVING),
    ],
)
def test_inception_bn(row, steps, size):
    x = images(size, size, 6)
    model = built(lambda x: inception_bn(x, *row), x)
    assert_same(model, [steps], x, PAPER)


FORK3 = ["1x3", "3x1"]
FIG3 = [
    *["3x3/2V", "3x3V", "3x3"],
    [["max3/2V"], ["3x3/2V"]],
    [["1x1", "3x3V"], ["1x1", "7x1", "1x7", "3x3V"]],
    [["3x3/2V"], ["max3/2V"]],
]
SEVENS = ["1x1", "1x7", "7x1", "1x7", "7x1"]
BLOCKS = {  # block, size of the grid, the figure
    "v3, stem": (
        inception_v3.stem,
        39,
        ["3x3/2V", "3x3V", "3x3", "max3/2V", "1x1", "3x3V"],
    ),
    "v3, fig. 5": (
        lambda x, conv_bn: inception_v3.inception_fig5(x, 64, 32, conv_bn),
        7,
        [[["1x1"], ["1x1", "5x5"], ["1x1", "3x3", "3x3"], ["avg3", "1x1"]]],
    ),
    "v3, fig. 6": (
        lambda x, conv_bn: inception_v3.inception_fig6(x, 128, conv_bn),
        8,
        [[["1x1"], SEVEN, ["1x1", "7x1", "1x7", "7x1", "1x7"], ["avg3", "1x1"]]],
    ),
    "v3, fig. 7": (
        inception_v3.inception_fig7,
        5,
        [
            [
                ["1x1"],
                ["1x1", [["1x3"], ["3x1"]]],
                ["1x1", "3x3", [["1x3"], ["3x1"]]],
                ["avg3", "1x1"],
            ]
        ],
    ),
    "v3, fig. 10": (
        inception_v3.grid_reduction,
        9,
        [[["3x3/2V"], ["1x1", "3x3", "3x3/2V"], ["max3/2V"]]],
    ),
    "v3, second reduction": (
        inception_v3.grid_reduction_7x7,
        9,
        [[["1x1", "3x3/2V"], [*SEVEN, "3x3/2V"], ["max3/2V"]]],
    ),
    "v4, fig. 3, stem": (
        lambda x, conv_bn: inception_v4.stem(x, conv_bn=conv_bn),
        75,
        FIG3,
    ),
    "v4, fig. 4": (
        inception_v4.inception_a,
        6,
        [[["1x1"], ["1x1", "3x3"], ["1x1", "3x3", "3x3"], ["avg3", "1x1"]]],
    ),
    "v4, fig. 5": (
        inception_v4.inception_b,
        8,
        [[["1x1"], SEVEN, SEVENS, ["avg3", "1x1"]]],
    ),
    "v4, fig. 6": (
        inception_v4.inception_c,
        5,
        [
            [
                ["1x1"],
                ["1x1", [["1x3"], ["3x1"]]],
                ["1x1", "1x3", "3x1", [["3x1"], ["1x3"]]],
                ["avg3", "1x1"],
            ]
        ],
    ),
    "v4, the code's stem": (
        lambda x, conv_bn: inception_v4.stem(x, conv_bn=conv_bn, order="code"),
        75,
        [*FIG3[:4], [["1x1", "3x3V"], ["1x1", "1x7", "7x1", "3x3V"]], FIG3[5]],
    ),
    "v4, the code's fig. 5": (
        lambda x, conv_bn: inception_v4.inception_b(x, conv_bn, order="code"),
        8,
        [[["1x1"], SEVEN, ["1x1", *["7x1", "1x7"] * 2], ["avg3", "1x1"]]],
    ),
    "v4, the code's fig. 6": (
        lambda x, conv_bn: inception_v4.inception_c(x, conv_bn, order="code"),
        5,
        [
            [
                ["1x1"],
                ["1x1", [["1x3"], ["3x1"]]],
                ["1x1", "3x1", "1x3", [["1x3"], ["3x1"]]],
                ["avg3", "1x1"],
            ]
        ],
    ),
    "v4, fig. 7": (
        lambda x, conv_bn: inception_v4.reduction_a(x, conv_bn=conv_bn),
        8,
        [[["3x3/2V"], ["1x1", "3x3", "3x3/2V"], ["max3/2V"]]],
    ),
    "v4, fig. 8": (
        inception_v4.reduction_b,
        9,
        [[["1x1", "3x3/2V"], [*SEVEN, "3x3/2V"], ["max3/2V"]]],
    ),
    "Inception-ResNet, fig. 12": (
        lambda x, conv_bn: inception_resnet.reduction_b_resnet(
            x, (256, 288, 320), conv_bn
        ),
        9,
        [FIG12],
    ),
}


@pytest.mark.parametrize("scale", [False, True])
@pytest.mark.parametrize("name", BLOCKS)
def test_inception_v3_and_v4(name, scale):
    block, size, steps = BLOCKS[name]
    x = images(size, size, 6)
    narrow = partial(conv_bn, width=NARROW, scale=scale)
    model = built(lambda x: block(x, conv_bn=narrow), x)
    assert_same(model, steps, x, INCEPTION)


A = [["1x1"], ["1x1", "3x3"], ["1x1", "3x3", "3x3"]]
RESIDUAL = {
    "fig. 16": (inception_resnet.inception_resnet_a, [(32, 48, 64)], A),
    "fig. 17": (
        inception_resnet.inception_resnet_b,
        [192, (128, 160, 192)],
        [["1x1"], SEVEN],
    ),
    "fig. 19": (
        inception_resnet.inception_resnet_c,
        [192, (192, 224, 256)],
        [["1x1"], ["1x1", "1x3", "3x1"]],
    ),
}


@pytest.mark.parametrize("activation", ["relu", None])
@pytest.mark.parametrize("name", RESIDUAL)
def test_inception_resnet(name, activation):
    block, filters, branches = RESIDUAL[name]
    x = images(7, 7, 6)
    narrow = partial(conv_bn, width=NARROW)
    model = built(lambda x: block(x, *filters, 0.3, activation, narrow), x)
    weights = Weights(model, INCEPTION)
    y = forward([branches], x, weights)
    kernel, bias = weights.take(keras.layers.Conv2D)
    y = x + 0.3 * (convolve(y, kernel) + bias)
    expected = np.maximum(y, 0) if activation else y
    got = keras.ops.convert_to_numpy(model(x, training=False))
    np.testing.assert_allclose(got, expected, rtol=1e-4, atol=1e-5)


def test_separable_bn():
    x = images(6, 5, 4)
    model = built(lambda x: separable_bn(x, 7, epsilon=INCEPTION), x)
    weights = Weights(model)
    depthwise, pointwise = weights.take(keras.layers.SeparableConv2D)
    y = convolve(x, depthwise.transpose(0, 1, 3, 2))  # a group for each channel
    y = convolve(y, pointwise)
    expected = normalize(y, weights.take(keras.layers.BatchNormalization), INCEPTION)
    got = keras.ops.convert_to_numpy(model(x, training=False))
    np.testing.assert_allclose(got, expected, rtol=1e-4, atol=1e-5)


DENSE = ["flatten", "dense", "dense", "logits"]
ALEXNET = ["LRN", "max3/2V", "5x5", "LRN", "max3/2V", "3x3", "3x3", "3x3", "max3/2V"]
STEM = ["7x7/2", "max3/2", "LRN", "1x1", "3x3", "LRN", "max3/2"]
NETWORKS = {  # constructor, its arguments, the steps
    "AlexNet": (
        AlexNet,
        {"filters": (4, 6, 8, 6, 4), "groups": 2, "input_shape": (71, 71, 3)},
        ["11x11/4V", *ALEXNET, *DENSE],
    ),
    "AlexNet, small": (
        AlexNet,
        {"filters": (4, 6, 8, 6, 4), "first": (5, 1), "input_shape": (32, 32, 1)},
        ["5x5V", *ALEXNET, *DENSE],
    ),
    "ZFNet": (
        ZFNet,
        {"filters": (4, 6, 8, 6), "strides": (1, 2), "input_shape": (49, 49, 3)},
        [
            *["pad1", "7x7V", "max3/2", "LRN", "5x5/2V", "max3/2", "LRN"],
            *["3x3", "3x3", "max3/2V", *DENSE],
        ],
    ),
    "VGG": (
        VGG,
        {
            "configuration": [(1, 4, "LRN"), (2, 6, "conv1")],
            "input_shape": (17, 16, 3),
        },
        ["3x3", "LRN", "max2/2V", "3x3", "3x3", "1x1", "max2/2V", *DENSE],
    ),
    "GoogLeNet": (
        GoogLeNet,
        {
            "modules": {"3a": [4] * 6, "4a": [4] * 6, "5a": [4] * 6},
            "input_shape": (33, 40, 3),
        },
        [*STEM, GOOGLENET, "max3/2", GOOGLENET, "max3/2", GOOGLENET, "mean", "logits"],
    ),
}


@pytest.mark.parametrize("name", NETWORKS)
def test_networks_without_batch_norm(name):
    keras.backend.clear_session()
    constructor, arguments, steps = NETWORKS[name]
    if constructor is not GoogLeNet:
        arguments = {**arguments, "dense": (8, 8)}
    model = constructor(**arguments, classes=7, classifier_activation=None)
    assert_same(model, steps, images(*model.input_shape[1:]))


@pytest.mark.parametrize("use_bias", [False, True])
def test_bn_inception(use_bias):
    keras.backend.clear_session()
    modules = {"3a": (*[4] * 6, "avg"), "3c": (0, *[4] * 4, 0, "max")}
    model = BNInception(
        modules,
        use_bias=use_bias,
        input_shape=(32, 32, 3),
        classes=5,
        classifier_activation=None,
    )
    stem = ["7x7/2", "max3/2", "1x1", "3x3", "max3/2"]
    steps = [*stem, bn_steps("avg3"), HALVING, "mean", "logits"]
    assert_same(model, steps, images(32, 32, 3), PAPER)
