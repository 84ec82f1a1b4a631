"""What a vision transformer adds to its patches: a class token, and positions.

Alexey Dosovitskiy et al.: An Image is Worth 16x16 Words: Transformers for Image
Recognition at Scale. ICLR 2021, arXiv:2010.11929, section 3.1.
"""

import keras
from keras import layers, ops


@keras.saving.register_keras_serializable("dlcourse")
class ClassToken(layers.Layer):
    """One learned token before all others: (n, tokens, C) -> (n, 1 + tokens, C)."""

    def build(self, input_shape):
        """Add the token."""
        self.token = self.add_weight((1, 1, input_shape[-1]), "zeros", name="token")

    def call(self, x):
        """Put the token in front of each image's."""
        shape = (ops.shape(x)[0], 1, self.token.shape[-1])
        token = ops.broadcast_to(ops.cast(self.token, x.dtype), shape)
        return ops.concatenate([token, x], axis=1)

    def compute_output_shape(self, input_shape):
        """Return the shape with one more token."""
        n, tokens, channels = input_shape
        return n, tokens + 1, channels


@keras.saving.register_keras_serializable("dlcourse")
class PositionEmbedding(layers.Layer):
    """A learned vector for each place, added: (n, tokens, C) -> (n, tokens, C)."""

    def build(self, input_shape):
        """Add a vector for each token."""
        start = keras.initializers.RandomNormal(stddev=0.02)
        self.positions = self.add_weight((1, *input_shape[1:]), start, name="positions")

    def call(self, x):
        """Add the positions."""
        return x + self.positions

    def compute_output_shape(self, input_shape):
        """Return the shape of the input, which does not change."""
        return input_shape
