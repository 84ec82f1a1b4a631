"""GoogLeNet, the network that won ILSVRC 2014.

Christian Szegedy, Wei Liu, Yangqing Jia, Pierre Sermanet, Scott Reed, Dragomir
Anguelov, Dumitru Erhan, Vincent Vanhoucke, Andrew Rabinovich: Going Deeper with
Convolutions. CVPR 2015, arXiv:1409.4842.
"""

import math

from keras import layers

from dlcourse.blocks.conv import max_pool
from dlcourse.blocks.head import classifier, fully_connected
from dlcourse.blocks.inception import conv_relu, inception, scale_filters
from dlcourse.layers.lrn import LocalResponseNormalization
from dlcourse.models.arguments import (
    check_counts,
    check_factors,
    check_fractions,
    check_lists,
    functional,
    image_input,
    is_whole,
)
from dlcourse.models.auxiliary import AuxiliaryModel

MODULES = {  # table 1: #1x1, #3x3 reduce, #3x3, #5x5 reduce, #5x5, pool proj
    "3a": (64, 96, 128, 16, 32, 32),  # 28 x 28 x 256
    "3b": (128, 128, 192, 32, 96, 64),  # 28 x 28 x 480
    "4a": (192, 96, 208, 16, 48, 64),  # 14 x 14 x 512
    "4b": (160, 112, 224, 24, 64, 64),  # 14 x 14 x 512
    "4c": (128, 128, 256, 24, 64, 64),  # 14 x 14 x 512
    "4d": (112, 144, 288, 32, 64, 64),  # 14 x 14 x 528
    "4e": (256, 160, 320, 32, 128, 128),  # 14 x 14 x 832
    "5a": (256, 160, 320, 32, 128, 128),  # 7 x 7 x 832
    "5b": (384, 192, 384, 48, 128, 128),  # 7 x 7 x 1024
}
POOLING_BEFORE = {"4a": "pool3", "5a": "pool4"}
AUXILIARY_AFTER = ("4a", "4d")


def GoogLeNet(
    modules=MODULES,
    width=1.0,
    stem_strides=(2, 2, 2),
    auxiliary=False,
    dropout=0.4,
    input_shape=(224, 224, 3),
    classes=1000,
    classifier_activation="softmax",
    name="GoogLeNet",
):
    """Nine inception modules between a short stem and a global pooling (table 1).

    Layers: "conv1", "pool1", "norm1", "conv2_reduce", "conv2", "norm2", "pool2", then
    the modules "inception_3a" to "inception_5b", of which each is called as its output
    is, with "pool3" and "pool4" between them, "global_pool", "dropout", "classifier".

    Args:
        modules: dictionary from names to rows of `MODULES`; fewer make a shallow
            network. There is a pooling before "4a" and before "5a".
        width: multiplies all numbers of filters.
        stem_strides: of the first convolution and the first two poolings; (1, 1, 2)
            suits images of 32 pixels.
        auxiliary: True adds a classifier after "4a" and after "4d" (section 5), which
            count 0.3 in the loss that ``fit`` minimizes: see `AuxiliaryModel`. Their
            layers begin with "auxiliary_4a" and "auxiliary_4d".
        dropout: rate before the last layer.
        input_shape: (height, width, channels).
        classes: number of classes.
        classifier_activation: of the last layer.
        name: of the model.

    Returns:
        A ``keras.Model``: images (n, height, width, channels) -> probabilities
        (n, classes).

    Raises:
        ValueError: for a module, shape or number that is not possible, and for images
            that leave an auxiliary classifier less than 5 x 5 pixels.
    """
    check_modules(modules, auxiliary)
    check_factors(width=width)
    check_lists(3, stem_strides=stem_strides)
    check_fractions(dropout=dropout)
    check_counts(classes=classes)
    smallest = 4 * 2 * math.prod(stem_strides) + 1 if auxiliary else 1
    inputs = image_input(input_shape, smallest, fixed=auxiliary)
    x = stem(inputs, width, stem_strides)
    heads = []
    for module, filters in modules.items():
        if module in POOLING_BEFORE:
            x = max_pool(x, 3, 2, name=POOLING_BEFORE[module])
        x = inception(x, *scale_filters(filters, width), name=f"inception_{module}")
        if auxiliary and module in AUXILIARY_AFTER:
            prefix = f"auxiliary_{module}_"
            heads.append(head(x, width, classes, classifier_activation, prefix))
    x = classifier(x, classes, classifier_activation, dropout)
    if not auxiliary:
        return functional(inputs, x, name)
    return functional(inputs, [x, *heads], name, AuxiliaryModel)


def stem(x, width, strides):
    """The layers before the first module: 224 x 224 x 3 -> 28 x 28 x 192."""
    conv1, conv2_reduce, conv2 = scale_filters((64, 64, 192), width)
    x = conv_relu(x, conv1, 7, strides[0], name="conv1")  # 112 x 112 x 64
    x = max_pool(x, 3, strides[1], name="pool1")  # 56 x 56 x 64
    x = LocalResponseNormalization(name="norm1")(x)
    x = conv_relu(x, conv2_reduce, 1, name="conv2_reduce")
    x = conv_relu(x, conv2, 3, name="conv2")  # 56 x 56 x 192
    x = LocalResponseNormalization(name="norm2")(x)
    return max_pool(x, 3, strides[2], name="pool2")


def head(x, width, classes, activation, prefix):
    """Auxiliary classifier: 14 x 14 x C -> 4 x 4 x 128 -> 1024 -> classes (section 5).

    ``prefix`` stands before the names of its layers.
    """
    filters, units = scale_filters((128, 1024), width)
    x = layers.AveragePooling2D(5, 3, name=f"{prefix}pool")(x)
    x = conv_relu(x, filters, 1, name=f"{prefix}conv")
    options = {"dropout": 0.7, "first": 1, "prefix": prefix}
    return fully_connected(x, (units,), classes, activation, **options)


def check_modules(modules, auxiliary):
    """ValueError unless it is a dictionary from names to rows such as `MODULES`.

    Auxiliary classifiers need one of the modules that they stand after.
    """
    rows = modules.values() if isinstance(modules, dict) else [modules]
    for row in rows:
        if not (
            isinstance(row, list | tuple) and len(row) == 6 and all(map(is_whole, row))
        ):
            raise ValueError(
                f"modules={modules!r}: give a dictionary from names to six whole "
                f"numbers of filters each, for example {{'3a': {MODULES['3a']}}}."
            )
    if auxiliary and not set(modules).intersection(AUXILIARY_AFTER):
        raise ValueError(f"auxiliary={auxiliary!r} needs the module '4a' or '4d'.")
