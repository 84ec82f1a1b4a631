"""Sets of TensorFlow Datasets as a stream: their files, their order, their parts."""

import hashlib
import io

import numpy as np
import pytest
from PIL import Image

tf = pytest.importorskip("tensorflow")
tfds = pytest.importorskip("tensorflow_datasets")

from dlcourse import datasets  # noqa: E402
from dlcourse.datasets import (  # noqa: E402
    Epochs,
    Preprocessing,
    records,
    tfds_sets,
    validation_batches,
)

SIZES = {"train": 60, "test": 12, "unlabelled": 6}
AS_IT_IS = Preprocessing(8)


def jpeg(index):
    """A JPEG file of one colour, which says which one it is."""
    file = io.BytesIO()
    Image.new("RGB", (8 + index % 3, 8), (3 * index, 0, 0)).save(file, "JPEG")
    return file.getvalue()


class DlcourseStream(tfds.core.GeneratorBasedBuilder):
    """JPEG files whose label is their number, and maps that nobody asked for."""

    VERSION = tfds.core.Version("1.0.0")

    def _info(self):
        features = {
            "image": tfds.features.Image(shape=(None, None, 3), encoding_format="jpeg"),
            "label": tfds.features.ClassLabel(num_classes=80),
            "map": tfds.features.Image(shape=(None, None, 1)),
        }
        features = tfds.features.FeaturesDict(features)
        return tfds.core.DatasetInfo(
            builder=self, features=features, disable_shuffling=True
        )

    def _split_generators(self, dl_manager):
        first, splits = 0, {}
        for name, size in SIZES.items():
            splits[name] = self._generate_examples(first, size, name)
            first += size
        return splits

    def _generate_examples(self, first, size, name):
        for index in range(first, first + size):
            label = -1 if name == "unlabelled" else index
            image = io.BytesIO(jpeg(index))
            yield (
                index,
                {"image": image, "label": label, "map": np.zeros((2, 2, 1), "uint8")},
            )


@pytest.fixture(scope="module")
def builder(data_folder):
    """The set, in six files."""
    built = tfds_sets.find("dlcourse_stream")
    built.download_and_prepare(
        download_config=tfds.download.DownloadConfig(num_shards=6)
    )
    return built


def order(batches):
    """Labels, one after the other; each picture must be that of its label."""
    found = []
    for x, y in batches:
        for image, label in zip(x.numpy(), y.numpy(), strict=True):
            assert abs(round(float(image[4, 4, 0]) * 255) - 3 * label) <= 2
            found.append(int(label))
    return found


def test_a_set_is_a_stream_of_its_records(builder):
    part = records.Records(builder, "train")
    assert (len(part), part.labels, part.channels, part.classes) == (60, None, 3, 80)
    assert order(validation_batches(part, 7, preprocessing=AS_IT_IS)) == [*range(60)]
    third = records.Records(builder, "train[20:40]")
    batches = validation_batches(third, 7, preprocessing=AS_IT_IS)
    assert order(batches) == [*range(20, 40)]
    assert len({part.fingerprint, third.fingerprint}) == 2


@pytest.fixture
def streamed(monkeypatch):
    """Nothing is kept, and the buffer holds few pictures: the files are what moves."""
    monkeypatch.setattr("dlcourse.datasets.examples.MEMORY", 0)
    monkeypatch.setattr(records, "BUFFER", 4_000)
    monkeypatch.setattr(records, "FILES", 2)


def test_the_order_follows_from_seed_and_epoch(builder, streamed):
    def epochs(first, last, seed=1):
        part = records.Records(builder, "train")
        data = Epochs(part, 6, seed=seed, preprocessing=AS_IT_IS)
        return order(data.between(first, last))

    whole = epochs(0, 3)
    by_epoch = np.reshape(whole, (3, 60))
    np.testing.assert_array_equal(np.sort(by_epoch), np.tile(np.arange(60), (3, 1)))
    assert epochs(1, 3) == whole[60:]
    assert epochs(0, 3, seed=2) != whole
    # Other files come first in another epoch; those read together come mixed.
    first_files = {frozenset(epoch[:6] // 10) for epoch in by_epoch}
    assert len(first_files) > 1
    assert all(len(set(epoch[:20] // 10)) > 1 for epoch in by_epoch)


def test_hosts_read_disjoint_parts(builder, streamed):
    part = records.Records(builder, "train")
    hosts = [
        order(Epochs(part, 6, shard=(i, 3), preprocessing=AS_IT_IS).between(0, 1))
        for i in range(3)
    ]
    assert [sorted(host) for host in hosts] == [
        [*range(20 * i, 20 * i + 20)] for i in range(3)
    ]
    batches = validation_batches(part, 6, (1, 3), AS_IT_IS)
    assert order(batches) == [*range(20, 40)]


def test_pictures_of_a_stream_are_the_same_after_an_interruption(builder, streamed):
    choice = Preprocessing(6, "area", flip=True, color=0.4, mixup=0.2)

    def digests(first, last):
        part = records.Records(builder, "train")
        data = Epochs(part, 10, seed=5, preprocessing=choice)
        return [
            hashlib.sha256(x.numpy().tobytes() + y.numpy().tobytes()).hexdigest()
            for x, y in data.between(first, last)
        ]

    assert digests(2, 4) == digests(0, 4)[12:]


def test_what_fits_is_shuffled_as_a_whole(builder):
    part = records.Records(builder, "train")
    data = Epochs(part, 6, preprocessing=Preprocessing(8, "pad", padding=0))
    found = np.reshape(order(data.between(0, 2)), (2, 60))
    np.testing.assert_array_equal(np.sort(found), np.tile(np.arange(60), (2, 1)))
    assert abs(np.corrcoef(found[0], np.arange(60))[0, 1]) < 0.5


def test_the_test_set_is_left_alone(builder):
    split = datasets.train_validation_split("dlcourse_stream")
    assert [len(p) for p in (split.train, split.validation, split.test)] == [54, 6, 12]
    assert split.channels == 3
    parts = split.train, split.validation, split.test
    found = [order(validation_batches(p, 9, preprocessing=AS_IT_IS)) for p in parts]
    assert found == [[*range(54)], [*range(54, 60)], [*range(60, 72)]]


def test_nothing_is_cut_off_where_nothing_is_chosen(builder):
    split = datasets.train_validation_split("dlcourse_stream", hold_out=False)
    assert [len(p) for p in (split.train, split.test)] == [60, 12]
    assert split.validation is split.test


def test_records_without_labels_are_no_test_set(builder):
    from dlcourse.datasets.train_validation import labelled

    assert labelled(records.Records(builder, "test"))
    assert not labelled(records.Records(builder, "unlabelled"))


class DlcourseWords(DlcourseStream):
    """No pictures; refused before anything is downloaded."""

    def _info(self):
        features = {
            "text": tfds.features.Text(),
            "label": tfds.features.ClassLabel(num_classes=2),
        }
        features = tfds.features.FeaturesDict(features)
        return tfds.core.DatasetInfo(builder=self, features=features)

    def _split_generators(self, dl_manager):
        raise AssertionError("downloaded")


def test_sets_without_pictures_are_refused_before_the_download(empty_data_folder):
    for call in (
        datasets.train_validation_split,
        datasets.load,
        datasets.arrays,
    ):
        with pytest.raises(ValueError, match="dlcourse_words is not a set of pictures"):
            call("dlcourse_words")
