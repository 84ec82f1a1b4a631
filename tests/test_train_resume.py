"""Interrupted training ends with the weights of training that was not interrupted."""

import errno
import os
import shutil

import keras
import numpy as np
import pytest
from keras import layers

tf = pytest.importorskip("tensorflow")

from dlcourse import files, training  # noqa: E402
from dlcourse.datasets import Epochs, load_epochs  # noqa: E402
from dlcourse.training import (  # noqa: E402
    RECIPES,
    Recipe,
    fit_recipe,
    resume,
)


def numbered(n=24):
    """Examples whose image and label say which one it is."""
    x = np.arange(n, dtype="float32")[:, None, None, None]
    return tf.data.Dataset.from_tensor_slices((x, np.arange(n)))


def order(dataset):
    return [int(label) for _, labels in dataset for label in labels]


def test_an_epoch_has_every_image_once_and_an_order_of_its_own():
    orders = np.reshape(order(Epochs(numbered(), 6).between(0, 3)), (3, 24))
    np.testing.assert_array_equal(np.sort(orders), np.tile(np.arange(24), (3, 1)))
    assert (orders[0] != orders[1]).any()
    assert (orders[1] != orders[2]).any()


def test_the_order_follows_from_seed_and_epoch():
    whole = order(Epochs(numbered(), 6).between(0, 4))
    assert order(Epochs(numbered(), 6).between(2, 4)) == whole[48:]
    keras.utils.set_random_seed(0)
    assert order(Epochs(numbered(), 6, seed=1).between(0, 4)) != whole


def test_what_does_not_fill_a_batch_waits():
    epochs = Epochs(numbered(23), 6)
    assert epochs.steps == 3
    assert len(order(epochs.between(0, 2))) == 36


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
        training.build_state(model)
    model.fit(Epochs(numbered(), 6).between(0, 1), shuffle=False, verbose=0)
    assert model.traces == traces


@pytest.mark.parametrize("outputs", [1, 2])
def test_preparing_leaves_nothing_in_the_metrics(outputs):
    inputs = keras.Input((None, None, 1))  # any size, as in segmentation
    maps = [layers.Conv2D(3, 1, activation="softmax")(inputs) for _ in range(outputs)]
    model = keras.Model(inputs, maps)
    losses = ["sparse_categorical_crossentropy"] * outputs
    model.compile("adam", losses, metrics=[["accuracy"]] * outputs)
    training.build_state(model)
    assert model.optimizer.built
    assert all(float(np.sum(v)) == 0 for m in model.metrics for v in m.variables)


def test_hosts_share_every_batch():
    shares = [Epochs(numbered(), 6, share=(host, 2)) for host in (0, 1)]
    batches = zip(*(share.between(1, 2) for share in shares), strict=True)
    both = [np.stack([a[1], b[1]], axis=1).ravel() for a, b in batches]
    assert np.ravel(both).tolist() == order(Epochs(numbered(), 6).between(1, 2))


def test_batches_that_cannot_be_are_refused():
    with pytest.raises(ValueError, match="more than the 24 images"):
        Epochs(numbered(), 25)
    with pytest.raises(ValueError, match="divided among 4 hosts"):
        Epochs(numbered(), 6, share=(0, 4))


def augmentation():
    return layers.Pipeline(
        [layers.RandomTranslation(0.2, 0.2, seed=1), layers.RandomFlip(seed=2)]
    )


def test_augmentation_follows_from_the_step():
    x = np.random.default_rng(0).random((24, 8, 8, 1)).astype("float32")
    examples = tf.data.Dataset.from_tensor_slices((x, np.arange(24)))
    whole = [x for x, _ in Epochs(examples, 6, augmentation()).between(0, 3)]
    later = [x for x, _ in Epochs(examples, 6, augmentation()).between(1, 3)]
    np.testing.assert_array_equal(whole[4:], later)
    plain = [x for x, _ in Epochs(examples, 6).between(1, 3)]
    assert (np.abs(np.array(plain) - later).mean(axis=(1, 2, 3, 4)) > 0.01).all()


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
    data = load_epochs("digits", "train[:240]", 8, 32, augmentation(), seed=3)
    recipe = RECIPES[name].shortened(4).scaled(32)
    validation = load_epochs("digits", "test[:64]", 8, 32).between(0, 1)
    settings = {"name": name, "batches": (32,)} | changes
    callbacks = [] if stop is None else [Stop(stop)]
    history = fit_recipe(model, recipe, data, validation, folder, settings, callbacks)
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
    assert "Going on after epoch 3 of 4" in capsys.readouterr().out
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
    assert "Going on after epoch 2 of 4" in told
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
    monkeypatch.setattr(resume, "on_all_hosts", lambda done: [done, 2])
    with pytest.raises(RuntimeError, match=r"epochs \[2, 3\]"):
        run(interrupted)


def test_other_settings_are_not_resumed(interrupted):
    with pytest.raises(ValueError, match="width was None and is 4"):
        run(interrupted, width=4)
