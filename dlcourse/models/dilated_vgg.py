"""A VGG that keeps its resolution by dilation, and a module that looks around.

Fisher Yu, Vladlen Koltun: Multi-Scale Context Aggregation by Dilated Convolutions. ICLR
2016, arXiv:1511.07122.
"""

from keras import layers

from dlcourse.blocks.conv import conv, max_pool
from dlcourse.blocks.head import convolutional
from dlcourse.blocks.upsample import bilinear
from dlcourse.layers.initializers import ConvIdentity
from dlcourse.models.arguments import (
    check_counts,
    check_fractions,
    check_lists,
    check_sizes,
    choose,
    functional,
    image_input,
)
from dlcourse.models.vgg import stages_of

DILATIONS = (1, 1, 2, 4, 8, 16, 1)  # table 1; receptive field 3, 5, 9, 17, 33, 65, 67
CONTEXTS = {  # table 1: filters of these layers, as multiples of the number of classes
    "none": (),
    "basic": (1, 1, 1, 1, 1, 1, 1),
    "large": (2, 2, 4, 8, 16, 32, 32),
}


def DilatedVGG(
    context="basic",
    configuration="D",
    dense=(4096, 4096),
    dropout=0.5,
    input_shape=(224, 224, 3),
    classes=21,
    classifier_activation="softmax",
    name="DilatedVGG",
):
    """The front end of section 4 and the context module of section 3.

    The last two poolings of VGG are left out; the convolutions after the first of them
    are dilated by 2, and those after both by 4, so that they see what they saw before.
    Layers: "conv1_1" to "conv5_3" as in `VGG`, with "pool1" to "pool3"; "fc6", "fc7",
    "logits"; "context1" to "context8"; at last "upsampled", bilinear interpolation that
    is not trained, and "classifier", its activation.

    Differs: the authors pad nothing in the front end and reflect the image around; here
    convolutions are padded with zeros.

    Args:
        context: one of `CONTEXTS`.
        configuration: of the trunk: a column of VGG's table, or a list of three or more
            such stages.
        dense: filters of "fc6" and "fc7".
        dropout: rate after each of them.
        input_shape: (height, width, channels), multiples of 2 ** (stages - 2).
        classes: number of classes.
        classifier_activation: of the last layer.
        name: of the model.

    Returns:
        A ``keras.Model``: images (n, height, width, channels) -> probabilities
        (n, height, width, classes).

    Raises:
        ValueError: for a context, stage, shape or number that is not possible.
    """
    check_counts(classes=classes)
    check_lists(dense=dense)
    check_fractions(dropout=dropout)
    multiples, stages = choose(CONTEXTS, context, "context"), stages_of(configuration)
    if len(stages) < 3 or any(len(row) > 2 for row in stages):
        raise ValueError(
            f"configuration={configuration!r}: give a column with 3x3 convolutions "
            "alone, or at least three such stages."
        )
    factor = 2 ** (len(stages) - 2)
    inputs = image_input(input_shape, at_least=factor)
    check_sizes(input_shape, factor)
    x = front_end(inputs, stages)  # 28 x 28 x 512
    first = len(stages) + 1
    x = convolutional(x, dense, dilation_rate=4, dropout=dropout, first=first)
    x = conv(x, classes, 1, use_bias=True, name="logits")
    x = context_module(x, multiples) if multiples else x  # 28 x 28 x classes
    x = bilinear(x, factor, trainable=False, name="upsampled")
    last = layers.Activation(classifier_activation, dtype="float32", name="classifier")
    return functional(inputs, last(x), name)


def front_end(x, stages):
    """3x3 convolutions and all poolings but the last two: H x W x C -> H/8 x W/8 x 512.

    The last stage is dilated by 2.
    """
    for number, (repeats, filters) in enumerate(stages, 1):
        options = {"use_bias": True, "activation": "relu"}
        options["dilation_rate"] = 2 if number == len(stages) else 1
        for i in range(1, repeats + 1):
            x = conv(x, filters, 3, name=f"conv{number}_{i}", **options)
        if number < len(stages) - 1:
            x = max_pool(x, 2, 2, "valid", name=f"pool{number}")
    return x


def context_module(x, multiples):
    """The context module (table 1): h x w x classes -> h x w x classes.

    It begins as the identity on positive logits.
    """
    classes = x.shape[-1]
    noise = (
        0.001 if set(multiples) != {1} else 0.0
    )  # it tells channels of a class apart
    start = {"kernel_initializer": ConvIdentity(classes, noise), "use_bias": True}
    for number, multiple in enumerate(multiples, 1):
        options = {"dilation_rate": DILATIONS[number - 1], "activation": "relu"}
        options["name"] = f"context{number}"
        x = conv(x, multiple * classes, 3, **options, **start)
    return conv(x, classes, 1, name=f"context{len(multiples) + 1}", **start)
