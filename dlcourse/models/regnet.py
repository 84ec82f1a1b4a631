"""RegNet X and Y: a design space of networks, each of which follows from five numbers.

Ilija Radosavovic, Raj Prateek Kosaraju, Ross Girshick, Kaiming He, Piotr Dollár:
Designing Network Design Spaces. CVPR 2020, arXiv:2003.13678.
"""

from numbers import Real

import numpy as np

from dlcourse.blocks.conv import MOMENTUM, conv_bn, layer_name
from dlcourse.blocks.head import classifier
from dlcourse.blocks.mobile import gates
from dlcourse.blocks.residual import add_relu
from dlcourse.models.arguments import (
    blocks,
    check_counts,
    check_fractions,
    choose,
    functional,
    image_input,
    is_whole,
)

DESIGNS = {  # depth, first width, slope, step, channels of a group: as torchvision has
    "X-400MF": (22, 24, 24.48, 2.54, 16),
    "X-800MF": (16, 56, 35.73, 2.28, 16),
    "X-3.2GF": (25, 88, 26.31, 2.25, 48),
    "X-8GF": (23, 80, 49.56, 2.88, 120),
    "X-32GF": (23, 320, 69.86, 2.0, 168),
    "Y-400MF": (16, 48, 27.89, 2.09, 8),
    "Y-800MF": (14, 56, 38.84, 2.4, 16),
    "Y-3.2GF": (21, 80, 42.63, 2.66, 24),
    "Y-16GF": (18, 200, 106.23, 2.48, 112),
}
SQUEEZE = 0.25  # of the channels that enter a block of Y


def stages(depth, first, slope, step, group):
    """Blocks and widths of the stages that follow from a design (section 3.3).

    Block j would have the width first + slope * j (equation 2). It is rounded to
    first * step ** s with the nearest whole s (3, 4), then to a multiple of 8; blocks
    of equal width are a stage. Last, widths become multiples of the group.

    Returns:
        Two tuples: blocks in each stage, and their widths.
    """
    wanted = first + slope * np.arange(depth)
    power = np.round(np.log(wanted / first) / np.log(step))
    rounded = (np.round(first * step**power / 8) * 8).astype(int)
    widths, repeats = np.unique(rounded, return_counts=True)
    groups = np.minimum(group, widths)
    fitting = np.maximum(groups, (widths + groups // 2) // groups * groups)
    fitting = np.where(fitting < 0.9 * widths, fitting + groups, fitting)
    return tuple(repeats.tolist()), tuple(fitting.tolist())


def RegNet(
    design="Y-400MF",
    squeeze=None,
    stem_strides=2,
    input_shape=(224, 224, 3),
    classes=1000,
    classifier_activation="softmax",
    momentum=MOMENTUM,
    name="RegNet",
):
    """Bottleneck blocks with groups, as wide as their design says (sections 3.1, 3.3).

    Layers: "conv1", then "stage1_block1_1x1_1", "_3x3", "_1x1_2", "_shortcut", …,
    "global_pool", "classifier". The bottleneck is none: all three convolutions have the
    width of the block.

    Args:
        design: "X-400MF" to "Y-16GF"; or (depth, first width, slope, step, group).
        squeeze: units of the gates after the 3x3, as a fraction of the channels that
            enter the block; None: 1/4 for Y, no gates for X and others.
        stem_strides: of the first convolution; 1 suits images of 32 pixels.
        input_shape: (height, width, channels).
        classes: number of classes.
        classifier_activation: of the last layer.
        momentum: of batch norm's running statistics.
        name: of the model.

    Returns:
        A ``keras.Model``: images (n, height, width, channels) -> probabilities
        (n, classes).

    Raises:
        ValueError: for a design, shape or number that is not possible.
    """
    if squeeze is None:
        squeeze = SQUEEZE if str(design).startswith("Y") else 0.0
    depth, first, slope, step, group = numbers_of(design)
    check_fractions(squeeze=squeeze)
    check_counts(stem_strides=stem_strides, classes=classes)
    repeats, widths = stages(depth, first, slope, step, group)
    inputs = image_input(input_shape)
    x = conv_bn(inputs, 32, 3, stem_strides, momentum=momentum, name="conv1")  # 112
    for stage, number, _ in blocks(repeats):
        strides = 2 if number == 0 else 1  # the first stage halves as well
        place = f"stage{stage + 1}_block{number + 1}"
        x = block(x, widths[stage], strides, group, squeeze, momentum, place)
    x = classifier(x, classes, classifier_activation)
    return functional(inputs, x, name)


def numbers_of(design):
    """The five numbers of a design, by its name or as they are given."""
    five = "(depth, first width, slope, step, group)"
    if not isinstance(design, list | tuple):
        return choose(DESIGNS, design, "design", five)
    numbers = len(design) == 5 and all(isinstance(n, Real) for n in design)
    if not numbers or min(design) <= 0 or design[1] < 8 or design[3] <= 1:
        raise ValueError(
            f"design={design!r}: give {five}, numbers above 0, the first width at "
            "least 8, the step above 1."
        )
    if not (is_whole(design[0]) and is_whole(design[4])):
        raise ValueError(f"design={design!r}: depth and group must be whole numbers.")
    return tuple(design)


def block(x, width, strides, group, squeeze, momentum, name):
    """1x1, 3x3 in groups, gates, 1x1, and the shortcut: C -> width, H/s x W/s."""
    first, middle, last, shortcut = (
        layer_name(name, part) for part in ("1x1_1", "3x3", "1x1_2", "shortcut")
    )
    options = {"momentum": momentum}
    groups = width // min(group, width)
    y = conv_bn(x, width, 1, name=first, **options)
    y = conv_bn(y, width, 3, strides, groups=groups, name=middle, **options)
    if units := round(squeeze * x.shape[-1]):
        y = gates(y, units, name=name)
    options["activation"] = None
    y = conv_bn(y, width, 1, name=last, **options)
    if strides != 1 or x.shape[-1] != width:
        x = conv_bn(x, width, 1, strides, name=shortcut, **options)
    return add_relu(x, y, name)
