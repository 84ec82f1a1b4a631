"""PyramidNet: Dongyoon Han, Jiwhan Kim, Junmo Kim,
"Deep Pyramidal Residual Networks", CVPR 2017, arXiv:1610.02915.
"""

import math

import keras

from dlcourse.blocks.conv import bn_relu, conv, norm
from dlcourse.blocks.head import classifier
from dlcourse.blocks.pyramid import pyramid_basic, pyramid_bottleneck
from dlcourse.models.arguments import blocks_per_stage, image_input


def PyramidNet(
    depth=110,
    alpha=270,
    bottleneck=False,
    width=16,
    input_shape=(32, 32, 3),
    classes=10,
    classifier_activation="softmax",
):
    """Additive PyramidNet for CIFAR (table 1): images -> class probabilities.

    Every block is wider than the one before it: from ``width`` filters, all N blocks
    together add ``alpha`` (equation 2). The paper has depth 110 (6n + 2) with alpha 48,
    84, 270 and, of bottlenecks (9n + 2), 164 with 270, 200 with 240, 236 with 220,
    272 with 200.

    Differs: the exact sum is rounded, as in the authors' code; equation 2 rounds down
    at each step, and so would never widen if alpha < N.
    """
    block, factor = (pyramid_bottleneck, 9) if bottleneck else (pyramid_basic, 6)
    n = blocks_per_stage(depth, factor, 2)
    inputs = image_input(input_shape)
    x = norm(conv(inputs, width, 3))  # 32 x 32 x 16
    for number in range(3 * n):
        stage, position = divmod(number, n)  # 32 x 32, 16 x 16, 8 x 8
        strides = 2 if position == 0 and stage > 0 else 1
        filters = math.floor(width + alpha * (number + 1) / (3 * n) + 0.5)
        x = block(x, filters, strides)
    outputs = classifier(bn_relu(x), classes, classifier_activation)
    return keras.Model(inputs, outputs, name="PyramidNet")
