"""The ShuffleNet unit: grouped 1x1 convolutions that exchange their channels.

Xiangyu Zhang, Xinyu Zhou, Mengxiao Lin, Jian Sun: ShuffleNet: An Extremely Efficient
Convolutional Neural Network for Mobile Devices. CVPR 2018, arXiv:1707.01083.
"""

from functools import partial

from keras import layers

from dlcourse.arguments import check_all, dividing, maps
from dlcourse.blocks.conv import MOMENTUM, conv_bn, layer_name, norm, pad, relu


def channel_shuffle(x, groups, name=None):
    """Deal the channels of each group out over all groups (fig. 1c): same shape.

    With 2 groups, channels 0 1 2 3 4 5 become 0 3 1 4 2 5. The output is the layer
    ``name``; height and width must be known.
    """
    _, height, width, channels = x.shape
    grouped = height, width, groups, channels // groups
    x = layers.Reshape(grouped, name=layer_name(name, "split"))(x)
    x = layers.Permute((1, 2, 4, 3), name=layer_name(name, "transpose"))(x)
    return layers.Reshape((height, width, channels), name=name)(x)


def shuffle_unit(
    x,
    filters,
    strides=1,
    groups=3,
    first_groups=None,
    momentum=MOMENTUM,
    name=None,
):
    """A bottleneck of grouped convolutions (fig. 2b, and 2c with strides 2).

    H x W x C -> H/s x W/s x filters. With strides 2 the shortcut is pooled and
    concatenated, so the branch has ``filters`` - C channels; with 1 it is added.
    ``first_groups`` is 1 in the unit after the stem, which has too few channels. The
    output is the layer ``name``; its parts are ``name``_gconv1, _shuffle, _dwconv,
    _gconv2, as in fig. 2.
    """
    part = partial(layer_name, name)
    branch_filters = filters - x.shape[-1] if strides > 1 else filters
    first = {"groups": first_groups or groups, "name": part("gconv1")}
    second = {"groups": groups, "activation": None, "name": part("gconv2")}
    y = conv_bn(x, filters // 4, 1, momentum=momentum, **first)
    y = channel_shuffle(y, groups, part("shuffle"))
    y = depthwise_bn(y, 3, strides, momentum, part("dwconv"))
    y = conv_bn(y, branch_filters, 1, momentum=momentum, **second)
    if strides == 1:
        return relu(layers.Add(name=part("sum"))([x, y]), name)
    x = pad(x, 3, name=part("pool_pad"))
    shortcut = layers.AveragePooling2D(3, strides, name=part("pool"))(x)
    return relu(layers.Concatenate(name=part("concat"))([shortcut, y]), name)


def depthwise_bn(x, kernel_size, strides=1, momentum=MOMENTUM, name=None):
    """One filter per channel, then batch norm, no activation: H/s x W/s x C."""
    x = pad(x, kernel_size, name=layer_name(name, "pad"))
    convolve = layers.DepthwiseConv2D(kernel_size, strides, use_bias=False, name=name)
    return norm(convolve(x), momentum=momentum, name=layer_name(name, "bn"))


check_all(globals(), {"channel_shuffle": {"x": maps(), "groups": dividing("x")}})
