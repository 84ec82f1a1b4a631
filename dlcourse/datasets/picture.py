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


class Encoded:
    """A picture in a file, of which no more is decoded than is needed.

    Args:
        data: the bytes of the file, a scalar string.
        plain: whether they are a JPEG file that TensorFlow decodes as Pillow does.
        otherwise: a function that gives the whole image if they are not.
        channels: 1 or 3.
    """

    def __init__(self, data, plain, otherwise, channels):
        import tensorflow as tf

        self.data, self.plain, self.channels = data, plain, channels
        nothing = lambda: tf.zeros([0, 0, channels], tf.uint8)  # noqa: E731
        image = tf.cond(plain, nothing, otherwise)
        self.image = tf.ensure_shape(image, (None, None, channels))
        shape = tf.cond(
            plain,
            lambda: tf.io.extract_jpeg_shape(data),
            lambda: tf.shape(self.image),
        )
        self.size = shape[0], shape[1]

    def cut(self, window, side):
        """This window of it, resized to (side, side, channels)."""
        import tensorflow as tf

        top, left, height, width = window
        part = tf.cond(
            self.plain,
            lambda: self.decoded(window, side),
            lambda: self.image[top : top + height, left : left + width],
        )
        return resized(tf.ensure_shape(part, (None, None, self.channels)), side)

    def decoded(self, window, side):
        """This window, at a half, a quarter or an eighth if that is enough.

        Enough is twice the side, as in Pillow's ``reducing_gap``: the window then lies
        where it should to a quarter of a new pixel.
        """
        import tensorflow as tf

        enough = tf.math.reduce_min(window[2:]) // (2 * side)

        def by(ratio):
            def decode():
                start, part, whole = (
                    (2 * tf.stack(sizes) + ratio) // (2 * ratio)
                    for sizes in (window[:2], window[2:], self.size)
                )
                start = tf.minimum(start, tf.maximum(whole - part, 0))
                return tf.io.decode_and_crop_jpeg(
                    self.data,
                    tf.concat([start, part], 0),
                    self.channels,
                    ratio,
                    dct_method="INTEGER_ACCURATE",
                )

            return decode

        choices = [(enough >= ratio, by(ratio)) for ratio in (8, 4, 2)]
        return tf.case(choices, default=by(1))


def resized(image, side):
    """An image at (side, side, channels), of the same dtype.

    Made smaller, each pixel is the mean of those that it covers; made larger, which
    includes larger in one direction alone, it is interpolated linearly.
    """
    import tensorflow as tf

    if image.shape[:2] == (side, side):
        return image
    smaller = tf.reduce_min(tf.shape(image)[:2]) >= side
    new = tf.cond(
        smaller,
        lambda: tf.image.resize(image, (side, side), "area"),
        lambda: tf.image.resize(image, (side, side), "bilinear"),
    )
    if image.dtype == tf.uint8:
        new = tf.cast(tf.round(new), tf.uint8)
    return tf.ensure_shape(new, (side, side, None))


def center_crop(picture, side):
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
    image = random_window(picture, preprocessing, draws[WINDOW])
    if preprocessing.flip:
        image = changes.flip(image, draws[FLIP])  # bytes: a quarter of the floats
    image = to_float(image)
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
        image = center_crop(picture, size)
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
    image = center_crop(picture, side)
    start = (side - size) // 2
    return image[start : start + size, start : start + size]


def ten_crops(picture, preprocessing):
    """The four corners and the middle of the middle square, then their mirror images.

    Alex Krizhevsky et al., NIPS 2012, section 4.1: (10, size, size, channels).
    """
    import tensorflow as tf

    size, side = preprocessing.size, preprocessing.shorter_side or preprocessing.size
    image, last = center_crop(picture, side), side - size
    places = [(0, 0), (0, last), (last, 0), (last, last), (last // 2, last // 2)]
    five = tf.stack([image[y : y + size, x : x + size] for y, x in places])
    return tf.concat([five, five[:, :, ::-1]], 0)


def fixed_side(preprocessing):
    """The side of the square that every epoch cuts from a picture, or None."""
    if preprocessing.crop in ("area", "scale"):
        return None
    if preprocessing.crop == "pad":
        return preprocessing.size
    return preprocessing.shorter_side or preprocessing.size


def evaluation_crops(image, preprocessing):
    """What a network sees of one image in evaluation: (crops, size, size, channels).

    image: (height, width, channels), uint8 or float in [0, 1], of any size. Gives an
    array, float32 in [0, 1], of ``preprocessing.crops`` crops.
    """
    import tensorflow as tf

    with tf.device("CPU:0"):
        picture = Decoded(tf.convert_to_tensor(image))
        if preprocessing.crops == 10:
            crops = ten_crops(picture, preprocessing)
        else:
            crops = evaluation_picture(picture, preprocessing)[None]
        return to_float(crops).numpy()


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
