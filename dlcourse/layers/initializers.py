"""Kernels that a convolution starts from when it shall begin as something known.

Jonathan Long, Evan Shelhamer, Trevor Darrell: Fully Convolutional Networks for Semantic
Segmentation. CVPR 2015, arXiv:1411.4038.
Fisher Yu, Vladlen Koltun: Multi-Scale Context Aggregation by Dilated Convolutions. ICLR
2016, arXiv:1511.07122.
"""

import keras
import numpy as np
from keras import ops


@keras.saving.register_keras_serializable("dlcourse")
class Bilinear(keras.initializers.Initializer):
    """Bilinear interpolation for a transposed convolution: a kernel (k, k, C, C).

    With strides s and k = 2s it enlarges every channel by itself (Long et al., section
    3.3): the weight falls linearly with the distance from the centre, along each axis.
    """

    def __call__(self, shape, dtype=None):
        """Return the kernel; ValueError unless it has as many channels out as in."""
        height, width, filters, channels = shape
        if filters != channels:
            raise ValueError(
                f"Bilinear: {channels} channels cannot become {filters}; give as many "
                "filters as channels."
            )
        weights = np.outer(triangle(height), triangle(width))
        kernel = weights[:, :, None, None] * np.eye(channels)
        return ops.convert_to_tensor(kernel, dtype or keras.config.floatx())


def triangle(size):
    """Weights of linear interpolation, highest in the middle: (size,)."""
    stride = (size + 1) // 2
    centre = (size - 1) / 2
    return 1 - np.abs(np.arange(size) - centre) / stride


@keras.saving.register_keras_serializable("dlcourse")
class ConvIdentity(keras.initializers.Initializer):
    """A convolution that hands its input on: a kernel (k, k, channels, filters).

    Yu and Koltun, section 3: with as many filters as channels, each filter is 1 at its
    own channel in the middle of the kernel (equation 4). Else the channels belong to
    ``classes`` groups, and a filter is classes / filters at those of its group
    (equation 5); ``noise`` is the standard deviation of all other weights.
    """

    def __init__(self, classes=1, noise=0.0, seed=None):
        self.classes, self.noise, self.seed = classes, noise, seed

    def __call__(self, shape, dtype=None):
        """Return the kernel."""
        height, width, channels, filters = shape
        if channels == filters:
            same, value = np.eye(channels, dtype=bool), 1.0
        else:
            of_channel = np.arange(channels) * self.classes // channels
            of_filter = np.arange(filters) * self.classes // filters
            same, value = of_channel[:, None] == of_filter, self.classes / filters
        chosen = np.zeros(shape, bool)
        chosen[height // 2, width // 2] = same
        drawn = keras.random.normal(shape, 0.0, self.noise, seed=self.seed)
        kernel = ops.where(chosen, value, drawn if self.noise else 0.0)
        return ops.cast(kernel, dtype or keras.config.floatx())

    def get_config(self):
        """Return the arguments of the constructor."""
        return {"classes": self.classes, "noise": self.noise, "seed": self.seed}
