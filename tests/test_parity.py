"""Equal outputs: the randomised weights of keras.applications, moved into ours."""

import gc

import keras
import numpy as np
import pytest

from dlcourse.models import catalog, transfer

TWINS = [row for row in catalog.CATALOG if row.twin]
SIZE = {  # small, but at least what the twin takes; 64 where nothing is said
    "VGG16": 32,
    "VGG19": 32,
    "InceptionV3": 75,
    "InceptionResNetV2": 75,
    "Xception": 74,  # a pooling of 34 pixels: even, where paddings differ
}


def randomise(model, seed=0):
    """Statistics as after training, so that a wrong batch norm shows."""
    draw = np.random.default_rng(seed)
    for layer in model.layers:
        for weight in layer.weights:
            if weight.name in ("gamma", "moving_variance"):
                weight.assign(draw.uniform(0.5, 1.5, weight.shape))
            elif weight.name in ("beta", "moving_mean", "bias"):
                weight.assign(draw.normal(0, 0.1, weight.shape))


def same_output(row):
    """Both outputs for the same two images, ours first."""
    keras.backend.clear_session()
    keras.utils.set_random_seed(0)
    size = SIZE.get(row.twin, 64)
    twin = make_twin(row, size)
    randomise(twin)
    ours = row.build(input_shape=(size, size, 3))
    transfer(twin, ours)
    x = np.random.default_rng(1).normal(size=(2, size, size, 3)).astype("float32")
    outputs = [
        keras.ops.convert_to_numpy(model(x, training=False)) for model in (ours, twin)
    ]
    gc.collect()
    return outputs


def make_twin(row, size):
    constructor = getattr(keras.applications, row.twin)
    return constructor(weights=None, input_shape=(size, size, 3), classes=1000)


@pytest.mark.parametrize("row", TWINS, ids=[row.name for row in TWINS])
def test_same_output_as_keras_applications(row):
    ours, twin = same_output(row)
    np.testing.assert_allclose(ours, twin, rtol=1e-4, atol=1e-7)
    assert np.ptp(twin[0]) > 1e-4  # the output is not flat, so equality says something
