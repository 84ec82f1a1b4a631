"""ZFNet: AlexNet with a finer first layer, found by looking at what its units see.

Zeiler, Fergus: Visualizing and understanding convolutional networks. ECCV 2014,
arXiv 1311.2901.
"""

import keras

from dlcourse.blocks.conv import conv, max_pool, pad
from dlcourse.blocks.head import fully_connected
from dlcourse.layers.lrn import LocalResponseNormalization
from dlcourse.models.arguments import choose, image_input

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
):
    """Five convolutions and three dense layers (fig. 3).

    ``filters`` is a row of the table above, or the filters of layers 1, 2 and as many
    3x3 layers as there are numbers left; ``dense`` are the units of layers 6 and 7. So
    table 3 can be built: "removed layers 3, 4" is ``filters=(96, 256, 256)``.
    ``strides`` are those of layers 1 and 2; (1, 1) suits images of 32 pixels.

    Raises ValueError for an unknown row, or images that the last pooling cannot halve.
    """
    if isinstance(filters, str):
        filters = choose(FILTERS, filters, "filters")
    layer1, layer2, *others = filters
    options = {"padding": "valid", "use_bias": True, "activation": "relu"}

    inputs = image_input(input_shape, smallest(*strides))
    x = pad(inputs, 3)  # one pixel on each side, to give the figure's 110 x 110
    x = conv(x, layer1, 7, strides[0], **options)  # 110 x 110 x 96
    x = pool_and_normalize(x)  # 55 x 55 x 96
    x = conv(x, layer2, 5, strides[1], **options)  # 26 x 26 x 256
    x = pool_and_normalize(x)  # 13 x 13 x 256
    for number in others:
        x = conv(x, number, 3, use_bias=True, activation="relu")  # 13 x 13 x 384
    x = max_pool(x, 3, 2, "valid")  # 6 x 6 x 256
    x = fully_connected(x, dense, classes, classifier_activation, dropout)
    return keras.Model(inputs, x, name="zfnet")


def pool_and_normalize(x):
    """3x3 pooling, contrast normalization across maps: H x W x C -> H/2 x W/2 x C."""
    return LocalResponseNormalization()(max_pool(x, 3, 2))


def smallest(stride1, stride2):
    """Width of the smallest image of which the last pooling leaves one pixel."""
    layer2 = 2 * 3 - 1  # the last pooling takes 3 pixels, that before it rounds up
    pool1 = stride2 * (layer2 - 1) + 5
    layer1 = 2 * pool1 - 1
    return stride1 * (layer1 - 1) + 7 - 2
