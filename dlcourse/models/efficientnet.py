"""EfficientNet, B0 to B7.

Mingxing Tan, Quoc Le: EfficientNet: Rethinking Model Scaling for Convolutional Neural
Networks. ICML 2019, arXiv:1905.11946.
"""

import math
from functools import partial

from dlcourse.blocks.conv import MOMENTUM
from dlcourse.blocks.head import classifier
from dlcourse.blocks.mobile import conv_bn, divisible, gates, inverted_residual
from dlcourse.models.arguments import (
    check_counts,
    check_factors,
    check_fractions,
    choose,
    functional,
    image_input,
)

TABLE_1 = (  # B0: expansion, kernel size, filters, repeats, strides of the first
    *((1, 3, 16, 1, 1), (6, 3, 24, 2, 2), (6, 5, 40, 2, 2), (6, 3, 80, 3, 2)),
    *((6, 5, 112, 3, 1), (6, 5, 192, 4, 2), (6, 3, 320, 1, 1)),
)
SCALES = {  # width, depth, pixels, dropout: of the authors' code
    "B0": (1.0, 1.0, 224, 0.2),
    "B1": (1.0, 1.1, 240, 0.2),
    "B2": (1.1, 1.2, 260, 0.3),
    "B3": (1.2, 1.4, 300, 0.3),
    "B4": (1.4, 1.8, 380, 0.4),
    "B5": (1.6, 2.2, 456, 0.4),
    "B6": (1.8, 2.6, 528, 0.5),
    "B7": (2.0, 3.1, 600, 0.5),
}
ALPHA, BETA, GAMMA = 1.2, 1.1, 1.15  # section 3.3: depth, width, pixels


def compound(phi):
    """Width, depth and pixels for about 2 ** phi times the work of B0 (equation 3).

    Depth grows as ALPHA ** phi, width as BETA ** phi, resolution as GAMMA ** phi, and
    the work as (ALPHA * BETA ** 2 * GAMMA ** 2) ** phi. `SCALES` are near to phi = 0,
    0.5, 1, 2, 4, 5, 6 and 7; the depths of the large ones are smaller.
    """
    return BETA**phi, ALPHA**phi, 224 * GAMMA**phi


def EfficientNet(
    variant="B0",
    width=None,
    depth=None,
    stem_strides=2,
    dropout=None,
    drop=0.2,
    input_shape=None,
    classes=1000,
    classifier_activation="softmax",
    momentum=MOMENTUM,
    name="EfficientNet",
):
    """Inverted residual blocks with gates, scaled in width, depth and pixels at once.

    Layers: "conv1", then "stage1_block1_depthwise", "_squeeze", "_reduce", "_gate",
    "_scale", "_project" to "stage7_block1_project", "conv2", "global_pool",
    "classifier" (table 1).

    Args:
        variant: "B0" to "B7".
        width: multiplies the numbers of filters; None: that of the variant.
        depth: multiplies the numbers of blocks; None: that of the variant.
        stem_strides: of the first convolution; 1 suits images of 32 pixels.
        dropout: rate before the last layer; None: that of the variant.
        drop: rate at which the last branch is dropped in training; from 0 at the first
            it grows evenly.
        input_shape: (height, width, channels); None: that of the variant.
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
    own_width, own_depth, pixels, own_dropout = choose(SCALES, variant)
    width = own_width if width is None else width
    depth = own_depth if depth is None else depth
    dropout = own_dropout if dropout is None else dropout
    check_factors(width=width, depth=depth)
    check_fractions(dropout=dropout, drop=drop)
    check_counts(stem_strides=stem_strides, classes=classes)
    inputs = image_input(input_shape or (pixels, pixels, 3))
    options = {"activation": "silu", "momentum": momentum}
    x = conv_bn(inputs, divisible(32 * width), 3, stem_strides, name="conv1", **options)
    x = scaled_blocks(x, width, depth, drop, momentum)
    x = conv_bn(x, divisible(1280 * width), name="conv2", **options)
    x = classifier(x, classes, classifier_activation, dropout)
    return functional(inputs, x, name)


def scaled_blocks(x, width, depth, drop, momentum):
    """All blocks of table 1, widened and repeated: "stage1_block1", …"""
    repeats = [math.ceil(depth * row[3]) for row in TABLE_1]
    total, done = sum(repeats), 0
    for stage, (expansion, kernel_size, filters, _, strides) in enumerate(TABLE_1, 1):
        for block in range(repeats[stage - 1]):
            units = max(1, x.shape[-1] // 4)
            x = inverted_residual(
                x,
                expansion * x.shape[-1],
                divisible(filters * width),
                kernel_size,
                strides if block == 0 else 1,
                "silu",
                partial(gates, units=units, activation="silu"),
                drop * done / total,
                momentum,
                f"stage{stage}_block{block + 1}",
            )
            done += 1
    return x
