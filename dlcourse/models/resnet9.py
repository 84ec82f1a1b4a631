"""ResNet-9, made for training on CIFAR-10 in seconds: David Page,
"How to Train Your ResNet", myrtle.ai, 2018, parts 1 to 4.
"""

import keras
from keras import layers

from dlcourse.blocks.conv import conv_bn, max_pool
from dlcourse.models.arguments import image_input

LOGIT_SCALE = 0.125  # keeps the softmax soft in early training


def ResNet9(
    input_shape=(32, 32, 3),
    classes=10,
    classifier_activation="softmax",
    width=64,
):
    """Eight convolutions, two shortcuts, one dense layer: images -> probabilities.

    Batch norm and ReLU after every convolution, also at the end of a branch, so that
    nothing follows the sum. The image is pooled to its maxima at the end.
    """
    inputs = image_input(input_shape, at_least=8)
    x = conv_bn(inputs, width, 3)  # 32 x 32 x 64
    x = two_more(halved(x, 2 * width))  # 16 x 16 x 128
    x = halved(x, 4 * width)  # 8 x 8 x 256
    x = two_more(halved(x, 8 * width))  # 4 x 4 x 512
    x = layers.GlobalMaxPooling2D()(x)
    x = layers.Dense(classes, use_bias=False, dtype="float32")(x)
    x = layers.Rescaling(LOGIT_SCALE, dtype="float32")(x)
    outputs = layers.Activation(classifier_activation, dtype="float32")(x)
    return keras.Model(inputs, outputs, name="ResNet9")


def halved(x, filters):
    """3x3, batch norm, ReLU, pooling: H x W x C -> H/2 x W/2 x filters."""
    return max_pool(conv_bn(x, filters, 3), 2, 2, padding="valid")


def two_more(x):
    """Two 3x3 around which the input passes: H x W x C -> H x W x C."""
    filters = x.shape[-1]
    return x + conv_bn(conv_bn(x, filters, 3), filters, 3)
