"""``dlcourse train`` from ImageNet's weights: the input, the head, the statistics."""

from importlib import import_module
from types import SimpleNamespace

import keras
import numpy as np
import pytest

pytest.importorskip("tensorflow")

from dlcourse.cli import pretrained
from dlcourse.models import CIFARResNet, catalog
from dlcourse.models.weights import COLOURS, check_preparation, prepared_inside
from dlcourse.training import Recipe, fit_recipe

TWINS = sorted({row.twin for row in catalog.NETWORKS if row.twin})
INSIDE = {  # a twin of each kind that prepares images itself: its module
    "MobileNetV3Small": "mobilenet_v3",
    "EfficientNetB0": "efficientnet",
    "EfficientNetV2B0": "efficientnet_v2",
    "EfficientNetV2S": "efficientnet_v2",
    "ConvNeXtTiny": "convnext",
}
ROW = SimpleNamespace(
    twin="ResNet50",
    build=lambda input_shape=(32, 32, 3): CIFARResNet(
        8, width=4, input_shape=input_shape
    ),
)


@pytest.mark.parametrize("twin", [t for t in TWINS if not prepared_inside(t)])
def test_the_input_layer_prepares_images_as_the_twin_does(twin):
    module = getattr(keras.applications, twin).__module__.rpartition(".")[2]
    prepare = import_module(f"keras.applications.{module}").preprocess_input
    images = np.random.default_rng(0).random((2, 4, 4, 3), "float32")
    layer, reversed_channels = pretrained.preparation(twin)
    ours = keras.ops.convert_to_numpy(layer(images))
    ours = ours[..., ::-1] if reversed_channels else ours
    np.testing.assert_allclose(ours, prepare(255 * images), rtol=1e-4, atol=1e-4)


def test_the_twins_prepare_in_more_than_one_way():
    assert {pretrained.preparation(twin)[1] for twin in TWINS} == {True, False}


@pytest.mark.parametrize("twin", INSIDE)
def test_the_input_layer_prepares_images_as_the_layers_of_the_twin_do(
    twin, monkeypatch
):
    """The twin is built as for ImageNet's weights: EfficientNet has one layer more."""
    module = import_module(f"keras.src.applications.{INSIDE[twin]}")
    monkeypatch.setattr(module.file_utils, "get_file", lambda *names, **options: "none")
    monkeypatch.setattr(keras.Model, "load_weights", lambda model, path: None)
    make = getattr(keras.applications, twin)
    model = make(include_top=False, input_shape=(224, 224, 3))
    kinds = (keras.layers.Rescaling, keras.layers.Normalization)
    prepares = [layer for layer in model.layers if isinstance(layer, kinds)]
    if twin == "EfficientNetB0":  # whose weights these are, in the file
        prepares[1].set_weights([*map(np.array, COLOURS), np.array(0)])
        prepares[1].finalize_state()
    images = np.random.default_rng(0).random((1, 224, 224, 3), "float32")
    theirs = keras.Model(model.input, prepares[-1].output)(255 * images)
    ours, reversed_channels = pretrained.preparation(twin)
    np.testing.assert_allclose(ours(images), theirs, rtol=1e-4, atol=1e-4)
    assert not reversed_channels
    check_preparation(model, twin)


def test_the_network_sees_what_it_was_trained_on():
    network = ROW.build()
    model = pretrained.build(ROW, 32, 5, network.get_weights())
    images = np.random.default_rng(0).random((2, 32, 32, 3), "float32")
    bgr = 255 * images[..., ::-1] - [103.939, 116.779, 123.68]
    maps = keras.Model(network.input, network.get_layer("global_pool").output)
    ours = keras.Model(model.input, model.get_layer("new_global_pool").output)
    np.testing.assert_allclose(
        ours.predict(images), maps.predict(bgr), rtol=1e-3, atol=1e-3
    )
    assert model.output_shape == (None, 5)


@pytest.mark.parametrize("alone", [True, False])
def test_the_head_alone_is_trained_first_and_statistics_stay(alone):
    model = pretrained.build(ROW, 32, 3, ROW.build().get_weights())
    pretrained.only_head(model, alone)
    before = {weight.path: np.array(weight) for weight in model.weights}
    images = np.random.default_rng(0).random((8, 32, 32, 3), "float32")
    recipe = Recipe("", 4, 1, 1e-2, "constant", optimizer="adam")
    fit_recipe(model, recipe, (images, np.arange(8) % 3))
    changed = {path for path in before if np.any(before[path] != named(model)[path])}
    assert changed
    assert not any("moving" in path for path in changed)
    assert all(pretrained.HEAD in path for path in changed) == alone


def named(model):
    return {weight.path: np.array(weight) for weight in model.weights}


def test_why_there_is_no_start():
    with pytest.raises(pretrained.NoStart, match=r"^$"):
        pretrained.weights(catalog.get("ResNet-20"), {}, 3)
    with pytest.raises(pretrained.NoStart, match="colour"):
        pretrained.weights(catalog.get("ResNet-50"), {}, 1)
    with pytest.raises(pretrained.NoStart, match="leave --argument out"):
        pretrained.weights(catalog.get("ResNet-50"), {"momentum": 0.5}, 3)


@pytest.mark.parametrize("frozen", [False, True])
def test_only_a_frozen_batch_norm_keeps_its_statistics_in_fit(frozen):
    """As lecture 21 says of Keras: to call it with training=False is not enough."""
    x = np.random.default_rng(0).normal(5, 3, (64, 4)).astype("float32")
    inputs, norm = keras.Input((4,)), keras.layers.BatchNormalization()
    norm.trainable = not frozen
    outputs = keras.layers.Dense(1)(norm(inputs, training=False))
    model = keras.Model(inputs, outputs)
    model.compile("sgd", "mse")
    model.fit(x, np.zeros((64, 1)), verbose=0)
    mean = keras.ops.convert_to_numpy(norm.moving_mean)
    assert (mean == 0).all() == frozen
