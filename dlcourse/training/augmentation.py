"""Random changes of images: in training, by name, and at test time.

Test-time augmentation: Alex Krizhevsky, Ilya Sutskever, Geoffrey Hinton: ImageNet
Classification with Deep Convolutional Neural Networks. NIPS 2012, section 4.1 (there:
five crops and their mirror images). Differs: the copies are drawn at random.
"""

import keras
from keras import layers, ops

from dlcourse.analysis.prediction import predict_in_batches


@keras.saving.register_keras_serializable("dlcourse")
class RandomShift(layers.RandomTranslation):
    """Moves images by whole pixels, up to an eighth of their size, black behind.

    So do the CIFAR papers, by 4 of 32 pixels; every number of pixels is as likely as
    the others. A move by parts of a pixel would blur the images in training alone.
    """

    def __init__(self, seed=None, **options):
        options = {"height_factor": 1 / 8, "width_factor": 1 / 8} | options
        options = {"fill_mode": "constant", "interpolation": "nearest"} | options
        super().__init__(seed=seed, **options)

    def get_random_transformation(self, *arguments, **options):
        """Translations (n, 2), to the right and down, in pixels."""
        drawn = super().get_random_transformation(*arguments, **options)
        if drawn is None:
            return None
        numpy, height = self.backend.numpy, drawn["input_shape"][-3]
        sizes = self.backend.cast(
            self.backend.convert_to_tensor([drawn["input_shape"][-2], height]),
            "float32",
        )
        most = numpy.round(sizes / 8)
        # Evenly between -most - 1/2 and most + 1/2, then to the nearest whole number.
        parts = drawn["translations"] / sizes * 8 * (most + 0.5)
        return drawn | {"translations": numpy.floor(parts + 0.5)}


AUGMENTATIONS = {  # name: seed -> layer
    "flip": lambda seed: layers.RandomFlip("horizontal", seed=seed),
    "shift": lambda seed: RandomShift(seed=seed),
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
        total = total + predict_in_batches(model, copies)
    return total / times
