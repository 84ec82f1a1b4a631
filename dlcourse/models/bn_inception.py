"""BN-Inception, also called Inception v2.

Sergey Ioffe, Christian Szegedy: Batch Normalization: Accelerating Deep Network Training
by Reducing Internal Covariate Shift. ICML 2015, arXiv:1502.03167.
"""

from functools import partial

from dlcourse.blocks.conv import MOMENTUM, conv_bn, max_pool
from dlcourse.blocks.head import classifier
from dlcourse.blocks.inception import inception_bn, scale_filters
from dlcourse.models.arguments import (
    check_counts,
    check_factors,
    check_lists,
    functional,
    image_input,
    is_whole,
)

# fig. 5: #1x1, #3x3 reduce, #3x3, double #3x3 reduce, double #3x3, projection, pooling
MODULES = {
    "3a": (64, 64, 64, 64, 96, 32, "avg"),  # 28 x 28 x 256
    "3b": (64, 64, 96, 64, 96, 64, "avg"),  # 28 x 28 x 320
    "3c": (0, 128, 160, 64, 96, 0, "max"),  # 14 x 14 x 576
    "4a": (224, 64, 96, 96, 128, 128, "avg"),  # 14 x 14 x 576
    "4b": (192, 96, 128, 96, 128, 128, "avg"),  # 14 x 14 x 576
    "4c": (160, 128, 160, 128, 160, 128, "avg"),  # 14 x 14 x 608
    "4d": (96, 128, 192, 160, 192, 128, "avg"),  # 14 x 14 x 608
    "4e": (0, 128, 192, 192, 256, 0, "max"),  # 7 x 7 x 1056
    "5a": (352, 192, 320, 160, 224, 128, "avg"),  # 7 x 7 x 1024
    "5b": (352, 192, 320, 192, 224, 128, "max"),  # 7 x 7 x 1024
}


def BNInception(
    modules=MODULES,
    width=1.0,
    stem_strides=(2, 2, 2),
    use_bias=True,
    input_shape=(224, 224, 3),
    classes=1000,
    classifier_activation="softmax",
    momentum=MOMENTUM,
    name="BNInception",
):
    """GoogLeNet with two 3x3 for each 5x5, and batch normalization (fig. 5).

    Layers: "conv1", "pool1", "conv2_reduce", "conv2", "pool2", then the modules
    "inception_3a" to "inception_5b", of which each is called as its output is,
    "global_pool", "classifier".

    Differs: the first convolution is dense, not separable with depth multiplier 8, and
    convolutions have biases, as in the network that all count. The table gives 4c and
    4d 576 channels, but its columns sum up to 608.

    Args:
        modules: dictionary from names to rows of `MODULES`; fewer make a shallow
            network. A row without a 1x1 halves the image.
        width: multiplies all numbers of filters.
        stem_strides: of the first convolution and the two poolings; (1, 1, 2) suits
            images of 32 pixels.
        use_bias: False leaves out the biases of the convolutions, which batch norm
            cancels (section 3.2).
        input_shape: (height, width, channels).
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
    check_modules(modules)
    check_factors(width=width)
    check_lists(3, stem_strides=stem_strides)
    check_counts(classes=classes)
    conv = partial(conv_bn, use_bias=use_bias, momentum=momentum)
    inputs = image_input(input_shape)
    conv1, conv2_reduce, conv2 = scale_filters((64, 64, 192), width)
    x = conv(inputs, conv1, 7, stem_strides[0], name="conv1")  # 112 x 112 x 64
    x = max_pool(x, 3, stem_strides[1], name="pool1")  # 56 x 56 x 64
    x = conv(x, conv2_reduce, 1, name="conv2_reduce")
    x = conv(x, conv2, 3, name="conv2")  # 56 x 56 x 192
    x = max_pool(x, 3, stem_strides[2], name="pool2")  # 28 x 28 x 192
    for module, (*filters, pool) in modules.items():
        filters = scale_filters(filters, width)
        x = inception_bn(x, *filters, pool, conv, f"inception_{module}")
    x = classifier(x, classes, classifier_activation)
    return functional(inputs, x, name)


def check_modules(modules):
    """ValueError unless it is a dictionary from names to rows such as `MODULES`."""
    rows = modules.values() if isinstance(modules, dict) else [modules]
    if not all(map(is_row, rows)):
        raise ValueError(
            f"modules={modules!r}: give a dictionary from names to rows of six whole "
            "numbers of filters and 'avg' or 'max', for example "
            f"{{'3a': {MODULES['3a']}}}, or to rows that halve the image, as "
            f"{MODULES['3c']}."
        )


def is_row(row):
    """Whether a module can be made of it: six numbers of filters, or four and zeros."""
    if not isinstance(row, list | tuple) or len(row) != 7:
        return False
    filters_1x1, *inner, projection, pool = row
    if filters_1x1 == projection == 0:
        return all(map(is_whole, inner)) and pool == "max"
    return all(map(is_whole, row[:6])) and pool in ("avg", "max")
