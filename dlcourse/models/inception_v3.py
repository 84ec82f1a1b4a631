"""Inception v3.

Christian Szegedy, Vincent Vanhoucke, Sergey Ioffe, Jonathon Shlens, Zbigniew Wojna:
Rethinking the Inception Architecture for Computer Vision. CVPR 2016, arXiv:1512.00567.
"""

from functools import partial

from keras import layers

from dlcourse.blocks import inception_v3 as blocks
from dlcourse.blocks.conv import MOMENTUM, max_pool
from dlcourse.blocks.head import classifier
from dlcourse.models.arguments import (
    check_counts,
    check_factors,
    check_lists,
    functional,
    image_input,
    is_whole,
)
from dlcourse.models.auxiliary import AuxiliaryModel

# table 1: the modules of each grid
FIG5 = ((64, 32), (64, 64), (64, 64))  # filters of the 1x1, and after the pooling
FIG6 = (128, 160, 160, 192)  # inside the factorized 7x7; the fifth is a reduction
FIG7 = 2  # number of modules


def InceptionV3(
    fig5=FIG5,
    fig6=FIG6,
    fig7=FIG7,
    width=1.0,
    stem_strides=(2, 2, 2),
    auxiliary=False,
    input_shape=(299, 299, 3),
    classes=1000,
    classifier_activation="softmax",
    momentum=MOMENTUM,
    name="InceptionV3",
):
    """Modules of figures 5, 6 and 7 on grids of 35, 17 and 8 pixels (table 1).

    Layers: "conv1" to "conv3", "pool1", "conv4", "conv5", "pool2", then the modules
    "inception_fig5_1", …, "grid_reduction_1", "inception_fig6_1", …,
    "grid_reduction_2", "inception_fig7_1", …, of which each is called as its output is,
    "global_pool", "classifier".

    Differs: table 1 has 3x3 convolutions with 80, 192 and 288 filters after the first
    pooling; the authors' code, and the network of 23.8 million weights that all use,
    has a 1x1 with 80, a 3x3 with 192 and a pooling.

    Args:
        fig5: for each module of fig. 5, the filters of its 1x1 and after its pooling.
        fig6: for each module of fig. 6, the filters inside the factorized 7x7.
        fig7: number of modules of fig. 7.
        width: multiplies all numbers of filters.
        stem_strides: of the first convolution and the two poolings; (1, 1, 2) suits
            images of 32 pixels.
        auxiliary: True adds the classifier of fig. 8, which counts 0.3 in the loss that
            ``fit`` minimizes: see `AuxiliaryModel`. Its layers begin with "auxiliary".
        input_shape: (height, width, channels); height and width at least 75, or 107
            with the classifier of fig. 8, with other strides accordingly.
        classes: number of classes.
        classifier_activation: of the last layer.
        momentum: of batch norm's running statistics.
        name: of the model.

    Returns:
        A ``keras.Model``: images (n, height, width, channels) -> probabilities
        (n, classes).

    Raises:
        ValueError: for a module, shape or number that is not possible.
    """
    check_modules(fig5, fig6, fig7)
    check_factors(width=width)
    check_lists(3, stem_strides=stem_strides)
    check_counts(classes=classes)
    conv = partial(blocks.conv_bn, width=width, momentum=momentum)
    smallest = blocks.smallest(stem_strides, grid=11 if auxiliary else 7)
    inputs = image_input(input_shape, smallest, fixed=auxiliary)
    x = blocks.stem(inputs, stem_strides, conv)  # 71 x 71 x 192
    x = max_pool(x, 3, stem_strides[2], "valid", name="pool2")  # 35 x 35 x 192
    for number, filters in enumerate(fig5, 1):  # 35 x 35 x 288
        x = blocks.inception_fig5(x, *filters, conv, f"inception_fig5_{number}")
    x = blocks.grid_reduction(x, conv, "grid_reduction_1")  # 17 x 17 x 768
    for number, filters in enumerate(fig6, 1):  # 17 x 17 x 768
        x = blocks.inception_fig6(x, filters, conv, f"inception_fig6_{number}")
    heads = [head(x, conv, classes, classifier_activation)] if auxiliary else []
    x = blocks.grid_reduction_7x7(x, conv, "grid_reduction_2")  # 8 x 8 x 1280
    for number in range(1, fig7 + 1):  # 8 x 8 x 2048
        x = blocks.inception_fig7(x, conv, f"inception_fig7_{number}")
    x = classifier(x, classes, classifier_activation)
    if auxiliary:
        return functional(inputs, [x, *heads], name, AuxiliaryModel)
    return functional(inputs, x, name)


def head(x, conv_bn, classes, activation):
    """Auxiliary classifier (fig. 8): 17 x 17 x C -> 5 x 5 x 128 -> 768 -> classes."""
    x = layers.AveragePooling2D(5, 3, name="auxiliary_pool")(x)
    x = conv_bn(x, 128, 1, name="auxiliary_conv1")
    whole = tuple(x.shape[1:3])
    x = conv_bn(x, 768, whole, padding="valid", name="auxiliary_conv2")
    names = {"pool_name": "auxiliary_global_pool", "name": "auxiliary_classifier"}
    return classifier(x, classes, activation, **names)


def check_modules(fig5, fig6, fig7):
    """ValueError that names the argument, unless modules can be made of it."""
    rows = fig5 if isinstance(fig5, list | tuple) else [fig5]
    for row in rows:
        if not (
            isinstance(row, list | tuple) and len(row) == 2 and all(map(is_whole, row))
        ):
            raise ValueError(
                f"fig5={fig5!r}: give a list of pairs of whole numbers, for example "
                f"{FIG5}: the filters of the 1x1, and after the pooling."
            )
    check_lists(fig6=fig6)
    check_counts(at_least=0, fig7=fig7)
