"""Modules of the Inception-ResNets.

Christian Szegedy, Sergey Ioffe, Vincent Vanhoucke, Alexander A. Alemi: Inception-v4,
Inception-ResNet and the Impact of Residual Connections on Learning. AAAI 2017,
arXiv:1602.07261.

``conv_bn`` is the convolution that a module is made of: that of Inception v3, or a
`partial` of it. Layers are called as in `dlcourse.blocks.inception_v3`, after the
module's ``name``.
"""

from functools import partial

from keras import layers

from dlcourse.blocks.conv import conv, layer_name, max_pool
from dlcourse.blocks.inception_v3 import conv_bn


def inception_resnet_a(
    x,
    filters_double_3x3,
    scale=0.17,
    activation="relu",
    conv_bn=conv_bn,
    name=None,
):
    """Module of the 35 x 35 grid (fig. 10 and 16); the shape of x stays.

    ``filters_double_3x3`` are those of 1x1, 3x3, 3x3.
    """
    part = partial(layer_name, name)
    reduce, first, second = filters_double_3x3
    branch1x1 = conv_bn(x, 32, 1, name=part("1x1"))
    branch3x3 = conv_bn(x, 32, 1, name=part("3x3_reduce"))
    branch3x3 = conv_bn(branch3x3, 32, 3, name=part("3x3"))
    double3x3 = conv_bn(x, reduce, 1, name=part("double_3x3_reduce"))
    double3x3 = conv_bn(double3x3, first, 3, name=part("double_3x3_1"))
    double3x3 = conv_bn(double3x3, second, 3, name=part("double_3x3_2"))
    return scaled_sum(x, [branch1x1, branch3x3, double3x3], scale, activation, name)


def inception_resnet_b(
    x,
    filters_1x1,
    filters_7x7,
    scale=0.1,
    activation="relu",
    conv_bn=conv_bn,
    name=None,
):
    """Module of the 17 x 17 grid (fig. 11 and 17); the shape of x stays.

    ``filters_7x7`` are those of 1x1, 1x7, 7x1.
    """
    part = partial(layer_name, name)
    reduce, row, column = filters_7x7
    branch1x1 = conv_bn(x, filters_1x1, 1, name=part("1x1"))
    branch7x7 = conv_bn(x, reduce, 1, name=part("7x7_reduce"))
    branch7x7 = conv_bn(branch7x7, row, (1, 7), name=part("7x7_1x7"))
    branch7x7 = conv_bn(branch7x7, column, (7, 1), name=part("7x7_7x1"))
    return scaled_sum(x, [branch1x1, branch7x7], scale, activation, name)


def inception_resnet_c(
    x,
    filters_1x1,
    filters_3x3,
    scale=0.2,
    activation="relu",
    conv_bn=conv_bn,
    name=None,
):
    """Module of the 8 x 8 grid (fig. 13 and 19); the shape of x stays.

    ``filters_3x3`` are those of 1x1, 1x3, 3x1.
    """
    part = partial(layer_name, name)
    reduce, row, column = filters_3x3
    branch1x1 = conv_bn(x, filters_1x1, 1, name=part("1x1"))
    branch3x3 = conv_bn(x, reduce, 1, name=part("3x3_reduce"))
    branch3x3 = conv_bn(branch3x3, row, (1, 3), name=part("3x3_1x3"))
    branch3x3 = conv_bn(branch3x3, column, (3, 1), name=part("3x3_3x1"))
    return scaled_sum(x, [branch1x1, branch3x3], scale, activation, name)


def scaled_sum(x, branches, scale, activation="relu", name=None):
    """Add the branches, expanded by a linear 1x1 to x's channels, times ``scale``.

    Without the scale, between 0.1 and 0.3, wide networks died while training
    (section 3.3, fig. 20).
    """
    part = partial(layer_name, name)
    y = layers.Concatenate(name=part("branches"))(branches)
    y = conv(y, x.shape[-1], 1, use_bias=True, name=part("1x1_expand"))
    y = layers.Rescaling(scale, name=part("scale"))(y)
    total = layers.Add(name=part("sum"))([x, y])
    return layers.Activation(activation, name=name)(total)


def reduction_b_resnet(x, filters_double_3x3, conv_bn=conv_bn, name=None):
    """17 -> 8 pixels (fig. 12 and 18): C -> 384 + first + second + C channels.

    ``filters_double_3x3`` are those of 1x1, 3x3, 3x3; the branch with one 3x3 has the
    first two of them.
    """
    part = partial(layer_name, name)
    reduce, first, second = filters_double_3x3
    wide3x3 = conv_bn(x, 256, 1, name=part("wide_3x3_reduce"))
    wide3x3 = conv_bn(wide3x3, 384, 3, 2, "valid", name=part("wide_3x3"))
    branch3x3 = conv_bn(x, reduce, 1, name=part("3x3_reduce"))
    branch3x3 = conv_bn(branch3x3, first, 3, 2, "valid", name=part("3x3"))
    double3x3 = conv_bn(x, reduce, 1, name=part("double_3x3_reduce"))
    double3x3 = conv_bn(double3x3, first, 3, name=part("double_3x3_1"))
    double3x3 = conv_bn(double3x3, second, 3, 2, "valid", name=part("double_3x3_2"))
    branch_pool = max_pool(x, 3, 2, "valid", name=part("pool"))
    branches = [wide3x3, branch3x3, double3x3, branch_pool]
    return layers.Concatenate(name=name)(branches)
