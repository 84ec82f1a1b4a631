"""Progressively grown adversarial networks: counts, sharing, fading in."""

import keras
import numpy as np
import pytest
from keras import ops

from dlcourse import layers, models
from dlcourse.models import weightless

PAPER = (512, 512, 512, 512, 256, 128, 64, 32, 16)
RNG = np.random.default_rng(0)
CODES = RNG.normal(size=(5, 6)).astype("float32")


def array(tensor):
    return ops.convert_to_numpy(tensor)


def gans():
    return models.progressive_gans((8, 6, 4), code_size=6, channels=2, seed=0)


def images(size):
    return RNG.normal(size=(5, size, size, 2)).astype("float32")


def trained(model):
    return sum(int(np.prod(w.shape)) for w in model.trainable_weights)


def test_counts_of_the_paper():
    with weightless():
        *_, gan = models.progressive_gans(PAPER, code_size=512, channels=3)
    # Table 2 has 23.1 M for each. Fading in keeps the last but one 1x1 beside it.
    assert gan.generator.output_shape == (None, 1024, 1024, 3)
    assert round(trained(gan.generator) / 1e6, 1) == 23.1
    assert round(trained(gan.discriminator) / 1e6, 1) == 23.1


def test_sizes_double():
    for gan, size in zip(gans(), (4, 8, 16), strict=True):
        assert gan.generate(3).shape == (3, size, size, 2)
        assert gan.discriminator(images(size)).shape == (5, 1)


@pytest.mark.parametrize("level", [1, 2])
def test_new_layers_are_faded_in(level):
    smaller, gan = gans()[level - 1 : level + 1]
    large = images(4 * 2**level)
    small = large.reshape(5, 2 * 2**level, 2, 2 * 2**level, 2, 2).mean(axis=(2, 4))
    old = np.repeat(np.repeat(array(smaller.generator(CODES)), 2, axis=1), 2, axis=2)
    fade = gan.generator.get_layer(f"fade{level}")
    assert fade is gan.discriminator.get_layer(f"fade{level}")
    new = array(gan.generator(CODES))
    assert np.abs(new - old).max() > 1e-3
    fade.alpha.assign(0.0)
    np.testing.assert_allclose(gan.generator(CODES), old, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(
        gan.discriminator(large), smaller.discriminator(small), rtol=1e-4, atol=1e-5
    )
    fade.alpha.assign(0.25)
    found = array(gan.generator(CODES))
    np.testing.assert_allclose(found, 0.75 * old + 0.25 * new, rtol=1e-4, atol=1e-5)


def test_weights_are_shared_and_fading_is_not_trained():
    first, second, _ = gans()
    for player in ("generator", "discriminator"):
        own = {id(w) for w in getattr(first, player).trainable_weights}
        grown = {id(w) for w in getattr(second, player).trainable_weights}
        assert own < grown
        assert not any(
            "alpha" in w.path for w in getattr(second, player).trainable_weights
        )


def test_what_one_size_learns_the_next_one_knows():
    first, second, _ = gans()
    fade = second.generator.get_layer("fade1")
    fade.alpha.assign(0.0)
    before = array(second.generator(CODES))
    first.compile("adam")
    first.fit(images(4), images(4), verbose=0)
    assert np.abs(array(second.generator(CODES)) - before).max() > 1e-5


def test_pixel_norm_and_minibatch_deviation_equal_their_formulas():
    x = images(4)
    expected = x / np.sqrt((x**2).mean(axis=-1, keepdims=True) + 1e-8)
    np.testing.assert_allclose(layers.PixelNorm()(x), expected, rtol=1e-5)
    y = array(layers.MinibatchDeviation()(x))
    np.testing.assert_array_equal(y[..., :2], x)
    np.testing.assert_allclose(y[..., 2], x.std(axis=0).mean(), rtol=1e-5)
    alike = array(layers.MinibatchDeviation()(np.repeat(x[:1], 5, axis=0)))
    assert alike[..., 2].max() < 1e-3


def test_round_trip(tmp_path):
    gan = gans()[1]
    gan(images(8))
    gan.generator.get_layer("fade1").alpha.assign(0.5)
    gan.generator.save(tmp_path / "generator.keras")
    loaded = keras.saving.load_model(tmp_path / "generator.keras")
    np.testing.assert_array_equal(loaded(CODES), gan.generator(CODES))


@pytest.mark.parametrize(
    ("options", "argument"),
    [
        ({"filters": ()}, "filters"),
        ({"filters": (8, 0)}, "filters"),
        ({"code_size": 0}, "code_size"),
        ({"channels": None}, "channels"),
    ],
)
def test_bad_arguments_are_named(options, argument):
    with pytest.raises(ValueError, match=rf"^{argument}=.*give"):
        models.progressive_gans(**options)
