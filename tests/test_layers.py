"""The layers of lectures 01 and 05 against NumPy and against the layers of Keras."""

from statistics import NormalDist

import keras
import numpy as np
import pytest
from keras import ops

from dlcourse import layers
from dlcourse.gradients import gradients

X = np.concatenate([np.linspace(-6, 6, 50), [-1e-3, 1e-3]]).astype("float32")

ACTIVATIONS = {  # ours: the formula in NumPy, what Keras ships
    layers.sigmoid: (lambda x: 1 / (1 + np.exp(-x)), keras.ops.sigmoid),
    layers.tanh: (np.tanh, keras.ops.tanh),
    layers.scaled_tanh: (lambda x: 1.7159 * np.tanh(2 * x / 3), None),
    layers.relu: (lambda x: np.maximum(x, 0), keras.ops.relu),
    layers.leaky_relu: (
        lambda x: np.where(x < 0, 0.1 * x, x),
        lambda x: keras.ops.leaky_relu(x, 0.1),
    ),
    layers.elu: (lambda x: np.where(x > 0, x, np.exp(x) - 1), keras.ops.elu),
    layers.selu: (
        lambda x: np.where(x > 0, 1.050701 * x, 1.758099 * (np.exp(x) - 1)),
        keras.ops.selu,
    ),
    layers.gelu: (
        lambda x: x * np.vectorize(NormalDist().cdf)(x),
        lambda x: keras.ops.gelu(x, approximate=False),
    ),
    layers.swish: (lambda x: x / (1 + np.exp(-x)), keras.ops.silu),
}


def name(function):
    return function.__name__


def tensor(*values):
    return ops.convert_to_tensor(values)


def array(tensor):
    return ops.convert_to_numpy(tensor)


def gradient(function, x):
    _, (of_x,) = gradients(function, x)
    return of_x


@pytest.mark.parametrize("activation", ACTIVATIONS, ids=name)
def test_activation_equals_its_formula_and_keras(activation):
    formula, shipped = ACTIVATIONS[activation]
    y = array(activation(tensor(*X)))
    np.testing.assert_allclose(y, formula(X), rtol=1e-5, atol=1e-6)
    if shipped is not None:
        np.testing.assert_allclose(y, shipped(tensor(*X)), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("activation", ACTIVATIONS, ids=name)
def test_activation_has_the_slope_of_its_formula(activation):
    formula, _ = ACTIVATIONS[activation]
    slope = gradient(lambda x: ops.sum(activation(x)), X)
    wide, h = X.astype("float64"), 1e-6
    expected = (formula(wide + h) - formula(wide - h)) / (2 * h)
    np.testing.assert_allclose(slope, expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("activation", ACTIVATIONS, ids=name)
def test_activation_and_slope_are_finite_for_huge_inputs(activation):
    huge = np.array([-1e4, -200, 200, 1e4], "float32")
    assert np.isfinite(array(activation(tensor(*huge)))).all()
    assert np.isfinite(gradient(lambda x: ops.sum(activation(x)), huge)).all()


def test_elu_and_leaky_relu_use_their_arguments():
    x = tensor(-1.0, 2.0)
    np.testing.assert_allclose(layers.leaky_relu(x, slope=0.3), [-0.3, 2], rtol=1e-6)
    expected = [3 * (np.exp(-1) - 1), 2]
    np.testing.assert_allclose(layers.elu(x, alpha=3.0), expected, rtol=1e-6)


def test_scaled_tanh_maps_one_to_one():
    np.testing.assert_allclose(layers.scaled_tanh(ops.ones(1)), 1, atol=1e-4)


def test_selu_keeps_mean_0_and_variance_1():
    x = np.random.default_rng(0).standard_normal(1_000_000).astype("float32")
    y = array(layers.selu(ops.convert_to_tensor(x)))
    assert abs(y.mean()) < 0.005
    assert abs(y.var() - 1) < 0.01


def test_softmax_equals_keras_in_value_and_gradient():
    x = np.random.default_rng(0).normal(0, 3, (4, 5)).astype("float32")
    weight = ops.convert_to_tensor(
        np.random.default_rng(1).normal(size=(4, 5)), "float32"
    )
    y = ops.convert_to_tensor(x)
    np.testing.assert_allclose(layers.softmax(y), ops.softmax(y), rtol=1e-5)
    ours = gradient(lambda x: ops.sum(weight * layers.softmax(x)), x)
    theirs = gradient(lambda x: ops.sum(weight * ops.softmax(x)), x)
    np.testing.assert_allclose(ours, theirs, rtol=1e-4, atol=1e-6)


def test_softmax_of_huge_logits_is_finite():
    y = layers.softmax(tensor([1000.0, 1000.0, -1000.0]))
    np.testing.assert_allclose(y, [[0.5, 0.5, 0]])


def test_model_with_our_activation_round_trips(tmp_path):
    x = keras.Input((3,))
    model = keras.Model(x, keras.layers.Dense(2, activation=layers.leaky_relu)(x))
    assert_round_trip(model, tmp_path)


def assert_round_trip(model, tmp_path):
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    x = np.random.default_rng(0).normal(size=(2, *model.input_shape[1:]))
    np.testing.assert_allclose(again.predict(x, verbose=0), model.predict(x, verbose=0))


# --- perceptron ---

AND = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], "float32")


def test_perceptron_makes_rosenblatts_first_steps():
    unit = layers.Perceptron()
    # b = 0 says 1 to the first example, (0, 0): a mistake, b becomes -1. The next two
    # are right; (1, 1) is not, w becomes (1, 1) and b 0.
    assert unit.train_epoch(AND, [0, 0, 0, 1]) == 2
    np.testing.assert_array_equal(unit.w, [1, 1])
    np.testing.assert_array_equal(unit.b, 0)


def test_perceptron_learns_and_but_not_xor():
    unit = layers.Perceptron()
    assert 0 in [unit.train_epoch(AND, [0, 0, 0, 1]) for _ in range(20)]
    np.testing.assert_array_equal(unit(AND), [0, 0, 0, 1])
    unit = layers.Perceptron()
    assert 0 not in [unit.train_epoch(AND, [0, 1, 1, 0]) for _ in range(200)]


def test_perceptron_mistakes_stay_below_novikoffs_bound():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(200, 2)).astype("float32")
    x = x[np.abs(x @ [0.6, 0.8]) > 0.2]  # margin of 0.2 on either side of a line
    unit = layers.Perceptron()
    y = x @ [0.6, 0.8] > 0
    mistakes = sum(unit.train_epoch(x, y) for _ in range(100))
    radius = 1 + (x**2).sum(axis=1).max()  # squared, with 1 for the bias
    assert unit.train_epoch(x, y) == 0
    assert mistakes <= radius / 0.2**2


def test_perceptron_rate_scales_the_weights_alone():
    slow, fast = layers.Perceptron(), layers.Perceptron()
    for _ in range(3):
        slow.train_epoch(AND, [0, 0, 0, 1], rate=0.5)
        fast.train_epoch(AND, [0, 0, 0, 1])
    np.testing.assert_allclose(slow.w, 0.5 * array(fast.w))


def test_perceptron_in_a_model(tmp_path):
    x = keras.Input((5, 3))
    model = keras.Model(x, layers.Perceptron()(x))
    assert model.output_shape == (None, 5)
    assert_round_trip(model, tmp_path)


# --- maxout ---


def test_maxout_equals_its_formula():
    layer = layers.Maxout(2, pieces=3)
    x = np.random.default_rng(0).normal(size=(4, 5)).astype("float32")
    y = array(layer(x))
    weight, bias = (array(w) for w in layer.weights)
    assert weight.shape == (5, 6)
    for n in range(4):
        for unit in range(2):
            pieces = [x[n] @ weight[:, k] + bias[k] for k in (unit, unit + 2, unit + 4)]
            np.testing.assert_allclose(y[n, unit], max(pieces), rtol=1e-5, atol=1e-6)


def test_maxout_can_be_relu_and_absolute_value():
    layer = layers.Maxout(2)
    layer.build((None, 1))
    layer.set_weights([np.array([[1.0, 1.0, 0.0, -1.0]]), np.zeros(4)])
    expected = np.stack([np.maximum(X, 0), np.abs(X)], axis=-1)
    np.testing.assert_allclose(array(layer(X[:, None])), expected, rtol=1e-6)


def test_maxout_in_a_model(tmp_path):
    x = keras.Input((6, 5))
    model = keras.Model(x, layers.Maxout(4, pieces=3)(x))
    assert model.output_shape == (None, 6, 4)
    assert_round_trip(model, tmp_path)
    policy = keras.DTypePolicy("mixed_bfloat16")
    assert layers.Maxout(4, dtype=policy).affine.compute_dtype == "bfloat16"


# --- convolution and pooling ---

IMAGES = np.random.default_rng(0).normal(size=(2, 7, 8, 3)).astype("float32")
KERNEL = np.random.default_rng(1).normal(size=(3, 3, 3, 4)).astype("float32")
PLACES = [(1, 0), (2, 0), (1, 1), (2, 1), (3, 1)]  # strides, padding


def loops(x, size, strides, padding, fill, of_window):
    """of_window(window) for each place of a size x size window, in NumPy."""
    width = ((0, 0), (padding, padding), (padding, padding), (0, 0))
    x = np.pad(x, width, constant_values=fill)
    rows, columns = (range(0, n - size + 1, strides) for n in x.shape[1:3])
    return np.stack(
        [
            np.stack([of_window(x[:, i : i + size, j : j + size]) for j in columns], 1)
            for i in rows
        ],
        1,
    )


def test_convolve_gives_the_worked_example():
    image = [[1, 1, 1, 0, 0], [0, 1, 1, 1, 0], [0, 0, 1, 1, 1]]
    image += [[0, 0, 1, 1, 0], [0, 1, 1, 0, 0]]
    kernel = [[1, 0, 1], [0, 1, 0], [1, 0, 1]]
    image, kernel = np.array(image, "float32"), np.array(kernel, "float32")
    y = layers.convolve(image[None, :, :, None], kernel[:, :, None, None])
    np.testing.assert_array_equal(y[0, :, :, 0], [[4, 3, 4], [2, 4, 3], [2, 3, 4]])


@pytest.mark.parametrize(("strides", "padding"), PLACES)
def test_convolve_equals_loops_and_keras(strides, padding):
    def of_window(window):
        return np.einsum("nijc,ijcf->nf", window, KERNEL)

    def theirs(x, kernel):
        x = ops.pad(x, [[0, 0], [padding] * 2, [padding] * 2, [0, 0]])
        return ops.conv(x, kernel, strides, "valid")

    def ours(x, kernel):
        return layers.convolve(x, kernel, strides, padding)

    y = ours(IMAGES, KERNEL)
    expected = loops(IMAGES, 3, strides, padding, 0, of_window)
    np.testing.assert_allclose(y, expected, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(y, theirs(IMAGES, KERNEL), rtol=1e-4, atol=1e-5)
    sizes = [layers.output_size(n, 3, strides, padding) for n in (7, 8)]
    assert list(y.shape[1:3]) == sizes
    assert_same_gradients(ours, theirs, IMAGES, KERNEL)


def assert_same_gradients(ours, theirs, x, kernel):
    grad = [
        gradient(lambda x, f=f: ops.sum(f(x, kernel) ** 2), x) for f in (ours, theirs)
    ]
    np.testing.assert_allclose(*grad, rtol=1e-3, atol=1e-4)
    grad = [
        gradient(lambda k, f=f: ops.sum(f(x, k) ** 2), kernel) for f in (ours, theirs)
    ]
    np.testing.assert_allclose(*grad, rtol=1e-3, atol=1e-3)


def test_convolve_equals_the_layers_of_keras():
    for padding, ours in (("valid", 0), ("same", 1)):
        layer = keras.layers.Conv2D(4, 3, padding=padding, use_bias=False)
        expected = array(layer(IMAGES))
        y = layers.convolve(IMAGES, array(layer.kernel), padding=ours)
        np.testing.assert_allclose(array(y), expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(("strides", "padding"), PLACES)
def test_max_pooling_equals_loops(strides, padding):
    x = IMAGES - 5  # padding with 0 would show
    expected = loops(x, 3, strides, padding, -np.inf, lambda w: w.max((1, 2)))
    np.testing.assert_array_equal(layers.max_pooling(x, 3, strides, padding), expected)


@pytest.mark.parametrize(("size", "strides"), [(2, 2), (3, 1), (3, 2)])
def test_pooling_equals_keras_in_value_and_gradient(size, strides):
    pairs = [
        (layers.max_pooling, keras.layers.MaxPooling2D(size, strides)),
        (layers.average_pooling, keras.layers.AveragePooling2D(size, strides)),
    ]
    for pooling, layer in pairs:
        y = pooling(IMAGES, size, strides)
        np.testing.assert_allclose(y, layer(IMAGES), rtol=1e-5, atol=1e-6)
        ours = gradient(lambda x, f=pooling: ops.sum(f(x, size, strides) ** 2), IMAGES)
        theirs = gradient(lambda x, f=layer: ops.sum(f(x) ** 2), IMAGES)
        np.testing.assert_allclose(ours, theirs, rtol=1e-4, atol=1e-5)


def test_average_pooling_equals_loops():
    expected = loops(IMAGES, 3, 2, 0, 0, lambda w: w.mean((1, 2)))
    y = layers.average_pooling(IMAGES, 3, 2)
    np.testing.assert_allclose(y, expected, rtol=1e-4, atol=1e-6)


def test_kernel_larger_than_the_image_is_an_error():
    with pytest.raises(ValueError, match="larger than the image"):
        layers.convolve(IMAGES, np.zeros((9, 9, 3, 1), "float32"))
