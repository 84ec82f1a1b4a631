"""Pre-activation: batch norm and ReLU before each convolution, nothing after the sum.

He, Zhang, Ren, Sun, "Identity Mappings in Deep Residual Networks", ECCV 2016,
arXiv:1603.05027.
"""

from keras import layers

from dlcourse.blocks.conv import bn_relu, conv


def preactivated(x, filters, kernel_sizes, strides=1, dropout=0.0, activate=True):
    """BN, ReLU, convolution, for each of ``filters``: -> H/s x W/s x filters[-1].

    The shortcut is the input as it is (fig. 1b). Where shapes differ, it is a 1x1
    projection of the first activation. The first convolution strides. ``dropout`` comes
    before the last one (Wide ResNet, section 2.4). ``activate=False`` is for the first
    block, where the stem has done the first BN and ReLU, for both ways.
    """
    y = bn_relu(x) if activate else x
    if strides > 1 or x.shape[-1] != filters[-1]:
        x = conv(y, filters[-1], 1, strides)
    y = conv(y, filters[0], kernel_sizes[0], strides)
    for i in range(1, len(filters)):
        y = bn_relu(y)
        if dropout and i == len(filters) - 1:
            y = layers.Dropout(dropout)(y)
        y = conv(y, filters[i], kernel_sizes[i])
    return x + y


def preact_basic(x, filters, strides=1, **options):
    """Two 3x3 (fig. 4e): H x W x C -> H/s x W/s x filters. Options: `preactivated`."""
    return preactivated(x, (filters, filters), (3, 3), strides, **options)


def preact_bottleneck(x, filters, strides=1, **options):
    """1x1, 3x3, 1x1: H x W x C -> H/s x W/s x 4 filters. Options: `preactivated`."""
    widths = (filters, filters, 4 * filters)
    return preactivated(x, widths, (1, 3, 1), strides, **options)
