"""Inception v4.

Szegedy, Ioffe, Vanhoucke, Alemi: Inception-v4, Inception-ResNet and the impact of
residual connections on learning. AAAI 2017, arXiv 1602.07261.
"""

from functools import partial

import keras

from dlcourse.blocks import inception_v4 as blocks
from dlcourse.blocks.head import classifier
from dlcourse.blocks.inception_v3 import smallest
from dlcourse.models.arguments import image_input


def InceptionV4(
    repeats=(4, 7, 3),
    width=1.0,
    stem_strides=(2, 2, 2),
    dropout=0.2,
    input_shape=(299, 299, 3),
    classes=1000,
    classifier_activation="softmax",
):
    """Modules A, B and C on grids of 35, 17 and 8 pixels (fig. 9).

    ``repeats`` are the numbers of modules A, B and C; ``width`` multiplies all numbers
    of filters. ``stem_strides`` are those of the first convolution and of the two
    poolings in fig. 3; (1, 1, 2) suits images of 32 pixels.

    Raises ValueError for images smaller than 75 pixels, with other strides accordingly.
    """
    unit = partial(blocks.unit, width=width)
    inputs = image_input(input_shape, smallest(stem_strides))
    x = blocks.stem(inputs, stem_strides, unit)  # 35 x 35 x 384
    for _ in range(repeats[0]):
        x = blocks.inception_a(x, unit)  # 35 x 35 x 384
    x = blocks.reduction_a(x, unit=unit)  # 17 x 17 x 1024
    for _ in range(repeats[1]):
        x = blocks.inception_b(x, unit)  # 17 x 17 x 1024
    x = blocks.reduction_b(x, unit)  # 8 x 8 x 1536
    for _ in range(repeats[2]):
        x = blocks.inception_c(x, unit)  # 8 x 8 x 1536
    x = classifier(x, classes, classifier_activation, dropout)
    return keras.Model(inputs, x, name="inception_v4")
