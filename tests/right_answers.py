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


def convolve(x, kernel, stride):
    k, _, c, f = kernel.shape
    height = len(range(0, x.shape[0] - k + 1, stride))
    width = len(range(0, x.shape[1] - k + 1, stride))
    y = np.zeros((height, width, f))
    for a in range(k):
        for b in range(k):
            shifted = x[a::stride, b::stride][:height, :width]
            y += shifted.reshape(-1, c).dot(kernel[a, b]).reshape(y.shape)
    return y


def im2col(x, size):
    height, width = x.shape[0] - size + 1, x.shape[1] - size + 1
    parts = [
        x[a : a + height, b : b + width].reshape(height * width, -1)
        for a in range(size)
        for b in range(size)
    ]
    return np.concatenate(parts, axis=1)


def output_size(n, k, s, p):
    return float(len(range(0, n + 2 * p - k + 1, s)))


def receptive_field(kernels, strides):
    field = 1
    for k, s in zip(kernels[::-1], strides[::-1], strict=True):
        field = (field - 1) * s + k
    return field


def max_pool(x, size):
    parts = [x[a::size, b::size] for a in range(size) for b in range(size)]
    return np.max(parts, axis=0)


def agrees(output, right):
    return np.max(np.abs(output - right)) < 1e-6
