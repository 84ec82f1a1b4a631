"""Modules of Inception v4.

Szegedy, Ioffe, Vanhoucke, Alemi: Inception-v4, Inception-ResNet and the impact of
residual connections on learning. AAAI 2017, arXiv 1602.07261.

``unit`` is the convolution that a module is made of: that of Inception v3, or a
`partial` of it. Convolutions that the figures mark "V" are "valid".
"""

from functools import partial

from keras import layers

from dlcourse.blocks import inception_v3
from dlcourse.blocks.conv import max_pool
from dlcourse.blocks.inception import average_pool

unit = partial(inception_v3.unit, gamma=True)


def stem(x, strides=(2, 2, 2), unit=unit):
    """Input to the 35 x 35 grid (fig. 3): 299 x 299 x 3 -> 35 x 35 x 384."""
    first, second, third = strides
    x = unit(x, 32, 3, first, "valid")  # 149 x 149 x 32
    x = unit(x, 32, 3, padding="valid")  # 147 x 147 x 32
    x = unit(x, 64, 3)  # 147 x 147 x 64
    a = max_pool(x, 3, second, "valid")
    b = unit(x, 96, 3, second, "valid")
    x = layers.Concatenate()([a, b])  # 73 x 73 x 160
    a = unit(x, 64, 1)
    a = unit(a, 96, 3, padding="valid")
    b = unit(x, 64, 1)
    b = unit(b, 64, (7, 1))
    b = unit(b, 64, (1, 7))
    b = unit(b, 96, 3, padding="valid")
    x = layers.Concatenate()([a, b])  # 71 x 71 x 192
    a = unit(x, 192, 3, third, "valid")
    b = max_pool(x, 3, third, "valid")
    return layers.Concatenate()([a, b])


def inception_a(x, unit=unit):
    """Module of the 35 x 35 grid (fig. 4): C -> 384 channels."""
    a = unit(average_pool(x), 96, 1)
    b = unit(x, 96, 1)
    c = unit(x, 64, 1)
    c = unit(c, 96, 3)
    d = unit(x, 64, 1)
    d = unit(d, 96, 3)
    d = unit(d, 96, 3)
    return layers.Concatenate()([a, b, c, d])


def inception_b(x, unit=unit):
    """Module of the 17 x 17 grid (fig. 5): C -> 1024 channels.

    Differs: the figure has 1x7 twice in the third branch, which would see one row; the
    second is 7x1, as in the authors' code.
    """
    a = unit(average_pool(x), 128, 1)
    b = unit(x, 384, 1)
    c = unit(x, 192, 1)
    c = unit(c, 224, (1, 7))
    c = unit(c, 256, (7, 1))
    d = unit(x, 192, 1)
    d = unit(d, 192, (1, 7))
    d = unit(d, 224, (7, 1))
    d = unit(d, 224, (1, 7))
    d = unit(d, 256, (7, 1))
    return layers.Concatenate()([a, b, c, d])


def inception_c(x, unit=unit):
    """Module of the 8 x 8 grid (fig. 6): C -> 1536 channels."""
    a = unit(average_pool(x), 256, 1)
    b = unit(x, 256, 1)
    c = unit(x, 384, 1)
    c = layers.Concatenate()([unit(c, 256, (1, 3)), unit(c, 256, (3, 1))])
    d = unit(x, 384, 1)
    d = unit(d, 448, (1, 3))
    d = unit(d, 512, (3, 1))
    d = layers.Concatenate()([unit(d, 256, (3, 1)), unit(d, 256, (1, 3))])
    return layers.Concatenate()([a, b, c, d])


def reduction_a(x, k=192, l=224, m=256, n=384, unit=unit):  # noqa: E741
    """35 -> 17 pixels (fig. 7): C -> n + m + C channels.

    Table 1 gives k, l, m, n for v4 and both Inception-ResNets.
    """
    a = unit(x, n, 3, 2, "valid")
    b = unit(x, k, 1)
    b = unit(b, l, 3)
    b = unit(b, m, 3, 2, "valid")
    return layers.Concatenate()([a, b, max_pool(x, 3, 2, "valid")])


def reduction_b(x, unit=unit):
    """17 -> 8 pixels (fig. 8): C -> 512 + C channels."""
    a = unit(x, 192, 1)
    a = unit(a, 192, 3, 2, "valid")
    b = unit(x, 256, 1)
    b = unit(b, 256, (1, 7))
    b = unit(b, 320, (7, 1))
    b = unit(b, 320, 3, 2, "valid")
    return layers.Concatenate()([a, b, max_pool(x, 3, 2, "valid")])
