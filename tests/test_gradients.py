"""Automatic differentiation against formulas and central differences."""

import keras
import numpy as np
import pytest
from keras import layers, ops

from dlcourse.gradients import gradients, numerical_gradients, weight_gradients


def test_gradient_of_a_quadratic_form():
    rng = np.random.default_rng(0)
    a, x = rng.normal(size=(3, 3)), rng.normal(size=3)
    value, (of_x, of_a) = gradients(
        lambda x, a: ops.sum(x * ops.matmul(a, ops.reshape(x, (3, 1)))[:, 0]), x, a
    )
    np.testing.assert_allclose(value, x @ a @ x, rtol=1e-5)
    np.testing.assert_allclose(of_x, (a + a.T) @ x, rtol=1e-5)
    np.testing.assert_allclose(of_a, np.outer(x, x), rtol=1e-5)


def test_an_unused_argument_has_gradient_zero():
    _, (_, unused) = gradients(lambda x, y: ops.sum(x), np.ones(2), np.ones(3))
    np.testing.assert_array_equal(unused, np.zeros(3))


def test_weight_gradients_of_a_linear_model():
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(8, 3)), rng.normal(size=(8, 1))
    model = keras.Sequential([layers.Input((3,)), layers.Dense(1)])
    kernel, bias = model.get_weights()
    loss = keras.losses.mean_squared_error
    value, (of_kernel, of_bias) = weight_gradients(model, loss, x, y)
    error = x @ kernel + bias - y
    np.testing.assert_allclose(value, np.mean(error**2), rtol=1e-5)
    np.testing.assert_allclose(of_kernel, 2 * x.T @ error / 8, rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(of_bias, 2 * error.mean(0), rtol=1e-4, atol=1e-6)


def test_numerical_gradients_of_a_polynomial():
    a, b = np.array([[1.0, -2.0]]), np.array(3.0)
    of_a, of_b = numerical_gradients(lambda a, b: np.sum(a**3) * b**2, a, b)
    np.testing.assert_allclose(of_a, 3 * a**2 * b**2, rtol=1e-8)
    np.testing.assert_allclose(of_b, 2 * b * np.sum(a**3), rtol=1e-8)
    np.testing.assert_array_equal(a, [[1, -2]])


def test_the_error_of_numerical_gradients_grows_with_the_square_of_h():
    def error(h):
        return abs(numerical_gradients(np.exp, 1.0, h=h)[0] - np.e)

    np.testing.assert_allclose(error(1e-2) / error(1e-3), 100, rtol=0.01)


@pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="its strategies")
def test_weight_gradients_in_the_scope_of_a_strategy():
    import tensorflow as tf

    loss = keras.losses.sparse_categorical_crossentropy
    data = np.ones((5, 4), "float32"), np.array([0, 1, 2, 0, 1])
    with tf.distribute.MirroredStrategy(["CPU:0"]).scope():
        model = keras.Sequential([keras.Input((4,)), layers.Dense(3, "softmax")])
        _, inside = weight_gradients(model, loss, *data)
    _, outside = weight_gradients(model, loss, *data)
    for one, other in zip(inside, outside, strict=True):
        assert np.abs(one).max() > 0
        np.testing.assert_allclose(one, other, rtol=1e-6)
