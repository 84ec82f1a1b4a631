"""Modules of Inception v3.

Szegedy, Vanhoucke, Ioffe, Shlens, Wojna: Rethinking the Inception architecture for
computer vision. CVPR 2016, arXiv 1512.00567.

``unit`` is the convolution that a module is made of: `unit` below or a `partial` of it.
"""

from keras import layers

from dlcourse.blocks.conv import conv_bn, max_pool
from dlcourse.blocks.inception import average_pool, scale


def unit(x, filters, kernel_size, strides=1, padding="same", width=1.0, gamma=False):
    """Convolution, batch norm (epsilon 0.001), ReLU, with ``width`` times the filters.

    Without ``gamma``, batch norm does not scale: the next convolution can.
    """
    (filters,) = scale([filters], width)
    options = {"padding": padding, "scale": gamma, "epsilon": 1e-3}
    return conv_bn(x, filters, kernel_size, strides, **options)


def stem(x, strides=(2, 2), unit=unit):
    """The layers before the first module: 299 x 299 x 3 -> 71 x 71 x 192 (table 1)."""
    x = unit(x, 32, 3, strides[0], "valid")  # 149 x 149 x 32
    x = unit(x, 32, 3, padding="valid")  # 147 x 147 x 32
    x = unit(x, 64, 3)  # 147 x 147 x 64
    x = max_pool(x, 3, strides[1], "valid")  # 73 x 73 x 64
    x = unit(x, 80, 1)  # 73 x 73 x 80
    return unit(x, 192, 3, padding="valid")


def smallest(stem_strides, grid=7):
    """Width of the smallest image that leaves a ``grid`` of so many pixels.

    7 is the least: the two reductions make 3 and 1 of it. Holds for v3, v4 and both
    Inception-ResNets, whose stems all take 299 to 71, and 71 to 35.
    """
    first, second, third = stem_strides
    size = third * (grid - 1) + 3
    size = second * (size + 2 - 1) + 3
    return first * (size + 2 - 1) + 3


def inception_fig5(x, one, project, unit=unit):
    """Module of the 35 x 35 grid (fig. 5): C -> one + 160 + project channels.

    Differs: fig. 5 makes two 3x3 of the 5x5; the network that was trained keeps it.
    """
    a = unit(x, one, 1)
    b = unit(x, 48, 1)
    b = unit(b, 64, 5)
    c = unit(x, 64, 1)
    c = unit(c, 96, 3)
    c = unit(c, 96, 3)
    d = unit(average_pool(x), project, 1)
    return layers.Concatenate()([a, b, c, d])


def inception_fig6(x, filters, unit=unit):
    """Module of the 17 x 17 grid, 7x7 as 1x7 and 7x1 (fig. 6): C -> 768 channels."""
    a = unit(x, 192, 1)
    b = unit(x, filters, 1)
    b = unit(b, filters, (1, 7))
    b = unit(b, 192, (7, 1))
    c = unit(x, filters, 1)
    c = unit(c, filters, (7, 1))
    c = unit(c, filters, (1, 7))
    c = unit(c, filters, (7, 1))
    c = unit(c, 192, (1, 7))
    d = unit(average_pool(x), 192, 1)
    return layers.Concatenate()([a, b, c, d])


def inception_fig7(x, unit=unit):
    """Module of the 8 x 8 grid, widened filter banks (fig. 7): C -> 2048 channels."""
    a = unit(x, 320, 1)
    b = unit(x, 384, 1)
    b = layers.Concatenate()([unit(b, 384, (1, 3)), unit(b, 384, (3, 1))])
    c = unit(x, 448, 1)
    c = unit(c, 384, 3)
    c = layers.Concatenate()([unit(c, 384, (1, 3)), unit(c, 384, (3, 1))])
    d = unit(average_pool(x), 192, 1)
    return layers.Concatenate()([a, b, c, d])


def grid_reduction(x, unit=unit):
    """Convolve and pool side by side, 35 -> 17 pixels (fig. 10): C -> 480 + C."""
    a = unit(x, 384, 3, 2, "valid")
    b = unit(x, 64, 1)
    b = unit(b, 96, 3)
    b = unit(b, 96, 3, 2, "valid")
    return layers.Concatenate()([a, b, max_pool(x, 3, 2, "valid")])


def grid_reduction_7x7(x, unit=unit):
    """Fig. 10 with a 7x7 in the longer branch, 17 -> 8 pixels: C -> 512 + C."""
    a = unit(x, 192, 1)
    a = unit(a, 320, 3, 2, "valid")
    b = unit(x, 192, 1)
    b = unit(b, 192, (1, 7))
    b = unit(b, 192, (7, 1))
    b = unit(b, 192, 3, 2, "valid")
    return layers.Concatenate()([a, b, max_pool(x, 3, 2, "valid")])
