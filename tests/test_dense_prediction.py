"""Networks that answer for every pixel: counts, sizes, and what each is made for."""

import functools

import keras
import numpy as np
import pytest
from keras import layers, ops

from dlcourse import models
from dlcourse.analysis import complexity
from dlcourse.blocks.head import convolutional, fully_connected
from dlcourse.blocks.upsample import bilinear, crop
from dlcourse.gradients import gradients, weight_gradients
from dlcourse.layers import Bilinear, ConvIdentity, convolve, transposed_convolve
from dlcourse.models import weightless
from dlcourse.models.dilated_vgg import CONTEXTS, context_module

# Trainable parameters, others (batch norm's statistics, fixed interpolation), multiply-
# adds in millions. Of U-Net, FC-DenseNet-103 and Hourglass: references.md, rebuilt from
# the papers. FCN: by hand, VGG-16 with 21 classes, 134 M in table 1 of the paper.
COUNTS = {
    ("UNet",): (31_030_658, 0, 150_428),
    ("FCDenseNet", 103): (9_322_091, 103_072, 20_073),
    ("FCDenseNet", 67): (3_463_243, 39_680, 20_902),
    ("FCDenseNet", 56): (1_376_795, 21_168, 8_917),
    ("Hourglass",): (25_434_112, 120_576, 27_440),
    ("FCN", "32s"): (134_346_581, 64 * 64 * 21 * 21, 21_297),
    ("FCN", "16s"): (134_346_581 + 7_056 + 10_773, 32 * 32 * 21 * 21, 21_299),
    ("FCN", "8s"): (134_346_581 + 2 * 7_056 + 16_170, 16 * 16 * 21 * 21, 21_305),
    # 64 C^2 and biases (section 3); C^2 (2 + 4 + 8 + 32 + 128 + 512 + 1024) 9 + 32 C^2
    ("DilatedVGG", "none"): (134_346_581, 16 * 16 * 21 * 21, 113_382),
    ("DilatedVGG", "basic"): (134_346_581 + 64 * 441 + 8 * 21, 112_896, 113_404),
    ("DilatedVGG", "large"): (134_346_581 + 15_422 * 441 + 97 * 21, 112_896, 118_714),
}
TRUNK = {"configuration": [(1, 4), (1, 6), (2, 8)], "dense": (16, 12)}
SMALL = {
    "UNet": (((4, 6, 8),), {}),
    "U-Net, padded": (((4, 6, 8),), {"padding": "same"}),
    "FCN": (("8s",), TRUNK),
    "FCDenseNet": (((1, 2, 1),), {"growth_rate": 4, "width": 6}),
    "Hourglass": ((2,), {"width": 8, "order": 1, "keypoints": 5}),
    "DilatedVGG": (("large",), TRUNK),
}
SIZES = {  # of the image, and of the output
    "UNet": [((44, 44), (4, 4)), ((60, 84), (20, 44))],
    "U-Net, padded": [((4, 8), (4, 8)), ((20, 32), (20, 32))],
    "FCN": [((8, 8), (8, 8)), ((24, 40), (24, 40))],
    "FCDenseNet": [((2, 3), (2, 3)), ((7, 8), (7, 8)), ((33, 20), (33, 20))],
    "Hourglass": [((8, 8), (2, 2)), ((32, 64), (8, 16))],
    "DilatedVGG": [((2, 2), (2, 2)), ((30, 44), (30, 44))],
}
CASES = [(name, *sizes) for name, pairs in SIZES.items() for sizes in pairs]


def small(name, size=None, **options):
    arguments, own = SMALL[name]
    size = size or SIZES[name][-1][0]
    constructor = getattr(models, name.replace("U-Net, padded", "UNet"))
    return constructor(*arguments, input_shape=(*size, 3), **own | options)


@functools.cache
def full(name, *arguments):
    """A network of full size without values in its weights, built once."""
    with weightless():
        return getattr(models, name)(*arguments)


def images(*shape):
    return np.random.default_rng(0).normal(size=shape).astype("float32")


def array(tensor):
    return ops.convert_to_numpy(tensor)


@pytest.mark.parametrize("network", COUNTS, ids=lambda n: " ".join(map(str, n)))
def test_counts(network):
    cost = complexity(full(*network))
    found = cost.parameters, cost.statistics, round(cost.macs / 1e6)
    assert found == COUNTS[network]


def test_sizes_of_the_papers():
    assert full("UNet").output_shape == (None, 388, 388, 2)
    with weightless():
        camvid = models.FCDenseNet(input_shape=(360, 480, 3))
    assert camvid.output_shape == (None, 360, 480, 11)
    # Table 2: feature maps after each part.
    expected = {f"down{i}": m for i, m in enumerate((112, 192, 304, 464, 656), 1)}
    expected |= {"new1": 15 * 16, "dense_block6_layer14": 896 - 16}
    expected |= {"dense_block7_layer11": 1088 - 16, "dense_block8_layer9": 816 - 16}
    expected |= {"dense_block10_layer4": 384 - 16, "dense_block11": 256}
    found = {name: camvid.get_layer(name).output.shape[-1] for name in expected}
    assert found == expected
    pose = full("Hourglass")
    assert [tuple(y.shape) for y in pose.outputs] == [(None, 64, 64, 16)] * 8
    middle = pose.get_layer("hourglass8_middle").output
    assert tuple(middle.shape) == (None, 4, 4, 256)


@pytest.mark.parametrize(("name", "size", "expected"), CASES)
def test_output_of_several_sizes(name, size, expected):
    model = small(name, size)
    outputs = model(images(2, *size, 3))
    for output in outputs if isinstance(outputs, list) else [outputs]:
        assert output.shape[:3] == (2, *expected)
        assert np.isfinite(array(output)).all()
        if name != "Hourglass":
            np.testing.assert_allclose(ops.sum(output, -1), 1, rtol=1e-5)


@pytest.mark.parametrize(
    ("name", "size"), [("UNet", (46, 44)), ("FCN", (24, 28)), ("Hourglass", (32, 20))]
)
def test_sizes_that_cannot_be_are_refused(name, size):
    with pytest.raises(ValueError, match=r"input_shape=.*height and width must be"):
        small(name, size)


@pytest.mark.parametrize("name", SMALL)
def test_every_weight_gets_a_gradient(name):
    model = small(name)
    x = images(2, *model.input_shape[1:])
    weights = [ops.convert_to_tensor(images(*y.shape[1:])) for y in model.outputs]

    def loss(_, y_pred):
        outputs = y_pred if isinstance(y_pred, list) else [y_pred]
        return sum(ops.sum(w * y) for w, y in zip(weights, outputs, strict=True))

    _, found = weight_gradients(model, loss, x, np.zeros(2), training=True)
    for weight, gradient in zip(model.trainable_weights, found, strict=True):
        # A constant before batch norm changes nothing.
        if not (name == "Hourglass" and weight.path.endswith("bias")):
            assert np.abs(gradient).max() > 1e-9, weight.path


@pytest.mark.parametrize("name", SMALL)
def test_round_trip(name, tmp_path):
    model = small(name)
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    x = images(1, *model.input_shape[1:])
    for ours, theirs in zip(
        *map(keras.tree.flatten, (model(x), loaded(x))), strict=True
    ):
        np.testing.assert_array_equal(ours, theirs)


@pytest.mark.bfloat16
@pytest.mark.parametrize("name", SMALL)
def test_half_precision_is_finite_and_ends_in_float32(name):
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        model = small(name)
        outputs = keras.tree.flatten(model(images(1, *model.input_shape[1:])))
    finally:
        keras.config.set_dtype_policy("float32")
    for output in outputs:
        assert keras.backend.standardize_dtype(output.dtype) == "float32"
        assert np.isfinite(array(output)).all()


# Upsampling


@pytest.mark.parametrize("strides", [1, 2, 3])
@pytest.mark.parametrize(("padding", "size"), [(0, (9, 15)), (1, (7, 13))])
def test_transposed_convolution_is_the_transpose(strides, padding, size):
    kernel = ops.convert_to_tensor(images(3, 3, 2, 4))
    x = ops.convert_to_tensor(images(2, *size, 2))
    forward = convolve(x, kernel, strides, padding)
    y = ops.convert_to_tensor(images(*forward.shape))
    back = transposed_convolve(y, kernel, strides, padding)
    left, right = float(ops.sum(forward * y)), float(ops.sum(x * back))
    assert abs(left - right) < 1e-3 * abs(left)


@pytest.mark.parametrize(("size", "strides"), [(2, 2), (3, 2), (4, 2), (3, 1), (2, 3)])
def test_transposed_convolution_equals_keras(size, strides):
    layer = layers.Conv2DTranspose(3, size, strides, use_bias=False)
    y = ops.convert_to_tensor(images(2, 4, 5, 6))
    expected = layer(y)[:, : strides * 3 + size, : strides * 4 + size]
    found = transposed_convolve(y, layer.kernel.value, strides)
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("factor", [2, 4, 8])
def test_bilinear_upsampling_is_that_of_keras_away_from_the_border(factor):
    x = ops.convert_to_tensor(images(1, 6, 7, 3))
    expected = layers.UpSampling2D(factor, interpolation="bilinear")(x)
    inside = slice(factor, -factor)
    found = bilinear(x, factor)
    assert found.shape == expected.shape
    np.testing.assert_allclose(
        found[:, inside, inside], expected[:, inside, inside], rtol=1e-4, atol=1e-5
    )


def test_bilinear_refuses_other_channels():
    with pytest.raises(ValueError, match="3 channels cannot become 2"):
        Bilinear()((4, 4, 2, 3))


def test_crop_takes_the_middle():
    x = np.arange(49.0).reshape(1, 7, 7, 1)
    np.testing.assert_array_equal(crop(x, x[:, :3, :5]), x[:, 2:5, 1:6])
    np.testing.assert_array_equal(crop(x, x[:, :6, :7]), x[:, :6])


# What each network is made for


def test_tiles_of_a_valid_unet_fit_together():
    # The overlap-tile strategy (fig. 2): a tile gives what the whole image gives there.
    whole, tile = small("UNet", (60, 60)), small("UNet", (52, 52))
    tile.set_weights(whole.get_weights())
    x = images(1, 60, 60, 3)
    expected = whole(x)[:, 8:, 4:16]  # 20 x 20 and 12 x 12 pixels of output
    np.testing.assert_allclose(tile(x[:, 8:, 4:56]), expected, rtol=1e-3, atol=1e-5)


def test_a_unet_without_skips_has_smaller_convolutions():
    both = [small("U-Net, padded", skips=skips) for skips in (True, False)]
    kernels = [m.get_layer("up1_conv1").kernel.shape for m in both]
    assert kernels == [(3, 3, 8, 4), (3, 3, 4, 4)]


def test_a_dense_head_and_a_convolutional_one_are_the_same_in_the_middle():
    x = keras.Input((7, 7, 3))
    dense = keras.Model(x, fully_connected(x, (5, 4), 2, None))
    places = convolutional(x, (5, 4))
    places = keras.Model(x, layers.Conv2D(2, 1)(places))
    for ours, theirs in zip(places.weights, dense.weights, strict=True):
        ours.assign(ops.reshape(theirs, ours.shape))
    image = images(2, 7, 7, 3)
    np.testing.assert_allclose(
        places(image)[:, 3, 3], dense(image), rtol=1e-4, atol=1e-5
    )


def test_an_fcn_begins_as_interpolation_of_the_last_feature_map():
    model = small("FCN", (56, 64), classifier_activation=None, classes=2)
    parts = keras.Model(model.input, [model.get_layer("logits").output, model.output])
    last, output = parts(images(1, 56, 64, 3))  # 7 x 8 pixels, and 56 x 64
    frozen = [layer.name for layer in model.layers if not layer.trainable]
    assert frozen == ["upsampled"]
    twice = layers.UpSampling2D(2, interpolation="bilinear")
    middle = (slice(None), slice(16, -16), slice(16, -16))
    expected = twice(twice(twice(last)))[middle]
    np.testing.assert_allclose(output[middle], expected, rtol=1e-4, atol=1e-5)


def test_only_new_feature_maps_are_upsampled():
    model = small("FCDenseNet")
    channels = [model.get_layer(n).output.shape[-1] for n in ("down1", "new1", "up1")]
    assert channels == [6 + 4, 2 * 4, 2 * 4]


def test_an_hourglass_reads_the_heat_maps_of_the_one_before():
    model = small("Hourglass", keypoints=2)
    x = images(1, 32, 64, 3)
    before = [array(y) for y in model(x)]
    heat_maps = model.get_layer("heat_maps1")
    heat_maps.bias.assign(heat_maps.bias + 1.0)
    after = [array(y) for y in model(x)]
    np.testing.assert_allclose(after[0], before[0] + 1, rtol=1e-5, atol=1e-5)
    assert np.abs(after[1] - before[1]).max() > 1e-3


@pytest.mark.parametrize("stacks", [1, 2])
def test_hourglasses_train_on_all_outputs(stacks):
    model = models.Hourglass(stacks, 8, 1, input_shape=(8, 8, 3), keypoints=2)
    model.compile("adam", "mse", metrics=["mae"])
    x, y = images(4, 8, 8, 3), images(4, 2, 2, 2)
    outputs = keras.tree.flatten(model(x))
    loss, last = model.test_on_batch(x, y)
    expected = sum(np.mean((array(output) - y) ** 2) for output in outputs)
    np.testing.assert_allclose(loss, expected, rtol=1e-5)
    np.testing.assert_allclose(last, np.mean(np.abs(outputs[-1] - y)), rtol=1e-5)


@pytest.mark.parametrize("context", ["basic", "large"])
def test_a_context_module_begins_as_the_identity_and_sees_67_pixels(context):
    inputs = keras.Input((71, 71, 2))
    model = keras.Model(inputs, context_module(inputs, CONTEXTS[context]))
    x = np.abs(images(1, 71, 71, 2))
    np.testing.assert_allclose(model(x), x, atol=0 if context == "basic" else 0.1)
    for weight in model.weights:  # so that no path is zero
        weight.assign(ops.ones_like(weight) * 0.1)
    _, (seen,) = gradients(lambda x: ops.sum(model(x)[0, 35, 35]), x)
    rows = np.flatnonzero(np.abs(seen).max(axis=(0, 2, 3)))
    assert (rows[0], rows[-1]) == (35 - 33, 35 + 33)


def test_the_large_context_module_is_the_identity_without_noise():
    x = y = ops.convert_to_tensor(np.abs(images(1, 9, 9, 3)))
    for filters in [3 * multiple for multiple in CONTEXTS["large"]] + [3]:
        kernel = ConvIdentity(3)((3, 3, y.shape[-1], filters))
        y = ops.conv(y, kernel, padding="same")
    np.testing.assert_allclose(y, x, rtol=1e-5)
