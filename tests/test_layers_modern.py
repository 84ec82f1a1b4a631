"""Factors of branches, class tokens and positions: values, shapes, saved and loaded."""

import keras
import numpy as np
from keras import ops

from dlcourse.layers.scale import LayerScale
from dlcourse.layers.tokens import ClassToken, PositionEmbedding


def test_a_scale_starts_small_and_is_one_number_a_channel():
    layer = LayerScale(0.1)
    x = np.random.default_rng(0).normal(size=(2, 3, 4)).astype("float32")
    np.testing.assert_allclose(layer(x), 0.1 * x, rtol=1e-6)
    layer.gamma.assign([1.0, 2.0, 3.0, 4.0])
    np.testing.assert_allclose(layer(x), x * [1, 2, 3, 4], rtol=1e-6)


def test_the_class_token_stands_in_front_of_every_image():
    layer = ClassToken()
    x = np.random.default_rng(0).normal(size=(2, 5, 4)).astype("float32")
    assert layer(x).shape == (2, 6, 4)
    layer.token.assign([[[1.0, 2.0, 3.0, 4.0]]])
    found = ops.convert_to_numpy(layer(x))
    np.testing.assert_array_equal(found[:, 0], [[1, 2, 3, 4]] * 2)
    np.testing.assert_array_equal(found[:, 1:], x)


def test_positions_are_added():
    layer = PositionEmbedding()
    x = np.random.default_rng(0).normal(size=(2, 5, 4)).astype("float32")
    positions = layer(x) - x
    np.testing.assert_allclose(positions[0], positions[1], atol=1e-6)
    assert len(np.unique(np.round(ops.convert_to_numpy(positions[0]), 6))) > 10


def test_a_model_of_them_is_loaded_as_it_was_saved(tmp_path):
    inputs = keras.Input((5, 4))
    x = LayerScale(0.5)(PositionEmbedding()(ClassToken()(inputs)))
    model = keras.Model(inputs, x)
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    x = np.random.default_rng(0).normal(size=(2, 5, 4)).astype("float32")
    np.testing.assert_array_equal(model(x), loaded(x))
    assert loaded.layers[-1].initial == 0.5
