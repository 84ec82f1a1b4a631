"""Random changes of images: in training, by name, and at test time.

Test-time augmentation: Alex Krizhevsky, Ilya Sutskever, Geoffrey Hinton: ImageNet
Classification with Deep Convolutional Neural Networks. NIPS 2012, section 4.1 (there:
five crops and their mirror images). Differs: the copies are drawn at random.
"""

from keras import layers, ops

AUGMENTATIONS = {  # name: seed -> layer
    "flip": lambda seed: layers.RandomFlip("horizontal", seed=seed),
    # By up to an eighth with black behind: the CIFAR papers' 4 of 32 pixels.
    "shift": lambda seed: layers.RandomTranslation(
        1 / 8, 1 / 8, fill_mode="constant", seed=seed
    ),
    "rotate": lambda seed: layers.RandomRotation(1 / 24, seed=seed),  # 15 degrees
}


def augmentation(names, seed=0):
    """A Keras layer that applies the named augmentations in turn; None for no names.

    Raises ValueError for a name that is not in `AUGMENTATIONS`.
    """
    for name in names:
        if name not in AUGMENTATIONS:
            listed = ", ".join(AUGMENTATIONS)
            raise ValueError(f"There is no augmentation {name!r}; there are: {listed}.")
    steps = [AUGMENTATIONS[name](seed + index) for index, name in enumerate(names)]
    return layers.Pipeline(steps) if steps else None


def test_time_augmentation(model, x, augment, times=10):  # noqa: PT028 (no test)
    """The mean of a model's predictions for ``times`` augmented copies of images.

    Args:
        model: a ``keras.Model`` that gives probabilities (n, classes).
        x: images (n, height, width, channels); one copy is held in memory.
        augment: a Keras layer that augments images when called in training.

    Returns:
        Probabilities (n, classes), an array.
    """
    total = 0.0
    for _ in range(times):
        copies = ops.convert_to_numpy(augment(x, training=True))
        total = total + model.predict(copies, verbose=0)
    return total / times
