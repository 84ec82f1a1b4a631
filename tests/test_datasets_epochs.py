"""Training batches whose order is a function of seed and epoch alone."""

import keras
import numpy as np
import pytest
from keras import layers

tf = pytest.importorskip("tensorflow")

from dlcourse.datasets import Epochs, validation_batches  # noqa: E402
from dlcourse.datasets.examples import Arrays  # noqa: E402


def numbered(count=24):
    """Arrays of images and labels that say which example it is."""
    x = np.arange(count, dtype="float32")[:, None, None, None]
    return x, np.arange(count)


def as_source(arrays):
    """The same as a part of a `Split`."""
    return Arrays(*arrays)


def order(dataset):
    return [int(label) for _, labels in dataset for label in labels]


@pytest.fixture(params=[tuple, as_source])
def examples(request):
    """Both kinds of examples that there are."""
    return lambda *arguments: request.param(numbered(*arguments))


def test_an_epoch_has_every_image_once_and_an_order_of_its_own(examples):
    orders = np.reshape(order(Epochs(examples(), 6).between(0, 3)), (3, 24))
    np.testing.assert_array_equal(np.sort(orders), np.tile(np.arange(24), (3, 1)))
    assert (orders[0] != orders[1]).any()
    assert (orders[1] != orders[2]).any()


def test_images_go_with_their_labels(examples):
    for images, labels in Epochs(examples(), 6).between(0, 2):
        np.testing.assert_array_equal(np.ravel(images), labels)


def test_the_order_follows_from_seed_and_epoch(examples):
    whole = order(Epochs(examples(), 6).between(0, 4))
    assert order(Epochs(examples(), 6).between(2, 4)) == whole[48:]
    keras.utils.set_random_seed(0)
    assert order(Epochs(examples(), 6).between(2, 4)) == whole[48:]
    assert order(Epochs(examples(), 6, seed=1).between(0, 4)) != whole


def test_arrays_and_sources_have_the_same_batches():
    one, other = (
        Epochs(kind(numbered(23)), 6, layers.GaussianNoise(1.0, seed=1), seed=4)
        for kind in (tuple, as_source)
    )
    for ours, theirs in zip(one.between(1, 3), other.between(1, 3), strict=True):
        np.testing.assert_array_equal(ours[0], theirs[0])
        np.testing.assert_array_equal(ours[1], theirs[1])


def test_every_example_is_equally_likely_to_come_first():
    first = [labels[0] for _, labels in Epochs(numbered(5), 5).between(0, 2000)]
    counts = np.bincount(first)
    assert abs(counts - 400).max() < 4 * np.sqrt(400 * 4 / 5)  # standard deviations


def test_an_incomplete_batch_is_left_out(examples):
    epochs = Epochs(examples(23), 6)
    assert epochs.steps == 3
    assert len(order(epochs.between(0, 2))) == 36


def test_shards_are_parts_of_every_batch(examples):
    shards = [Epochs(examples(), 6, shard=(index, 2)) for index in (0, 1)]
    batches = zip(*(shard.between(1, 2) for shard in shards), strict=True)
    both = [np.stack([a[1], b[1]], axis=1).ravel() for a, b in batches]
    assert np.ravel(both).tolist() == order(Epochs(examples(), 6).between(1, 2))


def test_validation_batches_are_in_order(examples):
    batches = [
        labels.numpy().tolist() for _, labels in validation_batches(examples(8), 3)
    ]
    assert batches == [[0, 1, 2], [3, 4, 5], [6, 7]]
    shards = [validation_batches(examples(9), 4, (index, 2)) for index in (0, 1)]
    assert [order(shard) for shard in shards] == [[0, 2, 4, 6], [1, 3, 5, 7]]


@pytest.mark.parametrize(
    ("dtype", "becomes"), [("int64", "int32"), ("uint8", "int32"), ("float32", None)]
)
def test_dtypes_of_labels(dtype, becomes):
    y = np.array([[1, 2], [3, 4]], dtype)
    ((_, labels),) = Epochs((np.zeros((2, 3)), y), 2).between(0, 1)
    assert labels.dtype == (becomes or dtype)
    np.testing.assert_array_equal(np.sort(labels, axis=0), y)


def test_bytes_become_numbers_up_to_one():
    images = np.full((4, 2, 2, 3), 255, "uint8")
    ((x, _),) = validation_batches((images, np.arange(4)), 4)
    assert x.dtype == "float32"
    np.testing.assert_array_equal(x, 1)


def test_batches_that_cannot_be_are_refused(examples):
    with pytest.raises(ValueError, match="more than the 24 images"):
        Epochs(examples(), 25)
    with pytest.raises(ValueError, match="divided into 4 shards"):
        Epochs(examples(), 6, shard=(0, 4))
    for size in (0, -4):
        with pytest.raises(ValueError, match=f"batch_size={size}: give a whole"):
            Epochs(examples(), size)
    with pytest.raises(ValueError, match=r"shard=\(2, 2\): an index from 0 to 1"):
        Epochs(examples(), 6, shard=(2, 2))


def test_images_need_as_many_labels():
    with pytest.raises(ValueError, match="3 images need as many labels, not 4"):
        Epochs((np.zeros(3), np.zeros(4)), 1)


def augmentation():
    return layers.Pipeline(
        [layers.RandomTranslation(0.2, 0.2, seed=1), layers.RandomFlip(seed=2)]
    )


@pytest.mark.parametrize("kind", [tuple, as_source])
def test_augmentation_follows_from_the_step(kind):
    x = np.random.default_rng(0).random((24, 8, 8, 1)).astype("float32")
    examples = kind((x, np.arange(24)))
    whole = [x for x, _ in Epochs(examples, 6, augmentation()).between(0, 3)]
    later = [x for x, _ in Epochs(examples, 6, augmentation()).between(1, 3)]
    np.testing.assert_array_equal(whole[4:], later)
    plain = [x for x, _ in Epochs(examples, 6).between(1, 3)]
    assert (np.abs(np.array(plain) - later).mean(axis=(1, 2, 3, 4)) > 0.01).all()
