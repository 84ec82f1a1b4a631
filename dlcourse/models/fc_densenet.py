"""FC-DenseNet: a U-Net of dense blocks, "the one hundred layers tiramisu".

Simon Jégou, Michal Drozdzal, David Vazquez, Adriana Romero, Yoshua Bengio: The One
Hundred Layers Tiramisu: Fully Convolutional DenseNets for Semantic Segmentation. CVPR
Workshops 2017, arXiv:1611.09326.
"""

from keras import layers

from dlcourse.blocks.conv import MOMENTUM, conv, max_pool
from dlcourse.blocks.dense import bn_relu_conv
from dlcourse.blocks.head import pixel_classifier
from dlcourse.blocks.upsample import crop, up_conv
from dlcourse.models.arguments import (
    check_counts,
    check_fractions,
    choose,
    choose_stages,
    functional,
    image_input,
)

DEPTHS = {  # section 4.1: layers in each dense block, and the growth rate k
    56: ((4,) * 11, 12),
    67: ((5,) * 11, 16),
    103: ((4, 5, 7, 10, 12, 15, 12, 10, 7, 5, 4), 16),  # table 2
}
HE = {"use_bias": True, "kernel_initializer": "he_uniform"}  # as the authors' code


def FCDenseNet(
    depth=103,
    growth_rate=None,
    width=48,
    dropout=0.2,
    input_shape=(224, 224, 3),
    classes=11,
    classifier_activation="softmax",
    momentum=MOMENTUM,
    name="FCDenseNet",
):
    """FC-DenseNet-56, -67 or -103 (fig. 1, table 2).

    Only the new feature maps of a dense block are upsampled, not what it read: else
    there would be too many. Layers: "conv1", "dense_block1", "down1_1x1", "down1" to
    "down5"; "new1", the new maps of block 6, "up1", "concat1", …, "new2" and so on to
    "dense_block11", "classifier". In every block: "dense_block6_layer1_3x3" and the
    like.

    Args:
        depth: one of `DEPTHS`, or an odd number of numbers: the layers of each block.
        growth_rate: k, the feature maps that each layer adds; by default that of the
            table, and 16 for numbers of your own.
        width: filters of the first convolution.
        dropout: rate after each convolution but the first and last.
        input_shape: (height, width, channels) of any size from 2 ** (number of
            poolings) on: 32 for the networks of the paper.
        classes: number of classes.
        classifier_activation: of the last layer.
        momentum: of batch norm's running statistics.
        name: of the model.

    Returns:
        A ``keras.Model``: images (n, height, width, channels) -> probabilities
        (n, height, width, classes).

    Raises:
        ValueError: for a depth, shape or number that is not possible.
    """
    repeats, k = stages_of(depth)
    k = k if growth_rate is None else growth_rate
    check_counts(classes=classes, growth_rate=k, width=width)
    check_fractions(dropout=dropout)
    poolings = len(repeats) // 2
    inputs = image_input(input_shape, at_least=2**poolings, fixed=True)
    options = {"dropout": dropout, "momentum": momentum}
    x, new, skips = conv(inputs, width, 3, name="conv1", **HE), [], []
    for number, layers_in_block in enumerate(repeats, 1):
        if number > poolings + 1:
            x = transition_up(new, skips.pop(), number - poolings - 1)
        x, new = growing_block(
            x, layers_in_block, k, name=f"dense_block{number}", **options
        )
        if number <= poolings:
            skips.append(x)
            x = transition_down(x, name=f"down{number}", **options)
    outputs = pixel_classifier(x, classes, classifier_activation)
    return functional(inputs, outputs, name)


def growing_block(x, repeats, growth_rate, dropout, momentum, name):
    """A dense block (fig. 2): all maps h x w x (C + n k), and the n k new ones."""
    new = []
    for number in range(1, repeats + 1):
        layer = f"{name}_layer{number}_3x3"
        y = bn_relu_conv(x, growth_rate, 3, dropout, momentum, layer, **HE)
        new.append(y)
        block = f"{name}_layer{number}" if number < repeats else name
        x = layers.Concatenate(name=block)([x, y])
    return x, new


def transition_down(x, dropout, momentum, name):
    """BN-ReLU-1x1 and 2x2 max pooling (table 1): H x W x C -> H/2 x W/2 x C."""
    y = bn_relu_conv(x, x.shape[-1], 1, dropout, momentum, f"{name}_1x1", **HE)
    return max_pool(y, 2, 2, "valid", name=name)


def transition_up(new, skip, number):
    """3x3 transposed convolution of the new maps, beside the skip (table 1).

    It gives a row and a column more than twice as many as there were: cropped.
    """
    y = layers.Concatenate(name=f"new{number}")(new)
    y = up_conv(y, y.shape[-1], 3, padding="valid", name=f"up{number}", **HE)
    y = crop(y, skip, name=f"up{number}_crop")
    return layers.Concatenate(name=f"concat{number}")([y, skip])


def stages_of(depth):
    """The layers of each dense block, and k, for a row of `DEPTHS` or own numbers."""
    own = "an odd number of whole numbers"
    if not isinstance(depth, list | tuple):
        return choose(DEPTHS, depth, "depth", own)
    repeats = choose_stages(DEPTHS, depth)
    if len(repeats) % 2 == 0:
        raise ValueError(f"depth={depth!r}: give {own}, for the blocks of both paths.")
    return repeats, 16
