"""An hourglass: down to a few pixels and back, with a skip at each resolution.

Alejandro Newell, Kaiyu Yang, Jia Deng: Stacked Hourglass Networks for Human Pose
Estimation. ECCV 2016, arXiv:1603.06937.

``momentum`` is that of batch norm, ``name`` that of the block, whose output is the
layer of that name.
"""

from keras import layers

from dlcourse.blocks.conv import MOMENTUM, conv, layer_name, max_pool
from dlcourse.blocks.dense import bn_relu_conv


def residual(x, filters, momentum=MOMENTUM, name=None):
    """BN-ReLU-conv three times, 1x1, 3x3, 1x1 (fig. 4, left): -> H x W x filters.

    The shortcut is the input as it is, or a 1x1 convolution of it where the number of
    channels changes. Convolutions have biases, as in the authors' code.
    """
    options = {"momentum": momentum, "use_bias": True}
    reduce, middle, expand = (
        {"name": layer_name(name, part), **options}
        for part in ("1x1_reduce", "3x3", "1x1_expand")
    )
    y = bn_relu_conv(x, filters // 2, 1, **reduce)
    y = bn_relu_conv(y, filters // 2, 3, **middle)
    y = bn_relu_conv(y, filters, 1, **expand)
    if x.shape[-1] != filters:
        x = conv(x, filters, 1, use_bias=True, name=layer_name(name, "shortcut"))
    return layers.Add(name=name)([x, y])


def hourglass(x, order=4, momentum=MOMENTUM, name=None):
    """One hourglass of ``order`` poolings (fig. 3): H x W x C -> H x W x C.

    Its parts are called by the order, which is 1 in the middle: "skip4", "pool4",
    "down4", …, "skip1", "pool1", "down1", "middle", "up1_residual", "up1", "sum1", …
    H and W are multiples of 2 ** order.
    """

    def block(x, part):
        return residual(x, x.shape[-1], momentum, layer_name(name, part))

    skip = block(x, f"skip{order}")
    y = max_pool(x, 2, 2, "valid", layer_name(name, f"pool{order}"))
    y = block(y, f"down{order}")
    y = hourglass(y, order - 1, momentum, name) if order > 1 else block(y, "middle")
    y = block(y, f"up{order}_residual")
    y = layers.UpSampling2D(2, name=layer_name(name, f"up{order}"))(y)
    return layers.Add(name=layer_name(name, f"sum{order}"))([skip, y])
