"""Gradient descent on a function of a few weights.

Keras's optimizers do the same for a network. Stochastic: Herbert Robbins, Sutton Monro:
A Stochastic Approximation Method. Annals of Mathematical Statistics 22(3), 1951.
Momentum: Boris Polyak: Some Methods of Speeding up the Convergence of Iteration
Methods. USSR Computational Mathematics and Mathematical Physics 4(5), 1964.
RMSProp: Tijmen Tieleman, Geoffrey Hinton: Lecture 6.5, Neural Networks for Machine
Learning, Coursera, 2012. Adam: Diederik Kingma, Jimmy Ba: Adam: A Method for Stochastic
Optimization. ICLR 2015, arXiv:1412.6980, algorithm 1.
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


def rmsprop(gradient, start, rate, steps, rho=0.9, epsilon=1e-7):
    """The weights after each step of w = w - rate g / sqrt(mean of g^2).

    The mean is a running one, of each weight by itself: s = rho s + (1 - rho) g^2.
    Arguments and result are those of `gradient_descent`.
    """
    path, square = [np.asarray(start, "float64")], 0.0
    for eta in np.broadcast_to(rate, steps):
        g = gradient(path[-1])
        square = rho * square + (1 - rho) * g**2
        path.append(path[-1] - eta * g / np.sqrt(square + epsilon))
    return np.array(path)


def adam(gradient, start, rate, steps, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
    """The weights after each step of w = w - rate (mean of g) / sqrt(mean of g^2).

    Both means are running ones that begin at 0; dividing by 1 - beta^t makes up for it.
    Arguments and result are those of `gradient_descent`.
    """
    path, mean, square = [np.asarray(start, "float64")], 0.0, 0.0
    for t, eta in enumerate(np.broadcast_to(rate, steps), start=1):
        g = gradient(path[-1])
        mean = beta_1 * mean + (1 - beta_1) * g
        square = beta_2 * square + (1 - beta_2) * g**2
        m, s = mean / (1 - beta_1**t), square / (1 - beta_2**t)
        path.append(path[-1] - eta * m / (np.sqrt(s) + epsilon))
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
