"""Pre-activation ResNet: Kaiming He, Xiangyu Zhang, Shaoqing Ren, Jian Sun,
"Identity Mappings in Deep Residual Networks", ECCV 2016, arXiv:1603.05027.
"""

import keras

from dlcourse.blocks.conv import bn_relu, conv, conv_bn, max_pool
from dlcourse.blocks.head import classifier
from dlcourse.blocks.preactivation import preact_basic, preact_bottleneck
from dlcourse.models.arguments import blocks_per_stage, choose, image_input

DEPTHS = {  # the block, and its repeats in conv2_x, conv3_x, conv4_x, conv5_x
    18: (preact_basic, (2, 2, 2, 2)),
    34: (preact_basic, (3, 4, 6, 3)),
    50: (preact_bottleneck, (3, 4, 6, 3)),
    101: (preact_bottleneck, (3, 4, 23, 3)),
    152: (preact_bottleneck, (3, 8, 36, 3)),
    200: (preact_bottleneck, (3, 24, 36, 3)),  # table 5
}


def PreActResNet(
    depth=200,
    input_shape=(224, 224, 3),
    classes=1000,
    classifier_activation="softmax",
    width=64,
):
    """Pre-activation network for ImageNet (section 5): images -> class probabilities.

    ``depth`` is one of `DEPTHS`, or (block, repeats of the stages). The first stage has
    ``width`` filters, each next one twice as many.

    Differs: the first block normalizes once more what the stem has normalized (2
    ``width`` parameters), as the copies that are in use do.
    """
    block, repeats = depth if isinstance(depth, tuple) else choose(DEPTHS, depth)
    inputs = image_input(input_shape)
    x = conv_bn(inputs, width, 7, 2)  # 112 x 112 x 64
    x = max_pool(x, 3, 2)  # 56 x 56 x 64
    for stage, n in enumerate(repeats):
        for i in range(n):
            strides = 2 if i == 0 and stage > 0 else 1
            x = block(x, width * 2**stage, strides)
    x = bn_relu(x)  # 7 x 7 x 512, or 2048 with bottlenecks
    outputs = classifier(x, classes, classifier_activation)
    return keras.Model(inputs, outputs, name="PreActResNet")


def CIFARPreActResNet(
    depth=110,
    bottleneck=False,
    width=16,
    input_shape=(32, 32, 3),
    classes=10,
    classifier_activation="softmax",
):
    """Pre-activation network for CIFAR (section 4): images -> class probabilities.

    The paper has 110 layers (6n + 2) of basic blocks, 164 and 1001 (9n + 2) of
    bottlenecks. The first block and its shortcut both start from the activation right
    after the first convolution (appendix).
    """
    block, factor = (preact_bottleneck, 9) if bottleneck else (preact_basic, 6)
    n = blocks_per_stage(depth, factor, 2)
    inputs = image_input(input_shape)
    x = bn_relu(conv(inputs, width, 3))  # 32 x 32 x 16
    for number in range(3 * n):
        stage, position = divmod(number, n)  # 32 x 32 x 16, 16 x 16 x 32, 8 x 8 x 64
        strides = 2 if position == 0 and stage > 0 else 1
        x = block(x, width * 2**stage, strides, activate=number > 0)
    outputs = classifier(bn_relu(x), classes, classifier_activation)
    return keras.Model(inputs, outputs, name="CIFARPreActResNet")
