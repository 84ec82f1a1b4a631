"""Inception modules: GoogLeNet's, and that of the batch normalization paper.

Christian Szegedy, Wei Liu, Yangqing Jia, Pierre Sermanet, Scott Reed, Dragomir
Anguelov, Dumitru Erhan, Vincent Vanhoucke, Andrew Rabinovich: Going Deeper with
Convolutions. CVPR 2015, arXiv:1409.4842. Sergey Ioffe, Christian Szegedy: Batch
Normalization: Accelerating Deep Network Training by Reducing Internal Covariate Shift.
ICML 2015, arXiv:1502.03167.

``name`` is the module's name, "inception_3a". Its output is the layer of that name; its
parts are called as the columns of the papers' tables: "inception_3a_3x3_reduce",
"inception_3a_pool_proj", …
"""

from functools import partial

from keras import layers

from dlcourse.blocks.conv import conv, conv_bn, layer_name, max_pool


def inception(
    x,
    filters_1x1,
    filters_3x3_reduce,
    filters_3x3,
    filters_5x5_reduce,
    filters_5x5,
    filters_pool_proj,
    name=None,
):
    """1x1, 3x3, 5x5 and pooling side by side, each with a 1x1 (fig. 2b of GoogLeNet).

    H x W x C -> H x W x (1x1 + 3x3 + 5x5 + pool proj). The numbers of filters are the
    columns of table 1: ``reduce`` is the 1x1 before a larger convolution,
    ``pool_proj`` the 1x1 after the pooling, a projection.
    """
    part = partial(layer_name, name)
    branch1x1 = conv_relu(x, filters_1x1, 1, name=part("1x1"))
    branch3x3 = conv_relu(x, filters_3x3_reduce, 1, name=part("3x3_reduce"))
    branch3x3 = conv_relu(branch3x3, filters_3x3, 3, name=part("3x3"))
    branch5x5 = conv_relu(x, filters_5x5_reduce, 1, name=part("5x5_reduce"))
    branch5x5 = conv_relu(branch5x5, filters_5x5, 5, name=part("5x5"))
    branch_pool = max_pool(x, 3, 1, name=part("pool"))
    branch_pool = conv_relu(branch_pool, filters_pool_proj, 1, name=part("pool_proj"))
    branches = [branch1x1, branch3x3, branch5x5, branch_pool]
    return layers.Concatenate(name=name)(branches)


def conv_relu(x, filters, kernel_size, strides=1, name=None):
    """Convolution with bias, and ReLU: H x W x C -> H/s x W/s x filters."""
    return conv(
        x, filters, kernel_size, strides, use_bias=True, activation="relu", name=name
    )


def inception_bn(
    x,
    filters_1x1,
    filters_3x3_reduce,
    filters_3x3,
    filters_double_reduce,
    filters_double,
    filters_pool_proj,
    pool,
    conv_bn=conv_bn,
    name=None,
):
    """Inception with two 3x3 for the 5x5, and batch norm (BN paper, fig. 5).

    H x W x C -> H x W x (1x1 + 3x3 + double 3x3 + pool proj). A row of the table with
    no 1x1 has strides 2, and its pooling is not projected:
    H x W x C -> H/2 x W/2 x (3x3 + double 3x3 + C). ``pool`` is "avg" or "max",
    ``conv_bn`` the convolution of all branches, or a `partial` of it.
    """
    part = partial(layer_name, name)
    strides = 1 if filters_1x1 else 2
    branches = [conv_bn(x, filters_1x1, 1, name=part("1x1"))] if filters_1x1 else []
    branch3x3 = conv_bn(x, filters_3x3_reduce, 1, name=part("3x3_reduce"))
    branch3x3 = conv_bn(branch3x3, filters_3x3, 3, strides, name=part("3x3"))
    double3x3 = conv_bn(x, filters_double_reduce, 1, name=part("double_3x3_reduce"))
    double3x3 = conv_bn(double3x3, filters_double, 3, name=part("double_3x3_1"))
    double3x3 = conv_bn(
        double3x3, filters_double, 3, strides, name=part("double_3x3_2")
    )
    if pool == "avg":
        branch_pool = average_pool(x, name=part("pool"))
    else:
        branch_pool = max_pool(x, 3, strides, name=part("pool"))
    if filters_pool_proj:
        branch_pool = conv_bn(branch_pool, filters_pool_proj, 1, name=part("pool_proj"))
    branches += [branch3x3, double3x3, branch_pool]
    return layers.Concatenate(name=name)(branches)


def average_pool(x, name=None):
    """3x3 average with strides 1 over the pixels inside: H x W x C -> H x W x C."""
    return layers.AveragePooling2D(3, 1, padding="same", name=name)(x)


def scale_filters(numbers, width):
    """The numbers of filters, times ``width``, at least 1 of each; 0 stays 0."""
    return [max(1, round(width * number)) if number else 0 for number in numbers]
