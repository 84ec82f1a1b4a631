"""The fast training of ResNet-9: its measures do what they are called."""

import csv
import subprocess
import sys
from pathlib import Path

import keras
import numpy as np
import pytest

FOLDER = Path(__file__).parents[1] / "experiments/fashion_mnist"


@pytest.fixture
def fast(monkeypatch):
    """The experiment as a module, which imports its neighbours by name."""
    for name in ("fast", "networks", "page", "run"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    monkeypatch.syspath_prepend(str(FOLDER))
    import fast

    yield fast
    for name in ("fast", "networks", "page", "run"):
        sys.modules.pop(name, None)


def test_whitened_filters_see_nothing_correlated(fast):
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


def test_the_weights_at_the_end_are_a_running_mean(fast):
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


def test_an_image_and_its_mirror_image_get_the_same(fast):
    keras.utils.set_random_seed(0)
    layers = [keras.Input((6, 6, 1)), keras.layers.Flatten(), keras.layers.Dense(3)]
    model = keras.Sequential(layers)
    x = np.random.default_rng(0).random((5, 6, 6, 1), "float32")
    mean = fast.mirrored(model, x)
    np.testing.assert_allclose(mean, fast.mirrored(model, x[:, :, ::-1]), rtol=1e-5)
    assert abs(mean - model.predict(x, verbose=0)).max() > 1e-3


def test_every_measure_can_be_left_out(fast):
    for name, changes in fast.WITHOUT.items():
        assert set(changes) <= vars(fast.RECIPE).keys(), name
    assert fast.RECIPE.shortened(8).warmup == 2  # a fourth of it


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
