"""WaveNet and SEGAN: what they count, what they see, and what they cannot see."""

import itertools

import keras
import numpy as np
import pytest
from keras import ops

from dlcourse import layers, models
from dlcourse.analysis import complexity, receptive_field
from dlcourse.blocks.wavenet import gated_residual
from dlcourse.gradients import gradients, weight_gradients
from dlcourse.models import weightless
from dlcourse.models.segan import FILTERS

RNG = np.random.default_rng(0)
SOUND = RNG.normal(0, 0.3, (2, 40, 1)).astype("float32")
SMALL_SEGAN = {
    "SEGAN": {"filters": (4, 6, 8), "input_shape": (32, 1)},
    "additive": {"filters": (4, 6, 8), "input_shape": (128, 1)},
}
BAD = [
    ("WaveNet", {"dilations": ()}, "dilations"),
    ("WaveNet", {"dilations": (1, 0)}, "dilations"),
    ("WaveNet", {"kernel_size": 1}, "kernel_size"),
    ("WaveNet", {"filters": 0}, "filters"),
    ("WaveNet", {"classes": "256"}, "classes"),
    ("WaveNet", {"input_shape": (16, 16, 1)}, "input_shape"),
    ("WaveNet", {"input_shape": (16, None)}, "input_shape"),
    ("SEGANGenerator", {"variant": "subtractive"}, "variant"),
    ("SEGANGenerator", {"filters": ()}, "filters"),
    ("SEGANGenerator", {"input_shape": (16_000, 1)}, "input_shape"),
    ("SEGANGenerator", {"kernel_size": 0}, "kernel_size"),
    ("SEGANDiscriminator", {"input_shape": (None, 2)}, "input_shape"),
    ("SEGANDiscriminator", {"filters": 16}, "filters"),
]


def array(tensor):
    return ops.convert_to_numpy(tensor)


def wavenet(dilations=(1, 2, 4), **options):
    options = {"filters": 4, "skip_filters": 5, "classes": 6} | options
    return models.WaveNet(dilations, **options)


@pytest.mark.parametrize(("name", "options", "argument"), BAD)
def test_bad_arguments_are_named(name, options, argument):
    with pytest.raises(ValueError, match=rf"^{argument}=.*(give|choose)"):
        getattr(models, name)(**options)


# The mu-law


def test_mu_law_equals_its_formula():
    x = np.linspace(-1, 1, 1001)
    f = np.sign(x) * np.log(1 + 255 * np.abs(x)) / np.log(256)
    code = array(layers.mu_law_encode(x))
    assert (code.min(), code[500], code.max()) == (0, 128, 255)
    assert np.abs(code - (f + 1) / 2 * 255).max() <= 0.5 + 1e-4
    np.testing.assert_array_equal(layers.mu_law_encode(np.array([-9.0, 9.0])), [0, 255])


@pytest.mark.parametrize("levels", [2, 32, 256])
def test_mu_law_comes_back(levels):
    code = np.arange(levels)
    sound = array(layers.mu_law_decode(code, levels))
    np.testing.assert_array_equal(layers.mu_law_encode(sound, levels), code)
    assert (sound[0], sound[-1]) == (-1, 1)


# WaveNet


def test_wavenet_counts_by_hand():
    c, s, k = 32, 256, 2
    block = 2 * (k * c * c + c) + (c * c + c) + (c * s + s)
    conv, head = k * c + c, s * s + s + s * 256 + 256
    unused = c * c + c  # the sum after the last block
    with weightless():
        cost = complexity(models.WaveNet(input_shape=(3200, 1)))
    assert cost.parameters == conv + 30 * block - unused + head
    weights = k * c + 30 * (2 * k * c * c + c * c + c * s) - c * c + s * s + s * 256
    assert cost.macs == 3200 * weights


@pytest.mark.parametrize(("kernel_size", "dilations"), [(2, (1, 2, 4)), (3, (1, 3))])
def test_receptive_field_is_counted_and_seen(kernel_size, dilations):
    expected = 1 + (kernel_size - 1) * (1 + sum(dilations))
    model = wavenet(dilations, kernel_size=kernel_size, input_shape=(40, 1))
    assert receptive_field(model)["classifier"].size == expected
    _, (seen,) = gradients(lambda x: ops.sum(model(x)[:, 30, 0]), SOUND)
    times = np.flatnonzero(np.abs(seen).max(axis=(0, 2)))
    assert (times[0], times[-1]) == (30 - expected + 1, 30)


def test_receptive_field_of_the_paper():
    with weightless():
        once = models.WaveNet(models.wavenet.DOUBLED, input_shape=(2048, 1))
        thrice = models.WaveNet(input_shape=(4000, 1))
    # Section 2.1: 1, 2, 4, ..., 512 see 1,024 samples; the first layer, one more.
    assert receptive_field(once)["block10_gated"].size == 1024 + 1
    assert receptive_field(thrice)["classifier"].size == 1 + 1 + 3 * 1023


@pytest.mark.parametrize("t", [0, 13, 39])
def test_no_output_sees_a_later_sample(t):
    model = wavenet()
    changed = SOUND.copy()
    changed[:, t] += 1
    before, after = array(model(SOUND)), array(model(changed))
    np.testing.assert_array_equal(after[:, :t], before[:, :t])
    assert (np.abs(after - before)[:, t].max(axis=-1) > 1e-4).all()


def test_gated_activation_equals_its_formula():
    inputs = keras.Input((9, 3))
    outputs = gated_residual(inputs, 4, 5, dilation_rate=2, name="block")
    model = keras.Model(inputs, outputs)
    x = RNG.normal(size=(1, 9, 3)).astype("float32")
    found = [array(y)[0, 6] for y in model(x)]
    parts = {layer.name: layer.get_weights() for layer in model.layers}

    def at_6(name):
        kernel, bias = parts[name]
        return x[0, 4] @ kernel[0] + x[0, 6] @ kernel[1] + bias

    z = np.tanh(at_6("block_filter")) / (1 + np.exp(-at_6("block_gate")))
    (residual, b), (skip, c) = parts["block_residual"], parts["block_skip"]
    np.testing.assert_allclose(found[0], x[0, 6] + z @ residual[0] + b, rtol=1e-4)
    np.testing.assert_allclose(found[1], z @ skip[0] + c, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("kernel_size", [2, 3])
def test_generation_with_a_cache_equals_that_without(kernel_size):
    model = wavenet((1, 2, 4, 1), kernel_size=kernel_size)
    for weight in model.weights:  # biases too
        weight.assign(RNG.normal(0, 0.5, weight.shape))
    cached = models.CachedWaveNet(model, count=2)
    found = np.stack([cached.step(SOUND[:, t]) for t in range(40)], axis=1)
    np.testing.assert_allclose(found, model(SOUND), rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(found.sum(axis=-1), 1, rtol=1e-5)


# SEGAN


def test_segan_counts_and_sizes():
    with weightless():
        segan = models.SEGANGenerator()
        additive = models.SEGANGenerator("additive", input_shape=(8192, 1))
    cost = complexity(segan)  # references.md
    assert (cost.parameters, round(cost.macs / 1e6)) == (73_096_049, 2158)
    # Section 4.2: the sizes of the encoder.
    shapes = [tuple(segan.get_layer(f"conv{i}").output.shape[1:]) for i in range(1, 12)]
    assert shapes == [(16384 // 2**i, c) for i, c in enumerate(FILTERS, 1)]
    assert tuple(segan.get_layer("with_code").output.shape[1:]) == (8, 2048)
    assert segan.output_shape == (None, 16384, 1)
    widths = [1, 64, 128, 256, 512, 256, 128, 64, 1]
    by_hand = sum(31 * a * b + b for a, b in itertools.pairwise(widths))
    assert complexity(additive).parameters == by_hand
    assert additive.output_shape == (None, 8192, 1)


def test_discriminator_counts_by_hand():
    with weightless():
        model = models.SEGANDiscriminator()
    pairs = zip((2, *FILTERS), FILTERS, strict=False)
    by_hand = sum(31 * a * b + 2 * b for a, b in pairs) + 1024 + 8 + 1
    assert complexity(model).parameters == by_hand
    assert model.output_shape == (None, 1)


@pytest.mark.parametrize("variant", SMALL_SEGAN)
@pytest.mark.parametrize("factor", [1, 3])
def test_sounds_come_back_in_their_length(variant, factor):
    options = SMALL_SEGAN[variant]
    length, channels = options["input_shape"]
    model = models.SEGANGenerator(variant, **options | {"input_shape": (None, 1)})
    x = RNG.normal(size=(2, factor * length, channels)).astype("float32")
    first, again = array(model(x)), array(model(x))
    assert first.shape == x.shape
    drawn = np.abs(first - again).max() > 0  # the code of SEGAN is
    assert drawn == (variant == "SEGAN")


@pytest.mark.parametrize("variant", SMALL_SEGAN)
def test_skips_reach_the_output(variant):
    model = models.SEGANGenerator(variant, **SMALL_SEGAN[variant])
    names = [f"skip{i}" for i in (1, 2)]
    assert all(model.get_layer(name) for name in names)
    # With the deepest layer silent, what is left goes through the skips.
    model.get_layer("up1").kernel.assign(model.get_layer("up1").kernel * 0)
    x = RNG.normal(size=(1, *model.input_shape[1:])).astype("float32")
    assert np.abs(array(model(x)) - model(-x)).max() > 1e-6


NETWORKS = {
    "WaveNet": lambda: wavenet(input_shape=(40, 1)),
    "SEGAN": lambda: models.SEGANGenerator("SEGAN", **SMALL_SEGAN["SEGAN"]),
    "additive": lambda: models.SEGANGenerator("additive", **SMALL_SEGAN["additive"]),
    "discriminator": lambda: models.SEGANDiscriminator((4, 6), input_shape=(32, 2)),
}


@pytest.mark.parametrize("name", NETWORKS)
def test_every_weight_gets_a_gradient(name):
    model = NETWORKS[name]()
    x = RNG.normal(size=(4, *model.input_shape[1:])).astype("float32")
    factor = RNG.normal(size=(4, *model.output_shape[1:])).astype("float32")
    _, found = weight_gradients(
        model, lambda _, y: ops.sum(factor * y), x, x, training=True
    )
    for weight, gradient in zip(model.trainable_weights, found, strict=True):
        assert np.abs(gradient).max() > 1e-12, weight.path


def test_layers_of_one_shape_begin_differently_and_follow_the_seed():
    weights = []
    for seed in (0, 0, 1):
        keras.utils.set_random_seed(seed)
        model = models.SEGANDiscriminator((4, 4, 4), input_shape=(32, 2))
        parts = [model.get_layer(f"conv{i}").kernel for i in (2, 3)]
        weights.append([array(kernel) for kernel in parts])
    assert np.abs(weights[0][0] - weights[0][1]).max() > 1e-3
    np.testing.assert_array_equal(weights[0], weights[1])
    assert np.abs(weights[0][0] - weights[2][0]).max() > 1e-3


@pytest.mark.bfloat16
@pytest.mark.parametrize("name", NETWORKS)
def test_round_trip_and_half_precision(name, tmp_path):
    model = NETWORKS[name]()
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    for mine, other in zip(model.get_weights(), loaded.get_weights(), strict=True):
        np.testing.assert_array_equal(mine, other)
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        y = NETWORKS[name]()(np.ones((1, *model.input_shape[1:]), "float32"))
    finally:
        keras.config.set_dtype_policy("float32")
    assert keras.backend.standardize_dtype(y.dtype) == "float32"
    assert np.isfinite(array(y)).all()
