"""Wide ResNet: Sergey Zagoruyko, Nikos Komodakis,
"Wide Residual Networks", BMVC 2016, arXiv:1605.07146.
"""

import keras

from dlcourse.blocks.conv import bn_relu, conv
from dlcourse.blocks.head import classifier
from dlcourse.blocks.preactivation import preact_basic
from dlcourse.models.arguments import blocks_per_stage, image_input


def WideResNet(
    depth=28,
    k=10,
    dropout=0.0,
    width=16,
    input_shape=(32, 32, 3),
    classes=10,
    classifier_activation="softmax",
):
    """WRN-depth-k (table 1): images -> class probabilities.

    Groups conv2, conv3, conv4 of N = (depth - 4) / 6 pre-activation blocks, ``k`` times
    as wide as the 16, 32, 64 filters of a ResNet. ``dropout`` is the rate between the
    two convolutions of a block (section 2.4; the paper has 0.3).
    """
    n = blocks_per_stage(depth, 6, 4)
    inputs = image_input(input_shape)
    x = conv(inputs, width, 3)  # conv1: 32 x 32 x 16
    for number in range(3 * n):
        group, position = divmod(number, n)  # 32 x 32 x 16k, 16 x 16 x 32k, 8 x 8 x 64k
        strides = 2 if position == 0 and group > 0 else 1
        x = preact_basic(x, width * k * 2**group, strides, dropout=dropout)
    outputs = classifier(bn_relu(x), classes, classifier_activation)
    return keras.Model(inputs, outputs, name="WideResNet")
