"""Resizing images as arrays, the same for every data set and without TensorFlow."""

import numpy as np


def resize(images, size):
    """Images (n, height, width, channels) to size: one number, or (height, width).

    First cut to the new aspect ratio in the middle. Then each new pixel is the mean of
    the old ones under a triangle that is as wide as the distance of the sparser of the
    two grids: linear interpolation when enlarging, no aliasing when reducing.
    """
    size = pair(size)
    images = central(images, size)
    rows, columns = (
        weights(o, n) for o, n in zip(images.shape[1:3], size, strict=True)
    )
    # Rows, then columns: n x h x w x c -> n x H x w x c -> n x H x W x c.
    tall = np.einsum("Hh,nhwc->nHwc", rows, images, optimize=True)
    return np.einsum("Ww,nhwc->nhWc", columns, tall, optimize=True)


def pair(size):
    """(height, width) from one number of pixels or from both."""
    return (size, size) if isinstance(size, int) else tuple(size)


def central(images, size):
    """The largest middle part of images that has the aspect ratio of size."""
    whole = np.array(images.shape[1:3])
    part = np.round(np.min(whole / size) * np.array(size)).astype(int)
    top, left = (whole - part) // 2
    return images[:, top : top + part[0], left : left + part[1]]


def weights(old, new):
    """Matrix (new, old): how much of each old pixel is in each new one."""
    scale = old / new
    centre = (np.arange(new) + 0.5) * scale - 0.5
    distance = np.abs(centre[:, None] - np.arange(old)) / max(scale, 1)
    triangle = np.maximum(1 - distance, 0)
    return (triangle / triangle.sum(axis=1, keepdims=True)).astype("float32")
