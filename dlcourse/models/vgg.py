"""VGG: depth from 3x3 convolutions alone.

Simonyan, Zisserman: Very deep convolutional networks for large-scale image recognition.
ICLR 2015, arXiv 1409.1556.
"""

import keras

from dlcourse.blocks.conv import conv, max_pool
from dlcourse.blocks.head import fully_connected
from dlcourse.layers.lrn import LocalResponseNormalization
from dlcourse.models.arguments import choose, image_input

CONFIGURATIONS = {  # table 1: per stage, number of conv3 layers, filters, what follows
    "A": [(1, 64), (1, 128), (2, 256), (2, 512), (2, 512)],
    "A-LRN": [(1, 64, "LRN"), (1, 128), (2, 256), (2, 512), (2, 512)],
    "B": [(2, 64), (2, 128), (2, 256), (2, 512), (2, 512)],
    "C": [(2, 64), (2, 128), (2, 256, "conv1"), (2, 512, "conv1"), (2, 512, "conv1")],
    "D": [(2, 64), (2, 128), (3, 256), (3, 512), (3, 512)],
    "E": [(2, 64), (2, 128), (4, 256), (4, 512), (4, 512)],
}


def VGG(
    configuration="D",
    dense=(4096, 4096),
    dropout=0.5,
    input_shape=(224, 224, 3),
    classes=1000,
    classifier_activation="softmax",
):
    """Stages of 3x3 convolutions, a pooling after each, and dense layers (table 1).

    ``configuration`` is a column of table 1 or a list of such stages; ``dense`` are the
    units of the hidden dense layers: ``VGG([(1, 16), (1, 32)], dense=(64,))``.

    Raises ValueError for an unknown column, or images with fewer than 2 ** (number of
    stages) pixels a side.
    """
    if isinstance(configuration, str):
        configuration = choose(CONFIGURATIONS, configuration, "configuration")
    inputs = image_input(input_shape, at_least=2 ** len(configuration))
    x = inputs
    for row in configuration:
        x = stage(x, *row)  # 112 x 112 x 64, 56 x 56 x 128, ..., 7 x 7 x 512
    x = fully_connected(x, dense, classes, classifier_activation, dropout)
    return keras.Model(inputs, x, name="vgg")


def stage(x, repeats, filters, last=None):
    """3x3 convolutions, one thing more, pooling: H x W x C -> H/2 x W/2 x filters.

    ``last`` is "conv1" for a 1x1 convolution, "LRN" for response normalization.
    """
    for _ in range(repeats):
        x = conv(x, filters, 3, use_bias=True, activation="relu")
    if last == "conv1":
        x = conv(x, filters, 1, use_bias=True, activation="relu")
    elif last == "LRN":
        x = LocalResponseNormalization()(x)
    elif last is not None:
        raise ValueError(f"{last!r} ends no stage in table 1; 'conv1' and 'LRN' do.")
    return max_pool(x, 2, 2, "valid")
