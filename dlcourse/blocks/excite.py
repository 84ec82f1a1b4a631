"""Squeeze and excitation: let the network weigh its own channels.

Hu, Shen, Sun, "Squeeze-and-Excitation Networks", CVPR 2018, arXiv:1709.01507.
"""

from keras import layers


def squeeze_excite(x, ratio=16):
    """Channels weighed by what is in all of them (fig. 1): H x W x C -> H x W x C.

    Squeeze: the mean of each channel over the image (equation 2). Excite: two dense
    layers, by way of C / ``ratio``, weigh each channel from 0 to 1 (equation 3).
    """
    channels = x.shape[-1]
    weights = layers.GlobalAveragePooling2D(keepdims=True)(x)  # 1 x 1 x C
    weights = layers.Dense(channels // ratio, "relu")(weights)
    weights = layers.Dense(channels, "sigmoid")(weights)
    return weights * x
