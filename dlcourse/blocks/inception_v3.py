"""Modules of Inception v3.

Christian Szegedy, Vincent Vanhoucke, Sergey Ioffe, Jonathon Shlens, Zbigniew Wojna:
Rethinking the Inception Architecture for Computer Vision. CVPR 2016, arXiv:1512.00567.

What all modules have in common:

- ``conv_bn`` is the convolution that a module is made of: `conv_bn` below, or a
  `partial` of it with another ``width`` or ``momentum``;
- ``name`` is the module's name, "inception_fig6_1". Its output is the layer of that
  name; its parts are called after their branch: "inception_fig6_1_7x7_reduce",
  "inception_fig6_1_7x7_1x7", "inception_fig6_1_pool_proj", …
"""

from functools import partial

from keras import layers

from dlcourse.blocks import conv
from dlcourse.blocks.conv import MOMENTUM, layer_name, max_pool
from dlcourse.blocks.inception import average_pool, scale_filters


def conv_bn(
    x,
    filters,
    kernel_size,
    strides=1,
    padding="same",
    width=1.0,
    scale=False,
    momentum=MOMENTUM,
    name=None,
):
    """Convolution, batch norm (epsilon 0.001), ReLU, with ``width`` times the filters.

    H x W x C -> H/s x W/s x (width * filters). Without ``scale``, batch norm has no
    gamma: the next convolution can scale.
    """
    (filters,) = scale_filters([filters], width)
    return conv.conv_bn(
        x,
        filters,
        kernel_size,
        strides,
        padding=padding,
        scale=scale,
        epsilon=1e-3,
        momentum=momentum,
        name=name,
    )


def stem(x, strides=(2, 2), conv_bn=conv_bn):
    """The layers before the first module: 299 x 299 x 3 -> 71 x 71 x 192 (table 1).

    They are called "conv1" to "conv5", and "pool1" between "conv3" and "conv4".
    """
    x = conv_bn(x, 32, 3, strides[0], "valid", name="conv1")  # 149 x 149 x 32
    x = conv_bn(x, 32, 3, padding="valid", name="conv2")  # 147 x 147 x 32
    x = conv_bn(x, 64, 3, name="conv3")  # 147 x 147 x 64
    x = max_pool(x, 3, strides[1], "valid", name="pool1")  # 73 x 73 x 64
    x = conv_bn(x, 80, 1, name="conv4")  # 73 x 73 x 80
    return conv_bn(x, 192, 3, padding="valid", name="conv5")


def smallest(stem_strides, grid=7):
    """Width of the smallest image that leaves a ``grid`` of so many pixels.

    7 is the least: the two reductions make 3 and 1 of it. Holds for v3, v4 and both
    Inception-ResNets, whose stems all take 299 to 71, and 71 to 35.
    """
    first, second, third = stem_strides
    size = third * (grid - 1) + 3
    size = second * (size + 2 - 1) + 3
    return first * (size + 2 - 1) + 3


def inception_fig5(x, filters_1x1, filters_pool_proj, conv_bn=conv_bn, name=None):
    """Module of the 35 x 35 grid (fig. 5): C -> 1x1 + 160 + pool proj channels.

    Differs: fig. 5 makes two 3x3 of the 5x5; the network that was trained keeps it.
    """
    part = partial(layer_name, name)
    branch1x1 = conv_bn(x, filters_1x1, 1, name=part("1x1"))
    branch5x5 = conv_bn(x, 48, 1, name=part("5x5_reduce"))
    branch5x5 = conv_bn(branch5x5, 64, 5, name=part("5x5"))
    double3x3 = conv_bn(x, 64, 1, name=part("double_3x3_reduce"))
    double3x3 = conv_bn(double3x3, 96, 3, name=part("double_3x3_1"))
    double3x3 = conv_bn(double3x3, 96, 3, name=part("double_3x3_2"))
    branch_pool = pool_proj(x, filters_pool_proj, conv_bn, name)
    branches = [branch1x1, branch5x5, double3x3, branch_pool]
    return layers.Concatenate(name=name)(branches)


def inception_fig6(x, filters, conv_bn=conv_bn, name=None):
    """Module of the 17 x 17 grid, 7x7 as 1x7 and 7x1 (fig. 6): C -> 768 channels."""
    part = partial(layer_name, name)
    branch1x1 = conv_bn(x, 192, 1, name=part("1x1"))
    branch7x7 = conv_bn(x, filters, 1, name=part("7x7_reduce"))
    branch7x7 = conv_bn(branch7x7, filters, (1, 7), name=part("7x7_1x7"))
    branch7x7 = conv_bn(branch7x7, 192, (7, 1), name=part("7x7_7x1"))
    double7x7 = conv_bn(x, filters, 1, name=part("double_7x7_reduce"))
    double7x7 = conv_bn(double7x7, filters, (7, 1), name=part("double_7x7_7x1_1"))
    double7x7 = conv_bn(double7x7, filters, (1, 7), name=part("double_7x7_1x7_1"))
    double7x7 = conv_bn(double7x7, filters, (7, 1), name=part("double_7x7_7x1_2"))
    double7x7 = conv_bn(double7x7, 192, (1, 7), name=part("double_7x7_1x7_2"))
    branch_pool = pool_proj(x, 192, conv_bn, name)
    branches = [branch1x1, branch7x7, double7x7, branch_pool]
    return layers.Concatenate(name=name)(branches)


def inception_fig7(x, conv_bn=conv_bn, name=None):
    """Module of the 8 x 8 grid, expanded filter banks (fig. 7): C -> 2048 channels."""
    part = partial(layer_name, name)
    sizes = (1, 3), (3, 1)
    branch1x1 = conv_bn(x, 320, 1, name=part("1x1"))
    branch3x3 = conv_bn(x, 384, 1, name=part("3x3_reduce"))
    branch3x3 = side_by_side(branch3x3, 384, sizes, conv_bn, part("3x3"))
    double3x3 = conv_bn(x, 448, 1, name=part("double_3x3_reduce"))
    double3x3 = conv_bn(double3x3, 384, 3, name=part("double_3x3_1"))
    double3x3 = side_by_side(double3x3, 384, sizes, conv_bn, part("double_3x3_2"))
    branch_pool = pool_proj(x, 192, conv_bn, name)
    branches = [branch1x1, branch3x3, double3x3, branch_pool]
    return layers.Concatenate(name=name)(branches)


def pool_proj(x, filters, conv_bn=conv_bn, name=None):
    """Average pooling and a 1x1, a projection: H x W x C -> H x W x filters."""
    x = average_pool(x, name=layer_name(name, "pool"))
    return conv_bn(x, filters, 1, name=layer_name(name, "pool_proj"))


def side_by_side(x, filters, kernel_sizes, conv_bn=conv_bn, name=None):
    """Convolutions of the same input: C -> filters channels for each kernel size."""
    outputs = [
        conv_bn(x, filters, size, name=layer_name(name, f"{size[0]}x{size[1]}"))
        for size in kernel_sizes
    ]
    return layers.Concatenate(name=name)(outputs)


def grid_reduction(x, conv_bn=conv_bn, name=None):
    """Convolve and pool side by side, 35 -> 17 pixels (fig. 10): C -> 480 + C."""
    part = partial(layer_name, name)
    branch3x3 = conv_bn(x, 384, 3, 2, "valid", name=part("3x3"))
    double3x3 = conv_bn(x, 64, 1, name=part("double_3x3_reduce"))
    double3x3 = conv_bn(double3x3, 96, 3, name=part("double_3x3_1"))
    double3x3 = conv_bn(double3x3, 96, 3, 2, "valid", name=part("double_3x3_2"))
    branch_pool = max_pool(x, 3, 2, "valid", name=part("pool"))
    return layers.Concatenate(name=name)([branch3x3, double3x3, branch_pool])


def grid_reduction_7x7(x, conv_bn=conv_bn, name=None):
    """Fig. 10 with a 7x7 in the longer branch, 17 -> 8 pixels: C -> 512 + C."""
    part = partial(layer_name, name)
    branch3x3 = conv_bn(x, 192, 1, name=part("3x3_reduce"))
    branch3x3 = conv_bn(branch3x3, 320, 3, 2, "valid", name=part("3x3"))
    branch7x7 = conv_bn(x, 192, 1, name=part("7x7_reduce"))
    branch7x7 = conv_bn(branch7x7, 192, (1, 7), name=part("7x7_1x7"))
    branch7x7 = conv_bn(branch7x7, 192, (7, 1), name=part("7x7_7x1"))
    branch7x7 = conv_bn(branch7x7, 192, 3, 2, "valid", name=part("7x7_3x3"))
    branch_pool = max_pool(x, 3, 2, "valid", name=part("pool"))
    return layers.Concatenate(name=name)([branch3x3, branch7x7, branch_pool])
