"""The fast training of ResNet-9: its measures do what they are called."""

import csv
import subprocess
import sys
from pathlib import Path

import keras
import numpy as np
import pytest

from dlcourse import datasets
from dlcourse.models import ResNet9
from dlcourse.training import fast

FOLDER = Path(__file__).parents[1] / "experiments/fashion_mnist"


def test_whitened_filters_see_nothing_correlated():
    draw = np.random.default_rng(0)
    images = draw.normal(size=(50, 20, 20, 1)).cumsum(1).cumsum(2).astype("float32")
    images /= images.std()
    layer = keras.layers.Conv2D(16, 3, use_bias=False)
    layer.build((None, 20, 20, 1))
    before = layer.get_weights()[0]
    fast.whiten(layer, images)
    maps = keras.ops.convert_to_numpy(layer(images))[..., :9].reshape(-1, 9)
    found = np.cov(maps, rowvar=False)
    outside = found - np.diag(np.diag(found))
    assert abs(outside).max() < 1e-3 * found.max()
    assert 0.9 < found.max() <= 1.0  # the first component; small ones are kept small
    np.testing.assert_array_equal(layer.get_weights()[0][..., 9:], before[..., 9:])


def test_the_weights_at_the_end_are_a_running_mean():
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, use_bias=False)])
    model.set_weights([np.ones((1, 1))])
    seen = []

    class Seen(keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            seen.append(float(self.model.weights[0][0, 0]))

    model.compile("sgd", "mse")
    x = np.ones((4, 1))
    model.fit(x, 0 * x, 1, verbose=0, callbacks=[Seen(), fast.Averaged()])
    expected = 1.0
    for weight in seen:
        expected = 0.9 * expected + 0.1 * weight
    assert len(seen) == 4
    assert model.get_weights()[0].item() == pytest.approx(expected, rel=1e-5)


def test_an_image_and_its_mirror_image_get_the_same():
    keras.utils.set_random_seed(0)
    layers = [keras.Input((6, 6, 1)), keras.layers.Flatten(), keras.layers.Dense(3)]
    model = keras.Sequential(layers)
    x = np.random.default_rng(0).random((5, 6, 6, 1), "float32")
    mean = fast.mirrored(model, x)
    np.testing.assert_allclose(mean, fast.mirrored(model, x[:, :, ::-1]), rtol=1e-5)
    assert abs(mean - model.predict(x, verbose=0)).max() > 1e-3


def test_every_measure_can_be_left_out():
    preprocessing = datasets.Preprocessing(8, standardize="channels")
    whole = fast.fast_recipe(2, preprocessing)
    assert (whole.batch_size, whole.smoothing, whole.nesterov) == (512, 0.2, True)
    assert whole.warmup == pytest.approx(2 * 5 / 24)
    for name, changes in fast.MEASURES.items():
        without = fast.fast_recipe(2, preprocessing, [name])
        assert (without == whole) == (not changes), name
        assert all(getattr(without, field) == changes[field] for field in changes)


@pytest.mark.parametrize("name", ["whitening", "averaging"])
def test_what_is_left_out_is_left_out(name, monkeypatch):
    called = []
    monkeypatch.setattr(fast, "whiten", lambda *_: called.append("whitening"))
    callback = keras.callbacks.Callback
    averaged = lambda: called.append("averaging") or callback()  # noqa: E731
    monkeypatch.setattr(fast, "Averaged", averaged)
    x = np.random.default_rng(0).random((512, 8, 8, 1), "float32")
    preprocessing = datasets.Preprocessing(8, standardize="channels")
    network = ResNet9(2, (8, 8, 1))
    data = x, np.arange(512) % 10
    recipe = fast.fast_recipe(1, preprocessing, [name])
    fast.train_fast(network, recipe, data, without=[name])
    assert sorted([*called, name]) == ["averaging", "whitening"]


def test_a_short_run_adds_a_row(tmp_path):
    out = tmp_path / "fast.csv"
    words = ["--dataset", "fashion", "--examples", "1024", "--epochs", "1"]
    words += ["--width", "4", "--out", out, "--without", "averaging", "large batches"]
    subprocess.run([sys.executable, FOLDER / "fast.py", *words], check=True)
    (row,) = csv.DictReader(out.read_text(encoding="utf-8").splitlines())
    assert row["without"] == "averaging and large batches"
    assert (row["epochs"], row["examples"], row["part"]) == ("1", "1024", "test")
    assert 0 < float(row["error"]) < 85  # chance is 90
    assert float(row["seconds"]) > 0
