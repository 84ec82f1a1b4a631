"""Networks in plain NumPy loops: what definitions without a twin are held against.

A network is written as in the paper's figure, from the input up: a list of steps such
as "3x3/2V" (convolution, strides 2, "valid"), "max3/2", "avg3", "LRN", "dense"; a list
in the list holds branches, whose outputs are concatenated.
"""

import re

import keras
import numpy as np


def forward(steps, x, weights):
    """Output of the steps for the images ``x``; takes ``weights`` as it goes."""
    for step in steps:
        if isinstance(step, list):
            branches = [forward(branch, x, weights) for branch in step]
            x = np.concatenate(branches, axis=-1)
        elif step == "pad1":
            x = np.pad(x, [(0, 0), (1, 1), (1, 1), (0, 0)])
        elif step == "LRN":
            x = normalize_response(x)
        elif step == "flatten":
            x = x.reshape(len(x), -1)
        elif step == "mean":
            x = x.mean((1, 2))
        elif step in ("dense", "logits"):
            kernel, bias = weights.take(keras.layers.Dense)
            x = x @ kernel + bias
            x = np.maximum(x, 0) if step == "dense" else x
        else:
            x = over_windows(step, x, weights)
    return x


def over_windows(step, x, weights):
    """A convolution or a pooling."""
    pattern = r"(\d+)x(\d+)|max(\d)|avg(\d)"
    high, wide, maximum, average = re.match(pattern, step).groups()
    strides = int(re.search(r"/(\d)", step).group(1)) if "/" in step else 1
    padding = "valid" if step.endswith("V") else "same"
    if maximum or average:
        reduce = np.nanmax if maximum else np.nanmean
        return pool(x, int(maximum or average), strides, padding, reduce)
    kernel, *bias = weights.take(keras.layers.Conv2D)
    assert kernel.shape[:2] == (int(high), int(wide)), step
    y = convolve(x, kernel, strides, padding) + (bias[0] if bias else 0)
    if weights.epsilon:
        y = normalize(y, weights.take(keras.layers.BatchNormalization), weights.epsilon)
    return np.maximum(y, 0)


def convolve(x, kernel, strides=1, padding="same", dilation=1):
    """Cross-correlation, one output pixel at a time: B x H x W x C -> B x h x w x F.

    Each group of output channels sees its own part of the input channels.
    """
    high, wide, part, filters = kernel.shape
    high, wide = (high - 1) * dilation + 1, (wide - 1) * dilation + 1
    if padding == "same":
        x = np.pad(x, [(0, 0), (high // 2,) * 2, (wide // 2,) * 2, (0, 0)])
    groups = x.shape[-1] // part
    height = (x.shape[1] - high) // strides + 1
    width = (x.shape[2] - wide) // strides + 1
    out = np.zeros((len(x), height, width, filters))
    for row, column in np.ndindex(height, width):
        top, left = row * strides, column * strides
        window = x[:, top : top + high : dilation, left : left + wide : dilation]
        for g in range(groups):
            its = slice(g * filters // groups, (g + 1) * filters // groups)
            seen = window[..., g * part : (g + 1) * part]
            out[:, row, column, its] = np.tensordot(seen, kernel[..., its], 3)
    return out


def pool(x, size, strides, padding, reduce):
    """``reduce`` over the pixels of each window that lie inside the image."""
    if padding == "same":
        around = [(0, 0), (size // 2,) * 2, (size // 2,) * 2, (0, 0)]
        x = np.pad(x, around, constant_values=np.nan)
    height = (x.shape[1] - size) // strides + 1
    width = (x.shape[2] - size) // strides + 1
    out = np.zeros((len(x), height, width, x.shape[-1]))
    for row, column in np.ndindex(height, width):
        top, left = row * strides, column * strides
        window = x[:, top : top + size, left : left + size]
        out[:, row, column] = reduce(window, axis=(1, 2))
    return out


def normalize(x, values, epsilon):
    """Batch normalization with running statistics; ``values`` may lack gamma."""
    *gamma, beta, mean, variance = values
    y = (x - mean) / np.sqrt(variance + epsilon)
    return y * (gamma[0] if gamma else 1) + beta


def normalize_response(a, n=5, k=2.0, alpha=1e-4, beta=0.75):
    """Section 3.3 of the AlexNet paper, one channel and one neighbour at a time."""
    b = np.empty_like(a)
    channels = a.shape[-1]
    for i in range(channels):
        first, last = max(0, i - n // 2), min(channels - 1, i + n // 2)
        total = sum(a[..., j] ** 2 for j in range(first, last + 1))
        b[..., i] = a[..., i] / (k + alpha * total) ** beta
    return b


class Weights:
    """Randomised weights of a model, handed out in the order its layers were made.

    ``epsilon`` is that of the batch normalization after each convolution, 0 for none.
    """

    def __init__(self, model, epsilon=0.0):
        draw = np.random.default_rng(0)
        self.epsilon = epsilon
        self.left = {}
        for layer in sorted(model.layers, key=age):
            for weight in layer.weights:
                low, high = (0.5, 1.5) if "variance" in weight.name else (-0.5, 0.5)
                weight.assign(draw.uniform(low, high, weight.shape))
            if layer.weights:
                self.left.setdefault(type(layer).__name__, []).append(
                    layer.get_weights()
                )

    def take(self, kind):
        """The values of the first layer of this kind that is left."""
        return self.left[kind.__name__].pop(0)

    def all_taken(self):
        return not any(self.left.values())


def age(layer):
    """Number of the layer's output: Keras counts tensors as they are made."""
    number = layer.output.name.rsplit("_", 1)[-1]
    return int(number) if number.isdigit() else 0
