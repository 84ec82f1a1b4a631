"""PyramidNet's blocks, with shortcuts that have no parameters.

Han, Kim, Kim, "Deep Pyramidal Residual Networks", CVPR 2017, arXiv:1610.02915.
"""

from keras import layers, ops

from dlcourse.blocks.conv import bn_relu, conv, norm


def pyramid_basic(x, filters, strides=1):
    """BN, 3x3, BN, ReLU, 3x3, BN (fig. 6d): H x W x C -> H/s x W/s x filters."""
    y = conv(norm(x), filters, 3, strides)
    y = conv(bn_relu(y), filters, 3)
    return padded_shortcut(x, filters, strides) + norm(y)


def pyramid_bottleneck(x, filters, strides=1):
    """As `pyramid_basic` with 1x1, 3x3, 1x1: H x W x C -> H/s x W/s x 4 filters."""
    y = conv(norm(x), filters, 1)
    y = conv(bn_relu(y), filters, 3, strides)
    y = conv(bn_relu(y), 4 * filters, 1)
    return padded_shortcut(x, 4 * filters, strides) + norm(y)


def padded_shortcut(x, filters, strides=1):
    """Zeros for the new channels (fig. 5a), averaged down: -> H/s x W/s x filters."""
    new_channels = filters - x.shape[-1]
    if strides > 1:
        x = layers.AveragePooling2D(strides, padding="same")(x)
    return ops.pad(x, [[0, 0], [0, 0], [0, 0], [0, new_channels]])
