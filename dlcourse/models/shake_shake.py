"""Shake-Shake.

Xavier Gastaldi: Shake-Shake Regularization. 2017, arXiv:1705.07485.
"""

from dlcourse.blocks.conv import MOMENTUM, conv_bn, relu
from dlcourse.blocks.head import classifier
from dlcourse.blocks.shake import shake_shake
from dlcourse.models.arguments import (
    blocks,
    blocks_per_stage,
    check_counts,
    functional,
    image_input,
)


def ShakeShake(
    depth=26,
    width=32,
    shake=True,
    input_shape=(32, 32, 3),
    classes=10,
    classifier_activation="softmax",
    momentum=MOMENTUM,
    name="ShakeShake",
):
    """Shake-Shake-depth 2 x width d (section 2.1).

    Three stages of n blocks of two branches, with ``width``, 2 ``width`` and 4
    ``width`` filters. Layers: "conv1", then the blocks "conv2_1" to "conv4_n", of which
    each is called as its output is, "final_relu", "global_pool", "classifier".

    Args:
        depth: 6n + 2; the paper has 26.
        width: filters of the first stage, at least 2; the paper has 32, 64 and 96.
        shake: False is the same network without shaking.
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
    if width < 2:
        raise ValueError(f"width={width}: give at least 2, half for each path.")
    n = blocks_per_stage(depth, 6, 2)
    inputs = image_input(input_shape)
    # 32 x 32 x 16
    x = conv_bn(inputs, 16, 3, activation=None, momentum=momentum, name="conv1")
    # 32 x 32 x 32, 16 x 16 x 64, 8 x 8 x 128
    for stage, number, strides in blocks([n] * 3):
        block_name = f"conv{stage + 2}_{number + 1}"
        x = shake_shake(x, width * 2**stage, strides, shake, momentum, block_name)
    x = relu(x, "final_relu")
    outputs = classifier(x, classes, classifier_activation)
    return functional(inputs, outputs, name)
