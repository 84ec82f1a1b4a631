"""Squeeze and excitation: let the network weigh its own channels.

Jie Hu, Li Shen, Gang Sun: Squeeze-and-Excitation Networks. CVPR 2018, arXiv:1709.01507.
"""

from keras import layers

from dlcourse.arguments import check_all, maps, whole
from dlcourse.blocks.conv import layer_name


def squeeze_excite(x, ratio=16, name=None):
    """Channels weighed by what is in all of them (fig. 1): H x W x C -> H x W x C.

    Squeeze: the mean of each channel over the image (equation 2). Excite: two dense
    layers, by way of C / ``ratio``, weigh each channel from 0 to 1 (equation 3). The
    layers are called ``name``_squeeze, _reduce, _gate and _scale.

    Raises ValueError where the ratio leaves no unit between the two.
    """
    channels = x.shape[-1]
    if channels < ratio:
        raise ValueError(
            f"ratio={ratio} leaves no unit for {channels} channels: choose a ratio of "
            f"at most {channels}, or a larger width."
        )
    squeeze, reduce, gate, scale = (
        layer_name(name, part) for part in ("squeeze", "reduce", "gate", "scale")
    )
    weights = layers.GlobalAveragePooling2D(keepdims=True, name=squeeze)(x)  # 1 x 1 x C
    weights = layers.Dense(channels // ratio, "relu", name=reduce)(weights)
    weights = layers.Dense(channels, "sigmoid", name=gate)(weights)
    return layers.Multiply(name=scale)([x, weights])


check_all(globals(), {"squeeze_excite": {"x": maps(), "ratio": whole()}})
