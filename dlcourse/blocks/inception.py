"""Inception modules: GoogLeNet's, and that of the batch normalization paper.

Szegedy et al.: Going deeper with convolutions. CVPR 2015, arXiv 1409.4842.
Ioffe, Szegedy: Batch normalization: accelerating deep network training by reducing
internal covariate shift. ICML 2015, arXiv 1502.03167.
"""

from keras import layers

from dlcourse.blocks.conv import conv, conv_bn, max_pool


def inception(x, one, three_reduce, three, five_reduce, five, project):
    """1x1, 3x3, 5x5 and pooling side by side, each with a 1x1 (fig. 2b of GoogLeNet).

    H x W x C -> H x W x (one + three + five + project). The numbers are the columns of
    table 1: ``reduce`` of the 1x1 before a larger convolution, ``project`` of the 1x1
    after the pooling.
    """
    a = conv_relu(x, one, 1)
    b = conv_relu(x, three_reduce, 1)
    b = conv_relu(b, three, 3)
    c = conv_relu(x, five_reduce, 1)
    c = conv_relu(c, five, 5)
    d = conv_relu(max_pool(x, 3, 1), project, 1)
    return layers.Concatenate()([a, b, c, d])


def conv_relu(x, filters, kernel_size, strides=1):
    """Convolution with bias, and ReLU: H x W x C -> H/s x W/s x filters."""
    return conv(x, filters, kernel_size, strides, use_bias=True, activation="relu")


def inception_bn(
    x, one, three_reduce, three, double_reduce, double, project, pool, unit=conv_bn
):
    """Inception with two 3x3 for the 5x5, and batch norm (BN paper, fig. 5).

    H x W x C -> H x W x (one + three + double + project). A row of the table with
    ``one`` 0 has strides 2, and passes its pooling through:
    H x W x C -> H/2 x W/2 x (three + double + C). ``pool`` is "avg" or "max".
    """
    strides = 1 if one else 2
    a = [unit(x, one, 1)] if one else []
    b = unit(x, three_reduce, 1)
    b = unit(b, three, 3, strides)
    c = unit(x, double_reduce, 1)
    c = unit(c, double, 3)
    c = unit(c, double, 3, strides)
    d = average_pool(x) if pool == "avg" else max_pool(x, 3, strides)
    d = unit(d, project, 1) if project else d
    return layers.Concatenate()([*a, b, c, d])


def average_pool(x):
    """3x3 average with strides 1 over the pixels inside: H x W x C -> H x W x C."""
    return layers.AveragePooling2D(3, 1, padding="same")(x)


def scale(numbers, width):
    """The numbers of filters, ``width`` times as many; 0 stays 0."""
    return [max(1, round(width * number)) if number else 0 for number in numbers]
