"""Depthwise separable convolution.

Chollet: Xception: deep learning with depthwise separable convolutions. CVPR 2017,
arXiv 1610.02357.
"""

from keras import layers

from dlcourse.blocks.conv import EPSILON, norm


def separable_bn(x, filters, kernel_size=3, epsilon=EPSILON):
    """Separable convolution and batch norm: H x W x C -> H x W x filters.

    First a k x k convolution within each channel, then a 1x1 across channels, with
    nothing between (fig. 4): k k C + C F weights instead of k k C F.
    """
    y = layers.SeparableConv2D(
        filters,
        kernel_size,
        padding="same",
        use_bias=False,
        depthwise_initializer="he_normal",
        pointwise_initializer="he_normal",
    )(x)
    return norm(y, epsilon=epsilon)
