"""Dropout against its formula in NumPy, Keras's layer, and its own expectation."""

import keras
import numpy as np
import pytest
from keras.ops import convert_to_numpy as array

from dlcourse.gradients import gradients
from dlcourse.layers import AlphaDropout, Dropout

X = np.random.default_rng(0).normal(size=(200, 50)).astype("float32")
PAIRS = [  # ours, and the one that Keras ships
    pytest.param(lambda keep, seed: Dropout(keep, seed=seed), id="ours"),
    pytest.param(
        lambda keep, seed: keras.layers.Dropout(1 - keep, seed=seed), id="keras"
    ),
]


@pytest.mark.parametrize("dropout", PAIRS)
@pytest.mark.parametrize("keep", [0.3, 0.5, 0.8])
def test_value_and_gradient_are_the_formula(dropout, keep):
    mask = array(dropout(keep, 7)(np.ones_like(X), training=True)) > 0
    same = dropout(keep, 7)  # draws the same mask
    np.testing.assert_allclose(
        array(same(X, training=True)), mask * X / keep, rtol=1e-5
    )

    same = dropout(keep, 7)
    weights = np.linspace(-1, 1, X.size, dtype="float32").reshape(X.shape)
    _, (slope,) = gradients(
        lambda x: keras.ops.sum(same(x, training=True) * keras.ops.array(weights)), X
    )
    np.testing.assert_allclose(slope, weights * mask / keep, rtol=1e-5)


@pytest.mark.parametrize("dropout", PAIRS)
@pytest.mark.parametrize("keep", [0.3, 0.5, 0.8])
def test_every_number_has_a_coin_of_its_own(dropout, keep):
    layer = dropout(keep, 3)
    masks = [array(layer(np.ones_like(X), training=True)) > 0 for _ in range(2)]
    for mask in masks:
        assert mask.mean() == pytest.approx(keep, abs=0.02)  # four standard deviations
        for axis in (0, 1):  # neither rows nor columns share theirs
            spread = mask.mean(axis=axis).std()
            alone = np.sqrt(keep * (1 - keep) / mask.shape[axis])
            assert spread == pytest.approx(alone, rel=0.35)
    assert (masks[0] != masks[1]).mean() == pytest.approx(
        2 * keep * (1 - keep), abs=0.03
    )


def test_the_mean_over_masks_is_the_input():
    layer = Dropout(0.4, seed=1)
    drawn = array(layer(np.broadcast_to(X[:1], (20_000, 50)), training=True))
    error = np.abs(drawn.mean(axis=0) - X[0])
    assert (error < 5 * np.abs(X[0]) * np.sqrt(0.6 / 0.4 / 20_000)).all()
    np.testing.assert_array_equal(array(layer(X)), X)
    np.testing.assert_array_equal(array(layer(X, training=False)), X)


def test_arguments():
    layer = Dropout.from_config(Dropout(0.8, seed=4).get_config())
    assert (layer.keep, layer.seed) == (0.8, 4)
    np.testing.assert_array_equal(array(Dropout(1.0)(X, training=True)), X)
    for keep in (0, -0.1, 1.1):
        with pytest.raises(ValueError, match="above 0"):
            Dropout(keep)


def test_a_model_with_it_is_saved_and_half_precise(tmp_path):
    dtype = "mixed_bfloat16"
    inside = [keras.Input((50,)), Dropout(0.5, dtype=dtype), keras.layers.Dense(3)]
    model = keras.Sequential(inside)
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(array(again(X)), array(model(X)))
    assert (
        keras.backend.standardize_dtype(inside[1](X, training=True).dtype) == "bfloat16"
    )


@pytest.mark.parametrize("keep", [0.5, 0.9])
def test_alpha_dropout_keeps_mean_and_variance_and_knows_two_values(keep):
    x = np.random.default_rng(0).normal(size=(500, 400)).astype("float32")
    y = array(AlphaDropout(keep, seed=1)(x, training=True))
    assert y.mean() == pytest.approx(0, abs=0.02)
    assert y.var() == pytest.approx(1, abs=0.02)
    dropped, times = np.unique(y, return_counts=True)
    assert times.max() / y.size == pytest.approx(1 - keep, abs=0.01)
    kept = y != dropped[times.argmax()]
    slope, shift = np.polyfit(x[kept], y[kept], 1)
    np.testing.assert_allclose(y[kept], slope * x[kept] + shift, atol=1e-4)
    theirs = array(keras.layers.AlphaDropout(1 - keep, seed=1)(x, training=True))
    values, counts = np.unique(theirs, return_counts=True)
    assert values[counts.argmax()] == pytest.approx(dropped[times.argmax()], rel=1e-5)
    np.testing.assert_array_equal(array(AlphaDropout(keep)(x)), x)
