"""The small network of all agents here, and its copy that no training changes."""

import keras
import numpy as np
from keras import layers


def dense_network(inputs, outputs, units=(64, 64)):
    """Dense layers with ReLU: (n, inputs) -> (n, outputs), values or logits."""
    x = state = keras.Input((inputs,))
    for width in units:
        x = layers.Dense(width, "relu")(x)
    return keras.Model(state, layers.Dense(outputs)(x))


def frozen_copy(network):
    """A `dense_network` with the weights of now, as a function of NumPy arrays.

    It serves as the target network, and to act: for the few states of one step it takes
    a tenth of the time of a call of Keras.
    """
    *hidden, last = zip(*[iter(network.get_weights())] * 2, strict=True)

    def function(x):
        for w, b in hidden:
            x = np.maximum(x @ w + b, 0)
        return x @ last[0] + last[1]

    return function
