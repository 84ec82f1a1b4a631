"""The ends of classifiers: dense layers until VGG, global pooling since GoogLeNet."""

from keras import layers

HE = {"kernel_initializer": "he_normal"}


def classifier(
    x,
    classes,
    activation="softmax",
    dropout=0.0,
    pool_name="global_pool",
    name="classifier",
):
    """Global average pooling and one dense layer: H x W x C -> classes.

    The dense layer computes in float32, whatever the policy: a softmax over bfloat16
    logits has three digits.
    """
    x = layers.GlobalAveragePooling2D(name=pool_name)(x)
    if dropout:
        x = layers.Dropout(dropout, name="dropout")(x)
    return layers.Dense(classes, activation=activation, dtype="float32", name=name)(x)


def fully_connected(
    x,
    units,
    classes,
    activation="softmax",
    dropout=0.5,
    hidden_activation="relu",
    first=6,
    prefix="",
    initializers=HE,
    last_kernel="glorot_uniform",
):
    """Dense layers with dropout after each, then the classes: H x W x C -> classes.

    ``units`` are the widths of the hidden layers, (4096, 4096) until VGG. Layers are
    numbered on from the convolutions, as in the papers: "fc6", "fc7", "fc8", with
    ``first=6``; ``prefix`` stands before all names where a model has several heads.
    ``initializers`` are Keras's of the hidden layers, ``last_kernel`` that of the last.
    """
    x = layers.Flatten(name=f"{prefix}flatten")(x)
    for number, width in enumerate(units, first):
        x = layers.Dense(
            width,
            hidden_activation,
            name=f"{prefix}fc{number}",
            **initializers,
        )(x)
        x = layers.Dropout(dropout, name=f"{prefix}fc{number}_dropout")(x)
    return layers.Dense(
        classes,
        activation=activation,
        kernel_initializer=last_kernel,
        dtype="float32",
        name=f"{prefix}fc{first + len(units)}",
    )(x)


def convolutional(
    x, units, kernel_size=7, dilation_rate=1, dropout=0.5, first=6, initializers=HE
):
    """Dense layers as convolutions, for every place: H x W x C -> H x W x units[-1].

    The first reads ``kernel_size`` x ``kernel_size`` places, as a dense layer does
    after a flattening; the others read one. Numbers, names and dropout: as in
    `fully_connected`. With weights from there, moved over, the middle of an image gives
    what the dense layers give.
    """
    for number, width in enumerate(units, first):
        x = layers.Conv2D(
            width,
            kernel_size if number == first else 1,
            padding="same",
            dilation_rate=dilation_rate if number == first else 1,
            activation="relu",
            name=f"fc{number}",
            **initializers,
        )(x)
        x = layers.Dropout(dropout, name=f"fc{number}_dropout")(x)
    return x


def pixel_classifier(x, classes, activation="softmax", name="classifier"):
    """A 1x1 convolution in float32, a class for every pixel: H x W x C -> classes."""
    return layers.Conv2D(
        classes,
        1,
        activation=activation,
        kernel_initializer="he_normal",
        dtype="float32",
        name=name,
    )(x)
