"""Inception v3.

Szegedy, Vanhoucke, Ioffe, Shlens, Wojna: Rethinking the Inception architecture for
computer vision. CVPR 2016, arXiv 1512.00567.
"""

from functools import partial

import keras
from keras import layers

from dlcourse.blocks import inception_v3 as blocks
from dlcourse.blocks.conv import max_pool
from dlcourse.blocks.head import classifier
from dlcourse.models.arguments import image_input
from dlcourse.models.auxiliary import AuxiliaryModel

# table 1: the modules of each grid
FIG5 = ((64, 32), (64, 64), (64, 64))  # filters of the 1x1, and after the pooling
FIG6 = (128, 160, 160, 192)  # inside the factorized 7x7; the fifth is a reduction
FIG7 = 2  # number of modules


def InceptionV3(
    fig5=FIG5,
    fig6=FIG6,
    fig7=FIG7,
    width=1.0,
    stem_strides=(2, 2, 2),
    auxiliary=False,
    input_shape=(299, 299, 3),
    classes=1000,
    classifier_activation="softmax",
):
    """Modules of figures 5, 6 and 7 on grids of 35, 17 and 8 pixels (table 1).

    ``fig5``, ``fig6`` and ``fig7`` say how many modules there are and how wide, as the
    tables above; ``width`` multiplies all numbers of filters. ``stem_strides`` are
    those of the first convolution and the two poolings; (1, 1, 2) suits images of 32
    pixels.
    ``auxiliary=True`` adds the classifier of fig. 8, which counts 0.3 in the loss: see
    `AuxiliaryModel`.

    Raises ValueError for images smaller than 75 pixels, 107 with the classifier of
    fig. 8; with other strides accordingly.

    Differs: table 1 has 3x3 convolutions with 80, 192 and 288 filters after the first
    pooling; the authors' code, and the network of 23.8 million weights that all use,
    has a 1x1 with 80, a 3x3 with 192 and a pooling.
    """
    unit = partial(blocks.unit, width=width)
    smallest = blocks.smallest(stem_strides, grid=11 if auxiliary else 7)
    inputs = image_input(input_shape, smallest)
    x = blocks.stem(inputs, stem_strides, unit)  # 71 x 71 x 192
    x = max_pool(x, 3, stem_strides[2], "valid")  # 35 x 35 x 192
    for one, project in fig5:
        x = blocks.inception_fig5(x, one, project, unit)  # 35 x 35 x 288
    x = blocks.grid_reduction(x, unit)  # 17 x 17 x 768
    for filters in fig6:
        x = blocks.inception_fig6(x, filters, unit)  # 17 x 17 x 768
    if auxiliary:
        help_to_train = head(x, unit, classes, classifier_activation)
    x = blocks.grid_reduction_7x7(x, unit)  # 8 x 8 x 1280
    for _ in range(fig7):
        x = blocks.inception_fig7(x, unit)  # 8 x 8 x 2048
    x = classifier(x, classes, classifier_activation)
    if auxiliary:
        return AuxiliaryModel(inputs, [x, help_to_train], name="inception_v3")
    return keras.Model(inputs, x, name="inception_v3")


def head(x, unit, classes, activation):
    """Auxiliary classifier (fig. 8): 17 x 17 x C -> 5 x 5 x 128 -> 768 -> classes."""
    x = layers.AveragePooling2D(5, 3)(x)
    x = unit(x, 128, 1)
    x = unit(x, 768, tuple(x.shape[1:3]), padding="valid")
    return classifier(x, classes, activation)
