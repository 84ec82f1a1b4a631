"""ShuffleNet.

Xiangyu Zhang, Xinyu Zhou, Mengxiao Lin, Jian Sun: ShuffleNet: An Extremely Efficient
Convolutional Neural Network for Mobile Devices. CVPR 2018, arXiv:1707.01083.
"""

from dlcourse.blocks.conv import MOMENTUM, conv_bn, max_pool
from dlcourse.blocks.head import classifier
from dlcourse.blocks.shuffle import shuffle_unit
from dlcourse.models.arguments import (
    blocks,
    check_counts,
    check_factors,
    check_lists,
    choose,
    functional,
    image_input,
)

CHANNELS = {1: 144, 2: 200, 3: 240, 4: 272, 8: 384}  # table 1: groups, stage 2 output
REPEATS = (4, 8, 4)  # table 1: units in stages 2, 3 and 4, the first with strides 2


def ShuffleNet(
    groups=3,
    width=1.0,
    repeats=REPEATS,
    input_shape=(224, 224, 3),
    classes=1000,
    classifier_activation="softmax",
    momentum=MOMENTUM,
    name="ShuffleNet",
):
    """Network of pointwise group convolutions and channel shuffles (table 1).

    Layers: "conv1", "pool1", then the units "stage2_1" to "stage4_4", of which each is
    called as its output is, "global_pool", "classifier".

    Args:
        groups: one of `CHANNELS`.
        width: multiplies all numbers of channels; the paper's scale factor s
            ("ShuffleNet 0.5x").
        repeats: number of units in each stage.
        input_shape: (height, width, channels).
        classes: number of classes.
        classifier_activation: of the last layer.
        momentum: of batch norm's running statistics.
        name: of the model.

    Returns:
        A ``keras.Model``: images (n, height, width, channels) -> probabilities
        (n, classes).

    Raises:
        ValueError: for groups, a shape or a number that is not possible, and for a
            width of which the groups do not divide the channels.
    """
    stem_filters, filters = channels(groups, width)
    check_lists(repeats=repeats)
    check_counts(classes=classes)
    inputs = image_input(input_shape, fixed=True)
    # 112 x 112 x 24
    x = conv_bn(inputs, stem_filters, 3, 2, momentum=momentum, name="conv1")
    x = max_pool(x, 3, 2, name="pool1")  # 56 x 56 x 24
    for stage, number, _ in blocks(repeats):
        strides = 2 if number == 0 else 1
        # The stem's channels are too few to be grouped (section 3.2).
        first_groups = 1 if stage == number == 0 else groups
        options = {"momentum": momentum, "name": f"stage{stage + 2}_{number + 1}"}
        width = filters * 2**stage
        x = shuffle_unit(x, width, strides, groups, first_groups, **options)
    # 7 x 7 x 960 with three groups
    outputs = classifier(x, classes, classifier_activation)
    return functional(inputs, outputs, name)


def channels(groups, width):
    """Channels of the stem and of stage 2, times ``width``."""
    check_factors(width=width)
    stem_filters, filters = 24 * width, choose(CHANNELS, groups, "groups") * width
    if stem_filters % 1 or filters % (4 * groups) or (filters - stem_filters) % groups:
        raise ValueError(
            f"width={width} makes {stem_filters:g} and {filters:g} channels, which "
            f"{groups} groups do not divide; try another width or groups."
        )
    return int(stem_filters), int(filters)
