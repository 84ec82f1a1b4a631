"""Gradient descent on a function of a few weights.

Keras's optimizers do the same for a network. Stochastic: Herbert Robbins, Sutton Monro:
A Stochastic Approximation Method. Annals of Mathematical Statistics 22(3), 1951.
Momentum: Boris Polyak: Some Methods of Speeding up the Convergence of Iteration
Methods. USSR Computational Mathematics and Mathematical Physics 4(5), 1964.
"""

import numpy as np


def gradient_descent(gradient, start, rate, steps, momentum=0.0):
    """The weights after each step of v = momentum v - rate gradient(w), w = w + v.

    Args:
        gradient: function from weights (n,) to the loss's gradient there (n,), or to an
            estimate of it, such as `minibatch` makes.
        start: the initial weights (n,).
        rate: the learning rate, or one for each step (steps,).
        momentum: the fraction of the last step that is added to the next, 0 to 1.

    Returns:
        The path (steps + 1, n), beginning with ``start``.
    """
    path, velocity = [np.asarray(start, "float64")], 0.0
    for eta in np.broadcast_to(rate, steps):
        velocity = momentum * velocity - eta * gradient(path[-1])
        path.append(path[-1] + velocity)
    return np.array(path)


def minibatch(gradient, *data, batch_size, seed=0):
    """A gradient estimated on a mini-batch, a new one at each call.

    Args:
        gradient: function (weights, *data) -> mean gradient over these data.
        data: arrays with one row per example.
        batch_size: how many rows are drawn, without replacement; with 1, it is
            stochastic gradient descent in the narrow sense.
    """
    rng = np.random.default_rng(seed)

    def estimate(weights):
        batch = rng.choice(len(data[0]), batch_size, replace=False)
        return gradient(weights, *(array[batch] for array in data))

    return estimate
