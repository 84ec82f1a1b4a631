"""Dilated residual networks.

Fisher Yu, Vladlen Koltun, Thomas Funkhouser: Dilated Residual Networks. CVPR 2017,
arXiv:1705.09914.
"""

from functools import partial

from dlcourse.blocks.conv import MOMENTUM, conv_bn, layer_name, relu
from dlcourse.blocks.head import classifier
from dlcourse.blocks.residual import basic, bottleneck, plain
from dlcourse.models.arguments import (
    blocks,
    check_counts,
    check_lists,
    choose,
    functional,
    image_input,
)

LEVELS = (  # filters, strides, dilation (fig. 5)
    (16, 1, 1),  # 224 x 224
    (32, 2, 1),  # 112 x 112
    (64, 2, 1),  # 56 x 56
    (128, 2, 1),  # 28 x 28, and so to the end
    (256, 1, 2),
    (512, 1, 4),
    (512, 1, 2),  # the last two remove the gridding artifacts of dilation
    (512, 1, 1),
)


def single(x, filters, strides=1, momentum=MOMENTUM, name=None, **conv_options):
    """One 3x3, batch norm, ReLU: H x W x C -> H/s x W/s x filters."""
    options = {"momentum": momentum, "name": layer_name(name, "3x3"), **conv_options}
    return relu(conv_bn(x, filters, 3, strides, activation=None, **options), name)


late_stride = partial(bottleneck, stride_on="3x3")

VARIANTS = {  # blocks of levels 1-2, 3-6 and 7-8; repeats of levels 3-6
    "C-26": (basic, basic, plain, (2, 2, 2, 2)),
    "C-42": (basic, basic, plain, (3, 4, 6, 3)),
    "C-58": (basic, late_stride, plain, (3, 4, 6, 3)),
    "D-22": (single, basic, single, (2, 2, 2, 2)),
    "D-38": (single, basic, single, (3, 4, 6, 3)),
    "D-54": (single, late_stride, single, (3, 4, 6, 3)),
}


def DilatedResNet(
    variant="C-26",
    width=16,
    input_shape=(224, 224, 3),
    classes=1000,
    classifier_activation="softmax",
    momentum=MOMENTUM,
    name="DilatedResNet",
):
    """DRN (fig. 5), whose last map is an eighth as high and wide as the image.

    That of a ResNet is a 32nd. Layers: "conv1", then the blocks "level1_1" to
    "level8_1", of which each is called as its output is, "global_pool", "classifier".

    The authors count 41.6 M parameters in C-58: their code makes a projection for level
    7 that it never uses. D came after the paper, in the authors' code: C with single
    convolutions for the blocks of four levels.

    Args:
        variant: one of `VARIANTS`, or a row like those: the blocks of levels 1-2, 3-6
            and 7-8, and a list of the repeats in levels 3 to 6.
        width: filters of level 1; the others have as many times that as in the paper.
        input_shape: (height, width, channels).
        classes: number of classes.
        classifier_activation: of the last layer.
        momentum: of batch norm's running statistics.
        name: of the model.

    Returns:
        A ``keras.Model``: images (n, height, width, channels) -> probabilities
        (n, classes).

    Raises:
        ValueError: for a variant, shape or number that is not possible.
    """
    check_counts(classes=classes, width=width)
    early, middle, late, repeats = row_of(variant)
    kinds = (early,) * 2 + (middle,) * 4 + (late,) * 2
    inputs = image_input(input_shape)
    x = conv_bn(inputs, width, 7, momentum=momentum, name="conv1")  # 224 x 224 x 16
    for level, number, _ in blocks((1, 1, *repeats, 1, 1)):
        filters, strides, dilation = LEVELS[level]
        x = kinds[level](
            x,
            filters * width // 16,
            strides if number == 0 else 1,
            dilation_rate=dilation,
            momentum=momentum,
            name=f"level{level + 1}_{number + 1}",
        )
    outputs = classifier(x, classes, classifier_activation)  # from 28 x 28 x 512
    return functional(inputs, outputs, name)


def row_of(variant):
    """The row of `VARIANTS`, or the one that is given."""
    own = "a row like those: three blocks and a list of four repeats"
    if not isinstance(variant, list | tuple):
        return choose(VARIANTS, variant, or_else=own)
    if len(variant) != 4 or not all(map(callable, variant[:3])):
        raise ValueError(
            f"variant={variant!r}: give one of {list(VARIANTS)}, or {own}."
        )
    check_lists(4, variant=variant[3])
    return variant
