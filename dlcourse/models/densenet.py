"""DenseNet: Gao Huang, Zhuang Liu, Laurens van der Maaten, Kilian Q. Weinberger,
"Densely Connected Convolutional Networks", CVPR 2017, arXiv:1608.06993.
"""

import keras

from dlcourse.blocks.conv import bn_relu, conv, conv_bn, max_pool
from dlcourse.blocks.dense import dense_block, transition
from dlcourse.blocks.head import classifier
from dlcourse.models.arguments import choose, image_input

DEPTHS = {  # table 1: layers in dense blocks 1 to 4, and the growth rate k
    121: ((6, 12, 24, 16), 32),
    169: ((6, 12, 32, 32), 32),
    201: ((6, 12, 48, 32), 32),
    264: ((6, 12, 64, 48), 32),
    161: ((6, 12, 36, 24), 48),  # in the first version of the paper
}


def DenseNet(
    depth=121,
    input_shape=(224, 224, 3),
    classes=1000,
    classifier_activation="softmax",
    growth_rate=None,
    compression=0.5,
):
    """DenseNet-BC for ImageNet (table 1): images -> class probabilities.

    ``depth`` is one of `DEPTHS`, or the numbers of layers in the dense blocks.
    ``growth_rate`` is that of the table (32 for numbers of your own) unless given.
    """
    repeats, k = choose(DEPTHS, depth) if isinstance(depth, int) else (depth, 32)
    k = growth_rate or k
    inputs = image_input(input_shape)
    x = conv_bn(inputs, 2 * k, 7, 2)  # 112 x 112 x 2k
    x = max_pool(x, 3, 2)  # 56 x 56 x 2k
    x = dense_blocks(x, repeats, k, True, compression)
    outputs = classifier(x, classes, classifier_activation)
    return keras.Model(inputs, outputs, name="DenseNet")


def CIFARDenseNet(
    depth=40,
    growth_rate=12,
    bottleneck=False,
    compression=1.0,
    dropout=0.0,
    input_shape=(32, 32, 3),
    classes=10,
    classifier_activation="softmax",
):
    """DenseNet for CIFAR (section 3): images -> class probabilities.

    Three dense blocks of (depth - 4) / 3 layers, half as many with ``bottleneck``.
    The table 2 names: DenseNet as it stands; DenseNet-B with ``bottleneck``, DenseNet-C
    with ``compression=0.5``, DenseNet-BC with both. ``dropout`` is 0.2 where the images
    are not augmented.
    """
    repeats, rest = divmod(depth - 4, 6 if bottleneck else 3)
    if rest or repeats < 1:
        rule = "6n + 4" if bottleneck else "3n + 4"
        raise ValueError(f"depth={depth}: must be {rule}, such as 22, 40 or 100.")
    is_bc = bottleneck and compression < 1
    inputs = image_input(input_shape)
    x = conv(inputs, 2 * growth_rate if is_bc else 16, 3)  # 32 x 32 x 16
    x = dense_blocks(x, [repeats] * 3, growth_rate, bottleneck, compression, dropout)
    outputs = classifier(x, classes, classifier_activation)  # from 8 x 8
    return keras.Model(inputs, outputs, name="CIFARDenseNet")


def dense_blocks(x, repeats, growth_rate, bottleneck, compression, dropout=0.0):
    """Dense blocks with transitions between them, and the final BN-ReLU."""
    for block, layers_in_block in enumerate(repeats):
        if block > 0:
            x = transition(x, compression, dropout)
        x = dense_block(x, layers_in_block, growth_rate, bottleneck, dropout)
    return bn_relu(x)
