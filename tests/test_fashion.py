"""The embedded tenth of Fashion-MNIST: what is in the file, and that it travels."""

from pathlib import Path

import make_fashion
import numpy as np
import pytest
from sklearn.neighbors import KNeighborsClassifier

from dlcourse import datasets
from dlcourse.datasets import fashion
from dlcourse.files import DamagedFile

ROOT = Path(__file__).parents[1]
pytestmark = pytest.mark.usefixtures("data_folder")


def test_the_file_is_small_and_its_licence_travels():
    assert fashion.FILE.stat().st_size <= 4 << 20  # bytes
    assert "Copyright (c) 2017 Zalando SE" in (ROOT / "LICENSE").read_text()
    assert "MIT" in datasets.info("fashion").licence


def test_every_class_has_a_tenth():
    for split, count in (("train", 600), ("test", 100)):
        labels = datasets.arrays("fashion", split)[1]
        np.testing.assert_array_equal(np.bincount(labels), [count] * 10)
        assert len(set(labels[:50])) > 5  # mixed


def test_labels_can_be_learned():
    (x, y), (x_test, y_test) = (
        datasets.arrays("fashion", s) for s in fashion.INFO.sizes
    )
    model = KNeighborsClassifier(1).fit(x.reshape(len(x), -1), y)
    assert 0.75 < model.score(x_test.reshape(len(x_test), -1), y_test) < 0.85


def test_tensorflow_datasets_knows_it():
    tfds = pytest.importorskip("tensorflow_datasets")
    pytest.importorskip("dlcourse.datasets.tfds_builders")
    assert tfds.builder_cls("fashion").name == "fashion"


def test_names_fit_the_pictures():
    """Trousers are tall, sneakers low, and a bag fills more than a sandal."""
    images, labels = datasets.arrays("fashion", "test")
    ink = {}
    for label, name in enumerate(datasets.info("fashion").classes):
        ink[name] = (images[labels == label, ..., 0] > 0.1).mean(axis=0)
    rows = {name: (mean.mean(axis=1) > 0.2).sum() for name, mean in ink.items()}
    assert rows["Trouser"] > 25 > 16 > rows["Sneaker"]
    assert ink["Bag"].mean() > 2 * ink["Sandal"].mean()
    assert rows["Ankle boot"] > rows["Sneaker"] + 5


def test_a_damaged_file_is_refused_by_name(tmp_path, monkeypatch, empty_data_folder):
    content = bytearray(fashion.FILE.read_bytes())
    content[1_000_000] ^= 1
    file = tmp_path / "fashion.npz"
    file.write_bytes(content)
    monkeypatch.setattr(fashion, "FILE", file)
    with pytest.raises(DamagedFile, match=r"fashion\.npz is damaged.*Install dlcourse"):
        datasets.arrays("fashion")


@pytest.mark.skipif(
    not make_fashion.FOLDER.is_dir(),
    reason="Debian's dataset-fashion-mnist is not here",
)
def test_the_tool_makes_the_file():
    for name, array in make_fashion.tenth(make_fashion.FOLDER).items():
        with np.load(fashion.FILE) as stored:
            np.testing.assert_array_equal(stored[name], array)


def test_the_tool_refuses_other_files(tmp_path, monkeypatch):
    with pytest.raises(SystemExit, match=r"train-images-idx3-ubyte\.gz cannot be read"):
        make_fashion.tenth(tmp_path)
    monkeypatch.setattr(make_fashion.gzip, "decompress", lambda content: bytes(784))
    (tmp_path / "train-images-idx3-ubyte.gz").touch()
    with pytest.raises(SystemExit, match="is not the published file: its SHA-256"):
        make_fashion.tenth(tmp_path)
