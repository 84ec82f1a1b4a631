"""Keras layers, where there is new state, randomness or training behaviour."""
