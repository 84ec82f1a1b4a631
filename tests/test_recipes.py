"""The papers' recipes: rates, weight decay and losses against NumPy's formulas."""

import math
import re
from dataclasses import replace

import keras
import numpy as np
import pytest

from dlcourse.training import (
    RECIPES,
    SGD,
    Plateau,
    Recipe,
    Schedule,
    SmoothedCrossEntropy,
    find_recipe,
)

STEPS = 10  # per epoch


def rates(schedule, steps):
    return np.array([float(schedule(step)) for step in steps])


def test_steps_divide_at_the_milestones_of_the_paper():
    schedule = RECIPES["Wide ResNet"].learning_rate(STEPS)
    epochs = np.array([0, 59, 60, 119, 120, 159, 160, 199])
    expected = [0.1, 0.1, 0.02, 0.02, 0.004, 0.004, 0.0008, 0.0008]
    np.testing.assert_allclose(rates(schedule, epochs * STEPS), expected, rtol=1e-5)
    np.testing.assert_allclose(rates(schedule, [599, 600]), [0.1, 0.02], rtol=1e-5)


def test_inception_loses_six_percent_every_second_epoch():
    steps = np.arange(0, 1000, 7)
    expected = 0.045 * 0.94 ** (steps // 20)
    found = rates(RECIPES["Inception v3"].learning_rate(STEPS), steps)
    np.testing.assert_allclose(found, expected, rtol=1e-4)


def test_cosine_after_the_warm_up():
    steps = np.arange(0, 1201, 13)
    t = np.clip((steps - 50) / 1150, 0, 1)
    cosine = 0.1 * (1 + np.cos(math.pi * t)) / 2
    expected = np.where(steps < 50, 0.1 * steps / 50, cosine)
    recipe = replace(RECIPES["bag of tricks"], epochs=120)
    found = rates(recipe.learning_rate(STEPS), steps)
    np.testing.assert_allclose(found, expected, atol=1e-7)


def test_linear_is_a_triangle_for_resnet9():
    steps = np.arange(241)
    expected = np.interp(steps, [0, 50, 240], [0, 0.4, 0])
    found = rates(RECIPES["ResNet-9"].learning_rate(STEPS), steps)
    np.testing.assert_allclose(found, expected, atol=1e-7)


def test_constant_is_constant_after_the_warm_up():
    schedule = Schedule("constant", 0.3, 100, warmup=10)
    np.testing.assert_allclose(rates(schedule, [0, 5, 10, 99]), [0, 0.15, 0.3, 0.3])


def test_warm_up_may_begin_above_zero():
    schedule = RECIPES["ImageNet in 1 hour"].learning_rate(STEPS)
    found = rates(schedule, [0, 25, 50, 300])
    np.testing.assert_allclose(found, [0.1, 1.65, 3.2, 0.32], rtol=1e-5)


@pytest.mark.parametrize("kind", ["steps", "cosine", "linear", "constant"])
@pytest.mark.parametrize("warmup", [0, 4])
@pytest.mark.parametrize("milestones", [(), (10, 20)])
def test_many_steps_at_once_are_each_alone(kind, warmup, milestones):
    schedule = Schedule(kind, 0.3, 30, milestones, warmup=warmup)
    steps = np.arange(31)
    found, alone = schedule(steps), rates(schedule, steps)
    np.testing.assert_allclose(found, alone, rtol=1e-6, atol=1e-8)


def test_the_rate_is_what_the_optimizer_uses():
    optimizer = RECIPES["ResNet, CIFAR"].make_optimizer(steps_per_epoch=391)
    for step, rate in ((0, 0.1), (32_100, 0.01), (48_100, 0.001)):
        optimizer.iterations.assign(step)
        np.testing.assert_allclose(float(optimizer.learning_rate), rate, rtol=1e-5)


def test_shortened_keeps_the_shape_and_scaled_the_rate_per_image():
    recipe = RECIPES["ImageNet in 1 hour"].shortened(9).scaled(256)
    assert (recipe.epochs, recipe.batch_size, recipe.warmup) == (9, 256, 0.5)
    np.testing.assert_allclose(recipe.milestones, (3, 6, 8))
    np.testing.assert_allclose(recipe.rate, 0.1)
    short, full = (
        recipe.learning_rate(100),
        RECIPES["ImageNet in 1 hour"].learning_rate(100),
    )
    np.testing.assert_allclose(
        32 * rates(short, [10, 200, 400, 850]),
        rates(full, [100, 2000, 4000, 8500]),
        rtol=1e-5,
    )


def test_plateaus_are_counted_as_by_hand():
    losses = [3, 2, 2.5, 2.1, 1.9, 2, 2, 2, 2, 1, 1]
    recipe = RECIPES["AlexNet"]
    (callback,) = recipe.callbacks()
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    model.compile(recipe.make_optimizer(STEPS), "mse")
    callback.set_model(model)
    callback.patience = 2
    found = []
    for epoch, loss in enumerate(losses):
        callback.on_epoch_begin(epoch)
        found.append(float(model.optimizer.learning_rate))
        callback.on_epoch_end(epoch, {"val_loss": loss})
    drops = [0, 0, 0, 0, 1, 1, 1, 2, 2, 3, 3]
    np.testing.assert_allclose(found, 0.01 * 0.1 ** np.array(drops), rtol=1e-5)


def test_the_rate_drops_on_a_plateau_three_times_and_no_more():
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    found = []
    for epochs in (5, 15, 40):
        (callback,) = RECIPES["AlexNet"].callbacks(losses=[1.0] * (epochs + 1))
        callback.set_model(model)
        callback.on_epoch_begin(epochs + 1)
        found.append(float(model.optimizer.learning_rate))
    np.testing.assert_allclose(found, [1e-3, 1e-5, 1e-5], rtol=1e-5)


@pytest.mark.parametrize(("epochs", "patience"), [(90, 5), (36, 2), (9, 2), (180, 10)])
def test_one_worse_epoch_is_no_plateau_in_a_short_recipe_either(epochs, patience):
    assert RECIPES["AlexNet"].shortened(epochs).patience == patience


def test_a_plateau_goes_on_from_the_losses_before():
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    callback = Plateau(1.0, patience=2, losses=[1, 2, 2])
    callback.set_model(model)
    callback.on_epoch_begin(3)
    np.testing.assert_allclose(float(model.optimizer.learning_rate), 0.1)
    with pytest.raises(ValueError, match="validation_data"):
        callback.on_epoch_end(3, {"loss": 1})


@pytest.mark.parametrize("nesterov", [False, True])
@pytest.mark.parametrize("momentum", [0.0, 0.9])
def test_weight_decay_goes_through_the_momentum(momentum, nesterov):
    w, v, rate, l2 = np.array([[2.0, -1.0]]), 0.0, 0.1, 0.05
    variable = keras.Variable(w, dtype="float32")
    optimizer = SGD(rate, l2=l2, momentum=momentum, nesterov=nesterov)
    for _ in range(10):
        gradient = np.cos(w)
        optimizer.apply([keras.ops.convert_to_tensor(gradient, "float32")], [variable])
        total = gradient + l2 * w
        v = momentum * v - rate * total
        w = w + (momentum * v - rate * total if nesterov else v)
    np.testing.assert_allclose(keras.ops.convert_to_numpy(variable), w, rtol=1e-5)


def test_kernels_only_leaves_vectors_alone():
    kernel, bias = keras.Variable([[1.0, 1], [1, 1]]), keras.Variable([1.0, 1])
    zeros = [keras.ops.zeros((2, 2)), keras.ops.zeros(2)]
    SGD(0.5, l2=0.1, kernels_only=True).apply(zeros, [kernel, bias])
    np.testing.assert_allclose(keras.ops.convert_to_numpy(kernel), 0.95)
    np.testing.assert_allclose(keras.ops.convert_to_numpy(bias), 1.0)


def test_smoothing_is_cross_entropy_with_smoothed_labels():
    rng = np.random.default_rng(0)
    p = rng.dirichlet(np.ones(5), size=7).astype("float32")
    y = rng.integers(5, size=7)
    target = 0.9 * np.eye(5)[y] + 0.1 / 5
    found = float(SmoothedCrossEntropy(0.1)(y[:, None], p))
    np.testing.assert_allclose(found, -(target * np.log(p)).sum(-1).mean(), rtol=1e-5)
    plain = keras.losses.SparseCategoricalCrossentropy()(y, p)
    np.testing.assert_allclose(float(SmoothedCrossEntropy(0.0)(y, p)), float(plain))


ONE_OF_A_KIND = ["AlexNet", "Inception v3", "Wide ResNet", "bag of tricks", "ResNet-9"]
ONE_OF_A_KIND += ["EfficientNet-B0", "ConvNeXt"]


@pytest.mark.parametrize("name", RECIPES)
def test_every_recipe_has_an_optimizer_and_its_source(name):
    assert RECIPES[name].make_optimizer(100).learning_rate > 0 or RECIPES[name].warmup
    assert re.search(
        r"section|appendix|table|epochs|author|classif", RECIPES[name].source
    )


@pytest.mark.parametrize("name", ONE_OF_A_KIND)
def test_a_recipe_trains_and_is_saved_with_the_model(name, tmp_path):
    recipe = RECIPES[name].shortened(2).scaled(16)
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, "softmax")])
    model.compile(recipe.make_optimizer(2), recipe.loss(), metrics=["accuracy"])
    x, y = np.eye(4)[np.arange(32) % 3], np.arange(32) % 3
    options = {"validation_data": (x, y), "callbacks": recipe.callbacks(), "verbose": 0}
    history = model.fit(x, y, batch_size=16, epochs=2, **options).history
    assert np.isfinite(history["loss"]).all()
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    assert again.optimizer.get_config() == model.optimizer.get_config()


def test_names_are_found_or_listed():
    assert find_recipe("alexnet") is RECIPES["AlexNet"]
    with pytest.raises(ValueError, match="Wide ResNet"):
        find_recipe("AlexNets")
    with pytest.raises(ValueError, match="plateau, steps, cosine, linear, constant"):
        Recipe("", 1, 1, 1, "exponential")
    with pytest.raises(ValueError, match="one of steps, cosine, linear, constant"):
        Schedule("plateau", 1, 1)
