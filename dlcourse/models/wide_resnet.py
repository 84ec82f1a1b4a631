"""Wide ResNet.

Sergey Zagoruyko, Nikos Komodakis: Wide Residual Networks. BMVC 2016, arXiv:1605.07146.
"""

from dlcourse.blocks.conv import MOMENTUM, bn_relu, conv
from dlcourse.blocks.head import classifier
from dlcourse.blocks.preactivation import preact_basic
from dlcourse.models.arguments import (
    blocks,
    blocks_per_stage,
    check_counts,
    check_fractions,
    functional,
    image_input,
)


def WideResNet(
    depth=28,
    k=10,
    dropout=0.0,
    width=16,
    input_shape=(32, 32, 3),
    classes=10,
    classifier_activation="softmax",
    momentum=MOMENTUM,
    name="WideResNet",
):
    """WRN-depth-k (table 1).

    Groups conv2, conv3, conv4 of n = (depth - 4) / 6 pre-activation blocks, ``k`` times
    as wide as the 16, 32, 64 filters of a ResNet. Layers: "conv1", then the blocks
    "conv2_1" to "conv4_n", "final_bn", "final_relu", "global_pool", "classifier".

    Args:
        depth: 6n + 4; the paper has 16, 22, 28 and 40.
        k: the widening factor.
        dropout: the rate between the two convolutions of a block (section 2.4; the
            paper has 0.3).
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
    check_counts(classes=classes, k=k, width=width)
    check_fractions(dropout=dropout)
    n = blocks_per_stage(depth, 6, 4)
    options = {"dropout": dropout, "momentum": momentum}
    inputs = image_input(input_shape)
    x = conv(inputs, width, 3, name="conv1")  # 32 x 32 x 16
    # 32 x 32 x 16k, 16 x 16 x 32k, 8 x 8 x 64k
    for group, number, strides in blocks([n] * 3):
        block_name = f"conv{group + 2}_{number + 1}"
        x = preact_basic(x, width * k * 2**group, strides, name=block_name, **options)
    x = bn_relu(x, momentum, "final")
    outputs = classifier(x, classes, classifier_activation)
    return functional(inputs, outputs, name)
