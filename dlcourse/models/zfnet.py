"""ZFNet: AlexNet with a finer first layer, found by looking at what its units see.

Matthew Zeiler, Rob Fergus: Visualizing and Understanding Convolutional Networks. ECCV
2014, arXiv:1311.2901.
"""

from dlcourse.blocks.conv import conv, max_pool, pad
from dlcourse.blocks.head import fully_connected
from dlcourse.layers.lrn import LocalResponseNormalization
from dlcourse.models.arguments import (
    check_counts,
    check_fractions,
    check_lists,
    choose_stages,
    functional,
    image_input,
)

FILTERS = {  # of layers 1 ... 5
    "fig. 3": (96, 256, 384, 384, 256),
    "wide": (96, 256, 512, 1024, 512),  # table 2, (b): layers 3, 4, 5: 512, 1024, 512
}


def ZFNet(
    filters="fig. 3",
    strides=(2, 2),
    dense=(4096, 4096),
    dropout=0.5,
    input_shape=(224, 224, 3),
    classes=1000,
    classifier_activation="softmax",
    name="ZFNet",
):
    """Five convolutions and three dense layers (fig. 3).

    Layers: "conv1", "pool1", "norm1", "conv2", "pool2", "norm2", "conv3", "conv4",
    "conv5", "pool5", "flatten", "fc6", "fc7", "fc8"; numbered on in the same way where
    there are fewer or more.

    Args:
        filters: a row of `FILTERS`, or the filters of layers 1, 2 and as many 3x3
            layers as there are numbers left. So table 3 can be built: "removed layers
            3, 4" is ``filters=(96, 256, 256)``.
        strides: of layers 1 and 2; (1, 1) suits images of 32 pixels.
        dense: units of the hidden dense layers, 6 and 7 in the figure.
        dropout: rate after each of them.
        input_shape: (height, width, channels).
        classes: number of classes.
        classifier_activation: of the last layer.
        name: of the model.

    Returns:
        A ``keras.Model``: images (n, height, width, channels) -> probabilities
        (n, classes).

    Raises:
        ValueError: for a row, shape or number that is not possible.
    """
    check_counts(classes=classes)
    check_lists(dense=dense)
    check_lists(2, strides=strides)
    check_fractions(dropout=dropout)
    layer1, layer2, *others = filters_of(filters)
    options = {"use_bias": True, "activation": "relu"}

    inputs = image_input(input_shape, smallest(*strides), fixed=True)
    x = pad(inputs, 3, name="conv1_pad")  # a pixel on each side, for the 110 of fig. 3
    x = conv(x, layer1, 7, strides[0], "valid", name="conv1", **options)  # 110 x 110
    x = pool_and_normalize(x, 1)  # 55 x 55 x 96
    x = conv(x, layer2, 5, strides[1], "valid", name="conv2", **options)  # 26 x 26
    x = pool_and_normalize(x, 2)  # 13 x 13 x 256
    for number, width in enumerate(others, 3):
        x = conv(x, width, 3, name=f"conv{number}", **options)  # 13 x 13 x 384
    last = len(others) + 2
    x = max_pool(x, 3, 2, "valid", name=f"pool{last}")  # 6 x 6 x 256
    head = {"dropout": dropout, "first": last + 1}
    outputs = fully_connected(x, dense, classes, classifier_activation, **head)
    return functional(inputs, outputs, name)


def filters_of(variant):
    """The filters of all layers, of which there must be two at least."""
    filters = choose_stages(FILTERS, variant, "filters")
    if len(filters) < 2:
        raise ValueError(f"filters={variant}: give those of layers 1 and 2 at least.")
    return filters


def pool_and_normalize(x, number):
    """3x3 pooling, contrast normalization across maps: H x W x C -> H/2 x W/2 x C."""
    x = max_pool(x, 3, 2, name=f"pool{number}")
    return LocalResponseNormalization(name=f"norm{number}")(x)


def smallest(stride1, stride2):
    """Width of the smallest image of which the last pooling leaves one pixel."""
    layer2 = 2 * 3 - 1  # the last pooling takes 3 pixels, that before it rounds up
    pool1 = stride2 * (layer2 - 1) + 5
    layer1 = 2 * pool1 - 1
    return stride1 * (layer1 - 1) + 7 - 2
