"""Learning to learn: gradients through gradients, prototypes, written weights."""

import keras
import numpy as np
import optuna
import pandas as pd
import pytest
from keras import ops

from dlcourse import meta
from dlcourse.datasets import glyphs
from dlcourse.gradients import (
    gradients,
    numerical_gradients,
    tensor_gradients,
    weight_gradients,
)

optuna.logging.set_verbosity(optuna.logging.WARNING)


def built(model, points=8):
    """With weights, biases among them, that are not zero."""
    model.build((None, points, 2))
    rng = np.random.default_rng(0)
    model.set_weights([rng.normal(size=w.shape) / 2 for w in model.get_weights()])
    return model


def squared(y, y_pred):
    return keras.losses.mean_squared_error(y, y_pred)


def test_a_gradient_of_a_gradient():
    x = np.array([1.0, 2.0, -3.0])

    def slopes(x):  # of the sum of cubes: 3 x^2, whose sum has the gradient 6 x
        return ops.sum(tensor_gradients(lambda x: ops.sum(x**3), [x])[0])

    value, (found,) = gradients(slopes, x)
    assert value == pytest.approx(3 * np.sum(x**2))
    np.testing.assert_allclose(found, 6 * x, rtol=1e-6)


def outer_loss(tasks, y, shots, rate, steps):
    """The loss after the steps, in float64 and with a gradient written by hand."""

    def forward(x, w1, b1, w2, b2):
        hidden = np.maximum(x @ w1 + b1, 0)
        return hidden, hidden @ w2 + b2

    def loss(*start):
        losses = []
        for task, target in zip(tasks.astype("float64"), y, strict=True):
            x, t, new = task[:shots, :1], task[:shots, 1:], task[shots:, :1]
            w = start
            for _ in range(steps):
                hidden, answer = forward(x, *w)
                d = 2 * (answer - t) / shots
                dh = (d @ w[2].T) * (hidden > 0)
                slopes = x.T @ dh, dh.sum(0, keepdims=True), hidden.T @ d, d.sum(0)
                w = [a - rate * b for a, b in zip(w, slopes, strict=True)]
            losses.append(np.mean((forward(new, *w)[1][:, 0] - target) ** 2))
        return np.mean(losses)

    return loss


@pytest.mark.parametrize("steps", [0, 1, 3])
def test_mamls_gradient_is_that_of_finite_differences(steps):
    tasks, y = meta.sinusoid_tasks(3, 8, shots=5)
    model = built(meta.MAML((4,), shots=5, rate=0.05, steps=steps))
    value, found = weight_gradients(model, squared, tasks, y)
    loss = outer_loss(tasks, y, 5, 0.05, steps)
    weights = model.get_weights()
    assert value == pytest.approx(loss(*weights), rel=1e-4)
    for ours, theirs in zip(found, numerical_gradients(loss, *weights), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=2e-3, atol=2e-3)


def quadratic(tasks, weights, shots, rate):
    """One step on a linear network: gradients of first and second order, its end."""
    first, second, ends = [], [], []
    for task in tasks.astype("float64"):
        design = np.stack([task[:, 0], np.ones(len(task))], axis=1)
        x, new = design[:shots], design[shots:]
        curvature = 2 * x.T @ x / shots
        end = weights - rate * 2 * x.T @ (x @ weights - task[:shots, 1]) / shots
        slope = 2 * new.T @ (new @ end - task[shots:, 1]) / len(new)
        first.append(slope)
        second.append((np.eye(2) - rate * curvature) @ slope)
        ends.append(end)
    return [np.mean(each, axis=0) for each in (first, second, ends)]


def test_on_a_quadratic_both_orders_are_known():
    tasks, y = meta.sinusoid_tasks(4, 8, shots=5)
    for order in (True, False):
        model = built(meta.MAML((), shots=5, rate=0.03, first_order=order))
        start = np.ravel([np.ravel(w) for w in model.get_weights()])
        first, second, _ = quadratic(tasks, start, 5, 0.03)
        _, found = weight_gradients(model, squared, tasks, y)
        expected = first if order else second
        np.testing.assert_allclose(np.ravel(found), expected, rtol=1e-4)
    assert np.abs(first - second).max() > 0.1


def test_reptile_moves_to_the_mean_of_the_adapted_weights():
    tasks, y = meta.sinusoid_tasks(4, 8, shots=5)
    model = built(meta.Reptile((), shots=5, rate=0.03))
    start = np.ravel([np.ravel(w) for w in model.get_weights()])
    everything = np.concatenate([tasks, tasks], axis=1)  # steps see all points
    end = quadratic(everything, start, 8, 0.03)[2]
    model.compile(keras.optimizers.SGD(0.25))
    model.fit(tasks, y, batch_size=4, verbose=0)
    moved = np.ravel([np.ravel(w) for w in model.get_weights()])
    np.testing.assert_allclose(moved, start + 0.25 * (end - start), rtol=1e-4)


@pytest.mark.parametrize("network", [meta.MAML, meta.Hypernetwork])
def test_the_answers_to_queries_are_not_looked_at(network):
    tasks, _ = meta.sinusoid_tasks(3, 8, shots=5)
    model = built(network((4,), shots=5))
    before, hidden, changed = model(tasks), tasks.copy(), tasks.copy()
    hidden[:, 5:, 1] = 99
    changed[:, :5, 1] = 99
    np.testing.assert_array_equal(before, model(hidden))
    assert np.abs(ops.convert_to_numpy(before - model(changed))).max() > 0.1
    reordered = tasks[:, [4, 2, 0, 3, 1, 5, 6, 7]]
    np.testing.assert_allclose(before, model(reordered), rtol=1e-3, atol=1e-4)


def test_predict_adapts_as_a_call_does():
    tasks, _ = meta.sinusoid_tasks(3, 8, shots=5)
    model = built(meta.MAML((4,), shots=5))
    expected = ops.convert_to_numpy(model(tasks))
    np.testing.assert_allclose(model.predict(tasks, verbose=0), expected, rtol=1e-4)
    with pytest.raises(ValueError, match="shots=5"):
        meta.MAML((4,), shots=5).build((None, 5, 2))


def test_a_hypernetwork_writes_weights_for_each_task():
    tasks, y = meta.sinusoid_tasks(3, 8, shots=5)
    model = built(meta.Hypernetwork((4, 6), shots=5, width=10))
    written = model.written(tasks[:, :5])
    assert [w.shape[1:] for w in written] == meta.mlp_shapes((4, 6))
    assert sum(int(np.prod(w.shape[1:])) for w in written) == 8 + 30 + 7
    assert model.writer.weights[-1].shape == (45,)
    apart = ops.convert_to_numpy(
        meta.mlp([w[1:2] for w in written], tasks[1:2, 5:, :1])
    )
    np.testing.assert_allclose(apart[..., 0], model(tasks)[1:2], rtol=1e-4)
    _, found = weight_gradients(model, squared, tasks, y)
    assert all(np.abs(gradient).max() > 0 for gradient in found)


def test_prototypes_are_means_of_classes():
    rng = np.random.default_rng(0)
    episodes = rng.normal(size=(3, 4, 5, 2, 2, 1)).astype("float32")
    flat = keras.Sequential([keras.Input((2, 2, 1)), keras.layers.Flatten()])
    model = meta.PrototypicalNetwork(flat, shots=3)
    found = ops.convert_to_numpy(model(episodes))
    assert found.shape == (3, 8, 4)
    for n, episode in enumerate(episodes.reshape(3, 4, 5, 4)):
        means = [pictures[:3].mean(axis=0) for pictures in episode]
        for c, q in np.ndindex(4, 2):
            expected = [-np.sum((episode[c, 3 + q] - mean) ** 2) for mean in means]
            np.testing.assert_allclose(found[n, 2 * c + q], expected, rtol=1e-4)
    with pytest.raises(ValueError, match="shots=5"):
        meta.PrototypicalNetwork(flat, shots=5).build(episodes.shape)


def test_episodes_have_different_classes_and_pictures():
    labels = np.repeat([3, 5, 8, 9], 6)
    images = np.arange(24.0)
    found = meta.picture_episodes(images, labels, 50, ways=3, pictures=4)
    classes = labels[found.astype(int)]
    assert found.shape == (50, 3, 4)
    assert (classes == classes[:, :, :1]).all()
    assert {len(set(row)) for row in classes[:, :, 0]} == {3}
    assert {len(set(row)) for row in found.reshape(50, -1)} == {12}
    assert set(np.ravel(classes)) == {3, 5, 8, 9}
    assert meta.episode_labels(2, 2, 3).tolist() == [[0, 0, 0, 1, 1, 1]] * 2
    with pytest.raises(ValueError, match="ways=5"):
        meta.picture_episodes(images, labels, 1, 5, 2)
    with pytest.raises(ValueError, match="pictures=7"):
        meta.picture_episodes(images, labels, 1, 2, 7)


def test_tasks_are_sinusoids_of_the_paper():
    tasks, y = meta.sinusoid_tasks(500, 12, shots=4, seed=1)
    assert (tasks.shape, tasks.dtype) == ((500, 12, 2), "float32")
    np.testing.assert_array_equal(y, tasks[:, 4:, 1])
    assert -5 <= tasks[..., 0].min() < -4.9
    assert 4.9 < tasks[..., 0].max() <= 5
    amplitudes, phases = [], []
    for x, values in tasks.astype("float64").swapaxes(1, 2):
        design = np.stack([np.sin(x), np.cos(x)], axis=1)
        (a, b), *_ = np.linalg.lstsq(design, values, rcond=None)
        np.testing.assert_allclose(design @ [a, b], values, atol=1e-5)
        amplitudes.append(np.hypot(a, b))
        phases.append(np.arctan2(b, a))
    assert 0.1 <= min(amplitudes) < 0.2
    assert 4.9 < max(amplitudes) <= 5
    assert -1e-4 <= min(phases) < 0.05
    assert 3.1 < max(phases) <= np.pi + 1e-4


def test_the_best_of_many_lies_as_far_below_as_simulated():
    rng = np.random.default_rng(0)
    assert meta.expected_minimum(1) == pytest.approx(0, abs=1e-6)
    assert meta.expected_minimum(2) == pytest.approx(-1 / np.sqrt(np.pi), rel=1e-5)
    for count in (5, 40):
        simulated = rng.normal(size=(20_000, count)).min(axis=1).mean()
        assert meta.expected_minimum(count) == pytest.approx(simulated, abs=0.02)
    measured = rng.binomial(300, 0.25, size=20_000) / 3
    assert meta.validation_spread(25, 300) == pytest.approx(measured.std(), rel=0.03)


def bowl():
    """A table of settings whose error grows with the distance from one of them."""
    levels = {"rate": range(8), "units": range(4), "dropout": range(4)}
    index = pd.MultiIndex.from_product(levels.values(), names=list(levels))
    values = [(r - 5) ** 2 + u + d + 1.0 for r, u, d in index]
    columns = {f"after {n}": np.add(values, 9 // n) for n in (1, 3, 9)}
    return pd.DataFrame(columns, index=index)


def test_a_search_spends_its_budget_and_no_more():
    table, samplers = bowl(), optuna.samplers
    found = meta.search_table(table, samplers.RandomSampler(seed=0), 45)
    assert [spent for spent, *_ in found] == [9, 18, 27, 36, 45]
    assert all(table.loc[setting, "after 9"] == error for _, setting, error in found)
    found = meta.search_table(table, samplers.RandomSampler(seed=0), 46)
    assert found[-1][0] == 54


def test_a_grid_is_searched_to_its_end_and_halving_stops_early():
    space = {"rate": [1, 5], "units": [0, 3], "dropout": [2]}
    sampler = optuna.samplers.GridSampler(space, seed=0)
    settings = {s for _, s, _ in meta.search_table(bowl(), sampler, 999)}
    assert settings == {(r, u, 2) for r in (1, 5) for u in (0, 3)}
    halving = optuna.pruners.SuccessiveHalvingPruner(1, 3, 0)
    sampler = optuna.samplers.RandomSampler(seed=0)
    found = meta.search_table(bowl(), sampler, 90, halving)
    plain = meta.search_table(bowl(), optuna.samplers.RandomSampler(seed=0), 90)
    assert 0 < len(found) < len(plain)
    assert np.mean([e for *_, e in found]) < np.mean([e for *_, e in plain])


@pytest.mark.parametrize("name", ["MAML", "Reptile", "Hypernetwork"])
def test_networks_are_saved_and_loaded(name, tmp_path):
    tasks, _ = meta.sinusoid_tasks(2, 8, shots=5)
    model = built(getattr(meta, name)((4,), shots=5))
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(again(tasks), model(tasks))


def test_fonts_can_be_held_out():
    drawings, reach = glyphs.draw_all("AB")
    drawings[3:] = 0  # the fonts that are not to be used are blank
    images, _ = glyphs.sample(drawings, reach, 20, seed=0, fonts=3)
    assert (images.reshape(40, -1).astype(float).std(axis=1) > 35).all()
