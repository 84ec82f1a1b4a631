"""LeNet-5, as it was in 1998 and as it is drawn today.

Yann LeCun, Léon Bottou, Yoshua Bengio, Patrick Haffner: Gradient-Based Learning Applied
to Document Recognition. Proceedings of the IEEE 86(11), 1998, section II.B and fig. 2.
"""

import math

from keras import layers

from dlcourse.layers.activations import scaled_tanh
from dlcourse.layers.lenet import (
    RadialBasis,
    SparseConv2D,
    Subsampling,
    digit_codes,
)
from dlcourse.models.arguments import check_counts, choose, functional, image_input

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
    activation=None,
    pooling=None,
    input_shape=(32, 32, 1),
    classes=10,
    classifier_activation="softmax",
    name="LeNet5",
):
    """LeNet-5 (fig. 2).

    Layers: "C1", "S2", "C3", "S4", "flatten", "C5", "F6", "output"; an activation that
    is a layer of its own is called after the layer before, "S2_activation".

    Args:
        variant: "1998", with the sparse C3, trainable pooling and fixed output codes of
            the paper (60,000 trainable parameters); "dense", in which C3 sees all maps
            (61,706); "3x3", with small kernels, ReLU and max pooling (81,194).
        activation: of all layers but the last; None: that of the variant.
        pooling: "trainable", "average" or "max"; None: that of the variant.
        input_shape: (height, width, channels); the paper's 28 x 28 digits stand in the
            middle of 32 x 32.
        classes: number of classes; at most 10 for "1998", whose codes are digits.
        classifier_activation: of the last layer.
        name: of the model.

    Returns:
        A ``keras.Model``: images (n, height, width, channels) -> probabilities
        (n, classes).

    Raises:
        ValueError: for a variant, pooling, shape or number that is not possible.

    Differs: "1998" has seven-segment digits for codes, where the paper drew its own,
    and its logits are negative distances, so that the largest wins; the cross-entropy
    of their softmax is eq. 9 without its constant. Initialization is Keras's.
    """
    kernel_size, usual_activation, usual_pooling = choose(VARIANTS, variant)
    activation = activation or usual_activation
    pool = choose(POOLING, pooling or usual_pooling, "pooling")
    check_counts(classes=classes)
    if variant == "1998" and classes > 10:
        raise ValueError(f"classes={classes}: LeNet5('1998') has codes for 10 digits.")

    inputs = image_input(input_shape, at_least=3 * kernel_size + 1, fixed=True)
    # 28 x 28 x 6 with 5x5 kernels, as in figure 2
    x = layers.Conv2D(6, kernel_size, activation=activation, name="C1")(inputs)
    x = subsample(x, pool, activation, name="S2")  # 14 x 14 x 6
    if variant == "1998":
        x = SparseConv2D(C3_MAPS, kernel_size, name="C3")(x)  # 10 x 10 x 16
        x = layers.Activation(activation, name="C3_activation")(x)
    else:
        x = layers.Conv2D(16, kernel_size, activation=activation, name="C3")(x)
    x = subsample(x, pool, activation, name="S4")  # 5 x 5 x 16
    x = layers.Flatten(name="flatten")(x)  # 400; 576 with 3x3 kernels
    x = layers.Dense(120, activation=activation, name="C5")(x)
    x = layers.Dense(84, activation=activation, name="F6")(x)
    outputs = output(x, variant, classes, classifier_activation)
    return functional(inputs, outputs, name)


def subsample(x, pool, activation, name):
    """2x2 pooling; an activation, if it is trainable: H x W x C -> H/2 x W/2 x C."""
    x = pool(2, name=name)(x)
    if pool is Subsampling:
        x = layers.Activation(activation, name=f"{name}_activation")(x)
    return x


def output(x, variant, classes, activation):
    """The last layer: 84 -> classes.

    In 1998 a class was the likelier, the nearer F6 was to its code (eq. 7): the layers
    "RBF" and "logits".
    """
    last = {"dtype": "float32", "name": "output"}
    if variant != "1998":
        return layers.Dense(classes, activation, **last)(x)
    distances = RadialBasis(digit_codes()[:classes], dtype="float32", name="RBF")(x)
    logits = layers.Rescaling(-1.0, dtype="float32", name="logits")(distances)
    return layers.Activation(activation, **last)(logits)


def connections(model):
    """{layer: number of connections, bias included}, counted as in section II.B."""
    counts = {}
    for layer in model.layers:
        shape = layer.output.shape[1:]
        if isinstance(layer, Subsampling):
            counts[layer.name] = math.prod(shape) * (layer.pool_size**2 + 1)
        elif isinstance(layer, RadialBasis):
            counts[layer.name] = layer.codes.size
        elif layer.count_params():
            counts[layer.name] = math.prod(shape[:-1]) * layer.count_params()
    return counts
