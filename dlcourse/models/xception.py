"""Xception.

Chollet: Xception: deep learning with depthwise separable convolutions. CVPR 2017,
arXiv 1610.02357.
"""

import keras
from keras import layers, ops

from dlcourse.blocks.conv import conv_bn
from dlcourse.blocks.head import classifier
from dlcourse.blocks.inception import scale
from dlcourse.blocks.separable import separable_bn
from dlcourse.models.arguments import image_input

EPSILON = 1e-3
ENTRY = (128, 256, 728)  # fig. 5: filters of the blocks in the entry flow
MIDDLE = 8  # blocks in the middle flow
EXIT = (728, 1024, 1536, 2048)  # filters of the separable convolutions in the exit flow


def Xception(
    entry=ENTRY,
    middle=MIDDLE,
    exit=EXIT,
    width=1.0,
    stem_strides=2,
    dropout=0.0,
    input_shape=(299, 299, 3),
    classes=1000,
    classifier_activation="softmax",
):
    """Residual blocks of depthwise separable convolutions (fig. 5).

    ``entry``, ``middle`` and ``exit`` are as in the table above; ``width`` multiplies
    all numbers of filters. ``stem_strides`` are those of the first convolution; 1 suits
    images of 32 pixels. ``dropout`` was 0.5 for ImageNet (sec. 4.2).

    Raises ValueError for images that the two convolutions of the stem use up.
    """
    stem1, stem2 = scale((32, 64), width)
    exit1, exit2, exit3, exit4 = scale(exit, width)
    options = {"padding": "valid", "epsilon": EPSILON}
    inputs = image_input(input_shape, at_least=2 * stem_strides + 3)
    x = conv_bn(inputs, stem1, 3, stem_strides, **options)  # 149 x 149 x 32
    x = conv_bn(x, stem2, 3, **options)  # 147 x 147 x 64
    for filters in scale(entry, width):
        x = halving(x, filters, filters)  # 74 x 74 x 128, 37 x 37 x 256, 19 x 19 x 728
    for _ in range(middle):
        x = x + branch(x, *[x.shape[-1]] * 3)  # 19 x 19 x 728
    x = halving(x, exit1, exit2)  # 10 x 10 x 1024
    x = ops.relu(separable_bn(x, exit3, epsilon=EPSILON))  # 10 x 10 x 1536
    x = ops.relu(separable_bn(x, exit4, epsilon=EPSILON))  # 10 x 10 x 2048
    x = classifier(x, classes, classifier_activation, dropout)
    return keras.Model(inputs, x, name="xception")


def halving(x, *filters):
    """Block of the entry and exit flow: H x W x C -> H/2 x W/2 x filters[-1].

    Pools as Keras does, with the odd pixel of padding at the bottom and on the right.
    """
    shortcut = conv_bn(x, filters[-1], 1, 2, activation=None, epsilon=EPSILON)
    y = layers.MaxPooling2D(3, 2, padding="same")(branch(x, *filters))
    return shortcut + y


def branch(x, *filters):
    """ReLU, separable convolution, batch norm, again and again: C -> filters[-1].

    The first ReLU of the first block finds nothing to do: the stem ends in one.
    """
    for number in filters:
        x = separable_bn(ops.relu(x), number, epsilon=EPSILON)
    return x
