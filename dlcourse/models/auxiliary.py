"""Training with auxiliary classifiers.

Szegedy et al.: Going deeper with convolutions. CVPR 2015, arXiv 1409.4842, section 5.
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
        outputs = super().call(inputs, training=training, mask=mask)
        return outputs if training else outputs[0]

    def compute_loss(self, x, y, y_pred, sample_weight=None, training=True):
        def loss(output):
            return keras.Model.compute_loss(self, x, y, output, sample_weight, training)

        if not training:
            return loss(y_pred)
        main, *auxiliary = y_pred
        return loss(main) + self.auxiliary_weight * sum(map(loss, auxiliary))

    def compute_metrics(self, x, y, y_pred, sample_weight=None):
        main = y_pred[0] if isinstance(y_pred, list | tuple) else y_pred
        return super().compute_metrics(x, y, main, sample_weight)
