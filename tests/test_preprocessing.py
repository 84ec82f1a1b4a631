"""Pictures become inputs as the papers say, and the same ones whatever happens."""

import hashlib
import itertools

import numpy as np
import pytest

tf = pytest.importorskip("tensorflow")

from dlcourse.datasets import Epochs, changes, picture, validation_batches  # noqa: E402
from dlcourse.datasets.preprocessing import Preprocessing  # noqa: E402

RNG = np.random.default_rng(0)
PICTURES = RNG.integers(256, size=(24, 16, 16, 3), dtype="uint8")
ALL = {"flip": True, "color": 0.4, "lighting": 0.1, "mixup": 0.2}
CHOICES = {
    "center": Preprocessing(12, shorter_side=14, **ALL),
    "pad": Preprocessing(16, "pad", **ALL),
    "scale": Preprocessing(12, "scale", scale=(13, 20), **ALL),
    "area": Preprocessing(12, "area", **ALL),
}


def numbered(images=PICTURES):
    return images, np.arange(len(images))


def collected(batches):
    x, y = zip(*batches, strict=True)
    return np.concatenate(x), np.concatenate(y)


def digest(batches):
    """Of every bit of images and labels, and of their order."""
    parts = (np.ascontiguousarray(part) for batch in batches for part in batch)
    return hashlib.sha256(b"".join(part.tobytes() for part in parts)).hexdigest()


@pytest.mark.parametrize("choice", CHOICES)
def test_pictures_follow_from_seed_and_epoch(choice, monkeypatch):
    options = {"batch_size": 6, "seed": 3, "preprocessing": CHOICES[choice]}
    whole = list(Epochs(numbered(), **options).between(0, 3))
    x, y = whole[0]
    assert (x.shape, x.dtype) == ((6, CHOICES[choice].size, x.shape[1], 3), "float32")
    assert (y.shape, y.dtype) == ((6, 24), "float32")
    resumed = Epochs(numbered(), **options).between(1, 3)
    assert digest(resumed) == digest(whole[4:])
    monkeypatch.setattr(tf.data, "AUTOTUNE", 1)  # one after the other
    tf.random.set_seed(7)
    assert digest(Epochs(numbered(), **options).between(0, 3)) == digest(whole)
    other = Epochs(numbered(), **options | {"seed": 4}).between(0, 3)
    assert digest(other) != digest(whole)


def test_every_picture_has_its_own_random_numbers():
    same = np.repeat(PICTURES[:1], 24, axis=0)
    for choice in CHOICES.values():
        x, _ = collected(Epochs(numbered(same), 6, preprocessing=choice).between(0, 2))
        assert len(np.unique(x, axis=0)) == 48


def test_order_is_that_of_an_epoch_without_preprocessing():
    plain, cut = (
        collected(Epochs(numbered(), 5, seed=2, preprocessing=p).between(1, 3))
        for p in (None, Preprocessing(16))
    )
    np.testing.assert_array_equal(cut[0], plain[0])
    np.testing.assert_array_equal(cut[1], plain[1])
    assert cut[1].dtype == plain[1].dtype == "int32"


def test_shards_are_parts_of_every_batch():
    choice = Preprocessing(16, "pad", flip=True)
    whole = collected(Epochs(numbered(), 6, preprocessing=choice).between(1, 3))
    parts = [
        collected(
            Epochs(numbered(), 6, shard=(i, 2), preprocessing=choice).between(1, 3)
        )
        for i in (0, 1)
    ]
    for everything, *both in zip(whole, *parts, strict=True):
        np.testing.assert_array_equal(everything[::2], both[0])
        np.testing.assert_array_equal(everything[1::2], both[1])


def windows(picture, padding, mode):
    """Every window of a padded picture, and its mirror images: (2, moves, …)."""
    around = [(padding, padding), (padding, padding), (0, 0)]
    padded = np.pad(picture, around, {"zeros": "constant"}.get(mode, mode))
    views = np.lib.stride_tricks.sliding_window_view(padded, picture.shape)
    views = views.reshape(-1, *picture.shape)
    return np.stack([views, views[:, :, ::-1]])


@pytest.mark.parametrize("mode", ["zeros", "reflect"])
def test_padding_moves_by_whole_pixels(mode):
    choice = Preprocessing(16, "pad", padding=2, padding_mode=mode, flip=True)
    data = Epochs(numbered(), 24, preprocessing=choice)
    counts = np.zeros((2, 25))
    for x, y in data.between(0, 50):
        for image, label in zip(x.numpy(), y.numpy(), strict=True):
            possible = windows(PICTURES[label] / np.float32(255), 2, mode)
            found = (possible == image).all(axis=(2, 3, 4))
            assert found.sum() == 1
            counts += found
    n = counts.sum()  # every window as likely, and half of them mirrored
    for part, probability in ((counts, 1 / 50), (counts.sum(axis=1), 1 / 2)):
        spread = np.sqrt(n * probability * (1 - probability))
        assert abs(part - n * probability).max() < 5 * spread


def test_colors_are_blends_in_any_order():
    image = RNG.random((5, 6, 3)).astype("float32")
    weights = np.array([0.299, 0.587, 0.114], "float32")
    draws = np.array([0.1, 0.7, 0.95], "float32")
    brightness, contrast, saturation = 1 + 0.4 * (2 * draws - 1)

    def grey(x):
        return (x @ weights)[..., None]

    blends = [
        lambda x: brightness * x,
        lambda x: contrast * x + (1 - contrast) * grey(x).mean(),
        lambda x: saturation * x + (1 - saturation) * grey(x),
    ]
    got = changes.color_jitter(tf.constant(image), tf.constant(draws), 0.4)
    for order in itertools.permutations(blends):
        expected = image
        for blend in order:
            expected = blend(expected)
        np.testing.assert_allclose(got, expected, atol=1e-6)
    one = tf.constant([0.5, 0.5, draws[2]])  # the other two factors are 1
    saturated = changes.color_jitter(tf.constant(image), one, 0.4)
    np.testing.assert_allclose(saturated, blends[2](image), atol=1e-6)


def test_lighting_adds_the_components_of_imagenets_colors():
    image = np.zeros((2000, 1, 1, 3), "float32")
    choice = Preprocessing(1, lighting=0.1)
    ((x, _),) = Epochs(numbered(image), 2000, preprocessing=choice).between(0, 1)
    vectors, deviations = np.array(changes.COMPONENTS), np.array(changes.DEVIATIONS)
    np.testing.assert_allclose(vectors.T @ vectors, np.eye(3), atol=1e-3)
    expected = vectors @ np.diag((0.1 * deviations) ** 2) @ vectors.T
    covariance = np.cov(x.numpy()[:, 0, 0].T)
    np.testing.assert_allclose(covariance, expected, atol=0.1 * expected.max())


def test_grey_pictures_have_neither_saturation_nor_lighting():
    grey = PICTURES[..., :1]
    choice = Preprocessing(16, lighting=0.1)
    x, y = collected(Epochs(numbered(grey), 6, preprocessing=choice).between(0, 1))
    np.testing.assert_array_equal(x, grey[y] / np.float32(255))
    choice = Preprocessing(16, color=0.4)
    x, y = collected(Epochs(numbered(grey), 6, preprocessing=choice).between(0, 1))
    before = grey[y].reshape(24, -1)
    for image, old in zip(x.reshape(24, -1), before, strict=True):
        slope, offset = np.polyfit(old, image, 1)  # brightness and contrast alone
        np.testing.assert_allclose(slope * old + offset, image, atol=1e-5)


def test_mixup_mixes_neighbours_and_their_labels():
    choice = Preprocessing(16, mixup=0.4)
    x, y = collected(Epochs(numbered(), 6, preprocessing=choice).between(0, 2))
    plain, labels = collected(Epochs(numbered(), 6).between(0, 2))
    before = np.reshape(plain, (-1, 6, 16, 16, 3))
    before = np.roll(before, 1, axis=1).reshape(plain.shape)
    earlier = np.roll(labels.reshape(-1, 6), 1, axis=1).ravel()
    own = y[np.arange(48), labels]
    np.testing.assert_allclose(y[np.arange(48), earlier], 1 - own, atol=1e-6)
    np.testing.assert_allclose(y.sum(axis=1), 1, atol=1e-6)
    w = own[:, None, None, None]
    np.testing.assert_allclose(x, w * plain + (1 - w) * before, atol=1e-5)


@pytest.mark.parametrize("alpha", [0.2, 1.0])
def test_mixup_weights_are_of_a_beta_distribution(alpha):
    numbers = tf.data.Dataset.range(4000)
    drawn = numbers.map(lambda number: picture.mixup_weight(alpha, 3, number))
    (weights,) = drawn.batch(4000).as_numpy_iterator()
    assert abs(weights.mean() - 0.5) < 0.03
    np.testing.assert_allclose(weights.var(), 1 / (4 * (2 * alpha + 1)), rtol=0.05)


def test_evaluation_takes_the_middle_of_the_resized_picture():
    choice = Preprocessing(10, "area", flip=True, shorter_side=16)
    x, y = collected(validation_batches(numbered(), 7, preprocessing=choice))
    np.testing.assert_array_equal(x, PICTURES[:, 3:13, 3:13] / np.float32(255))
    np.testing.assert_array_equal(y, np.arange(24))
    parts = [
        collected(validation_batches(numbered(), 7, (i, 5), choice))[1]
        for i in range(5)
    ]
    assert np.sort(np.concatenate(parts)).tolist() == list(range(20))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"crop": "middle"}, "crop='middle': choose one of center, pad"),
        ({"shorter_side": 15}, "shorter_side=15: no window of size=16"),
        ({"crop": "scale", "scale": (12, 20)}, r"scale=\(12, 20\): no window"),
    ],
)
def test_a_preprocessing_that_cannot_be_is_refused(options, message):
    with pytest.raises(ValueError, match=message):
        Preprocessing(16, **options)
