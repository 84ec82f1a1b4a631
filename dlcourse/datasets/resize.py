"""Resizing images, the same for every data set and without TensorFlow."""

import numpy as np


def resize(images, size):
    """Images (n, height, width, channels) to size: one number, or (height, width).

    Returns float32. Each channel of an image is resized as `crop_resize` says.
    """
    from PIL import Image

    size = pair(size)
    resized = np.empty((len(images), *size, images.shape[3]), "float32")
    for new, old in zip(resized, images, strict=True):
        for channel in range(images.shape[3]):
            image = Image.fromarray(old[..., channel].astype("float32"))
            new[..., channel] = crop_resize(image, size)
    return resized


def crop_resize(image, size):
    """A Pillow image at (height, width), first cut to that aspect ratio in the middle.

    Then each new pixel is the mean of the old ones under a triangle that is as wide as
    the distance of the sparser of the two grids: linear interpolation when enlarging,
    no aliasing when reducing.
    """
    from PIL import Image

    whole = np.array(image.size[::-1])
    part = np.round(np.min(whole / size) * np.array(size)).astype(int)
    top, left = (whole - part) // 2
    middle = image.crop((left, top, left + part[1], top + part[0]))
    return middle.resize(size[::-1], Image.Resampling.BILINEAR)


def pair(size):
    """(height, width) from one number of pixels or from both; ValueError below 1."""
    sides = tuple(size) if isinstance(size, tuple | list) else (size, size)
    whole = all(isinstance(side, int | np.integer) and side > 0 for side in sides)
    if len(sides) != 2 or not whole:
        raise ValueError(
            f"image_size={size}: one whole number of pixels, or (height, width)."
        )
    return tuple(map(int, sides))


def need_range(images):
    """ValueError for pictures of whole numbers whose largest value is not known."""
    if np.ndim(images) == 4 and images.dtype.kind in "iu" and images.dtype != "uint8":
        raise ValueError(
            f"Images of {images.dtype}: convert them to uint8 (0 … 255), or to floats "
            "from 0 to 1."
        )
