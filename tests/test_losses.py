"""Loss functions against NumPy, Keras, and their gradients by formula."""

import keras
import numpy as np
import pytest
from keras import ops

from dlcourse import layers
from dlcourse.gradients import gradients

RNG = np.random.default_rng(0)
SCORES = RNG.normal(0, 3, (6, 4)).astype("float32")
SCORES[0] = 0  # where the two branches of a stable formula would meet
CLASSES = np.eye(4, dtype="float32")[RNG.integers(0, 4, 6)]
BITS = RNG.integers(0, 2, (6, 4)).astype("float32")
SIGMOID = 1 / (1 + np.exp(-SCORES))
SOFTMAX = np.exp(SCORES) / np.exp(SCORES).sum(axis=-1, keepdims=True)

shipped = keras.losses
# ours: target, prediction, the formula in NumPy, its gradient, what Keras ships
LOSSES = {
    layers.mean_squared_error: (
        CLASSES,
        SCORES,
        ((CLASSES - SCORES) ** 2).mean(axis=-1),
        (SCORES - CLASSES) / 2,
        shipped.mean_squared_error,
    ),
    layers.binary_cross_entropy: (
        BITS,
        SIGMOID,
        -np.log(np.where(BITS == 1, SIGMOID, 1 - SIGMOID)).mean(axis=-1),
        (SIGMOID - BITS) / (SIGMOID * (1 - SIGMOID)) / 4,
        shipped.binary_crossentropy,
    ),
    layers.categorical_cross_entropy: (
        CLASSES,
        SOFTMAX,
        -np.log(SOFTMAX[CLASSES == 1]),
        -CLASSES / SOFTMAX,
        None,  # Keras first divides p by its sum: another gradient
    ),
    layers.sigmoid_cross_entropy: (
        BITS,
        SCORES,
        -np.log(np.where(BITS == 1, SIGMOID, 1 - SIGMOID)).mean(axis=-1),
        (SIGMOID - BITS) / 4,
        lambda t, s: shipped.binary_crossentropy(t, s, from_logits=True),
    ),
    layers.softmax_cross_entropy: (
        CLASSES,
        SCORES,
        -np.log(SOFTMAX[CLASSES == 1]),
        SOFTMAX - CLASSES,
        lambda t, s: shipped.categorical_crossentropy(t, s, from_logits=True),
    ),
}


def array(tensor):
    return ops.convert_to_numpy(tensor)


def slope(loss, target, prediction):
    target = ops.convert_to_tensor(target)
    _, (slopes,) = gradients(lambda p: ops.sum(loss(target, p)), prediction)
    return slopes


@pytest.mark.parametrize("loss", LOSSES, ids=lambda loss: loss.__name__)
def test_loss_equals_its_formula(loss):
    target, prediction, formula, gradient, _ = LOSSES[loss]
    value = array(
        loss(ops.convert_to_tensor(target), ops.convert_to_tensor(prediction))
    )
    np.testing.assert_allclose(value, formula, rtol=1e-5, atol=1e-6)
    slopes = slope(loss, target, prediction)
    np.testing.assert_allclose(slopes, gradient, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("loss", LOSSES, ids=lambda loss: loss.__name__)
def test_loss_equals_keras(loss):
    target, prediction, *_, theirs = LOSSES[loss]
    tensors = [ops.convert_to_tensor(each) for each in (target, prediction)]
    if theirs is None:
        value = array(shipped.categorical_crossentropy(*tensors))
        np.testing.assert_allclose(array(loss(*tensors)), value, rtol=1e-5)
        return
    np.testing.assert_allclose(array(loss(*tensors)), array(theirs(*tensors)), 1e-4)
    ours = slope(loss, target, prediction)
    np.testing.assert_allclose(ours, slope(theirs, target, prediction), 1e-4, 1e-6)


@pytest.mark.parametrize(
    "loss", [layers.sigmoid_cross_entropy, layers.softmax_cross_entropy]
)
def test_fused_loss_of_huge_logits_is_finite(loss):
    target = np.array([[1, 0], [0, 1]], "float32")
    logits = np.array([[-1e4, 1e4], [-1e4, 1e4]], "float32")
    wrong, right = array(loss(*map(ops.convert_to_tensor, (target, logits))))
    assert right == 0
    np.testing.assert_allclose(wrong, 1e4 if "sigmoid" in loss.__name__ else 2e4)
    share = 1 / 2 if "sigmoid" in loss.__name__ else 1  # its loss is a mean of two
    expected = share * np.array([[-1, 1], [0, 0]])
    np.testing.assert_allclose(slope(loss, target, logits), expected)


def test_a_model_trained_with_our_loss_round_trips(tmp_path):
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(4)])
    model.compile("sgd", layers.softmax_cross_entropy)
    model.fit(SCORES, CLASSES, verbose=0)
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    loss = model.evaluate(SCORES, CLASSES, verbose=0)
    np.testing.assert_allclose(again.evaluate(SCORES, CLASSES, verbose=0), loss, 1e-6)
