"""A checkpoint and a model.keras of 28 November 2026 are read from now on.

``trained.zip`` is the folder of this training, after the first of its two epochs, and
the model that it ended with::

    dlcourse train ResNet-20 digits --image-size 8 --epochs 2 --argument width=2
        --batch-size 512 --out FOLDER

Numbers may differ by rounding: another processor adds in another order.
"""

import json
import zipfile
from pathlib import Path

import keras
import numpy as np
import pytest
from PIL import Image

pytest.importorskip("tensorflow")

from commands import dlcourse

from dlcourse import datasets, files, training
from dlcourse.cli import train

STORED = Path(__file__).with_name("trained.zip")
WORDS = ["train", "ResNet-20", "digits", "--image-size", "8", "--epochs", "2"]
WORDS += ["--argument", "width=2", "--batch-size", "512"]
EXPECTED = json.loads(Path(__file__).with_name("answers.json").read_text())


@pytest.fixture
def folder(tmp_path):
    with zipfile.ZipFile(STORED) as archive:
        archive.extractall(tmp_path)
    return tmp_path


def images():
    return datasets.arrays("digits", "test", 8)[0][:3]


def probabilities(model):
    return model.predict(images(), verbose=0)


def test_the_stored_folder_is_small():
    assert STORED.stat().st_size < 100_000


def test_the_stored_model_answers_as_it_did(folder):
    model = keras.saving.load_model(folder / "model.keras")
    np.testing.assert_allclose(probabilities(model), EXPECTED["model"], atol=1e-5)


def test_the_stored_checkpoint_is_read(folder):
    """By the number and the shapes of its variables, whatever the versions are."""
    model = keras.saving.load_model(folder / "model.keras")
    settings = json.loads((folder / "training.json").read_text(encoding="utf-8"))
    recipe = training.Recipe(**settings["recipe"] | {"preprocessing": None})
    model.compile(recipe.make_optimizer(2), "sparse_categorical_crossentropy")
    checkpoints = training.Checkpoints(folder / "checkpoints-0")
    with pytest.raises(ValueError, match="other settings"):
        checkpoints.restore(model)
    checkpoints = training.Checkpoints(folder / "checkpoints-0", settings)
    assert checkpoints.restore(model) == 1
    assert sorted(checkpoints.history) == EXPECTED["metrics"]
    np.testing.assert_allclose(probabilities(model), EXPECTED["checkpoint"], atol=1e-5)


def test_predict_prints_what_it_printed(folder):
    pictures = []
    for number, image in enumerate(images()):
        pictures.append(folder / f"{number}.png")
        pixels = (255 * image[..., 0]).round().astype("uint8")
        Image.fromarray(pixels).save(pictures[-1])
    result = dlcourse("predict", folder, *pictures, "--top", 10, "--csv")
    assert result.exit_code == 0, result.output
    rows = [line.split(",") for line in result.output.splitlines() if ".png," in line]
    found = np.empty((3, 10))
    for path, _, digit, probability in rows:
        found[int(Path(path).stem), int(digit)] = probability
    np.testing.assert_allclose(found, EXPECTED["model"], atol=2e-3)  # of whole pixels


def written_by(versions, folder):
    """Make a training look as if these versions had written it."""
    path = folder / "training.json"
    settings = json.loads(path.read_text(encoding="utf-8")) | {"versions": versions}
    path.write_text(json.dumps(settings), encoding="utf-8")
    for path in (folder / "checkpoints-0").glob("[!.]*"):
        values, state = files.load_checkpoint(path)
        state["settings"]["versions"] = versions
        files.save_checkpoint(path, values, state)


@pytest.mark.slow
def test_train_goes_on_to_the_model_that_it_ended_with(folder, data_folder):
    """Of other versions it is refused; told that they are these, it goes on as well.

    With other versions the numbers may be farther apart, but are compared.
    """
    ended = probabilities(keras.saving.load_model(folder / "model.keras"))
    (folder / "model.keras").unlink()
    settings = json.loads((folder / "training.json").read_text(encoding="utf-8"))
    before, now = settings["versions"], train.versions("tensorflow")
    written_by(now | {"keras": "0"}, folder)
    result = dlcourse(*WORDS, "--out", folder)
    assert result.exit_code == 1
    assert "versions.keras was '0'" in result.output
    written_by(now, folder)
    result = dlcourse(*WORDS, "--out", folder)
    assert "Resuming after epoch 1 of 2" in result.output, result.output
    again = probabilities(keras.saving.load_model(folder / "model.keras"))
    atol = 1e-3 if before == now else 2e-2
    np.testing.assert_allclose(again, ended, atol=atol)
    print(f"Compared with the training of {before}, to {atol}.")
