"""Parameters and multiply-adds against keras.applications and hand formulas."""

import keras
import pytest
from keras import layers, ops

from dlcourse.analysis import complexity
from dlcourse.analysis.complexity import Complexity

# Trainable, statistics, multiply-adds as torchvision, timm, pytorchcv and the papers
# have them; 26,560 are the convolution biases of Keras's ResNet-50.
TWINS = {
    "VGG16": (138_357_544, 0, 15_470_264_320),
    "ResNet50": (25_557_032 + 26_560, 53_120, 3_857_973_248),
    "DenseNet121": (7_978_856, 83_648, 2_834_161_664),
    "InceptionV3": (23_817_352, 34_432, 5_713_216_096),
    "Xception": (22_855_952, 54_528, 8_357_403_496),
    "NASNetMobile": (5_289_978, 36_738, 563_638_816),
}


@pytest.mark.parametrize("name", TWINS)
def test_counts_of_keras_applications(name):
    if name == "NASNetMobile" and keras.backend.backend() == "torch":
        pytest.skip("Keras does not build NASNet on PyTorch")
    cost = complexity(getattr(keras.applications, name)(weights=None))
    assert (cost.parameters, cost.statistics, cost.macs) == TWINS[name]


def macs_of(layer, shape):
    x = keras.Input(shape)
    return complexity(keras.Model(x, layer(x))).macs


HAND = [  # layer, input shape: output pixels (input pixels if transposed) x weights
    (layers.Dense(5), (7,), 7 * 5),
    (layers.Dense(5), (3, 4, 7), 3 * 4 * 7 * 5),
    (layers.Conv1D(5, 3), (10, 4), 8 * 3 * 4 * 5),
    (layers.Conv1D(5, 3, strides=2, padding="same"), (10, 4), 5 * 3 * 4 * 5),
    (layers.Conv1D(5, 2, padding="causal", dilation_rate=4), (10, 4), 10 * 2 * 4 * 5),
    (layers.Conv2D(5, 3, padding="same"), (8, 6, 4), 8 * 6 * 9 * 4 * 5),
    (layers.Conv2D(5, (1, 7)), (8, 9, 4), 8 * 3 * 7 * 4 * 5),
    (layers.Conv2D(6, 3, groups=2), (8, 6, 4), 6 * 4 * 9 * 2 * 6),
    (layers.Conv2D(5, 3, dilation_rate=2), (8, 6, 4), 4 * 2 * 9 * 4 * 5),
    (layers.Conv2D(5, 3, use_bias=False), (8, 6, 4), 6 * 4 * 9 * 4 * 5),
    (layers.Conv3D(5, 2), (4, 5, 6, 2), 3 * 4 * 5 * 8 * 2 * 5),
    (layers.DepthwiseConv1D(3), (10, 4), 8 * 3 * 4),
    (layers.DepthwiseConv2D(3, depth_multiplier=2), (8, 6, 4), 6 * 4 * 9 * 4 * 2),
    (layers.SeparableConv1D(5, 3), (10, 4), 8 * (3 * 4 + 4 * 5)),
    (layers.SeparableConv2D(5, 3, strides=2), (9, 9, 4), 4 * 4 * (9 * 4 + 4 * 5)),
    (layers.Conv1DTranspose(5, 4, strides=2), (10, 3), 10 * 4 * 3 * 5),
    (layers.Conv2DTranspose(5, 2, strides=2), (8, 6, 4), 8 * 6 * 4 * 4 * 5),
    (layers.Conv3DTranspose(5, 2, strides=2), (2, 3, 4, 6), 24 * 8 * 6 * 5),
    (layers.MaxPooling2D(2), (8, 6, 4), 0),
    (layers.BatchNormalization(), (8, 6, 4), 0),
    (layers.LSTM(3), (5, 2), 0),
]


@pytest.mark.parametrize(
    ("layer", "shape", "expected"), HAND, ids=[layer.name for layer, *_ in HAND]
)
def test_multiply_adds_by_hand(layer, shape, expected):
    assert macs_of(layer, shape) == expected


def test_rows_name_every_layer_and_operation():
    x = keras.Input((4, 4, 2), name="image")
    y = layers.Conv2D(3, 1, name="conv")(x)
    y = ops.relu(layers.BatchNormalization(name="norm")(y))
    cost = complexity(keras.Model(x, ops.mean(y, axis=(1, 2))))
    assert [row.kind for row in cost.rows] == [
        "Conv2D",
        "BatchNormalization",
        "Relu",
        "Mean",
    ]
    assert cost.rows[0].output_shape == (4, 4, 3)
    numbers = [(row.parameters, row.statistics, row.macs) for row in cost.rows]
    assert numbers == [(9, 0, 96), (6, 6, 0), (0, 0, 0), (0, 0, 0)]


def test_shared_layer_counts_its_weights_once_and_its_work_twice():
    x = keras.Input((4,))
    dense = layers.Dense(4, use_bias=False)
    cost = complexity(keras.Model(x, dense(dense(x))))
    assert [(row.parameters, row.macs) for row in cost.rows] == [(16, 16), (0, 16)]


def test_nested_model_is_spelled_out_at_the_size_it_is_called_with():
    free = keras.Input((None, None, 2))
    block = keras.Model(free, layers.Conv2D(2, 3, name="conv")(free), name="block")
    x = keras.Input((9, 9, 2))
    cost = complexity(keras.Model(x, block(block(x))))
    assert [row.name for row in cost.rows] == ["block/conv", "block/conv"]
    assert [row.macs for row in cost.rows] == [49 * 36, 25 * 36]
    assert cost.parameters == 38


def test_sequential_inside_a_model():
    x = keras.Input((4,))
    inner = keras.Sequential([layers.Dense(3), layers.Dense(2)], name="inner")
    cost = complexity(keras.Model(x, inner(x)))
    assert [row.macs for row in cost.rows] == [12, 6]
    assert cost.rows[0].name.startswith("inner/")


class Residual(keras.Layer):
    """A layer of one's own, made of another and a weight."""

    def __init__(self):
        super().__init__()
        self.dense = layers.Dense(4)

    def build(self, input_shape):
        self.dense.build(input_shape)
        self.scale = self.add_weight(shape=(4,))

    def call(self, x):
        return x + self.dense(x) * self.scale

    def compute_output_shape(self, input_shape):
        return input_shape


def test_own_layer_made_of_layers_is_spelled_out():
    x = keras.Input((4,))
    cost = complexity(keras.Model(x, Residual()(x)))
    assert cost.macs == 16
    assert cost.parameters == 16 + 4 + 4
    assert (cost.rows[-1].name, cost.rows[-1].parameters) == ("other weights", 4)


def test_own_layer_that_cannot_be_looked_into_is_an_error():
    class Backwards(Residual):
        def call(self, x):
            return self.scale * self.dense(x)  # a weight does not know symbolic tensors

    x = keras.Input((4,))
    model = keras.Model(x, Backwards()(x))
    with pytest.raises(ValueError, match="Cannot look inside backwards"):
        complexity(model)


def test_frozen_weights_count_as_statistics():
    x = keras.Input((4,))
    model = keras.Model(x, layers.Dense(3)(x))
    model.trainable = False
    cost = complexity(model)
    assert (cost.parameters, cost.statistics, cost.macs) == (0, 15, 12)


def test_several_inputs_and_outputs():
    a, b = keras.Input((4,)), keras.Input((5,))
    merged = layers.Dense(2)(layers.Concatenate()([a, b]))
    model = keras.Model({"a": a, "b": b}, [merged, *ops.split(merged, 2, axis=-1)])
    cost = complexity(model)
    assert cost.macs == 18
    assert cost.rows[-1].output_shape == ((1,), (1,))
    with pytest.raises(ValueError, match="has 2 inputs"):
        complexity(model, input_shape=(4,))


def test_unknown_size_is_an_error_and_input_shape_the_remedy():
    x = keras.Input((None, None, 3))
    model = keras.Model(x, layers.GlobalAveragePooling2D()(layers.Conv2D(2, 3)(x)))
    with pytest.raises(ValueError, match="Pass input_shape="):
        complexity(model)
    assert complexity(model, input_shape=(5, 5, 3)).macs == 9 * 27 * 2


def test_model_that_is_not_built_yet():
    model = keras.Sequential([layers.Dense(3), layers.Dense(2)])
    with pytest.raises(ValueError, match="pass input_shape="):
        complexity(model)
    assert complexity(model, input_shape=(4,)).macs == 18


def test_channels_first():
    layer = layers.Conv2D(5, 3, data_format="channels_first")
    assert macs_of(layer, (4, 8, 6)) == 6 * 4 * 9 * 4 * 5


def test_model_is_left_as_it_was():
    x = keras.Input((8, 8, 1))
    conv = layers.Conv2D(2, 3)
    model = keras.Model(x, conv(x))
    complexity(model, input_shape=(5, 5, 1))
    assert conv.output.shape == (None, 6, 6, 2)  # an error if called twice
    assert model.output_shape == (None, 6, 6, 2)


def test_table_ends_with_the_totals():
    x = keras.Input((4,))
    cost = complexity(keras.Model(x, layers.Dense(1000, name="wide")(x)))
    assert isinstance(cost, Complexity)
    table = cost.table()
    assert list(table.index) == ["wide", "total"]
    assert list(table.loc["total"])[2:] == [5000, 0, 4000]
    assert repr(cost) == "5,000 parameters, 0 statistics, 4,000 multiply-adds"
    assert "<td>5,000</td>" in cost._repr_html_()
