"""GoogLeNet, the network that won ILSVRC 2014.

Szegedy, Liu, Jia, Sermanet, Reed, Anguelov, Erhan, Vanhoucke, Rabinovich: Going deeper
with convolutions. CVPR 2015, arXiv 1409.4842.
"""

import math

import keras
from keras import layers

from dlcourse.blocks.conv import max_pool
from dlcourse.blocks.head import classifier, fully_connected
from dlcourse.blocks.inception import conv_relu, inception, scale
from dlcourse.layers.lrn import LocalResponseNormalization
from dlcourse.models.arguments import image_input
from dlcourse.models.auxiliary import AuxiliaryModel

MODULES = {  # table 1: #1x1, #3x3 reduce, #3x3, #5x5 reduce, #5x5, pool proj
    "3a": (64, 96, 128, 16, 32, 32),  # 28 x 28 x 256
    "3b": (128, 128, 192, 32, 96, 64),  # 28 x 28 x 480
    "4a": (192, 96, 208, 16, 48, 64),  # 14 x 14 x 512
    "4b": (160, 112, 224, 24, 64, 64),  # 14 x 14 x 512
    "4c": (128, 128, 256, 24, 64, 64),  # 14 x 14 x 512
    "4d": (112, 144, 288, 32, 64, 64),  # 14 x 14 x 528
    "4e": (256, 160, 320, 32, 128, 128),  # 14 x 14 x 832
    "5a": (256, 160, 320, 32, 128, 128),  # 7 x 7 x 832
    "5b": (384, 192, 384, 48, 128, 128),  # 7 x 7 x 1024
}


def GoogLeNet(
    modules=MODULES,
    width=1.0,
    stem_strides=(2, 2, 2),
    auxiliary=False,
    dropout=0.4,
    input_shape=(224, 224, 3),
    classes=1000,
    classifier_activation="softmax",
):
    """Nine inception modules between a short stem and a global pooling (table 1).

    ``modules`` maps names to rows of table 1; fewer make a shallow network, which pools
    before "4a" and "5a". ``width`` multiplies all numbers of filters. ``stem_strides``
    are those of the first convolution and the first two poolings; (1, 1, 2) suits
    images of 32 pixels. ``auxiliary=True`` adds a classifier after "4a" and "4d", which
    count 0.3 in the loss that ``fit`` minimizes: see `AuxiliaryModel`.

    Raises ValueError for images that leave an auxiliary classifier less than 5 x 5.
    """
    smallest = 4 * 2 * math.prod(stem_strides) + 1 if auxiliary else 1
    inputs = image_input(input_shape, smallest)
    x = stem(inputs, width, stem_strides)
    heads = []
    for name, row in modules.items():
        if name in ("4a", "5a"):
            x = max_pool(x, 3, 2)
        x = inception(x, *scale(row, width))
        if auxiliary and name in ("4a", "4d"):
            heads.append(head(x, width, classes, classifier_activation))
    x = classifier(x, classes, classifier_activation, dropout)
    if auxiliary:
        return AuxiliaryModel(inputs, [x, *heads], name="googlenet")
    return keras.Model(inputs, x, name="googlenet")


def stem(x, width, strides):
    """The layers before the first module: 224 x 224 x 3 -> 28 x 28 x 192."""
    conv1, reduce, conv2 = scale((64, 64, 192), width)
    x = conv_relu(x, conv1, 7, strides[0])  # 112 x 112 x 64
    x = max_pool(x, 3, strides[1])  # 56 x 56 x 64
    x = LocalResponseNormalization()(x)
    x = conv_relu(x, reduce, 1)
    x = conv_relu(x, conv2, 3)  # 56 x 56 x 192
    x = LocalResponseNormalization()(x)
    return max_pool(x, 3, strides[2])


def head(x, width, classes, activation):
    """Auxiliary classifier (sec. 5): 14 x 14 x C -> 4 x 4 x 128 -> 1024 -> classes."""
    filters, units = scale((128, 1024), width)
    x = layers.AveragePooling2D(5, 3)(x)
    x = conv_relu(x, filters, 1)
    return fully_connected(x, (units,), classes, activation, dropout=0.7)
