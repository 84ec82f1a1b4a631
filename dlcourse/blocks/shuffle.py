"""The ShuffleNet unit: grouped 1x1 convolutions that exchange their channels.

Zhang, Zhou, Lin, Sun, "ShuffleNet: An Extremely Efficient Convolutional Neural Network
for Mobile Devices", CVPR 2018, arXiv:1707.01083.
"""

from keras import layers, ops

from dlcourse.blocks.conv import conv_bn, norm, pad


def channel_shuffle(x, groups):
    """Deal the channels of each group out over all groups (fig. 1c): same shape.

    With 2 groups, channels 0 1 2 3 4 5 become 0 3 1 4 2 5.
    """
    _, height, width, channels = x.shape
    x = ops.reshape(x, (-1, height, width, groups, channels // groups))
    x = ops.transpose(x, (0, 1, 2, 4, 3))
    return ops.reshape(x, (-1, height, width, channels))


def shuffle_unit(x, filters, strides=1, groups=3, first_groups=None):
    """A bottleneck of grouped convolutions (fig. 2b, and 2c with strides 2).

    H x W x C -> H/s x W/s x filters. With strides 2 the shortcut is pooled and
    concatenated, so the branch has ``filters`` - C channels; with 1 it is added.
    ``first_groups`` is 1 in the unit after the stem, which has too few channels.
    """
    branch_filters = filters - x.shape[-1] if strides > 1 else filters
    y = conv_bn(x, filters // 4, 1, groups=first_groups or groups)
    y = channel_shuffle(y, groups)
    y = depthwise_bn(y, 3, strides)
    y = conv_bn(y, branch_filters, 1, groups=groups, activation=None)
    if strides == 1:
        return ops.relu(x + y)
    shortcut = layers.AveragePooling2D(3, strides)(pad(x, 3))
    return ops.relu(layers.Concatenate()([shortcut, y]))


def depthwise_bn(x, kernel_size, strides=1):
    """One filter per channel, then batch norm, no activation: H/s x W/s x C."""
    x = pad(x, kernel_size)
    return norm(layers.DepthwiseConv2D(kernel_size, strides, use_bias=False)(x))
