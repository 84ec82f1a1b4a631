"""PyramidNet.

Dongyoon Han, Jiwhan Kim, Junmo Kim: Deep Pyramidal Residual Networks. CVPR 2017,
arXiv:1610.02915.
"""

import math
from numbers import Real

from dlcourse.blocks.conv import MOMENTUM, bn_relu, conv, norm
from dlcourse.blocks.head import classifier
from dlcourse.blocks.pyramid import pyramid_basic, pyramid_bottleneck
from dlcourse.models.arguments import (
    blocks,
    blocks_per_stage,
    check_counts,
    functional,
    image_input,
)


def PyramidNet(
    depth=110,
    alpha=270,
    bottleneck=False,
    width=16,
    input_shape=(32, 32, 3),
    classes=10,
    classifier_activation="softmax",
    momentum=MOMENTUM,
    name="PyramidNet",
):
    """Additive PyramidNet for CIFAR (table 1).

    Every block is wider than the one before it. Layers: "conv1", then the blocks
    "conv2_1" to "conv4_n", of which each is called as its output is, "final_bn",
    "final_relu", "global_pool", "classifier".

    Differs: the exact sum is rounded, as in the authors' code; equation 2 rounds down
    at each step, and so would never widen if ``alpha`` is less than the number of
    blocks.

    Args:
        depth: 6n + 2, of which the paper has 110; with ``bottleneck`` 9n + 2, of which
            it has 164, 200, 236 and 272.
        alpha: how many filters all blocks together add to ``width`` (equation 2). The
            paper has 48, 84 and 270; with bottlenecks 270, 240, 220 and 200.
        bottleneck: three convolutions in a block in place of two.
        width: filters of the first convolution.
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
    if not isinstance(alpha, Real) or not 0 <= alpha < math.inf:
        raise ValueError(f"alpha={alpha!r}: give a number of at least 0.")
    block, factor = (pyramid_bottleneck, 9) if bottleneck else (pyramid_basic, 6)
    n = blocks_per_stage(depth, factor, 2)
    inputs = image_input(input_shape)
    x = conv(inputs, width, 3, name="conv1")  # 32 x 32 x 16
    x = norm(x, momentum=momentum, name="conv1_bn")
    # 32 x 32, 16 x 16, 8 x 8
    for stage, number, strides in blocks([n] * 3):
        done = (stage * n + number + 1) / (3 * n)
        filters = math.floor(width + alpha * done + 0.5)
        block_name = f"conv{stage + 2}_{number + 1}"
        x = block(x, filters, strides, momentum, block_name)
    x = bn_relu(x, momentum, "final")
    outputs = classifier(x, classes, classifier_activation)
    return functional(inputs, outputs, name)
