"""VGG: depth from 3x3 convolutions alone.

Karen Simonyan, Andrew Zisserman: Very Deep Convolutional Networks for Large-Scale Image
Recognition. ICLR 2015, arXiv:1409.1556.
"""

from dlcourse.blocks.conv import conv, max_pool
from dlcourse.blocks.head import fully_connected
from dlcourse.layers.lrn import LocalResponseNormalization
from dlcourse.models.arguments import (
    check_counts,
    check_fractions,
    check_lists,
    choose,
    functional,
    image_input,
    is_whole,
)

CONFIGURATIONS = {  # table 1: per stage, number of conv3 layers, filters, what follows
    "A": [(1, 64), (1, 128), (2, 256), (2, 512), (2, 512)],
    "A-LRN": [(1, 64, "LRN"), (1, 128), (2, 256), (2, 512), (2, 512)],
    "B": [(2, 64), (2, 128), (2, 256), (2, 512), (2, 512)],
    "C": [(2, 64), (2, 128), (2, 256, "conv1"), (2, 512, "conv1"), (2, 512, "conv1")],
    "D": [(2, 64), (2, 128), (3, 256), (3, 512), (3, 512)],
    "E": [(2, 64), (2, 128), (4, 256), (4, 512), (4, 512)],
}


def VGG(
    configuration="D",
    dense=(4096, 4096),
    dropout=0.5,
    input_shape=(224, 224, 3),
    classes=1000,
    classifier_activation="softmax",
    name="VGG",
):
    """Stages of 3x3 convolutions, a pooling after each, and dense layers (table 1).

    Layers: "conv1_1", "conv1_2", "pool1", "conv2_1" to "pool5", "flatten", "fc6",
    "fc7", "fc8"; numbered on in the same way where there are fewer or more stages.

    Args:
        configuration: a column of table 1, or a list of such stages:
            ``VGG([(1, 16), (1, 32)], dense=(64,))``.
        dense: units of the hidden dense layers.
        dropout: rate after each of them.
        input_shape: (height, width, channels), at least 2 ** (number of stages) pixels.
        classes: number of classes.
        classifier_activation: of the last layer.
        name: of the model.

    Returns:
        A ``keras.Model``: images (n, height, width, channels) -> probabilities
        (n, classes).

    Raises:
        ValueError: for a column, stage, shape or number that is not possible.
    """
    check_counts(classes=classes)
    check_lists(dense=dense)
    check_fractions(dropout=dropout)
    stages = stages_of(configuration)
    inputs = image_input(input_shape, at_least=2 ** len(stages), fixed=True)
    x = inputs
    for number, row in enumerate(stages, 1):
        x = stage(x, number, *row)  # 112 x 112 x 64, 56 x 56 x 128, ..., 7 x 7 x 512
    head = {"dropout": dropout, "first": len(stages) + 1}
    outputs = fully_connected(x, dense, classes, classifier_activation, **head)
    return functional(inputs, outputs, name)


def stage(x, number, repeats, filters, last=None):
    """3x3 convolutions, one thing more, pooling: H x W x C -> H/2 x W/2 x filters.

    ``last`` is "conv1" for a 1x1 convolution, "LRN" for response normalization;
    ``number`` is that of the stage, for the layers' names.
    """
    options = {"use_bias": True, "activation": "relu"}
    for i in range(1, repeats + 1):
        x = conv(x, filters, 3, name=f"conv{number}_{i}", **options)
    if last == "conv1":
        x = conv(x, filters, 1, name=f"conv{number}_{repeats + 1}", **options)
    elif last == "LRN":
        x = LocalResponseNormalization(name=f"norm{number}")(x)
    return max_pool(x, 2, 2, "valid", name=f"pool{number}")


def stages_of(configuration):
    """The stages of a column of table 1, or those that are given."""
    own = "a list of stages (number of 3x3 convolutions, filters)"
    if not isinstance(configuration, list | tuple):
        return choose(CONFIGURATIONS, configuration, "configuration", own)
    if not configuration or not all(map(is_stage, configuration)):
        raise ValueError(
            f"configuration={configuration!r}: give one of {list(CONFIGURATIONS)}, or "
            f"{own}, with 'conv1' or 'LRN' for a third where something follows them."
        )
    return configuration


def is_stage(row):
    """Whether it is like a stage of table 1."""
    return (
        isinstance(row, list | tuple)
        and len(row) in (2, 3)
        and all(map(is_whole, row[:2]))
        and all(last in (None, "conv1", "LRN") for last in row[2:])
    )
