"""The layers that train faster compute what Keras's do, and are those that are used."""

import keras
import numpy as np
import pytest
from keras import layers, ops
from keras.ops import convert_to_numpy as array

from dlcourse.blocks.conv import conv_bn
from dlcourse.gradients import gradients, weight_gradients
from dlcourse.layers import fast

C = 6
MAPS = (3, 5, 4, C)


def both(kind, shape, *arguments, **options):
    """Our layer and Keras's with the same weights."""
    pair = [
        getattr(room, kind)(*arguments, **options, name="one")
        for room in (fast, layers)
    ]
    draw = np.random.default_rng(1)
    for layer in pair:
        layer.build((None, *shape[1:]))
    weights = [draw.uniform(0.5, 1.5, w.shape) for w in pair[0].weights]
    for layer in pair:
        layer.set_weights(weights)
    return pair


def trained(layer, x):
    """Output, gradients for input and weights, and the running statistics after it."""
    options = {"training": True} if hasattr(layer, "momentum") else {}
    y = array(layer(x, **options))
    share = np.random.default_rng(2).normal(size=y.shape).astype("float32")

    def total(share, y):
        return ops.sum(ops.multiply(share, y))

    _, (slope,) = gradients(lambda x: total(share, layer(x, **options)), x)
    model = keras.Sequential([keras.Input(x.shape[1:]), layer])
    of_weights = weight_gradients(model, total, x, share, training=True)[1]
    return [y, slope, *of_weights, *map(array, layer.non_trainable_variables)]


def equal(pair, x):
    """Assert that both layers do the same with x."""
    for ours, theirs in zip(*(trained(one, x) for one in pair), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-4, atol=5e-5)


def examples(shape):
    return np.random.default_rng(0).normal(2, 3, shape).astype("float32")


OPTIONS = [
    *({"scale": scale, "momentum": 0.7} for scale in (True, False)),
    *({"center": False}, {"renorm": True}, {"epsilon": 1e-5}),
]
SHAPES = [(1, C), (7, C), (3, 5, C), MAPS, (2, 3, 4, 5, C)]


@pytest.mark.parametrize("options", OPTIONS, ids=str)
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_batch_normalization_trains_as_that_of_keras(shape, options):
    equal(both("BatchNormalization", shape, **options), examples(shape))


def test_batch_normalization_over_another_axis():
    equal(both("BatchNormalization", (3, C, 4, C), axis=1), examples((3, C, 4, C)))


def test_batch_normalization_in_double_precision():
    pair = both("BatchNormalization", MAPS, dtype="float64")
    ours, theirs = (array(one(examples(MAPS), training=True)) for one in pair)
    assert ours.dtype == "float64"
    np.testing.assert_allclose(ours, theirs, rtol=1e-12)


def test_batch_normalization_leaves_out_what_a_mask_hides():
    x, mask = examples((3, 4, C)), np.array([[1, 1, 0, 0], [1, 0, 0, 0], [1, 1, 1, 0]])
    pair = both("BatchNormalization", x.shape)
    ours, theirs = (array(one(x, training=True, mask=mask == 1)) for one in pair)
    np.testing.assert_allclose(ours, theirs, rtol=1e-6)


@pytest.mark.parametrize("trainable", [True, False])
def test_batch_normalization_tested_or_frozen_uses_what_it_tracked(trainable):
    pair = both("BatchNormalization", MAPS)
    for one in pair:
        one.trainable = trainable
    ours, theirs = (array(one(examples(MAPS), training=not trainable)) for one in pair)
    np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize("groups", [1, 2, 3, 6])
@pytest.mark.parametrize(
    "options",
    [
        *({"padding": "same"}, {"padding": "valid", "strides": 2}),
        {"padding": "same", "dilation_rate": 2, "use_bias": False},
        {"padding": "valid", "activation": "relu"},
    ],
    ids=str,
)
def test_a_convolution_in_groups_is_that_of_keras(groups, options):
    shape = (2, 7, 6, C)
    equal(both("Conv2D", shape, 12, 3, groups=groups, **options), examples(shape))


def operations(model):
    """The operations of a training step on TensorFlow, with those of its functions."""
    import tensorflow as tf

    @tf.function
    def step(x):
        with tf.GradientTape() as tape:
            y = model(x, training=True)
        return tape.gradient(y, model.trainable_variables)

    x = tf.zeros((2, *model.input.shape[1:]))
    graph = step.get_concrete_function(x).graph.as_graph_def()
    nodes = [*graph.node, *(n for f in graph.library.function for n in f.node_def)]
    compiled = [f for f in graph.library.function if f.attr["_XlaMustCompile"].b]
    return {node.op for node in nodes}, compiled


def test_the_course_trains_with_one_operation_and_without_xla():
    """Seen in the operations of a training step, not in a time."""
    inputs = keras.Input((8, 8, C))
    found = operations(keras.Model(inputs, conv_bn(inputs, 6, 3, groups=2)))
    theirs = layers.Conv2D(6, 3, groups=2)(inputs)
    slow = operations(keras.Model(inputs, layers.BatchNormalization()(theirs)))
    assert "FusedBatchNormV3" in found[0]
    assert not found[1]
    assert "FusedBatchNormV3" not in slow[0]
    assert slow[1]


def test_on_a_gpu_groups_stay_together(monkeypatch):
    monkeypatch.setattr(keras.distribution, "list_devices", lambda: ["cpu:0", "gpu:0"])
    inputs = keras.Input((8, 8, C))
    fast.slow_groups.cache_clear()
    _, compiled = operations(keras.Model(inputs, conv_bn(inputs, 6, 3, groups=2)))
    fast.slow_groups.cache_clear()
    assert compiled
