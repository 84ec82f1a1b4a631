"""The ends of classifiers: dense layers until VGG, global pooling since GoogLeNet."""

from keras import layers


def classifier(x, classes, activation="softmax", dropout=0.0):
    """Global average pooling and one dense layer: H x W x C -> classes.

    The dense layer computes in float32, whatever the policy: a softmax over bfloat16
    logits has three digits.
    """
    x = layers.GlobalAveragePooling2D()(x)
    if dropout:
        x = layers.Dropout(dropout)(x)
    return layers.Dense(classes, activation=activation, dtype="float32")(x)


def fully_connected(
    x, units, classes, activation="softmax", dropout=0.5, hidden_activation="relu"
):
    """Dense layers with dropout after each, then the classes: H x W x C -> classes.

    ``units`` are the widths of the hidden layers, (4096, 4096) until VGG.
    """
    x = layers.Flatten()(x)
    for width in units:
        x = layers.Dense(width, hidden_activation, kernel_initializer="he_normal")(x)
        x = layers.Dropout(dropout)(x)
    return layers.Dense(classes, activation=activation, dtype="float32")(x)
