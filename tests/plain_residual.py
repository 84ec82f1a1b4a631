"""Residual blocks in plain NumPy, written from the figures of the papers."""

import keras
import numpy as np
import plain


def relu(x):
    return np.maximum(x, 0)


class Weights(plain.Weights):
    """Weights of a block, used in the order in which it made its layers."""

    def conv(self, x, strides=1, dilation=1):
        kernel, *bias = self.take(keras.layers.Conv2D)
        y = plain.convolve(x, kernel, strides, dilation=dilation)
        return y + bias[0] if bias else y

    def norm(self, x):
        values = self.take(keras.layers.BatchNormalization)
        return plain.normalize(x, values, 1.001e-5)


def same_shape(x, filters, strides):
    return strides == 1 and x.shape[-1] == filters


def padded(x, filters):
    return np.pad(x, [(0, 0)] * 3 + [(0, filters - x.shape[-1])])


def numpy_basic(x, w, filters, s, option="B", dilation=1):
    y = relu(w.norm(w.conv(x, s, dilation)))
    y = w.norm(w.conv(y, 1, dilation))
    if option == "C" or not same_shape(x, filters, s):
        x = padded(x[:, ::s, ::s], filters) if option == "A" else w.norm(w.conv(x, s))
    return relu(x + y)


def numpy_plain(x, w, filters, s):
    return relu(w.norm(w.conv(relu(w.norm(w.conv(x, s))))))


def numpy_bottleneck(x, w, filters, s, strides=None, outputs=4):
    first, second = strides or (s, 1)
    y = relu(w.norm(w.conv(x, first)))
    y = relu(w.norm(w.conv(y, second)))
    y = w.norm(w.conv(y))
    if not same_shape(x, outputs * filters, s):
        x = w.norm(w.conv(x, s))
    return relu(x + y)


def numpy_preactivated(x, w, filters, s, convolutions=2, activate=True, option="B"):
    y = relu(w.norm(x)) if activate else x
    if option == "A":
        x = padded(x[:, ::s, ::s], filters)
    elif not same_shape(x, filters, s):
        x = w.conv(y, s)  # of the activation, without batch norm
    y = w.conv(y, s)
    for _ in range(convolutions - 1):
        y = w.conv(relu(w.norm(y)))
    return x + y


def numpy_v2(x, w, filters, s):
    y = relu(w.norm(x))
    x = x[:, ::s, ::s] if x.shape[-1] == 4 * filters else w.conv(y, s)
    y = relu(w.norm(w.conv(y)))
    y = relu(w.norm(w.conv(y, s)))
    return x + w.conv(y)


def halved(x):
    """Means of 2 x 2; at an odd edge, of what is there."""
    half = [slice(i, i + 2) for i in range(0, x.shape[1], 2)]
    rows = np.stack([x[:, i].mean(1) for i in half], axis=1)
    return np.stack([rows[:, :, i].mean(2) for i in half], axis=2)


def numpy_pyramid(x, w, filters, s, bottleneck=False):
    y = w.norm(x)  # no ReLU before the first convolution
    y = relu(w.norm(w.conv(y, 1 if bottleneck else s)))
    y = w.conv(y, s if bottleneck else 1)
    if bottleneck:
        y = w.conv(relu(w.norm(y)))
    y = w.norm(y)
    return padded(halved(x) if s == 2 else x, y.shape[-1]) + y


def numpy_shake(x, w, filters, s):
    def branch():
        return w.norm(w.conv(relu(w.norm(w.conv(relu(x), s)))))

    mean = (branch() + branch()) / 2
    if same_shape(x, filters, s):
        return x + mean
    a = relu(x)
    shifted = np.zeros_like(a)
    shifted[:, 1:, 1:] = a[:, :-1, :-1]
    paths = [w.conv(a[:, ::s, ::s]), w.conv(shifted[:, ::s, ::s])]
    return w.norm(np.concatenate(paths, axis=3)) + mean


def conv(x, w):
    return w.conv(x)


def conv_norm(x, w):
    return w.norm(w.conv(x))


def norm_relu(x, w):
    return relu(w.norm(x))


def conv_norm_relu(x, w):
    return relu(w.norm(w.conv(x)))


def first_activated(x, w, filters, s):
    """The first block starts from the activation that the stem has made."""
    return numpy_preactivated(x, w, filters, s, activate=s == 2, option="A")
