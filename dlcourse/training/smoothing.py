"""Label smoothing, and labels that are mixed.

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

    Labels are whole numbers (n,), which Keras does not smooth, or, where `mixup` made
    them, probabilities (n, classes); predictions are probabilities (n, classes).
    """

    def __init__(self, epsilon=0.1, name="smoothed_cross_entropy", **options):
        super().__init__(name=name, **options)
        self.epsilon = epsilon

    def call(self, y_true, y_pred):
        """Return the loss of each example (n,)."""
        surprise = -ops.log(ops.clip(y_pred, TINY, 1.0))
        if are_probabilities(y_true, y_pred):
            own = ops.sum(ops.cast(y_true, surprise.dtype) * surprise, axis=-1)
        else:
            label = ops.cast(ops.reshape(y_true, (-1, 1)), "int32")
            own = ops.squeeze(ops.take_along_axis(surprise, label, axis=-1), axis=-1)
        return (1 - self.epsilon) * own + self.epsilon * ops.mean(surprise, axis=-1)

    def get_config(self):
        """Return the arguments of the constructor."""
        return {**super().get_config(), "epsilon": self.epsilon}


@keras.saving.register_keras_serializable("dlcourse")
def accuracy(y_true, y_pred):
    """1 where the likeliest class is right, else 0 (n,); labels of both kinds.

    Of mixed labels the likeliest counts. Keras's "accuracy" keeps to the kind of label
    that it saw first, and is wrong on validation data after mixed training data.
    """
    if are_probabilities(y_true, y_pred):
        y_true = ops.argmax(y_true, axis=-1)
    found = ops.argmax(y_pred, axis=-1)
    label = ops.cast(ops.reshape(y_true, (-1,)), found.dtype)
    return ops.cast(ops.equal(label, found), "float32")


def are_probabilities(y_true, y_pred):
    """Whether labels are probabilities (n, classes), as the predictions are."""
    return len(y_true.shape) == len(y_pred.shape) and (
        y_true.shape[-1] == y_pred.shape[-1]
    )
