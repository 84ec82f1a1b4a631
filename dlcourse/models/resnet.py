"""ResNet: Kaiming He, Xiangyu Zhang, Shaoqing Ren, Jian Sun,
"Deep Residual Learning for Image Recognition", CVPR 2016, arXiv:1512.03385.
"""

import keras

from dlcourse.blocks.conv import conv_bn, max_pool
from dlcourse.blocks.head import classifier
from dlcourse.blocks.residual import basic, bottleneck
from dlcourse.models.arguments import choose, image_input

DEPTHS = {  # table 1: the block, and its repeats in conv2_x, conv3_x, conv4_x, conv5_x
    18: (basic, (2, 2, 2, 2)),
    34: (basic, (3, 4, 6, 3)),
    50: (bottleneck, (3, 4, 6, 3)),
    101: (bottleneck, (3, 4, 23, 3)),
    152: (bottleneck, (3, 8, 36, 3)),
}


def ResNet(
    depth=50,
    input_shape=(224, 224, 3),
    classes=1000,
    classifier_activation="softmax",
    width=64,
    **block_options,
):
    """Residual network (table 1): images -> class probabilities.

    ``depth`` is one of `DEPTHS`, or a list of (block, repeats), one pair per stage; a
    block is a function (x, filters, strides) -> x, so ``[(plain, 2)] * 4`` is the plain
    18-layer net of table 2. The first stage has ``width`` filters, each next one twice
    as many. ``block_options`` go to every block: ``option="A"`` for the shortcuts of
    table 3, ``on_branch=squeeze_excite``, ``gamma="zeros"``.
    """
    inputs = image_input(input_shape)
    x = conv_bn(inputs, width, 7, 2)  # conv1: 112 x 112 x 64
    x = max_pool(x, 3, 2)  # 56 x 56 x 64
    # conv2_x to conv5_x: 56 x 56, 28 x 28, 14 x 14, 7 x 7
    for stage, (block, repeats) in enumerate(stages_of(depth)):
        for i in range(repeats):
            strides = 2 if i == 0 and stage > 0 else 1
            x = block(x, width * 2**stage, strides, **block_options)
    outputs = classifier(x, classes, classifier_activation)
    return keras.Model(inputs, outputs, name="ResNet")


def stages_of(depth):
    """The list of (block, repeats) that a depth of `DEPTHS` stands for."""
    if isinstance(depth, list):
        return depth
    block, repeats = choose(DEPTHS, depth, "depth")
    return [(block, n) for n in repeats]
