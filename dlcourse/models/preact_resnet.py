"""Pre-activation ResNet.

Kaiming He, Xiangyu Zhang, Shaoqing Ren, Jian Sun: Identity Mappings in Deep Residual
Networks. ECCV 2016, arXiv:1603.05027.
"""

from dlcourse.blocks.conv import MOMENTUM, bn_relu, conv, conv_bn, max_pool
from dlcourse.blocks.head import classifier
from dlcourse.blocks.preactivation import preact_basic, preact_bottleneck
from dlcourse.models.arguments import (
    blocks,
    blocks_per_stage,
    check_counts,
    functional,
    image_input,
)
from dlcourse.models.resnet import stages_of

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
    width=64,
    input_shape=(224, 224, 3),
    classes=1000,
    classifier_activation="softmax",
    momentum=MOMENTUM,
    name="PreActResNet",
):
    """Pre-activation network for ImageNet (section 5).

    Layers: "conv1", "pool1", then the blocks "conv2_1" to "conv5_3", of which each is
    called as its output is, "final_bn", "final_relu", "global_pool", "classifier".

    Differs: the first block normalizes once more what the stem has normalized (2
    ``width`` parameters), as the copies that are in use do.

    Args:
        depth: one of `DEPTHS`, or a list of (block, repeats), one pair per stage. A
            block is a function of `dlcourse.blocks.preactivation`.
        width: filters of the first stage; each next one has twice as many.
        input_shape: (height, width, channels).
        classes: number of classes.
        classifier_activation: of the last layer.
        momentum: of batch norm's running statistics.
        name: of the model.

    Returns:
        A ``keras.Model``: images (n, height, width, channels) -> probabilities
        (n, classes).

    Raises:
        ValueError: for a depth, shape or number that is not possible.
    """
    check_counts(classes=classes, width=width)
    stages = stages_of(depth, DEPTHS)
    inputs = image_input(input_shape)
    x = conv_bn(inputs, width, 7, 2, momentum=momentum, name="conv1")  # 112 x 112 x 64
    x = max_pool(x, 3, 2, name="pool1")  # 56 x 56 x 64
    # conv2_x to conv5_x: 56 x 56, 28 x 28, 14 x 14, 7 x 7
    for stage, number, strides in blocks(repeats for _, repeats in stages):
        block, _ = stages[stage]
        block_name = f"conv{stage + 2}_{number + 1}"
        x = block(x, width * 2**stage, strides, momentum=momentum, name=block_name)
    x = bn_relu(x, momentum, "final")  # 7 x 7 x 512, or 2048 with bottlenecks
    outputs = classifier(x, classes, classifier_activation)
    return functional(inputs, outputs, name)


def CIFARPreActResNet(
    depth=110,
    bottleneck=False,
    option=None,
    width=16,
    input_shape=(32, 32, 3),
    classes=10,
    classifier_activation="softmax",
    momentum=MOMENTUM,
    name="CIFARPreActResNet",
):
    """Pre-activation network for CIFAR (section 4).

    The first block and its shortcut both start from the activation right after the
    first convolution (appendix). Layers: "conv1", then the blocks "conv2_1" to
    "conv4_n", "final_bn", "final_relu", "global_pool", "classifier".

    Args:
        depth: 6n + 2, of which the paper has 110; with ``bottleneck`` 9n + 2, of which
            it has 164 and 1001.
        bottleneck: three convolutions in a block in place of two.
        option: the shortcut of the blocks that change the shape, "A" or "B"; by default
            the paper's: B, projections, for bottlenecks (appendix), A otherwise.
        width: filters of the first stage; each next one has twice as many.
        input_shape: (height, width, channels).
        classes: number of classes.
        classifier_activation: of the last layer.
        momentum: of batch norm's running statistics.
        name: of the model.

    Returns:
        A ``keras.Model``: images (n, height, width, channels) -> probabilities
        (n, classes).

    Raises:
        ValueError: for a depth, shape or number that is not possible.
    """
    check_counts(classes=classes, width=width)
    block, factor = (preact_bottleneck, 9) if bottleneck else (preact_basic, 6)
    option = option or ("B" if bottleneck else "A")
    n = blocks_per_stage(depth, factor, 2)
    inputs = image_input(input_shape)
    x = bn_relu(conv(inputs, width, 3, name="conv1"), momentum, "conv1")  # 32 x 32 x 16
    # 32 x 32 x 16, 16 x 16 x 32, 8 x 8 x 64
    for stage, number, strides in blocks([n] * 3):
        x = block(
            x,
            width * 2**stage,
            strides,
            activate=stage + number > 0,
            option=option,
            momentum=momentum,
            name=f"conv{stage + 2}_{number + 1}",
        )
    x = bn_relu(x, momentum, "final")
    outputs = classifier(x, classes, classifier_activation)
    return functional(inputs, outputs, name)
