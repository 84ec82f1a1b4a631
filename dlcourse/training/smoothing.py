"""Label smoothing for whole-number labels.

Christian Szegedy, Vincent Vanhoucke, Sergey Ioffe, Jonathon Shlens, Zbigniew Wojna:
Rethinking the Inception Architecture for Computer Vision. CVPR 2016, arXiv:1512.00567,
section 7.
"""

import keras
from keras import ops

TINY = 1e-7  # probabilities below are taken for it, as Keras does


@keras.saving.register_keras_serializable("dlcourse")
class SmoothedCrossEntropy(keras.losses.Loss):
    """Cross-entropy with 1 - epsilon on the label and epsilon spread over all classes.

    Labels (n,), probabilities (n, classes). Keras has this for one-hot labels alone.
    """

    def __init__(self, epsilon=0.1, name="smoothed_cross_entropy", **options):
        super().__init__(name=name, **options)
        self.epsilon = epsilon

    def call(self, y_true, y_pred):
        """Return the loss of each example (n,)."""
        surprise = -ops.log(ops.clip(y_pred, TINY, 1.0))
        label = ops.cast(ops.reshape(y_true, (-1, 1)), "int32")
        own = ops.squeeze(ops.take_along_axis(surprise, label, axis=-1), axis=-1)
        return (1 - self.epsilon) * own + self.epsilon * ops.mean(surprise, axis=-1)

    def get_config(self):
        """Return the arguments of the constructor."""
        return {**super().get_config(), "epsilon": self.epsilon}
