"""A right answer to each question, written another way than the solution."""

import numpy as np


def perceptron_rule(w, b, x, target):
    total = sum(float(a) * float(c) for a, c in zip(w, x, strict=True)) + b
    if target == 1 and total < 0:
        return [np.add(w, x), b + 1]
    if target == 0 and total >= 0:
        return [np.subtract(w, x), b - 1]
    return [w, b]


def sigmoid(x):
    t = np.tanh(np.asarray(x) / 2)
    return (1 + t) / 2, (1 - t**2) / 4


def leaky_relu(x, slope):
    factor = np.full(x.shape, slope)
    factor[x > 0] = 1
    return factor * x, factor


def elu(x, alpha):
    value = [t if t > 0 else alpha * (np.exp(t) - 1) for t in np.ravel(x)]
    value = np.reshape(value, x.shape)
    return value, (value + alpha) * (x < 0) + (x >= 0)


def maxout(x, w, b):
    n, (pieces, _, units) = len(x), w.shape
    h = np.full((n, units), -np.inf, "float32")
    for i in range(n):
        for k in range(pieces):
            for u in range(units):
                h[i, u] = max(h[i, u], np.dot(x[i], w[k, :, u]) + b[k, u])
    return h


def gradient_left():
    return np.float32(2**-12)
