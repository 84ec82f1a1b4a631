"""Inception v4.

Christian Szegedy, Sergey Ioffe, Vincent Vanhoucke, Alexander A. Alemi: Inception-v4,
Inception-ResNet and the Impact of Residual Connections on Learning. AAAI 2017,
arXiv:1602.07261.
"""

from functools import partial

from dlcourse.blocks import inception_v4 as blocks
from dlcourse.blocks.conv import MOMENTUM
from dlcourse.blocks.head import classifier
from dlcourse.blocks.inception_v3 import smallest
from dlcourse.models.arguments import (
    check_counts,
    check_factors,
    check_fractions,
    check_lists,
    functional,
    image_input,
)


def InceptionV4(
    repeats=(4, 7, 3),
    width=1.0,
    stem_strides=(2, 2, 2),
    dropout=0.2,
    order="paper",
    input_shape=(299, 299, 3),
    classes=1000,
    classifier_activation="softmax",
    momentum=MOMENTUM,
    name="InceptionV4",
):
    """Modules A, B and C on grids of 35, 17 and 8 pixels (fig. 9).

    Layers: "conv1" to "conv3", "stem1" to "stem3", then the modules "inception_a_1", …,
    "reduction_a", "inception_b_1", …, "reduction_b", "inception_c_1", …, of which each
    is called as its output is, "global_pool", "dropout", "classifier".

    Args:
        repeats: numbers of modules A, B and C.
        width: multiplies all numbers of filters.
        stem_strides: of the first convolution and of the two poolings in fig. 3;
            (1, 1, 2) suits images of 32 pixels.
        dropout: rate before the last layer.
        order: of the kernels 1x7, 7x1, 1x3 and 3x1: "paper", or "code" for the weights
            that are published. They stand the other way round in three places of the
            authors' code: the stem, and the long branches of modules B and C.
        input_shape: (height, width, channels); height and width at least 75, with other
            strides accordingly.
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
    check_lists(3, at_least=0, repeats=repeats)
    check_factors(width=width)
    check_lists(3, stem_strides=stem_strides)
    check_fractions(dropout=dropout)
    check_counts(classes=classes)
    conv = partial(blocks.conv_bn, width=width, momentum=momentum)
    inputs = image_input(input_shape, smallest(stem_strides))
    x = blocks.stem(inputs, stem_strides, conv, order)  # 35 x 35 x 384
    for number in range(repeats[0]):
        x = blocks.inception_a(x, conv, f"inception_a_{number + 1}")  # 35 x 35 x 384
    x = blocks.reduction_a(x, conv_bn=conv, name="reduction_a")  # 17 x 17 x 1024
    for number in range(repeats[1]):
        x = blocks.inception_b(x, conv, f"inception_b_{number + 1}", order)
    x = blocks.reduction_b(x, conv, "reduction_b")  # 8 x 8 x 1536
    for number in range(repeats[2]):
        x = blocks.inception_c(x, conv, f"inception_c_{number + 1}", order)
    x = classifier(x, classes, classifier_activation, dropout)
    return functional(inputs, x, name)
