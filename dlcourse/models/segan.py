"""SEGAN: noise taken out of speech by an encoder-decoder with skips.

Santiago Pascual, Antonio Bonafonte, Joan Serrà: SEGAN: Speech Enhancement Generative
Adversarial Network. Interspeech 2017, arXiv:1703.09452.
"""

from functools import partial

import keras
from keras import layers

from dlcourse.blocks.conv import MOMENTUM, norm
from dlcourse.layers.latent import NormalLike
from dlcourse.models.arguments import (
    check_counts,
    check_lists,
    choose,
    functional,
    sequence_input,
)

FILTERS = (16, 32, 32, 64, 64, 128, 128, 256, 256, 512, 1024)  # section 4.2
VARIANTS = {  # filters of the encoder, strides, skips, a random code, last activation
    "SEGAN": (FILTERS, 2, "concatenate", True, "tanh"),
    "additive": ((64, 128, 256, 512), 4, "add", False, None),
    "no skips": ((64, 128, 256, 512), 4, None, False, None),
}


def SEGANGenerator(
    variant="SEGAN",
    filters=None,
    kernel_size=31,
    input_shape=(16384, 1),
    kernel_initializer=None,
    name="SEGANGenerator",
):
    """The generator (fig. 2): strided convolutions, a code, transposed ones, skips.

    In "additive", a smaller one, skips are added, there is no random code, and the last
    layer has no activation; "no skips" is the same without the sums. Layers: "conv1",
    "conv1_relu" and so on, "code", which is drawn anew each time, "up1", "up1_relu",
    "skip1" and so on to the last, "up11".

    Differs: the paper has parametric ReLUs; here, as by default in the authors' code,
    leaky ones of slope 0.3.

    Args:
        variant: one of `VARIANTS`.
        filters: of the encoder's convolutions; by default those of the variant. The
            decoder has them in reverse.
        kernel_size: of all convolutions.
        input_shape: (samples, channels), samples a multiple of strides ** (number of
            filters): 2,048 and 256 for the variants. None for any such number.
        kernel_initializer: of all convolutions; by default that of the authors' code.
        name: of the model.

    Returns:
        A ``keras.Model``: sounds (n, samples, channels) -> sounds of that shape.

    Raises:
        ValueError: for a variant, shape, list or number that is not possible.
    """
    own, strides, skips, coded, last_activation = choose(VARIANTS, variant)
    filters = own if filters is None else filters
    inputs = check(filters, kernel_size, input_shape, strides)
    begin = partial(initial, kernel_initializer)
    x, seen = encode(
        inputs, filters, kernel_size, strides, skips != "concatenate", begin
    )
    if coded:  # 8 x 1024 and 8 x 1024 more
        x = layers.Concatenate(name="with_code")([NormalLike(name="code")(x), x])
    widths = (*filters[-2::-1], inputs.shape[-1])
    for number, width in enumerate(widths, 1):
        last = number == len(widths)
        options = {"activation": last_activation, "dtype": "float32"} if last else {}
        options |= {"name": f"up{number}", **begin()}
        x = layers.Conv1DTranspose(width, kernel_size, strides, "same", **options)(x)
        if not last:
            x = layers.LeakyReLU(0.3, name=f"up{number}_relu")(x)
        if skips and not last:
            together = layers.Add if skips == "add" else layers.Concatenate
            x = together(name=f"skip{number}")([x, seen.pop()])
    return functional(inputs, x, name)


def initial(chosen=None):
    """Initial kernels, by default as in the authors' code; for each layer others."""
    chosen = chosen or keras.initializers.TruncatedNormal(stddev=0.02)
    return {"kernel_initializer": chosen}


def encode(x, filters, kernel_size, strides, activated, begin):
    """The encoder: its output, and what the skips read, before or after activation."""
    seen = []
    for number, width in enumerate(filters, 1):  # T x C -> T/s x width
        options = {"padding": "same", "name": f"conv{number}", **begin()}
        y = layers.Conv1D(width, kernel_size, strides, **options)(x)
        x = layers.LeakyReLU(0.3, name=f"conv{number}_relu")(y)
        seen.append(x if activated else y)
    return x, seen[:-1]


def SEGANDiscriminator(
    filters=FILTERS,
    kernel_size=31,
    input_shape=(16384, 2),
    momentum=MOMENTUM,
    name="SEGANDiscriminator",
):
    """The discriminator: is the first sound the clean version of the second?

    Layers: "conv1", "conv1_bn", "conv1_relu" and so on, "one_channel", "flatten",
    "logit". The generator is trained with least squares: (logit - 1)^2.

    Differs: the paper has virtual batch norm, with the statistics of a fixed batch.

    Args:
        filters: of the convolutions, each of which halves the length.
        kernel_size: of all of them.
        input_shape: (samples, 2), a multiple of 2 ** (number of filters) samples.
        momentum: of batch norm's running statistics.
        name: of the model.

    Returns:
        A ``keras.Model``: pairs of sounds (n, samples, 2) -> logits (n, 1).

    Raises:
        ValueError: for a shape, list or number that is not possible.
    """
    x = inputs = check(filters, kernel_size, input_shape, 2, fixed=True)
    for number, width in enumerate(filters, 1):
        options = {"padding": "same", "use_bias": False, "name": f"conv{number}"}
        x = layers.Conv1D(width, kernel_size, 2, **options, **initial())(x)
        x = norm(x, momentum=momentum, name=f"conv{number}_bn")
        x = layers.LeakyReLU(0.3, name=f"conv{number}_relu")(x)
    x = layers.Conv1D(1, 1, use_bias=False, name="one_channel", **initial())(x)
    x = layers.Flatten(name="flatten")(x)
    return functional(inputs, layers.Dense(1, dtype="float32", name="logit")(x), name)


def check(filters, kernel_size, input_shape, strides, fixed=False):
    """Input tensor for sounds that ``filters`` shorten without a rest."""
    check_lists(filters=filters)
    check_counts(kernel_size=kernel_size)
    if not filters:
        raise ValueError(f"filters={filters!r}: give at least one number.")
    return sequence_input(input_shape, strides ** len(filters), fixed)
