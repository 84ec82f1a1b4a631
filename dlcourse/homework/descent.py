"""Adam on a list of arrays: for students who train a network of their own with NumPy.

Diederik Kingma, Jimmy Ba: Adam: A Method for Stochastic Optimization. ICLR 2015,
arXiv:1412.6980, algorithm 1. Decay: Ilya Loshchilov, Frank Hutter: Decoupled Weight
Decay Regularization. ICLR 2019, arXiv:1711.05101, algorithm 2.
"""

import numpy as np


def adam(gradient, start, rate, steps, decay=0.0):
    """The weights after so many steps of Adam; the rate drops to 0 along a line.

    Args:
        gradient: function from the weights to the loss's gradients on a batch that it
            chooses: two lists of arrays of the same shapes.
        start: the initial weights, a list of arrays.
        rate: the learning rate at the beginning.
        steps: how many there are.
        decay: the share of each weight that a step takes off, times the rate (AdamW).

    Returns:
        A list of arrays like ``start``.
    """
    weights = [np.array(w, "float64") for w in start]
    mean, square = ([np.zeros_like(w) for w in weights] for _ in range(2))
    for t in range(1, steps + 1):
        eta = rate * (1 - t / steps)
        for w, m, s, g in zip(weights, mean, square, gradient(weights), strict=True):
            m += 0.1 * (g - m)
            s += 0.001 * (g**2 - s)
            root = np.sqrt(s / (1 - 0.999**t)) + 1e-8
            w -= eta * (m / (1 - 0.9**t) / root + decay * w)
    return weights
