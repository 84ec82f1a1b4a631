"""MobileNet.

Andrew Howard, Menglong Zhu, Bo Chen, Dmitry Kalenichenko, Weijun Wang, Tobias Weyand,
Marco Andreetto, Hartwig Adam: MobileNets: Efficient Convolutional Neural Networks for
Mobile Vision Applications. arXiv:1704.04861, 2017.
"""

from dlcourse.blocks.conv import MOMENTUM
from dlcourse.blocks.head import classifier
from dlcourse.blocks.mobile import conv_bn, depthwise
from dlcourse.models.arguments import (
    check_counts,
    check_factors,
    check_fractions,
    functional,
    image_input,
)

TABLE_1 = (  # filters and strides of each depthwise separable convolution
    *((64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2)),
    *((512, 1),) * 5,
    *((1024, 2), (1024, 1)),
)


def MobileNet(
    width=1.0,
    stem_strides=2,
    dropout=1e-3,
    input_shape=(224, 224, 3),
    classes=1000,
    classifier_activation="softmax",
    momentum=MOMENTUM,
    name="MobileNet",
):
    """One convolution, then 13 depthwise separable ones (table 1).

    Layers: "conv1", then "conv2_depthwise", "conv2_pointwise" to "conv14_pointwise",
    "global_pool", "classifier".

    Args:
        width: multiplies all numbers of filters (section 3.3); the paper has 1, 0.75,
            0.5 and 0.25.
        stem_strides: of the first convolution; 1 suits images of 32 pixels.
        dropout: rate before the last layer, as in the authors' code.
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
    filters = max(1, int(32 * width))
    options = {"momentum": momentum}
    x = conv_bn(inputs, filters, 3, stem_strides, name="conv1", **options)  # 112 x 112
    for number, (filters, strides) in enumerate(TABLE_1, 2):
        x = depthwise(x, strides=strides, name=f"conv{number}_depthwise", **options)
        filters = max(1, int(filters * width))
        x = conv_bn(x, filters, name=f"conv{number}_pointwise", **options)
    x = classifier(x, classes, classifier_activation, dropout)  # from 7 x 7 x 1024
    return functional(inputs, x, name)
