"""A learned factor for each channel, small at the start.

Hugo Touvron, Matthieu Cord, Alexandre Sablayrolles, Gabriel Synnaeve, Hervé Jégou:
Going Deeper with Image Transformers. ICCV 2021, arXiv:2103.17239, section 2.
"""

import keras
from keras import layers


@keras.saving.register_keras_serializable("dlcourse")
class LayerScale(layers.Layer):
    """Each channel times a weight of its own: (…, C) -> (…, C); a branch starts small.

    Args:
        initial: of all weights.
    """

    def __init__(self, initial=1e-6, **options):
        super().__init__(**options)
        self.initial = initial

    def build(self, input_shape):
        """Add a weight for each channel."""
        start = keras.initializers.Constant(self.initial)
        self.gamma = self.add_weight((input_shape[-1],), start, name="gamma")

    def call(self, x):
        """Scale the channels."""
        return x * self.gamma

    def compute_output_shape(self, input_shape):
        """Return the shape of the input, which does not change."""
        return input_shape

    def get_config(self):
        """Return the arguments of the constructor."""
        return {**super().get_config(), "initial": self.initial}
