"""Networks with squeeze and excitation.

Jie Hu, Li Shen, Gang Sun: Squeeze-and-Excitation Networks. CVPR 2018, arXiv:1709.01507.
"""

from functools import partial

from dlcourse.blocks.conv import MOMENTUM, conv_bn, layer_name, max_pool
from dlcourse.blocks.excite import squeeze_excite
from dlcourse.blocks.head import classifier
from dlcourse.blocks.residual import add_relu
from dlcourse.models.arguments import (
    blocks,
    check_counts,
    check_fractions,
    choose_stages,
    functional,
    image_input,
)
from dlcourse.models.resnet import ResNet
from dlcourse.models.resnext import ResNeXt

DEPTHS = {154: (3, 8, 36, 3)}  # SENet: repeats of the block in conv2 to conv5


def SEResNet(
    depth=50,
    ratio=16,
    width=64,
    input_shape=(224, 224, 3),
    classes=1000,
    classifier_activation="softmax",
    momentum=MOMENTUM,
    name="SEResNet",
    **block_options,
):
    """ResNet with each branch weighed before the sum (fig. 3).

    Layers: those of `ResNet`, and in each block "conv2_1_squeeze", "conv2_1_reduce",
    "conv2_1_gate" and "conv2_1_scale".

    Args:
        depth: as of `ResNet`: 18, 34, 50, 101, 152, or a list of (block, repeats).
        ratio: the reduction r of table 10, at most the outputs of the first block.
        width: filters of the first stage; each next one has twice as many.
        input_shape: (height, width, channels).
        classes: number of classes.
        classifier_activation: of the last layer.
        momentum: of batch norm's running statistics.
        name: of the model.
        block_options: for every block: ``option="A"``, ``gamma="zeros"``.

    Returns:
        A ``keras.Model``: images (n, height, width, channels) -> probabilities
        (n, classes).

    Raises:
        ValueError: for a depth, shape or number that is not possible.
    """
    check_counts(ratio=ratio)
    return ResNet(
        depth,
        width,
        input_shape,
        classes,
        classifier_activation,
        momentum,
        name,
        on_branch=partial(squeeze_excite, ratio=ratio),
        **block_options,
    )


def SEResNeXt(
    depth=50,
    ratio=16,
    cardinality=32,
    width=4,
    filters=256,
    input_shape=(224, 224, 3),
    classes=1000,
    classifier_activation="softmax",
    momentum=MOMENTUM,
    name="SEResNeXt",
    **block_options,
):
    """ResNeXt with each branch weighed before the sum.

    Layers: those of `ResNeXt`, and in each block "conv2_1_squeeze", "conv2_1_reduce",
    "conv2_1_gate" and "conv2_1_scale".

    Args:
        depth: 50, 101, or a list of the repeats of the block in each stage.
        ratio: the reduction r, at most ``filters``.
        cardinality: paths of a block, side by side.
        width: channels of each path in the first stage; each next one has twice as
            many.
        filters: outputs of a block of the first stage; each next one has twice as many.
        input_shape: (height, width, channels).
        classes: number of classes.
        classifier_activation: of the last layer.
        momentum: of batch norm's running statistics.
        name: of the model.
        block_options: for every block: ``gamma="zeros"``.

    Returns:
        A ``keras.Model``: images (n, height, width, channels) -> probabilities
        (n, classes).

    Raises:
        ValueError: for a depth, shape or number that is not possible.
    """
    check_counts(ratio=ratio)
    return ResNeXt(
        depth,
        cardinality,
        width,
        filters,
        input_shape,
        classes,
        classifier_activation,
        momentum,
        name,
        on_branch=partial(squeeze_excite, ratio=ratio),
        **block_options,
    )


def SENet(
    depth=154,
    width=64,
    cardinality=64,
    ratio=16,
    dropout=0.2,
    input_shape=(224, 224, 3),
    classes=1000,
    classifier_activation="softmax",
    momentum=MOMENTUM,
    name="SENet",
):
    """SENet-154, the winner of ILSVRC 2017 (appendix).

    A ResNeXt-152 (64 x 4d) with squeeze and excitation, and four more changes: three
    3x3 for the 7x7 stem, half the channels in the first 1x1 of each block, 3x3
    projections where the image shrinks, dropout before the classifier. Layers:
    "conv1_1" to "conv1_3", "pool1", then the blocks "conv2_1" to "conv5_3", of which
    each is called as its output is, "global_pool", "dropout", "classifier".

    Args:
        depth: 154, or a list of the repeats of the block in each stage.
        width: filters of the first convolution; each stage has twice as many as the one
            before it.
        cardinality: groups of the 3x3 convolutions; divides 2 ``width``.
        ratio: the reduction r of squeeze and excitation, at most 4 ``width``.
        dropout: the rate before the classifier.
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
    check_counts(classes=classes, width=width, cardinality=cardinality, ratio=ratio)
    check_fractions(dropout=dropout)
    if 2 * width % cardinality:
        raise ValueError(
            f"cardinality={cardinality} does not divide the {2 * width} channels of a "
            f"block: give a divisor of 2 x width = {2 * width}."
        )
    repeats = choose_stages(DEPTHS, depth)
    inputs = image_input(input_shape)
    x = senet_stem(inputs, width, momentum)  # 56 x 56 x 128
    # conv2 to conv5: 56 x 56, 28 x 28, 14 x 14, 7 x 7
    for stage, number, strides in blocks(repeats):
        options = {"momentum": momentum, "name": f"conv{stage + 2}_{number + 1}"}
        x = senet_block(
            x, width * 2**stage, strides, cardinality, ratio=ratio, **options
        )
    outputs = classifier(x, classes, classifier_activation, dropout)
    return functional(inputs, outputs, name)


def senet_stem(x, width, momentum=MOMENTUM):
    """Three 3x3 for the 7x7, and pooling: H x W x C -> H/4 x W/4 x 2 width."""
    x = conv_bn(x, width, 3, 2, momentum=momentum, name="conv1_1")
    x = conv_bn(x, width, 3, momentum=momentum, name="conv1_2")
    x = conv_bn(x, 2 * width, 3, momentum=momentum, name="conv1_3")
    return max_pool(x, 3, 2, name="pool1")


def senet_block(
    x, filters, strides=1, cardinality=64, ratio=16, momentum=MOMENTUM, name=None
):
    """SENet-154's bottleneck: H x W x C -> H/s x W/s x 4 filters."""
    reduce, middle, expand, projection = (
        {"momentum": momentum, "name": layer_name(name, part)}
        for part in ("1x1_reduce", "3x3", "1x1_expand", "shortcut")
    )
    y = conv_bn(x, 2 * filters, 1, **reduce)
    y = conv_bn(y, 4 * filters, 3, strides, groups=cardinality, **middle)
    y = conv_bn(y, 4 * filters, 1, activation=None, **expand)
    y = squeeze_excite(y, ratio, name)
    if strides > 1:
        x = conv_bn(x, 4 * filters, 3, strides, activation=None, **projection)
    elif x.shape[-1] != 4 * filters:
        x = conv_bn(x, 4 * filters, 1, activation=None, **projection)
    return add_relu(x, y, name)
