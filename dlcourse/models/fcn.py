"""FCN: a classifier without dense layers that answers for every pixel.

Jonathan Long, Evan Shelhamer, Trevor Darrell: Fully Convolutional Networks for Semantic
Segmentation. CVPR 2015, arXiv:1411.4038.
"""

from keras import layers

from dlcourse.blocks.conv import conv
from dlcourse.blocks.head import convolutional
from dlcourse.blocks.upsample import bilinear
from dlcourse.models.arguments import (
    check_counts,
    check_fractions,
    check_lists,
    check_sizes,
    choose,
    functional,
    image_input,
)
from dlcourse.models.vgg import stage, stages_of

VARIANTS = {"32s": 0, "16s": 1, "8s": 2}  # fig. 3: the poolings that are added


def FCN(
    variant="8s",
    configuration="D",
    dense=(4096, 4096),
    dropout=0.5,
    input_shape=(224, 224, 3),
    classes=21,
    classifier_activation="softmax",
    name="FCN",
):
    """FCN-32s, FCN-16s or FCN-8s on a VGG (fig. 3).

    Layers: those of `VGG` to "pool5", convolutions "fc6" and "fc7", "logits" at a 32nd
    of the resolution; "up5", "pool4_logits", "sum4", "up4", "pool3_logits", "sum3"; at
    last "upsampled", bilinear interpolation that is not trained, and "classifier", its
    activation. Where a network has fewer stages, the numbers are less.

    Differs: the authors' code pads the image by 100 pixels and crops the end, so that
    any size will do; here convolutions are padded, and sizes are multiples. The authors
    initialize all logits with zero, since their trunk is pretrained; here only those of
    the poolings, so that a 16s begins as its 32s.

    Args:
        variant: one of `VARIANTS`.
        configuration: of the trunk: a column of VGG's table, or a list of such stages.
        dense: filters of "fc6" and "fc7".
        dropout: rate after each of them.
        input_shape: (height, width, channels), multiples of 2 ** (number of stages).
        classes: number of classes.
        classifier_activation: of the last layer.
        name: of the model.

    Returns:
        A ``keras.Model``: images (n, height, width, channels) -> probabilities
        (n, height, width, classes).

    Raises:
        ValueError: for a variant, column, stage, shape or number that is not possible.
    """
    check_counts(classes=classes)
    check_lists(dense=dense)
    check_fractions(dropout=dropout)
    added, stages = choose(VARIANTS, variant), stages_of(configuration)
    if len(stages) <= added:
        raise ValueError(
            f"configuration={configuration!r}: FCN-{variant} needs at least "
            f"{added + 1} stages."
        )
    inputs = image_input(input_shape, at_least=2 ** len(stages))
    check_sizes(input_shape, 2 ** len(stages))
    pools = [inputs]
    for number, row in enumerate(stages, 1):
        pools.append(stage(pools[-1], number, *row))  # 7 x 7 x 512 in the end
    x = convolutional(pools[-1], dense, dropout=dropout, first=len(stages) + 1)
    x = conv(x, classes, 1, use_bias=True, name="logits")  # 7 x 7 x classes
    for number in range(len(stages) - 1, len(stages) - 1 - added, -1):
        x = add_pool(x, pools[number], number)  # 14 x 14, 28 x 28
    x = bilinear(x, 2 ** (len(stages) - added), trainable=False, name="upsampled")
    last = layers.Activation(classifier_activation, dtype="float32", name="classifier")
    return functional(inputs, last(x), name)


def add_pool(x, pool, number):
    """Logits at twice the resolution: h x w x classes -> 2h x 2w x classes.

    They are interpolated, in a way that training may change, and those of a pooling
    are added.
    """
    zeros = {"use_bias": True, "kernel_initializer": "zeros"}
    x = bilinear(x, 2, name=f"up{number + 1}")
    y = conv(pool, x.shape[-1], 1, name=f"pool{number}_logits", **zeros)
    return layers.Add(name=f"sum{number}")([x, y])
