"""The recurrent layers against NumPy and against the layers of Keras."""

import keras
import numpy as np
import pytest
from keras import ops

from dlcourse import layers
from dlcourse.gradients import gradients, weight_gradients

X = np.random.default_rng(0).normal(size=(3, 7, 4)).astype("float32")


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def rnn(x, h, w, u, b):
    return (np.tanh(x @ w + h @ u + b),)


def lstm(x, h, c, w, u, b):
    i, f, g, o = np.split(x @ w + h @ u + b, 4, axis=1)
    c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
    return sigmoid(o) * np.tanh(c), c


def gru(x, h, w, u, b):
    w_z, w_r, w_g = np.split(w, 3, axis=1)
    u_z, u_r, u_g = np.split(u, 3, axis=1)
    b_z, b_r, b_g = np.split(b, 3)
    z, r = sigmoid(x @ w_z + h @ u_z + b_z), sigmoid(x @ w_r + h @ u_r + b_r)
    return (z * h + (1 - z) * np.tanh(x @ w_g + (r * h) @ u_g + b_g),)


def gru_reset_after(x, h, w, u, b):
    w_z, w_r, w_g = np.split(w, 3, axis=1)
    u_z, u_r, u_g = np.split(u, 3, axis=1)
    b_z, b_r, b_g = np.split(b[0], 3)
    c_z, c_r, c_g = np.split(b[1], 3)
    z = sigmoid(x @ w_z + b_z + h @ u_z + c_z)
    r = sigmoid(x @ w_r + b_r + h @ u_r + c_r)
    return (z * h + (1 - z) * np.tanh(x @ w_g + b_g + r * (h @ u_g + c_g)),)


CASES = {  # the formula, tensors in its state, the layer and its arguments
    "SimpleRNN": (rnn, 1, "SimpleRNN", {}),
    "LSTM": (lstm, 2, "LSTM", {}),
    "GRU": (gru, 1, "GRU", {"reset_after": False}),
    "GRU, reset after": (gru_reset_after, 1, "GRU", {"reset_after": True}),
}


def pair(case, sequences=True, length=7):
    """Ours and Keras's with the same random weights, as models."""
    _, _, name, options = CASES[case]
    inputs = keras.Input((length, 4))
    cell = getattr(layers, f"{name}Cell")(5, **options)
    ours = keras.layers.RNN(cell, return_sequences=sequences)
    theirs = getattr(keras.layers, name)(5, return_sequences=sequences, **options)
    models = [keras.Model(inputs, layer(inputs)) for layer in (ours, theirs)]
    rng = np.random.default_rng(1)
    weights = [rng.normal(0, 0.5, w.shape) for w in models[1].weights]
    for model in models:
        model.set_weights(weights)
    return models


@pytest.mark.parametrize("case", CASES)
def test_equal_to_loops_over_the_formula(case):
    formula, count, _, _ = CASES[case]
    ours, _ = pair(case)
    weights = [array.astype("float64") for array in ours.get_weights()]
    found, state = ours(X), [np.zeros((3, 5))] * count
    for t in range(X.shape[1]):
        state = formula(X[:, t].astype("float64"), *state, *weights)
        np.testing.assert_allclose(found[:, t], state[0], rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("sequences", [True, False])
@pytest.mark.parametrize("case", CASES)
def test_equal_to_keras_in_value_and_gradient(case, sequences):
    ours, theirs = pair(case, sequences)
    expected = theirs(X)
    assert ours.output_shape == theirs.output_shape
    np.testing.assert_allclose(ours(X), expected, rtol=1e-5, atol=1e-5)
    factor = np.random.default_rng(2).normal(size=expected.shape).astype("float32")
    found = []
    for model in (ours, theirs):
        _, of_weights = weight_gradients(model, lambda _, y: ops.sum(factor * y), X, X)
        _, of_input = gradients(lambda x, m=model: ops.sum(factor * m(x)), X)
        found.append(of_weights + of_input)
    assert len(found[0]) == 4
    for mine, other in zip(*found, strict=True):
        assert np.abs(other).max() > 1e-3
        np.testing.assert_allclose(mine, other, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("case", CASES)
def test_initial_weights_are_distributed_as_in_keras(case):
    _, _, name, options = CASES[case]
    name = f"{name}Cell"
    ours, theirs = (getattr(s, name)(64, **options) for s in (layers, keras.layers))
    for cell in (ours, theirs):
        cell.build((None, 32))
    for mine, other in zip(ours.get_weights(), theirs.get_weights(), strict=True):
        assert mine.shape == other.shape
        np.testing.assert_allclose(mine.std(), other.std(), rtol=0.05)
    np.testing.assert_array_equal(ours.get_weights()[2], theirs.get_weights()[2])
    u = ours.get_weights()[1]
    np.testing.assert_allclose(u @ u.T, np.eye(64), atol=1e-5)


@pytest.mark.parametrize("case", CASES)
def test_sequences_of_any_length_and_round_trip(case, tmp_path):
    model, _ = pair(case, length=None)
    short, long = model(X[:, :3]), model(X)
    np.testing.assert_allclose(long[:, :3], short, rtol=1e-5)
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(loaded(X), model(X))


@pytest.mark.slow
def test_training_recalls_the_first_number():
    rng = np.random.default_rng(0)
    x = rng.uniform(-1, 1, (512, 8, 1)).astype("float32")
    inputs = keras.Input((8, 1))
    outputs = keras.layers.RNN(layers.LSTMCell(8))(inputs)
    outputs = keras.layers.Dense(1)(outputs)
    model = keras.Model(inputs, outputs)
    model.compile(keras.optimizers.Adam(0.03), "mse")
    history = model.fit(x, x[:, 0], epochs=8, batch_size=64, verbose=0).history["loss"]
    assert history[-1] < 0.1 < 0.25 < history[0]


@pytest.mark.bfloat16
def test_half_precision_is_finite():
    x = ops.cast(X, "bfloat16")
    for _, _, name, options in CASES.values():
        cell = getattr(layers, f"{name}Cell")(5, dtype="mixed_bfloat16", **options)
        y = keras.layers.RNN(cell, dtype="mixed_bfloat16")(x)
        assert keras.backend.standardize_dtype(y.dtype) == "bfloat16"
        assert bool(ops.all(ops.isfinite(y)))


@pytest.mark.parametrize("units", [0, -1, 1.5, "4", None, True])
def test_units_that_cannot_be_are_refused(units):
    with pytest.raises(ValueError, match=r"units=.*give a whole number"):
        layers.LSTMCell(units)


def test_bidirectional_reads_from_both_ends():
    layer = keras.layers.Bidirectional(keras.layers.RNN(layers.GRUCell(3)))
    layer(X)
    layer.backward_layer.cell.set_weights(layer.forward_layer.cell.get_weights())
    y, turned = layer(X), layer(X[:, ::-1])
    np.testing.assert_allclose(y[:, :3], turned[:, 3:], rtol=1e-5, atol=1e-6)
