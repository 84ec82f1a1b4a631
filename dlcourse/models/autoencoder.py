"""Autoencoders: a network that gives back its input, through a narrow code.

Geoffrey Hinton, Ruslan Salakhutdinov: Reducing the Dimensionality of Data with Neural
Networks. Science 313, 2006.
Denoising: Pascal Vincent, Hugo Larochelle, Isabelle Lajoie, Yoshua Bengio, Pierre-
Antoine Manzagol: Stacked Denoising Autoencoders. JMLR 11, 2010.
Variational: Diederik Kingma, Max Welling: Auto-Encoding Variational Bayes. ICLR 2014,
arXiv:1312.6114.
"""

import math
from numbers import Real

import keras
from keras import layers

from dlcourse.blocks.conv import conv
from dlcourse.blocks.upsample import up_conv
from dlcourse.layers.latent import Sampling
from dlcourse.models.arguments import (
    check_counts,
    functional,
    halved_input,
)


def Autoencoder(
    filters=(16, 32),
    code_size=16,
    noise=0.0,
    input_shape=(32, 32, 1),
    output_activation="sigmoid",
    name="Autoencoder",
):
    """A convolutional autoencoder, with noise a denoising one.

    Models in it: "encoder", images -> codes (n, code_size), and "decoder", codes ->
    images. Train it with its input as the target.

    Args:
        filters: of the convolutions of the encoder, each of which halves the image; the
            decoder has them in reverse.
        code_size: numbers in a code.
        noise: standard deviation of the noise that is added to images in training.
        input_shape: (height, width, channels), multiples of 2 ** (number of filters).
        output_activation: of the decoder: "sigmoid" for pixels from 0 to 1.
        name: of the model.

    Returns:
        A ``keras.Model``: images (n, height, width, channels) -> images of that shape.

    Raises:
        ValueError: for a shape or number that is not possible.
    """
    check_counts(code_size=code_size)
    check_at_least_0(noise=noise)
    inputs = halved_input(filters, input_shape)
    encoder = encoder_of(inputs, filters, code=code_size)
    decoder = decoder_of(encoder, filters, code_size, output_activation)
    x = layers.GaussianNoise(noise, name="noise")(inputs) if noise else inputs
    return functional(inputs, decoder(encoder(x)), name)


def VariationalAutoencoder(
    filters=(16, 32),
    code_size=2,
    kl_weight=1.0,
    input_shape=(32, 32, 1),
    output_activation="sigmoid",
    name="VariationalAutoencoder",
):
    """An autoencoder whose codes are drawn, from N(mean, variance) for each image.

    Models in it: "encoder", images -> mean and log variance, each (n, code_size);
    "sampling", which draws a code and adds the KL divergence to the loss; "decoder",
    codes -> images: of codes from N(0, 1), it makes new images. Train it with its input
    as the target and ``loss=layers.reconstruction_loss``: the sum is then minus the
    variational lower bound (equation 10), in nats.

    Args:
        filters: of the convolutions of the encoder, as for `Autoencoder`.
        code_size: numbers in a code.
        kl_weight: factor of the KL divergence; not 1 in a beta-VAE.
        input_shape: (height, width, channels), multiples of 2 ** (number of filters).
        output_activation: of the decoder: "sigmoid" for pixels from 0 to 1.
        name: of the model.

    Returns:
        A ``keras.Model``: images (n, height, width, channels) -> images of that shape.

    Raises:
        ValueError: for a shape or number that is not possible.
    """
    check_counts(code_size=code_size)
    check_at_least_0(kl_weight=kl_weight)
    inputs = halved_input(filters, input_shape)
    encoder = encoder_of(inputs, filters, mean=code_size, log_variance=code_size)
    decoder = decoder_of(encoder, filters, code_size, output_activation)
    code = Sampling(kl_weight, name="sampling")(encoder(inputs))
    return functional(inputs, decoder(code), name)


def encoder_of(inputs, filters, **outputs):
    """The model "encoder": convolutions, then a dense layer for each name and size."""
    x = images = keras.Input(inputs.shape[1:])
    for number, width in enumerate(filters, 1):  # H x W x C -> H/2 x W/2 x width
        options = {"use_bias": True, "activation": "relu", "name": f"conv{number}"}
        x = conv(x, width, 3, 2, **options)
    x = layers.Flatten(name="flatten")(x)
    outputs = [layers.Dense(size, name=name)(x) for name, size in outputs.items()]
    outputs = outputs[0] if len(outputs) == 1 else outputs
    return keras.Model(images, outputs, name="encoder")


def decoder_of(encoder, filters, code_size, activation):
    """The model "decoder": the encoder in reverse, its convolutions transposed."""
    *_, channels = encoder.input_shape
    small = encoder.get_layer("flatten").input.shape[1:]
    x = code = keras.Input((code_size,))
    x = layers.Dense(math.prod(small), "relu", name="dense")(x)
    x = layers.Reshape(small, name="reshape")(x)
    for number, width in enumerate(filters[-2::-1], 1):
        x = up_conv(x, width, 4, activation="relu", name=f"up{number}")
    last = {"activation": activation, "dtype": "float32", "name": f"up{len(filters)}"}
    return keras.Model(code, up_conv(x, channels, 4, **last), name="decoder")


def check_at_least_0(**numbers):
    """ValueError that names the argument, unless each is a number from 0 on."""
    for name, value in numbers.items():
        if not isinstance(value, Real) or not 0 <= value < float("inf"):
            raise ValueError(f"{name}={value!r}: give a number of at least 0.")
