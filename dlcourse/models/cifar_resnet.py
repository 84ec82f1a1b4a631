"""ResNet for CIFAR-10, and the plain network it is compared with.

Kaiming He, Xiangyu Zhang, Shaoqing Ren, Jian Sun: Deep Residual Learning for Image
Recognition. CVPR 2016, arXiv:1512.03385, section 4.2. With ``survival``: Gao Huang, Yu
Sun, Zhuang Liu, Daniel Sedra, Kilian Weinberger: Deep Networks with Stochastic Depth.
ECCV 2016, arXiv:1603.09382.
"""

from dlcourse.blocks.conv import MOMENTUM, conv_bn
from dlcourse.blocks.head import classifier
from dlcourse.blocks.residual import basic, plain
from dlcourse.layers.stochastic_depth import StochasticDepth
from dlcourse.models.arguments import (
    blocks,
    blocks_per_stage,
    check_counts,
    check_fractions,
    functional,
    image_input,
)


def CIFARResNet(
    depth=20,
    residual=True,
    option="A",
    width=16,
    survival=1.0,
    input_shape=(32, 32, 3),
    classes=10,
    classifier_activation="softmax",
    momentum=MOMENTUM,
    name="CIFARResNet",
    **block_options,
):
    """Thin residual network of 6n + 2 layers for CIFAR (section 4.2).

    1 + 2n layers at 32 x 32, 2n at 16 x 16 and 2n at 8 x 8, with ``width``, 2 ``width``
    and 4 ``width`` filters, then the dense layer. Layers: "conv1", then the blocks
    "conv2_1" to "conv4_n", "global_pool", "classifier".

    Args:
        depth: 6n + 2; the paper has 20, 32, 44, 56, 110 and 1202.
        residual: False leaves the shortcuts out: the plain network.
        option: the kind of shortcut; the paper's A adds no parameters.
        width: filters of the first stage.
        survival: p_L, the probability that the last block survives a training step; it
            drops linearly from 1 before the first block (stochastic depth, equation 4).
        input_shape: (height, width, channels).
        classes: number of classes.
        classifier_activation: of the last layer.
        momentum: of batch norm's running statistics.
        name: of the model.
        block_options: for every block: ``gamma="zeros"``, ``on_branch=squeeze_excite``.

    Returns:
        A ``keras.Model``: images (n, height, width, channels) -> probabilities
        (n, classes).

    Raises:
        ValueError: for a depth, shape or number that is not possible.
    """
    check_counts(classes=classes, width=width)
    check_fractions(survival=survival)
    if survival < 1 and not residual:
        raise ValueError(f"survival={survival}: a plain network has no branch to drop.")
    n = blocks_per_stage(depth, 6, 2)
    block = basic if residual else plain
    options = {"momentum": momentum, **block_options}
    if residual:
        options["option"] = option
    inputs = image_input(input_shape)
    x = conv_bn(inputs, width, 3, momentum=momentum, name="conv1")  # 32 x 32 x 16
    # 32 x 32 x 16, 16 x 16 x 32, 8 x 8 x 64
    for stage, number, strides in blocks([n] * 3):
        block_name = f"conv{stage + 2}_{number + 1}"
        if survival < 1:
            done = (n * stage + number + 1) / (3 * n)
            options["on_branch"] = stochastic_depth(
                1 - done * (1 - survival), f"{block_name}_drop"
            )
        x = block(x, width * 2**stage, strides, name=block_name, **options)
    outputs = classifier(x, classes, classifier_activation)
    return functional(inputs, outputs, name)


def stochastic_depth(survival, name):
    """For ``on_branch``: the branch survives a training step with this probability."""
    layer = StochasticDepth(survival, name=name)
    return lambda y, name: layer(y)
