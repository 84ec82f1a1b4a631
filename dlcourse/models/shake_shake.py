"""Xavier Gastaldi, "Shake-Shake regularization", 2017, arXiv:1705.07485."""

import keras
from keras import ops

from dlcourse.blocks.conv import conv_bn
from dlcourse.blocks.head import classifier
from dlcourse.blocks.shake import shake_shake
from dlcourse.models.arguments import blocks_per_stage, image_input


def ShakeShake(
    depth=26,
    width=32,
    shake=True,
    input_shape=(32, 32, 3),
    classes=10,
    classifier_activation="softmax",
):
    """Shake-Shake-depth 2 x width d (section 2.1): images -> class probabilities.

    Three stages of (depth - 2) / 6 blocks of two branches, with ``width``, 2 ``width``
    and 4 ``width`` filters. The paper has depth 26 with widths 32, 64, 96.
    ``shake=False`` is the same network without shaking.
    """
    n = blocks_per_stage(depth, 6, 2)
    inputs = image_input(input_shape)
    x = conv_bn(inputs, 16, 3, activation=None)  # 32 x 32 x 16
    for number in range(3 * n):
        stage, position = divmod(number, n)  # 32 x 32 x 32, 16 x 16 x 64, 8 x 8 x 128
        strides = 2 if position == 0 and stage > 0 else 1
        x = shake_shake(x, width * 2**stage, strides, shake)
    outputs = classifier(ops.relu(x), classes, classifier_activation)
    return keras.Model(inputs, outputs, name="ShakeShake")
