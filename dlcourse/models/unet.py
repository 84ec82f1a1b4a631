"""U-Net: what the contracting path saw, handed over to the expanding path.

Olaf Ronneberger, Philipp Fischer, Thomas Brox: U-Net: Convolutional Networks for
Biomedical Image Segmentation. MICCAI 2015, arXiv:1505.04597.
"""

from keras import layers

from dlcourse.blocks.conv import conv, max_pool
from dlcourse.blocks.head import pixel_classifier
from dlcourse.blocks.upsample import crop, up_conv
from dlcourse.models.arguments import (
    check_counts,
    check_fractions,
    check_lists,
    check_sizes,
    functional,
    image_input,
)


def UNet(
    widths=(64, 128, 256, 512, 1024),
    padding="valid",
    skips=True,
    dropout=0.5,
    input_shape=(572, 572, 1),
    classes=2,
    classifier_activation="softmax",
    name="UNet",
):
    """U-Net (fig. 1).

    Layers: "conv1_1", "conv1_2", "pool1" to "conv5_2", then from the lowest level
    upwards "up4", "skip4" (cropped where convolutions are not padded), "concat4",
    "up4_conv1", "up4_conv2" to "up1_conv2", "classifier".

    Differs: the paper has dropout "at the end of the contracting path" and does not say
    how much; here it follows the lowest level.

    Args:
        widths: filters of the levels, from the highest to the lowest.
        padding: "valid" as in the paper, where each convolution takes off a border of
            one pixel and the output is 184 pixels smaller than the image, or "same".
        skips: whether the expanding path gets the maps of the contracting one.
        dropout: rate after the lowest level.
        input_shape: (height, width, channels); L levels halve L - 1 times without rest.
            With "valid", of the form k 2 ** (L - 1) - 4: 572 with five levels.
        classes: number of classes.
        classifier_activation: of the last layer.
        name: of the model.

    Returns:
        A ``keras.Model``: images (n, height, width, channels) -> probabilities
        (n, height', width', classes).

    Raises:
        ValueError: for widths, a padding, shape or number that is not possible.
    """
    check_counts(classes=classes)
    check_lists(widths=widths)
    check_fractions(dropout=dropout)
    inputs = sized_input(input_shape, padding, len(widths))
    x, seen = contract(inputs, widths, padding)
    x = layers.Dropout(dropout, name="dropout")(x)  # 28 x 28 x 1024
    for level in range(len(widths) - 1, 0, -1):  # to 388 x 388 x 64
        handed_over = seen[level - 1] if skips else None
        x = expand(x, handed_over, level, widths[level - 1], padding)
    outputs = pixel_classifier(x, classes, classifier_activation)
    return functional(inputs, outputs, name)


def contract(x, widths, padding):
    """The contracting path: its last feature maps, and those of the levels before."""
    seen = []
    for level, filters in enumerate(widths, 1):
        if level > 1:
            x = max_pool(x, 2, 2, "valid", name=f"pool{level - 1}")
        x = two_convs(x, filters, padding, f"conv{level}_")
        seen.append(x)
    return x, seen[:-1]


def expand(x, skip, level, filters, padding):
    """Up-convolution, concatenation with the skip, two 3x3: h x w -> 2h x 2w x filters.

    Without padding, the two 3x3 take off 4 pixels, and the skip is cropped.
    """
    x = up_conv(x, filters, activation="relu", name=f"up{level}")
    if skip is not None:
        skip = crop(skip, x, name=f"skip{level}") if padding == "valid" else skip
        x = layers.Concatenate(name=f"concat{level}")([skip, x])
    return two_convs(x, filters, padding, f"up{level}_conv")


def two_convs(x, filters, padding, prefix):
    """Two 3x3 convolutions with ReLU: as high and wide, or 4 pixels less ("valid")."""
    options = {"padding": padding, "use_bias": True, "activation": "relu"}
    x = conv(x, filters, 3, name=f"{prefix}1", **options)
    return conv(x, filters, 3, name=f"{prefix}2", **options)


def sized_input(input_shape, padding, levels):
    """Input tensor of a size that ``levels`` - 1 poolings halve without a rest."""
    if padding not in ("valid", "same"):
        raise ValueError(f"padding={padding!r}: choose 'valid' or 'same'.")
    if not levels:
        raise ValueError("widths=(): give at least one level.")
    multiple = 2 ** (levels - 1)
    if padding == "same":
        inputs = image_input(input_shape, at_least=multiple)
        check_sizes(input_shape, multiple)
        return inputs
    # 4 pixels at the lowest level, and two convolutions at each that take off 4.
    inputs = image_input(input_shape, at_least=12 * multiple - 4, fixed=True)
    check_sizes(input_shape, multiple, less=4)
    return inputs
