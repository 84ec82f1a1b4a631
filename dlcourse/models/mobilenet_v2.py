"""MobileNetV2.

Mark Sandler, Andrew Howard, Menglong Zhu, Andrey Zhmoginov, Liang-Chieh Chen:
MobileNetV2: Inverted Residuals and Linear Bottlenecks. CVPR 2018, arXiv:1801.04381.
"""

from dlcourse.blocks.conv import MOMENTUM
from dlcourse.blocks.head import classifier
from dlcourse.blocks.mobile import conv_bn, divisible, inverted_residual
from dlcourse.models.arguments import (
    check_counts,
    check_factors,
    check_fractions,
    functional,
    image_input,
)

TABLE_2 = (  # expansion, filters, repeats, strides of the first
    *((1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2)),
    *((6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1)),
)


def MobileNetV2(
    width=1.0,
    stem_strides=2,
    dropout=0.0,
    input_shape=(224, 224, 3),
    classes=1000,
    classifier_activation="softmax",
    momentum=MOMENTUM,
    name="MobileNetV2",
):
    """Inverted residual blocks with linear bottlenecks (table 2).

    Layers: "conv1", then "block1_expand", "block1_depthwise", "block1_project",
    "block1_add" to "block17_project", "conv2", "global_pool", "classifier".

    Args:
        width: multiplies all numbers of filters, of the last convolution only where it
            is above 1 (section 6.1).
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
        ValueError: for a shape or number that is not possible.
    """
    check_factors(width=width)
    check_fractions(dropout=dropout)
    check_counts(stem_strides=stem_strides, classes=classes)
    inputs = image_input(input_shape)
    options = {"momentum": momentum}
    x = conv_bn(inputs, divisible(32 * width), 3, stem_strides, name="conv1", **options)
    number = 0
    for expansion, filters, repeats, strides in TABLE_2:
        for i in range(repeats):
            number += 1
            x = inverted_residual(
                x,
                expansion * x.shape[-1],
                divisible(filters * width),
                strides=strides if i == 0 else 1,
                name=f"block{number}",
                **options,
            )
    x = conv_bn(x, divisible(1280 * max(width, 1)), name="conv2", **options)  # 7 x 7
    x = classifier(x, classes, classifier_activation, dropout)
    return functional(inputs, x, name)
