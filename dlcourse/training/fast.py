"""A short training that ends well: what makes ResNet-9 right sooner.

The measures are those of fast training on CIFAR-10 (D. Page: How to Train Your ResNet,
2018; K. Jordan: 94% on CIFAR-10 in 3.29 Seconds on a Single GPU, arXiv:2404.00498).
"""

import dataclasses
import time

import keras
import numpy as np
from keras import ops

from dlcourse.analysis.prediction import predict_in_batches
from dlcourse.datasets import Epochs, normalization
from dlcourse.training.fit import fit_recipe
from dlcourse.training.recipes import find_recipe

MEASURES = {  # the fields of the recipe without it
    "large batches": {"batch_size": 128, "rate": 0.1},
    "one cycle": {"schedule": "constant", "warmup": 0.0},
    "Nesterov": {"nesterov": False},
    "smoothing": {"smoothing": 0.0},
    "whitening": {},
    "averaging": {},
    "mirroring": {},
}


class Averaged(keras.callbacks.Callback):
    """A running mean of all weights, which are put into the model at the end.

    Args:
        kept: share of the mean that stays at each batch.
    """

    def __init__(self, kept=0.9):
        super().__init__()
        self.kept = kept

    def on_train_begin(self, logs=None):
        """Start with the weights as they are."""
        self.means = [ops.copy(weight) for weight in self.model.weights]

    def on_train_batch_end(self, batch, logs=None):
        """Let the means follow."""
        self.means = [
            self.kept * mean + (1 - self.kept) * ops.convert_to_tensor(weight)
            for mean, weight in zip(self.means, self.model.weights, strict=True)
        ]

    def on_train_end(self, logs=None):
        """Put them into the model."""
        for mean, weight in zip(self.means, self.model.weights, strict=True):
            weight.assign(mean)


def whiten(layer, images):
    """Let a convolution's first filters see patches in which nothing is correlated.

    They are the principal components of the images' patches, divided by their
    deviations, and stay trainable. What hardly varies is not made large: a hundredth
    of the largest variance is added to each.

    Args:
        layer: a ``keras.layers.Conv2D`` that is built.
        images: some of those that it takes (n, height, width, channels).
    """
    kernel = layer.get_weights()[0]
    size, _, channels, filters = kernel.shape
    patches = np.lib.stride_tricks.sliding_window_view(images, (size, size), (1, 2))
    patches = patches.transpose(0, 1, 2, 4, 5, 3).reshape(-1, size * size * channels)
    variances, components = np.linalg.eigh(np.cov(patches, rowvar=False))
    scaled = components / np.sqrt(variances + 1e-2 * variances.max())
    count = min(filters, scaled.shape[1])
    kernel[..., :count] = scaled[:, ::-1][:, :count].reshape(size, size, channels, -1)
    layer.set_weights([kernel, *layer.get_weights()[1:]])


def mirrored(model, images):
    """Probabilities (n, classes): the mean of those of images and of mirror images.

    images: (n, height, width, channels), as the model takes them.
    """
    both = (predict_in_batches(model, x) for x in (images, images[:, :, ::-1]))
    return sum(both) / 2


def fast_recipe(epochs, preprocessing=None, without=()):
    """Page's `Recipe` for ResNet-9 in so many epochs, with smoothed labels.

    One cycle: the rate rises for the first fifth of the training and falls to 0.

    Args:
        epochs: how many.
        preprocessing: a `datasets.Preprocessing` that standardizes channels, else
            Page's for CIFAR-10.
        without: names of `MEASURES` that are left out.
    """
    whole = find_recipe("ResNet-9")
    changes = {"smoothing": 0.2, "preprocessing": preprocessing or whole.preprocessing}
    for name in without:
        changes |= MEASURES[name]
    return dataclasses.replace(whole, **changes).shortened(epochs)


def train_fast(network, recipe, data, *, seed=0, without=()):
    """Train with all measures but mirroring, which comes after.

    Args:
        network: a built model of images that are standardized; its first layer with
            weights is a convolution.
        recipe: that of `fast_recipe`.
        data: images (n, height, width, channels) in 0 ... 1 and labels (n,), a pair.
        seed: of the order of the examples.
        without: names of `MEASURES` that are left out.

    Returns:
        The trained model of images in 0 ... 1, and the seconds that ``fit`` took, with
        compiling.
    """
    layer = normalization(data, recipe.preprocessing)
    model = keras.Sequential([keras.Input(network.input_shape[1:]), layer, network])
    if "whitening" not in without:
        first = next(inner for inner in network.layers if inner.weights)
        whiten(first, ops.convert_to_numpy(layer(data[0][:1000])))
    epochs = Epochs(
        data, recipe.batch_size, seed=seed, preprocessing=recipe.preprocessing
    )
    averaging = [] if "averaging" in without else [Averaged()]
    start = time.perf_counter()
    fit_recipe(model, recipe, epochs, seed=seed, callbacks=averaging)
    return model, time.perf_counter() - start
