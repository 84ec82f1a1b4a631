"""The weights of Fashion-MNIST that come with the package are those of their table."""

import csv
import shutil

import keras
import pytest

from dlcourse import datasets, models
from dlcourse.files import DamagedFile
from dlcourse.models import fashion_networks, fashion_weights, pretrained

ROWS = fashion_networks()
pytestmark = pytest.mark.usefixtures("data_folder")


def build(row):
    """The network that a row of the table calls."""
    return eval(row["network"], {name: getattr(models, name) for name in dir(models)})


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["file"])
def test_the_error_is_the_one_in_the_table(row):
    model = build(row)
    assert pretrained(model, "fashion") is model
    x, y = datasets.arrays("fashion", "test")
    y_pred = model.predict(x, batch_size=250, verbose=0).argmax(axis=-1)
    error = 100 * (y_pred != y).mean()
    assert error == pytest.approx(float(row["embedded_error"]), abs=0.2)  # % of 1,000
    assert abs(error - float(row["error"])) < 3  # a thousand of the 10,000
    assert error < 16.5  # people without training


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["file"])
def test_the_history_has_a_row_for_each_epoch(row):
    log = (fashion_weights.FOLDER / row["file"]).with_suffix(".csv")
    with open(log, newline="") as file:
        epochs = [int(line["epoch"]) for line in csv.DictReader(file)]
    assert epochs == [*range(1, int(row["epochs"]) + 1)]


def test_they_are_small():
    sizes = [file.stat().st_size for file in fashion_weights.FOLDER.iterdir()]
    assert len(ROWS) == 2
    assert sum(sizes) <= 3e6  # bytes


def test_a_damaged_file_is_refused_by_name(tmp_path, monkeypatch):
    folder = shutil.copytree(fashion_weights.FOLDER, tmp_path / "fashion")
    file = folder / ROWS[0]["file"]
    content = bytearray(file.read_bytes())
    content[5000] ^= 1
    file.write_bytes(content)
    monkeypatch.setattr(fashion_weights, "FOLDER", folder)
    with pytest.raises(DamagedFile, match=f"{file.name} is damaged"):
        pretrained(build(ROWS[0]), "fashion")


def test_another_network_is_told_which_have_weights():
    inputs = keras.Input((28, 28, 1))
    model = keras.Model(inputs, keras.layers.Flatten()(inputs))
    with pytest.raises(ValueError, match=r"ResNet9\(16, input_shape=\(28, 28, 1\)\)"):
        pretrained(model, "fashion")
