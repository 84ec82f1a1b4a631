"""Modules of the Inception-ResNets.

Szegedy, Ioffe, Vanhoucke, Alemi: Inception-v4, Inception-ResNet and the impact of
residual connections on learning. AAAI 2017, arXiv 1602.07261.
"""

from keras import layers

from dlcourse.blocks.conv import conv, max_pool
from dlcourse.blocks.inception_v3 import unit


def inception_resnet_a(x, double, scale=0.17, activation="relu", unit=unit):
    """Module of the 35 x 35 grid (fig. 10 and 16); the shape of x stays.

    ``double`` are the filters of the branch with two 3x3.
    """
    a = unit(x, 32, 1)
    b = unit(x, 32, 1)
    b = unit(b, 32, 3)
    c = unit(x, double[0], 1)
    c = unit(c, double[1], 3)
    c = unit(c, double[2], 3)
    return scaled_sum(x, [a, b, c], scale, activation)


def inception_resnet_b(x, one, seven, scale=0.1, activation="relu", unit=unit):
    """Module of the 17 x 17 grid (fig. 11 and 17); the shape of x stays.

    ``one`` are the filters of the 1x1, ``seven`` those of 1x1, 1x7, 7x1.
    """
    a = unit(x, one, 1)
    b = unit(x, seven[0], 1)
    b = unit(b, seven[1], (1, 7))
    b = unit(b, seven[2], (7, 1))
    return scaled_sum(x, [a, b], scale, activation)


def inception_resnet_c(x, one, three, scale=0.2, activation="relu", unit=unit):
    """Module of the 8 x 8 grid (fig. 13 and 19); the shape of x stays.

    ``one`` are the filters of the 1x1, ``three`` those of 1x1, 1x3, 3x1.
    """
    a = unit(x, one, 1)
    b = unit(x, three[0], 1)
    b = unit(b, three[1], (1, 3))
    b = unit(b, three[2], (3, 1))
    return scaled_sum(x, [a, b], scale, activation)


def scaled_sum(x, branches, scale, activation):
    """Add the branches, widened by a linear 1x1 to x's channels, times ``scale``.

    Without the scale, between 0.1 and 0.3, wide networks died while training (fig. 20).
    """
    y = layers.Concatenate()(branches)
    y = conv(y, x.shape[-1], 1, use_bias=True)
    return layers.Activation(activation)(x + scale * y)


def reduction_b_resnet(x, double, unit=unit):
    """17 -> 8 pixels (fig. 12 and 18): C -> 384 + double[1] + double[2] + C channels.

    ``double`` are the filters of the branch with two 3x3; that with one has the first
    two of them.
    """
    a = unit(x, 256, 1)
    a = unit(a, 384, 3, 2, "valid")
    b = unit(x, double[0], 1)
    b = unit(b, double[1], 3, 2, "valid")
    c = unit(x, double[0], 1)
    c = unit(c, double[1], 3)
    c = unit(c, double[2], 3, 2, "valid")
    return layers.Concatenate()([a, b, c, max_pool(x, 3, 2, "valid")])
