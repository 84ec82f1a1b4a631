"""LeNet-5 against the numbers of its paper."""

import keras
import numpy as np
import pytest
from keras import ops

from dlcourse.analysis import complexity, receptive_field
from dlcourse.gradients import weight_gradients
from dlcourse.layers import RadialBasis, SparseConv2D, Subsampling, scaled_tanh
from dlcourse.layers.lenet import digit_codes
from dlcourse.models import LeNet5
from dlcourse.models.lenet import C3_MAPS, connections

# Section II.B of the paper.
PARAMETERS = {"C1": 156, "S2": 12, "C3": 1_516, "S4": 32, "C5": 48_120, "F6": 10_164}
CONNECTIONS = {"C1": 122_304, "S2": 5_880, "C3": 151_600, "S4": 2_000, "C5": 48_120}
CONNECTIONS |= {"F6": 10_164, "RBF": 840}
SHAPES = {"C1": (28, 28, 6), "S2": (14, 14, 6), "C3": (10, 10, 16), "S4": (5, 5, 16)}
VARIANTS = ("1998", "dense", "3x3")


def images(count=2):
    return np.random.default_rng(0).uniform(-0.1, 1.175, (count, 32, 32, 1))


def test_1998_has_the_papers_parameters_and_connections():
    model = LeNet5("1998")
    counts = {name: model.get_layer(name).count_params() for name in PARAMETERS}
    assert counts == PARAMETERS
    cost = complexity(model)
    assert (cost.parameters, cost.statistics) == (60_000, 0)
    # C3 multiplies 25 weights for each cross in table I at 100 places.
    assert cost.macs == 117_600 + 150_000 + 48_000 + 10_080
    assert connections(model) == CONNECTIONS
    assert sum(CONNECTIONS.values()) == 340_908


@pytest.mark.parametrize("variant", ["1998", "dense"])
def test_maps_are_as_large_as_in_figure_2(variant):
    model = LeNet5(variant)
    shapes = {name: model.get_layer(name).output.shape[1:] for name in SHAPES}
    assert shapes == SHAPES


def test_table_i_has_60_connections_between_maps():
    assert sum(len(maps) for maps in C3_MAPS) == 60
    # Each row of table I, map of S2 by map of S2, has ten crosses.
    assert [sum(n in maps for maps in C3_MAPS) for n in range(6)] == [10] * 6
    assert len({tuple(sorted(maps)) for maps in C3_MAPS}) == 16


def test_dense_variant_has_61706_parameters_and_416520_multiply_adds():
    cost = complexity(LeNet5("dense"))
    assert (cost.parameters, cost.statistics, cost.macs) == (61_706, 0, 416_520)


def test_3x3_variant_has_576_inputs_to_its_first_dense_layer():
    model = LeNet5("3x3")
    assert model.get_layer("C5").kernel.shape == (576, 120)
    assert complexity(model).parameters == 81_194


def test_last_map_sees_28_pixels():
    fields = receptive_field(LeNet5("1998"))
    assert [fields[name].size for name in ("C1", "S2", "S4")] == [5, 6, 16]
    assert fields["C5"].size is None


@pytest.mark.parametrize("variant", VARIANTS)
def test_outputs_are_probabilities_and_every_weight_learns(variant):
    model = LeNet5(variant)
    y = model.predict(images(), verbose=0)
    np.testing.assert_allclose(y.sum(axis=1), 1, rtol=1e-5)
    loss = keras.losses.sparse_categorical_crossentropy
    _, found = weight_gradients(model, loss, images(8), np.arange(8))
    assert all(np.abs(grad).max() > 0 for grad in found)


@pytest.mark.parametrize("variant", VARIANTS)
def test_round_trip(variant, tmp_path):
    model = LeNet5(variant)
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    expected = model.predict(images(), verbose=0)
    np.testing.assert_allclose(again.predict(images(), verbose=0), expected, rtol=1e-5)


def test_smallest_images():
    assert LeNet5("3x3", input_shape=(10, 10, 1)).get_layer("S4").output.shape[1] == 1
    assert LeNet5(input_shape=(16, 16, 1)).get_layer("S4").output.shape[1] == 1


def test_arguments_reach_the_layers():
    model = LeNet5("dense", "relu", "max", (28, 28, 3), 5, None)
    assert model.input_shape == (None, 28, 28, 3)
    assert model.output_shape == (None, 5)
    assert isinstance(model.get_layer("S2"), keras.layers.MaxPooling2D)
    for name in ("C1", "C3", "C5", "F6"):
        assert model.get_layer(name).activation is keras.activations.relu
    assert model.layers[-1].activation is keras.activations.linear


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"variant": "5x5"}, "'1998', 'dense', '3x3'"),
        ({"pooling": "sum"}, "'trainable', 'average', 'max'"),
        ({"input_shape": (15, 16, 1)}, "at least 16"),
        ({"variant": "3x3", "input_shape": (9, 10, 1)}, "at least 10"),
        ({"variant": "1998", "classes": 26}, "10 digits"),
    ],
)
def test_wrong_arguments_say_what_is_possible(arguments, message):
    with pytest.raises(ValueError, match=message):
        LeNet5(**arguments)


def test_subsampling_equals_its_formula():
    layer = Subsampling()
    x = np.random.default_rng(0).normal(size=(2, 5, 6, 3)).astype("float32")
    layer.build(x.shape)
    factor, bias = np.array([1.0, 2, 3]), np.array([0.0, 1, -1])
    layer.set_weights([factor, bias])
    total = x[:, :4].reshape(2, 2, 2, 3, 2, 3).sum(axis=(2, 4))
    y = ops.convert_to_numpy(layer(x))
    np.testing.assert_allclose(y, factor * total + bias, rtol=1e-4, atol=1e-5)


def test_sparse_convolution_equals_a_dense_one_with_zeros():
    layer = SparseConv2D([[0, 1], [2], [2, 0]], 3)
    x = np.random.default_rng(0).normal(size=(2, 6, 7, 3)).astype("float32")
    y = ops.convert_to_numpy(layer(x))
    assert layer.kernel.shape == (3, 3, 5)
    parts = np.moveaxis(ops.convert_to_numpy(layer.kernel), -1, 0)
    kernel = np.zeros((3, 3, 3, 3))
    for part, seen, out in zip(parts, (0, 1, 2, 2, 0), (0, 0, 1, 2, 2), strict=True):
        kernel[:, :, seen, out] = part
    dense = keras.layers.Conv2D(3, 3, bias_initializer="ones")
    dense.build(x.shape)
    dense.kernel.assign(kernel)
    expected = ops.convert_to_numpy(dense(x))
    np.testing.assert_allclose(y + 1, expected, rtol=1e-4, atol=1e-5)


def test_codes_are_different_pictures_of_plus_and_minus_1():
    codes = digit_codes()
    assert codes.shape == (10, 84)
    assert set(codes.ravel()) == {-1, 1}
    differences = (codes[:, None] != codes).sum(axis=-1)
    assert differences[~np.eye(10, dtype=bool)].min() >= 6


def test_radial_basis_is_zero_at_its_code():
    codes = digit_codes()
    distances = ops.convert_to_numpy(RadialBasis(codes)(codes.astype("float32")))
    np.testing.assert_allclose(distances, ((codes[:, None] - codes) ** 2).sum(-1))
    np.testing.assert_allclose(np.diag(distances), 0)


def test_1998_uses_the_papers_squashing_function():
    model = LeNet5("1998")
    assert model.get_layer("C1").activation is scaled_tanh
    squashing = [x for x in model.layers if isinstance(x, keras.layers.Activation)]
    assert [x.activation is scaled_tanh for x in squashing] == 3 * [True] + [False]


def test_bfloat16_gives_finite_output():
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        y = LeNet5("1998").predict(images(), verbose=0)
    finally:
        keras.config.set_dtype_policy("float32")
    assert np.isfinite(y).all()
