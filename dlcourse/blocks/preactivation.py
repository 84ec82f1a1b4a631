"""Pre-activation: batch norm and ReLU before each convolution, nothing after the sum.

Kaiming He, Xiangyu Zhang, Shaoqing Ren, Jian Sun: Identity Mappings in Deep Residual
Networks. ECCV 2016, arXiv:1603.05027.

``momentum`` is that of batch norm. ``name`` is the block's name in the paper,
"conv3_2"; the block's output is the layer of that name. Its parts are called
"conv3_2_3x3_1_bn", "conv3_2_3x3_1_relu", "conv3_2_3x3_1", …, "conv3_2_shortcut".
"""

from keras import layers

from dlcourse.blocks.conv import MOMENTUM, bn_relu, conv, layer_name
from dlcourse.blocks.residual import shortcut


def preactivated(
    x,
    filters,
    kernel_sizes,
    strides=1,
    dropout=0.0,
    activate=True,
    option="B",
    momentum=MOMENTUM,
    name=None,
):
    """BN, ReLU, convolution, for each of ``filters``: -> H/s x W/s x filters[-1].

    The shortcut is the input as it is (fig. 1b). Where shapes differ, it is with
    ``option="B"`` a 1x1 projection of the first activation (appendix), and with "A" the
    input subsampled, with zeros for the new channels, as `shortcut` makes it. The first
    convolution strides. ``dropout`` comes before the last one (Wide ResNet, section
    2.4). ``activate=False`` is for the first block, where the stem has done the first
    BN and ReLU, for branch and shortcut.

    Raises:
        ValueError: for another option.
    """
    if option not in ("A", "B"):
        raise ValueError(f"option={option!r}: choose 'A' or 'B'.")
    parts = [layer_name(name, part) for part in part_names(kernel_sizes)]
    y = bn_relu(x, momentum, parts[0]) if activate else x
    if option == "A":
        x = shortcut(x, filters[-1], strides, option)
    elif strides > 1 or x.shape[-1] != filters[-1]:
        x = conv(y, filters[-1], 1, strides, name=layer_name(name, "shortcut"))
    y = conv(y, filters[0], kernel_sizes[0], strides, name=parts[0])
    for i in range(1, len(filters)):
        y = bn_relu(y, momentum, parts[i])
        if dropout and i == len(filters) - 1:
            y = layers.Dropout(dropout, name=layer_name(name, "dropout"))(y)
        y = conv(y, filters[i], kernel_sizes[i], name=parts[i])
    return layers.Add(name=name)([x, y])


def part_names(kernel_sizes):
    """What the convolutions are called: by size and number, or as in a bottleneck."""
    if tuple(kernel_sizes) == (1, 3, 1):
        return ["1x1_reduce", "3x3", "1x1_expand"]
    return [f"{size}x{size}_{number}" for number, size in enumerate(kernel_sizes, 1)]


def preact_basic(x, filters, strides=1, **options):
    """Two 3x3 (fig. 4e): H x W x C -> H/s x W/s x filters. Options: `preactivated`."""
    return preactivated(x, (filters, filters), (3, 3), strides, **options)


def preact_bottleneck(x, filters, strides=1, **options):
    """1x1, 3x3, 1x1: H x W x C -> H/s x W/s x 4 filters. Options: `preactivated`."""
    widths = (filters, filters, 4 * filters)
    return preactivated(x, widths, (1, 3, 1), strides, **options)
