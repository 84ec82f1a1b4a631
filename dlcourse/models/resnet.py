"""ResNet.

Kaiming He, Xiangyu Zhang, Shaoqing Ren, Jian Sun: Deep Residual Learning for Image
Recognition. CVPR 2016, arXiv:1512.03385.
"""

from dlcourse.blocks.conv import MOMENTUM, conv_bn, max_pool
from dlcourse.blocks.head import classifier
from dlcourse.blocks.residual import basic, bottleneck
from dlcourse.models.arguments import (
    blocks,
    check_counts,
    choose,
    functional,
    image_input,
    is_whole,
)

DEPTHS = {  # table 1: the block, and its repeats in conv2_x, conv3_x, conv4_x, conv5_x
    18: (basic, (2, 2, 2, 2)),
    34: (basic, (3, 4, 6, 3)),
    50: (bottleneck, (3, 4, 6, 3)),
    101: (bottleneck, (3, 4, 23, 3)),
    152: (bottleneck, (3, 8, 36, 3)),
}


def ResNet(
    depth=50,
    width=64,
    input_shape=(224, 224, 3),
    classes=1000,
    classifier_activation="softmax",
    momentum=MOMENTUM,
    name="ResNet",
    **block_options,
):
    """Residual network for ImageNet (table 1).

    Layers: "conv1", "pool1", then the blocks "conv2_1" to "conv5_3", of which each is
    called as its output is, "global_pool", "classifier".

    Args:
        depth: one of `DEPTHS`, or a list of (block, repeats), one pair per stage. A
            block is a function (x, filters, strides, …) -> x, as in
            `dlcourse.blocks.residual`: ``[(plain, 2)] * 4`` is the plain 18-layer
            network of table 2.
        width: filters of the first stage; each next one has twice as many.
        input_shape: (height, width, channels).
        classes: number of classes.
        classifier_activation: of the last layer.
        momentum: of batch norm's running statistics.
        name: of the model.
        block_options: for every block: ``option="A"`` for the shortcuts of table 3,
            ``on_branch=squeeze_excite``, ``gamma="zeros"``, ``stride_on="3x3"``.

    Returns:
        A ``keras.Model``: images (n, height, width, channels) -> probabilities
        (n, classes).

    Raises:
        ValueError: for a depth, shape or number that is not possible.
    """
    check_counts(classes=classes, width=width)
    stages = stages_of(depth)
    inputs = image_input(input_shape)
    x = conv_bn(inputs, width, 7, 2, momentum=momentum, name="conv1")  # 112 x 112 x 64
    x = max_pool(x, 3, 2, name="pool1")  # 56 x 56 x 64
    # conv2_x to conv5_x: 56 x 56, 28 x 28, 14 x 14, 7 x 7
    for stage, number, strides in blocks(repeats for _, repeats in stages):
        block, _ = stages[stage]
        options = {"momentum": momentum, "name": f"conv{stage + 2}_{number + 1}"}
        x = block(x, width * 2**stage, strides, **options, **block_options)
    outputs = classifier(x, classes, classifier_activation)
    return functional(inputs, outputs, name)


def stages_of(depth, table=DEPTHS):
    """The (block, repeats) of each stage, for a row of the table or a list of them."""
    own = "a list of (block, repeats)"
    if not isinstance(depth, list | tuple):
        block, repeats = choose(table, depth, "depth", own)
        return [(block, n) for n in repeats]
    pairs = [isinstance(stage, list | tuple) and len(stage) == 2 for stage in depth]
    if not (
        pairs and all(pairs) and all(callable(b) and is_whole(n) for b, n in depth)
    ):
        raise ValueError(f"depth={depth!r}: give one of {list(table)}, or {own}.")
    return list(depth)
