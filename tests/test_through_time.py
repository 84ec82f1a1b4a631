"""Gradients through time, gates, and networks of one recurrent layer."""

import keras
import numpy as np
import pytest

from dlcourse.analysis.through_time import (
    gradient_through_time,
    record_gates,
    run_cell,
)
from dlcourse.layers import GRUCell, LSTMCell, SimpleRNNCell
from dlcourse.models.recurrent import CausalNetwork, RecurrentNetwork

X = np.random.default_rng(0).normal(size=(3, 6, 2)).astype("float32")
CELLS = {"SimpleRNN": SimpleRNNCell, "LSTM": LSTMCell, "GRU": GRUCell}


def random_cell(kind, units=4):
    cell = CELLS[kind](units)
    cell.build((None, 2))
    rng = np.random.default_rng(1)
    cell.set_weights([rng.normal(0, 0.6, w.shape) for w in cell.weights])
    return cell


@pytest.mark.parametrize("kind", CELLS)
def test_states_are_those_of_keras(kind):
    cell = random_cell(kind)
    every = run_cell(cell, X)
    layer = getattr(keras.layers, kind)(4, return_sequences=True, return_state=True)
    layer(X)
    layer.set_weights(cell.get_weights())
    sequence, *last = layer(X)
    outputs = np.stack([states[0] for states in every], axis=1)
    np.testing.assert_allclose(outputs, sequence, rtol=1e-5, atol=1e-6)
    for mine, other in zip(every[-1], last, strict=True):
        np.testing.assert_allclose(mine, other, rtol=1e-5, atol=1e-6)


def test_gradient_is_the_product_of_jacobians():
    cell = random_cell("SimpleRNN")
    norms = gradient_through_time(cell, X, seed=5)
    assert norms.shape == (6, 1, 3)
    v = np.random.default_rng(5).normal(size=(3, 4))
    v /= np.linalg.norm(v, axis=1, keepdims=True)
    h = np.stack([states[0] for states in run_cell(cell, X)])
    u = np.asarray(cell.recurrent_kernel)
    for n in range(3):
        signal = v[n]
        for t in range(5, -1, -1):
            np.testing.assert_allclose(norms[t, 0, n], np.linalg.norm(signal), 1e-4)
            signal = u @ (signal * (1 - h[t, n] ** 2))


@pytest.mark.parametrize("kind", CELLS)
def test_gradient_agrees_with_differences(kind):
    cell, eps = random_cell(kind), 1e-2
    norms = gradient_through_time(cell, X, seed=2)
    v = np.random.default_rng(2).normal(size=(3, 4))
    v /= np.linalg.norm(v, axis=1, keepdims=True)
    for state in range(norms.shape[1]):
        found = np.zeros((3, 4))
        for unit in range(4):
            values = []
            for sign in (1, -1):
                nudges = np.zeros((6, norms.shape[1], 3, 4), "float32")
                nudges[2, state, :, unit] = sign * eps
                last = np.asarray(run_cell(cell, X, nudges)[-1][0])
                values.append((v * last).sum(axis=1))
            found[:, unit] = (values[0] - values[1]) / (2 * eps)
        expected = np.linalg.norm(found, axis=1)
        np.testing.assert_allclose(norms[2, state], expected, rtol=2e-2)


def test_gates_make_the_memory():
    cell = random_cell("LSTM")
    seen = record_gates(cell, X)
    i, f, g, o, c, h = seen.values()
    assert all(values.shape == (3, 6, 4) for values in seen.values())
    before = np.concatenate([np.zeros((3, 1, 4)), c[:, :-1]], axis=1)
    np.testing.assert_allclose(c, f * before + i * g, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(h, o * np.tanh(c), rtol=1e-5, atol=1e-6)
    expected = np.stack([states[0] for states in run_cell(cell, X)], axis=1)
    np.testing.assert_allclose(h, expected, rtol=1e-5, atol=1e-6)
    assert list(seen)[1] == "forget gate"
    assert f.mean() != pytest.approx(i.mean(), abs=1e-3)


@pytest.mark.parametrize(("layer", "sums"), [("SimpleRNN", 1), ("LSTM", 4), ("GRU", 3)])
def test_shapes_and_counts_of_networks(layer, sums):
    options = {"reset_after": False} if layer == "GRU" else {}
    model = RecurrentNetwork(layer, 8, (None, 3), 5, "softmax", **options)
    assert model.output_shape == (None, 5)
    assert model.count_params() == sums * (3 + 8 + 1) * 8 + 9 * 5
    model = RecurrentNetwork(layer, 8, (6, 3), 5, sequences=True, bidirectional=True)
    assert model.output_shape == (None, 6, 5)


def test_a_network_reads_every_step_and_only_backwards_if_told():
    for both in (False, True):
        keras.utils.set_random_seed(0)
        model = RecurrentNetwork("GRU", 4, sequences=True, bidirectional=both)
        other = X.copy()
        other[:, 3] += 1
        changed = np.abs(np.asarray(model(other)) - model(X)).max(axis=(0, 2)) > 1e-5
        assert changed[3:].all()
        assert changed[:3].all() == changed[:3].any() == both


def test_other_layers_are_refused():
    with pytest.raises(ValueError, match="layer='RNN': choose one of SimpleRNN, LSTM"):
        RecurrentNetwork("RNN")


def test_a_causal_network_looks_back_as_far_as_its_layers_say():
    keras.utils.set_random_seed(0)
    model = CausalNetwork(8, 3)
    x = np.random.default_rng(0).normal(size=(1, 12, 2)).astype("float32")
    seen = []
    for t in range(12):
        other = x.copy()
        other[:, t] += 1
        seen.append(abs(float(model(other)[0, 0] - model(x)[0, 0])) > 1e-6)
    assert seen == [False] * 4 + [True] * 8
    assert model.count_params() == (2 * 2 + 1) * 8 + 2 * (2 * 8 + 1) * 8 + 9
