"""DenseNet.

Gao Huang, Zhuang Liu, Laurens van der Maaten, Kilian Q. Weinberger: Densely Connected
Convolutional Networks. CVPR 2017, arXiv:1608.06993.
"""

from dlcourse.blocks.conv import MOMENTUM, bn_relu, conv, conv_bn, max_pool
from dlcourse.blocks.dense import dense_block, transition
from dlcourse.blocks.head import classifier
from dlcourse.models.arguments import (
    blocks_per_stage,
    check_counts,
    check_fractions,
    choose,
    choose_stages,
    functional,
    image_input,
)

DEPTHS = {  # table 1: layers in dense blocks 1 to 4, and the growth rate k
    121: ((6, 12, 24, 16), 32),
    169: ((6, 12, 32, 32), 32),
    201: ((6, 12, 48, 32), 32),
    264: ((6, 12, 64, 48), 32),
    161: ((6, 12, 36, 24), 48),  # from the authors' code
}


def DenseNet(
    depth=121,
    growth_rate=None,
    compression=0.5,
    input_shape=(224, 224, 3),
    classes=1000,
    classifier_activation="softmax",
    momentum=MOMENTUM,
    name="DenseNet",
):
    """DenseNet-BC for ImageNet (table 1).

    Layers: "conv1", "pool1", then "dense_block1", "transition1" and so on to
    "dense_block4", of which each is called as its output is (their parts:
    "dense_block1_layer1_3x3", "transition1_1x1"), "final_bn", "final_relu",
    "global_pool", "classifier".

    Args:
        depth: one of `DEPTHS`, or a list of the numbers of layers in the dense blocks.
        growth_rate: k, the feature maps that each layer adds; by default that of the
            table, and 32 for numbers of your own.
        compression: the part of the feature maps that a transition keeps.
        input_shape: (height, width, channels), at least 29 x 29 for four blocks.
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
    repeats, k = stages_of(depth)
    k = k if growth_rate is None else growth_rate
    check_counts(classes=classes, growth_rate=k)
    check_fractions(compression=compression)
    # A quarter, rounded up, is halved before every block but the first.
    inputs = image_input(input_shape, at_least=4 * 2 ** (len(repeats) - 1) - 3)
    x = conv_bn(inputs, 2 * k, 7, 2, momentum=momentum, name="conv1")  # 112 x 112 x 2k
    x = max_pool(x, 3, 2, name="pool1")  # 56 x 56 x 2k
    x = dense_blocks(x, repeats, k, True, compression, momentum=momentum)
    outputs = classifier(x, classes, classifier_activation)  # from 7 x 7
    return functional(inputs, outputs, name)


def stages_of(depth):
    """The layers of each dense block, and k, for a row of `DEPTHS` or own numbers."""
    if isinstance(depth, list | tuple):
        return choose_stages(DEPTHS, depth), 32
    return choose(DEPTHS, depth, "depth", "a list of whole numbers")


def CIFARDenseNet(
    depth=40,
    growth_rate=12,
    bottleneck=False,
    compression=1.0,
    dropout=0.0,
    input_shape=(32, 32, 3),
    classes=10,
    classifier_activation="softmax",
    momentum=MOMENTUM,
    name="CIFARDenseNet",
):
    """DenseNet for CIFAR (section 3).

    Three dense blocks of n layers. The names of section 3: DenseNet as it stands;
    DenseNet-B with ``bottleneck``, DenseNet-C with ``compression=0.5``, DenseNet-BC
    with both. Layers: "conv1", then "dense_block1", "transition1" and so on to
    "dense_block3", "final_bn", "final_relu", "global_pool", "classifier".

    Args:
        depth: 3n + 4, of which the paper has 40 and 100; with ``bottleneck`` 6n + 4, of
            which it has 100, 190 and 250.
        growth_rate: k, the feature maps that each layer adds.
        bottleneck: a 1x1 convolution before every 3x3.
        compression: the part of the feature maps that a transition keeps.
        dropout: the rate after each convolution but the first; the paper has 0.2 where
            images are not augmented.
        input_shape: (height, width, channels), at least 4 x 4.
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
    check_counts(classes=classes, growth_rate=growth_rate)
    check_fractions(compression=compression, dropout=dropout)
    n = blocks_per_stage(depth, 6 if bottleneck else 3, 4)
    inputs = image_input(input_shape, at_least=4)
    first = 2 * growth_rate if bottleneck and compression < 1 else 16
    x = conv(inputs, first, 3, name="conv1")  # 32 x 32 x 16
    options = {"compression": compression, "dropout": dropout, "momentum": momentum}
    x = dense_blocks(x, [n] * 3, growth_rate, bottleneck, **options)
    outputs = classifier(x, classes, classifier_activation)  # from 8 x 8
    return functional(inputs, outputs, name)


def dense_blocks(
    x,
    repeats,
    growth_rate,
    bottleneck,
    compression,
    dropout=0.0,
    momentum=MOMENTUM,
):
    """Dense blocks with transitions between them, and the final BN-ReLU."""
    options = {"dropout": dropout, "momentum": momentum}
    for block, layers_in_block in enumerate(repeats, 1):
        if block > 1:
            x = transition(x, compression, name=f"transition{block - 1}", **options)
        block_name = f"dense_block{block}"
        x = dense_block(
            x, layers_in_block, growth_rate, bottleneck, name=block_name, **options
        )
    return bn_relu(x, momentum, "final")
