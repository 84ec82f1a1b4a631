"""Residual blocks and small networks, held against plain NumPy."""

from functools import partial

import keras
import numpy as np
import plain
import pytest
from keras.ops import convert_to_numpy as array
from plain_residual import (
    Weights,
    conv,
    conv_norm,
    conv_norm_relu,
    first_activated,
    norm_relu,
    numpy_basic,
    numpy_bottleneck,
    numpy_plain,
    numpy_preactivated,
    numpy_pyramid,
    numpy_shake,
    numpy_v2,
    relu,
)

from dlcourse.blocks import residual
from dlcourse.blocks.preactivation import (
    preact_basic,
    preact_bottleneck,
    preactivated,
)
from dlcourse.blocks.pyramid import pyramid_basic, pyramid_bottleneck
from dlcourse.blocks.residual import aggregated, basic, bottleneck, shortcut
from dlcourse.blocks.shake import shake_shake
from dlcourse.models import (
    CIFARPreActResNet,
    CIFARResNet,
    PyramidNet,
    ResNet9,
    ShakeShake,
    WideResNet,
)
from dlcourse.models.resnet_v2 import bottleneck_v2


def output(block, x):
    """The block's output for x in testing, and its weights."""
    inputs = keras.Input(x.shape[1:])
    model = keras.Model(inputs, block(inputs))
    weights = Weights(model)
    return array(model(x, training=False)), weights


BLOCKS = {  # name: the block, the same in NumPy, its output channels for 8 filters
    "basic": (basic, numpy_basic, 8),
    "basic A": (partial(basic, option="A"), partial(numpy_basic, option="A"), 8),
    "basic C": (partial(basic, option="C"), partial(numpy_basic, option="C"), 8),
    "dilated": (
        partial(basic, dilation_rate=2),
        partial(numpy_basic, dilation=2),
        8,
    ),
    "plain": (residual.plain, numpy_plain, 8),
    "bottleneck": (bottleneck, numpy_bottleneck, 32),
    "v1.5": (
        partial(bottleneck, stride_on="3x3"),
        lambda x, w, filters, s: numpy_bottleneck(x, w, filters, s, (1, s)),
        32,
    ),
    "aggregated": (
        partial(aggregated, cardinality=3, width=2),
        lambda x, w, filters, s: numpy_bottleneck(x, w, filters, s, (1, s), 1),
        8,
    ),
    "preact basic": (preact_basic, numpy_preactivated, 8),
    "preact first": (
        partial(preact_basic, activate=False),
        partial(numpy_preactivated, activate=False),
        8,
    ),
    "preact, option A": (
        partial(preact_basic, option="A"),
        partial(numpy_preactivated, option="A"),
        8,
    ),
    "preact bottleneck": (
        preact_bottleneck,
        lambda x, w, filters, s: numpy_preactivated(x, w, 4 * filters, s, 3),
        32,
    ),
    "wide to wider": (
        lambda x, filters, strides: preactivated(
            x, (4, 6, filters), (1, 3, 1), strides
        ),
        partial(numpy_preactivated, convolutions=3),
        8,
    ),
    "bottleneck v2": (bottleneck_v2, numpy_v2, 32),
    "pyramid": (pyramid_basic, numpy_pyramid, 8),
    "pyramid bottleneck": (
        pyramid_bottleneck,
        partial(numpy_pyramid, bottleneck=True),
        32,
    ),
    "shake-shake": (shake_shake, numpy_shake, 8),
}


STRIDES = [
    (name, strides)
    for name in BLOCKS
    for strides in (1, 2)
    if (name, strides) != ("dilated", 2)  # Keras has no convolution with both
]


@pytest.mark.parametrize("same", [True, False], ids=["same", "wider"])
@pytest.mark.parametrize(("name", "strides"), STRIDES)
def test_block_equals_numpy(name, same, strides):
    block, reference, channels = BLOCKS[name]
    size = 6 if same else 7
    shape = (2, size, size, channels if same else 5)
    x = np.random.default_rng(1).normal(size=shape).astype("float32")
    ours, weights = output(lambda inputs: block(inputs, 8, strides=strides), x)
    expected = reference(x.astype("float64"), weights, 8, strides)
    assert weights.all_taken()
    assert ours.shape == (2, -(-size // strides), -(-size // strides), channels)
    np.testing.assert_allclose(ours, expected, rtol=1e-4, atol=1e-5)


NETWORKS = {  # of three blocks: the network, its stem, block, widths and end in NumPy
    "ResNet": (
        partial(CIFARResNet, 8, width=4),
        *(conv_norm_relu, partial(numpy_basic, option="A"), (4, 8, 16), None),
    ),
    "plain": (
        partial(CIFARResNet, 8, residual=False, width=4),
        *(conv_norm_relu, numpy_plain, (4, 8, 16), None),
    ),
    "pre-activation": (
        partial(CIFARPreActResNet, 8, width=4),
        *(conv_norm_relu, first_activated, (4, 8, 16), norm_relu),
    ),
    "wide": (
        partial(WideResNet, 10, 3, width=2),
        *(conv, numpy_preactivated, (6, 12, 24), norm_relu),
    ),
    "pyramid": (
        partial(PyramidNet, 8, 7, width=4),
        *(conv_norm, numpy_pyramid, (6, 9, 11), norm_relu),  # 6.33, 8.67, 11
    ),
    "shake-shake": (
        partial(ShakeShake, 8, 16),
        *(conv_norm, numpy_shake, (16, 32, 64), lambda x, w: relu(x)),
    ),
}


@pytest.mark.parametrize("name", NETWORKS)
def test_network_equals_numpy(name):
    build, stem, block, widths, end = NETWORKS[name]
    model = build(input_shape=(8, 8, 3), classes=5, classifier_activation=None)
    weights = Weights(model)
    images = np.random.default_rng(1).normal(size=(2, 8, 8, 3)).astype("float32")
    x = stem(images, weights)
    for stage, filters in enumerate(widths):
        x = block(x, weights, filters, 2 if stage else 1)
    x = end(x, weights) if end else x
    kernel, bias = weights.take(keras.layers.Dense)
    assert weights.all_taken()
    expected = x.mean((1, 2)) @ kernel + bias
    ours = array(model(images, training=False))
    np.testing.assert_allclose(ours, expected, rtol=1e-4, atol=1e-5)


def test_resnet9_equals_numpy():
    model = ResNet9(2, (8, 8, 3), classifier_activation=None)
    w = Weights(model)
    images = np.random.default_rng(1).normal(size=(2, 8, 8, 3)).astype("float32")
    x = conv_norm_relu(images, w)
    for shortcut_after in (True, False, True):
        x = plain.pool(conv_norm_relu(x, w), 2, 2, "valid", np.max)
        if shortcut_after:
            x = x + conv_norm_relu(conv_norm_relu(x, w), w)
    (kernel,) = w.take(keras.layers.Dense)
    expected = 0.125 * (x.max((1, 2)) @ kernel)
    ours = array(model(images, training=False))
    np.testing.assert_allclose(ours, expected, rtol=1e-4, atol=1e-5)


def test_grouped_block_is_the_sum_of_paths():
    """ResNeXt, fig. 3: (c) equals (a), a sum over the paths of small bottlenecks."""
    draw = np.random.default_rng(1)
    x = draw.normal(size=(1, 5, 5, 6)).astype("float32")
    inputs = keras.Input(x.shape[1:])
    block = aggregated(inputs, 6, cardinality=4, width=2)
    model = keras.Model(inputs, block)
    reduce, middle, restore = [
        layer.get_weights()[0]
        for layer in model.layers
        if isinstance(layer, keras.layers.Conv2D)
    ]

    def path(i):
        own = slice(2 * i, 2 * i + 2)
        y = relu(plain.convolve(x, reduce[..., own]) / scale)
        y = relu(plain.convolve(y, middle[..., own]) / scale)
        return plain.convolve(y, restore[:, :, own]) / scale

    scale = np.sqrt(1 + 1.001e-5)  # what a fresh batch norm divides by
    expected = relu(x + sum(path(i) for i in range(4)))
    np.testing.assert_allclose(array(model(x)), expected, rtol=1e-4, atol=1e-5)


def test_unknown_shortcut_lists_the_options():
    with pytest.raises(ValueError, match="'A', 'B' or 'C'"):
        shortcut(keras.Input((4, 4, 2)), 2, option="D")


@pytest.mark.parametrize("block", [basic, bottleneck, aggregated])
def test_zero_gamma_begins_as_the_shortcut(block):
    x = np.random.default_rng(1).normal(size=(2, 4, 4, 32)).astype("float32")
    inputs = keras.Input(x.shape[1:])
    filters = 8 if block is bottleneck else 32
    model = keras.Model(inputs, block(inputs, filters, gamma="zeros"))
    np.testing.assert_allclose(array(model(x, training=True)), relu(x), atol=1e-6)


@pytest.mark.parametrize("block", [basic, bottleneck, aggregated])
def test_on_branch_sees_the_branch_alone(block):
    x = np.random.default_rng(1).normal(size=(2, 4, 4, 32)).astype("float32")
    filters = 8 if block is bottleneck else 32
    ours, _ = output(lambda x: block(x, filters, on_branch=lambda y, name: 0 * y), x)
    np.testing.assert_allclose(ours, relu(x), atol=1e-6)
