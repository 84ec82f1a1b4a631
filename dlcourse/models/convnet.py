"""The pattern of the convolutional networks from LeNet to VGG, as one function.

INPUT -> [(CONV -> RELU) x N -> POOL?] x M -> (FC -> RELU) x K -> FC. Notation of the
course notes of CS231n, Stanford University: Convolutional Neural Networks.
"""

import keras
from keras import layers

from dlcourse.blocks.conv import conv
from dlcourse.models.arguments import image_input

POOLING = {"max": layers.MaxPooling2D, "average": layers.AveragePooling2D}


def ConvNet(
    filters=(16, 32),
    repeats=1,
    pooling="max",
    dense=(64,),
    kernel_size=3,
    input_shape=(32, 32, 1),
    classes=10,
    classifier_activation="softmax",
):
    """[(CONV -> RELU) x N -> POOL?] x M -> (FC -> RELU) x K -> FC, on images.

    ``filters`` holds a number for each of the M stages, ``dense`` one for each of the K
    hidden layers, ``repeats`` is N. Convolutions keep height and width, a pooling over
    2 x 2 pixels halves them; ``pooling`` is "max", "average" or None. Without a stage,
    ``filters=()``, this is a multi-layer perceptron.

    Raises ValueError for arguments outside the pattern, or for images that the last
    pooling cannot halve.
    """
    check(filters, repeats, pooling, dense)
    if None in input_shape[:2]:
        raise ValueError(
            f"input_shape={input_shape}: FC needs to know how many pixels it reads."
        )
    inputs = image_input(input_shape, at_least=2 ** len(filters) if pooling else 1)
    x = inputs
    for width in filters:  # M stages: H x W x C -> H/2 x W/2 x width
        for _ in range(repeats):  # N times
            x = layers.ReLU()(conv(x, width, kernel_size, use_bias=True))
        if pooling:
            x = POOLING[pooling](2)(x)
    x = layers.Flatten()(x)
    for units in dense:  # K hidden layers
        x = layers.ReLU()(layers.Dense(units, kernel_initializer="he_normal")(x))
    x = layers.Dense(classes, classifier_activation, dtype="float32")(x)
    return keras.Model(inputs, x, name="convnet")


def check(filters, repeats, pooling, dense):
    """ValueError that says what is possible, for arguments outside the pattern."""
    for name, widths in {"filters": filters, "dense": dense}.items():
        if isinstance(widths, int):
            raise ValueError(
                f"{name}={widths}: give one number for each stage or layer, such as "
                f"({widths},), or () for none."
            )
    if repeats < 0:
        raise ValueError(f"repeats={repeats}: the pattern has 0, 1, 2, … convolutions.")
    if pooling is not None and pooling not in POOLING:
        raise ValueError(
            f'pooling={pooling!r}: choose "max", "average", or None for no pooling.'
        )
