"""NASNet-A: Barret Zoph, Vijay Vasudevan, Jonathon Shlens, Quoc V. Le, "Learning
Transferable Architectures for Scalable Image Recognition", CVPR 2018, arXiv:1707.07012.
"""

from typing import NamedTuple

import keras
from keras import layers, ops

from dlcourse.blocks.head import classifier
from dlcourse.blocks.nasnet import norm, normal_cell, reduction_cell
from dlcourse.models.arguments import choose, image_input


class Size(NamedTuple):
    """What a variant is made of: "N @ filters" in tables 1 and 2, and its stem."""

    repeats: int  # N normal cells between two reductions
    filters: int  # feature maps before the classifier
    stem_filters: int
    stem_reductions: int  # reduction cells in the stem: two for ImageNet (fig. 2)
    skip: bool  # after a reduction, the second input is two cells back, not one


SIZES = {
    "mobile": Size(4, 1056, 32, stem_reductions=2, skip=False),
    "large": Size(6, 4032, 96, stem_reductions=2, skip=True),
    "cifar": Size(6, 768, 32, stem_reductions=0, skip=False),
}


def NASNet(
    size="mobile",
    input_shape=(224, 224, 3),
    classes=1000,
    classifier_activation="softmax",
):
    """NASNet-A (fig. 2): images -> class probabilities.

    ``size`` is one of `SIZES`, or a `Size` of your own, whose ``filters`` must be a
    multiple of 96. The large one is meant for 331 x 331, "cifar" for 32 x 32.
    """
    size = size if isinstance(size, Size) else choose(SIZES, size, "size")
    if size.filters % 96:
        raise ValueError(f"filters={size.filters}: must be a multiple of 96.")
    filters = size.filters // 24  # a normal cell has six times as many, of 4 widths
    inputs = image_input(input_shape, at_least=32)
    x, previous = stem(inputs, size, filters)
    for stage in range(3):
        if stage > 0:
            below = previous if size.skip else x
            x, previous = reduction_cell(x, previous, filters * 2**stage), below
        for _ in range(size.repeats):
            x, previous = normal_cell(x, previous, filters * 2**stage), x
    # 7 x 7 x 1056 (mobile), 11 x 11 x 4032 (large), 8 x 8 x 768 (cifar)
    outputs = classifier(ops.relu(x), classes, classifier_activation)
    return keras.Model(inputs, outputs, name="NASNet")


def stem(x, size, filters):
    """3x3 convolution and reduction cells: the first two inputs of a cell."""
    for_imagenet = size.stem_reductions > 0
    x = layers.Conv2D(
        size.stem_filters,
        3,
        strides=2 if for_imagenet else 1,
        padding="valid" if for_imagenet else "same",
        use_bias=False,
        kernel_initializer="he_normal",
    )(x)
    x = previous = norm(x)
    for i in reversed(range(size.stem_reductions)):
        x, previous = reduction_cell(x, previous, filters // 2 ** (i + 1)), x
    return x, previous
