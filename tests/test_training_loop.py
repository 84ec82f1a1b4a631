"""The loop that a student retypes, against ``fit``, on every backend that is here."""

import importlib.util
import os
import subprocess
import sys

import keras
import numpy as np
import pytest
from keras import layers

from dlcourse.datasets import Epochs
from dlcourse.training import fit, training_loop
from dlcourse.training.recipe import Recipe

BATCH = 16


def network():
    """Dense, batch norm, ReLU, dense: weights, and a state that is no weight."""
    keras.utils.set_random_seed(1)
    return keras.Sequential(
        [
            keras.Input((8,)),
            layers.Dense(12, use_bias=False),
            layers.BatchNormalization(momentum=0.9),
            layers.ReLU(),
            layers.Dense(4, "softmax"),
        ]
    )


def digits():
    """150 examples of four classes: nine batches, and a rest."""
    rng = np.random.default_rng(0)
    labels = rng.integers(4, size=150).astype("int32")
    return rng.normal(size=(150, 8)).astype("float32") + labels[:, None], labels


def both(optimizer, rate):
    """Losses of the loop and of ``fit`` over an epoch, and the weights of both."""
    data, one, other = digits(), network(), network()
    recipe = Recipe("", BATCH, 1, rate, "cosine", optimizer=optimizer)
    epoch = Epochs(data, BATCH, seed=3)
    keras.utils.set_random_seed(3)
    losses = training_loop(
        one,
        keras.losses.sparse_categorical_crossentropy,
        recipe.make_optimizer(epoch.steps),
        epoch.between(0, 1).as_numpy_iterator(),
    )
    options = {"rate": rate, "batch_size": BATCH, "optimizer": optimizer, "seed": 3}
    history = fit(other, data, 1, **options)
    return losses, history["loss"], one.get_weights(), other.get_weights()


@pytest.mark.parametrize(("optimizer", "rate"), [("sgd", 0.1), ("adam", 0.01)])
def test_the_loop_equals_fit_over_an_epoch(optimizer, rate):
    losses, (mean,), one, other = both(optimizer, rate)
    assert len(losses) == 150 // BATCH
    np.testing.assert_allclose(np.mean(losses), mean, rtol=1e-5)
    for ours, theirs, first in zip(one, other, network().get_weights(), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-5)
        assert np.abs(ours - first).max() > 1e-3  # the epoch changed every one of them


@pytest.mark.skipif("DLCOURSE_INNER" in os.environ, reason="this is the inner run")
@pytest.mark.parametrize("backend", ["jax", "torch"])
def test_the_loop_equals_fit_on_other_backends(backend):
    if importlib.util.find_spec(backend) is None:
        pytest.skip(f"{backend} is not installed here: make backends installs it")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", __file__]
    environment = os.environ | {"KERAS_BACKEND": backend, "DLCOURSE_INNER": "1"}
    environment.pop("DLCOURSE_NOTHING_SKIPPED", None)  # this test skips itself there
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-3000:]
    assert "2 passed" in done.stdout
