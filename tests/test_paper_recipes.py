"""The special cases of the papers' recipes, and that each suits its networks."""

import math
from dataclasses import replace

import keras
import numpy as np
import pytest

from dlcourse.models import catalog
from dlcourse.training import RECIPES, AdamW, Plateau, Recipe, RMSprop, Schedule, fit
from dlcourse.training.smoothing import SmoothedCrossEntropy, accuracy

ROWS = catalog.NETWORKS


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_each_network_has_a_recipe_for_images_of_its_size(row):
    recipe = RECIPES[row.recipe]
    size = row.input_shape[0]
    assert recipe.preprocessing.at(size).size == size
    assert abs(size - recipe.preprocessing.size) <= 3  # AlexNet's 224 and 227
    assert ("cifar10" in recipe.data) == (size == 32 and row.input_shape[2] == 3)
    assert (row.recipe == "bag of tricks") is False


def test_each_recipe_serves_a_network_or_has_a_lecture():
    used = {row.recipe for row in ROWS} | {row.recipe_for("cifar100") for row in ROWS}
    assert set(RECIPES) - used == {"ImageNet in 1 hour", "bag of tricks"}


@pytest.mark.parametrize("name", ["ResNet-110", "PreAct-ResNet-110"])
def test_deep_networks_begin_with_400_steps_at_a_tenth_of_the_rate(name):
    steps = 50_000 / 128
    rate = RECIPES[catalog.get(name).recipe].learning_rate(steps)
    at = [0, 399, 400, 31_999, 32_000, 48_000]
    found = [float(rate(step)) for step in at]
    np.testing.assert_allclose(found, [0.01, 0.01, 0.1, 0.1, 0.01, 0.001], rtol=1e-5)
    thin = RECIPES[catalog.get("ResNet-56").recipe].learning_rate(steps)
    assert float(thin(0)) == pytest.approx(0.1)


def test_what_the_next_paragraph_says():
    assert RECIPES["ImageNet in 1 hour"].kernels_only
    assert RECIPES["bag of tricks"].kernels_only
    resnext = RECIPES["ResNeXt, CIFAR"]
    assert (resnext.nesterov, resnext.batch_size, resnext.l2) == (True, 256, 5e-4)
    assert "appendix A" in resnext.source
    senet = RECIPES[catalog.get("SENet-154").recipe]
    assert (senet.batch_size, senet.rate, senet.smoothing) == (2048, 1.0, 0.1)
    assert RECIPES[catalog.get("SE-ResNet-50").recipe].rate == 0.6
    pyramid = catalog.get("PyramidNet-110 a270")
    assert RECIPES[pyramid.recipe_for("cifar10")].rate == 0.1
    assert RECIPES[pyramid.recipe_for("cifar100")].rate == 0.5
    assert RECIPES["Wide ResNet"].preprocessing.padding_mode == "reflect"
    assert RECIPES["ResNet, CIFAR"].preprocessing.standardize == "pixels"
    assert RECIPES["AlexNet"].preprocessing.lighting == 0.1
    assert RECIPES["VGG"].preprocessing.scale == (256, 512)
    assert RECIPES["bag of tricks"].preprocessing.mixup == 0.2


def test_what_the_papers_of_mobilenet_to_convnext_say():
    v2, efficient = RECIPES["MobileNetV2"], RECIPES["EfficientNet-B0"]
    rate = v2.learning_rate(10)
    np.testing.assert_allclose([float(rate(s)) for s in (9, 10)], [0.045, 0.0441])
    rate = efficient.learning_rate(10)
    found = [float(rate(step)) for step in (25, 50, 71, 72)]
    powers = 0.97 ** np.array([0, 2, 2, 3])
    np.testing.assert_allclose(found, 0.256 * powers * [0.5, 1, 1, 1], rtol=1e-5)
    sizes = [RECIPES[f"EfficientNet-B{n}"].preprocessing.size for n in range(8)]
    assert sizes == [224, 240, 260, 300, 380, 456, 528, 600]
    regnet = RECIPES["RegNet"]
    assert regnet.rate / regnet.batch_size == pytest.approx(0.1 / 128)
    deit, convnext = RECIPES["DeiT"], RECIPES["ConvNeXt"]
    assert deit.rate == pytest.approx(5e-4 * deit.batch_size / 512)
    assert (convnext.rate, convnext.batch_size, convnext.l2) == (4e-3, 4096, 0.05)
    steps = 1_281_167 / 4096
    rate = RECIPES["ViT"].learning_rate(steps)
    found = [float(rate(step)) for step in (5_000, 10_000, 93_800)]
    np.testing.assert_allclose(found, [1.5e-3, 3e-3, 0], atol=1e-6)


def trained(recipe, steps=6):
    """A small network's weights after so many updates on the same images."""
    keras.utils.set_random_seed(0)
    model = keras.Sequential([keras.Input((5,)), keras.layers.Dense(3, "softmax")])
    rng = np.random.default_rng(1)
    x, y = rng.normal(size=(steps * 8, 5)).astype("float32"), rng.integers(3, size=48)
    size = recipe.micro_batch_size
    model.compile(recipe.make_optimizer(steps * recipe.accumulate), recipe.loss())
    model.fit(x, y, batch_size=size, shuffle=False, verbose=0)
    return model


@pytest.mark.parametrize("optimizer", ["sgd", "rmsprop", "adamw"])
def test_a_divided_batch_trains_like_the_whole_one(optimizer):
    options = {"warmup": 0.5, "optimizer": optimizer, "l2": 0.01, "clip": 0.1}
    whole = Recipe("", 8, 1, 0.3, "cosine", **options)
    divided = whole.accumulated(4)
    assert (divided.batch_size, divided.micro_batch_size) == (8, 2)
    assert divided.rate == whole.rate
    models = trained(whole), trained(divided)
    for one, other in zip(*[model.get_weights() for model in models], strict=True):
        np.testing.assert_allclose(other, one, rtol=1e-4, atol=1e-6)
    assert [int(model.optimizer.iterations) for model in models] == [6, 6]


def test_rmsprop_decays_through_the_gradient():
    variable = keras.Variable([[2.0, -1.0]])
    RMSprop(0.1, l2=0.5, epsilon=1.0).apply([keras.ops.zeros((1, 2))], [variable])
    gradient = 0.5 * np.array([[2.0, -1.0]])
    step = 0.1 * gradient / np.sqrt(0.1 * gradient**2 + 1.0)
    found = keras.ops.convert_to_numpy(variable)
    np.testing.assert_allclose(found, np.array([[2.0, -1.0]]) - step, rtol=1e-5)


def drawn(size, steps):
    """Gradients for so many steps."""
    return np.random.default_rng(0).normal(size=(steps, size))


def stepped(optimizer, name, gradients):
    """A weight of that name after steps along these gradients, from a start of 2."""
    weight = keras.Variable(np.full(gradients.shape[1:], 2.0), name=name)
    for gradient in gradients.astype("float32"):
        optimizer.apply([keras.ops.convert_to_tensor(gradient)], [weight])
    return keras.ops.convert_to_numpy(weight)


@pytest.mark.parametrize("momentum", [0.0, 0.9])
@pytest.mark.parametrize("epsilon", [1.0, 0.001])
def test_rmsprop_of_a_recipe_is_tensorflows_of_those_years(momentum, epsilon):
    """The mean of the squares plus epsilon under one root; momentum of the steps."""
    name = "rmsprop" if epsilon == 1 else f"rmsprop, epsilon {epsilon}"
    options = {"optimizer": name, "momentum": momentum, "l2": 0.05}
    recipe = Recipe("", 8, 1, 0.3, "constant", **options)
    gradients, w, square, velocity = drawn(3, 5), np.full(3, 2.0), 0.0, 0.0
    for gradient in gradients:
        gradient = gradient + 0.05 * w
        square = 0.9 * square + 0.1 * gradient**2
        velocity = momentum * velocity + 0.3 * gradient / np.sqrt(square + epsilon)
        w = w - velocity
    found = stepped(recipe.make_optimizer(10), "kernel", gradients)
    np.testing.assert_allclose(found, w, rtol=1e-5)


@pytest.mark.parametrize("kernels_only", [False, True])
@pytest.mark.parametrize("name", ["kernel", "bias", "positions"])
def test_adamw_decays_beside_the_gradient(name, kernels_only):
    """Algorithm 2 of Loshchilov and Hutter."""
    options = {"optimizer": "adamw", "l2": 0.2, "kernels_only": kernels_only}
    recipe = Recipe("", 8, 1, 0.1, "cosine", **options)
    decay = 0.2 if name == "kernel" or not kernels_only else 0.0
    gradients, w, mean, square = drawn(3, 5), np.full(3, 2.0), 0.0, 0.0
    for t, gradient in enumerate(gradients, 1):
        rate = 0.1 * (1 + math.cos(math.pi * (t - 1) / 10)) / 2
        mean = 0.9 * mean + 0.1 * gradient
        square = 0.999 * square + 0.001 * gradient**2
        step = (mean / (1 - 0.9**t)) / np.sqrt(square / (1 - 0.999**t))
        w = w - rate * (step + decay * w)
    found = stepped(recipe.make_optimizer(10), name, gradients)
    np.testing.assert_allclose(found, w, rtol=1e-4)


def test_inception_and_nasnet_train_without_momentum_and_the_short_form_too():
    without = {name for name, recipe in RECIPES.items() if recipe.momentum == 0}
    inception = {"Inception v3", "Inception v4"}
    assert without == inception | {"NASNet, mobile", "NASNet, large"}
    assert all(RECIPES[name].optimizer == "rmsprop" for name in without)
    model = keras.Sequential([keras.Input((5,)), keras.layers.Dense(3, "softmax")])
    fit(model, (np.ones((8, 5)), np.zeros(8)), 1, optimizer="rmsprop", batch_size=8)
    assert model.optimizer.momentum == 0


def test_adamw_keeps_what_decays_when_it_is_saved():
    first = AdamW(0.1, 0.2, kernels_only=True)
    again = AdamW.from_config(first.get_config())
    gradients = drawn(3, 2)
    for name in ("kernel", "bias"):
        of_first = stepped(AdamW(0.1, 0.2, kernels_only=True), name, gradients)
        np.testing.assert_allclose(stepped(again, name, gradients), of_first)
        again = AdamW.from_config(first.get_config())


def test_mixed_labels_have_the_loss_of_their_mixture():
    rng = np.random.default_rng(0)
    p = rng.dirichlet(np.ones(4), size=6).astype("float32")
    first, second = rng.integers(4, size=(2, 6))
    mixed = (0.7 * np.eye(4)[first] + 0.3 * np.eye(4)[second]).astype("float32")
    loss = SmoothedCrossEntropy(0.1)
    one, other, both = (float(loss(y, p)) for y in (first, second, mixed))
    assert both == pytest.approx(0.7 * one + 0.3 * other, rel=1e-5)
    right = keras.ops.convert_to_numpy(accuracy(mixed, p))
    np.testing.assert_array_equal(right, p.argmax(-1) == first)
    whole = keras.ops.convert_to_numpy(accuracy(second[:, None], p))
    np.testing.assert_array_equal(whole, p.argmax(-1) == second)


def test_a_training_on_mixed_labels_is_validated_on_whole_ones():
    recipe = replace(RECIPES["bag of tricks"], epochs=1, warmup=0, batch_size=4)
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(4, "softmax")])
    model.compile(recipe.make_optimizer(2), recipe.loss(), metrics=recipe.metrics())
    x, mixed = np.eye(4, dtype="float32"), np.full((4, 4), 0.25, "float32")
    model.set_weights([10 * np.eye(4), np.zeros(4)])
    options = {"epochs": 1, "verbose": 0, "validation_data": (x, np.arange(4))}
    history = model.fit(x, mixed, **options).history
    assert history["val_accuracy"] == [1.0]
    assert RECIPES["ResNet"].metrics() == ["accuracy"]


def test_what_deviates_is_told():
    paper = RECIPES["ResNet, CIFAR"]
    assert paper.deviations(paper, "cifar10:3.0.2", 32) == []
    other = paper.shortened(20).scaled(64).accumulated(2)
    told = " ".join(other.deviations(paper, "/home/me/pets", 64))
    for part in ("pets, not cifar10 or cifar100", "20 epochs, not 164", "of 64, not"):
        assert part in told
    assert "Images of 64 pixels, not 32" in told
    assert "32 images at once" in told
    assert "learning rate" not in told
    slow = replace(other, rate=0.01)
    assert "A learning rate of 0.01, not 0.05." in slow.deviations(paper)
    page = RECIPES["ResNet-9"]
    assert page.deviations(page, "cifar10", 32) == [page.differs]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"rate": math.nan}, "rate=nan"),
        ({"rate": -0.1}, "rate=-0.1"),
        ({"epochs": -1}, "epochs=-1"),
        ({"epochs": 0}, "epochs=0"),
        ({"batch_size": 0}, "batch_size=0"),
        ({"warmup": 20}, "warmup=20.*fewer epochs"),
        ({"milestones": (2, -3)}, "milestones=-3"),
        ({"patience": 0}, "patience=0"),
        ({"clip": -1.0}, "clip=-1"),
        ({"momentum": "0.9"}, "momentum='0.9'"),
        ({"accumulate": 3}, "accumulate=3.*divide.*16"),
        ({"accumulate": 0}, "accumulate=0"),
        ({"optimizer": "adam", "l2": 0.1}, "l2=0.1"),
    ],
)
def test_impossible_numbers_are_named(options, message):
    usual = {"batch_size": 16, "epochs": 10, "rate": 0.1, "schedule": "steps"}
    with pytest.raises(ValueError, match=message):
        Recipe("", **usual | options)


def test_impossible_schedules_are_named():
    with pytest.raises(ValueError, match=r"warmup=20.*10"):
        Schedule("cosine", 0.1, steps=10, warmup=20)
    with pytest.raises(ValueError, match="steps=0"):
        Schedule("cosine", 0.1, steps=0)
    with pytest.raises(ValueError, match="peak=nan"):
        Schedule("cosine", math.nan, steps=10)
    with pytest.raises(ValueError, match="milestones=-1"):
        Schedule("steps", 0.1, 10, milestones=(-1,))
    with pytest.raises(ValueError, match="patience=0"):
        Plateau(0.1, patience=0)
