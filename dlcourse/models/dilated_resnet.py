"""Dilated residual networks: Fisher Yu, Vladlen Koltun, Thomas Funkhouser,
"Dilated Residual Networks", CVPR 2017, arXiv:1705.09914.
"""

from functools import partial

import keras

from dlcourse.blocks.conv import conv_bn
from dlcourse.blocks.head import classifier
from dlcourse.blocks.residual import basic, bottleneck, plain
from dlcourse.models.arguments import choose, image_input

LEVELS = (  # filters, strides, dilation (fig. 5)
    (16, 1, 1),  # 224 x 224
    (32, 2, 1),  # 112 x 112
    (64, 2, 1),  # 56 x 56
    (128, 2, 1),  # 28 x 28, and so to the end
    (256, 1, 2),
    (512, 1, 4),
    (512, 1, 2),  # the last two fade the grid out that dilation leaves
    (512, 1, 1),
)


def single(x, filters, strides=1, **conv_options):
    """One 3x3, batch norm, ReLU: H x W x C -> H/s x W/s x filters."""
    return conv_bn(x, filters, 3, strides, **conv_options)


late_stride = partial(bottleneck, stride_on="3x3")

VARIANTS = {  # blocks of levels 1-2, 3-6 and 7-8; repeats of levels 3-6
    "C-26": (basic, basic, plain, (2, 2, 2, 2)),
    "C-42": (basic, basic, plain, (3, 4, 6, 3)),
    "C-58": (basic, late_stride, plain, (3, 4, 6, 3)),
    "D-22": (single, basic, single, (2, 2, 2, 2)),
    "D-38": (single, basic, single, (3, 4, 6, 3)),
    "D-54": (single, late_stride, single, (3, 4, 6, 3)),
}


def DilatedResNet(
    variant="C-26",
    input_shape=(224, 224, 3),
    classes=1000,
    classifier_activation="softmax",
    width=16,
):
    """DRN (fig. 5): images -> class probabilities.

    ``variant`` is one of `VARIANTS`, or a row like those. The last map has an eighth of
    the image's height and width, where a ResNet has a 32nd. Level 1 has ``width``
    filters, the others as many times that as in the paper. D came after the paper, in
    the authors' code: C with single convolutions for the blocks of four levels.

    The authors count 41.6 M parameters in C-58: their code makes a projection for level
    7 that it never uses.
    """
    row = variant if isinstance(variant, tuple) else choose(VARIANTS, variant)
    early, middle, late, repeats = row
    blocks = (early,) * 2 + (middle,) * 4 + (late,) * 2
    inputs = image_input(input_shape)
    x = conv_bn(inputs, width, 7)  # 224 x 224 x 16
    for level, n in enumerate((1, 1, *repeats, 1, 1)):
        filters, strides, dilation = LEVELS[level]
        for i in range(n):
            x = blocks[level](
                x,
                filters * width // 16,
                strides if i == 0 else 1,
                dilation_rate=dilation,
            )
    outputs = classifier(x, classes, classifier_activation)  # from 28 x 28 x 512
    return keras.Model(inputs, outputs, name="DilatedResNet")
