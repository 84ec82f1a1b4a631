"""Equal outputs: the randomised weights of keras.applications, moved into ours."""

import contextlib
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


def randomise(model, seed=0, scale=1):
    """Weights as after training, so that every mistake shows.

    Batch-norm statistics are those of some images, then disturbed: with statistics from
    nowhere, signals die or explode on the way, and the softmax hides the rest.
    """
    draw = np.random.default_rng(seed)
    for layer in all_layers(model):
        layer.momentum = 0.0
        for weight in layer.weights:
            if weight.name == "gamma" or type(layer).__name__ == "LayerScale":
                weight.assign(draw.uniform(0.5, 1.5, weight.shape))
            elif weight.name in ("beta", "bias"):
                weight.assign(draw.normal(0, 0.1, weight.shape))
            elif weight.name == "kernel":
                weight.assign(weight * 2**0.5)  # what a ReLU takes away
    kind = keras.layers.BatchNormalization
    normalizing = [layer for layer in all_layers(model) if isinstance(layer, kind)]
    if normalizing:  # ConvNeXt has none, and grouped convolutions in float64 take long
        model(scale * draw.normal(size=(8, *model.input_shape[1:])), training=True)
        for layer in normalizing:
            mean, variance = layer.moving_mean, layer.moving_variance
            noise = draw.normal(0, 0.1, mean.shape) * np.sqrt(variance)
            # 1 / factor is 1 on average, so that no disturbance builds up.
            factor = 1.1 * draw.uniform(0.5, 1.5, mean.shape)
            mean.assign(mean + noise)
            variance.assign(variance * factor + 0.01)


def all_layers(model):
    """Its layers, those of models inside in place of these."""
    for layer in model.layers:
        yield from all_layers(layer) if isinstance(layer, keras.Model) else [layer]


def spread(model):
    """Scale the last layer until the logits have a standard deviation of 1.

    Else one class takes all of the softmax, or all images get the same output.
    """
    images = np.random.default_rng(2).normal(size=(8, *model.input_shape[1:]))
    last = model.layers[-1]
    last.activation, softmax = keras.activations.linear, last.activation
    logits = keras.ops.convert_to_numpy(model(images, training=False))
    last.activation = softmax
    last.kernel.assign(last.kernel / np.std(logits))


def same_output(row):
    """Both outputs for the same two images, ours first.

    In float64: random networks of 100 layers amplify rounding a thousand times.
    """
    with in_float64():
        return two_outputs(row)


@contextlib.contextmanager
def in_float64():
    """All in float64, even where a test before has set a policy, which beats floatx."""
    keras.config.set_floatx("float64")
    keras.config.set_dtype_policy("float64")
    try:
        yield
    finally:
        keras.config.set_floatx("float32")
        keras.config.set_dtype_policy("float32")
        keras.utils.clear_session()


def two_outputs(row):
    keras.backend.clear_session()
    keras.utils.set_random_seed(0)
    size = SIZE.get(row.twin, 64)
    twin = make_twin(row, size)
    randomise(twin)
    spread(twin)
    ours = row.build(input_shape=(size, size, 3))
    transfer(twin, ours)
    x = np.random.default_rng(1).normal(size=(2, size, size, 3))
    outputs = [
        keras.ops.convert_to_numpy(model(x, training=False)) for model in (ours, twin)
    ]
    gc.collect()
    return outputs


def make_twin(row, size):
    constructor = getattr(keras.applications, row.twin)
    return constructor(weights=None, input_shape=(size, size, 3), classes=1000)


# The largest of a family, whose smaller ones `make test` compares: make test-all.
LARGE = {"ResNet-101", "ResNet-152", "ResNet-101 V2", "ResNet-152 V2"}
LARGE |= {"DenseNet-169", "DenseNet-201", "NASNet-A large"}


@pytest.mark.parametrize(
    "row",
    [
        pytest.param(row, id=row.name, marks=[pytest.mark.slow] * (row.name in LARGE))
        for row in TWINS
    ],
)
def test_same_output_as_keras_applications(row, record_property):
    ours, twin = same_output(row)
    found = {"twin": row.twin, "difference": float(np.abs(ours - twin).max())}
    record_property("status", ["networks", row.name, found])
    np.testing.assert_allclose(ours, twin, rtol=1e-4, atol=1e-7)
    # The output depends on the image, so that equality says something.
    assert np.abs(twin[0] - twin[1]).max() > 0.01 * twin.max()
