"""Dropout: train a different part of the network on every example.

Nitish Srivastava, Geoffrey Hinton, Alex Krizhevsky, Ilya Sutskever, Ruslan
Salakhutdinov: Dropout: A Simple Way to Prevent Neural Networks from Overfitting.
JMLR 15, 2014, sections 4 and 10.
Günter Klambauer, Thomas Unterthiner, Andreas Mayr, Sepp Hochreiter: Self-Normalizing
Neural Networks. NeurIPS 2017, arXiv:1706.02515, section "New dropout technique".
"""

import keras
from keras import layers, ops

from dlcourse.layers.activations import SELU_ALPHA, SELU_SCALE


@keras.saving.register_keras_serializable("dlcourse")
class Dropout(layers.Layer):
    """Each number is kept with probability ``keep``, else it becomes 0. Any shape.

    In training, what is kept is divided by ``keep``, so that the mean of the output is
    the input; in testing the layer is the identity (section 10). Section 4 writes it
    the other way round: no division in training, weights times ``keep`` in testing.

    ``keep`` is the paper's p. Keras counts what is lost: ``layers.Dropout(1 - keep)``.
    """

    def __init__(self, keep=0.5, seed=None, **options):
        super().__init__(**options)
        if not 0 < keep <= 1:
            raise ValueError(f"keep={keep} must be above 0 and at most 1.")
        self.keep = keep
        self.seed = seed
        self.generator = keras.random.SeedGenerator(seed)

    def call(self, x, training=False):
        """Draw a new mask in training; hand x through in testing."""
        if not training:
            return x
        uniform = keras.random.uniform(ops.shape(x), seed=self.generator)
        mask = ops.cast(uniform < self.keep, x.dtype)
        return mask * x / self.keep

    def compute_output_shape(self, input_shape):
        """Return the shape of the input, which does not change."""
        return input_shape

    def get_config(self):
        """Return the arguments of the constructor."""
        return {**super().get_config(), "keep": self.keep, "seed": self.seed}


@keras.saving.register_keras_serializable("dlcourse")
class AlphaDropout(Dropout):
    """Dropout for SELU: what is dropped becomes its lowest value, not 0. Any shape.

    In training, an input of mean 0 and variance 1 keeps both: a number is kept with
    probability ``keep``, else it becomes -lambda alpha, which SELU gives for inputs far
    below 0; then all are scaled and shifted. In testing the layer is the identity.
    Keras counts what is lost: ``layers.AlphaDropout(1 - keep)``.
    """

    def call(self, x, training=False):
        """Draw a new mask in training; hand x through in testing."""
        if not training:
            return x
        lost, lowest = 1 - self.keep, -SELU_SCALE * SELU_ALPHA
        scale = (self.keep * (1 + lost * lowest**2)) ** -0.5
        shift = -scale * lost * lowest
        uniform = keras.random.uniform(ops.shape(x), seed=self.generator)
        return scale * ops.where(uniform < self.keep, x, lowest) + shift
