"""ResNet-9, made for training on CIFAR-10 in seconds.

David Page: How to Train Your ResNet. myrtle.ai 2018, parts 1 to 4.
"""

from keras import layers

from dlcourse.blocks.conv import MOMENTUM, conv_bn, layer_name, max_pool
from dlcourse.models.arguments import check_counts, functional, image_input

LOGIT_SCALE = 0.125  # keeps the softmax soft in early training


def ResNet9(
    width=64,
    input_shape=(32, 32, 3),
    classes=10,
    classifier_activation="softmax",
    momentum=MOMENTUM,
    name="ResNet9",
):
    """Eight convolutions, two shortcuts, one dense layer.

    Batch norm and ReLU after every convolution, also at the end of a branch, so that
    nothing follows the sum. The image is pooled to its maxima at the end. Layers:
    "prep", "layer1", "layer1_residual", "layer2", "layer3", "layer3_residual",
    "global_pool", "linear", "logits", "classifier".

    Args:
        width: filters of the first convolution; each layer has twice as many as the one
            before it.
        input_shape: (height, width, channels), at least 8 x 8.
        classes: number of classes.
        classifier_activation: of the last layer.
        momentum: of batch norm's running statistics.
        name: of the model.

    Returns:
        A ``keras.Model``: images (n, height, width, channels) -> probabilities
        (n, classes).

    Raises:
        ValueError: for a shape or number that is not possible.
    """
    check_counts(classes=classes, width=width)
    inputs = image_input(input_shape, at_least=8)
    x = conv_bn(inputs, width, 3, momentum=momentum, name="prep")  # 32 x 32 x 64
    x = conv_pool(x, 2 * width, momentum, "layer1")  # 16 x 16 x 128
    x = residual(x, momentum, "layer1_residual")
    x = conv_pool(x, 4 * width, momentum, "layer2")  # 8 x 8 x 256
    x = conv_pool(x, 8 * width, momentum, "layer3")  # 4 x 4 x 512
    x = residual(x, momentum, "layer3_residual")
    x = layers.GlobalMaxPooling2D(name="global_pool")(x)
    x = layers.Dense(classes, use_bias=False, dtype="float32", name="linear")(x)
    x = layers.Rescaling(LOGIT_SCALE, dtype="float32", name="logits")(x)
    outputs = layers.Activation(
        classifier_activation, dtype="float32", name="classifier"
    )(x)
    return functional(inputs, outputs, name)


def conv_pool(x, filters, momentum=MOMENTUM, name=None):
    """3x3, batch norm, ReLU, pooling: H x W x C -> H/2 x W/2 x filters."""
    x = conv_bn(x, filters, 3, momentum=momentum, name=layer_name(name, "3x3"))
    return max_pool(x, 2, 2, padding="valid", name=name)


def residual(x, momentum=MOMENTUM, name=None):
    """Two 3x3 and a shortcut around them: H x W x C -> H x W x C."""
    first, second = layer_name(name, "3x3_1"), layer_name(name, "3x3_2")
    y = conv_bn(x, x.shape[-1], 3, momentum=momentum, name=first)
    y = conv_bn(y, x.shape[-1], 3, momentum=momentum, name=second)
    return layers.Add(name=name)([x, y])
