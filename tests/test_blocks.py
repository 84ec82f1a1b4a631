"""Dense, squeeze-and-excitation and shuffle blocks, held against plain NumPy."""

import keras
import numpy as np
import plain
import pytest
from keras import layers

from dlcourse.blocks.conv import EPSILON
from dlcourse.blocks.dense import dense_block, transition
from dlcourse.blocks.excite import squeeze_excite
from dlcourse.blocks.shuffle import channel_shuffle, shuffle_unit
from dlcourse.models.senet import senet_block


def both(block, forward, channels, size=6):
    """Outputs of a block and of ``forward(x, conv, bn, dense)`` for the same weights.

    ``conv``, ``bn`` and ``dense`` take the weights in the order the layers were made.
    """
    keras.backend.clear_session()
    inputs = keras.Input((size, size, channels))
    model = keras.Model(inputs, block(inputs))
    weights = plain.Weights(model)

    def conv(x, strides=1, kind=layers.Conv2D):
        (kernel,) = weights.take(kind)
        if kind is layers.DepthwiseConv2D:  # as many groups as channels
            kernel = kernel.transpose(0, 1, 3, 2)
        return plain.convolve(x, kernel, strides)

    def bn(x):
        return plain.normalize(x, weights.take(layers.BatchNormalization), EPSILON)

    def dense(x):
        kernel, bias = weights.take(layers.Dense)
        return x @ kernel + bias

    x = np.random.default_rng(1).normal(size=(2, size, size, channels))
    ours = keras.ops.convert_to_numpy(model(x.astype("float32"), training=False))
    return ours, forward(x, conv, bn, dense)


def relu(x):
    return np.maximum(x, 0)


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def same(pair):
    ours, expected = pair
    assert ours.shape == expected.shape
    np.testing.assert_allclose(ours, expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("bottleneck", [False, True])
def test_dense_block(bottleneck):
    def forward(x, conv, bn, dense):
        for _ in range(2):
            y = x
            for _ in range(2 if bottleneck else 1):
                y = conv(relu(bn(y)))
            x = np.concatenate([x, y], axis=-1)
        return x

    same(both(lambda x: dense_block(x, 2, 3, bottleneck), forward, channels=4))


def test_transition():
    def forward(x, conv, bn, dense):
        x = conv(relu(bn(x)))
        assert x.shape[-1] == 2  # int(0.5 * 5)
        return x.reshape(2, 3, 2, 3, 2, 2).mean((2, 4))

    same(both(lambda x: transition(x, 0.5), forward, channels=5))


def excited(x, dense):
    weights = sigmoid(dense(relu(dense(x.mean((1, 2))))))
    return x * weights[:, None, None]


def test_squeeze_excite():
    def forward(x, conv, bn, dense):
        return excited(x, dense)

    same(both(lambda x: squeeze_excite(x, ratio=4), forward, channels=8))


@pytest.mark.parametrize(("channels", "strides"), [(32, 1), (16, 1), (16, 2)])
def test_senet_block(channels, strides):
    def forward(x, conv, bn, dense):
        y = relu(bn(conv(x)))
        y = relu(bn(conv(y, strides)))
        y = excited(bn(conv(y)), dense)
        shortcut = bn(conv(x, strides)) if channels != 32 else x
        return relu(y + shortcut)

    same(both(lambda x: senet_block(x, 8, strides, 4), forward, channels))


def test_senet_projection_is_3x3_where_the_image_shrinks():
    inputs = keras.Input((8, 8, 16))
    for strides, size in [(1, 1), (2, 3)]:
        model = keras.Model(inputs, senet_block(inputs, 8, strides, 4))
        kernels = [tuple(w.shape) for w in model.weights if w.name == "kernel"]
        assert (size, size, 16, 32) in kernels


def test_channel_shuffle_deals_the_groups_out():
    x = np.arange(6.0).reshape(1, 1, 1, 6)
    shuffled = keras.ops.convert_to_numpy(channel_shuffle(x, 2))
    assert shuffled.ravel().tolist() == [0, 3, 1, 4, 2, 5]


def dealt(x, groups):
    each = x.shape[-1] // groups
    order = [g * each + i for i in range(each) for g in range(groups)]
    return x[..., order]


@pytest.mark.parametrize("groups", [1, 3])
@pytest.mark.parametrize("strides", [1, 2])
def test_shuffle_unit(groups, strides):
    def forward(x, conv, bn, dense):
        y = dealt(relu(bn(conv(x))), groups)
        y = bn(conv(y, strides, layers.DepthwiseConv2D))
        y = bn(conv(y))
        if strides == 1:
            return relu(x + y)
        padded = np.pad(x, [(0, 0), (1, 1), (1, 1), (0, 0)])
        pooled = plain.pool(padded, 3, 2, "valid", np.mean)
        return relu(np.concatenate([pooled, y], axis=-1))

    filters = 24 if strides == 1 else 36
    same(both(lambda x: shuffle_unit(x, filters, strides, groups), forward, 24))


def test_first_shuffle_unit_does_not_group_the_stem():
    inputs = keras.Input((8, 8, 6))
    model = keras.Model(inputs, shuffle_unit(inputs, 24, 2, 3, first_groups=1))
    first, last = [layer for layer in model.layers if type(layer).__name__ == "Conv2D"]
    assert (first.groups, last.groups) == (1, 3)
