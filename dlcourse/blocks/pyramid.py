"""PyramidNet's blocks, with shortcuts that have no parameters.

Dongyoon Han, Jiwhan Kim, Junmo Kim: Deep Pyramidal Residual Networks. CVPR 2017,
arXiv:1610.02915.

``momentum`` is that of batch norm. ``name`` is the block's name, "conv3_2"; the block's
output is the layer of that name. Its parts are "conv3_2_3x3_1", …, "conv3_2_last_bn".
"""

from keras import layers, ops

from dlcourse.blocks.conv import MOMENTUM, bn_relu, conv, layer_name, norm


def pyramid_basic(x, filters, strides=1, momentum=MOMENTUM, name=None):
    """BN, 3x3, BN, ReLU, 3x3, BN (fig. 6d): H x W x C -> H/s x W/s x filters."""
    first, second = layer_name(name, "3x3_1"), layer_name(name, "3x3_2")
    y = norm(x, momentum=momentum, name=layer_name(first, "bn"))
    y = conv(y, filters, 3, strides, name=first)
    y = conv(bn_relu(y, momentum, second), filters, 3, name=second)
    y = norm(y, momentum=momentum, name=layer_name(name, "last_bn"))
    return layers.Add(name=name)([padded_shortcut(x, filters, strides, name), y])


def pyramid_bottleneck(x, filters, strides=1, momentum=MOMENTUM, name=None):
    """As `pyramid_basic` with 1x1, 3x3, 1x1: H x W x C -> H/s x W/s x 4 filters."""
    reduce, middle, expand = (
        layer_name(name, part) for part in ("1x1_reduce", "3x3", "1x1_expand")
    )
    y = norm(x, momentum=momentum, name=layer_name(reduce, "bn"))
    y = conv(y, filters, 1, name=reduce)
    y = conv(bn_relu(y, momentum, middle), filters, 3, strides, name=middle)
    y = conv(bn_relu(y, momentum, expand), 4 * filters, 1, name=expand)
    y = norm(y, momentum=momentum, name=layer_name(name, "last_bn"))
    return layers.Add(name=name)([padded_shortcut(x, 4 * filters, strides, name), y])


def padded_shortcut(x, filters, strides=1, name=None):
    """Zeros for the new channels (fig. 5a), averaged down: -> H/s x W/s x filters."""
    new_channels = filters - x.shape[-1]
    if strides > 1:
        pool_name = layer_name(name, "shortcut")
        x = layers.AveragePooling2D(strides, padding="same", name=pool_name)(x)
    return ops.pad(x, [[0, 0], [0, 0], [0, 0], [0, new_channels]])
