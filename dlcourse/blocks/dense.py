"""Dense blocks: every layer sees the feature maps of all layers before it.

Gao Huang, Zhuang Liu, Laurens van der Maaten, Kilian Q. Weinberger: Densely Connected
Convolutional Networks. CVPR 2017, arXiv:1608.06993.

``momentum`` is that of batch norm. ``name`` is the name of the block or layer; see
`dense_block`. Without it Keras names the parts.
"""

from keras import layers

from dlcourse.blocks.conv import MOMENTUM, bn_relu, conv, layer_name


def dense_block(
    x,
    repeats,
    growth_rate,
    bottleneck=True,
    dropout=0.0,
    momentum=MOMENTUM,
    name=None,
):
    """Layers connected to all before (fig. 1): H x W x C -> H x W x (C + n k).

    Each of the n = ``repeats`` layers adds k = ``growth_rate`` feature maps. The new
    maps of layer 7 come from "dense_block2_layer7_3x3"; "dense_block2_layer7" is the
    concatenation of all maps so far, and after the last layer "dense_block2".
    """
    for number in range(1, repeats + 1):
        layer = layer_name(name, f"layer{number}")
        y = dense_layer(x, growth_rate, bottleneck, dropout, momentum, layer)
        x = layers.Concatenate(name=layer if number < repeats else name)([x, y])
    return x


def dense_layer(
    x, growth_rate, bottleneck=True, dropout=0.0, momentum=MOMENTUM, name=None
):
    """BN-ReLU-conv (section 3): H x W x C -> H x W x k, k = ``growth_rate`` new maps.

    With ``bottleneck`` ("DenseNet-B"), a 1x1 convolution to 4k maps goes before the
    3x3, so that its cost does not grow with C. Each convolution is followed by dropout.
    """
    options = {"dropout": dropout, "momentum": momentum}
    if bottleneck:
        x = bn_relu_conv(x, 4 * growth_rate, 1, name=layer_name(name, "1x1"), **options)
    return bn_relu_conv(x, growth_rate, 3, name=layer_name(name, "3x3"), **options)


def transition(x, compression=0.5, dropout=0.0, momentum=MOMENTUM, name=None):
    """BN-ReLU-1x1 and 2x2 average pooling: H x W x C -> H/2 x W/2 x (compression C).

    ``compression`` is the paper's theta: 1 keeps all feature maps, less than 1 is
    "DenseNet-C". Raises ValueError where it leaves no map.
    """
    filters = int(compression * x.shape[-1])
    if filters < 1:
        raise ValueError(
            f"compression={compression!r} leaves none of {x.shape[-1]} feature maps: "
            "give a larger fraction, up to 1."
        )
    x = bn_relu_conv(x, filters, 1, dropout, momentum, layer_name(name, "1x1"))
    return layers.AveragePooling2D(2, name=name)(x)


def bn_relu_conv(
    x, filters, kernel_size, dropout=0.0, momentum=MOMENTUM, name=None, **conv_options
):
    """BN, ReLU, convolution, dropout at a rate > 0: H x W x C -> H x W x filters."""
    y = bn_relu(x, momentum, name)
    y = conv(y, filters, kernel_size, name=name, **conv_options)
    if not dropout:
        return y
    return layers.Dropout(dropout, name=layer_name(name, "dropout"))(y)
