"""Moving weights between two networks, and the way the real ImageNet weights take."""

import hashlib
from contextlib import nullcontext

import h5py
import keras
import numpy as np
import pytest
from keras import layers
from keras.src.applications import densenet
from keras.src.legacy.saving import legacy_h5_format
from test_parity import randomise

from dlcourse.models import (
    CIFARDenseNet,
    DenseNet,
    MobileNetV3,
    features,
    pretrained,
    transfer,
)
from dlcourse.models.weights import (
    COLOURS,
    check_preparation,
    prepared_inside,
    twin_name,
)


def images(size, seed=0):
    return np.random.default_rng(seed).normal(size=(2, size, size, 3)).astype("float32")


def outputs(model, x):
    return keras.ops.convert_to_numpy(model(x, training=False))


def two_layers(use_bias, strides=1, epsilon=1e-3, kernel_size=3):
    inputs = keras.Input((8, 8, 3))
    x = layers.Conv2D(4, kernel_size, strides, use_bias=use_bias)(inputs)
    x = layers.BatchNormalization(epsilon=epsilon)(x)
    return keras.Model(inputs, x)


def test_biases_fold_into_the_mean_of_the_batch_norm():
    twin, ours = two_layers(use_bias=True), two_layers(use_bias=False)
    randomise(twin)
    assert np.abs(twin.layers[1].bias).max() > 0
    transfer(twin, ours)
    np.testing.assert_allclose(
        outputs(ours, images(8)), outputs(twin, images(8)), rtol=1e-5, atol=1e-6
    )


@pytest.mark.parametrize("other", [{"strides": 2}, {"kernel_size": 1}])
def test_networks_that_differ_are_refused(other):
    with pytest.raises(ValueError, match="differ"):
        transfer(two_layers(True), two_layers(False, **other))


@pytest.fixture(scope="module")
def twin():
    keras.utils.set_random_seed(0)
    model = keras.applications.DenseNet121(weights=None)
    randomise(model)
    return model


def test_weights_from_a_file_in_kerass_cache(twin, tmp_path, monkeypatch):
    """As after a download: Keras finds the file, checks its hash, and we move it."""
    file = tmp_path / "models" / "densenet121_weights_tf_dim_ordering_tf_kernels.h5"
    file.parent.mkdir()
    with h5py.File(file, "w") as group:  # the format of the files that Keras offers
        legacy_h5_format.save_weights_to_hdf5_group(group, twin)
    get_file = densenet.file_utils.get_file

    def from_our_cache(name, origin, **options):
        options["file_hash"] = hashlib.md5(file.read_bytes()).hexdigest()
        return get_file(name, origin, cache_dir=tmp_path, **options)

    monkeypatch.setattr(densenet.file_utils, "get_file", from_our_cache)
    model = pretrained(DenseNet(121, input_shape=(64, 64, 3)))
    small = keras.applications.DenseNet121(weights=None, input_shape=(64, 64, 3))
    small.set_weights(twin.get_weights())
    expected = outputs(small, images(64))
    np.testing.assert_allclose(
        outputs(model, images(64)), expected, rtol=1e-4, atol=1e-7
    )


def test_weights_from_a_file_of_a_twin_that_prepares_images_itself(tmp_path):
    keras.utils.set_random_seed(0)
    options = {"weights": None, "input_shape": (224, 224, 3)}
    small = keras.applications.MobileNetV3Small(**options)
    randomise(small, scale=255)
    small.save_weights(tmp_path / "twin.weights.h5")
    model = pretrained(MobileNetV3("small"), tmp_path / "twin.weights.h5")
    x = np.random.default_rng(0).random((2, 2, 2, 3), "float32")
    x = x.repeat(112, 1).repeat(112, 2)  # of noise, the mean is always the same
    mean, deviation = prepared_inside("MobileNetV3Small")
    expected = outputs(small, 255 * x)
    np.testing.assert_allclose(
        outputs(model, (x - mean) / deviation), expected, rtol=1e-5, atol=0
    )
    assert np.abs(expected[0] - expected[1]).max() > 1e-3 * expected.max()


@pytest.mark.parametrize("right", [True, False])
def test_a_twin_that_prepares_otherwise_than_we_know_is_refused(right):
    """EfficientNet's numbers lie in its file: with others, photos would be misread."""
    inputs = keras.Input((None, None, 3))
    normalize = layers.Normalization()
    x = normalize(layers.Rescaling(1 / 255)(inputs))
    twin = keras.Model(inputs, layers.Conv2D(1, 1)(x))
    mean, deviation = map(np.array, COLOURS)
    normalize.set_weights([mean, deviation ** (2 if right else 1), np.array(0)])
    normalize.finalize_state()
    with nullcontext() if right else pytest.raises(ValueError, match="EfficientNetB0"):
        check_preparation(twin, "EfficientNetB0")


def test_offline_one_clear_sentence(monkeypatch):
    def offline(name, origin, **options):
        raise Exception(f"URL fetch failure on {origin}: None -- no route to host")

    monkeypatch.setattr(densenet.file_utils, "get_file", offline)
    with pytest.raises(ConnectionError, match="DenseNet121 are not on this machine"):
        pretrained(DenseNet(121, input_shape=(64, 64, 3)))


def test_model_without_weights_is_told_which_have_some():
    with pytest.raises(ValueError, match="DenseNet-121"):
        pretrained(CIFARDenseNet(16))
    with pytest.raises(ValueError, match="built without options"):
        pretrained(DenseNet(121, input_shape=(64, 64, 3), classes=10))


def test_features_end_before_the_head():
    model = DenseNet([1, 1, 1, 1], input_shape=(64, 64, 3), growth_rate=4)
    headless = features(model)
    assert headless.output.shape[1:] == (2, 2, model.layers[-2].input.shape[-1])
    maps = outputs(headless, images(64))
    head = model.layers[-1]
    np.testing.assert_allclose(
        head(maps.mean((1, 2))), outputs(model, images(64)), rtol=1e-5
    )


def test_features_need_a_head():
    with pytest.raises(ValueError, match="no layer called global_pool or flatten"):
        features(two_layers(use_bias=True))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"input_shape": (32, 32, 1)}, "1 channels and 1,000 classes"),
        ({"input_shape": (32, 32, 3), "classes": 10}, "3 channels and 10 classes"),
    ],
)
def test_a_network_for_other_images_is_told_from_imagenets(options, words):
    with pytest.raises(ValueError, match=words):
        pretrained(DenseNet(121, **options))


def test_a_frozen_network_is_the_same_network():
    model = DenseNet(121, input_shape=(32, 32, 3))
    model.trainable = False
    assert twin_name(model) == "DenseNet121"
