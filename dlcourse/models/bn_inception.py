"""BN-Inception, also called Inception v2.

Ioffe, Szegedy: Batch normalization: accelerating deep network training by reducing
internal covariate shift. ICML 2015, arXiv 1502.03167.
"""

from functools import partial

import keras

from dlcourse.blocks.conv import conv_bn, max_pool
from dlcourse.blocks.head import classifier
from dlcourse.blocks.inception import inception_bn, scale
from dlcourse.models.arguments import image_input

# fig. 5: #1x1, #3x3 reduce, #3x3, double #3x3 reduce, double #3x3, projection, pooling
MODULES = {
    "3a": (64, 64, 64, 64, 96, 32, "avg"),  # 28 x 28 x 256
    "3b": (64, 64, 96, 64, 96, 64, "avg"),  # 28 x 28 x 320
    "3c": (0, 128, 160, 64, 96, 0, "max"),  # 14 x 14 x 576
    "4a": (224, 64, 96, 96, 128, 128, "avg"),  # 14 x 14 x 576
    "4b": (192, 96, 128, 96, 128, 128, "avg"),  # 14 x 14 x 576
    "4c": (160, 128, 160, 128, 160, 128, "avg"),  # 14 x 14 x 608
    "4d": (96, 128, 192, 160, 192, 128, "avg"),  # 14 x 14 x 608
    "4e": (0, 128, 192, 192, 256, 0, "max"),  # 7 x 7 x 1056
    "5a": (352, 192, 320, 160, 224, 128, "avg"),  # 7 x 7 x 1024
    "5b": (352, 192, 320, 192, 224, 128, "max"),  # 7 x 7 x 1024
}


def BNInception(
    modules=MODULES,
    width=1.0,
    stem_strides=(2, 2, 2),
    use_bias=True,
    input_shape=(224, 224, 3),
    classes=1000,
    classifier_activation="softmax",
):
    """GoogLeNet with two 3x3 for each 5x5, and batch normalization (fig. 5).

    ``modules`` maps names to rows of fig. 5; fewer make a shallow network. ``width``
    multiplies all numbers of filters. ``stem_strides`` are those of the first
    convolution and the two poolings; (1, 1, 2) suits images of 32 pixels.

    Differs: the first convolution is dense, not separable with depth multiplier 8, and
    convolutions have biases, as in the network that all count. Batch norm cancels these
    (sec. 3.2): ``use_bias=False`` leaves them out. The table gives 4c and 4d 576
    channels, but its columns sum up to 608.
    """
    unit = partial(conv_bn, use_bias=use_bias)
    inputs = image_input(input_shape)
    conv1, reduce, conv2 = scale((64, 64, 192), width)
    x = unit(inputs, conv1, 7, stem_strides[0])  # 112 x 112 x 64
    x = max_pool(x, 3, stem_strides[1])  # 56 x 56 x 64
    x = unit(x, reduce, 1)
    x = unit(x, conv2, 3)  # 56 x 56 x 192
    x = max_pool(x, 3, stem_strides[2])  # 28 x 28 x 192
    for *row, pool in modules.values():
        x = inception_bn(x, *scale(row, width), pool, unit)
    x = classifier(x, classes, classifier_activation)
    return keras.Model(inputs, x, name="bn_inception")
