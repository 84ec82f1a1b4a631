"""Residual blocks: a branch of convolutions, added to a shortcut around it.

He, Zhang, Ren, Sun, "Deep Residual Learning for Image Recognition", CVPR 2016,
arXiv:1512.03385. Xie, Girshick, Dollár, Tu, He, "Aggregated Residual Transformations
for Deep Neural Networks", CVPR 2017, arXiv:1611.05431.

What all blocks have in common: ``on_branch`` is a function tensor -> tensor that the
branch goes through before it is added (squeeze and excitation, stochastic depth);
``option`` is the kind of `shortcut`; ``gamma="zeros"`` starts the last batch norm of
the branch at zero, so that every block begins as its shortcut.
"""

from keras import ops

from dlcourse.blocks.conv import conv_bn


def identity(y):
    """What happens to a branch before the sum, if nothing does."""
    return y


def shortcut(x, filters, strides=1, option="B"):
    """Input in the shape of the output (section 3.3): H x W x C -> H/s x W/s x filters.

    A: identity; where shapes differ, subsampled, with zeros for the new channels.
    B: identity; where shapes differ, a 1x1 projection. C: always a projection.
    """
    if option not in ("A", "B", "C"):
        raise ValueError(f"Shortcut option {option!r}: choose 'A', 'B' or 'C'.")
    if option != "C" and strides == 1 and x.shape[-1] == filters:
        return x
    if option == "A":
        new_channels = filters - x.shape[-1]
        x = x[:, ::strides, ::strides]
        return ops.pad(x, [[0, 0], [0, 0], [0, 0], [0, new_channels]])
    return conv_bn(x, filters, 1, strides, activation=None)


def plain(x, filters, strides=1, **conv_options):
    """Two 3x3 without a shortcut (fig. 3, middle): H x W x C -> H/s x W/s x filters."""
    y = conv_bn(x, filters, 3, strides, **conv_options)
    return conv_bn(y, filters, 3, **conv_options)


def basic(
    x, filters, strides=1, option="B", on_branch=identity, gamma="ones", **conv_options
):
    """Two 3x3 (fig. 5, left): H x W x C -> H/s x W/s x filters.

    ``conv_options`` are those of `conv`, for both 3x3: ``dilation_rate``, ``groups``.
    """
    y = conv_bn(x, filters, 3, strides, **conv_options)
    y = conv_bn(y, filters, 3, activation=None, gamma=gamma, **conv_options)
    return ops.relu(shortcut(x, filters, strides, option) + on_branch(y))


def bottleneck(
    x,
    filters,
    strides=1,
    option="B",
    on_branch=identity,
    gamma="ones",
    stride_on="1x1",
    **conv_options,
):
    """1x1 reduce, 3x3, 1x1 restore (fig. 5, right): H x W x C -> H/s x W/s x 4 filters.

    The paper strides on the first 1x1, which looks at every other row and column only;
    ``stride_on="3x3"`` is known as ResNet v1.5. ``conv_options`` are for the 3x3.
    """
    first, second = (strides, 1) if stride_on == "1x1" else (1, strides)
    y = conv_bn(x, filters, 1, first)
    y = conv_bn(y, filters, 3, second, **conv_options)
    y = conv_bn(y, 4 * filters, 1, activation=None, gamma=gamma)
    return ops.relu(shortcut(x, 4 * filters, strides, option) + on_branch(y))


def aggregated(
    x, filters, strides=1, cardinality=32, width=4, on_branch=identity, gamma="ones"
):
    """ResNeXt's block (fig. 3c of its paper): H x W x C -> H/s x W/s x filters.

    ``cardinality`` paths of ``width`` channels each, side by side in one grouped 3x3.
    """
    y = conv_bn(x, cardinality * width, 1)
    y = conv_bn(y, cardinality * width, 3, strides, groups=cardinality)
    y = conv_bn(y, filters, 1, activation=None, gamma=gamma)
    return ops.relu(shortcut(x, filters, strides) + on_branch(y))
