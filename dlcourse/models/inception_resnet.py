"""Inception-ResNet v1 and v2.

Christian Szegedy, Sergey Ioffe, Vincent Vanhoucke, Alexander A. Alemi: Inception-v4,
Inception-ResNet and the Impact of Residual Connections on Learning. AAAI 2017,
arXiv:1602.07261.
"""

from functools import partial
from numbers import Real

from dlcourse.blocks import inception_resnet as blocks
from dlcourse.blocks import inception_v3, inception_v4
from dlcourse.blocks.conv import MOMENTUM, max_pool
from dlcourse.blocks.head import classifier
from dlcourse.models.arguments import (
    check_counts,
    check_factors,
    check_fractions,
    check_lists,
    functional,
    image_input,
)

SCALES = (0.17, 0.1, 0.2)  # of modules A, B and C; 0.1 to 0.3 (section 3.3)


def InceptionResNetV1(
    repeats=(5, 10, 5),
    scales=SCALES,
    width=1.0,
    stem_strides=(2, 2, 2),
    dropout=0.2,
    input_shape=(299, 299, 3),
    classes=1000,
    classifier_activation="softmax",
    momentum=MOMENTUM,
    name="InceptionResNetV1",
):
    """Residual modules at about the cost of Inception v3 (fig. 15; 10 to 14).

    Layers: "conv1" to "conv3", "pool1", "conv4" to "conv6", then the modules
    "inception_resnet_a_1", …, "reduction_a", "inception_resnet_b_1", …, "reduction_b",
    "inception_resnet_c_1", …, of which each is called as its output is, "global_pool",
    "dropout", "classifier".

    Differs: batch norm has no gammas, as in the authors' code of v2.

    Args:
        repeats: numbers of modules A, B and C.
        scales: what the branches of modules A, B and C are multiplied with before they
            are added.
        width: multiplies all numbers of filters.
        stem_strides: of the first convolution, the pooling and the last convolution in
            fig. 14; (1, 1, 2) suits images of 32 pixels.
        dropout: rate before the last layer.
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
    check_arguments(repeats, scales, width, stem_strides, dropout, classes)
    conv = partial(inception_v3.conv_bn, width=width, momentum=momentum)
    inputs = image_input(input_shape, inception_v3.smallest(stem_strides))
    x = inception_v3.stem(inputs, stem_strides, conv)  # 71 x 71 x 192
    x = conv(x, 256, 3, stem_strides[2], "valid", name="conv6")  # 35 x 35 x 256
    a, b, c = zip(repeats, scales, strict=True)
    x = stack(x, blocks.inception_resnet_a, *a, conv, (32, 32, 32))
    # 17 x 17 x 896
    x = inception_v4.reduction_a(x, 192, 192, 256, 384, conv, "reduction_a")
    x = stack(x, blocks.inception_resnet_b, *b, conv, 128, (128, 128, 128))
    # 8 x 8 x 1792
    x = blocks.reduction_b_resnet(x, (256, 256, 256), conv, "reduction_b")
    x = stack(x, blocks.inception_resnet_c, *c, conv, 192, (192, 192, 192))
    x = classifier(x, classes, classifier_activation, dropout)
    return functional(inputs, x, name)


def InceptionResNetV2(
    repeats=(10, 20, 10),
    scales=SCALES,
    width=1.0,
    stem_strides=(2, 2, 2),
    dropout=0.2,
    input_shape=(299, 299, 3),
    classes=1000,
    classifier_activation="softmax",
    momentum=MOMENTUM,
    name="InceptionResNetV2",
):
    """Residual modules at about the cost of Inception v4 (fig. 15; 16 to 19).

    Layers: "conv1" to "conv3", "pool1", "conv4", "conv5", "pool2", "inception_fig5",
    then the modules as in `InceptionResNetV1`, "conv6", "global_pool", "dropout",
    "classifier".

    Differs, as the authors' code and their trained weights do from the paper: the stem
    is that of v3 and a module of its fig. 5, not fig. 3; 10, 20, 10 modules, not
    5, 10, 5; the last has neither scale nor ReLU; a 1x1 with 1536 filters follows it;
    batch norm has no gammas.

    Args:
        repeats: numbers of modules A, B and C.
        scales: what the branches of modules A, B and C are multiplied with before they
            are added.
        width: multiplies all numbers of filters.
        stem_strides: of the first convolution and the two poolings; (1, 1, 2) suits
            images of 32 pixels.
        dropout: rate before the last layer.
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
    check_arguments(repeats, scales, width, stem_strides, dropout, classes)
    conv = partial(inception_v3.conv_bn, width=width, momentum=momentum)
    inputs = image_input(input_shape, inception_v3.smallest(stem_strides))
    x = inception_v3.stem(inputs, stem_strides, conv)  # 71 x 71 x 192
    x = max_pool(x, 3, stem_strides[2], "valid", name="pool2")  # 35 x 35 x 192
    x = inception_v3.inception_fig5(x, 96, 64, conv, "inception_fig5")  # 35 x 35 x 320
    a, b, (count_c, scale_c) = zip(repeats, scales, strict=True)
    x = stack(x, blocks.inception_resnet_a, *a, conv, (32, 48, 64))
    # 17 x 17 x 1088
    x = inception_v4.reduction_a(x, 256, 256, 384, 384, conv, "reduction_a")
    x = stack(x, blocks.inception_resnet_b, *b, conv, 192, (128, 160, 192))
    # 8 x 8 x 2080
    x = blocks.reduction_b_resnet(x, (256, 288, 320), conv, "reduction_b")
    filters = 192, (192, 224, 256)
    x = stack(x, blocks.inception_resnet_c, count_c - 1, scale_c, conv, *filters)
    if count_c:
        last = {"conv_bn": conv, "name": f"inception_resnet_c_{count_c}"}
        x = blocks.inception_resnet_c(x, *filters, 1.0, None, **last)
    x = conv(x, 1536, 1, name="conv6")  # 8 x 8 x 1536
    x = classifier(x, classes, classifier_activation, dropout)
    return functional(inputs, x, name)


def stack(x, block, count, scale, conv_bn, *filters):
    """``count`` modules after one another, called as the block: "…_1", "…_2", …"""
    for number in range(1, count + 1):
        options = {"conv_bn": conv_bn, "name": f"{block.__name__}_{number}"}
        x = block(x, *filters, scale, **options)
    return x


def check_arguments(repeats, scales, width, stem_strides, dropout, classes):
    """ValueError that names the argument, unless each is possible."""
    check_lists(3, at_least=0, repeats=repeats)
    is_list = isinstance(scales, list | tuple) and len(scales) == 3
    if not is_list or not all(isinstance(scale, Real) for scale in scales):
        raise ValueError(
            f"scales={scales!r}: give three numbers, for modules A, B and C; the paper "
            f"has 0.1 to 0.3."
        )
    check_factors(width=width)
    check_lists(3, stem_strides=stem_strides)
    check_fractions(dropout=dropout)
    check_counts(classes=classes)
