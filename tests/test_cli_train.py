"""``dlcourse train``: killed, resumed, and what it writes and prints."""

import csv
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import keras
import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

pytest.importorskip("tensorflow")

from dlcourse import cli
from dlcourse.cli import results, train
from dlcourse.models import catalog
from dlcourse.training import AUGMENTATIONS, RECIPES

pytestmark = pytest.mark.usefixtures("data_folder")

DLCOURSE = Path(sys.executable).parent / "dlcourse"
LENET = "LeNet-5, dense"
OPTIONS = ("--batch-size", "128", "--epochs", "5", "--augment", "shift")
TRAIN = ("train", LENET, "digits", *OPTIONS, "--argument", "activation=relu")


def dlcourse(*words):
    return CliRunner().invoke(cli.app, [str(word) for word in words])


def weights(output):
    return re.search(r"Weights: (\w+)", output)[1]


def killed(folder):
    """Start training in a process of its own; kill it in the middle of an epoch."""
    process = subprocess.Popen(
        [DLCOURSE, *TRAIN, "--out", folder], stderr=subprocess.DEVNULL
    )
    while not (folder / "checkpoints-0/epoch-00002.npz").exists():
        assert process.poll() is None
        time.sleep(0.002)
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL


@pytest.fixture(scope="module")
def trained(tmp_path_factory, data_folder):
    """The folder and the output of a training that was not interrupted."""
    folder = tmp_path_factory.mktemp("whole")
    result = dlcourse(*TRAIN, "--out", folder)
    assert result.exit_code == 0, result.output
    return folder, result.output


def test_killed_training_resumes_to_the_same_weights(tmp_path, trained):
    killed(tmp_path)
    assert not (tmp_path / "model.keras").exists()
    result = dlcourse(*TRAIN, "--out", tmp_path)
    assert re.search(r"Resuming after epoch [234] of 5", result.output)
    assert weights(result.output) == weights(trained[1])
    for name in ("history.csv", "confusion.csv"):
        assert (tmp_path / name).read_bytes() == (trained[0] / name).read_bytes()


def test_devices_and_recipe_are_printed_with_the_reason(trained):
    lines = trained[1].splitlines()
    assert [line.split(":")[0] for line in lines[:4]] == [
        *("Device", "Precision", "Hosts", "Recipe")
    ]
    assert "5 epochs of 11 batches of 128, learning rate 0.05" in lines[3]


def test_results_agree_with_each_other(trained):
    folder, output = trained
    with open(folder / "history.csv", newline="") as file:
        history = list(csv.DictReader(file))
    assert [row["epoch"] for row in history] == ["1", "2", "3", "4", "5"]
    with open(folder / "confusion.csv", newline="") as file:
        matrix = np.array([row[1:] for row in list(csv.reader(file))[1:]], int)
    assert matrix.sum() == 359
    accuracy = np.trace(matrix) / 359
    np.testing.assert_allclose(float(history[-1]["val_accuracy"]), accuracy, rtol=1e-5)
    assert f"Error {1 - accuracy:.2%}" in output
    for name in ("curve.png", "confusion.png"):
        assert Image.open(folder / name).size[0] > 400


class Predicts(keras.layers.Layer):
    """An image holds the number of the class that is predicted for it."""

    def call(self, x):
        """Probabilities of three classes."""
        return keras.ops.one_hot(x, 3)


def test_the_confusion_matrix_has_true_classes_in_rows(tmp_path):
    import tensorflow as tf

    model = keras.Sequential([keras.Input((), dtype="int32"), Predicts()])
    batches = tf.data.Dataset.from_tensor_slices(([0, 1, 1, 0], [0, 0, 1, 2])).batch(3)
    history = {"loss": [1.0], "accuracy": [0.5], "val_loss": [1.0]}
    history |= {"val_accuracy": [0.5]}
    line = results.write(tmp_path, model, batches, ("a", "b", "c"), history)
    assert line.startswith("Error 50.00%: 2 of 4 validation images")
    assert (tmp_path / "confusion.csv").read_text().splitlines() == [
        *("true \\ predicted,a,b,c", "a,1,1,0", "b,0,1,0", "c,1,0,0")
    ]


def test_the_curve_shows_error_in_percent():
    history = {"loss": [2, 1], "accuracy": [0.5, 0.9]}
    history |= {"val_loss": [3, 2], "val_accuracy": [0.4, 0.7]}
    loss, error = results.draw_curves(history).axes
    np.testing.assert_allclose(loss.lines[0].get_ydata(), [2, 1])
    np.testing.assert_allclose(error.lines[1].get_ydata(), [60, 30])


@pytest.fixture
def photographs(tmp_path):
    """A folder of ten images in each of two classes: dark ones and bright ones."""
    rng = np.random.default_rng(0)
    for name, low in (("bright", 128), ("dark", 0)):
        (tmp_path / "photos" / name).mkdir(parents=True)
        for number in range(10):
            pixels = rng.integers(low, low + 128, (12, 12, 3), dtype="uint8")
            Image.fromarray(pixels).save(tmp_path / "photos" / name / f"{number}.png")
    return tmp_path / "photos"


def test_a_folder_of_images(photographs, tmp_path):
    words = ("--batch-size", 8, "--epochs", 1)
    out = tmp_path / "out"
    result = dlcourse("train", LENET.lower(), photographs, *words, "--out", out)
    assert result.exit_code == 0, result.output
    assert "of 4 validation images" in result.output
    header = (out / "confusion.csv").read_text().splitlines()[0]
    assert header == "true \\ predicted,bright,dark"


def test_an_image_that_cannot_be_read_is_named(photographs, tmp_path):
    (photographs / "dark/7.png").write_bytes(b"not a picture")
    result = dlcourse("train", "ResNet-20", photographs, "--out", tmp_path / "out")
    assert result.exit_code == 1
    assert f"{photographs}/dark/7.png cannot be read as an image" in result.output
    assert "Traceback" not in result.output


WRONG = {
    "There is no 'ResNet-21' in the catalog": ("ResNet-21", "digits"),
    "There is no data set 'digit'": ("ResNet-20", "digit"),
    "There is no recipe 'ResNeXt'": ("ResNet-20", "digits", "--recipe", "ResNeXt"),
    "There is no augmentation 'flop'": ("ResNet-20", "digits", "--augment", "flop"),
    "give an argument as NAME=VALUE": ("ResNet-20", "digits", "--argument", "width"),
    "has 3 outputs": (
        *("GoogLeNet, with both heads", "digits", "--image-size", "96"),
        *("--batch-size", "2"),
    ),
}


@pytest.mark.parametrize("sentence", WRONG)
def test_an_unknown_name_is_answered_with_the_known_ones(sentence, tmp_path):
    result = dlcourse("train", *WRONG[sentence], "--out", tmp_path)
    assert (result.exit_code, "Traceback" in result.output) == (1, False)
    assert sentence in result.output


def test_a_folder_of_another_training_is_not_resumed(trained):
    result = dlcourse(*TRAIN, "--out", trained[0], "--seed", 1)
    assert result.exit_code == 1
    assert "seed was 0 and is 1" in result.output


def test_control_c_says_how_to_resume(monkeypatch):
    def stop(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(train, "train_network", stop)
    result = dlcourse(*TRAIN)
    assert result.exit_code == 130
    assert "The same command resumes" in result.output


def test_every_network_has_a_recipe():
    assert {row.recipe for row in catalog.CATALOG} <= set(RECIPES)
    assert catalog.get("ResNet-56").recipe == "ResNet, CIFAR"
    assert catalog.get("ResNet-50").recipe == "ResNet"
    assert catalog.get("GoogLeNet").recipe == "GoogLeNet"
    config = train.Config("WRN-28-10", "digits", epochs=20, batch_size=64)
    name, recipe = config.choose_recipe()
    assert (name, recipe.milestones, recipe.rate) == ("Wide ResNet", (6, 12, 16), 0.05)


def test_help_names_all_augmentations():
    assert ", ".join(AUGMENTATIONS) in " ".join(
        dlcourse("train", "--help").output.split()
    )
