"""Modules of Inception v4.

Christian Szegedy, Sergey Ioffe, Vincent Vanhoucke, Alexander A. Alemi: Inception-v4,
Inception-ResNet and the Impact of Residual Connections on Learning. AAAI 2017,
arXiv:1602.07261.

``conv_bn`` is the convolution that a module is made of: that of Inception v3 with
gammas, or a `partial` of it. Convolutions that the figures mark "V" are "valid".
Layers are called as in `dlcourse.blocks.inception_v3`, after the module's ``name``.

``order`` is that of kernels such as 1x7 and 7x1: "paper", as in the figures, or "code",
as in the authors' published code, which has them the other way round in three places:
the stem, and the long branches of modules B and C.

Differs: the pooled branch of a module is joined last, as in that code and in Inception
v3; the figures draw it first. Only the order of the output's channels depends on it.
"""

from functools import partial

from keras import layers

from dlcourse.blocks import inception_v3
from dlcourse.blocks.conv import layer_name, max_pool
from dlcourse.blocks.inception_v3 import pool_proj, side_by_side

conv_bn = partial(inception_v3.conv_bn, scale=True)


def ordered(kernels, order):
    """The kernels of a figure, in its order or in that of the code."""
    if order not in ("paper", "code"):
        raise ValueError(f"order={order!r}: choose 'paper' or 'code'.")
    return kernels if order == "paper" else kernels[::-1]


def stem(x, strides=(2, 2, 2), conv_bn=conv_bn, order="paper"):
    """Input to the 35 x 35 grid (fig. 3): 299 x 299 x 3 -> 35 x 35 x 384.

    "conv1" to "conv3", then three times two branches, which end in the layers "stem1",
    "stem2" and "stem3".
    """
    first, second, third = strides
    x = conv_bn(x, 32, 3, first, "valid", name="conv1")  # 149 x 149 x 32
    x = conv_bn(x, 32, 3, padding="valid", name="conv2")  # 147 x 147 x 32
    x = conv_bn(x, 64, 3, name="conv3")  # 147 x 147 x 64
    branch_pool = max_pool(x, 3, second, "valid", name="stem1_pool")
    branch3x3 = conv_bn(x, 96, 3, second, "valid", name="stem1_3x3")
    x = layers.Concatenate(name="stem1")([branch_pool, branch3x3])  # 73 x 73 x 160
    branch3x3 = conv_bn(x, 64, 1, name="stem2_3x3_reduce")
    branch3x3 = conv_bn(branch3x3, 96, 3, padding="valid", name="stem2_3x3")
    branch7x7 = conv_bn(x, 64, 1, name="stem2_7x7_reduce")
    for height, width in ordered(((7, 1), (1, 7)), order):
        name = f"stem2_7x7_{height}x{width}"
        branch7x7 = conv_bn(branch7x7, 64, (height, width), name=name)
    branch7x7 = conv_bn(branch7x7, 96, 3, padding="valid", name="stem2_7x7_3x3")
    x = layers.Concatenate(name="stem2")([branch3x3, branch7x7])  # 71 x 71 x 192
    branch3x3 = conv_bn(x, 192, 3, third, "valid", name="stem3_3x3")
    branch_pool = max_pool(x, 3, third, "valid", name="stem3_pool")
    return layers.Concatenate(name="stem3")([branch3x3, branch_pool])


def inception_a(x, conv_bn=conv_bn, name=None):
    """Module of the 35 x 35 grid (fig. 4): C -> 384 channels."""
    part = partial(layer_name, name)
    branch1x1 = conv_bn(x, 96, 1, name=part("1x1"))
    branch3x3 = conv_bn(x, 64, 1, name=part("3x3_reduce"))
    branch3x3 = conv_bn(branch3x3, 96, 3, name=part("3x3"))
    double3x3 = conv_bn(x, 64, 1, name=part("double_3x3_reduce"))
    double3x3 = conv_bn(double3x3, 96, 3, name=part("double_3x3_1"))
    double3x3 = conv_bn(double3x3, 96, 3, name=part("double_3x3_2"))
    branch_pool = pool_proj(x, 96, conv_bn, name)
    branches = [branch1x1, branch3x3, double3x3, branch_pool]
    return layers.Concatenate(name=name)(branches)


def inception_b(x, conv_bn=conv_bn, name=None, order="paper"):
    """Module of the 17 x 17 grid (fig. 5): C -> 1024 channels.

    Differs: the figure has 1x7 twice in the third branch, which would see one row; the
    second is 7x1, as in the authors' code.
    """
    part = partial(layer_name, name)
    branch1x1 = conv_bn(x, 384, 1, name=part("1x1"))
    branch7x7 = conv_bn(x, 192, 1, name=part("7x7_reduce"))
    branch7x7 = conv_bn(branch7x7, 224, (1, 7), name=part("7x7_1x7"))
    branch7x7 = conv_bn(branch7x7, 256, (7, 1), name=part("7x7_7x1"))
    double7x7 = conv_bn(x, 192, 1, name=part("double_7x7_reduce"))
    kernels = ordered(((1, 7), (7, 1)), order)
    for number, filters in enumerate((192, 224, 224, 256)):
        height, width = kernels[number % 2]
        step = part(f"double_7x7_{height}x{width}_{number // 2 + 1}")
        double7x7 = conv_bn(double7x7, filters, (height, width), name=step)
    branch_pool = pool_proj(x, 128, conv_bn, name)
    branches = [branch1x1, branch7x7, double7x7, branch_pool]
    return layers.Concatenate(name=name)(branches)


def inception_c(x, conv_bn=conv_bn, name=None, order="paper"):
    """Module of the 8 x 8 grid (fig. 6): C -> 1536 channels."""
    part = partial(layer_name, name)
    row, column = (1, 3), (3, 1)
    branch1x1 = conv_bn(x, 256, 1, name=part("1x1"))
    branch3x3 = conv_bn(x, 384, 1, name=part("3x3_reduce"))
    branch3x3 = side_by_side(branch3x3, 256, (row, column), conv_bn, part("3x3"))
    double3x3 = conv_bn(x, 384, 1, name=part("double_3x3_reduce"))
    kernels = ordered((row, column), order)
    for filters, (height, width) in zip((448, 512), kernels, strict=True):
        step = part(f"double_3x3_1_{height}x{width}")
        double3x3 = conv_bn(double3x3, filters, (height, width), name=step)
    last = ordered((column, row), order)
    double3x3 = side_by_side(double3x3, 256, last, conv_bn, part("double_3x3_2"))
    branch_pool = pool_proj(x, 256, conv_bn, name)
    branches = [branch1x1, branch3x3, double3x3, branch_pool]
    return layers.Concatenate(name=name)(branches)


def reduction_a(
    x,
    k=192,
    l=224,  # noqa: E741
    m=256,
    n=384,
    conv_bn=conv_bn,
    name=None,
):
    """35 -> 17 pixels (fig. 7): C -> n + m + C channels.

    Table 1 gives k, l, m, n for v4 and both Inception-ResNets.
    """
    part = partial(layer_name, name)
    branch3x3 = conv_bn(x, n, 3, 2, "valid", name=part("3x3"))
    double3x3 = conv_bn(x, k, 1, name=part("double_3x3_reduce"))
    double3x3 = conv_bn(double3x3, l, 3, name=part("double_3x3_1"))
    double3x3 = conv_bn(double3x3, m, 3, 2, "valid", name=part("double_3x3_2"))
    branch_pool = max_pool(x, 3, 2, "valid", name=part("pool"))
    return layers.Concatenate(name=name)([branch3x3, double3x3, branch_pool])


def reduction_b(x, conv_bn=conv_bn, name=None):
    """17 -> 8 pixels (fig. 8): C -> 512 + C channels."""
    part = partial(layer_name, name)
    branch3x3 = conv_bn(x, 192, 1, name=part("3x3_reduce"))
    branch3x3 = conv_bn(branch3x3, 192, 3, 2, "valid", name=part("3x3"))
    branch7x7 = conv_bn(x, 256, 1, name=part("7x7_reduce"))
    branch7x7 = conv_bn(branch7x7, 256, (1, 7), name=part("7x7_1x7"))
    branch7x7 = conv_bn(branch7x7, 320, (7, 1), name=part("7x7_7x1"))
    branch7x7 = conv_bn(branch7x7, 320, 3, 2, "valid", name=part("7x7_3x3"))
    branch_pool = max_pool(x, 3, 2, "valid", name=part("pool"))
    return layers.Concatenate(name=name)([branch3x3, branch7x7, branch_pool])
