"""``dlcourse predict``, ``evaluate`` and ``export``, and the file that they read."""

import csv
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import keras
import numpy as np
import pytest
from keras import layers
from PIL import Image
from typer.testing import CliRunner

pytest.importorskip("tensorflow")

from commands import dlcourse, sentence

from dlcourse import cli, datasets
from dlcourse.cli import export, model_file, report
from dlcourse.cli.evaluation import (
    Result,
    classify,
    unlike_training,
    wilson_interval,
)
from dlcourse.cli.model_file import About
from dlcourse.cli.results import per_class
from dlcourse.datasets import Preprocessing

CLASSES = ("blue", "green", "red")  # in the order of the alphabet, as in a folder
SIZE = 16


def colour_model():
    """A network that answers the strongest colour, behind a `Normalization`."""
    inputs = keras.Input((SIZE, SIZE, 3))
    mean, variance = [0.5, 0.4, 0.3], [0.04, 0.05, 0.06]
    x = layers.Normalization(mean=mean, variance=variance)(inputs)
    kernel = 5 * np.diag(np.sqrt(variance))[None, None, :, ::-1]  # class 0 is blue
    bias = 5 * np.array(mean[::-1])
    convolution = layers.Conv2D(3, 1, name="maps")
    x = layers.GlobalAveragePooling2D()(convolution(x))
    convolution.set_weights([kernel, bias])
    return keras.Model(inputs, layers.Softmax()(x))


def about(**changes):
    pipeline = Preprocessing(SIZE, crop="area", flip=True, standardize="channels")
    return About("colours", CLASSES, pipeline, **changes)


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    path = tmp_path_factory.mktemp("model") / "model.keras"
    model_file.save(path, colour_model(), about())
    return path


@pytest.fixture
def pictures(tmp_path):
    """A folder a class: two pictures of its colour, of different sizes."""
    rng = np.random.default_rng(0)
    for number, name in enumerate(CLASSES):
        folder = tmp_path / "pictures" / name
        folder.mkdir(parents=True)
        for k, size in enumerate(((20, 30), (41, 17), (16, 16), (64, 48))):
            pixels = rng.integers(0, 80, (*size, 3), dtype="uint8")
            pixels[..., 2 - number] += 120  # blue is the last channel
            Image.fromarray(pixels).save(folder / f"{k}.png")
    return tmp_path / "pictures"


def test_a_file_has_the_model_and_what_is_known_about_it(model):
    loaded, kept = model_file.load(model)
    assert kept == about()
    images = np.random.default_rng(0).random((2, SIZE, SIZE, 3), "float32")
    np.testing.assert_array_equal(
        loaded.predict(images), colour_model().predict(images)
    )
    assert [path.name for path in model.parent.iterdir()] == ["model.keras"]


def test_a_writing_that_breaks_off_leaves_the_file_before(model, tmp_path, monkeypatch):
    path = tmp_path / "model.keras"
    path.write_bytes(b"before")
    monkeypatch.setattr(About, "to_json", lambda self: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        model_file.save(path, colour_model(), about())
    assert path.read_bytes() == b"before"
    assert list(tmp_path.iterdir()) == [path]


def test_plain_keras_opens_it_after_import_dlcourse(tmp_path):
    from dlcourse.models import GoogLeNet

    path = tmp_path / "model.keras"
    network = GoogLeNet(input_shape=(32, 32, 3), classes=3)
    assert {type(layer).__name__ for layer in network.layers} & {
        "LocalResponseNormalization"
    }
    model_file.save(path, network, about())
    for imports in ("import dlcourse, keras", "import keras, dlcourse"):
        program = f"{imports}; print(keras.saving.load_model('{path}').name)"
        done = subprocess.run(
            [sys.executable, "-c", program], capture_output=True, text=True
        )
        assert done.stdout.strip() == network.name, done.stderr


def test_import_dlcourse_imports_no_backend():
    program = (
        "import sys, dlcourse; print('keras' in sys.modules, 'numpy' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True
    )
    assert done.stdout.split() == ["False", "False"]


DAMAGES = {
    "There is no model": lambda path: path.unlink(),
    "is no model, or a damaged one": lambda path: path.write_bytes(b"PK half"),
    "was not written by `dlcourse train`": lambda path: rewrite(path, None),
    "cannot be read (it has version 99": lambda path: rewrite(path, {"version": 99}),
    "dlcourse.json cannot be read": lambda path: rewrite(path, {"version": 1, "a": 2}),
}


def rewrite(path, entries):
    """The model with other entries in its JSON, or without one."""
    colour_model().save(path)
    if entries is not None:
        with zipfile.ZipFile(path, "a") as file:
            file.writestr("dlcourse.json", json.dumps(entries))


@pytest.mark.parametrize("words", DAMAGES)
def test_what_is_wrong_with_a_file_is_said(words, model, tmp_path, pictures):
    path = tmp_path / "copy.keras"
    path.write_bytes(model.read_bytes())
    DAMAGES[words](path)
    for command in (("predict", path, pictures), ("export", path, "--to", "litert")):
        assert words in sentence(dlcourse(*command))


def test_pictures_are_named_with_their_probabilities(model, pictures):
    file = pictures / "green/1.png"
    result = dlcourse("predict", model, file, "--top", 2)
    first, best, second = result.output.splitlines()
    assert (result.exit_code, first) == (0, str(file))
    assert best.split()[1] == "green"
    assert float(best.split()[0].strip("%")) > float(second.split()[0].strip("%"))


def test_a_folder_is_answered_as_csv_and_the_unreadable_are_named(model, pictures):
    (pictures / "blue/broken.jpg").write_bytes(b"\xff\xd8\xff no picture")
    (pictures / "blue/.hidden").touch()
    result = CliRunner().invoke(
        cli.app, ["predict", str(model), str(pictures), "--csv", "--top", "1"]
    )
    assert result.exit_code == 1
    rows = list(csv.DictReader(result.stdout.splitlines()))
    assert len(rows) == 12
    assert all(Path(row["picture"]).parent.name == row["class"] for row in rows)
    assert "broken.jpg" in result.stderr
    assert "hidden" not in result.output


def test_no_pictures_are_told(model, tmp_path):
    (tmp_path / "empty").mkdir()
    told = sentence(dlcourse("predict", model, tmp_path / "empty"))
    assert "There are no pictures in" in told
    told = sentence(dlcourse("predict", model, tmp_path / "nowhere.jpg"))
    assert "There is no picture" in told


def test_the_explanation_shows_where_the_evidence_is(model, tmp_path, monkeypatch):
    pixels = np.zeros((32, 32, 3), "uint8")
    pixels[:16, :16, 0] = 255  # red, in a corner
    Image.fromarray(pixels).save(tmp_path / "corner.png")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "corner-red.png").write_text("mine")
    drawn = []
    from dlcourse import analysis

    real = analysis.class_activation

    def watch(*arguments):
        drawn.append(real(*arguments))
        return drawn[-1]

    monkeypatch.setattr(analysis, "class_activation", watch)
    result = dlcourse("predict", model, "corner.png", "--explain")
    assert result.exit_code == 0, result.output
    assert "corner-red-2.png" in result.output
    assert Image.open(tmp_path / "corner-red-2.png").size[0] > 400
    assert (tmp_path / "corner-red.png").read_text() == "mine"
    ((evidence,),) = drawn
    assert evidence[:6, :6].min() > evidence[10:, 10:].max()


def test_evaluation_of_other_pictures_takes_all_of_them(model, pictures):
    (pictures / "red/0.png").rename(pictures / "blue/4.png")
    result = dlcourse("evaluate", model, pictures)
    assert result.exit_code == 0, result.output
    assert "Error 8.33%: 1 of 12 training and validation images" in result.output
    assert "The model was trained" not in result.output


def test_evaluation_refuses_other_classes(model, pictures):
    (pictures / "green").rename(pictures / "yellow")
    told = sentence(dlcourse("evaluate", model, pictures))
    assert "the model does not know yellow; the data do not have green" in told


def test_evaluation_knows_what_was_trained_on(pictures, tmp_path):
    split = datasets.train_validation_split(str(pictures), 0)
    kept = {"train": {"images": 9, "fingerprint": split.train.fingerprint}}
    path = tmp_path / "model.keras"
    model_file.save(path, colour_model(), about(data=kept))
    result = dlcourse("evaluate", path, pictures)
    assert "only the images that were held out" in result.output
    assert "of 3 validation images" in result.output


def test_ten_crops_are_averaged():
    pipeline = Preprocessing(8, shorter_side=12, crops=10)
    images = np.random.default_rng(0).random((3, 12, 12, 3), "float32")
    inputs = keras.Input((8, 8, 3))
    x = layers.Lambda(lambda x: x[:, 0, 0])(inputs)  # the first pixel of a crop
    model = keras.Model(inputs, x)
    result = classify(model, (images, np.zeros(3, "int32")), CLASSES, pipeline, 4)
    corners = [images[:, i, j] for i, j in ((0, 0), (0, 4), (4, 0), (4, 4), (2, 2))]
    mirrored = [
        images[:, i, j + 7] for i, j in ((0, 0), (0, 4), (4, 0), (4, 4), (2, 2))
    ]
    expected = np.mean(corners + mirrored, axis=0)
    np.testing.assert_allclose(result.probabilities, expected, rtol=1e-5)


def result_of(labels, predicted, classes=CLASSES):
    return Result(np.array(labels), np.eye(len(classes))[predicted], classes)


def test_an_error_comes_with_its_interval_and_that_of_the_majority():
    result = result_of([0, 0, 0, 1, 2, 2], [0, 0, 1, 1, 2, 2])
    assert result.error == 1 / 6
    assert result.majority == ("blue", 0.5)
    told = result.sentence("validation")
    assert told.startswith(
        "Error 16.67%: 1 of 6 validation images (95 % interval: 3.0%"
    )
    assert "Always answering 'blue' would have 50.00%" in told
    assert "top-5" not in told
    assert result.doubts() == []


@pytest.mark.parametrize(("wrong", "count"), [(0, 7), (1, 6), (17, 400), (9, 9)])
def test_the_interval_is_wilsons(wrong, count):
    from scipy.stats import binomtest

    expected = binomtest(wrong, count).proportion_ci(method="wilson")
    np.testing.assert_allclose(wilson_interval(wrong, count), expected, atol=1e-4)


def test_a_number_without_meaning_is_doubted():
    same = result_of([0, 0, 1, 2], [1, 1, 1, 1])
    assert "Every image is called 'green'" in same.doubts()[0]
    assert "no better than always answering 'blue'" in same.doubts()[1]


def test_a_class_that_is_never_recognized_is_told_where_the_error_is_small():
    result = result_of([0] * 19 + [1], [0] * 18 + [2, 0])
    assert result.error < 0.11
    (told,) = result.missed()
    assert "No image of 'green' is recognized" in told
    assert result_of([0, 1], [0, 1]).missed() == []
    many = result_of([*range(1, 9)], [0] * 8, tuple("abcdefghi"))
    assert "'b', 'c', 'd', 'e', 'f' and 3 more is" in many.missed()[0]


def test_a_class_without_images_has_no_percentage():
    page = report.table(per_class(result_of([0, 0, 1], [0, 0, 0])))
    assert "<td>blue</td><td>2</td><td>100.0%</td><td>66.7%</td>" in page
    assert "<td>green</td><td>1</td><td>0.0%</td><td>–</td>" in page
    assert "<td>red</td><td>0</td><td>–</td><td>–</td>" in page


def test_top5_counts_those_among_the_five_most_probable():
    classes = tuple("abcdefghijkl")
    probabilities = np.tile(np.linspace(1, 0, 12), (3, 1))
    result = Result(np.array([0, 4, 5]), probabilities, classes)
    assert result.top5 == 1 / 3
    assert "top-5 error 33.33%" in result.sentence("test")
    assert result.summary("…")["top5"] == 1 / 3


def test_stale_statistics_are_told_from_knowing_by_heart():
    result = result_of([0, 1, 2, 0], [1, 2, 0, 0])
    (stale,) = unlike_training(result, 0.03, lambda: 0.8)
    assert "running statistics of batch norm" in stale
    (heart,) = unlike_training(result, 0.03, lambda: 0.05)
    assert "by heart" in heart
    assert unlike_training(result, 0.6, lambda: pytest.fail("not asked")) == []


@pytest.mark.parametrize("name", export.FORMATS)
def test_an_exported_model_says_the_same(name, model, tmp_path):
    for package in export.FORMATS[name][2]:
        pytest.importorskip(package)
    out = tmp_path / "exported" / f"model{export.FORMATS[name][1]}"
    out.parent.mkdir()
    result = dlcourse("export", model, "--to", name, "--out", out)
    assert result.exit_code == 0, result.output
    images = np.random.default_rng(1).random((3, SIZE, SIZE, 3), "float32")
    np.testing.assert_allclose(
        export.RUN[name](str(out), images), colour_model().predict(images), atol=1e-5
    )
    kept = About.from_json(Path(f"{out}.json").read_text())
    assert kept.classes == CLASSES
    told = sentence(dlcourse("export", model, "--to", name, "--out", out))
    assert "is there already" in told


def test_an_export_that_says_something_else_is_removed(model, tmp_path, monkeypatch):
    monkeypatch.setitem(export.RUN, "litert", lambda path, images: np.zeros((4, 3)))
    out = tmp_path / "model.tflite"
    told = sentence(dlcourse("export", model, "--to", "litert", "--out", out))
    assert "gives other probabilities" in told
    assert not out.exists()


def test_a_package_that_is_missing_is_named(model, monkeypatch):
    monkeypatch.setitem(sys.modules, "tf2onnx", None)
    told = sentence(dlcourse("export", model, "--to", "onnx"))
    assert "pip install 'dlcourse[export]'" in told
