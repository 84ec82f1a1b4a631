"""Xavier Gastaldi, "Shake-Shake regularization", 2017, arXiv:1705.07485."""

import keras
from keras import layers, ops


@keras.saving.register_keras_serializable("dlcourse")
class Shake(layers.Layer):
    """Mix two branches at random, and their gradients at random otherwise (fig. 1).

    Input: a list of two tensors of the same shape, batch first. Forward, in training:
    alpha y1 + (1 - alpha) y2, with an alpha of its own, uniform in [0, 1], for every
    image. The gradient of the sum is handed back with another random number: beta times
    to y1, 1 - beta times to y2. In testing: the mean of the two.
    """

    def __init__(self, seed=None, **options):
        super().__init__(**options)
        self.seed = seed
        self.generator = keras.random.SeedGenerator(seed)

    def call(self, branches, training=False):
        """Return the mixture; training draws alpha and beta anew."""
        if not training:
            return 0.5 * (branches[0] + branches[1])
        forward = mixture(branches, self.generator)
        backward = mixture(branches, self.generator)
        # The value is that of `forward`; derivatives see the first term alone.
        return backward + ops.stop_gradient(forward - backward)

    def compute_output_shape(self, input_shapes):
        """Return the shape of one branch."""
        return input_shapes[0]

    def get_config(self):
        """Return the arguments of the constructor."""
        return {**super().get_config(), "seed": self.seed}


def mixture(branches, seed):
    """A random convex combination of two tensors, drawn for each image."""
    first, second = branches
    per_image = (ops.shape(first)[0],) + (1,) * (len(first.shape) - 1)
    weight = keras.random.uniform(per_image, dtype=first.dtype, seed=seed)
    return weight * first + (1 - weight) * second
