"""Occlusion sensitivity: on which part of an image does the prediction depend?

Matthew Zeiler, Rob Fergus: Visualizing and Understanding Convolutional Networks. ECCV
2014, arXiv:1311.2901, section 4.2 and fig. 7.
"""

import numpy as np


def occlusion(model, image, size, stride=1, value=0.5, batch_size=256):
    """The predictions of a model while a grey square covers one place after the other.

    Args:
        model: a ``keras.Model`` from images to probabilities, or to any numbers.
        image: (height, width, channels).
        size: width of the square, in pixels; at the border a part of it is outside.
        stride: by how many pixels it moves; between two places the map is constant.
        value: grey of the square, in units of the image.

    Returns:
        Maps (height, width, classes): at each pixel the prediction with the square
        centred there. ``maps[..., label]`` is fig. 7 (d), ``maps.argmax(-1)`` (e).

    Raises ValueError for an image of another shape, or a square with no pixel in it.
    """
    if np.ndim(image) != 3:
        raise ValueError(f"image: (height, width, channels), not {np.shape(image)}.")
    if size < 1 or stride < 1:
        raise ValueError(f"size={size}, stride={stride}: at least one pixel each.")
    height, width, _ = image.shape
    centres = [
        (row, column)
        for row in range(stride // 2, height + stride // 2, stride)
        for column in range(stride // 2, width + stride // 2, stride)
    ]
    covered = np.array([occlude(image, *centre, size, value) for centre in centres])
    predictions = model.predict(covered, batch_size=batch_size, verbose=0)
    rows = -(-height // stride)
    grid = predictions.reshape(rows, -1, predictions.shape[-1])
    grown = grid.repeat(stride, axis=0).repeat(stride, axis=1)
    return grown[:height, :width]


def occlude(image, row, column, size, value=0.5):
    """A copy of an image (h, w, c) with a grey square centred on a pixel."""
    top, left = row - size // 2, column - size // 2
    covered = np.array(image)
    covered[max(top, 0) : top + size, max(left, 0) : left + size] = value
    return covered
