"""``dlcourse train``: killed, resumed, and what it writes, prints and refuses."""

import csv
import json
import re
import shutil
import signal
import struct
import subprocess
import sys
import time
import warnings
import zipfile
import zlib
from pathlib import Path
from types import SimpleNamespace

import keras
import numpy as np
import pytest
from PIL import Image

pytest.importorskip("tensorflow")

from commands import dlcourse, interrupt, sentence, stoppable

from dlcourse import datasets, files
from dlcourse.cli import config, pictures, plan, pretrained, results, train
from dlcourse.models import CIFARResNet, catalog
from dlcourse.training import AUGMENTATIONS, RECIPES

pytestmark = pytest.mark.usefixtures("data_folder")

DLCOURSE = Path(sys.executable).parent / "dlcourse"
LENET = "LeNet-5, dense"
OPTIONS = ("--batch-size", "128", "--epochs", "5", "--augment", "shift")
TRAIN = ("train", LENET, "digits", *OPTIONS, "--argument", "activation=relu")
FEW = ("--batch-size", 4, "--epochs", 1, "--image-size", 28)  # steps of a small folder


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
    told = [line for line in lines if re.match(r"[A-Z]\w+: ", line)]
    assert [line.split(":")[0] for line in told[:5]] == [
        *("Device", "Precision", "Hosts", "Recipe", "Training")
    ]
    assert "few pictures" in told[3]
    assert "5 epochs of 10 batches of 128" in told[4]


def test_results_agree_with_each_other(trained):
    folder, output = trained
    with open(folder / "history.csv", newline="") as file:
        history = list(csv.DictReader(file))
    assert [row["epoch"] for row in history] == ["1", "2", "3", "4", "5"]
    with open(folder / "confusion.csv", newline="") as file:
        matrix = np.array([row[1:] for row in list(csv.reader(file))[1:]], int)
    wrong, count = matrix.sum() - np.trace(matrix), matrix.sum()
    assert f"Error {wrong / count:.2%}: {wrong} of {count} test images" in output
    kept = json.loads(zipfile.ZipFile(folder / "model.keras").read("dlcourse.json"))
    assert kept["errors"]["test"]["error"] == wrong / count
    validation = 1 - kept["errors"]["validation"]["error"]
    np.testing.assert_allclose(
        float(history[-1]["val_accuracy"]), validation, rtol=1e-5
    )
    assert kept["classes"] == [str(digit) for digit in range(10)]
    assert kept["weights"] == weights(output)


def test_the_report_needs_no_other_file_and_has_all_parts(trained):
    page = (trained[0] / "report.html").read_text(encoding="utf-8")
    assert not re.search(r'(src|href)="(?!data:)', page)
    assert "http" not in page
    for part in ("The mistakes it was surest of", "recall", "precision", "Machine"):
        assert part in page
    assert page.count("<img") >= 3


def test_a_finished_training_says_so_and_trains_nothing(trained, tmp_path):
    shutil.copytree(trained[0], tmp_path, dirs_exist_ok=True)
    result = dlcourse(*TRAIN, "--out", tmp_path)
    assert "This training had come to its end" in result.output
    assert weights(result.output) == weights(trained[1])


def test_a_folder_of_another_training_is_not_resumed(trained):
    result = dlcourse(*TRAIN, "--out", trained[0], "--seed", 1)
    assert "seed was 0 and is 1." in sentence(result)


def test_a_training_of_another_version_is_not_resumed(trained, tmp_path, monkeypatch):
    shutil.copytree(trained[0], tmp_path, dirs_exist_ok=True)
    monkeypatch.setattr(train, "versions", lambda backend: {"keras": "3.0"})
    told = sentence(dlcourse(*TRAIN, "--out", tmp_path))
    assert f"versions.keras was '{keras.__version__}' and is '3.0'" in told


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


def test_one_folder_written_otherwise_is_one_training(
    photographs, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("dlcourse.course.ROOT", tmp_path)
    first = dlcourse("train", LENET.lower(), "photos", *FEW)
    assert "of 4 validation images" in first.output, first.output
    (out,) = (tmp_path / "runs").iterdir()
    header = (out / "confusion.csv").read_text().splitlines()[0]
    assert header == "true \\ predicted,bright,dark"
    for name in ("photos/", "./photos", photographs):
        again = dlcourse("train", LENET, name, *FEW)
        assert weights(again.output) == weights(first.output)
    assert list((tmp_path / "runs").iterdir()) == [out]
    (photographs / "dark/4.png").rename(photographs / "bright/14.png")
    told = sentence(dlcourse("train", LENET, "photos", *FEW))
    assert "The pictures are others: some were added, removed" in told
    assert str(out) in told


def test_the_default_folder_knows_seed_and_options():
    folders = {
        config.folder_name(config.Config(LENET, "digits", **options))
        for options in (
            {},
            {"seed": 1},
            {"epochs": 3},
            {"arguments": {"pooling": "max"}},
        )
    }
    assert "lenet-5-dense-digits-seed-0" in folders
    assert len(folders) == 4


def test_a_class_that_was_added_is_told(photographs, tmp_path):
    out = tmp_path / "out"
    assert dlcourse("train", LENET, photographs, *FEW, "--out", out).exit_code == 0
    shutil.copytree(photographs / "dark", photographs / "night")
    told = sentence(dlcourse("train", LENET, photographs, *FEW, "--out", out))
    assert "classes was ['bright', 'dark'] and is ['bright', 'dark', 'night']" in told


def test_an_image_that_cannot_be_read_is_named(photographs, tmp_path):
    (photographs / "dark/7.png").write_bytes(b"not a picture")
    words = ("train", LENET, photographs, *FEW, "--out", tmp_path / "out")
    told = sentence(dlcourse(*words))
    assert f"{photographs}/dark/7.png" in told
    assert "leave such files out: --skip-unreadable, in Python" in told
    assert dlcourse(*words, "--skip-unreadable").exit_code == 0


def test_a_warning_of_ours_is_a_sentence(tmp_path, monkeypatch):
    def warned(*_):
        """As Python would print two warnings, ours and another's."""
        files = train.__file__, keras.__file__
        return "".join(warnings.formatwarning("?", UserWarning, f, 1) for f in files)

    monkeypatch.setattr(train, "train_network", warned)
    told = dlcourse(*TRAIN, "--out", tmp_path).output
    assert told.startswith("Warning: ?\n")
    assert f"{keras.__file__}:1: UserWarning: ?" in told
    assert told.count("UserWarning") == 1


def test_an_error_of_pillow_that_is_no_oserror_names_the_picture(photographs, tmp_path):
    path = photographs / "dark/3.png"  # with a colour profile that is too large
    content, kind = path.read_bytes(), b"iCCP"
    data = b"icc\0\0" + zlib.compress(b"a" * 2_000_000)
    chunk = struct.pack(">I", len(data)) + kind + data
    chunk += struct.pack(">I", zlib.crc32(kind + data))
    path.write_bytes(content[:33] + chunk + content[33:])
    result = dlcourse("train", LENET, photographs, *FEW, "--out", tmp_path / "out")
    assert result.exit_code == 0 or str(path) in sentence(result)


def test_one_class_is_refused(photographs, tmp_path):
    shutil.rmtree(photographs / "bright")
    told = sentence(
        dlcourse("train", LENET, photographs, *FEW, "--out", tmp_path / "o")
    )
    assert "one class" in told


WRONG = {
    "There is no data set 'digit'": ("ResNet-20", "digit"),
    "width='abc': give a whole number": (
        "ResNet-20",
        "digits",
        "--argument",
        "width=abc",
    ),
    "input_shape=3: give (height": (
        "ResNet-20",
        "digits",
        "--argument",
        "input_shape=3",
    ),
    "input_shape=(16, 16, 3): the pictures are (32, 32, 1)": (
        *("ResNet-20", "digits", "--argument", "input_shape=(16,16,3)"),
    ),
    "classes=2: the data have 10": ("ResNet-20", "digits", "--argument", "classes=2"),
    "is too small for this network": ("ResNet-9", "digits", "--image-size", "4"),
    "There are no ImageNet weights for ResNet-20": (
        *("ResNet-20", "digits", "--start", "imagenet"),
    ),
    "batch_size=2000 is more than the": ("ResNet-20", "digits", "--batch-size", "2000"),
    "must divide the batch size": ("ResNet-20", "digits", "--accumulate", "7"),
}


@pytest.mark.parametrize("words", WRONG)
def test_what_is_wrong_is_said_before_training(words, tmp_path):
    assert words in sentence(dlcourse("train", *WRONG[words], "--out", tmp_path))


def test_an_output_that_cannot_be_written_is_told_first(tmp_path, monkeypatch):
    monkeypatch.setattr(train.datasets, "train_validation_split", pytest.fail)
    (tmp_path / "file").touch()
    told = sentence(dlcourse("train", LENET, "digits", "--out", tmp_path / "file/out"))
    assert "Results cannot be written to" in told
    assert "--out" in told


@pytest.mark.parametrize("name", ["model.keras", "report.html", "history.csv"])
def test_what_we_did_not_write_is_not_written_over(name, tmp_path):
    (tmp_path / name).write_text("mine")
    told = sentence(dlcourse("train", LENET, "digits", "--out", tmp_path))
    assert f"{tmp_path / name} is there already" in told
    assert (tmp_path / name).read_text() == "mine"


def test_two_trainings_do_not_write_into_one_folder(tmp_path):
    with files.only_writer(tmp_path / "checkpoints-0"):
        told = sentence(dlcourse("train", LENET, "digits", "--out", tmp_path))
    assert "Another process is writing into" in told


def test_a_loss_that_is_no_number_ends_the_training(tmp_path):
    told = sentence(dlcourse(*TRAIN, "--rate", "1e30", "--out", tmp_path))
    assert re.search(r"The loss is (nan|inf) after epoch 1", told)
    assert not list(tmp_path.rglob("*.npz"))


@pytest.mark.parametrize("epochs", [0, 2])
def test_control_c_says_what_is_kept(epochs, tmp_path, monkeypatch):
    def stop(*_):
        (tmp_path / "checkpoints-0").mkdir()
        for epoch in range(1, epochs + 1):
            (tmp_path / f"checkpoints-0/epoch-{epoch:05}.npz").touch()
        raise KeyboardInterrupt

    monkeypatch.setattr(train, "train_network", stop)
    result = dlcourse(*TRAIN, "--out", tmp_path)
    assert result.exit_code == 130
    resumes = "The same command resumes after the last complete epoch, which is kept in"
    assert (f"{resumes} {tmp_path}." in result.output) == bool(epochs)
    assert ("No epoch was complete: nothing is kept." in result.output) != bool(epochs)


@pytest.mark.slow
def test_a_signal_in_the_middle_is_told_and_the_training_resumes(tmp_path):
    process = stoppable([DLCOURSE, *TRAIN, "--out", tmp_path])
    interrupt(process, tmp_path / "checkpoints-0/epoch-00002.npz")
    told = process.communicate()[1]
    assert process.returncode == 130, told
    assert f"after the last complete epoch, which is kept in {tmp_path}.\n" in told
    assert "Traceback" not in told
    assert "Resuming after epoch" in dlcourse(*TRAIN, "--out", tmp_path).output


@pytest.mark.parametrize(
    ("error", "memory"),
    [
        (MemoryError(), True),
        (RuntimeError("RESOURCE_EXHAUSTED: Out of memory allocating"), True),
        (OSError(28, "No space left: make room and start again"), False),
    ],
)
def test_where_memory_does_not_do_it_is_said(error, memory, monkeypatch):
    def fails(*_):
        raise error

    monkeypatch.setattr(train, "train_network", fails)
    told = sentence(dlcourse(*TRAIN))
    assert ("--accumulate 2" in told) == memory
    assert "Errno" not in told


def test_every_network_has_a_recipe():
    assert {row.recipe for row in catalog.NETWORKS} <= set(RECIPES)
    assert catalog.get("ResNet-56").recipe == "ResNet, CIFAR"


def test_the_options_are_the_augmentations():
    assert [str(one) for one in pictures.Augmentation] == [*AUGMENTATIONS, "none"]


def test_fine_tuning_is_resumed_in_its_second_part(photographs, tmp_path, monkeypatch):
    """With weights as they are drawn, for a small network instead of a catalog's."""

    def small(input_shape=(32, 32, 3)):
        return CIFARResNet(8, width=4, input_shape=input_shape)

    def stop(*_, **__):
        raise KeyboardInterrupt

    row = SimpleNamespace(twin="ResNet50", build=small, name="small")
    drawn = small().get_weights()
    monkeypatch.setattr(config.Config, "row", row)
    monkeypatch.setattr(config, "check_arguments", lambda *_: None)
    monkeypatch.setattr(plan.network, "check_arguments", lambda *_: None)
    monkeypatch.setattr(plan.pretrained, "weights", lambda *_: drawn)
    words = ("train", "small", photographs, "--epochs", 3, "--image-size", 32)
    whole = dlcourse(*words, "--out", tmp_path / "whole")
    assert "1 epochs of the last layer, then 3 epochs" in whole.output, whole.output
    with monkeypatch.context() as patch:
        patch.setattr(pretrained, "only_head", second(pretrained.only_head, stop))
        assert dlcourse(*words, "--out", tmp_path / "cut").exit_code == 130
    assert list((tmp_path / "cut/checkpoints-0/head").glob("*.npz"))
    resumed = dlcourse(*words, "--out", tmp_path / "cut")
    assert "come to its end" not in resumed.output
    assert weights(resumed.output) == weights(whole.output)
    history = (tmp_path / "whole/history.csv").read_text().splitlines()
    assert len(history) == 1 + 1 + 3
    model = keras.saving.load_model(tmp_path / "whole/model.keras")
    assert model.output_shape == (None, 2)


def second(function, instead):
    """The function, and from the second call on the other one."""
    calls = []

    def call(*arguments, **options):
        calls.append(1)
        return (function if len(calls) < 2 else instead)(*arguments, **options)

    return call


def articles(folder, numbers):
    """Articles of Fashion-MNIST as JPEG files of many sizes, a folder a class."""
    rng = np.random.default_rng(0)
    images, labels = datasets.arrays("fashion", "train")
    for label, name in ((1, "trouser"), (7, "sneaker"), (8, "bag")):
        (folder / name).mkdir(parents=True)
        for number in numbers:
            pixels = np.uint8(255 * images[labels == label][number, ..., 0])
            size = rng.integers(30, 90, 2).tolist()
            picture = Image.fromarray(pixels).convert("RGB").resize(size)
            picture.save(folder / name / f"{number}.jpg")
    return folder


def test_a_newcomers_path_from_pictures_to_an_answer(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    articles(tmp_path / "articles", range(25))
    new = articles(tmp_path / "new", range(25, 29))
    told = dlcourse("train", LENET, "articles", "--out", "mine").output
    assert "Warning" not in told
    error, majority = map(float, re.findall(r"(\d+\.\d+)%[:.]", told)[:2])
    assert error < majority / 2, told
    answers = dlcourse("predict", "mine", new, "--csv", "--top", 1).output
    rows = list(csv.DictReader(answers.splitlines()))
    right = [Path(row["picture"]).parent.name == row["class"] for row in rows]
    assert sum(right) >= 9, answers
    assert "of 12 training and validation" in dlcourse("evaluate", "mine", new).output


def test_a_picture_that_is_damaged_in_its_middle_is_named(tmp_path):
    """Its header and its end are right, so that only decoding tells."""
    folder = articles(tmp_path / "articles", range(6))
    bad = folder / "bag" / "3.jpg"
    content = bytearray(bad.read_bytes())
    half = len(content) // 2
    content[half : half + 20] = b"\xff\xd8" * 10  # a new picture begins there
    bad.write_bytes(content)
    told = sentence(dlcourse("train", LENET, folder, "--out", tmp_path / "out"))
    assert f"{bad} cannot be decoded (files like it: 1)" in told
