"""Inception-ResNet v1 and v2.

Szegedy, Ioffe, Vanhoucke, Alemi: Inception-v4, Inception-ResNet and the impact of
residual connections on learning. AAAI 2017, arXiv 1602.07261.
"""

from functools import partial

import keras

from dlcourse.blocks import inception_resnet as blocks
from dlcourse.blocks import inception_v3, inception_v4
from dlcourse.blocks.conv import max_pool
from dlcourse.blocks.head import classifier
from dlcourse.models.arguments import image_input


def InceptionResNetV1(
    repeats=(5, 10, 5),
    scales=(0.17, 0.1, 0.2),
    width=1.0,
    stem_strides=(2, 2, 2),
    dropout=0.2,
    input_shape=(299, 299, 3),
    classes=1000,
    classifier_activation="softmax",
):
    """Residual modules at about the cost of Inception v3 (fig. 15; 10 to 14).

    ``repeats`` and ``scales`` belong to the modules A, B and C (the paper gives scales
    between 0.1 and 0.3). ``width`` multiplies all numbers of filters. ``stem_strides``
    are those of fig. 14; (1, 1, 2) suits images of 32 pixels.

    Raises ValueError for images smaller than 75 pixels, with other strides accordingly.
    """
    unit = partial(inception_v3.unit, width=width)
    inputs = image_input(input_shape, inception_v3.smallest(stem_strides))
    x = inception_v3.stem(inputs, stem_strides, unit)  # 71 x 71 x 192
    x = unit(x, 256, 3, stem_strides[2], "valid")  # 35 x 35 x 256
    for _ in range(repeats[0]):
        x = blocks.inception_resnet_a(x, (32, 32, 32), scales[0], unit=unit)
    x = inception_v4.reduction_a(x, 192, 192, 256, 384, unit)  # 17 x 17 x 896
    for _ in range(repeats[1]):
        x = blocks.inception_resnet_b(x, 128, (128, 128, 128), scales[1], unit=unit)
    x = blocks.reduction_b_resnet(x, (256, 256, 256), unit)  # 8 x 8 x 1792
    for _ in range(repeats[2]):
        x = blocks.inception_resnet_c(x, 192, (192, 192, 192), scales[2], unit=unit)
    x = classifier(x, classes, classifier_activation, dropout)
    return keras.Model(inputs, x, name="inception_resnet_v1")


def InceptionResNetV2(
    repeats=(10, 20, 10),
    scales=(0.17, 0.1, 0.2),
    width=1.0,
    stem_strides=(2, 2, 2),
    dropout=0.2,
    input_shape=(299, 299, 3),
    classes=1000,
    classifier_activation="softmax",
):
    """Residual modules at about the cost of Inception v4 (fig. 15; 16 to 19).

    The arguments, and the errors, are those of `InceptionResNetV1`.

    Differs, as the authors' code and their trained weights do from the paper: the stem
    is that of v3 and a module of its fig. 5, not fig. 3; 10, 20, 10 modules, not
    5, 10, 5; the last has neither scale nor ReLU; a 1x1 with 1536 filters follows it.
    """
    unit = partial(inception_v3.unit, width=width)
    inputs = image_input(input_shape, inception_v3.smallest(stem_strides))
    x = inception_v3.stem(inputs, stem_strides, unit)  # 71 x 71 x 192
    x = max_pool(x, 3, stem_strides[2], "valid")  # 35 x 35 x 192
    x = inception_v3.inception_fig5(x, 96, 64, unit)  # 35 x 35 x 320
    for _ in range(repeats[0]):
        x = blocks.inception_resnet_a(x, (32, 48, 64), scales[0], unit=unit)
    x = inception_v4.reduction_a(x, 256, 256, 384, 384, unit)  # 17 x 17 x 1088
    for _ in range(repeats[1]):
        x = blocks.inception_resnet_b(x, 192, (128, 160, 192), scales[1], unit=unit)
    x = blocks.reduction_b_resnet(x, (256, 288, 320), unit)  # 8 x 8 x 2080
    for number in range(1, repeats[2] + 1):
        last = number == repeats[2]
        scale, activation = (1.0, None) if last else (scales[2], "relu")
        x = blocks.inception_resnet_c(x, 192, (192, 224, 256), scale, activation, unit)
    x = unit(x, 1536, 1)  # 8 x 8 x 1536
    x = classifier(x, classes, classifier_activation, dropout)
    return keras.Model(inputs, x, name="inception_resnet_v2")
