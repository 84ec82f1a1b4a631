"""Gradient descent with momentum, RMSprop and AdamW, with the papers' weight decay."""

import keras
from keras import ops

# Weights that do not decay where only kernels do: what is added, what scales, and the
# transformer's class token and positions.
NOT_KERNELS = ("bias", "gamma", "beta", "token", "positions")


class WeightDecay:
    """An optimizer on loss + l2 / 2 |w|^2: the gradient grows by l2 w.

    Keras's own ``weight_decay`` is decoupled: it shrinks w by r l2 w beside the
    optimizer, r the rate, which without momentum is the same, and with momentum 0.9
    decays a tenth as fast. The loss that ``fit`` reports is without the penalty.

    Args:
        l2: weight decay.
        kernels_only: leave out vectors: biases, and batch norm's gamma and beta.
        options: those of the optimizer in Keras.
    """

    def __init__(self, learning_rate=0.01, l2=0.0, kernels_only=False, **options):
        super().__init__(learning_rate, **options)
        self.l2 = l2
        self.kernels_only = kernels_only

    def update_step(self, gradient, variable, learning_rate):
        """Add the decay to the gradient, then step."""
        decays = len(variable.shape) > 1 or not self.kernels_only
        if self.l2 and decays:
            gradient = ops.cast(gradient, variable.dtype) + self.l2 * variable
        super().update_step(gradient, variable, learning_rate)

    def get_config(self):
        """Return the arguments of the constructor."""
        own = {"l2": self.l2, "kernels_only": self.kernels_only}
        return super().get_config() | own


@keras.saving.register_keras_serializable("dlcourse")
class SGD(WeightDecay, keras.optimizers.SGD):
    """With momentum m and rate r, v = m v - r (gradient + l2 w), w = w + v.

    Alex Krizhevsky, Ilya Sutskever, Geoffrey Hinton: ImageNet Classification with Deep
    Convolutional Neural Networks. NIPS 2012, section 5. Arguments as `WeightDecay`.
    """


@keras.saving.register_keras_serializable("dlcourse")
class RMSprop(WeightDecay, keras.optimizers.RMSprop):
    """Keras's RMSprop with weight decay in the gradient, as Inception v3 trained.

    Arguments as `WeightDecay`.
    """


@keras.saving.register_keras_serializable("dlcourse")
class AdamW(keras.optimizers.AdamW):
    """Adam, and beside it w = w - r weight_decay w, r the rate.

    Ilya Loshchilov, Frank Hutter: Decoupled Weight Decay Regularization. ICLR 2019,
    arXiv:1711.05101, algorithm 2.

    Args:
        weight_decay: as above.
        kernels_only: leave out what `NOT_KERNELS` names.
        options: those of the optimizer in Keras.
    """

    def __init__(
        self, learning_rate=0.001, weight_decay=0.0, kernels_only=False, **options
    ):
        super().__init__(learning_rate, weight_decay, **options)
        self.kernels_only = kernels_only
        if kernels_only:
            self.exclude_from_weight_decay(var_names=list(NOT_KERNELS))

    def get_config(self):
        """Return the arguments of the constructor."""
        return super().get_config() | {"kernels_only": self.kernels_only}
