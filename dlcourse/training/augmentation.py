"""Random changes to training images, by name."""

from keras import layers

AUGMENTATIONS = {  # name: seed -> layer
    "flip": lambda seed: layers.RandomFlip("horizontal", seed=seed),
    # By up to an eighth with black behind: the CIFAR papers' 4 of 32 pixels.
    "shift": lambda seed: layers.RandomTranslation(
        1 / 8, 1 / 8, fill_mode="constant", seed=seed
    ),
    "rotate": lambda seed: layers.RandomRotation(1 / 24, seed=seed),  # 15 degrees
}


def augmentation(names, seed=0):
    """A Keras layer that does all the named ones in turn; None if there are none.

    ValueError that lists them for another name.
    """
    for name in names:
        if name not in AUGMENTATIONS:
            listed = ", ".join(AUGMENTATIONS)
            raise ValueError(f"There is no augmentation {name!r}; there are: {listed}.")
    made = [AUGMENTATIONS[name](seed + index) for index, name in enumerate(names)]
    return layers.Pipeline(made) if made else None
