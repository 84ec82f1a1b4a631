"""Comparing networks over seeds: the table, and what survives a SIGKILL."""

import os
import signal
import subprocess
import sys

import numpy as np
import pytest

pytest.importorskip("tensorflow")

import keras
from keras import layers

from dlcourse.training import Recipe, compare, summary

RECIPE = Recipe("this test", 20, 3, 0.1, "cosine")


def data(count):
    """Bright and dark images of 8 x 8, which a network can tell apart."""
    rng = np.random.default_rng(count)
    labels = np.arange(count) % 2
    images = rng.random((count, 8, 8, 1)) + labels[:, None, None, None]
    return images.astype("float32"), labels


def dense(units):
    return lambda: keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            layers.Flatten(),
            layers.Dense(units, activation="relu"),
            layers.Dropout(0.5),
            layers.Dense(2, activation="softmax"),
        ]
    )


NETWORKS = {"narrow": dense(2), "wide": dense(16)}
AUGMENT = {"augment": lambda seed: layers.RandomFlip(seed=seed)}


def run(folder=None, seeds=(0, 1), networks=NETWORKS, recipe=RECIPE):
    return compare(
        networks, recipe, data(80), data(40), seeds, folder=folder, **AUGMENT
    )


def histories(runs):
    return {(run.network, run.seed): run.history for run in runs}


@pytest.fixture(scope="module")
def runs():
    return run()


def test_every_network_has_every_seed_and_its_cost(runs):
    assert list(histories(runs)) == [
        ("narrow", 0), ("narrow", 1), ("wide", 0), ("wide", 1)
    ]  # fmt: skip
    assert [run.parameters for run in runs[1:3]] == [65 * 2 + 6, 65 * 16 + 34]
    assert runs[0].macs == 64 * 2 + 4
    assert all(0 < run.seconds < 10 for run in runs)


def test_the_same_seed_gives_the_same_run_and_another_one_does_not(runs):
    again = histories(run(seeds=(1,), networks={"wide": NETWORKS["wide"]}))
    assert again["wide", 1] == histories(runs)["wide", 1]
    assert again["wide", 1] != histories(runs)["wide", 0]


def test_the_summary_is_the_mean_over_seeds(runs):
    table = summary(runs)
    assert list(table.index) == ["narrow", "wide"]
    errors = [100 * (1 - run.history["val_accuracy"][-1]) for run in runs[2:]]
    assert table.loc["wide", "error (%)"] == pytest.approx(np.mean(errors))
    assert list(table.loc["wide", ["from", "to"]]) == [min(errors), max(errors)]
    losses = [run.history["loss"][-1] for run in runs[2:]]
    assert table.loc["wide", "training loss"] == pytest.approx(np.mean(losses))


def test_the_probabilities_are_those_of_the_test_images_in_their_order(runs):
    _, labels = data(40)
    for one in runs:
        np.testing.assert_allclose(one.probabilities.sum(axis=1), 1, atol=1e-5)
        wrong = np.mean(one.probabilities.argmax(axis=1) != labels)
        assert 100 * wrong == pytest.approx(one.error, abs=1e-3)
    assert {one.error for one in runs} != {0.0}  # or any order would do


def test_finished_runs_are_not_repeated(runs, tmp_path, monkeypatch):
    first = run(tmp_path, seeds=(0,))
    assert not list(tmp_path.rglob("checkpoints"))
    monkeypatch.setattr("dlcourse.training.comparison.train_once", None)
    assert run(tmp_path, seeds=(0,)) == first
    assert histories(first)["narrow", 0] == histories(runs)["narrow", 0]
    (kept, _), (made, *_) = run(tmp_path, seeds=(0,)), runs
    np.testing.assert_array_equal(kept.probabilities, made.probabilities)


def test_a_damaged_result_is_made_again(tmp_path, capsys):
    one = {"narrow": NETWORKS["narrow"]}
    first = run(tmp_path, (0,), one)
    (path,) = tmp_path.rglob("run.npz")
    path.write_bytes(path.read_bytes()[:-50])
    assert histories(run(tmp_path, (0,), one)) == histories(first)
    assert f"{path} is damaged" in capsys.readouterr().out


def test_a_folder_of_another_comparison_is_refused(tmp_path):
    one = {"narrow": NETWORKS["narrow"]}
    run(tmp_path, (0,), one)
    with pytest.raises(ValueError, match=r"with other settings: recipe.epochs was"):
        run(tmp_path, (0,), one, RECIPE.shortened(2))
    with pytest.raises(ValueError, match="with other settings: weights was"):
        run(tmp_path, (0,), {"narrow": dense(3)})


def test_other_pictures_of_the_same_shape_are_another_comparison(tmp_path, monkeypatch):
    one = {"narrow": NETWORKS["narrow"]}
    run(tmp_path, (0,), one)
    images, labels = data(80)
    monkeypatch.setitem(globals(), "data", lambda count: (1 - images, labels))
    with pytest.raises(ValueError, match="with other settings: images was"):
        run(tmp_path, (0,), one)


DIE = """
import os, signal, sys
import test_compare
from dlcourse.training import comparison

class Killer(comparison.Stopwatch):
    epochs = 0

    def on_epoch_begin(self, epoch, logs=None):
        super().on_epoch_begin(epoch)
        Killer.epochs += 1
        if Killer.epochs == 9:  # the last epoch of the third run
            os.kill(os.getpid(), signal.SIGKILL)

comparison.Stopwatch = Killer
test_compare.run(sys.argv[1])
"""


def test_killed_in_the_middle_it_resumes_to_the_same_table(runs, tmp_path, capsys):
    command = [sys.executable, "-c", DIE, tmp_path]
    here = {"PYTHONPATH": os.path.dirname(__file__), "TQDM_DISABLE": "1"}
    died = subprocess.run(command, env=os.environ | here, stderr=subprocess.DEVNULL)
    assert died.returncode == -signal.SIGKILL
    assert len(list(tmp_path.rglob("run.npz"))) == 2
    resumed = run(tmp_path)
    assert "Resuming after epoch 2 of 3" in capsys.readouterr().out
    assert histories(resumed) == histories(runs)
    for one, other in zip(resumed, runs, strict=True):
        np.testing.assert_array_equal(one.probabilities, other.probabilities)
    free = ["parameters", "multiply-adds", "training loss", "error (%)", "from", "to"]
    assert summary(resumed)[free].equals(summary(runs)[free])
