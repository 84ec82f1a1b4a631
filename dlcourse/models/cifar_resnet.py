"""ResNet for CIFAR-10, and the plain network it is compared with.

He, Zhang, Ren, Sun, "Deep Residual Learning for Image Recognition", CVPR 2016,
arXiv:1512.03385, section 4.2. With ``survival``: Huang, Sun, Liu, Sedra, Weinberger,
"Deep Networks with Stochastic Depth", ECCV 2016, arXiv:1603.09382.
"""

import keras

from dlcourse.blocks.conv import conv_bn
from dlcourse.blocks.head import classifier
from dlcourse.blocks.residual import basic, plain
from dlcourse.layers.stochastic_depth import StochasticDepth
from dlcourse.models.arguments import blocks_per_stage, image_input


def CIFARResNet(
    depth=20,
    residual=True,
    option="A",
    width=16,
    survival=1.0,
    input_shape=(32, 32, 3),
    classes=10,
    classifier_activation="softmax",
    **block_options,
):
    """Thin residual network of 6n + 2 layers (section 4.2): images -> probabilities.

    As in the paper's table, 1 + 2n layers at 32 x 32, 2n at 16 x 16 and 2n at 8 x 8,
    with ``width``, 2 ``width`` and 4 ``width`` filters, then the dense layer. The
    paper's depths are 20, 32, 44, 56, 110 and 1202, its shortcuts option A, which adds
    no parameters. ``residual=False`` leaves the shortcuts out. ``survival`` is p_L, the
    probability that the last block survives a training step; from the first block on
    it falls linearly to that (stochastic depth, equation 4). ``block_options`` go to
    every block: ``gamma="zeros"``, ``on_branch=squeeze_excite``.
    """
    block = basic if residual else plain
    if residual:
        block_options["option"] = option
    n = blocks_per_stage(depth, 6, 2)
    inputs = image_input(input_shape)
    x = conv_bn(inputs, width, 3)  # 32 x 32 x 16
    for number in range(3 * n):
        stage, position = divmod(number, n)  # 32 x 32 x 16, 16 x 16 x 32, 8 x 8 x 64
        strides = 2 if position == 0 and stage > 0 else 1
        if survival < 1:
            falls = (number + 1) / (3 * n) * (1 - survival)
            block_options["on_branch"] = StochasticDepth(1 - falls)
        x = block(x, width * 2**stage, strides, **block_options)
    outputs = classifier(x, classes, classifier_activation)
    return keras.Model(inputs, outputs, name="CIFARResNet")
