"""Adversarial networks that grow: from images of 4 x 4 pixels on, twice as large each.

Tero Karras, Timo Aila, Samuli Laine, Jaakko Lehtinen: Progressive Growing of GANs for
Improved Quality, Stability, and Variation. ICLR 2018, arXiv:1710.10196.
"""

import keras
from keras import layers

from dlcourse.layers.progressive import FadeIn, MinibatchDeviation, PixelNorm
from dlcourse.models.arguments import check_counts, check_lists
from dlcourse.models.gan import GAN

HE = {"kernel_initializer": "he_normal"}


def progressive_gans(filters=(64, 32, 16), code_size=64, channels=1, seed=None):
    """A `GAN` for each size, 4 x 4, 8 x 8, ... (fig. 1, table 2), with shared weights.

    Train the first, then the second, whose new layers are faded in (fig. 2):
    ``gan.generator.get_layer("fade1").alpha`` is 0 where the images are the enlarged
    ones of the first, 1 where they are the new layers' own; the discriminator has the
    same layer. And so on.

    Differs: He initialization for the equalized learning rate, the loss of `GAN` for
    that of WGAN-GP.

    Args:
        filters: of the layers of each size, from the smallest; the paper has (512, 512,
            512, 512, 256, 128, 64, 32, 16).
        code_size: numbers in a code; 512 in the paper.
        channels: of the images.
        seed: of the codes.

    Returns:
        A list of `GAN`, one for each number in ``filters``, of images (n, size, size,
        channels) with sizes 4, 8, 16, ...

    Raises:
        ValueError: for a list or number that is not possible.
    """
    check_lists(filters=filters)
    check_counts(code_size=code_size, channels=channels)
    if not filters:
        raise ValueError(f"filters={filters!r}: give at least one number.")
    shared = shared_layers(filters, channels)
    return [
        GAN(
            generator(shared, level, code_size),
            discriminator(shared, level, channels),
            seed,
        )
        for level in range(len(filters))
    ]


def shared_layers(filters, channels):
    """The layers with weights, by name: of the generator and of the discriminator."""
    first, found = filters[0], {}
    found["dense"] = layers.Dense(16 * first, name="dense", **HE)
    found["up0_2"] = conv(first, "up0_2")
    found["down0_1"] = conv(first, "down0_1")
    found["down0_2"] = layers.Dense(first, name="down0_2", **HE)
    found["logit"] = layers.Dense(1, dtype="float32", name="logit", **HE)
    for level, width in enumerate(filters):
        wider = filters[max(level - 1, 0)]
        found[f"to_image{level}"] = conv(channels, f"to_image{level}", 1)
        found[f"from_image{level}"] = conv(width, f"from_image{level}", 1)
        if level:
            found[f"fade{level}"] = FadeIn(name=f"fade{level}")
            found[f"up{level}_1"] = conv(width, f"up{level}_1")
            found[f"up{level}_2"] = conv(width, f"up{level}_2")
            found[f"down{level}_1"] = conv(width, f"down{level}_1")
            found[f"down{level}_2"] = conv(wider, f"down{level}_2")
    return found


def conv(filters, name, kernel_size=3):
    """A convolution, as a layer."""
    return layers.Conv2D(filters, kernel_size, padding="same", name=name, **HE)


def activated(x, layer, normalize=False):
    """The layer, leaky ReLU, and in the generator pixel norm."""
    x = layers.LeakyReLU(0.2)(layer(x))
    return PixelNorm()(x) if normalize else x


def generator(shared, level, code_size):
    """Codes -> images of 4 * 2 ** level pixels (table 2, left)."""
    code = keras.Input((code_size,))
    x = activated(PixelNorm()(code), shared["dense"])
    x = PixelNorm()(layers.Reshape((4, 4, -1))(x))
    x = activated(x, shared["up0_2"], normalize=True)  # 4 x 4 x filters[0]
    image = shared["to_image0"](x)
    for number in range(1, level + 1):  # h x w x C -> 2h x 2w x filters
        old = x
        x = layers.UpSampling2D()(x)
        x = activated(x, shared[f"up{number}_1"], normalize=True)
        x = activated(x, shared[f"up{number}_2"], normalize=True)
        if number == level:
            image = layers.UpSampling2D()(shared[f"to_image{number - 1}"](old))
            new = shared[f"to_image{number}"](x)
            image = shared[f"fade{number}"]([image, new])
    return keras.Model(code, image, name=f"generator{level}")


def discriminator(shared, level, channels):
    """Images of 4 * 2 ** level pixels -> logits (table 2, right)."""
    size = 4 * 2**level
    image = keras.Input((size, size, channels))
    x = activated(image, shared[f"from_image{level}"])
    for number in range(level, 0, -1):  # h x w x filters -> h/2 x w/2 x C
        x = activated(x, shared[f"down{number}_1"])
        x = activated(x, shared[f"down{number}_2"])
        x = layers.AveragePooling2D(2)(x)
        if number == level:
            small = layers.AveragePooling2D(2)(image)
            old = activated(small, shared[f"from_image{number - 1}"])
            x = shared[f"fade{number}"]([old, x])
    x = activated(MinibatchDeviation()(x), shared["down0_1"])
    x = activated(layers.Flatten()(x), shared["down0_2"])
    return keras.Model(image, shared["logit"](x), name=f"discriminator{level}")
