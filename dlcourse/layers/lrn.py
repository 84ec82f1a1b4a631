"""Local response normalization.

Krizhevsky, Sutskever, Hinton: ImageNet classification with deep convolutional neural
networks. NIPS 2012, section 3.3.
"""

import keras
from keras import layers, ops


@keras.saving.register_keras_serializable("dlcourse")
class LocalResponseNormalization(layers.Layer):
    """Divide each activation by the strength of its neighbours in the channel axis.

        b_i = a_i / (k + alpha * sum of a_j^2 for j = i - n/2 ... i + n/2) ** beta

    The sum runs over ``n`` adjacent channels at the same position, cut off at the first
    and last channel. Shape: (..., C) -> (..., C). There are no weights.

    Raises ValueError where ``n`` is even: the neighbourhood is centred on its channel.
    """

    def __init__(self, n=5, k=2.0, alpha=1e-4, beta=0.75, **kwargs):
        super().__init__(**kwargs)
        if n < 1 or n % 2 == 0:
            raise ValueError(f"n={n}: the number of channels must be odd, such as 5.")
        self.n = n
        self.k = k
        self.alpha = alpha
        self.beta = beta

    def call(self, inputs):
        # In at least float32: beside k = 2, bfloat16 would lose the small sum.
        dtype = keras.backend.result_type(inputs.dtype, "float32")
        x = ops.cast(inputs, dtype)
        channels, reach = x.shape[-1], self.n // 2
        around = [[0, 0]] * (len(x.shape) - 1) + [[reach, reach]]
        squares = ops.pad(ops.square(x), around)
        total = sum(squares[..., i : i + channels] for i in range(self.n))
        y = x / (self.k + self.alpha * total) ** self.beta
        return ops.cast(y, self.compute_dtype)

    def compute_output_shape(self, input_shape):
        return input_shape

    def get_config(self):
        own = {"n": self.n, "k": self.k, "alpha": self.alpha, "beta": self.beta}
        return {**super().get_config(), **own}
