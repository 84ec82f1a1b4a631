"""Maxout: an activation function that is learned.

Ian Goodfellow, David Warde-Farley, Mehdi Mirza, Aaron Courville, Yoshua Bengio:
Maxout Networks. ICML 2013, arXiv:1302.4389.
"""

import keras
from keras import layers, ops


@keras.saving.register_keras_serializable("dlcourse")
class Maxout(keras.Layer):
    """max_k(x · W_k + b_k) (section 3): (..., features) -> (..., units).

    The largest of ``pieces`` affine functions is convex and piecewise linear; ReLU and
    the absolute value are two of those that two pieces can learn.
    """

    def __init__(self, units, pieces=2, **options):
        super().__init__(**options)
        self.units, self.pieces = units, pieces
        self.affine = layers.Dense(units * pieces, dtype=self.dtype_policy)

    def build(self, input_shape):
        """Create the weights of all pieces as one dense layer."""
        self.affine.build(input_shape)

    def call(self, x):
        """The largest piece of each unit."""
        pieces = ops.split(self.affine(x), self.pieces, axis=-1)
        return ops.max(ops.stack(pieces), axis=0, initial=-float("inf"))

    def compute_output_shape(self, input_shape):
        """The last axis becomes ``units``."""
        return (*input_shape[:-1], self.units)

    def get_config(self):
        """Arguments to build the layer again."""
        return super().get_config() | {"units": self.units, "pieces": self.pieces}
