"""MobileNet to ViT: outputs equal to keras.applications', scaling, positions."""

import gc
import inspect

import keras
import numpy as np
import pytest
from keras import layers, ops
from test_parity import in_float64, randomise

from dlcourse import models
from dlcourse.analysis import complexity
from dlcourse.models import transfer
from dlcourse.models.efficientnet import SCALES, compound
from dlcourse.models.modern import MODERN
from dlcourse.models.regnet import stages

TWINS = [row for row in MODERN if row.twin]
QUICK = (  # one of each kind; the others are slow, and ConvNeXt-XL takes 6 GB
    *("MobileNet", "MobileNetV2", "MobileNetV3 large", "MobileNetV3 small"),
    *("EfficientNet-B0", "EfficientNetV2-B3", "ConvNeXt-T"),
)


def build(name, *arguments, **options):
    return getattr(models, name)(*arguments, **options)


def make_twin(row):
    """The twin, drawn, and if it can without the layers that prepare images."""
    constructor = getattr(keras.applications, row.twin)
    options = {"weights": None, "input_shape": (64, 64, 3), "classes": 1000}
    if "include_preprocessing" in inspect.signature(constructor).parameters:
        options["include_preprocessing"] = False
    return constructor(**options)


@pytest.mark.parametrize(
    "row",
    [
        pytest.param(row, marks=() if row.name in QUICK else pytest.mark.slow)
        for row in TWINS
    ],
    ids=[row.name for row in TWINS],
)
def test_same_output_as_keras_applications(row, record_property):
    scale = 255 if row.constructor == "EfficientNet" else 1  # its twin divides by 255
    with in_float64():
        keras.utils.set_random_seed(0)
        theirs = make_twin(row)
        randomise(theirs, scale=scale)
        ours = row.build(input_shape=(64, 64, 3))
        transfer(theirs, ours)
        x = np.random.default_rng(1).normal(size=(2, 64, 64, 3))
        expected = features_of(theirs, scale * x)
        found = features_of(ours, prepared(theirs, scale * x))
    gc.collect()
    difference = {"twin": row.twin, "difference": float(np.abs(found - expected).max())}
    record_property("status", ["networks", row.name, difference])
    assert found.dtype == expected.dtype == "float64"
    np.testing.assert_allclose(found, expected, rtol=1e-6, atol=1e-9)
    assert np.abs(expected[0] - expected[1]).max() > 1e-3 * np.abs(expected).max()


def prepared(model, x):
    """Images as they leave the layers that prepare them, which round to float32."""
    kinds = (layers.Rescaling, layers.Normalization)
    last = [layer for layer in model.layers if isinstance(layer, kinds)][-1:]
    return keras.Model(model.input, last[0].output)(x) if last else x


def features_of(model, x):
    """What enters the last layer with weights; its logits and softmax are no secret."""
    last = [layer for layer in model.layers if layer.weights][-1]
    features = keras.Model(model.input, last.input)(x, training=False)
    return ops.convert_to_numpy(features).reshape(len(x), -1)


def test_compound_scaling_nearly_doubles_the_work_and_gives_the_authors_numbers():
    for phi, scale in zip((0, 0.5, 1, 2, 4, 5, 6, 7), SCALES.values(), strict=True):
        width, depth, pixels = compound(phi)
        assert width == pytest.approx(scale[0], rel=0.05)
        assert depth == pytest.approx(scale[1], rel=0.16)
        assert pixels == pytest.approx(scale[2], rel=0.035)
        assert 0.95**phi * 2**phi <= depth * width**2 * (pixels / 224) ** 2 <= 2**phi


def test_a_design_gives_the_stages_of_the_paper():
    assert stages(16, 48, 27.89, 2.09, 8) == ((1, 3, 6, 6), (48, 104, 208, 440))
    assert stages(23, 320, 69.86, 2.0, 168) == ((2, 7, 13, 1), (336, 672, 1344, 2520))
    repeats, widths = stages(10, 24, 8, 2, 8)
    assert sum(repeats) == 10
    assert list(widths) == sorted(widths)


def test_a_vision_transformer_knows_places_by_its_positions_alone():
    keras.utils.set_random_seed(0)
    model = build("ViT", (2, 24, 3), 4, input_shape=(16, 16, 3), classes=5)
    x = np.random.default_rng(0).normal(size=(1, 4, 4, 4, 4, 3)).astype("float32")
    order = np.random.default_rng(1).permutation(16)
    patches = x.reshape(16, 4, 4, 3)

    def image(patches):
        rows = patches.reshape(4, 4, 4, 4, 3).transpose(0, 2, 1, 3, 4)
        return rows.reshape(1, 16, 16, 3)

    def outputs():
        images = np.concatenate([image(patches), image(patches[order])])
        return ops.convert_to_numpy(model(images, training=False))

    one, other = outputs()
    assert np.abs(one - other).max() > 1e-3
    positions = model.get_layer("positions").positions
    positions.assign(ops.zeros_like(positions))
    one, other = outputs()
    np.testing.assert_allclose(one, other, atol=1e-6)


def test_attention_is_counted_as_its_formula():
    inputs = keras.Input((7, 12))
    attention = layers.MultiHeadAttention(3, 4)
    cost = complexity(keras.Model(inputs, attention(inputs, inputs)))
    assert cost.macs == 4 * 7 * 12 * 12 + 2 * 7 * 7 * 12
