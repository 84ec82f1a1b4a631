"""One picture on its way into a network, as a `Preprocessing` says."""

from dlcourse.datasets import changes
from dlcourse.datasets.windows import (
    AREA_DRAWS,
    area_window,
    middle_square,
    scale_window,
)

UNIFORM, NORMAL, GAMMA = range(3)  # streams of random numbers
WINDOW = slice(0, AREA_DRAWS)  # which of the uniform ones are for what
FLIP = AREA_DRAWS
COLOR = slice(FLIP + 1, FLIP + 1 + changes.COLOR_DRAWS)


class Decoded:
    """A picture in memory: (height, width, channels), uint8, or float in [0, 1]."""

    def __init__(self, image):
        import tensorflow as tf

        self.image = image
        shape = tf.shape(image)
        known = image.shape[:2].as_list()
        self.size = [shape[i] if side is None else side for i, side in enumerate(known)]

    def cut(self, window, side):
        """This window of it, resized to (side, side, channels)."""
        top, left, height, width = window
        return resized(self.image[top : top + height, left : left + width], side)


def resized(image, side):
    """An image at (side, side, channels), of the same dtype.

    Each pixel is the mean of the old ones under a triangle, as in `resize`.
    """
    import tensorflow as tf

    if image.shape[:2] == (side, side):
        return image
    new = tf.image.resize(image, (side, side), antialias=True)
    if image.dtype == tf.uint8:
        new = tf.cast(tf.round(new), tf.uint8)
    return tf.ensure_shape(new, (side, side, None))


def middle(picture, side):
    """The square in the middle of a picture, at (side, side, channels)."""
    return picture.cut(middle_square(*picture.size), side)


def to_float(images):
    """uint8 -> float32 in [0, 1]; floats become float32."""
    import tensorflow as tf

    if images.dtype == tf.uint8:
        return tf.cast(images, tf.float32) / 255.0
    return tf.cast(images, tf.float32)


def to_label(label):
    """Whole numbers become int32, all else stays."""
    import tensorflow as tf

    return tf.cast(label, tf.int32) if label.dtype.is_integer else label


def training_picture(picture, preprocessing, seed, number):
    """A picture changed at random, float32 (size, size, channels).

    The random numbers are a function of seed and ``number``, the running number of the
    picture in the training, and of nothing else: whatever is computed at the same time,
    and wherever a training resumes, the picture is the same.
    """
    import tensorflow as tf

    draws = tf.random.stateless_uniform([COLOR.stop], key(seed, UNIFORM, number))
    image = to_float(random_window(picture, preprocessing, draws[WINDOW]))
    if preprocessing.flip:
        image = changes.flip(image, draws[FLIP])
    if preprocessing.color:
        image = changes.color_jitter(image, draws[COLOR], preprocessing.color)
    if preprocessing.lighting:
        normals = tf.random.stateless_normal([3], key(seed, NORMAL, number))
        image = changes.lighting(image, normals, preprocessing.lighting)
    return image


def random_window(picture, preprocessing, draws):
    """The part of a picture that this epoch sees, at (size, size, channels)."""
    size, crop = preprocessing.size, preprocessing.crop
    if crop == "pad":
        image = middle(picture, size)
        mode = preprocessing.padding_mode
        return changes.pad_window(image, draws[:2], preprocessing.padding, mode)
    if crop == "area":
        options = preprocessing.area, preprocessing.aspect
        return picture.cut(area_window(*picture.size, draws, *options), size)
    if crop == "scale":
        window = scale_window(*picture.size, draws, size, preprocessing.scale)
        return picture.cut(window, size)
    return evaluation_picture(picture, preprocessing)


def evaluation_picture(picture, preprocessing):
    """The middle of a picture whose shorter side was resized: (size, size, channels).

    ``shorter_side`` is that of `Preprocessing`; without one it is the size.
    """
    size = preprocessing.size
    side = preprocessing.shorter_side or size
    image = middle(picture, side)
    start = (side - size) // 2
    return image[start : start + size, start : start + size]


def mixup_weight(alpha, seed, number):
    """A number from the Beta distribution with both parameters alpha."""
    import tensorflow as tf

    gamma = tf.random.stateless_gamma(
        [2], key(seed, GAMMA, number), alpha, dtype=tf.float64
    )
    return tf.cast(gamma[0] / tf.reduce_sum(gamma), tf.float32)


def key(seed, stream, number):
    """What the random numbers of one picture follow from."""
    return [3 * seed + stream, number]
