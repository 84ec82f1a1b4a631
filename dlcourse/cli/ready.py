"""A network of the catalog with ImageNet's weights, ready for photos."""

from pathlib import Path

import numpy as np

from dlcourse.cli import model_file
from dlcourse.datasets.preprocessing import Preprocessing
from dlcourse.files import DamagedFile
from dlcourse.models.catalog import NETWORKS
from dlcourse.models.published import PUBLISHED, source, trained_rows


def load(name):
    """Model and `About` of a file or folder, or of a network with ImageNet's weights.

    name: a path, or where there is none, the name of a row of the catalog. ValueError
    or OSError that says what is missing.
    """
    rows = [row for row in NETWORKS if row.name.lower() == str(name).lower()]
    if Path(name).exists() or not rows:
        return model_file.load(name)
    (row,) = rows
    if not source(row):
        listed = ", ".join(row.name for row in trained_rows())
        raise ValueError(
            f"No weights for ImageNet are published of {row.name}. There are weights "
            f"of {listed}. For your own, `dlcourse train` it and give the folder."
        )
    return photo_classifier(row)


def photo_classifier(row):
    """The row's network behind its preparation, for images in [0, 1], and `About`.

    Differs: pictures are resized linearly, where some weights were measured with a
    bicubic filter.
    """
    from dlcourse.cli.network import with_normalization
    from dlcourse.cli.pretrained import patience, reverse_channels
    from dlcourse.models.weights import pretrained

    options = PUBLISHED[row.name].options if row.name in PUBLISHED else {}
    network = row.build(**options)
    try:
        with patience():
            pretrained(network)
            classes = class_names()
    except DamagedFile as error:
        raise ValueError(str(error)) from None
    wanted = network.preparation
    if wanted.bgr:
        reverse_channels(network)
    cut = Preprocessing(wanted.size, shorter_side=wanted.shorter_side)
    model = with_normalization(network, input_layer(wanted))
    return model, model_file.About(row.name, classes, cut)


def input_layer(wanted):
    """`Normalization` of RGB images in [0, 1], as a `Preparation` wants them."""
    from keras import layers

    variance = np.square(wanted.deviation)
    return layers.Normalization(
        mean=wanted.mean, variance=variance, dtype="float32", name="imagenet_input"
    )


def class_names():
    """The names of ImageNet's 1,000 classes, in the order of the weights' outputs.

    Keras downloads them once. ConnectionError, in a sentence, where it cannot.
    """
    from keras.applications.imagenet_utils import decode_predictions

    try:
        answers = decode_predictions(np.eye(1000), top=1)
    except Exception as error:
        if "URL fetch failure" not in str(error):
            raise
        raise ConnectionError(
            "The names of ImageNet's classes are not on this machine and could not be "
            "downloaded; connect to the internet once, and Keras keeps them."
        ) from error
    return tuple(name for ((_, name, _),) in answers)
