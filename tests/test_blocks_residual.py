"""Residual blocks against plain NumPy, written from the figures of the papers."""

from functools import partial

import keras
import numpy as np
import plain
import pytest
from keras.ops import convert_to_numpy as array

from dlcourse.blocks import residual
from dlcourse.blocks.preactivation import (
    preact_basic,
    preact_bottleneck,
    preactivated,
)
from dlcourse.blocks.pyramid import pyramid_basic, pyramid_bottleneck
from dlcourse.blocks.residual import aggregated, basic, bottleneck, shortcut
from dlcourse.blocks.shake import shake_shake
from dlcourse.models.resnet_v2 import bottleneck_v2


def relu(x):
    return np.maximum(x, 0)


class Weights(plain.Weights):
    """Weights of a block, used in the order in which it made its layers."""

    def conv(self, x, strides=1, dilation=1):
        kernel, *bias = self.take(keras.layers.Conv2D)
        y = plain.convolve(x, kernel, strides, dilation=dilation)
        return y + bias[0] if bias else y

    def norm(self, x):
        values = self.take(keras.layers.BatchNormalization)
        return plain.normalize(x, values, 1.001e-5)


def output(block, x):
    """The block's output for x in testing, and its weights."""
    inputs = keras.Input(x.shape[1:])
    model = keras.Model(inputs, block(inputs))
    weights = Weights(model)
    return array(model(x, training=False)), weights


def same_shape(x, filters, strides):
    return strides == 1 and x.shape[-1] == filters


def padded(x, filters):
    return np.pad(x, [(0, 0)] * 3 + [(0, filters - x.shape[-1])])


def numpy_basic(x, w, filters, s, option="B", dilation=1):
    y = relu(w.norm(w.conv(x, s, dilation)))
    y = w.norm(w.conv(y, 1, dilation))
    if option == "C" or not same_shape(x, filters, s):
        x = padded(x[:, ::s, ::s], filters) if option == "A" else w.norm(w.conv(x, s))
    return relu(x + y)


def numpy_plain(x, w, filters, s):
    return relu(w.norm(w.conv(relu(w.norm(w.conv(x, s))))))


def numpy_bottleneck(x, w, filters, s, strides=None, outputs=4):
    first, second = strides or (s, 1)
    y = relu(w.norm(w.conv(x, first)))
    y = relu(w.norm(w.conv(y, second)))
    y = w.norm(w.conv(y))
    if not same_shape(x, outputs * filters, s):
        x = w.norm(w.conv(x, s))
    return relu(x + y)


def numpy_preactivated(x, w, filters, s, convolutions=2, activate=True):
    y = relu(w.norm(x)) if activate else x
    if not same_shape(x, filters, s):
        x = w.conv(y, s)  # of the activation, without batch norm
    y = w.conv(y, s)
    for _ in range(convolutions - 1):
        y = w.conv(relu(w.norm(y)))
    return x + y


def numpy_v2(x, w, filters, s):
    y = relu(w.norm(x))
    x = x[:, ::s, ::s] if x.shape[-1] == 4 * filters else w.conv(y, s)
    y = relu(w.norm(w.conv(y)))
    y = relu(w.norm(w.conv(y, s)))
    return x + w.conv(y)


def halved(x):
    """Means of 2 x 2; at an odd edge, of what is there."""
    half = [slice(i, i + 2) for i in range(0, x.shape[1], 2)]
    rows = np.stack([x[:, i].mean(1) for i in half], axis=1)
    return np.stack([rows[:, :, i].mean(2) for i in half], axis=2)


def numpy_pyramid(x, w, filters, s, bottleneck=False):
    y = w.norm(x)  # no ReLU before the first convolution
    y = relu(w.norm(w.conv(y, 1 if bottleneck else s)))
    y = w.conv(y, s if bottleneck else 1)
    if bottleneck:
        y = w.conv(relu(w.norm(y)))
    y = w.norm(y)
    return padded(halved(x) if s == 2 else x, y.shape[-1]) + y


def numpy_shake(x, w, filters, s):
    def branch():
        return w.norm(w.conv(relu(w.norm(w.conv(relu(x), s)))))

    mean = (branch() + branch()) / 2
    if same_shape(x, filters, s):
        return x + mean
    a = relu(x)
    shifted = np.zeros_like(a)
    shifted[:, 1:, 1:] = a[:, :-1, :-1]
    paths = [w.conv(a[:, ::s, ::s]), w.conv(shifted[:, ::s, ::s])]
    return w.norm(np.concatenate(paths, axis=3)) + mean


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
    ours, _ = output(lambda x: block(x, filters, on_branch=lambda y: 0 * y), x)
    np.testing.assert_allclose(ours, relu(x), atol=1e-6)
