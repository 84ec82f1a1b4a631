"""Normalization layers against their formulas in NumPy and against Keras's own."""

import keras
import numpy as np
import pytest
from keras import ops
from keras.ops import convert_to_numpy as array

from dlcourse.gradients import gradients, numerical_gradients, weight_gradients
from dlcourse.layers import BatchNorm, CovariateShift, GroupNorm

RNG = np.random.default_rng(0)
C = 6
SHAPES = [(8, C), (4, 5, C), (3, 5, 4, C)]  # dense, sequence, image
GAMMA = RNG.normal(1, 0.5, C).astype("float32")
BETA = RNG.normal(0, 0.5, C).astype("float32")
MEAN = RNG.normal(0, 1, C).astype("float32")
VARIANCE = RNG.uniform(0.5, 2, C).astype("float32")


def examples(shape):
    return np.random.default_rng(1).normal(2, 3, shape).astype("float32")


def loss_weights(shape):
    return np.random.default_rng(2).normal(size=shape).astype("float32")


def batch_formula(x, gamma, beta, epsilon=1e-3):
    """Algorithm 1, one channel after the other."""
    y = np.empty_like(x)
    for c in range(x.shape[-1]):
        values = x[..., c]
        mean = values.sum() / values.size
        variance = ((values - mean) ** 2).sum() / values.size
        y[..., c] = gamma[c] * (values - mean) / np.sqrt(variance + epsilon) + beta[c]
    return y


def group_formula(x, gamma, beta, groups, epsilon=1e-3):
    """Equation 7, one example and one group after the other."""
    y, size = np.empty_like(x), x.shape[-1] // groups
    for n in range(len(x)):
        for g in range(groups):
            mine = slice(g * size, (g + 1) * size)
            values = x[n, ..., mine]
            mean = values.sum() / values.size
            deviation = np.sqrt(((values - mean) ** 2).sum() / values.size + epsilon)
            y[n, ..., mine] = (values - mean) / deviation * gamma[mine] + beta[mine]
    return y


def built(layer, shape, *weights):
    layer.build((None, *shape[1:]))
    layer.set_weights([GAMMA, BETA, *weights])
    return layer


def batch_norms(shape, **options):
    pair = BatchNorm(**options), keras.layers.BatchNormalization(**options)
    return [built(layer, shape, MEAN, VARIANCE) for layer in pair]


def value_and_slope(layer, x, **mode):
    weights = loss_weights(x.shape)
    y = array(layer(x, **mode))
    _, (slope,) = gradients(
        lambda x: ops.sum(ops.multiply(weights, layer(x, **mode))), x
    )
    return y, slope


def slope_of(formula, x):
    weights = loss_weights(x.shape)
    return numerical_gradients(lambda x: (weights * formula(x)).sum(), x)[0]


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_batch_norm_in_training_is_the_formula_and_keras(shape):
    x = examples(shape)
    expected = batch_formula(x, GAMMA, BETA)
    slope_expected = slope_of(lambda x: batch_formula(x, GAMMA, BETA), x)
    for layer in batch_norms(shape):
        y, slope = value_and_slope(layer, x, training=True)
        np.testing.assert_allclose(y, expected, rtol=1e-4, atol=1e-5)
        np.testing.assert_allclose(slope, slope_expected, rtol=1e-3, atol=1e-5)


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_batch_norm_in_testing_is_the_formula_and_keras(shape):
    x = examples(shape)
    factor = GAMMA / np.sqrt(VARIANCE + 1e-3)
    for layer in batch_norms(shape):
        y, slope = value_and_slope(layer, x, training=False)
        np.testing.assert_allclose(y, (x - MEAN) * factor + BETA, rtol=1e-4, atol=1e-5)
        np.testing.assert_allclose(slope, loss_weights(shape) * factor, rtol=1e-4)


def test_gradients_for_gamma_and_beta():
    x, weights = examples((3, 5, 4, C)), loss_weights((3, 5, 4, C))
    ours = parameter_gradients(BatchNorm(), x, weights)
    theirs = parameter_gradients(keras.layers.BatchNormalization(), x, weights)
    for mine, other in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(mine, other, rtol=1e-3, atol=1e-4)
    normalized = batch_formula(x, np.ones(C), np.zeros(C))
    expected = (weights * normalized).sum((0, 1, 2)), weights.sum((0, 1, 2))
    for mine, formula in zip(ours, expected, strict=True):
        np.testing.assert_allclose(mine, formula, rtol=1e-3, atol=1e-4)


def parameter_gradients(layer, x, weights):
    """Of sum(weights * layer(x)) for gamma and beta, through a model of that layer."""
    model = keras.Sequential([keras.Input(x.shape[1:]), layer])
    layer.set_weights([GAMMA, BETA, MEAN, VARIANCE])

    def total(weights, y):
        return ops.sum(ops.multiply(weights, y))

    return weight_gradients(model, total, x, weights, training=True)[1]


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_running_statistics_follow_the_batches(shape):
    ours, theirs = batch_norms(shape, momentum=0.7)
    mean, variance = MEAN.astype("float64"), VARIANCE.astype("float64")
    axes = tuple(range(len(shape) - 1))
    for step in range(3):
        x = (step + 1) * examples(shape) - step
        for layer in (ours, theirs):
            layer(x, training=True)
            layer(x)  # testing changes nothing
        mean = 0.7 * mean + 0.3 * x.mean(axes)
        variance = 0.7 * variance + 0.3 * x.var(axes)
    for layer in (ours, theirs):
        _, _, running_mean, running_variance = layer.get_weights()
        np.testing.assert_allclose(running_mean, mean, rtol=1e-4)
        np.testing.assert_allclose(running_variance, variance, rtol=1e-4)


def test_frozen_it_neither_uses_nor_follows_the_batch():
    x = examples((8, C))
    for layer in batch_norms(x.shape):
        layer.trainable = False
        frozen = array(layer(x, training=True))
        np.testing.assert_allclose(frozen, array(layer(x)), rtol=1e-6)
        np.testing.assert_array_equal(layer.get_weights()[2], MEAN)


def test_only_gamma_and_beta_are_trained():
    layer = BatchNorm()
    layer.build((None, C))
    assert [weight.name for weight in layer.trainable_weights] == ["gamma", "beta"]
    assert len(layer.non_trainable_weights) == 2


@pytest.mark.parametrize("groups", [1, 2, 3, 6])
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_group_norm_is_the_formula_and_keras(shape, groups):
    x = examples(shape)

    def formula(x):
        return group_formula(x, GAMMA, BETA, groups)

    for kind in (GroupNorm, keras.layers.GroupNormalization):
        y, slope = value_and_slope(built(kind(groups), shape), x)
        np.testing.assert_allclose(y, formula(x), rtol=1e-4, atol=1e-4)
        np.testing.assert_allclose(slope, slope_of(formula, x), rtol=5e-3, atol=1e-3)


def test_one_group_is_layer_normalization():
    x = examples((8, C))
    theirs = built(keras.layers.LayerNormalization(epsilon=1e-3), x.shape)
    np.testing.assert_allclose(
        array(built(GroupNorm(1), x.shape)(x)), array(theirs(x)), rtol=1e-3, atol=1e-5
    )


def test_groups_must_divide_the_channels():
    with pytest.raises(ValueError, match="groups=4 must divide the 6 channels"):
        GroupNorm(4).build((None, C))


def test_shift_changes_with_each_batch_and_is_gone_in_testing():
    layer, x = CovariateShift(offset=0.5, scale=2.0, seed=3), examples((9, 4, 400))
    first, second = (array(layer(x, training=True)) for _ in range(2))
    assert np.abs(first - second).max() > 0.1
    scale = (first[1] - first[0])[0] / (x[1] - x[0])[0]  # one per feature
    offset = (first - scale * x)[0, 0]
    np.testing.assert_allclose(first, scale * x + offset, rtol=1e-3, atol=1e-3)
    assert 1 <= scale.min() + 1e-3 < 1.05
    assert 1.95 < scale.max() <= 2 + 1e-3
    assert -0.501 < offset.min() < -0.45
    assert 0.45 < offset.max() < 0.501
    np.testing.assert_array_equal(array(layer(x)), x)


LAYERS = [BatchNorm(0.9, 1e-5), GroupNorm(2, 1e-5), CovariateShift(0.1, 1.1, seed=1)]


@pytest.mark.parametrize("layer", LAYERS, ids=lambda layer: type(layer).__name__)
def test_a_model_with_it_is_saved(layer, tmp_path):
    model = keras.Sequential(
        [keras.Input((4, 4, C)), type(layer).from_config(layer.get_config())]
    )
    x = examples((3, 4, 4, C))
    model(x, training=True)  # running statistics that are not the first ones
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    assert again.layers[0].get_config() == model.layers[0].get_config()
    np.testing.assert_array_equal(array(again(x)), array(model(x)))


@pytest.mark.parametrize("kind", [BatchNorm, GroupNorm])
def test_half_precision_keeps_its_variance(kind):
    x = 100 + examples((16, 4, 4, C))
    layer = kind(**({"groups": 2} if kind is GroupNorm else {}), dtype="mixed_bfloat16")
    y = layer(x, training=True) if kind is BatchNorm else layer(x)
    assert keras.backend.standardize_dtype(y.dtype) == "bfloat16"
    spread = array(ops.cast(y, "float32")).std()
    assert spread == pytest.approx(1, abs=0.02)
