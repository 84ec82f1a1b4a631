"""Wider ResNet.

Zifeng Wu, Chunhua Shen, Anton van den Hengel: Wider or Deeper: Revisiting the ResNet
Model for Visual Recognition. arXiv:1611.10080, 2016; Pattern Recognition 90, 2019.
"""

from dlcourse.blocks.conv import MOMENTUM, bn_relu, conv, max_pool
from dlcourse.blocks.head import classifier
from dlcourse.blocks.preactivation import preactivated
from dlcourse.models.arguments import (
    blocks,
    check_counts,
    choose_stages,
    functional,
    image_input,
)

STAGES = (  # B2 to B7: filters and kernel sizes of a block's convolutions
    ((128, 128), (3, 3)),  # 112 x 112
    ((256, 256), (3, 3)),  # 56 x 56
    ((512, 512), (3, 3)),  # 28 x 28
    ((512, 1024), (3, 3)),  # 14 x 14
    ((512, 1024, 2048), (1, 3, 1)),  # 7 x 7
    ((1024, 2048, 4096), (1, 3, 1)),  # 7 x 7
)
DEPTHS = {38: (3, 3, 6, 3, 1, 1)}  # blocks in B2 to B7 of model A


def WiderResNet(
    depth=38,
    width=64,
    input_shape=(224, 224, 3),
    classes=1000,
    classifier_activation="softmax",
    momentum=MOMENTUM,
    name="WiderResNet",
):
    """ResNet-38, model A.

    Seventeen wide pre-activation blocks, where ResNet-200 has 66 narrow ones. Max
    pooling halves the image before each of B2 to B6. Layers: "B1", "pool1", then the
    blocks "B2_1" to "B7_1", of which each is called as its output is, "final_bn",
    "final_relu", "global_pool", "classifier".

    Args:
        depth: 38, or a list of the six numbers of blocks in B2 to B7.
        width: filters of the first convolution, of which all others are multiples.
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
    repeats = choose_stages(DEPTHS, depth, stages=len(STAGES))
    inputs = image_input(input_shape)
    x = conv(inputs, width, 3, name="B1")  # 224 x 224 x 64
    for stage, number, _ in blocks(repeats):
        if number == 0 and stage < 5:
            x = max_pool(x, 3, 2, name=f"pool{stage + 1}")
        filters, kernel_sizes = STAGES[stage]
        filters = [channels * width // 64 for channels in filters]
        block_name = f"B{stage + 2}_{number + 1}"
        x = preactivated(x, filters, kernel_sizes, momentum=momentum, name=block_name)
    x = bn_relu(x, momentum, "final")  # 7 x 7 x 4096
    outputs = classifier(x, classes, classifier_activation)
    return functional(inputs, outputs, name)
