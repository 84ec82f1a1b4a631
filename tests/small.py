"""Small pictures and networks for the tests of looking inside."""

import keras
import numpy as np


def normal(*shape, seed=0):
    """Normal numbers of that shape, the same for the same seed."""
    return np.random.default_rng(seed).normal(size=shape).astype("float32")


def build(net, shape):
    """A model that is ``net`` on pictures of that shape."""
    x = keras.Input(shape)
    return keras.Model(x, net(x))
