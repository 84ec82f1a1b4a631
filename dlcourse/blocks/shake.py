"""The Shake-Shake block: two residual branches, mixed at random.

Xavier Gastaldi: Shake-Shake Regularization. 2017, arXiv:1705.07485.

``momentum`` is that of batch norm. ``name`` is the block's name, "conv3_2"; the block's
output is the layer of that name. Its parts are "conv3_2_branch1_3x3_1", …,
"conv3_2_mix", "conv3_2_shortcut_1", "conv3_2_shortcut_2", …
"""

from keras import layers, ops

from dlcourse.blocks.conv import MOMENTUM, conv, conv_bn, layer_name, norm, relu
from dlcourse.layers.shake import Shake


def shake_shake(x, filters, strides=1, shake=True, momentum=MOMENTUM, name=None):
    """Sum of a shortcut and two mixed branches: H x W x C -> H/s x W/s x filters.

    ``shake=False`` takes their mean in training too ("Even-Even" in table 1).
    """
    mix = (Shake if shake else layers.Average)(name=layer_name(name, "mix"))
    first, second = layer_name(name, "branch1"), layer_name(name, "branch2")
    y = branch(x, filters, strides, momentum, first)
    z = branch(x, filters, strides, momentum, second)
    x = two_path_shortcut(x, filters, strides, momentum, name)
    return layers.Add(name=name)([x, mix([y, z])])


def branch(x, filters, strides=1, momentum=MOMENTUM, name=None):
    """ReLU, 3x3, BN, ReLU, 3x3, BN (section 2.1): H x W x C -> H/s x W/s x filters."""
    first, second = layer_name(name, "3x3_1"), layer_name(name, "3x3_2")
    y = relu(x, layer_name(name, "relu"))
    y = conv_bn(y, filters, 3, strides, momentum=momentum, name=first)
    return conv_bn(y, filters, 3, 1, None, momentum=momentum, name=second)


def two_path_shortcut(x, filters, strides=1, momentum=MOMENTUM, name=None):
    """Identity; where shapes differ, two subsamplings: -> H/s x W/s x filters.

    The second path sees the image shifted by one pixel to the right and down, so that
    the two keep different pixels. Each gives half of the channels.
    """
    if strides == 1 and x.shape[-1] == filters:
        return x
    name = layer_name(name, "shortcut")
    x = relu(x, layer_name(name, "relu"))
    shifted = ops.pad(x, [[0, 0], [1, 0], [1, 0], [0, 0]])[:, :-1, :-1]
    half = filters // 2
    y = conv(x[:, ::strides, ::strides], half, 1, name=layer_name(name, "1"))
    z = shifted[:, ::strides, ::strides]
    z = conv(z, filters - half, 1, name=layer_name(name, "2"))
    both = layers.Concatenate(name=layer_name(name, "concat"))([y, z])
    return norm(both, momentum=momentum, name=layer_name(name, "bn"))
