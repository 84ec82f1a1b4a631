"""ShuffleNet: Xiangyu Zhang, Xinyu Zhou, Mengxiao Lin, Jian Sun, "ShuffleNet: An
Extremely Efficient Convolutional Neural Network for Mobile Devices", CVPR 2018,
arXiv:1707.01083.
"""

import keras

from dlcourse.blocks.conv import conv_bn, max_pool
from dlcourse.blocks.head import classifier
from dlcourse.blocks.shuffle import shuffle_unit
from dlcourse.models.arguments import choose, image_input

CHANNELS = {1: 144, 2: 200, 3: 240, 4: 272, 8: 384}  # table 1: groups, stage 2 output
REPEATS = (4, 8, 4)  # table 1: units in stages 2, 3 and 4, the first with stride 2


def ShuffleNet(
    groups=3,
    width=1.0,
    input_shape=(224, 224, 3),
    classes=1000,
    classifier_activation="softmax",
    repeats=REPEATS,
):
    """ShuffleNet (table 1): images -> class probabilities.

    ``groups`` is one of `CHANNELS`. All numbers of channels are multiplied by
    ``width``, the paper's scale s ("ShuffleNet 0.5x"); ValueError where the groups do
    not divide them.
    """
    stem_filters, filters = scale(groups, width)
    inputs = image_input(input_shape)
    x = conv_bn(inputs, stem_filters, 3, 2)  # 112 x 112 x 24
    x = max_pool(x, 3, 2)  # 56 x 56 x 24
    for stage, units in enumerate(repeats):
        for i in range(units):
            # The stem's channels are too few to be grouped (section 3.2).
            first_groups = 1 if stage == i == 0 else groups
            strides = 2 if i == 0 else 1
            x = shuffle_unit(x, filters * 2**stage, strides, groups, first_groups)
    # 7 x 7 x 960 with three groups
    outputs = classifier(x, classes, classifier_activation)
    return keras.Model(inputs, outputs, name="ShuffleNet")


def scale(groups, width):
    """Channels of the stem and of stage 2, times ``width``."""
    stem_filters, filters = 24 * width, choose(CHANNELS, groups, "groups") * width
    if stem_filters % 1 or filters % (4 * groups) or (filters - stem_filters) % groups:
        raise ValueError(
            f"width={width} makes {stem_filters:g} and {filters:g} channels, which "
            f"{groups} groups do not divide; try another width or groups."
        )
    return int(stem_filters), int(filters)
