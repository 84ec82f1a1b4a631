"""Training with auxiliary classifiers.

Christian Szegedy, Wei Liu, Yangqing Jia, Pierre Sermanet, Scott Reed, Dragomir
Anguelov, Dumitru Erhan, Vincent Vanhoucke, Andrew Rabinovich: Going Deeper with
Convolutions. CVPR 2015, arXiv:1409.4842, section 5.
"""

import keras


@keras.saving.register_keras_serializable("dlcourse")
class AuxiliaryModel(keras.Model):
    """A network of several outputs: the first classifies, the others help to train it.

    ``fit(x, y)`` takes the labels once, for all outputs. Metrics, ``evaluate`` and
    ``predict`` see the first output alone: "At inference time, these auxiliary networks
    are discarded."
    """

    auxiliary_weight = 0.3

    def call(self, inputs, training=None, mask=None):
        """All outputs in training, else the first."""
        outputs = super().call(inputs, training=training, mask=mask)
        return outputs if training else outputs[0]

    def compute_loss(self, x, y, y_pred, sample_weight=None, training=True):
        """The loss of the first output, plus 0.3 times that of each other one."""

        def loss(output):
            return keras.Model.compute_loss(self, x, y, output, sample_weight, training)

        if not training:
            return loss(y_pred)
        main, *auxiliary = y_pred
        return loss(main) + self.auxiliary_weight * sum(map(loss, auxiliary))

    def compute_metrics(self, x, y, y_pred, sample_weight=None):
        """The metrics of the first output."""
        main = y_pred[0] if isinstance(y_pred, list | tuple) else y_pred
        return super().compute_metrics(x, y, main, sample_weight)
