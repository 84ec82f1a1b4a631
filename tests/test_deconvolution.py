"""Deconvolution against the inner product, automatic gradients and the formulas."""

import keras
import numpy as np
import pytest
from keras import layers, ops
from small import build, normal

from dlcourse.analysis import activations, deconvolve, strongest, top_patches
from dlcourse.analysis.propagation import backward, forward
from dlcourse.blocks.conv import conv_bn, max_pool
from dlcourse.gradients import gradients
from dlcourse.models import ConvNet, ResNet, ZFNet

SHAPE = (12, 12, 2)


def linear(x):
    """Convolutions with strides, padding, groups, a shortcut and dense layers."""
    x = layers.Conv2D(4, 5, 2, use_bias=False)(layers.ZeroPadding2D(2)(x))
    y = layers.Conv2D(4, 3, padding="same", groups=2, use_bias=False)(x)
    x = layers.Concatenate()([x + y, layers.DepthwiseConv2D(3, padding="same")(y)])
    x = layers.AveragePooling2D(2)(layers.Conv2DTranspose(3, 3, 2)(x))
    return layers.Dense(5, use_bias=False)(layers.Flatten()(x))


def pooled(x):
    """No ReLU, but max pooling, which switches."""
    x = max_pool(layers.Conv2D(4, 3)(x), 3, 2)
    return layers.MaxPooling2D(2)(layers.Conv2D(3, 3, padding="same")(x))


def fused(x):
    x = layers.Conv2D(4, 3, activation="relu")(x)
    x = layers.Conv2D(3, 3, activation="relu")(layers.MaxPooling2D(2)(x))
    return layers.Dense(5, activation="softmax")(layers.Flatten()(x))


def unfused(x):
    x = layers.MaxPooling2D(2)(layers.ReLU()(layers.Conv2D(4, 3)(x)))
    x = ops.relu(layers.Conv2D(3, 3)(x))
    return layers.Softmax()(layers.Dense(5)(layers.Flatten()(x)))


def residual(x):
    y = layers.Activation("relu")(layers.Conv2D(2, 3, padding="same")(x))
    y = layers.Conv2D(2, 3, padding="same")(y)
    return ops.relu(x + y)


def projected(model, x, signal, rule="deconvnet", layer=None):
    steps, values = forward(model, x, layer)
    return backward(steps, values, signal, rule)[id(steps[0].inputs[0])]


@pytest.mark.parametrize("rule", ["gradient", "deconvnet", "guided"])
def test_of_a_linear_network_it_is_the_transpose(rule):
    model = build(linear, SHAPE)
    x, y = normal(3, *SHAPE), normal(3, 5, seed=1)
    outputs = np.sum(ops.convert_to_numpy(model(x)) * y, axis=1)
    inputs = np.sum(x * projected(model, x, y, rule), axis=(1, 2, 3))
    np.testing.assert_allclose(outputs, inputs, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("rule", ["gradient", "deconvnet", "guided"])
def test_with_switches_and_without_relu_it_is_the_gradient(rule):
    model = build(pooled, SHAPE)
    x = normal(2, *SHAPE)
    y = normal(2, *model.output_shape[1:], seed=1)
    _, (expected,) = gradients(lambda x: ops.sum(ops.multiply(model(x), y)), x)
    np.testing.assert_allclose(
        projected(model, x, y, rule), expected, rtol=1e-4, atol=1e-5
    )


def test_with_the_rule_of_the_gradient_it_is_the_gradient():
    for net in (fused, unfused, residual):
        model = build(net, SHAPE)
        below = model.layers[-1].input if net is unfused else model.output
        if net is fused:  # the signal enters below the softmax
            model.layers[-1].activation = keras.activations.linear
        scores = keras.Model(model.input, below)
        x = normal(2, *SHAPE)
        y = normal(2, *scores.output_shape[1:], seed=1)
        _, (expected,) = gradients(
            lambda x, f=scores, y=y: ops.sum(ops.multiply(f(x), y)), x
        )
        if net is residual:  # …and below the last ReLU
            y = y * (ops.convert_to_numpy(model(x)) > 0)
        np.testing.assert_allclose(
            projected(model, x, y, "gradient"), expected, rtol=1e-4, atol=1e-5
        )


def test_the_deconvnet_rectifies_on_the_way_down_and_only_there():
    model = build(lambda x: layers.Conv2D(2, 1)(layers.ReLU()(x)), (1, 1, 2))
    model.set_weights([np.array([[[[1.0, 0.0], [-1.0, 3.0]]]]), np.zeros(2)])
    x = np.array([[[[-5.0, 5.0]]]])
    y = np.array([[[[1.0, 0.0]]]])  # down through the filters: (1, -1)
    assert projected(model, x, y, "gradient").ravel().tolist() == [0, -1]
    assert projected(model, x, y, "deconvnet").ravel().tolist() == [1, 0]
    assert projected(model, x, y, "guided").ravel().tolist() == [0, 0]


def test_a_relu_inside_a_layer_is_a_relu():
    one, other = build(fused, SHAPE), build(unfused, SHAPE)
    other.set_weights(one.get_weights())
    x, y = normal(2, *SHAPE), normal(2, 5, seed=1)
    for rule in ("gradient", "deconvnet", "guided"):
        np.testing.assert_allclose(
            projected(one, x, y, rule),
            projected(other, x, y, rule),
            rtol=1e-4,
            atol=1e-6,
        )
    assert one.layers[1].activation is keras.activations.relu  # left as it was


def test_unpooling_puts_the_signal_where_the_maximum_was():
    model = build(layers.MaxPooling2D(2), (4, 4, 1))
    x = np.array([[1, 2, 5, 3], [0, 9, 1, 2], [4, 1, 0, 0], [2, 3, 7, 6]])
    y = np.array([[10, 20], [30, 40]])
    expected = [[0, 0, 20, 0], [0, 10, 0, 0], [30, 0, 0, 0], [0, 0, 40, 0]]
    found = projected(model, x[None, ..., None], y[None, ..., None])
    np.testing.assert_array_equal(found[0, :, :, 0], expected)


def test_one_unit_of_a_first_layer_shows_its_own_filter_where_it_answered():
    model = build(lambda x: layers.Conv2D(3, 5, activation="relu", name="c")(x), SHAPE)
    x = normal(1, *SHAPE)
    maps = activations(model, "c", x)
    row, column = np.unravel_index(maps[0, ..., 1].argmax(), maps.shape[1:3])
    expected = np.zeros(SHAPE, "float32")
    kernel = ops.convert_to_numpy(model.layers[-1].kernel)[..., 1]
    expected[row : row + 5, column : column + 5] = maps[..., 1].max() * kernel
    found = deconvolve(model, "c", x, 1)
    np.testing.assert_allclose(found[0], expected, rtol=1e-4, atol=1e-6)


def test_strongest_keeps_one_number_of_one_channel_in_each_picture():
    maps = normal(4, 5, 5, 3)
    kept = strongest(maps, 2)
    assert (np.count_nonzero(kept, axis=(1, 2, 3)) == 1).all()
    np.testing.assert_array_equal(
        kept[..., 2].sum(axis=(1, 2)), maps[..., 2].max(axis=(1, 2))
    )


def test_patches_are_what_the_strongest_places_see():
    model = build(pooled, SHAPE)
    images = normal(6, *SHAPE)
    layer = model.layers[-2].name  # a convolution behind a pooling
    patches, projections, chosen = top_patches(model, layer, 1, images, count=4)
    maps = activations(model, layer, images)[..., 1].max(axis=(1, 2))
    np.testing.assert_array_equal(chosen, np.argsort(-maps)[:4])
    assert patches.shape == projections.shape == (4, 9, 9, 2)
    whole = deconvolve(model, layer, images[chosen], 1)
    # Nothing of a projection lies outside its patch.
    np.testing.assert_allclose(
        np.abs(projections).sum(axis=(1, 2, 3)),
        np.abs(whole).sum(axis=(1, 2, 3)),
        rtol=1e-4,
    )
    for picture, patch in zip(images[chosen], patches, strict=True):
        inside = patch[np.abs(patch).sum(axis=-1) > 0]
        assert np.isin(inside, picture).all()


NETWORKS = {
    "ConvNet": lambda: ConvNet((4, 4), input_shape=(16, 16, 1)),
    "ZFNet": lambda: ZFNet(
        (4, 4, 4), strides=(1, 1), dense=(8,), input_shape=(32, 32, 1), classes=3
    ),
    "ResNet": lambda: ResNet(18, input_shape=(32, 32, 1), classes=3),
    "Sequential": lambda: keras.Sequential(
        [keras.Input((9, 9, 1)), layers.Conv2D(2, 3), layers.GlobalMaxPooling2D()]
    ),
    "conv_bn": lambda: build(lambda x: conv_bn(x, 3, 3, strides=2), (9, 9, 1)),
    "called with a keyword": lambda: build(
        lambda x: layers.MultiHeadAttention(1, 2)(x, value=x), (9, 9, 1)
    ),
}


@pytest.mark.parametrize("name", NETWORKS)
def test_every_kind_of_network_can_be_looked_into(name):
    model = NETWORKS[name]()
    x = np.abs(normal(2, *model.input_shape[1:]))
    steps, values = forward(model, x)
    np.testing.assert_allclose(
        values[id(steps[-1].outputs[0])],
        ops.convert_to_numpy(model(x)),
        rtol=1e-4,
        atol=1e-6,
    )
    for rule in ("deconvnet", "guided"):
        projection = deconvolve(model, steps[-1].name, x, 0, rule)
        assert projection.shape == x.shape
        assert np.isfinite(projection).all()


def test_a_layer_of_a_nested_model_is_named_after_both():
    inner = build(lambda x: layers.Conv2D(2, 3, name="conv")(x), (9, 9, 1))
    outer = build(inner, (9, 9, 1))
    x = normal(1, 9, 9, 1)
    found = activations(outer, f"{inner.name}/conv", x)
    np.testing.assert_allclose(found, ops.convert_to_numpy(inner(x)), rtol=1e-5)


def test_mistakes_are_named():
    model = build(fused, SHAPE)
    x = normal(1, *SHAPE)
    layer = model.layers[1].name
    with pytest.raises(ValueError, match=f"No layer 'conv9'; there are {layer}, "):
        deconvolve(model, "conv9", x, 0)
    with pytest.raises(ValueError, match="channel=4: there are 0 to 3"):
        deconvolve(model, layer, x, 4)
    with pytest.raises(ValueError, match="choose one of gradient, deconvnet, guided"):
        deconvolve(model, layer, x, 0, rule="backprop")
    with pytest.raises(ValueError, match="give one array of that shape"):
        deconvolve(model, layer, x[0], 0)
    with pytest.raises(ValueError, match="no square receptive field"):
        top_patches(model, model.layers[-1].name, 0, x)
