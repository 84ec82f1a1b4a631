"""Two devices that divide batches: what fails in Keras there, and our way round it."""

import json
import subprocess
import sys

import keras
import pytest

from dlcourse.training import devices, one_device, steps_at_once

# A strategy is for a whole process: all is tried in one of its own.
TRIED = """
import json
import keras
import numpy as np
from dlcourse.analysis.memory import saved_activation_bytes
from dlcourse.analysis.prediction import predict_batch
from dlcourse.cli.evaluation import classify
from dlcourse.datasets import Preprocessing
from dlcourse.models import GAN, LeNet5
from dlcourse.rehearsal.begin import pretend_gpus
from dlcourse.training import (
    devices, fit, one_device, set_training_precision, steps_at_once
)
pretend_gpus()
x = np.random.default_rng(0).normal(size=(64, 2)).astype("float32")
network = lambda: keras.Sequential([keras.Input((2,)), keras.layers.Dense(2)])

def trained(steps):
    model = network()
    model.compile("sgd", "mse", steps_per_execution=steps)
    return len(model.fit(x, x, 16, verbose=0).history["loss"])

def moved():
    weight = keras.Variable(np.ones(2, "float32"))
    gradient = keras.ops.convert_to_tensor([3.0, 4.0])
    keras.optimizers.SGD(0.1, global_clipnorm=1.0).apply([gradient], [weight])
    return (keras.ops.convert_to_numpy(weight) - 1).tolist(), devices.replicas()

def game():
    set_training_precision("mixed_float16")
    return fit(GAN(network(), network(), 0), (x, x), 1, batch_size=16, metrics=())

def evaluated():
    pictures, labels = np.random.default_rng(0).random((6, 28, 28, 1)), np.arange(6)
    model = LeNet5("dense", input_shape=(28, 28, 1))
    expected = model.predict(pictures, verbose=0)
    few = classify(model, (pictures, labels), (), Preprocessing(28), 4)
    outputs = [model.predict_on_batch(pictures), predict_batch(model, pictures)]
    same = np.allclose(few.probabilities, expected, atol=1e-5)
    return [len(rows) for rows in outputs], few.probabilities.shape, bool(same)

def kept():
    layer = keras.layers.Dense(5)
    layer.build((8, 3))
    loss = lambda x: keras.ops.sum(layer(x) ** 2)
    return saved_activation_bytes(loss, np.ones((8, 3)))

how = {"loss": "mse", "metrics": (), "steps_per_execution": 4, "batch_size": 16}
tried = {
    "Keras": lambda: trained(4),
    "steps_at_once": lambda: trained(steps_at_once(4)),
    "fit": lambda: len(fit(network(), (x, x), 1, **how)["loss"]),
    "own step": moved,
    "on one device": one_device()(moved),
    "replicas": devices.replicas,
    "game": lambda: sorted(game()),
    "evaluated": evaluated,
    "kept": kept,
}
for name, act in tried.items():
    try:
        found = act()
    except Exception as error:
        found = f"{type(error).__name__}: {error}"
    print(json.dumps([name, found]))
"""


@pytest.fixture(scope="module")
def found():
    """What came of each attempt on two devices."""
    done = subprocess.run([sys.executable, "-c", TRIED], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return dict(map(json.loads, done.stdout.splitlines()))


def test_several_steps_in_a_call_become_one(found):
    assert found["steps_at_once"] == 1
    assert found["fit"] == 1


def test_keras_still_needs_our_way_round(found):
    """When this fails, Keras has mended it, and our functions can go."""
    assert "must feed a value for placeholder" in found["Keras"]
    assert "merge_call" in found["own step"]


def test_a_step_of_ones_own_is_taken_on_one_device(found):
    change, replicas = found["on one device"]
    assert change == pytest.approx([-0.06, -0.08], abs=1e-6)
    assert replicas == 1
    assert found["replicas"] == 2  # afterwards


def test_a_batch_is_predicted_once(found):
    rows, shape, same = found["evaluated"]
    assert rows == [12, 6]  # [6, 6]: Keras has mended it
    assert shape == [6, 10]
    assert same


def test_weights_that_are_shared_are_no_activations(found):
    assert found["kept"] == 4 * 8 * 5  # what the square needs


def test_a_game_trains_on_two_devices_in_mixed_precision(found):
    assert found["game"] == ["fake", "loss", "real"]


def test_with_one_device_nothing_changes():
    assert devices.replicas() == 1
    assert steps_at_once(7) == 7
    with one_device():
        assert keras.Variable([1.0]).shape == (1,)
    with pytest.raises(ValueError, match="steps="):
        steps_at_once(0)
