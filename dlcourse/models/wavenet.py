"""WaveNet: each sample of a sound from the thousands before it.

Aäron van den Oord, Sander Dieleman, Heiga Zen, Karen Simonyan, Oriol Vinyals, Alex
Graves, Nal Kalchbrenner, Andrew Senior, Koray Kavukcuoglu: WaveNet: A Generative Model
for Raw Audio. 2016, arXiv:1609.03499.
"""

from collections import deque

import numpy as np
from keras import layers

from dlcourse.blocks.wavenet import causal_conv, gated_residual
from dlcourse.layers.companding import mu_law_decode
from dlcourse.models.arguments import (
    check_counts,
    check_lists,
    functional,
    sequence_input,
)

DOUBLED = tuple(2**i for i in range(10))  # section 2.1: 1, 2, 4, ..., 512


def WaveNet(
    dilations=DOUBLED * 3,
    filters=32,
    skip_filters=256,
    kernel_size=2,
    input_shape=(None, 1),
    classes=256,
    classifier_activation="softmax",
    name="WaveNet",
):
    """Blocks of causal, dilated, gated convolutions, and the sum of their skips.

    Output t has seen the samples to t: train it to tell the next one, t + 1, in the
    levels of ``layers.mu_law_encode``. Layers: "conv", the blocks "block1", "block2",
    … (fig. 4), "skips", their sum, "head_relu1", "head1", "head_relu2", "classifier".

    The paper gives the dilations, and no numbers of filters.

    Args:
        dilations: of the blocks: (1, 2, 4, ..., 512) three times.
        filters: of the convolutions in the blocks, and channels between them.
        skip_filters: channels of the skips, and of the first of the last two layers.
        kernel_size: of the dilated convolutions and the first one.
        input_shape: (samples, channels); None for any number of samples.
        classes: levels of a sample.
        classifier_activation: of the last layer.
        name: of the model.

    Returns:
        A ``keras.Model``: sounds (n, samples, channels) -> probabilities (n, samples,
        classes).

    Raises:
        ValueError: for a shape, list or number that is not possible.
    """
    check_counts(filters=filters, skip_filters=skip_filters, classes=classes)
    check_counts(at_least=2, kernel_size=kernel_size)
    check_lists(dilations=dilations)
    if not dilations:
        raise ValueError("dilations=(): give at least one number.")
    inputs = sequence_input(input_shape)
    x, skips = causal_conv(inputs, filters, kernel_size, name="conv"), []
    for number, dilation in enumerate(dilations, 1):
        block = f"block{number}"
        x, skip = gated_residual(
            x, filters, skip_filters, kernel_size, dilation, name=block
        )
        skips.append(skip)
    x = layers.Add(name="skips")(skips) if len(skips) > 1 else skips[0]
    x = layers.Activation("relu", name="head_relu1")(x)
    x = layers.Conv1D(skip_filters, 1, name="head1")(x)
    x = layers.Activation("relu", name="head_relu2")(x)
    last = {"activation": classifier_activation, "dtype": "float32"}
    outputs = layers.Conv1D(classes, 1, name="classifier", **last)(x)
    return functional(inputs, outputs, name)


class CachedWaveNet:
    """A WaveNet that is given one sample after the other, and computes none twice.

    Each convolution keeps the inputs that it will read again (Tom Le Paine et al.: Fast
    Wavenet Generation Algorithm. 2016, arXiv:1611.09482): the work for a sample grows
    with the number of layers, not with what they see. The first sample follows silence.
    """

    def __init__(self, model, count=1):
        """``model`` is a `WaveNet`, ``count`` the number of sounds side by side."""
        layers = {layer.name: layer for layer in model.layers}
        gated = [name for name in layers if name.endswith("_gated")]
        self.blocks = [name.removesuffix("_gated") for name in gated]
        parts = [f"{block}_{x}" for block in self.blocks for x in ("filter", "gate")]
        causal = ("conv", *parts)
        self.causal = {name: CachedConv(layers[name], count) for name in causal}
        self.weights = {name: layer.get_weights() for name, layer in layers.items()}
        self.activation = layers["classifier"].activation

    def step(self, x):
        """Samples (count, channels) -> probabilities of the next (count, classes)."""
        x, skips = self.causal["conv"](np.asarray(x, "float32")), 0.0
        for block in self.blocks:
            y = np.tanh(self.causal[f"{block}_filter"](x))
            z = y / (1 + np.exp(-self.causal[f"{block}_gate"](x)))
            skips = skips + self.pointwise(f"{block}_skip", z)
            if block != self.blocks[-1]:  # after the last one there are skips alone
                x = x + self.pointwise(f"{block}_residual", z)
        y = np.maximum(self.pointwise("head1", np.maximum(skips, 0)), 0)
        logits = self.pointwise("classifier", y)
        return np.asarray(self.activation(logits))

    def pointwise(self, name, x):
        """The 1x1 convolution of this name, for one position."""
        kernel, bias = self.weights[name]
        return x @ kernel[0] + bias


class CachedConv:
    """A causal convolution that is given one element after the other."""

    def __init__(self, layer, count):
        self.kernel, self.bias = layer.get_weights()
        self.dilation = layer.dilation_rate[0]
        taps, channels, _ = self.kernel.shape
        length = (taps - 1) * self.dilation + 1
        self.past = deque([np.zeros((count, channels), "float32")] * length, length)

    def __call__(self, x):
        """The next output (count, filters), from the next input (count, channels)."""
        self.past.append(x)
        read = list(self.past)[:: self.dilation]
        return self.bias + sum(
            each @ weights for each, weights in zip(read, self.kernel, strict=True)
        )


def continue_sound(model, beginning, samples, seed=0):
    """Samples that a `WaveNet` draws, one at a time, to follow the beginning of sounds.

    Args:
        model: of one channel, trained to tell the next of its ``classes`` levels.
        beginning: samples (n, t) from -1 to 1, at least one.
        samples: how many to draw.
        seed: of the draws.

    Returns:
        New samples (n, samples), float32. ValueError for an empty beginning.
    """
    if np.ndim(beginning) != 2 or np.shape(beginning)[1] < 1:
        raise ValueError(f"beginning={np.shape(beginning)}: give (n, t) with t > 0.")
    rng, levels = np.random.default_rng(seed), model.output_shape[-1]
    values = np.asarray(mu_law_decode(np.arange(levels), levels))
    network, drawn = CachedWaveNet(model, len(beginning)), []
    for x in np.asarray(beginning).T:
        p = network.step(x[:, None])
    for _ in range(samples):
        total = np.cumsum(p, axis=1)
        chance = rng.random((len(p), 1)) * total[:, -1:]
        drawn.append(values[(total > chance).argmax(axis=1)])
        p = network.step(drawn[-1][:, None])
    return np.stack(drawn, axis=1)
