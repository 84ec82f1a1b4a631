"""Keras layers, where there is new state, randomness or training behaviour."""

from dlcourse.layers.lrn import LocalResponseNormalization

__all__ = ["LocalResponseNormalization"]
