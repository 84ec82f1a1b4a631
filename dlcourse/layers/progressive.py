"""What progressively grown adversarial networks need beside convolutions.

Tero Karras, Timo Aila, Samuli Laine, Jaakko Lehtinen: Progressive Growing of GANs for
Improved Quality, Stability, and Variation. ICLR 2018, arXiv:1710.10196.
"""

import keras
from keras import layers, ops


@keras.saving.register_keras_serializable("dlcourse")
class FadeIn(layers.Layer):
    """(1 - alpha) old + alpha new (section 2, fig. 2): two tensors of one shape.

    ``alpha`` is a weight that is not trained; ``layer.alpha.assign(0.5)`` sets it.
    """

    def build(self, input_shapes):
        """Create alpha, which is 1: the new one alone."""
        self.alpha = self.add_weight((), "ones", trainable=False, name="alpha")

    def call(self, inputs):
        """Mix the two."""
        old, new = inputs
        return (1 - self.alpha) * old + self.alpha * new

    def compute_output_shape(self, input_shapes):
        """Return the shape of either."""
        return input_shapes[0]


@keras.saving.register_keras_serializable("dlcourse")
class PixelNorm(layers.Layer):
    """Each pixel to a mean square of 1 over its channels (section 4.2): same shape."""

    def call(self, x):
        """Divide by the root of the mean square over the channels."""
        return x * ops.rsqrt(ops.mean(ops.square(x), axis=-1, keepdims=True) + 1e-8)

    def compute_output_shape(self, input_shape):
        """Return the shape of the input, which does not change."""
        return input_shape


@keras.saving.register_keras_serializable("dlcourse")
class MinibatchDeviation(layers.Layer):
    """A channel that tells how much the images of a batch differ (section 3).

    The standard deviation of each feature at each place over the batch, averaged to one
    number, the same for all: N x H x W x C -> N x H x W x (C + 1). A discriminator that
    sees it finds out a generator whose images are all alike.
    """

    def call(self, x):
        """Append the channel."""
        deviation = ops.mean(ops.sqrt(ops.var(x, axis=0) + 1e-8))
        channel = ops.broadcast_to(deviation, (*ops.shape(x)[:-1], 1))
        return ops.concatenate([x, channel], axis=-1)

    def compute_output_shape(self, input_shape):
        """Return the shape with one more channel."""
        return (*input_shape[:-1], input_shape[-1] + 1)
