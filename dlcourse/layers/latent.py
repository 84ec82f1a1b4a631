"""Random codes: those of a variational autoencoder, and what they cost.

Diederik Kingma, Max Welling: Auto-Encoding Variational Bayes. ICLR 2014,
arXiv:1312.6114.
"""

import keras
from keras import layers, ops


def kl_divergence(mean, log_variance):
    """KL divergence of N(mean, variance) from N(0, 1), in nats: (N, codes) -> (N,).

    -1/2 sum_j (1 + log s_j^2 - m_j^2 - s_j^2), with m and s^2 for mean and variance
    (appendix B).
    """
    terms = 1 + log_variance - ops.square(mean) - ops.exp(log_variance)
    return -0.5 * ops.sum(terms, axis=-1)


@keras.saving.register_keras_serializable("dlcourse")
def reconstruction_loss(target, p):
    """-log p(image | code), in nats: (N, ...) -> (N,).

    Each pixel is 1 with a probability of its own (appendix C.1), so this is the sum of
    their binary cross-entropies.
    """
    axes = tuple(range(1, len(p.shape)))
    return ops.sum(ops.binary_crossentropy(target, p), axis=axes)


@keras.saving.register_keras_serializable("dlcourse")
class Sampling(layers.Layer):
    """A code drawn from N(mean, variance): two tensors (N, codes) -> (N, codes).

    Input: mean and log variance. In training, z = m + s e with e from N(0, 1), so that
    gradients reach m and s (section 2.4); in testing, z = m. The mean of
    `kl_divergence` over the batch, times ``weight``, is added to the model's loss.
    """

    always_float32 = True  # in mixed precision: a loss is no place for float16

    def __init__(self, weight=1.0, seed=None, **options):
        super().__init__(**options)
        self.weight, self.seed = weight, seed
        self.generator = keras.random.SeedGenerator(seed)

    def call(self, inputs, training=False):
        """Add the loss; return the code."""
        mean, log_variance = inputs
        self.add_loss(self.weight * ops.mean(kl_divergence(mean, log_variance)))
        if not training:
            return mean
        noise = keras.random.normal(
            ops.shape(mean), dtype=mean.dtype, seed=self.generator
        )
        return mean + ops.exp(log_variance / 2) * noise

    def compute_output_shape(self, input_shapes):
        """Return the shape of the mean."""
        return input_shapes[0]

    def get_config(self):
        """Return the arguments of the constructor."""
        return super().get_config() | {"weight": self.weight, "seed": self.seed}


@keras.saving.register_keras_serializable("dlcourse")
class NormalLike(layers.Layer):
    """Numbers from N(0, 1) in the shape of the input, drawn anew at each call."""

    def __init__(self, seed=None, **options):
        super().__init__(**options)
        self.seed = seed
        self.generator = keras.random.SeedGenerator(seed)

    def call(self, x):
        """Return the numbers; of x, only the shape is read."""
        return keras.random.normal(ops.shape(x), dtype=x.dtype, seed=self.generator)

    def compute_output_shape(self, input_shape):
        """Return the shape of the input."""
        return input_shape

    def get_config(self):
        """Return the arguments of the constructor."""
        return super().get_config() | {"seed": self.seed}
