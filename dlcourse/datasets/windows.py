"""Windows of a picture: (top, left, height, width) in pixels, as TensorFlow tensors."""

import math

ATTEMPTS = 10  # at a window that lies within the picture
AREA_DRAWS = 2 * ATTEMPTS + 2  # random numbers for `area_window`


def middle_square(height, width):
    """The largest square in the middle of a picture."""
    import tensorflow as tf

    known = isinstance(height, int) and isinstance(width, int)
    side = min(height, width) if known else tf.minimum(height, width)
    return (height - side) // 2, (width - side) // 2, side, side


def scale_window(height, width, draws, size, scale):
    """A square that becomes ``size`` when the shorter side becomes one of ``scale``.

    Karen Simonyan, Andrew Zisserman: Very Deep Convolutional Networks for Large-Scale
    Image Recognition, arXiv:1409.1556, section 3.1: the shorter side is drawn, and then
    the place. Cutting first and resizing then needs only a part of the picture.

    Args:
        height, width: of the picture.
        draws: three random numbers in [0, 1).
        size: height and width of the network's input.
        scale: the smallest and the largest shorter side, whole numbers.
    """
    import tensorflow as tf

    low, high = scale
    shorter = low + tf.floor(draws[0] * (high - low + 1))
    whole = tf.minimum(height, width)
    side = tf.cast(tf.round(size * tf.cast(whole, tf.float32) / shorter), tf.int32)
    side = tf.clip_by_value(side, 1, whole)
    top, left = place(height, side, draws[1]), place(width, side, draws[2])
    return top, left, side, side


def area_window(height, width, draws, area, aspect):
    """A window of a random share of the picture's area and of a random aspect ratio.

    Christian Szegedy et al.: Going Deeper with Convolutions, arXiv:1409.4842, section
    6. What the paper leaves open is done as in torchvision's ``RandomResizedCrop``: the
    logarithm of the ratio is drawn evenly; of ten windows the first is taken that lies
    within the picture; if none does, the middle, of the nearest ratio allowed.

    Args:
        height, width: of the picture.
        draws: `AREA_DRAWS` random numbers in [0, 1).
        area: least and largest part of the picture's area.
        aspect: least and largest ratio of width to height.
    """
    import tensorflow as tf

    h, w = tf.cast(height, tf.float32), tf.cast(width, tf.float32)
    areas = h * w * uniform(draws[:ATTEMPTS], *area)
    ratios = tf.exp(uniform(draws[ATTEMPTS:-2], *map(math.log, aspect)))
    ratio = tf.clip_by_value(w / h, *aspect)  # of the middle, if all attempts fail
    heights = tf.concat([tf.sqrt(areas / ratios), [tf.minimum(h, w / ratio)]], 0)
    widths = tf.concat([tf.sqrt(areas * ratios), [tf.minimum(w, h * ratio)]], 0)
    heights, widths = (tf.cast(tf.round(s), tf.int32) for s in (heights, widths))
    within = (heights >= 1) & (widths >= 1) & (heights <= height) & (widths <= width)
    chosen = tf.argmax(tf.concat([within[:-1], [True]], 0))  # the first that is true
    part = heights[chosen], widths[chosen]
    top, left = (
        tf.where(chosen == ATTEMPTS, (whole - size) // 2, place(whole, size, draw))
        for whole, size, draw in zip(
            (height, width), part, tf.unstack(draws[-2:]), strict=True
        )
    )
    return top, left, *part


def uniform(draw, low, high):
    """A random number in [0, 1) taken to low … high."""
    return low + draw * (high - low)


def place(whole, part, draw):
    """Where a part begins in the whole, every place as likely as the others."""
    import tensorflow as tf

    places = tf.cast(whole - part + 1, tf.float32)
    # A draw just below 1 may be rounded up to the number of places.
    return tf.minimum(tf.cast(draw * places, tf.int32), whole - part)
