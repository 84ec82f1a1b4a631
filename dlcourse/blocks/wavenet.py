"""Causal convolutions: no output of a sequence sees what comes after it.

Aäron van den Oord, Sander Dieleman, Heiga Zen, Karen Simonyan, Oriol Vinyals, Alex
Graves, Nal Kalchbrenner, Andrew Senior, Koray Kavukcuoglu: WaveNet: A Generative Model
for Raw Audio. 2016, arXiv:1609.03499.

``name`` is the name of the block; its parts are "block3_filter", "block3_gate",
"block3_gated", "block3_residual", "block3_skip", and the sum is "block3".
"""

from keras import layers

from dlcourse.blocks.conv import layer_name


def causal_conv(x, filters, kernel_size=2, dilation_rate=1, name=None, **options):
    """Convolution over now and before (fig. 2 and 3): T x C -> T x filters.

    Output t reads x at t, t - d, t - 2d, ... with d = ``dilation_rate``; before the
    beginning there are zeros. ``options`` are Keras's.
    """
    return layers.Conv1D(
        filters,
        kernel_size,
        padding="causal",
        dilation_rate=dilation_rate,
        name=name,
        **options,
    )(x)


def gated_residual(x, filters, skip_filters, kernel_size=2, dilation_rate=1, name=None):
    """A gated activation, the sum with the input, a skip (fig. 4): two tensors.

    z = tanh(W_f * x) sigmoid(W_g * x) (equation 2), with causal dilated convolutions;
    then T x C -> T x C, a 1x1 convolution of z added to x, and T x skip_filters,
    another one.
    """
    options = {"kernel_size": kernel_size, "dilation_rate": dilation_rate}
    y, gate = (
        causal_conv(x, filters, activation=f, name=layer_name(name, part), **options)
        for part, f in (("filter", "tanh"), ("gate", "sigmoid"))
    )
    z = layers.Multiply(name=layer_name(name, "gated"))([y, gate])
    y = layers.Conv1D(x.shape[-1], 1, name=layer_name(name, "residual"))(z)
    skip = layers.Conv1D(skip_filters, 1, name=layer_name(name, "skip"))(z)
    return layers.Add(name=name)([x, y]), skip
