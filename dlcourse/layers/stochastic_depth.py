"""Stochastic depth: Huang, Sun, Liu, Sedra, Weinberger, ECCV 2016, arXiv:1603.09382."""

import keras
from keras import layers, ops


@keras.saving.register_keras_serializable("dlcourse")
class StochasticDepth(layers.Layer):
    """Drop a whole residual branch, for a whole batch (sections 3 and 5): y -> b y.

    In training, b is 1 with probability ``survival`` and else 0: the block is then its
    shortcut alone. In testing (equation 5) b is its mean, ``survival``. Any shape.
    """

    def __init__(self, survival, seed=None, **options):
        super().__init__(**options)
        if not 0 < survival <= 1:
            raise ValueError(f"survival={survival} must be above 0 and at most 1.")
        self.survival = survival
        self.seed = seed
        self.generator = keras.random.SeedGenerator(seed)

    def call(self, y, training=False):
        """Keep or drop the branch in training, scale it in testing."""
        if not training:
            return y * self.survival
        uniform = keras.random.uniform((), seed=self.generator)
        return y * ops.cast(uniform < self.survival, y.dtype)

    def compute_output_shape(self, input_shape):
        """Return the shape of the branch, which does not change."""
        return input_shape

    def get_config(self):
        """Return the arguments of the constructor."""
        return {**super().get_config(), "survival": self.survival, "seed": self.seed}
