"""MobileNetV3, large and small.

Andrew Howard, Mark Sandler, Grace Chu, Liang-Chieh Chen, Bo Chen, Mingxing Tan, Weijun
Wang, Yukun Zhu, Ruoming Pang, Vijay Vasudevan, Quoc Le, Hartwig Adam: Searching for
MobileNetV3. ICCV 2019, arXiv:1905.02244.
"""

from functools import partial

from keras import layers

from dlcourse.blocks.conv import MOMENTUM
from dlcourse.blocks.mobile import conv_bn, divisible, gates, inverted_residual
from dlcourse.models.arguments import (
    check_counts,
    check_factors,
    check_fractions,
    choose,
    functional,
    image_input,
)

RE, HS = "relu", "hard_swish"
TABLES = {  # kernel size, hidden channels, filters, gates, activation, strides
    "large": (  # table 1
        *((3, 16, 16, False, RE, 1), (3, 64, 24, False, RE, 2)),
        *((3, 72, 24, False, RE, 1), (5, 72, 40, True, RE, 2)),
        *((5, 120, 40, True, RE, 1), (5, 120, 40, True, RE, 1)),
        *((3, 240, 80, False, HS, 2), (3, 200, 80, False, HS, 1)),
        *((3, 184, 80, False, HS, 1), (3, 184, 80, False, HS, 1)),
        *((3, 480, 112, True, HS, 1), (3, 672, 112, True, HS, 1)),
        *((5, 672, 160, True, HS, 2), (5, 960, 160, True, HS, 1)),
        (5, 960, 160, True, HS, 1),
    ),
    "small": (  # table 2
        *((3, 16, 16, True, RE, 2), (3, 72, 24, False, RE, 2)),
        *((3, 88, 24, False, RE, 1), (5, 96, 40, True, HS, 2)),
        *((5, 240, 40, True, HS, 1), (5, 240, 40, True, HS, 1)),
        *((5, 120, 48, True, HS, 1), (5, 144, 48, True, HS, 1)),
        *((5, 288, 96, True, HS, 2), (5, 576, 96, True, HS, 1)),
        (5, 576, 96, True, HS, 1),
    ),
}
LAST = {"large": 1280, "small": 1024}  # units of the dense layer before the last


def MobileNetV3(
    variant="large",
    width=1.0,
    stem_strides=2,
    dropout=0.2,
    input_shape=(224, 224, 3),
    classes=1000,
    classifier_activation="softmax",
    momentum=MOMENTUM,
    name="MobileNetV3",
):
    """Inverted residual blocks, some with gates, found by a search (tables 1 and 2).

    Layers: "conv1", then "block1_depthwise", "block1_project" … as in `MobileNetV2`,
    with "block4_squeeze", "_reduce", "_gate", "_scale" where a block has gates;
    "conv2", "global_pool", "fc", "classifier". The pooling comes before the last but
    one layer, which then computes on one pixel (fig. 5).

    Args:
        variant: "large" or "small".
        width: multiplies all numbers of filters; of the last dense layer only where it
            is above 1.
        stem_strides: of the first convolution; 1 suits images of 32 pixels.
        dropout: rate before the last layer.
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
    table = choose(TABLES, variant)
    check_factors(width=width)
    check_fractions(dropout=dropout)
    check_counts(stem_strides=stem_strides, classes=classes)
    inputs = image_input(input_shape)
    options = {"activation": HS, "momentum": momentum}
    x = conv_bn(inputs, 16, 3, stem_strides, name="conv1", **options)
    x = searched_blocks(x, table, width, momentum)
    x = conv_bn(x, divisible(6 * x.shape[-1]), name="conv2", **options)  # 7 x 7
    x = layers.GlobalAveragePooling2D(name="global_pool")(x)
    units = divisible(LAST[variant] * max(width, 1))
    x = layers.Dense(units, HS, kernel_initializer="he_normal", name="fc")(x)
    x = layers.Dropout(dropout, name="dropout")(x)
    x = layers.Dense(
        classes, classifier_activation, dtype="float32", name="classifier"
    )(x)
    return functional(inputs, x, name)


def searched_blocks(x, table, width, momentum):
    """The blocks of a table, one after the other: "block1", …"""
    before = 16  # channels in the table, to which its hidden channels belong
    rows = enumerate(table, 1)
    for number, (kernel_size, hidden, filters, gated, activation, strides) in rows:
        hidden = divisible(x.shape[-1] * hidden / before)
        squeeze = partial(gates, units=divisible(hidden / 4), gate="hard_sigmoid")
        x = inverted_residual(
            x,
            hidden if number > 1 else x.shape[-1],
            divisible(filters * width),
            kernel_size,
            strides,
            activation,
            squeeze if gated else None,
            momentum=momentum,
            name=f"block{number}",
        )
        before = filters
    return x
