"""The Shake-Shake block: two residual branches, mixed at random.

Gastaldi, "Shake-Shake regularization", 2017, arXiv:1705.07485.
"""

from keras import layers, ops

from dlcourse.blocks.conv import conv, conv_bn, norm
from dlcourse.layers.shake import Shake


def shake_shake(x, filters, strides=1, shake=True):
    """Sum of a shortcut and two mixed branches: H x W x C -> H/s x W/s x filters.

    ``shake=False`` takes their mean in training too ("Even-Even" in table 1).
    """
    mix = Shake() if shake else layers.Average()
    branches = [branch(x, filters, strides), branch(x, filters, strides)]
    return two_path_shortcut(x, filters, strides) + mix(branches)


def branch(x, filters, strides=1):
    """ReLU, 3x3, BN, ReLU, 3x3, BN (section 2.1): H x W x C -> H/s x W/s x filters."""
    y = conv_bn(ops.relu(x), filters, 3, strides)
    return conv_bn(y, filters, 3, activation=None)


def two_path_shortcut(x, filters, strides=1):
    """Identity; where shapes differ, two subsamplings: -> H/s x W/s x filters.

    The second path sees the image shifted by one pixel to the right and down, so that
    the two keep different pixels. Each gives half of the channels.
    """
    if strides == 1 and x.shape[-1] == filters:
        return x
    x = ops.relu(x)
    shifted = ops.pad(x, [[0, 0], [1, 0], [1, 0], [0, 0]])[:, :-1, :-1]
    half = filters // 2
    y = conv(x[:, ::strides, ::strides], half, 1)
    z = conv(shifted[:, ::strides, ::strides], filters - half, 1)
    return norm(layers.Concatenate()([y, z]))
