"""LeNet-5, as it was in 1998 and as it is drawn today.

Yann LeCun, Léon Bottou, Yoshua Bengio, Patrick Haffner: Gradient-Based Learning Applied
to Document Recognition. Proceedings of the IEEE 86(11), 1998, section II.B and fig. 2.
"""

import math

import keras
from keras import layers

from dlcourse.layers.activations import scaled_tanh
from dlcourse.layers.lenet import (
    RadialBasis,
    SparseConv2D,
    Subsampling,
    digit_codes,
)
from dlcourse.models.arguments import choose, image_input

C3_MAPS = [  # table I: the maps of S2 that each map of C3 sees
    *([(i + n) % 6 for n in range(3)] for i in range(6)),
    *([(i + n) % 6 for n in range(4)] for i in range(6)),
    *([0, 1, 3, 4], [1, 2, 4, 5], [0, 2, 3, 5]),
    [0, 1, 2, 3, 4, 5],
]
VARIANTS = {  # kernel size, activation, pooling
    "1998": (5, scaled_tanh, "trainable"),
    "dense": (5, "tanh", "average"),
    "3x3": (3, "relu", "max"),
}
POOLING = {
    "trainable": Subsampling,
    "average": layers.AveragePooling2D,
    "max": layers.MaxPooling2D,
}


def LeNet5(
    variant="dense",
    input_shape=(32, 32, 1),
    classes=10,
    activation=None,
    pooling=None,
    classifier_activation="softmax",
):
    """LeNet-5: images -> classes.

    Args:
        variant: "1998", with the sparse C3, trainable pooling and fixed output codes of
            the paper (60,000 trainable parameters); "dense", in which C3 sees all maps
            (61,706); "3x3", with small kernels, ReLU and max pooling (81,194).
        input_shape: (height, width, channels); the paper's 28 x 28 digits stand in the
            middle of 32 x 32.
        classes: number of classes; at most 10 for "1998", whose codes are digits.
        activation: of all layers but the last; None: that of the variant.
        pooling: "trainable", "average" or "max"; None: that of the variant.
        classifier_activation: of the last layer.

    Differs: "1998" has seven-segment digits for codes, where the paper drew its own,
    and its scores are negative distances, so that the largest wins; the cross-entropy
    of their softmax is eq. 9 without its constant. Weights start as Keras has them.
    """
    kernel_size, usual_activation, usual_pooling = choose(VARIANTS, variant)
    activation = activation or usual_activation
    pool = choose(POOLING, pooling or usual_pooling, "pooling")
    in_1998 = variant == "1998"
    if in_1998 and classes > 10:
        raise ValueError(f"classes={classes}: LeNet5('1998') has codes for 10 digits.")

    x = inputs = image_input(input_shape, at_least=16)
    # 28 x 28 x 6 with 5x5 kernels, as in figure 2
    x = layers.Conv2D(6, kernel_size, activation=activation, name="C1")(x)
    x = pool(2, name="S2")(x)  # 14 x 14 x 6
    x = layers.Activation(activation)(x) if pool is Subsampling else x
    if in_1998:
        x = SparseConv2D(C3_MAPS, kernel_size, name="C3")(x)  # 10 x 10 x 16
        x = layers.Activation(activation)(x)
    else:
        x = layers.Conv2D(16, kernel_size, activation=activation, name="C3")(x)
    x = pool(2, name="S4")(x)  # 5 x 5 x 16
    x = layers.Activation(activation)(x) if pool is Subsampling else x
    x = layers.Flatten()(x)  # 400; 576 with 3x3 kernels
    x = layers.Dense(120, activation=activation, name="C5")(x)
    x = layers.Dense(84, activation=activation, name="F6")(x)
    if in_1998:
        codes = digit_codes()[:classes]
        distances = RadialBasis(codes, dtype="float32", name="RBF")(x)
        x = layers.Activation(classifier_activation, dtype="float32")(-distances)
    else:
        x = layers.Dense(classes, classifier_activation, dtype="float32")(x)
    return keras.Model(inputs, x, name=f"LeNet5_{variant}")


def connections(model):
    """{layer: number of wires, bias included}, counted as in section II.B."""
    wires = {}
    for layer in model.layers:
        shape = layer.output.shape[1:]
        if isinstance(layer, Subsampling):
            wires[layer.name] = math.prod(shape) * (layer.pool_size**2 + 1)
        elif isinstance(layer, RadialBasis):
            wires[layer.name] = layer.codes.size
        elif layer.count_params():
            wires[layer.name] = math.prod(shape[:-1]) * layer.count_params()
    return wires
