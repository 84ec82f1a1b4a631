"""Upsampling, for networks that answer for every pixel: transposed convolution, crop.

``name`` is the name of the layer; without it Keras names it.
"""

from keras import layers

from dlcourse.layers.initializers import Bilinear


def up_conv(x, filters, kernel_size=2, strides=2, padding="same", name=None, **options):
    """Transposed convolution: H x W x C -> s H x s W x filters ("same").

    ``options`` are Keras's: ``use_bias``, ``activation``, the initializers; kernels are
    drawn as in `conv` by default.
    """
    options = {"kernel_initializer": "he_normal"} | options
    return layers.Conv2DTranspose(
        filters, kernel_size, strides, padding, name=name, **options
    )(x)


def bilinear(x, factor, trainable=True, name=None):
    """Bilinear interpolation as a transposed convolution: H x W x C -> f H x f W x C.

    Training may change it (Long et al., 2015, section 3.3), unless ``trainable`` is
    false. The image is taken to be zero outside.
    """
    options = {"kernel_initializer": Bilinear(), "use_bias": False}
    options["trainable"] = trainable
    return up_conv(x, x.shape[-1], 2 * factor, factor, name=name, **options)


def crop(x, like, name=None):
    """The middle of a feature map, as high and wide as ``like``: both of fixed size."""
    sizes = zip(x.shape[1:3], like.shape[1:3], strict=True)
    margins = tuple(((own - n) // 2, (own - n + 1) // 2) for own, n in sizes)
    if margins == ((0, 0), (0, 0)):
        return x
    return layers.Cropping2D(margins, name=name)(x)
