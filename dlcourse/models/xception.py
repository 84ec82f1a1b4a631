"""Xception.

François Chollet: Xception: Deep Learning with Depthwise Separable Convolutions. CVPR
2017, arXiv:1610.02357.
"""

from keras import layers

from dlcourse.blocks.conv import MOMENTUM, conv_bn, relu
from dlcourse.blocks.head import classifier
from dlcourse.blocks.inception import scale_filters
from dlcourse.blocks.separable import separable_bn
from dlcourse.models.arguments import (
    check_counts,
    check_factors,
    check_fractions,
    check_lists,
    functional,
    image_input,
)

EPSILON = 1e-3
ENTRY = (128, 256, 728)  # fig. 5: filters of the blocks in the entry flow
MIDDLE = 8  # blocks in the middle flow
EXIT = (728, 1024, 1536, 2048)  # filters of the separable convolutions in the exit flow


def Xception(
    entry=ENTRY,
    middle=MIDDLE,
    exit=EXIT,
    width=1.0,
    stem_strides=2,
    dropout=0.0,
    input_shape=(299, 299, 3),
    classes=1000,
    classifier_activation="softmax",
    momentum=MOMENTUM,
    name="Xception",
):
    """Residual blocks of depthwise separable convolutions (fig. 5).

    Layers: "block1_conv1", "block1_conv2", then the residual blocks "block2" to
    "block13", of which each is called as its sum is, "block14_sepconv1",
    "block14_sepconv2", "global_pool", "classifier", as in the author's code.

    Args:
        entry: filters of each block in the entry flow.
        middle: number of blocks in the middle flow.
        exit: filters of the four separable convolutions in the exit flow.
        width: multiplies all numbers of filters.
        stem_strides: of the first convolution; 1 suits images of 32 pixels.
        dropout: rate before the last layer; 0.5 for ImageNet (section 4.3).
        input_shape: (height, width, channels); height and width at least 7, or 5 with
            strides 1.
        classes: number of classes.
        classifier_activation: of the last layer.
        momentum: of batch norm's running statistics.
        name: of the model.

    Returns:
        A ``keras.Model``: images (n, height, width, channels) -> probabilities
        (n, classes).

    Raises:
        ValueError: for a shape or number that is not possible.
    """
    check_lists(entry=entry)
    check_lists(4, exit=exit)
    check_counts(at_least=0, middle=middle)
    check_factors(width=width)
    check_fractions(dropout=dropout)
    check_counts(stem_strides=stem_strides, classes=classes)
    inputs = image_input(input_shape, at_least=2 * stem_strides + 3)
    x = stem(inputs, width, stem_strides, momentum)  # 147 x 147 x 64
    # 74 x 74 x 128, 37 x 37 x 256, 19 x 19 x 728
    for number, filters in enumerate(scale_filters(entry, width), 2):
        x = halving(x, (filters, filters), momentum, f"block{number}")
    for number in range(len(entry) + 2, len(entry) + 2 + middle):  # 19 x 19 x 728
        y = branch(x, [x.shape[-1]] * 3, momentum, f"block{number}")
        x = layers.Add(name=f"block{number}")([x, y])
    x = exit_flow(x, scale_filters(exit, width), momentum, len(entry) + 2 + middle)
    x = classifier(x, classes, classifier_activation, dropout)
    return functional(inputs, x, name)


def stem(x, width, strides, momentum):
    """Two convolutions, "block1": 299 x 299 x 3 -> 147 x 147 x 64."""
    options = {"padding": "valid", "epsilon": EPSILON, "momentum": momentum}
    first, second = scale_filters((32, 64), width)
    x = conv_bn(x, first, 3, strides, name="block1_conv1", **options)
    return conv_bn(x, second, 3, name="block1_conv2", **options)


def exit_flow(x, filters, momentum, number):
    """The last two blocks, of which ``number`` is the first: H x W -> H/2 x W/2."""
    x = halving(x, filters[:2], momentum, f"block{number}")  # 10 x 10 x 1024
    options = {"epsilon": EPSILON, "momentum": momentum}
    for i, width in enumerate(filters[2:], 1):  # 10 x 10 x 1536, 10 x 10 x 2048
        last = f"block{number + 1}_sepconv{i}"
        x = relu(separable_bn(x, width, name=last, **options), f"{last}_relu")
    return x


def halving(x, filters, momentum, name):
    """Block of the entry and exit flow: H x W x C -> H/2 x W/2 x filters[-1].

    Pools as Keras does, with the odd pixel of padding at the bottom and on the right.
    """
    options = {"activation": None, "epsilon": EPSILON, "momentum": momentum}
    shortcut = conv_bn(x, filters[-1], 1, 2, name=f"{name}_shortcut", **options)
    y = branch(x, filters, momentum, name)
    y = layers.MaxPooling2D(3, 2, padding="same", name=f"{name}_pool")(y)
    return layers.Add(name=name)([shortcut, y])


def branch(x, filters, momentum, name):
    """ReLU, separable convolution, batch norm, again and again: C -> filters[-1].

    The first ReLU of the first block finds nothing to do: the stem ends in one.
    """
    options = {"epsilon": EPSILON, "momentum": momentum}
    for number, width in enumerate(filters, 1):
        layer = f"{name}_sepconv{number}"
        x = separable_bn(relu(x, f"{layer}_relu"), width, name=layer, **options)
    return x
