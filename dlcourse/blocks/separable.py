"""Depthwise separable convolution.

François Chollet: Xception: Deep Learning with Depthwise Separable Convolutions. CVPR
2017, arXiv:1610.02357.
"""

from keras import layers

from dlcourse.arguments import check_all
from dlcourse.blocks.conv import CONVOLUTION, EPSILON, MOMENTUM, layer_name, norm


def separable_bn(
    x, filters, kernel_size=3, epsilon=EPSILON, momentum=MOMENTUM, name=None
):
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
        name=name,
    )(x)
    return norm(y, epsilon=epsilon, momentum=momentum, name=layer_name(name, "bn"))


check_all(globals(), {"separable_bn": CONVOLUTION})
