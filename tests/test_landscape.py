"""Sections of the loss against parabolas, and against sections cut in two."""

import keras
import numpy as np
import pytest
from keras import layers
from small import build, normal

from dlcourse.analysis import filter_normalized, landscape, loss_section
from dlcourse.blocks.conv import conv_bn
from dlcourse.blocks.head import classifier

STEPS = np.linspace(-1, 1, 5)
MSE = keras.losses.mean_squared_error
CROSS_ENTROPY = keras.losses.sparse_categorical_crossentropy


def linear(x):
    return layers.Dense(2)(x)


def convolutional(x):
    return classifier(conv_bn(conv_bn(x, 6, 3), 4, 1), 5)


@pytest.fixture
def regression():
    """A linear model, and 50 examples that it does not fit."""
    return build(linear, (3,)), normal(50, 3), normal(50, 2, seed=1)


def test_filters_of_the_direction_are_as_long_as_those_of_the_weights():
    model = build(convolutional, (8, 8, 3))
    weights = model.get_weights()
    direction = filter_normalized(weights, seed=0)
    assert [d.shape for d in direction] == [w.shape for w in weights]
    for d, w in zip(direction, weights, strict=True):
        if w.ndim == 1:
            assert not d.any()
            continue
        for j in range(w.shape[-1]):
            mine = np.linalg.norm(d[..., j].ravel())
            np.testing.assert_allclose(mine, np.linalg.norm(w[..., j].ravel()), 1e-5)


def test_a_direction_is_random_within_its_filters_and_seeded():
    kernel = normal(3, 3, 64, 64, seed=9)
    one, same, other = (filter_normalized([kernel], seed)[0] for seed in (0, 0, 1))
    np.testing.assert_array_equal(one, same)
    for pair in ((one, other), (one, kernel)):
        a, b = (array.ravel() / np.linalg.norm(array.ravel()) for array in pair)
        assert abs(a @ b) < 0.03  # more than 5 times 1 / sqrt(36,864)


def test_one_direction_of_a_quadratic_loss_is_its_parabola(regression):
    model, x, y = regression
    w, b = model.get_weights()
    d = [normal(3, 2, seed=2), normal(2, seed=3)]
    found = loss_section(model, MSE, x, y, [d], STEPS)
    right = [np.mean((x @ (w + a * d[0]) + b + a * d[1] - y) ** 2) for a in STEPS]
    np.testing.assert_allclose(found, right, rtol=1e-4)


def test_two_directions_of_a_quadratic_loss(regression):
    model, x, y = regression
    w, b = model.get_weights()
    first, second = [normal(3, 2, seed=2), 0 * b], [0 * w, normal(2, seed=3)]
    found = loss_section(model, MSE, x, y, [first, second], STEPS)
    assert found.shape == (5, 5)
    for i, a in enumerate(STEPS):
        for j, c in enumerate(STEPS):
            right = np.mean((x @ (w + a * first[0]) + b + c * second[1] - y) ** 2)
            np.testing.assert_allclose(found[i, j], right, rtol=1e-4)


def test_the_mean_is_over_examples_not_over_batches(regression):
    model, x, y = regression
    direction = filter_normalized(model.get_weights(), 0)
    whole = loss_section(model, MSE, x, y, [direction], STEPS)
    parts = loss_section(model, MSE, x, y, [direction], STEPS, batch_size=45)
    np.testing.assert_allclose(parts, whole, rtol=1e-5)


def test_a_classifier_in_inference_and_its_weights_come_back():
    model = build(convolutional, (8, 8, 3))
    statistics = [abs(normal(*w.shape, seed=i)) for i, w in enumerate(model.weights)]
    model.set_weights(statistics)  # those of batch norm have to be positive
    x, y = normal(20, 8, 8, 3), np.arange(20) % 5
    direction = filter_normalized(model.get_weights(), 0)
    found = loss_section(model, CROSS_ENTROPY, x, y, [direction], [-0.5, 0, 0.5])
    for before, after in zip(statistics, model.get_weights(), strict=True):
        np.testing.assert_array_equal(before, after)
    for a, value in zip([-0.5, 0, 0.5], found, strict=True):
        moved = [w + a * d for w, d in zip(statistics, direction, strict=True)]
        model.set_weights(moved)
        predicted = np.asarray(model.predict(x, verbose=0), float)
        likely = np.clip(predicted[np.arange(20), y], 1e-7, 1)  # as Keras does
        np.testing.assert_allclose(value, -np.log(likely).mean(), rtol=1e-3)


class Cut(Exception):
    """An interruption."""


def interrupted(monkeypatch, after):
    """From now on, computing a loss works ``after`` times, and then is cut short."""
    whole, left = landscape.mean_loss, [after]

    def mean_loss(*arguments):
        if left[0] == 0:
            raise Cut
        left[0] -= 1
        return whole(*arguments)

    monkeypatch.setattr(landscape, "mean_loss", mean_loss)


def test_an_interrupted_section_goes_on_and_equals_the_uninterrupted(
    regression, monkeypatch, tmp_path
):
    model, x, y = regression
    file = tmp_path / "new" / "grid.npz"
    theta = model.get_weights()
    directions = [filter_normalized(theta, seed) for seed in (0, 1)]
    whole = loss_section(model, MSE, x, y, directions, STEPS)
    with monkeypatch.context() as patch:
        interrupted(patch, after=7)
        with pytest.raises(Cut):
            loss_section(model, MSE, x, y, directions, STEPS, file=file)
    for before, after in zip(theta, model.get_weights(), strict=True):
        np.testing.assert_array_equal(before, after)
    with monkeypatch.context() as patch:
        interrupted(patch, after=25 - 7)  # as many as are left
        resumed = loss_section(model, MSE, x, y, directions, STEPS, file=file)
        again = loss_section(model, MSE, x, y, directions, STEPS, file=file)
    np.testing.assert_array_equal(resumed, whole)
    np.testing.assert_array_equal(again, whole)


@pytest.mark.parametrize("other", ["weights", "directions", "steps", "examples"])
def test_a_file_of_another_section_is_refused(regression, tmp_path, other):
    model, x, y = regression
    file, steps = tmp_path / "grid.npz", STEPS
    directions = [filter_normalized(model.get_weights(), 0)]
    loss_section(model, MSE, x, y, directions, steps, file=file)
    if other == "weights":
        model.set_weights([2 * weight for weight in model.get_weights()])
    elif other == "directions":
        directions = [filter_normalized(model.get_weights(), 1)]
    elif other == "steps":
        steps = 2 * STEPS
    else:
        y = y + 1
    with pytest.raises(ValueError, match=f"with other {other}: remove it"):
        loss_section(model, MSE, x, y, directions, steps, file=file)


def test_a_file_of_another_loss_is_refused(regression, tmp_path):
    model, x, y = regression
    directions = [filter_normalized(model.get_weights(), 0)]
    loss_section(model, MSE, x, y, directions, STEPS, file=tmp_path / "1.npz")
    mae = keras.losses.mean_absolute_error
    with pytest.raises(ValueError, match="with other loss"):
        loss_section(model, mae, x, y, directions, STEPS, file=tmp_path / "1.npz")


def test_a_damaged_file_is_named_and_begun_anew(regression, tmp_path, capsys):
    model, x, y = regression
    directions, file = [filter_normalized(model.get_weights(), 0)], tmp_path / "1.npz"
    whole = loss_section(model, MSE, x, y, directions, STEPS, file=file)
    file.write_bytes(file.read_bytes()[:-50])
    anew = loss_section(model, MSE, x, y, directions, STEPS, file=file)
    np.testing.assert_array_equal(anew, whole)
    assert "1.npz is damaged" in capsys.readouterr().out


def test_a_direction_of_other_shapes_is_refused(regression):
    model, x, y = regression
    right = filter_normalized(model.get_weights(), 0)
    for wrong in (right[:1], [right[0].T, right[1]]):
        with pytest.raises(ValueError, match="Direction 2 has other shapes"):
            loss_section(model, MSE, x, y, [right, wrong], STEPS)
