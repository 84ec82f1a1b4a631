"""Generative adversarial networks: one network forges, the other one finds out.

Ian Goodfellow, Jean Pouget-Abadie, Mehdi Mirza, Bing Xu, David Warde-Farley, Sherjil
Ozair, Aaron Courville, Yoshua Bengio: Generative Adversarial Nets. NIPS 2014,
arXiv:1406.2661.
Alec Radford, Luke Metz, Soumith Chintala: Unsupervised Representation Learning with
Deep Convolutional Generative Adversarial Networks. ICLR 2016, arXiv:1511.06434.
"""

import math

import keras
from keras import layers, ops

from dlcourse.blocks.conv import MOMENTUM, bn_relu, conv, norm
from dlcourse.blocks.upsample import up_conv
from dlcourse.models.arguments import (
    check_counts,
    functional,
    halved_input,
)


@keras.saving.register_keras_serializable("dlcourse")
class GAN(keras.Model):
    """A generator and a discriminator that learn from each other.

    ``fit(images, images)`` trains both, and its history has ``real`` and ``fake``, the
    parts of the real and of the generated images that the discriminator recognizes; a
    loss for ``compile`` is not used. `generate` makes images.

    Differs: algorithm 1 of the paper steps for the discriminator, then for the
    generator; here both step at once, from the same weights.

    Args:
        generator: a ``keras.Model``, codes (n, code size) -> images.
        discriminator: a ``keras.Model``, images -> logits (n, 1), positive for real.
        seed: of the codes.
    """

    def __init__(self, generator, discriminator, seed=None, **options):
        super().__init__(**options)
        self.generator, self.discriminator, self.seed = generator, discriminator, seed
        self.seeds = keras.random.SeedGenerator(seed)
        self.real = keras.metrics.Mean(name="real")
        self.fake = keras.metrics.Mean(name="fake")

    def call(self, images, training=False):
        """Logits of the images, of as many fakes, and of these for the generator.

        The second have no gradient for the generator, the third none for the
        discriminator: each plays against the other one as it is.
        """
        codes = self.codes(ops.shape(images)[0])
        fakes = self.generator(codes, training=training)
        real = self.discriminator(images, training=training)
        fake = self.discriminator(ops.stop_gradient(fakes), training=training)
        return real, fake, frozen(self.discriminator, fakes, training)

    def compute_loss(
        self, x=None, y=None, y_pred=None, sample_weight=None, training=True
    ):
        """-log D(x) - log(1 - D(G(z))), and -log D(G(z)) for the generator.

        D is the sigmoid of a logit, and -log sigmoid(s) = softplus(-s). The generator's
        is the one of section 3 whose gradient does not vanish while it is bad.
        """
        real, fake, fooled = y_pred
        discriminator = ops.mean(ops.softplus(-real)) + ops.mean(ops.softplus(fake))
        return discriminator + ops.mean(ops.softplus(-fooled))

    def compute_metrics(self, x, y, y_pred, sample_weight=None):
        """The parts of real and of fake images that are recognized."""
        real, fake, _ = y_pred
        self.real.update_state(real > 0)
        self.fake.update_state(fake < 0)
        return super().compute_metrics(x, y, real, sample_weight)

    def codes(self, count):
        """Codes from N(0, 1): (count, code size)."""
        size = self.generator.input_shape[-1]
        return keras.random.normal((count, size), seed=self.seeds)

    def generate(self, count):
        """New images, as an array."""
        return ops.convert_to_numpy(self.generator(self.codes(count), training=False))

    def get_config(self):
        """Return the arguments of the constructor."""
        serialize = keras.saving.serialize_keras_object
        players = {"generator": self.generator, "discriminator": self.discriminator}
        own = {name: serialize(model) for name, model in players.items()}
        return super().get_config() | own | {"seed": self.seed}

    @classmethod
    def from_config(cls, config):
        """Return the model of such arguments."""
        for name in ("generator", "discriminator"):
            config[name] = keras.saving.deserialize_keras_object(config[name])
        return cls(**config)


def normal():
    """Initial weights from N(0, 0.02^2) (Radford et al., section 4).

    A new object for each layer: one draws the same numbers each time.
    """
    return keras.initializers.RandomNormal(stddev=0.02)


def frozen(model, x, training):
    """The model's output as if its weights were constants; it changes no state."""
    weights = [ops.stop_gradient(v.value) for v in model.trainable_variables]
    state = [v.value for v in model.non_trainable_variables]
    return model.stateless_call(weights, state, x, training=training)[0]


def Generator(
    filters=(64, 32),
    code_size=32,
    output_shape=(32, 32, 1),
    output_activation="sigmoid",
    momentum=MOMENTUM,
    name="Generator",
):
    """The generator of DCGAN (fig. 1): transposed convolutions, batch norm, ReLU.

    Layers: "dense", "reshape", "up1" and so on; "up1_bn", "up1_relu" come before it.

    Args:
        filters: feature maps from the smallest to the largest; each is doubled in size.
        code_size: numbers in a code.
        output_shape: (height, width, channels), multiples of 2 ** (number of filters).
        output_activation: "sigmoid" for pixels from 0 to 1, "tanh" in the paper.
        momentum: of batch norm's running statistics.
        name: of the model.

    Returns:
        A ``keras.Model``: codes (n, code_size) -> images of this shape.

    Raises:
        ValueError: for a shape or number that is not possible.
    """
    check_counts(code_size=code_size)
    halved_input(filters, output_shape, "output_shape")
    height, width, channels = output_shape
    factor = 2 ** len(filters)
    small = (height // factor, width // factor, filters[0])
    x = code = keras.Input((code_size,))
    options = {"use_bias": False, "kernel_initializer": normal(), "name": "dense"}
    x = layers.Dense(math.prod(small), **options)(x)
    x = layers.Reshape(small, name="reshape")(x)
    for number, width in enumerate((*filters[1:], channels), 1):
        x = bn_relu(x, momentum, f"up{number}")
        last = number == len(filters)
        options = {"activation": output_activation, "dtype": "float32"} if last else {}
        options |= {"kernel_initializer": normal(), "use_bias": last}
        x = up_conv(x, width, 5, name=f"up{number}", **options)
    return functional(code, x, name)


def Discriminator(
    filters=(32, 64),
    input_shape=(32, 32, 1),
    momentum=MOMENTUM,
    name="Discriminator",
):
    """The discriminator of DCGAN: strided convolutions, batch norm, leaky ReLU.

    No batch norm after the first (section 3). Layers: "conv1", "conv1_relu", "conv2",
    "conv2_bn", "conv2_relu" and so on, "flatten", "logit".

    Args:
        filters: of the convolutions, each of which halves the image.
        input_shape: (height, width, channels), multiples of 2 ** (number of filters).
        momentum: of batch norm's running statistics.
        name: of the model.

    Returns:
        A ``keras.Model``: images (n, height, width, channels) -> logits (n, 1).

    Raises:
        ValueError: for a shape or number that is not possible.
    """
    x = inputs = halved_input(filters, input_shape)
    for number, width in enumerate(filters, 1):
        options = {"kernel_initializer": normal(), "use_bias": number == 1}
        x = conv(x, width, 5, 2, name=f"conv{number}", **options)
        if number > 1:
            x = norm(x, momentum=momentum, name=f"conv{number}_bn")
        x = layers.LeakyReLU(0.2, name=f"conv{number}_relu")(x)
    x = layers.Flatten(name="flatten")(x)
    logit = layers.Dense(1, kernel_initializer=normal(), dtype="float32", name="logit")
    return functional(inputs, logit(x), name)
