"""The perceptron and its learning rule.

Frank Rosenblatt: The Perceptron: A Probabilistic Model for Information Storage and
Organization in the Brain. Psychological Review 65(6), 1958.
"""

import keras
import numpy as np
from keras import ops

from dlcourse.layers.activations import step


@keras.saving.register_keras_serializable("dlcourse")
class Perceptron(keras.Layer):
    """One unit, step(x · w + b): (..., features) -> (...), each 0 or 1.

    Its weights start at 0. The derivative of the step is 0 wherever there is one, so no
    gradient can train it; `train_epoch` does.
    """

    def build(self, input_shape):
        """Create w, of shape (features,), and b, of shape ()."""
        self.w = self.add_weight(
            shape=(input_shape[-1],), initializer="zeros", name="w"
        )
        self.b = self.add_weight(shape=(), initializer="zeros", name="b")

    def call(self, x):
        """0 or 1 for each example."""
        return step(ops.matmul(x, self.w) + self.b)

    def compute_output_shape(self, input_shape):
        """All axes but the last."""
        return input_shape[:-1]

    def train_epoch(self, x, y, rate=1.0):
        """One pass over x (n, features) and y (n,), 0 or 1; the number of mistakes.

        After each mistake the weights move towards the example or away from it,
        w += rate (y - output) x. If a line separates the classes, there is an end to
        the mistakes (Novikoff, 1962).
        """
        x, y = np.asarray(x), np.asarray(y)
        if not self.built:
            self.build(x.shape)
        w, b = self.get_weights()
        mistakes = 0
        for example, target in zip(x, y, strict=True):
            error = int(target) - int(example @ w + b >= 0)
            w = w + rate * error * example
            b = b + rate * error
            mistakes += abs(error)
        self.set_weights([w, b])
        return mistakes
