"""ResNeXt.

Saining Xie, Ross Girshick, Piotr Dollár, Zhuowen Tu, Kaiming He: Aggregated Residual
Transformations for Deep Neural Networks. CVPR 2017, arXiv:1611.05431.
"""

from dlcourse.blocks.conv import MOMENTUM, conv_bn, max_pool
from dlcourse.blocks.head import classifier
from dlcourse.blocks.residual import aggregated
from dlcourse.models.arguments import (
    blocks,
    blocks_per_stage,
    check_counts,
    choose_stages,
    functional,
    image_input,
)

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
    momentum=MOMENTUM,
    name="ResNeXt",
    **block_options,
):
    """ResNeXt-depth (cardinality x width d), for ImageNet (table 1).

    Layers: "conv1", "pool1", then the blocks "conv2_1" to "conv5_3", of which each is
    called as its output is, "global_pool", "classifier".

    Args:
        depth: one of `DEPTHS`, or a list of the repeats of the block in each stage.
        cardinality: paths of a block, side by side.
        width: channels of each path in the first stage; each next one has twice as
            many.
        filters: outputs of a block of the first stage, at least 4; each next one has
            twice as many. The first convolution has a quarter.
        input_shape: (height, width, channels).
        classes: number of classes.
        classifier_activation: of the last layer.
        momentum: of batch norm's running statistics.
        name: of the model.
        block_options: for every block: ``on_branch=squeeze_excite``, ``gamma="zeros"``.

    Returns:
        A ``keras.Model``: images (n, height, width, channels) -> probabilities
        (n, classes).

    Raises:
        ValueError: for a depth, shape or number that is not possible.
    """
    check_counts(classes=classes)
    check_widths(cardinality, width, filters)
    repeats = choose_stages(DEPTHS, depth)
    options = {"momentum": momentum, **block_options}
    inputs = image_input(input_shape)
    x = conv_bn(inputs, filters // 4, 7, 2, momentum=momentum, name="conv1")
    # 112 x 112 x 64
    x = max_pool(x, 3, 2, name="pool1")  # 56 x 56 x 64
    x = aggregated_stages(x, repeats, cardinality, width, filters, **options)
    outputs = classifier(x, classes, classifier_activation)  # from 7 x 7 x 2048
    return functional(inputs, outputs, name)


def CIFARResNeXt(
    depth=29,
    cardinality=8,
    width=64,
    filters=256,
    input_shape=(32, 32, 3),
    classes=10,
    classifier_activation="softmax",
    momentum=MOMENTUM,
    name="CIFARResNeXt",
    **block_options,
):
    """ResNeXt of 9n + 2 layers for CIFAR (section 5.3).

    Three stages of n blocks. Layers: "conv1", then the blocks "conv2_1" to "conv4_n",
    "global_pool", "classifier".

    Differs: no pre-activation; the authors' code notes that the paper's CIFAR numbers
    had it, and that the original order turned out better.

    Args:
        depth: 9n + 2; the paper has 29.
        cardinality: paths of a block, side by side; the paper has 8 and 16.
        width: channels of each path in the first stage; each next one has twice as
            many.
        filters: outputs of a block of the first stage, at least 4; each next one has
            twice as many. The first convolution has a quarter.
        input_shape: (height, width, channels).
        classes: number of classes.
        classifier_activation: of the last layer.
        momentum: of batch norm's running statistics.
        name: of the model.
        block_options: for every block: ``on_branch=squeeze_excite``, ``gamma="zeros"``.

    Returns:
        A ``keras.Model``: images (n, height, width, channels) -> probabilities
        (n, classes).

    Raises:
        ValueError: for a depth, shape or number that is not possible.
    """
    check_counts(classes=classes)
    check_widths(cardinality, width, filters)
    n = blocks_per_stage(depth, 9, 2)
    options = {"momentum": momentum, **block_options}
    inputs = image_input(input_shape)
    x = conv_bn(inputs, filters // 4, 3, momentum=momentum, name="conv1")
    # 32 x 32 x 64
    x = aggregated_stages(x, [n] * 3, cardinality, width, filters, **options)
    outputs = classifier(x, classes, classifier_activation)  # from 8 x 8 x 1024
    return functional(inputs, outputs, name)


def check_widths(cardinality, width, filters):
    """ValueError that names the argument, if a block with these is not possible."""
    check_counts(cardinality=cardinality, width=width, filters=filters)
    if filters < 4:
        raise ValueError(
            f"filters={filters}: give at least 4, since the first convolution has a "
            "quarter of them."
        )


def aggregated_stages(x, repeats, cardinality, width, filters, **block_options):
    """Stages of `aggregated` blocks, each at half the size and twice the width."""
    for stage, number, strides in blocks(repeats):
        x = aggregated(
            x,
            filters * 2**stage,
            strides,
            cardinality,
            width * 2**stage,
            name=f"conv{stage + 2}_{number + 1}",
            **block_options,
        )
    return x
