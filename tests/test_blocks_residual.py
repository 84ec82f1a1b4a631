"""Residual blocks against plain NumPy, written from the figures of the papers."""

import re
from functools import partial

import keras
import numpy as np
import pytest
from keras.ops import convert_to_numpy as array

from dlcourse.blocks.preactivation import (
    preact_basic,
    preact_bottleneck,
    preactivated,
)
from dlcourse.blocks.pyramid import pyramid_basic, pyramid_bottleneck
from dlcourse.blocks.residual import aggregated, basic, bottleneck, plain, shortcut
from dlcourse.blocks.shake import shake_shake
from dlcourse.models.resnet_v2 import bottleneck_v2


def relu(x):
    return np.maximum(x, 0)


def convolve(x, kernel, strides=1, dilation=1, groups=1):
    """Convolution as the sum over a window, padded evenly, in float64."""
    reach = (kernel.shape[0] - 1) * dilation + 1
    edge = (reach - 1) // 2
    x = np.pad(x, [(0, 0), (edge, edge), (edge, edge), (0, 0)])
    windows = np.lib.stride_tricks.sliding_window_view(x, (reach, reach), (1, 2))
    windows = windows[:, ::strides, ::strides, :, ::dilation, ::dilation]
    paths = zip(
        np.split(windows, groups, axis=3), np.split(kernel, groups, axis=3), strict=True
    )
    maps = [np.einsum("nhwckl,klcf->nhwf", path, own) for path, own in paths]
    return np.concatenate(maps, axis=3)


class Weights:
    """The weights of a block, handed out in the order in which it made its layers."""

    def __init__(self, model):
        def made(kind):
            found = [layer for layer in model.layers if isinstance(layer, kind)]
            number = {layer: re.search(r"_(\d+)$", layer.name) for layer in found}
            order = {k: int(v.group(1)) if v else 0 for k, v in number.items()}
            return iter(sorted(found, key=order.get))

        self.convolutions = made(keras.layers.Conv2D)
        self.norms = made(keras.layers.BatchNormalization)

    def conv(self, x, strides=1, dilation=1, groups=1):
        layer = next(self.convolutions)
        y = convolve(x, array(layer.kernel), strides, dilation, groups)
        return y + array(layer.bias) if layer.use_bias else y

    def norm(self, x):
        layer = next(self.norms)
        names = ("gamma", "beta", "moving_mean", "moving_variance")
        gamma, beta, mean, variance = (array(getattr(layer, n)) for n in names)
        return gamma * (x - mean) / np.sqrt(variance + 1.001e-5) + beta

    def all_used(self):
        return not list(self.convolutions) and not list(self.norms)


def randomise(model):
    draw = np.random.default_rng(2)
    for weight in model.weights:
        if weight.name in ("gamma", "moving_variance"):
            weight.assign(draw.uniform(0.5, 1.5, weight.shape))
        elif weight.name in ("beta", "moving_mean", "bias"):
            weight.assign(draw.normal(0, 0.5, weight.shape))


def output(block, x):
    """The block's output for x in testing, and its weights."""
    inputs = keras.Input(x.shape[1:])
    model = keras.Model(inputs, block(inputs))
    randomise(model)
    return array(model(x, training=False)), Weights(model)


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


def numpy_bottleneck(x, w, filters, s, strides=None, groups=1, outputs=4):
    first, second = strides or (s, 1)
    y = relu(w.norm(w.conv(x, first)))
    y = relu(w.norm(w.conv(y, second, groups=groups)))
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
    "plain": (plain, numpy_plain, 8),
    "bottleneck": (bottleneck, numpy_bottleneck, 32),
    "v1.5": (
        partial(bottleneck, stride_on="3x3"),
        lambda x, w, filters, s: numpy_bottleneck(x, w, filters, s, (1, s)),
        32,
    ),
    "aggregated": (
        partial(aggregated, cardinality=3, width=2),
        lambda x, w, filters, s: numpy_bottleneck(x, w, filters, s, (1, s), 3, 1),
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
    assert weights.all_used()
    assert ours.shape == (2, -(-size // strides), -(-size // strides), channels)
    np.testing.assert_allclose(ours, expected, rtol=1e-4, atol=1e-5)


def test_grouped_convolution_is_the_sum_of_paths():
    """ResNeXt, fig. 3: (c) equals (a), a sum over C small bottlenecks."""
    x = np.random.default_rng(1).normal(size=(1, 5, 5, 6))
    draw = np.random.default_rng(2)
    reduce, restore = draw.normal(size=(1, 1, 6, 8)), draw.normal(size=(1, 1, 8, 6))
    middle = draw.normal(size=(3, 3, 2, 8))
    grouped = convolve(convolve(convolve(x, reduce), middle, groups=4), restore)
    paths = [slice(i, i + 2) for i in range(0, 8, 2)]
    total = sum(
        convolve(
            convolve(convolve(x, reduce[..., path]), middle[..., path]),
            restore[:, :, path],
        )
        for path in paths
    )
    np.testing.assert_allclose(grouped, total, rtol=1e-10)
    layer = keras.layers.Conv2D(8, 3, padding="same", groups=4, use_bias=False)
    layer.build((None, 5, 5, 8))
    layer.kernel.assign(middle)
    reduced = convolve(x, reduce)
    keras_map = array(layer(reduced.astype("float32")))
    np.testing.assert_allclose(
        keras_map, convolve(reduced, middle, groups=4), rtol=1e-4, atol=1e-4
    )


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
