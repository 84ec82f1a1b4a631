"""Dense blocks: every layer sees the feature maps of all layers before it.

Huang, Liu, van der Maaten, Weinberger, "Densely Connected Convolutional Networks",
CVPR 2017, arXiv:1608.06993.
"""

from keras import layers

from dlcourse.blocks.conv import bn_relu, conv


def dense_block(x, repeats, growth_rate, bottleneck=True, dropout=0.0):
    """Layers connected to all before (fig. 1): H x W x C -> H x W x (C + n k).

    Each of the n = ``repeats`` layers adds k = ``growth_rate`` feature maps.
    """
    for _ in range(repeats):
        y = dense_layer(x, growth_rate, bottleneck, dropout)
        x = layers.Concatenate()([x, y])
    return x


def dense_layer(x, growth_rate, bottleneck=True, dropout=0.0):
    """BN-ReLU-conv (section 3): H x W x C -> H x W x k, k = ``growth_rate`` new maps.

    With ``bottleneck`` ("DenseNet-B"), a 1x1 convolution to 4k maps goes before the
    3x3, so that its cost does not grow with C. Each convolution is followed by dropout.
    """
    if bottleneck:
        x = drop(conv(bn_relu(x), 4 * growth_rate, 1), dropout)
    return drop(conv(bn_relu(x), growth_rate, 3), dropout)


def transition(x, compression=0.5, dropout=0.0):
    """BN-ReLU-1x1 and 2x2 average pooling: H x W x C -> H/2 x W/2 x (compression C).

    ``compression`` is the paper's theta: 1 keeps all feature maps, less than 1 is
    "DenseNet-C".
    """
    x = drop(conv(bn_relu(x), int(compression * x.shape[-1]), 1), dropout)
    return layers.AveragePooling2D(2)(x)


def drop(x, rate):
    """Dropout where there is a rate."""
    return layers.Dropout(rate)(x) if rate else x
