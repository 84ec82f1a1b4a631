"""Interrupted training ends with the weights of training that was not interrupted."""

import errno
import importlib
import os
import shutil

import keras
import numpy as np
import pytest
from keras import layers

tf = pytest.importorskip("tensorflow")

from dlcourse import files, training  # noqa: E402
from dlcourse.datasets import Epochs, arrays, validation_batches  # noqa: E402
from dlcourse.training import (  # noqa: E402
    RECIPES,
    Recipe,
    fit_recipe,
)


class Traced(keras.Model):
    """Counts how often TensorFlow traces its training step."""

    traces = 0

    def train_step(self, data):
        """Train, and count."""
        self.traces += 1
        return super().train_step(data)


@pytest.mark.parametrize(("prepared", "traces"), [(True, 1), (False, 2)])
def test_prepared_the_first_step_is_traced_once(prepared, traces):
    inputs = keras.Input((1, 1, 1))
    model = Traced(inputs, layers.Dense(24, "softmax")(layers.Flatten()(inputs)))
    model.compile("sgd", "sparse_categorical_crossentropy", metrics=["accuracy"])
    if prepared:
        training.build_state(model, np.arange(6))
    data = Epochs((np.zeros((24, 1, 1, 1)), np.arange(24)), 6)
    model.fit(data.between(0, 1), shuffle=False, verbose=0)
    assert model.traces == traces


@pytest.mark.parametrize("outputs", [1, 2])
def test_preparing_leaves_nothing_in_the_metrics(outputs):
    inputs = keras.Input((None, None, 1))  # any size, as in segmentation
    maps = [layers.Conv2D(3, 1, activation="softmax")(inputs) for _ in range(outputs)]
    model = keras.Model(inputs, maps)
    losses = ["sparse_categorical_crossentropy"] * outputs
    model.compile("adam", losses, metrics=[["accuracy"]] * outputs)
    labels = np.zeros((6, 4, 4), "int32")
    training.build_state(model, [labels] * outputs if outputs > 1 else labels)
    assert model.optimizer.built
    assert all(float(np.sum(v)) == 0 for m in model.metrics for v in m.variables)


class CountEvaluations(keras.callbacks.Callback):
    """Counts the batches of all evaluations."""

    seen = 0

    def on_test_batch_end(self, batch, logs=None):
        self.seen += 1


@pytest.mark.parametrize(("batch_size", "at_once"), [(8, 32), (64, 128), (200, 200)])
def test_validation_takes_more_examples_at_once_and_all(batch_size, at_once):
    inputs = keras.Input((8, 8, 1))
    model = keras.Model(inputs, layers.Dense(10, "softmax")(layers.Flatten()(inputs)))
    train, validation = (
        arrays("digits", part) for part in ("train[:200]", "test[:160]")
    )
    count = CountEvaluations()
    recipe = Recipe("", batch_size, 1, 0.01, "constant")
    history = fit_recipe(model, recipe, train, validation, callbacks=[count])
    assert count.seen == -(-160 // at_once)
    loss, accuracy = model.evaluate(*validation, verbose=0)
    assert history["val_loss"] == pytest.approx([loss], rel=1e-5)
    assert history["val_accuracy"] == pytest.approx([accuracy])


def augmentation():
    return layers.Pipeline(
        [layers.RandomTranslation(0.2, 0.2, seed=1), layers.RandomFlip(seed=2)]
    )


class Stop(keras.callbacks.Callback):
    """The power goes out in the middle of an epoch."""

    def __init__(self, epoch):
        super().__init__()
        self.epoch = epoch

    def on_epoch_begin(self, epoch, logs=None):
        self.now = epoch

    def on_train_batch_end(self, batch, logs=None):
        if self.now == self.epoch and batch == 3:
            raise KeyboardInterrupt


def run(folder, name="AlexNet", stop=None, seed=0, **changes):
    """Train a network that has all kinds of state for four epochs; weights, history."""
    keras.utils.set_random_seed(seed)
    inputs = keras.Input((8, 8, 1))
    x = layers.BatchNormalization()(layers.Conv2D(4, 3, activation="relu")(inputs))
    x = layers.Dropout(0.3, seed=5)(layers.GlobalAveragePooling2D()(x))
    model = keras.Model(inputs, layers.Dense(10, activation="softmax")(x))
    data = Epochs(arrays("digits", "train[:240]"), 32, augmentation(), seed=3)
    recipe = RECIPES[name].shortened(4).scaled(32)
    validation = validation_batches(arrays("digits", "test[:64]"), 32)
    settings = {"name": name, "batches": (32,)} | changes
    callbacks = [] if stop is None else [Stop(stop)]
    options = {"folder": folder, "settings": settings, "callbacks": callbacks}
    history = fit_recipe(model, recipe, data, validation, **options)
    return model.get_weights(), history


@pytest.fixture(scope="module")
def whole():
    return {name: run(None, name) for name in ("AlexNet", "bag of tricks")}


@pytest.mark.parametrize("name", ["AlexNet", "bag of tricks"])
def test_resumed_weights_are_the_same(name, whole, tmp_path, capsys):
    for stop in (1, 3):
        with pytest.raises(KeyboardInterrupt):
            run(tmp_path, name, stop, seed=stop - 1)
    weights, history = run(tmp_path, name, seed=7)
    assert "Resuming after epoch 3 of 4" in capsys.readouterr().out
    for ours, theirs in zip(weights, whole[name][0], strict=True):
        np.testing.assert_array_equal(ours, theirs)
    assert history == whole[name][1]
    assert len(history["val_loss"]) == 4
    assert run(tmp_path, name)[1] == history  # there is nothing left to do


@pytest.fixture(scope="module")
def after_three_epochs(tmp_path_factory):
    """What an interruption in the fourth epoch leaves."""
    folder = tmp_path_factory.mktemp("interrupted")
    with pytest.raises(KeyboardInterrupt):
        run(folder, stop=3)
    return folder


@pytest.fixture
def interrupted(after_three_epochs, tmp_path):
    shutil.copytree(after_three_epochs, tmp_path, dirs_exist_ok=True)
    return tmp_path


DAMAGES = {
    "half": lambda content: content[: len(content) // 2],
    "one bit": lambda content: flipped(content),
    "empty": lambda content: b"",
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_checkpoint_is_named_and_the_one_before_taken(
    damage, whole, interrupted, capsys
):
    newest = interrupted / "epoch-00003.npz"
    newest.write_bytes(DAMAGES[damage](newest.read_bytes()))
    weights, _ = run(interrupted)
    told = capsys.readouterr().out
    assert f"{newest} is damaged" in told
    assert "Resuming after epoch 2 of 4" in told
    for ours, theirs in zip(weights, whole["AlexNet"][0], strict=True):
        np.testing.assert_array_equal(ours, theirs)


def flipped(content):
    """One bit of one weight is another."""
    content = bytearray(content)
    content[len(content) // 3] ^= 4
    return content


@pytest.fixture
def full_disk(monkeypatch):
    """A disk with room for two checkpoints."""
    rename, renamed = os.replace, []

    def replace(old, new):
        if len(renamed) == 2:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        renamed.append(rename(old, new))

    monkeypatch.setattr(os, "replace", replace)


def test_a_full_disk_leaves_the_finished_checkpoints(tmp_path, full_disk):
    with pytest.raises(OSError, match=r"No space left.*still there: make room"):
        run(tmp_path)
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == ["epoch-00001.npz", "epoch-00002.npz"]


def test_resumed_after_the_disk_was_full(tmp_path, whole, monkeypatch):
    def full(number):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="could not be written"):
            run(tmp_path)
    assert not list(tmp_path.iterdir())
    assert run(tmp_path)[1] == whole["AlexNet"][1]


def test_a_resumed_plateau_knows_the_losses_before(interrupted, monkeypatch):
    given = []
    monkeypatch.setattr(
        Recipe, "callbacks", lambda self, losses=(): given.append(list(losses)) or []
    )
    history = run(interrupted)[1]
    assert given == [history["val_loss"][:3]]


def test_a_cut_while_writing_leaves_no_half_checkpoint(tmp_path, monkeypatch):
    def cut(number):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", cut)
    with pytest.raises(KeyboardInterrupt):
        files.save_checkpoint(tmp_path / "epoch-00001.npz", [np.ones(3)], {})
    assert not list(tmp_path.glob("*.npz"))


def test_hosts_must_have_stopped_at_the_same_epoch(interrupted, monkeypatch):
    module = importlib.import_module("dlcourse.training.fit")
    monkeypatch.setattr(module, "on_all_hosts", lambda done: [done, 2])
    with pytest.raises(RuntimeError, match=r"epochs \[2, 3\]"):
        run(interrupted)


def test_a_checkpoint_of_another_network_is_told(interrupted):
    keras.utils.set_random_seed(0)
    inputs = keras.Input((8, 8, 1))
    model = keras.Model(inputs, layers.Dense(10)(layers.Flatten()(inputs)))
    model.compile("sgd", "mse")
    before = model.get_weights()
    checkpoints = training.Checkpoints(
        interrupted, {"name": "AlexNet", "batches": [32]}
    )
    with pytest.raises(
        ValueError, match=r"epoch-00003\.npz holds \d+ variables of ano"
    ):
        checkpoints.restore(model)
    for ours, theirs in zip(model.get_weights(), before, strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_a_setting_is_shown_in_short():
    checkpoints = training.Checkpoints(None, {"weights": [[3, 3, 16, 16]] * 100})
    with pytest.raises(ValueError, match="weights was None and is") as told:
        checkpoints.check("epoch-00001.npz", {})
    assert len(str(told.value)) < 300


@pytest.mark.parametrize("loss", [float("nan"), float("inf")])
def test_no_checkpoint_is_kept_of_a_loss_that_is_no_number(loss, tmp_path):
    checkpoints = training.Checkpoints(tmp_path)
    with pytest.raises(RuntimeError, match=f"The loss is {loss} after epoch 3: the tr"):
        checkpoints.on_epoch_end(2, {"loss": loss})
    assert not list(tmp_path.iterdir())


def test_other_settings_are_not_resumed(interrupted):
    with pytest.raises(ValueError, match="width was None and is 4"):
        run(interrupted, width=4)
