"""Wider ResNet: Zifeng Wu, Chunhua Shen, Anton van den Hengel,
"Wider or Deeper: Revisiting the ResNet Model for Visual Recognition",
Pattern Recognition 2019, arXiv:1611.10080.
"""

import keras

from dlcourse.blocks.conv import bn_relu, conv, max_pool
from dlcourse.blocks.head import classifier
from dlcourse.blocks.preactivation import preactivated
from dlcourse.models.arguments import image_input

STAGES = (  # B2 to B7: filters and kernel sizes of a block's convolutions
    ((128, 128), (3, 3)),  # 112 x 112
    ((256, 256), (3, 3)),  # 56 x 56
    ((512, 512), (3, 3)),  # 28 x 28
    ((512, 1024), (3, 3)),  # 14 x 14
    ((512, 1024, 2048), (1, 3, 1)),  # 7 x 7
    ((1024, 2048, 4096), (1, 3, 1)),  # 7 x 7
)
MODEL_A = (3, 3, 6, 3, 1, 1)  # blocks in B2 to B7: 38 layers


def WiderResNet(
    repeats=MODEL_A,
    width=64,
    input_shape=(224, 224, 3),
    classes=1000,
    classifier_activation="softmax",
):
    """ResNet-38, model A: images -> class probabilities.

    Seventeen wide pre-activation blocks, where ResNet-200 has 66 narrow ones.
    ``repeats`` are the blocks in B2 to B7; ``width`` is the filters of the first
    convolution, of which all others are multiples. Max pooling halves the image before
    each of B2 to B6.
    """
    inputs = image_input(input_shape)
    x = conv(inputs, width, 3)  # 224 x 224 x 64
    for stage, n in enumerate(repeats):
        if stage < 5:
            x = max_pool(x, 3, 2)
        filters, kernel_sizes = STAGES[stage]
        filters = [channels * width // 64 for channels in filters]
        for _ in range(n):
            x = preactivated(x, filters, kernel_sizes)
    outputs = classifier(bn_relu(x), classes, classifier_activation)
    return keras.Model(inputs, outputs, name="WiderResNet")
