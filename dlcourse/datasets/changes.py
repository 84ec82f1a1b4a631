"""Random changes of pictures in training, as TensorFlow computes them.

Pictures are float32 in [0, 1]; colour and lighting may take values a little beyond.
"""

# Of ImageNet's colours: square roots of the eigenvalues of their covariance, for values
# in [0, 1], and eigenvectors in columns, rows red, green, blue. Alex Krizhevsky et al.,
# NIPS 2012, section 4.1, have the method; the numbers are those of fb.resnet.torch.
DEVIATIONS = (0.2175, 0.0188, 0.0045)
COMPONENTS = (
    (-0.5675, 0.7192, 0.4009),
    (-0.5808, -0.0045, -0.8140),
    (-0.5836, -0.6948, 0.4203),
)
LUMA = (0.299, 0.587, 0.114)  # of red, green and blue, ITU-R BT.601
COLOR_DRAWS = 3  # random numbers for `color_jitter`


def flip(image, draw):
    """The mirror image, left to right, where the draw is below a half."""
    import tensorflow as tf

    return tf.cond(draw < 0.5, lambda: tf.reverse(image, [1]), lambda: image)


def pad_window(image, draws, padding, mode):
    """A window of the image's own size from the image with pixels around it.

    Args:
        image: (height, width, channels).
        draws: two random numbers in [0, 1), for the rows and columns by which it moves.
        padding: how many pixels around, and by how many it moves at most.
        mode: "zeros" or "reflect".
    """
    import tensorflow as tf

    around = [[padding, padding], [padding, padding], [0, 0]]
    padded = tf.pad(image, around, "CONSTANT" if mode == "zeros" else "REFLECT")
    top, left = tf.unstack(tf.cast(draws * (2 * padding + 1), tf.int32))
    return tf.slice(padded, [top, left, 0], image.shape)


def color_jitter(image, draws, strength):
    """Brightness, contrast and saturation by factors of 1 - strength … 1 + strength.

    As in fb.resnet.torch the picture is blended with black, with its mean grey value
    and with its grey self. There the order is random, which makes no difference: none
    of the three changes what the others do, as long as nothing is clipped in between.
    Grey pictures have no saturation. draws: three random numbers in [0, 1).
    """
    import tensorflow as tf

    brightness, contrast, saturation = tf.unstack(1 + strength * (2 * draws - 1))
    grey = image
    if image.shape[-1] == 3:
        grey = tf.tensordot(image, tf.constant(LUMA), 1)[..., None]
    image = saturation * image + (1 - saturation) * grey
    image = contrast * image + (1 - contrast) * tf.reduce_mean(grey)
    return brightness * image


def lighting(image, normals, strength):
    """Add ImageNet's principal components of colour (Krizhevsky et al., section 4.1).

    normals: three standard normal numbers. Grey pictures stay as they are.
    """
    import tensorflow as tf

    if image.shape[-1] != 3:
        return image
    amounts = strength * normals * tf.constant(DEVIATIONS)
    return image + tf.linalg.matvec(tf.constant(COMPONENTS), amounts)


def mixup(images, labels, weights):
    """Each picture and label mixed with those before it in the batch.

    Hongyi Zhang et al.: mixup: Beyond Empirical Risk Minimization, arXiv:1710.09412. In
    a shuffled batch the neighbour is a picture drawn at random.

    Args:
        images: (n, height, width, channels).
        labels: (n, classes), probabilities.
        weights: (n,), of each picture itself, from a Beta distribution.
    """
    import tensorflow as tf

    def mixed(x):
        own = tf.reshape(weights, [-1] + [1] * (len(x.shape) - 1))
        return own * x + (1 - own) * tf.roll(x, 1, axis=0)

    return mixed(images), mixed(labels)
