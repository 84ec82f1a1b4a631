"""Autoencoders and adversarial networks: their losses against NumPy and sampling."""

import keras
import numpy as np
import pytest
from keras import layers, ops

from dlcourse import models
from dlcourse.gradients import gradients, weight_gradients
from dlcourse.layers import Sampling, kl_divergence, reconstruction_loss
from dlcourse.training import fit

RNG = np.random.default_rng(0)
MEAN = RNG.normal(size=(4, 3)).astype("float32")
LOG_VARIANCE = RNG.normal(size=(4, 3)).astype("float32")
IMAGES = RNG.uniform(size=(6, 8, 8, 1)).astype("float32")
CONSTRUCTORS = {
    "Autoencoder": {"code_size": 3},
    "VariationalAutoencoder": {"code_size": 3},
}
BAD = [
    ("Autoencoder", {"filters": ()}, "filters"),
    ("Autoencoder", {"filters": (4, 0)}, "filters"),
    ("Autoencoder", {"code_size": 0}, "code_size"),
    ("Autoencoder", {"noise": -1}, "noise"),
    ("Autoencoder", {"input_shape": (30, 32, 1)}, "input_shape"),
    ("Autoencoder", {"input_shape": (None, 32, 1)}, "input_shape"),
    ("VariationalAutoencoder", {"kl_weight": "1"}, "kl_weight"),
    ("VariationalAutoencoder", {"input_shape": (2, 2, 1)}, "input_shape"),
    ("Generator", {"output_shape": (30, 32, 1)}, "output_shape"),
    ("Generator", {"code_size": 0.5}, "code_size"),
    ("Discriminator", {"filters": 8}, "filters"),
    ("Discriminator", {"input_shape": (32, 32)}, "input_shape"),
]


def array(tensor):
    return ops.convert_to_numpy(tensor)


def autoencoder(name, **options):
    options = {"filters": (4, 6), "input_shape": (8, 8, 1)} | options
    return getattr(models, name)(**CONSTRUCTORS[name] | options)


# Autoencoders


@pytest.mark.parametrize("name", CONSTRUCTORS)
@pytest.mark.parametrize("shape", [(4, 4, 1), (28, 28, 1), (12, 20, 3)])
def test_images_come_back_in_their_shape(name, shape):
    model = autoencoder(name, input_shape=shape)
    images = RNG.uniform(size=(2, *shape)).astype("float32")
    output = model(images)
    assert output.shape == images.shape
    assert 0 < float(ops.min(output)) < float(ops.max(output)) < 1
    codes = keras.tree.flatten(model.get_layer("encoder")(images))
    assert [code.shape for code in codes] == [(2, 3)] * len(codes)
    np.testing.assert_allclose(
        model.get_layer("decoder")(codes[0]), output, rtol=1e-4, atol=1e-5
    )


def test_parameters_by_hand():
    conv = 9 * 1 * 4 + 4 + 9 * 4 * 6 + 6
    dense = 2 * 2 * 6 * 3 + 3, 3 * 24 + 24
    up = 16 * 6 * 4 + 4 + 16 * 4 * 1 + 1
    assert autoencoder("Autoencoder").count_params() == conv + sum(dense) + up
    more = dense[0]  # a log variance beside the mean
    variational = autoencoder("VariationalAutoencoder")
    trained = sum(np.prod(w.shape) for w in variational.trainable_weights)
    assert trained == conv + sum(dense) + up + more


def test_noise_is_added_in_training_alone():
    model = autoencoder("Autoencoder", noise=0.5)
    testing, again = model(IMAGES), model(IMAGES)
    np.testing.assert_array_equal(testing, again)
    noisy = array(model.get_layer("noise")(IMAGES, training=True)) - IMAGES
    assert abs(noisy.std() - 0.5) < 0.05
    assert np.abs(array(model(IMAGES, training=True)) - testing).max() > 1e-3


@pytest.mark.slow
def test_a_code_of_two_numbers_is_found():
    # Images of two numbers each: a plane in the space of images.
    codes, patterns = RNG.uniform(size=(512, 2)), RNG.uniform(size=(2, 8, 8, 1)) / 2
    images = np.einsum("nc,chwd->nhwd", codes, patterns).astype("float32")
    model = autoencoder("Autoencoder", code_size=2)
    model.compile(keras.optimizers.Adam(0.01), "mse")
    model.fit(images, images, batch_size=32, epochs=15, verbose=0)
    error = np.mean((model.predict(images, verbose=0) - images) ** 2)
    assert error < 0.25 * images.var(axis=0).mean()


def test_kl_divergence_equals_sampling():
    rng, m, s = np.random.default_rng(1), MEAN[0], np.exp(LOG_VARIANCE[0] / 2)
    z = rng.normal(m, s, (400_000, 3))
    log_q = -((z - m) ** 2) / (2 * s**2) - np.log(s)
    log_p = -(z**2) / 2
    found = float(kl_divergence(MEAN, LOG_VARIANCE)[0])
    assert abs(found - np.mean(np.sum(log_q - log_p, axis=1))) < 0.01 * found


def test_kl_divergence_is_zero_for_the_prior_alone():
    zeros = ops.zeros((1, 3))
    assert float(kl_divergence(zeros, zeros)[0]) == 0
    assert float(ops.min(kl_divergence(MEAN, LOG_VARIANCE))) > 0


def test_reconstruction_loss_is_the_sum_over_pixels():
    p = RNG.uniform(0.01, 0.99, IMAGES.shape).astype("float32")
    terms = IMAGES * np.log(p) + (1 - IMAGES) * np.log(1 - p)
    expected = -terms.sum(axis=(1, 2, 3))
    np.testing.assert_allclose(reconstruction_loss(IMAGES, p), expected, rtol=1e-5)


def test_sampling_has_the_mean_and_variance():
    layer = Sampling(seed=0)
    mean, log_variance = (np.tile(x[:1], (20_000, 1)) for x in (MEAN, LOG_VARIANCE))
    z = array(layer([mean, log_variance], training=True))
    np.testing.assert_allclose(z.mean(axis=0), MEAN[0], atol=0.05)
    np.testing.assert_allclose(z.var(axis=0), np.exp(LOG_VARIANCE[0]), rtol=0.05)
    np.testing.assert_array_equal(layer([mean, log_variance]), mean)


def test_gradients_pass_the_sampling():
    def drawn(mean, log_variance):
        return ops.sum(Sampling(seed=0)([mean, log_variance], training=True))

    _, (of_mean, of_log_variance) = gradients(drawn, MEAN, LOG_VARIANCE)
    np.testing.assert_allclose(of_mean, 1, rtol=1e-6)
    noise = 2 * of_log_variance / np.exp(LOG_VARIANCE / 2)  # dz / d log s^2 = s e / 2
    z = Sampling(seed=0)([MEAN, LOG_VARIANCE], training=True)
    np.testing.assert_allclose(
        z, MEAN + np.exp(LOG_VARIANCE / 2) * noise, rtol=1e-4, atol=1e-5
    )


@pytest.mark.parametrize("weight", [1.0, 0.5])
def test_loss_of_a_variational_autoencoder_is_minus_the_lower_bound(weight):
    model = autoencoder("VariationalAutoencoder", kl_weight=weight)
    model.compile("adam", reconstruction_loss)
    mean, log_variance = model.get_layer("encoder")(IMAGES)
    divergence = float(ops.mean(kl_divergence(mean, log_variance)))
    likelihood = float(ops.mean(reconstruction_loss(IMAGES, model(IMAGES))))
    found = model.evaluate(IMAGES, IMAGES, verbose=0)
    assert divergence > 1e-4
    np.testing.assert_allclose(found, likelihood + weight * divergence, rtol=1e-5)


@pytest.mark.parametrize("name", CONSTRUCTORS)
def test_round_trip(name, tmp_path):
    model = autoencoder(name)
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(loaded(IMAGES), model(IMAGES))


@pytest.mark.parametrize(("name", "options", "argument"), BAD)
def test_bad_arguments_are_named(name, options, argument):
    with pytest.raises(ValueError, match=rf"^{argument}=.*(give|must be)"):
        getattr(models, name)(**options)


# Adversarial networks


def gan(**options):
    return models.GAN(
        models.Generator((6, 4), code_size=3, output_shape=(8, 8, 1)),
        models.Discriminator((4, 6), input_shape=(8, 8, 1)),
        **{"seed": 0} | options,
    )


def players(gradients, model):
    """The sums of all |gradients| of the generator and of the discriminator."""
    count = len(model.generator.trainable_weights)
    return [sum(np.abs(g).sum() for g in part)
            for part in (gradients[:count], gradients[count:])]  # fmt: skip


def test_each_player_has_a_gradient_of_its_own_loss_alone():
    model = gan()
    model(IMAGES)

    def discriminator(_, y_pred):
        real, fake, _ = y_pred
        return -ops.mean(ops.log_sigmoid(real)) - ops.mean(ops.log_sigmoid(-fake))

    def generator(_, y_pred):
        return -ops.mean(ops.log_sigmoid(y_pred[2]))

    def both(_, y_pred):
        return model.compute_loss(y_pred=y_pred)

    found = {}
    for loss in (discriminator, generator, both):
        model.seeds.state.assign([0, 0])  # the same codes
        value, each = weight_gradients(model, loss, IMAGES, IMAGES, training=True)
        found[loss.__name__] = (value, each, players(each, model))
    assert found["discriminator"][2][0] == 0 < found["discriminator"][2][1]
    assert found["generator"][2][1] == 0 < found["generator"][2][0]
    assert (
        abs(found["both"][0] - found["discriminator"][0] - found["generator"][0]) < 1e-5
    )
    each = [found[name][1] for name in ("both", "discriminator", "generator")]
    for total, *parts in zip(*each, strict=True):
        np.testing.assert_allclose(total, sum(parts), rtol=1e-4, atol=1e-6)


def test_layers_of_one_shape_begin_differently_and_follow_the_seed():
    weights = []
    for seed in (0, 0, 1):
        keras.utils.set_random_seed(seed)
        model = models.Generator((4, 4, 4), code_size=3, output_shape=(8, 8, 1))
        parts = [model.get_layer(f"up{i}").kernel for i in (1, 2)]
        weights.append([array(kernel) for kernel in parts])
    assert np.abs(weights[0][0] - weights[0][1]).max() > 1e-3
    np.testing.assert_array_equal(weights[0], weights[1])
    assert np.abs(weights[0][0] - weights[2][0]).max() > 1e-3


def test_fakes_are_judged_alike_for_both_players():
    model = gan()
    _, fake, fooled = model(IMAGES, training=True)
    np.testing.assert_allclose(fake, fooled, rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize("shape", [(8, 8, 1), (32, 16, 3)])
def test_generator_and_discriminator_fit_together(shape):
    generator = models.Generator((6, 4), code_size=5, output_shape=shape)
    discriminator = models.Discriminator((4, 6), input_shape=shape)
    assert generator.output_shape == (None, *shape)
    assert discriminator(generator(np.zeros((2, 5), "float32"))).shape == (2, 1)


def test_fit_generates_and_round_trip(tmp_path):
    model = gan()
    model.compile("adam")
    history = model.fit(IMAGES, IMAGES, epochs=2, verbose=0).history
    assert set(history) == {"loss", "real", "fake"}
    assert all(0 <= part <= 1 for name in ("real", "fake") for part in history[name])
    images = model.generate(5)
    assert images.shape == (5, 8, 8, 1)
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    codes = RNG.normal(size=(2, 3)).astype("float32")
    np.testing.assert_array_equal(loaded.generator(codes), model.generator(codes))


def test_the_fit_of_the_course_trains_both():
    model = gan()
    before = [array(w).copy() for w in model.generator.trainable_weights]
    history = fit(model, (IMAGES, IMAGES), 1, batch_size=6, metrics=())
    assert set(history) == {"loss", "real", "fake"}
    after = model.generator.trainable_weights
    assert all(np.abs(b - a).max() > 0 for b, a in zip(before, after, strict=True))


@pytest.mark.slow
def test_a_generator_finds_the_mean_of_the_data():
    data = np.random.default_rng(0).normal(3, 1, (512, 1)).astype("float32")
    code = keras.Input((1,))
    x = keras.Input((1,))
    hidden = layers.Dense(16, "tanh")(x)
    model = models.GAN(
        keras.Model(code, layers.Dense(1)(code)),
        keras.Model(x, layers.Dense(1)(hidden)),
        seed=0,
    )
    before = model.generate(500).mean()
    model.compile(keras.optimizers.Adam(0.01, beta_1=0.5))
    model.fit(data, data, batch_size=64, epochs=60, verbose=0)
    assert abs(before - 3) > 2
    assert abs(model.generate(500).mean() - 3) < 1
