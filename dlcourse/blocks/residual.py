"""Residual blocks: a branch of convolutions, added to a shortcut around it.

Kaiming He, Xiangyu Zhang, Shaoqing Ren, Jian Sun: Deep Residual Learning for Image
Recognition. CVPR 2016, arXiv:1512.03385. Saining Xie, Ross Girshick, Piotr Dollár,
Zhuowen Tu, Kaiming He: Aggregated Residual Transformations for Deep Neural Networks.
CVPR 2017, arXiv:1611.05431.

What all blocks have in common:

- ``on_branch`` is a function (tensor, name) -> tensor that the branch goes through
  before it is added: squeeze and excitation, stochastic depth;
- ``option`` is the kind of `shortcut`;
- ``gamma="zeros"`` starts the last batch norm of the branch at zero, so that every
  block begins as its shortcut;
- ``momentum`` is that of batch norm;
- ``name`` is the block's name in the paper, "conv3_2". The block's output is the layer
  of that name; its parts are "conv3_2_3x3", "conv3_2_shortcut", "conv3_2_sum", …
"""

from keras import layers, ops

from dlcourse.arguments import check_all, one_of, whole
from dlcourse.blocks.conv import BLOCK, MOMENTUM, conv_bn, layer_name, relu


def identity(y, name=None):
    """What happens to a branch before the sum, if nothing does."""
    return y


def shortcut(x, filters, strides=1, option="B", momentum=MOMENTUM, name=None):
    """Input in the shape of the output (section 3.3): H x W x C -> H/s x W/s x filters.

    A: identity; where shapes differ, subsampled, with zeros for the new channels.
    B: identity; where shapes differ, a 1x1 projection. C: always a projection.
    """
    if option not in ("A", "B", "C"):
        raise ValueError(f"option={option!r}: choose 'A', 'B' or 'C'.")
    if option != "C" and strides == 1 and x.shape[-1] == filters:
        return x
    if option == "A":
        new_channels = filters - x.shape[-1]
        x = x[:, ::strides, ::strides]
        return ops.pad(x, [[0, 0], [0, 0], [0, 0], [0, new_channels]])
    name = layer_name(name, "shortcut")
    return conv_bn(x, filters, 1, strides, None, momentum=momentum, name=name)


def add_relu(shortcut, branch, name=None):
    """Sum and ReLU, the end of a residual block (fig. 2): same shape as both."""
    total = layers.Add(name=layer_name(name, "sum"))([shortcut, branch])
    return relu(total, name)


def plain(x, filters, strides=1, momentum=MOMENTUM, name=None, **conv_options):
    """Two 3x3 without a shortcut (fig. 3, middle): H x W x C -> H/s x W/s x filters."""
    conv_options["momentum"] = momentum
    first, second = layer_name(name, "3x3_1"), layer_name(name, "3x3_2")
    y = conv_bn(x, filters, 3, strides, name=first, **conv_options)
    y = conv_bn(y, filters, 3, activation=None, name=second, **conv_options)
    return relu(y, name)


def basic(
    x,
    filters,
    strides=1,
    option="B",
    on_branch=identity,
    gamma="ones",
    momentum=MOMENTUM,
    name=None,
    **conv_options,
):
    """Two 3x3 (fig. 5, left): H x W x C -> H/s x W/s x filters.

    ``conv_options`` are those of `conv`, for both 3x3: ``dilation_rate``, ``groups``.
    """
    conv_options["momentum"] = momentum
    first, second = layer_name(name, "3x3_1"), layer_name(name, "3x3_2")
    y = conv_bn(x, filters, 3, strides, name=first, **conv_options)
    y = conv_bn(y, filters, 3, 1, None, gamma=gamma, name=second, **conv_options)
    x = shortcut(x, filters, strides, option, momentum, name)
    return add_relu(x, on_branch(y, name=name), name)


def bottleneck(
    x,
    filters,
    strides=1,
    option="B",
    on_branch=identity,
    gamma="ones",
    stride_on="1x1",
    momentum=MOMENTUM,
    name=None,
    **conv_options,
):
    """1x1 reduce, 3x3, 1x1 expand (fig. 5, right): H x W x C -> H/s x W/s x 4 filters.

    The paper strides on the first 1x1, which looks at every other row and column only;
    ``stride_on="3x3"`` is known as ResNet v1.5. ``conv_options`` are for the 3x3.
    """
    reduce, middle, expand = (
        {"momentum": momentum, "name": layer_name(name, part)}
        for part in ("1x1_reduce", "3x3", "1x1_expand")
    )
    first, second = (strides, 1) if stride_on == "1x1" else (1, strides)
    y = conv_bn(x, filters, 1, first, **reduce)
    y = conv_bn(y, filters, 3, second, **middle, **conv_options)
    y = conv_bn(y, 4 * filters, 1, 1, None, gamma=gamma, **expand)
    x = shortcut(x, 4 * filters, strides, option, momentum, name)
    return add_relu(x, on_branch(y, name=name), name)


def aggregated(
    x,
    filters,
    strides=1,
    cardinality=32,
    width=4,
    on_branch=identity,
    gamma="ones",
    momentum=MOMENTUM,
    name=None,
):
    """ResNeXt's block (fig. 3c of its paper): H x W x C -> H/s x W/s x filters.

    ``cardinality`` paths of ``width`` channels each, side by side in one grouped 3x3.
    """
    reduce, middle, expand = (
        {"momentum": momentum, "name": layer_name(name, part)}
        for part in ("1x1_reduce", "3x3", "1x1_expand")
    )
    y = conv_bn(x, cardinality * width, 1, **reduce)
    y = conv_bn(y, cardinality * width, 3, strides, groups=cardinality, **middle)
    y = conv_bn(y, filters, 1, 1, None, gamma=gamma, **expand)
    x = shortcut(x, filters, strides, momentum=momentum, name=name)
    return add_relu(x, on_branch(y, name=name), name)


STRIDED = BLOCK | {"option": one_of("A", "B", "C")}
check_all(
    globals(),
    {
        "aggregated": BLOCK | {"cardinality": whole(), "width": whole()},
        "basic": STRIDED,
        "bottleneck": STRIDED | {"stride_on": one_of("1x1", "3x3")},
        "plain": BLOCK,
        "shortcut": STRIDED,
    },
)
