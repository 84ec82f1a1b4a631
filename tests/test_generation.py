"""Measures of generated examples, the mixture that is imitated, and diffusion."""

import keras
import numpy as np
import pytest
import scipy.linalg
from keras import layers, ops

from dlcourse import datasets, models
from dlcourse.analysis import count_modes, frechet_distance
from dlcourse.models.diffusion import diffuse, linear_betas

RNG = np.random.default_rng(0)
MIX = RNG.normal(size=(5, 5))
A, B = RNG.normal(size=(300, 5)), RNG.normal(size=(200, 5)) @ MIX + 1
BETAS = linear_betas(50, 2e-3, 0.4)
SCALE = np.array([0.5, 2.0], "float32")  # standard deviations of the data below


def array(tensor):
    return ops.convert_to_numpy(tensor)


# Measures


def test_frechet_distance_by_scipys_root_of_the_matrix():
    covariances = [np.cov(x, rowvar=False) for x in (A, B)]
    root = scipy.linalg.sqrtm(covariances[0] @ covariances[1])
    expected = np.sum((A.mean(0) - B.mean(0)) ** 2)
    expected += np.trace(covariances[0] + covariances[1] - 2 * root.real)
    np.testing.assert_allclose(frechet_distance(A, B), expected, rtol=1e-8)


def test_frechet_distance_of_single_features_is_that_of_mean_and_deviation():
    a, b = A[:, :1], B[:, :1]
    expected = (a.mean() - b.mean()) ** 2 + (a.std(ddof=1) - b.std(ddof=1)) ** 2
    np.testing.assert_allclose(frechet_distance(a, b), expected, rtol=1e-10)


def test_frechet_distance_is_zero_for_the_same_and_keeps_under_rotation():
    assert abs(frechet_distance(A, A)) < 1e-8
    turn, _ = np.linalg.qr(MIX)
    found = frechet_distance(A @ turn, B @ turn)
    np.testing.assert_allclose(found, frechet_distance(A, B), rtol=1e-8)
    np.testing.assert_allclose(found, frechet_distance(B, A), rtol=1e-8)


def test_frechet_distance_with_features_that_are_always_zero():
    a, b = (np.pad(x, [(0, 0), (0, 3)]) for x in (A, B))
    np.testing.assert_allclose(frechet_distance(a, b), frechet_distance(A, B))


@pytest.mark.parametrize(("a", "b"), [(A, B[:, :3]), (A[:1], B), (A[0], B[0])])
def test_frechet_distance_needs_features_of_one_form(a, b):
    with pytest.raises(ValueError, match=r"Give features|a=.*give numbers with 2 axes"):
        frechet_distance(a, b)


def test_modes_are_counted():
    centres = np.array([[0.0, 0], [10, 0], [0, 10]])
    points = np.array([[0.5, 0], [0, -1], [9.5, 0.5], [5, 0], [0, 11.01], [6, 6]])
    np.testing.assert_array_equal(count_modes(points, centres, 1), [2, 1, 0])


def test_the_mixture_has_its_clouds():
    x, y = datasets.mixture(4000, modes=5, noise=0.1, seed=3)
    centres = datasets.mixture_centres(5)
    assert (x.dtype, y.dtype) == ("float32", "int32")
    np.testing.assert_allclose(np.linalg.norm(centres, axis=1), 1)
    np.testing.assert_allclose(np.linalg.norm(np.diff(centres, axis=0), axis=1),
                               2 * np.sin(np.pi / 5))  # fmt: skip
    for mode, centre in enumerate(centres):
        cloud = x[y == mode]
        assert len(cloud) == 800
        np.testing.assert_allclose(cloud.mean(axis=0), centre, atol=0.015)
        np.testing.assert_allclose(cloud.std(axis=0), 0.1, atol=0.01)
        assert abs(np.corrcoef(cloud.T)[0, 1]) < 0.12
    np.testing.assert_array_equal(x, datasets.mixture(4000, 5, 0.1, 3)[0])
    assert (x != datasets.mixture(4000, 5, 0.1, 4)[0]).any()


# Diffusion


@keras.saving.register_keras_serializable("dlcourse_tests")
class NormalNoise(layers.Layer):
    """The best guess of the noise in x_t where the data are N(0, SCALE^2)."""

    def call(self, inputs):
        x, time = inputs
        kept = ops.convert_to_tensor(np.cumprod(1 - BETAS).astype("float32"))
        kept = ops.take(kept, ops.cast(ops.round(time * len(BETAS)), "int32"))
        return ops.sqrt(1 - kept) * x / (kept * SCALE**2 + 1 - kept)


def diffusion(layer=None):
    x, time = keras.Input((2,)), keras.Input((1,))
    layer = NormalNoise() if layer is None else layer
    return models.Diffusion(keras.Model([x, time], layer([x, time])), BETAS, seed=0)


def test_the_papers_betas():
    betas = linear_betas()
    assert (len(betas), betas[0], betas[-1]) == (1000, 1e-4, 0.02)
    np.testing.assert_allclose(np.diff(betas), 0.0199 / 999)


@pytest.mark.parametrize(
    "options", [{"steps": 0}, {"first": 0}, {"first": 0.5, "last": 0.1}, {"last": 1}]
)
def test_bad_betas(options):
    with pytest.raises(ValueError, match="give"):
        linear_betas(**options)


def test_one_leap_equals_all_the_steps():
    rng, x = np.random.default_rng(1), np.full((100_000, 1), 1.5)
    for beta in BETAS[:20]:
        x = np.sqrt(1 - beta) * x + np.sqrt(beta) * rng.normal(size=x.shape)
    leap = array(diffuse(1.5, np.prod(1 - BETAS[:20]), rng.normal(size=x.shape)))
    np.testing.assert_allclose(leap.mean(), x.mean(), atol=0.02)
    np.testing.assert_allclose(leap.std(), x.std(), rtol=0.02)


def test_the_right_guess_of_the_noise_samples_the_data():
    path = diffusion().generate(20_000)
    assert path.shape == (len(BETAS) + 1, 20_000, 2)
    np.testing.assert_allclose(path[0].std(axis=0), 1, rtol=0.03)
    np.testing.assert_allclose(path[-1].std(axis=0), SCALE, rtol=0.06)
    np.testing.assert_allclose(path[-1].mean(axis=0), 0, atol=0.06)


@pytest.mark.parametrize(("step", "fresh"), [(0, False), (1, True)])
def test_fresh_noise_is_added_but_in_the_last_step_back(step, fresh):
    model, x = diffusion(), RNG.normal(size=(10, 2)).astype("float32")
    first, second = (array(model.denoise(x, step)) for _ in range(2))
    assert (first != second).any() == fresh


def test_the_right_guess_has_the_least_loss():
    x = np.random.default_rng(2).normal(0, SCALE, (20_000, 2)).astype("float32")
    model = diffusion()
    kept = np.cumprod(1 - BETAS)[:, None]
    left = kept * SCALE**2 / (kept * SCALE**2 + 1 - kept)  # variance of noise given x_t
    found = float(model.compute_loss(y_pred=model(x)))
    np.testing.assert_allclose(found, left.mean(), rtol=0.03)


@pytest.mark.parametrize("shape", [(2,), (4, 4, 1)])
def test_noise_is_added_by_equation_4(shape):
    x, time = keras.Input(shape), keras.Input((1,))
    model = models.Diffusion(keras.Model([x, time], [x, time]), BETAS, seed=0)
    clean = RNG.normal(size=(300, *shape)).astype("float32")
    noise, (noisy, time) = (keras.tree.map_structure(array, y) for y in model(clean))
    step = np.round(time[:, 0] * len(BETAS)).astype(int)
    assert len(set(step)) > 0.9 * len(BETAS)
    kept = np.cumprod(1 - BETAS)[step].reshape(-1, *(1,) * len(shape))
    expected = np.sqrt(kept) * clean + np.sqrt(1 - kept) * noise
    np.testing.assert_allclose(noisy, expected, rtol=1e-4, atol=1e-5)


def test_fit_and_round_trip(tmp_path):
    model = diffusion(lambda both: layers.Dense(2)(layers.Concatenate()(both)))
    x = RNG.normal(size=(64, 2)).astype("float32")
    model.compile("adam")
    history = model.fit(x, x, epochs=2, verbose=0).history
    assert set(history) == {"loss"}
    assert np.isfinite(history["loss"]).all()
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    inputs = [x, np.full((64, 1), 0.5, "float32")]
    np.testing.assert_array_equal(loaded.network(inputs), model.network(inputs))
    np.testing.assert_array_equal(loaded.betas, model.betas)
