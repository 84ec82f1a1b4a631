"""Batches of embedded sets, and of a TFDS set that the test makes itself."""

import errno
import socket
import time
from pathlib import Path

import keras
import numpy as np
import pytest

tf = pytest.importorskip("tensorflow")
tfds = pytest.importorskip("tensorflow_datasets")
CATALOGUE = set(tfds.list_builders())  # before the course adds its own sets

from dlcourse import datasets  # noqa: E402
from dlcourse.datasets import pipeline, tfds_sets  # noqa: E402
from dlcourse.datasets.resize import resize  # noqa: E402
from dlcourse.datasets.tfds_builders import Digits  # noqa: E402

pytestmark = pytest.mark.usefixtures("data_folder")


def tiny_image(index):
    """An image whose first pixel says which one it is; height 6, width 8 or 10."""
    rng = np.random.default_rng(index)
    image = rng.integers(256, size=(6, 8 + index % 2 * 2, 3), dtype="uint8")
    image[0, 0] = index
    return image


class DlcourseTiny(tfds.core.GeneratorBasedBuilder):
    """Forty images of two sizes for training, ten for the test."""

    VERSION = tfds.core.Version("1.0.0")

    def _info(self):
        return tfds.core.DatasetInfo(
            builder=self,
            description="Noise.",
            homepage="https://example.org",
            license="none needed",
            features=tfds.features.FeaturesDict({
                "image": tfds.features.Image(shape=(None, None, 3)),
                "label": tfds.features.ClassLabel(names=["even", "odd"]),
            }),
            supervised_keys=("image", "label"),
            disable_shuffling=True,
        )  # fmt: skip

    def _split_generators(self, dl_manager):
        return {
            "train": self._generate_examples(range(40)),
            "test": self._generate_examples(range(40, 50)),
        }

    def _generate_examples(self, indices):
        for index in indices:
            yield index, {"image": tiny_image(index), "label": index % 2}


class DlcourseRemote(DlcourseTiny):
    """The same, from an address where nothing answers."""

    def _split_generators(self, dl_manager):
        dl_manager.download("http://127.0.0.1:9/tiny.zip")


def collected(dataset):
    images, labels = zip(*dataset.as_numpy_iterator(), strict=True)
    return np.concatenate(images), np.concatenate(labels)


def test_batches_are_the_arrays():
    dataset = datasets.load("digits", "test", batch_size=100)
    shapes = [images.shape for images, _ in dataset]
    assert shapes == [(100, 8, 8, 1)] * 3 + [(59, 8, 8, 1)]
    for got, expected in zip(
        collected(dataset), datasets.arrays("digits", "test"), strict=True
    ):
        np.testing.assert_array_equal(got, expected)
        assert got.dtype == expected.dtype


def test_shuffle_is_seeded_and_new_each_epoch():
    x, y = datasets.arrays("digits")
    first, again, other = (datasets.load("digits", seed=s) for s in (1, 1, 2))
    epochs = [collected(first)[1] for _ in range(2)]
    for epoch in epochs:
        assert (epoch != y).any()
        np.testing.assert_array_equal(np.bincount(epoch), np.bincount(y))
        np.testing.assert_array_equal(epoch, collected(again)[1])
    assert (epochs[0] != epochs[1]).any()
    assert (collected(other)[1] != epochs[0]).any()
    # Images go with their labels.
    label_of = {image.tobytes(): label for image, label in zip(x, y, strict=True)}
    shuffled, labels = collected(first)
    assert [label_of[image.tobytes()] for image in shuffled] == list(labels)


@pytest.mark.parametrize(
    ("split", "shuffle", "moved"),
    [
        ("train", None, True),
        ("train[:50%]", None, True),
        ("train", False, False),
        ("test", None, False),
        ("test", True, True),
    ],
)
def test_only_training_is_shuffled_unless_asked(split, shuffle, moved):
    labels = collected(datasets.load("digits", split, shuffle=shuffle))[1]
    assert (labels != datasets.arrays("digits", split)[1]).any() == moved


@pytest.mark.parametrize("dtype", ["int64", "int32", "uint16"])
def test_whole_numbers_that_are_not_bytes_are_refused(dtype):
    x = np.full((8, 4, 4, 1), 200, dtype)
    for call in (datasets.from_arrays, lambda x, y, n: datasets.Epochs((x, y), n)):
        with pytest.raises(ValueError, match=f"Images of {dtype}: convert them"):
            call(x, np.arange(8), 4)


@pytest.mark.parametrize("size", [0, -4])
def test_batches_have_an_image(size):
    with pytest.raises(ValueError, match=f"batch_size={size}: give a whole number"):
        datasets.load("digits", batch_size=size)


def test_augmentation_by_a_function():
    dataset = datasets.load("digits", augment=lambda x: 1 - x, shuffle=False)
    images, labels = collected(dataset)
    x, y = datasets.arrays("digits")
    np.testing.assert_allclose(images, 1 - x, atol=1e-7)
    np.testing.assert_array_equal(labels, y)


def test_augmentation_by_a_layer_is_random_and_seeded():
    def epochs(seed):
        layer = keras.layers.RandomTranslation(0.2, 0.2, seed=seed)
        dataset = datasets.load("digits", "train[:96]", augment=layer)
        return [collected(dataset)[0] for _ in range(2)]

    first, again, other = epochs(1), epochs(1), epochs(2)
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first[0], first[1])
    assert not np.array_equal(first, other)
    assert np.max(first) <= 1


def test_layer_is_told_that_it_trains():
    layer = keras.layers.GaussianNoise(0.5, seed=0)
    if keras.backend.backend() != "tensorflow":
        pytest.skip("this layer runs in tf.data on TensorFlow alone")
    x, _ = datasets.arrays("digits", "train[:32]")
    images, _ = collected(datasets.load("digits", "train[:32]", augment=layer))
    assert abs(images.std() - x.std()) > 0.1


def test_augmentation_is_for_training_only():
    with pytest.raises(
        ValueError, match=r"'test' is not for training.*leave augment out"
    ):
        datasets.load("digits", "test", augment=lambda x: x)


def test_embedded_sets_through_tfds(data_folder):
    built = tfds.load(
        "digits", split="test", as_supervised=True, data_dir=data_folder / "t"
    )
    images, labels = zip(*built.as_numpy_iterator(), strict=True)
    x, y = datasets.arrays("digits", "test")
    np.testing.assert_array_equal(np.stack(images), np.round(x * 255))
    np.testing.assert_array_equal(labels, y)
    info = tfds.builder("digits", data_dir=data_folder / "t").info
    assert info.splits["train"].num_examples == 1438
    assert "CC BY" in info.redistribution_info.license
    assert tfds.builder_cls("digits") is Digits
    assert tfds.builder_cls("glyphs").name == "glyphs"


def test_names_are_free_in_the_catalogue():
    assert "mnist" in CATALOGUE
    assert not set(datasets.names()) & CATALOGUE


def test_any_tfds_set_as_arrays_and_batches():
    images, labels = datasets.arrays("dlcourse_tiny", "train[10:]", image_size=6)
    np.testing.assert_array_equal(labels, np.arange(10, 40) % 2)
    assert (images.dtype, labels.dtype) == ("float32", "int32")
    for index, image in enumerate(images, start=10):
        expected = resize(tiny_image(index)[None] / np.float32(255), 6)[0]
        np.testing.assert_allclose(image, expected, atol=0.6 / 255)
    dataset = datasets.load("dlcourse_tiny", "test", image_size=(3, 4), batch_size=4)
    assert [x.shape for x, _ in dataset] == [(4, 3, 4, 3), (4, 3, 4, 3), (2, 3, 4, 3)]


@pytest.mark.parametrize("size", [(3, 4), (12, 7), (5, 20)])
def test_resize_tensor_agrees_with_resize(size):
    image = tiny_image(3)
    ours = pipeline.resize_tensor(tf.constant(image), size).numpy()
    np.testing.assert_allclose(ours, resize(image[None], size)[0], atol=0.51)


def test_catalogue_shuffles_seeded(monkeypatch):
    def order(seed):
        dataset = datasets.load("dlcourse_tiny", image_size=6, seed=seed)
        return [collected(dataset)[0][:, 0, 0, 0].tolist() for _ in range(2)]

    first = order(1)
    assert first == order(1) != order(2)
    assert first[0] != first[1]
    assert sorted(first[0]) == sorted(first[1])
    monkeypatch.setattr(pipeline, "MEMORY", 10 * 6 * 6 * 3)  # too little to cache
    assert order(1) == order(1) != first


def test_files_are_shuffled_seeded(empty_data_folder, monkeypatch):
    four_files = tfds.download.DownloadConfig(num_shards=4)
    tfds_sets.find("dlcourse_tiny").download_and_prepare(download_config=four_files)
    monkeypatch.setattr(
        pipeline, "MEMORY", 6 * 6 * 3
    )  # a buffer of one image: files only

    def order(seed):
        images, _ = collected(datasets.load("dlcourse_tiny", image_size=6, seed=seed))
        return images[:, 0, 0, 0].tolist()

    assert order(1) == order(1)
    assert len({tuple(order(seed)) for seed in range(4)}) > 1


def test_images_of_many_sizes_need_image_size():
    with pytest.raises(ValueError, match=r"images of many sizes: give image_size"):
        datasets.load("dlcourse_tiny")


def test_info_of_a_tfds_set():
    info = datasets.info("dlcourse_tiny")
    assert info.classes == ("even", "odd")
    assert info.image_shape == (None, None, 3)
    assert "any × any × 3" in str(info)
    assert info.licence == "none needed"


@pytest.mark.parametrize(
    ("name", "suggestion"), [("digit", "'digits'"), ("mnits", "'mnist'"), ("§ 5", "")]
)
def test_unknown_name(name, suggestion):
    for call in (datasets.arrays, datasets.load, datasets.info, datasets.fetch):
        with pytest.raises(ValueError, match="There is no data set") as error:
            call(name)
        assert suggestion in str(error.value)
        assert "digits, glyphs" in str(error.value)


def test_not_downloaded_and_offline(empty_data_folder):
    start = time.monotonic()
    with pytest.raises(datasets.DataUnavailable) as error:
        datasets.load("dlcourse_remote")
    assert time.monotonic() - start < 20  # seconds; TFDS alone takes minutes to give up
    sentence = str(error.value)
    assert f"{empty_data_folder}/tfds/dlcourse_remote/1.0.0" in sentence
    assert "ConnectionError" in sentence
    assert "127.0.0.1" in sentence
    assert "`dlcourse data fetch dlcourse_remote`" in sentence
    assert "digits, glyphs" in sentence
    assert "\n" not in sentence
    with pytest.raises(
        datasets.DataUnavailable
    ):  # and nothing half-made is taken for it
        datasets.fetch("dlcourse_remote")


class DlcourseByHand(DlcourseTiny):
    """The same, to be downloaded by hand."""

    MANUAL_DOWNLOAD_INSTRUCTIONS = """
    Register at example.org.
    Put tiny.tar there.
    """

    def _split_generators(self, dl_manager):
        dl_manager.manual_dir / "tiny.tar"


def test_instructions_for_a_download_by_hand_are_whole(empty_data_folder):
    with pytest.raises(datasets.DataUnavailable) as error:
        datasets.fetch("dlcourse_by_hand")
    message = str(error.value)
    assert "Register at example.org.\nPut tiny.tar there." in message
    assert f"{empty_data_folder}/tfds/downloads/manual" in message
    assert "`dlcourse data fetch dlcourse_by_hand`" in message


class DlcourseSilent(DlcourseTiny):
    """The same, from a server that takes the connection and says nothing."""

    ADDRESS = ""

    def _split_generators(self, dl_manager):
        dl_manager.download(self.ADDRESS)


def test_a_silent_server_is_given_up(empty_data_folder, monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"http://127.0.0.1:{server.getsockname()[1]}/tiny.zip"
        monkeypatch.setattr(DlcourseSilent, "ADDRESS", address)
        monkeypatch.setattr(tfds_sets, "TIMEOUTS", (0.5, 0.5))
        with pytest.raises(datasets.DataUnavailable, match="timed out") as error:
            datasets.fetch("dlcourse_silent")
    assert "`dlcourse data fetch dlcourse_silent`" in str(error.value)


class DlcourseFull(DlcourseTiny):
    """The same, for a disk that is full."""

    def _split_generators(self, dl_manager):
        raise OSError(errno.ENOSPC, "No space left on device")


def test_a_full_disk_is_said(empty_data_folder):
    with pytest.raises(datasets.DataUnavailable, match=r"No space left.*make room in"):
        datasets.fetch("dlcourse_full")


def records_of(path):
    (file,) = Path(path).glob("*train.tfrecord*")
    return file


@pytest.mark.parametrize("fault", ["flipped", "cut", "gone", "fewer", "no info"])
def test_damaged_tfds_set_is_prepared_anew(empty_data_folder, fault):
    before, _ = datasets.arrays("dlcourse_tiny", image_size=6)
    file = records_of(datasets.fetch("dlcourse_tiny"))
    content = file.read_bytes()
    if fault == "flipped":
        file.write_bytes(content[:500] + bytes([content[500] ^ 1]) + content[501:])
    elif fault == "cut":
        file.write_bytes(content[:-20])
    elif fault == "gone":
        file.unlink()
    elif fault == "no info":
        (file.parent / "dataset_info.json").unlink()
    else:
        records = list(tf.data.TFRecordDataset(str(file)).as_numpy_iterator())
        with tf.io.TFRecordWriter(str(file)) as writer:
            for record in records[1:]:
                writer.write(record)
    with pytest.warns(UserWarning, match=r"is damaged.*dlcourse_tiny is prepared anew"):
        after, _ = datasets.arrays("dlcourse_tiny", image_size=6)
    np.testing.assert_array_equal(after, before)
    assert records_of(datasets.fetch("dlcourse_tiny")).read_bytes() == content
    assert not list(file.parent.parent.glob("damaged.*"))


def test_two_processes_prepare_at_once(empty_data_folder, monkeypatch):
    # While we prepare, another process finishes: its files are used, ours are dropped.
    prepare = DlcourseTiny._split_generators

    def other_is_faster(builder, dl_manager):
        monkeypatch.setattr(DlcourseTiny, "_split_generators", prepare)
        tfds_sets.prepared("dlcourse_tiny")
        return prepare(builder, dl_manager)

    monkeypatch.setattr(DlcourseTiny, "_split_generators", other_is_faster)
    assert len(datasets.arrays("dlcourse_tiny", image_size=6)[0]) == 40
    (version,) = (empty_data_folder / "tfds/dlcourse_tiny").iterdir()
    assert version.name == "1.0.0"


def test_pipeline_trains_a_model():
    keras.utils.set_random_seed(0)
    model = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(10)])
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(0.01), loss, metrics=["accuracy"])
    model.fit(datasets.load("digits"), epochs=3, verbose=0, shuffle=False)
    assert model.evaluate(datasets.load("digits", "test"), verbose=0)[1] > 0.85


def test_nothing_is_tuned_while_a_pipeline_runs():
    """TensorFlow 2.21: the end of a tuned one may wait as long as it has run."""
    some = np.zeros((8, 4, 4, 1), "float32"), np.zeros(8, "int32")
    made = (
        datasets.load("digits", "train[:8]"),
        datasets.from_arrays(*some),
        datasets.Epochs(some, 4).between(0, 2),
        datasets.validation_batches(some, 4),
    )
    for batches in made:
        assert batches.options().autotune.enabled is False
        assert len([1 for _ in batches]) >= 1
