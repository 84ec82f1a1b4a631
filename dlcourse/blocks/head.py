"""The end of nearly every classifier since GoogLeNet."""

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
