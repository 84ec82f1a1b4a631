"""The pattern of the convolutional networks from LeNet to VGG, as one function.

INPUT -> [(CONV -> RELU) x N -> POOL?] x M -> (FC -> RELU) x K -> FC. Notation of the
course notes of CS231n, Stanford University: Convolutional Neural Networks.
"""

from keras import layers

from dlcourse.blocks.conv import conv, relu
from dlcourse.models.arguments import (
    check_counts,
    check_lists,
    functional,
    image_input,
)

POOLING = {"max": layers.MaxPooling2D, "average": layers.AveragePooling2D}


def ConvNet(
    filters=(16, 32),
    repeats=1,
    pooling="max",
    dense=(64,),
    kernel_size=3,
    input_shape=(32, 32, 1),
    classes=10,
    classifier_activation="softmax",
    name="ConvNet",
):
    """[(CONV -> RELU) x N -> POOL?] x M -> (FC -> RELU) x K -> FC, on images.

    Layers: "conv1_1", "conv1_1_relu", "pool1", "conv2_1" and so on, "flatten", "fc1",
    "fc1_relu" and so on to the last FC, which has no ReLU.

    Args:
        filters: a number for each of the M stages. Convolutions keep height and width,
            a pooling over 2 x 2 pixels halves them. Without a stage, ``filters=()``,
            this is a multi-layer perceptron.
        repeats: N, the convolutions in each stage; also 0.
        pooling: "max", "average" or None.
        dense: units of each of the K hidden layers.
        kernel_size: of all convolutions.
        input_shape: (height, width, channels).
        classes: number of classes.
        classifier_activation: of the last layer.
        name: of the model.

    Returns:
        A ``keras.Model``: images (n, height, width, channels) -> probabilities
        (n, classes).

    Raises:
        ValueError: for arguments outside the pattern, or for images that the last
            pooling cannot halve.
    """
    check(filters, repeats, pooling, dense)
    check_counts(kernel_size=kernel_size, classes=classes)
    at_least = 2 ** len(filters) if pooling else 1
    x = inputs = image_input(input_shape, at_least, fixed=True)
    for m, width in enumerate(filters, 1):  # M stages: H x W x C -> H/2 x W/2 x width
        for n in range(1, repeats + 1):  # N times
            x = conv(x, width, kernel_size, use_bias=True, name=f"conv{m}_{n}")
            x = relu(x, f"conv{m}_{n}_relu")
        if pooling:
            x = POOLING[pooling](2, name=f"pool{m}")(x)
    x = layers.Flatten(name="flatten")(x)
    for k, units in enumerate(dense, 1):  # K hidden layers
        x = layers.Dense(units, kernel_initializer="he_normal", name=f"fc{k}")(x)
        x = relu(x, f"fc{k}_relu")
    last = {"dtype": "float32", "name": f"fc{len(dense) + 1}"}
    outputs = layers.Dense(classes, classifier_activation, **last)(x)
    return functional(inputs, outputs, name)


def check(filters, repeats, pooling, dense):
    """ValueError that says what is possible, for arguments outside the pattern."""
    check_lists(filters=filters, dense=dense)
    check_counts(at_least=0, repeats=repeats)
    if pooling not in (None, *POOLING):
        raise ValueError(
            f'pooling={pooling!r}: choose "max", "average", or None for no pooling.'
        )
