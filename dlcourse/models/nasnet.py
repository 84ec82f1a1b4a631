"""NASNet-A.

Barret Zoph, Vijay Vasudevan, Jonathon Shlens, Quoc V. Le: Learning Transferable
Architectures for Scalable Image Recognition. CVPR 2018, arXiv:1707.07012.
"""

from typing import NamedTuple

from keras import layers

from dlcourse.blocks.conv import relu
from dlcourse.blocks.head import classifier
from dlcourse.blocks.nasnet import batch_norm, normal_cell, reduction_cell
from dlcourse.models.arguments import check_counts, choose, functional, image_input


class Size(NamedTuple):
    """What a variant is made of: "N @ filters" in tables 1 and 2, and its stem."""

    repeats: int  # N normal cells between two reductions
    filters: int  # feature maps before the classifier
    stem_filters: int
    stem_reductions: int  # reduction cells in the stem: two for ImageNet (fig. 2)
    skip: bool  # after a reduction, the second input is two cells back, not one
    image_size: int = 224
    momentum: float = 0.9997  # of batch norm, as epsilon: the authors' configuration
    epsilon: float = 1e-3


SIZES = {
    "mobile": Size(4, 1056, 32, stem_reductions=2, skip=False),
    "large": Size(6, 4032, 96, stem_reductions=2, skip=True, image_size=331),
    "cifar": Size(6, 768, 96, 0, False, image_size=32, momentum=0.9, epsilon=1e-5),
}


def NASNet(
    size="mobile",
    input_shape=None,
    classes=1000,
    classifier_activation="softmax",
    momentum=None,
    name="NASNet",
):
    """Normal and reduction cells that a search found, stacked by hand (fig. 2).

    Layers: "stem_conv", the reduction cells "stem_cell_1", …, then the cells
    "normal_cell_1", …, with "reduction_cell_1" and "reduction_cell_2" between them, of
    which each is called as its output is, "relu", "global_pool", "classifier".

    Differs: without the auxiliary classifier, the dropout and the scheduled drop path
    that the authors trained with.

    Args:
        size: one of `SIZES`, or a `Size` of your own. Its ``filters`` are a multiple of
            24, and of 96 with two reductions in the stem.
        input_shape: (height, width, channels); by default that of the variant: 224,
            "large" 331, "cifar" 32 pixels.
        classes: number of classes.
        classifier_activation: of the last layer.
        momentum: of batch norm's running statistics; by default that of the variant.
        name: of the model.

    Returns:
        A ``keras.Model``: images (n, height, width, channels) -> probabilities
        (n, classes).

    Raises:
        ValueError: for a size, shape or number that is not possible.
    """
    size = choose_size(size)
    check_counts(classes=classes)
    filters = size.filters // 24  # a normal cell has six times as many, of 4 widths
    if input_shape is None:
        input_shape = (size.image_size, size.image_size, 3)
    momentum = size.momentum if momentum is None else momentum
    options = {"momentum": momentum, "epsilon": size.epsilon}
    inputs = image_input(input_shape, smallest(size), fixed=True)
    x, previous = stem(inputs, size, filters, options)
    for stage in range(3):
        width = filters * 2**stage
        if stage > 0:
            below = previous if size.skip else x
            cell = f"reduction_cell_{stage}"
            x = reduction_cell(x, previous, width, name=cell, **options)
            previous = below
        for number in range(stage * size.repeats, (stage + 1) * size.repeats):
            cell = f"normal_cell_{number + 1}"
            x, previous = normal_cell(x, previous, width, name=cell, **options), x
    # 7 x 7 x 1056 (mobile), 11 x 11 x 4032 (large), 8 x 8 x 768 (cifar)
    outputs = classifier(relu(x, "relu"), classes, classifier_activation)
    return functional(inputs, outputs, name)


def stem(x, size, filters, options):
    """3x3 convolution and reduction cells: the first two inputs of a cell."""
    for_imagenet = size.stem_reductions > 0
    x = layers.Conv2D(
        size.stem_filters,
        3,
        strides=2 if for_imagenet else 1,
        padding="valid" if for_imagenet else "same",
        use_bias=False,
        kernel_initializer="he_normal",
        name="stem_conv",
    )(x)
    x = previous = batch_norm(x, name="stem_conv_bn", **options)
    for number in range(1, size.stem_reductions + 1):
        width = filters // 2 ** (size.stem_reductions - number + 1)
        cell = f"stem_cell_{number}"
        x, previous = reduction_cell(x, previous, width, name=cell, **options), x
    return x, previous


def choose_size(size):
    """The `Size` of that name, or the one that is given; ValueError unless possible."""
    if not isinstance(size, Size):
        return choose(SIZES, size, "size", "a Size of your own")
    check_counts(
        repeats=size.repeats, filters=size.filters, stem_filters=size.stem_filters
    )
    check_counts(at_least=0, stem_reductions=size.stem_reductions)
    multiple = 24 * 2**size.stem_reductions
    if size.filters % multiple:
        raise ValueError(f"filters={size.filters}: must be a multiple of {multiple}.")
    return size


def smallest(size):
    """Width of the smallest image that every reduction finds a pixel to remove from."""
    pixels = 2 ** (size.stem_reductions + 1) + 1  # two more reductions in the network
    return 2 * pixels + 1 if size.stem_reductions else pixels
