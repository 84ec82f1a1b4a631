"""Gradient descent against Keras's optimizer, mini-batches, and the range test."""

import keras
import numpy as np
import pytest

from dlcourse.training import (
    adam,
    error_rate,
    gradient_descent,
    learning_rate_range_test,
    minibatch,
    rmsprop,
)

CURVATURE = np.array([1.0, 10.0])


def bowl(w):
    """The gradient of (w1^2 + 10 w2^2) / 2."""
    return CURVATURE * w


def test_gradient_descent_multiplies_by_one_minus_rate_times_curvature():
    path = gradient_descent(bowl, [2, 1], rate=0.05, steps=7)
    assert path.shape == (8, 2)
    powers = (1 - 0.05 * CURVATURE) ** np.arange(8)[:, None]
    np.testing.assert_allclose(path, [2, 1] * powers)


def test_gradient_descent_takes_a_rate_per_step():
    path = gradient_descent(bowl, [1, 1], rate=[0.1, 0.0, 0.05], steps=3)
    expected = [[1, 1], [0.9, 0], [0.9, 0], [0.9 * 0.95, 0]]
    np.testing.assert_allclose(path, expected, atol=1e-12)


def path_of(optimizer):
    """The weights after each of 20 steps of a Keras optimizer down the bowl."""
    w, path = keras.Variable([2.0, 1.0]), [np.array([2, 1])]
    for _ in range(20):
        gradient = keras.ops.convert_to_tensor(bowl(path[-1]), "float32")
        optimizer.apply([gradient], [w])
        path.append(np.array(keras.ops.convert_to_numpy(w)))
    return path


@pytest.mark.parametrize("momentum", [0.0, 0.9])
def test_gradient_descent_equals_keras(momentum):
    theirs = path_of(keras.optimizers.SGD(0.05, momentum=momentum))
    ours = gradient_descent(bowl, [2, 1], rate=0.05, steps=20, momentum=momentum)
    np.testing.assert_allclose(ours, theirs, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [(rmsprop, keras.optimizers.RMSprop), (adam, keras.optimizers.Adam)],
)
def test_adaptive_descent_equals_keras(ours, theirs):
    path = ours(bowl, [2, 1], rate=0.1, steps=20)
    np.testing.assert_allclose(path, path_of(theirs(0.1)), rtol=1e-4, atol=1e-5)


def test_the_first_step_of_adam_is_the_rate_whatever_the_gradient():
    steep = adam(lambda w: 1000 * bowl(w), [2, -1], rate=[0.1], steps=1)
    np.testing.assert_allclose(steep[1] - steep[0], [-0.1, 0.1], rtol=1e-6)


def test_minibatch_hands_over_matching_rows_without_repetition():
    x = np.arange(10)
    seen = minibatch(lambda w, a, b: np.stack([a, b, w + a]), x, -x, batch_size=10)
    a, b, c = seen(5)
    np.testing.assert_array_equal(np.sort(a), x)
    np.testing.assert_array_equal(a, -b)
    np.testing.assert_array_equal(c, a + 5)
    assert (seen(5)[0] != a).any()


def test_minibatch_is_unbiased_with_the_variance_of_sampling():
    x = np.random.default_rng(0).normal(3, 2, 100)
    mean = minibatch(lambda w, x: x.mean(), x, batch_size=20)
    found = np.array([mean(None) for _ in range(4000)])
    variance = x.var() / 20 * (100 - 20) / (100 - 1)
    np.testing.assert_allclose(found.mean(), x.mean(), atol=0.03)
    np.testing.assert_allclose(found.var(), variance, rtol=0.1)


def line():
    keras.utils.set_random_seed(0)
    rng = np.random.default_rng(0)
    x = rng.normal(size=(200, 3))
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
    return model, x, x @ [[1], [2], [3]] + rng.normal(0, 0.1, (200, 1))


def test_range_test_drops_then_diverges_where_theory_says():
    model, x, y = line()
    rates = np.geomspace(1e-3, 100, 60)
    losses = learning_rate_range_test(model, x, y, rates, loss="mse", batch_size=100)
    assert losses.shape == (60,)
    edge = rates[np.isfinite(losses)][-1]
    stable = 1 / np.linalg.eigvalsh(x.T @ x / 200).max()
    assert stable < edge < 10 * stable
    assert np.nanmin(losses) < 0.1 * losses[0]
    assert (losses[np.isfinite(losses)][:-1] < 4 * losses[0]).all()


def test_range_test_leaves_the_weights_as_they_were():
    model, x, y = line()
    start, rates = model.get_weights(), np.geomspace(1e-3, 10, 20)
    options = {"optimizer": keras.optimizers.SGD(momentum=0.9), "loss": "mse"}
    first = learning_rate_range_test(model, x, y, rates, **options)
    for before, now in zip(start, model.get_weights(), strict=True):
        np.testing.assert_array_equal(before, now)
    plain = learning_rate_range_test(model, x, y, rates, loss="mse")
    again = learning_rate_range_test(model, x, y, rates, loss="mse")
    np.testing.assert_allclose(plain, again, rtol=1e-5)
    assert np.nanmax(np.abs(first - plain)) > 1e-3  # momentum was used


def test_error_rate_counts_what_is_wrong():
    model = keras.Sequential([keras.Input((3,)), keras.layers.Activation("softmax")])
    x = np.eye(3, dtype="float32")[[0, 1, 2, 2, 1]]
    assert error_rate(model, x, [0, 1, 2, 0, 0], batch_size=2) == pytest.approx(40)
    assert error_rate(model, x, [0, 1, 2, 2, 1]) == 0
