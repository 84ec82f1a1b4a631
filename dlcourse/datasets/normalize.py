"""Mean and deviation of a set's pictures, as a layer that takes them away."""

import numpy as np

from dlcourse.datasets.epochs import checked, evaluation_pictures
from dlcourse.datasets.examples import in_memory
from dlcourse.datasets.picture import fixed_side

ENOUGH = 10_000  # pictures: the mean is then known to a hundredth of the deviation


def normalization(examples, preprocessing):
    """A built ``keras.layers.Normalization`` as ``standardize`` says; None for "none".

    It takes images in [0, 1], and has the statistics of the training pictures as they
    are in evaluation, without random changes; of a larger set those of 10,000.

    Args:
        examples: the training part, as for `Epochs`.
        preprocessing: a `Preprocessing` at the network's image size.
    """
    import keras

    kind = preprocessing.standardize
    if kind == "none":
        return None
    source = checked(examples, preprocessing)
    source = in_memory(source, fixed_side(preprocessing))
    items = source.shuffled(0).take(ENOUGH)
    batches = evaluation_pictures(source, items, preprocessing).batch(100)
    mean, variance = moments(batches, (0,) if kind == "pixels" else (0, 1, 2))
    if kind != "channels":
        variance = np.ones_like(mean)
    layer = keras.layers.Normalization(
        axis=(1, 2, 3) if kind == "pixels" else -1,
        mean=mean,
        variance=variance,
        dtype="float32",
    )
    size = preprocessing.size
    layer.build((None, size, size, source.channels))
    return layer


def moments(batches, axes):
    """Mean and variance over these axes of the images of all batches."""
    count, total, squares = 0, 0.0, 0.0
    for x, _ in batches.as_numpy_iterator():
        x = x.astype("float64")
        count, total = count + len(x), total + x.mean(axes) * len(x)
        squares = squares + (x**2).mean(axes) * len(x)
    return total / count, squares / count - (total / count) ** 2
