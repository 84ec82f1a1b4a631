"""ResNeXt: Saining Xie, Ross Girshick, Piotr Dollár, Zhuowen Tu, Kaiming He,
"Aggregated Residual Transformations for Deep Neural Networks", CVPR 2017,
arXiv:1611.05431.
"""

import keras

from dlcourse.blocks.conv import conv_bn, max_pool
from dlcourse.blocks.head import classifier
from dlcourse.blocks.residual import aggregated
from dlcourse.models.arguments import blocks_per_stage, choose, image_input

DEPTHS = {  # table 1: repeats of the block in conv2, conv3, conv4, conv5
    50: (3, 4, 6, 3),
    101: (3, 4, 23, 3),
}


def ResNeXt(
    depth=50,
    cardinality=32,
    width=4,
    filters=256,
    input_shape=(224, 224, 3),
    classes=1000,
    classifier_activation="softmax",
    **block_options,
):
    """ResNeXt-depth (cardinality x width d): images -> class probabilities.

    ``depth`` is one of `DEPTHS`, or the repeats of the stages. A block of the first
    stage has ``cardinality`` paths of ``width`` channels and ``filters`` outputs; both
    widths double from stage to stage. ``block_options`` go to every block:
    ``on_branch=squeeze_excite``, ``gamma="zeros"``.
    """
    repeats = depth if isinstance(depth, tuple) else choose(DEPTHS, depth, "depth")
    inputs = image_input(input_shape)
    x = conv_bn(inputs, filters // 4, 7, 2)  # 112 x 112 x 64
    x = max_pool(x, 3, 2)  # 56 x 56 x 64
    x = stages(x, repeats, filters, cardinality, width, **block_options)
    # 56 x 56 x 256, 28 x 28 x 512, 14 x 14 x 1024, 7 x 7 x 2048
    outputs = classifier(x, classes, classifier_activation)
    return keras.Model(inputs, outputs, name="ResNeXt")


def CIFARResNeXt(
    depth=29,
    cardinality=8,
    width=64,
    filters=256,
    input_shape=(32, 32, 3),
    classes=10,
    classifier_activation="softmax",
    **block_options,
):
    """ResNeXt of 9n + 2 layers for CIFAR (section 5.3): images -> class probabilities.

    Three stages of n blocks; the other arguments are those of `ResNeXt`. The paper has
    29 layers with 8 x 64d and 16 x 64d.

    Differs: no pre-activation; the authors' code notes that the paper's CIFAR numbers
    had it, and that the original order turned out better.
    """
    n = blocks_per_stage(depth, 9, 2)
    inputs = image_input(input_shape)
    x = conv_bn(inputs, filters // 4, 3)  # 32 x 32 x 64
    x = stages(x, (n, n, n), filters, cardinality, width, **block_options)
    # 32 x 32 x 256, 16 x 16 x 512, 8 x 8 x 1024
    outputs = classifier(x, classes, classifier_activation)
    return keras.Model(inputs, outputs, name="CIFARResNeXt")


def stages(x, repeats, filters, cardinality, width, **block_options):
    """Stages of `aggregated` blocks, each at half the size and twice the width."""
    for stage, n in enumerate(repeats):
        for i in range(n):
            x = aggregated(
                x,
                filters * 2**stage,
                2 if i == 0 and stage > 0 else 1,
                cardinality,
                width * 2**stage,
                **block_options,
            )
    return x
