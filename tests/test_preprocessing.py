"""Pictures become inputs as the papers say, and the same ones whatever happens."""

import hashlib
import itertools

import numpy as np
import pytest

tf = pytest.importorskip("tensorflow")

from dlcourse.datasets import (  # noqa: E402
    Epochs,
    Preprocessing,
    changes,
    evaluation_crops,
    normalization,
    picture,
    validation_batches,
    windows,
)

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


def moved_windows(picture, padding, mode):
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
            possible = moved_windows(PICTURES[label] / np.float32(255), 2, mode)
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


def drawn_windows(height, width, count, window):
    """(count, 4): top, left, height, width of windows with other random numbers."""
    draws = tf.random.stateless_uniform([count, windows.AREA_DRAWS], [1, 2])
    found = tf.data.Dataset.from_tensor_slices(draws).map(
        lambda draw: tf.stack(window(height, width, draw))
    )
    return next(found.batch(count).as_numpy_iterator())


def area_by_hand(height, width, area, aspect, draw):
    """The rule of torchvision's RandomResizedCrop, one try after the other."""
    for _ in range(10):
        pixels = height * width * draw.uniform(*area)
        ratio = np.exp(draw.uniform(*np.log(aspect)))
        h, w = round(np.sqrt(pixels / ratio)), round(np.sqrt(pixels * ratio))
        if 0 < h <= height and 0 < w <= width:
            return draw.integers(height - h + 1), draw.integers(width - w + 1), h, w
    ratio = np.clip(width / height, *aspect)
    h, w = min(height, round(width / ratio)), min(width, round(height * ratio))
    return (height - h) // 2, (width - w) // 2, h, w


@pytest.mark.parametrize("size", [(375, 500), (40, 400), (50, 50)])
def test_windows_of_random_area_are_those_of_the_rule(size):
    area, aspect, count = (0.08, 1.0), (3 / 4, 4 / 3), 8_000

    def window(height, width, draws):
        return windows.area_window(height, width, draws, area, aspect)

    ours = drawn_windows(*size, count, window)
    draw = np.random.default_rng(5)
    theirs = np.array([area_by_hand(*size, area, aspect, draw) for _ in range(count)])
    top, left, height, width = ours.T
    assert (ours >= 0).all()
    assert (top + height <= size[0]).all()
    assert (left + width <= size[1]).all()
    assert ((width - 0.5) / (height + 0.5) <= 4 / 3).all()  # rounded to whole pixels
    assert ((width + 0.5) / (height - 0.5) >= 3 / 4).all()
    for statistic in (
        lambda w: w[:, 2] * w[:, 3],
        lambda w: w[:, 3] / w[:, 2],
        lambda w: w[:, 0] + w[:, 2] / 2,
        lambda w: w[:, 1] + w[:, 3] / 2,
    ):
        # The largest distance of two distributions (Kolmogorov, Smirnov), at 1e-6.
        distance = largest_distance(statistic(ours), statistic(theirs))
        assert distance < 2.7 * np.sqrt(2 / count)


def largest_distance(one, other):
    """Between the distribution functions of two samples."""
    values = np.concatenate([one, other])
    below = [
        np.searchsorted(np.sort(x), values, "right") / len(x) for x in (one, other)
    ]
    return abs(below[0] - below[1]).max()


@pytest.mark.parametrize("wide", [True, False])
def test_a_window_of_a_tiny_picture_has_a_pixel_at_least(wide):
    # The first of the ten windows would round to no pixels; the second to 1 x 3.
    draws = [0.0, 1.0, *[0.5] * (windows.ATTEMPTS - 2)]
    draws += [1.0 if wide else 0.0] * windows.ATTEMPTS + [0.0, 0.0]
    sides = (1, 3) if wide else (3, 1)
    found = windows.area_window(*sides, tf.constant(draws), (0.04, 1.0), (1 / 3, 3.0))
    assert [int(number) for number in found] == [0, 0, *sides]


def test_areas_are_even_where_every_window_fits():
    def window(height, width, draws):
        return windows.area_window(height, width, draws, (0.1, 0.5), (3 / 4, 4 / 3))

    found = drawn_windows(1000, 1000, 20_000, window)
    areas = found[:, 2] * found[:, 3] / 1e6
    counts, _ = np.histogram(areas, 8, (0.1, 0.5))
    assert abs(counts - 2500).max() < 5 * np.sqrt(2500)
    ratios = np.log(found[:, 3] / found[:, 2])
    counts, _ = np.histogram(ratios, 8, np.log([3 / 4, 4 / 3]))
    assert abs(counts - 2500).max() < 5 * np.sqrt(2500)


def test_scales_are_even_and_windows_anywhere():
    def window(height, width, draws):
        return windows.scale_window(height, width, draws, 224, (256, 480))

    top, left, height, width = drawn_windows(375, 500, 20_000, window).T
    np.testing.assert_array_equal(height, width)
    # Of a window that becomes 224 pixels when the shorter side becomes 256 … 480.
    sides = np.round(224 * 375 / np.arange(256, 481)).astype(int)
    expected = np.bincount(sides) * 20_000 / 225
    counts = np.bincount(height, minlength=len(expected))
    assert (abs(counts - expected) <= 5 * np.sqrt(expected)).all()
    for start, size, whole in ((top, height, 375), (left, width, 500)):
        places = start / (whole - size)
        assert (places.min(), places.max()) == (0, 1)
        assert abs(places.mean() - 0.5) < 0.01
        assert abs(places.var() - 1 / 12) < 0.005


def test_ten_crops_are_slices():
    choice = Preprocessing(32, shorter_side=40, crops=10)
    image = RNG.integers(256, size=(40, 56, 3), dtype="uint8")
    square = image[:, 8:48] / np.float32(255)
    corners = [(0, 0), (0, 8), (8, 0), (8, 8), (4, 4)]
    five = np.stack([square[y : y + 32, x : x + 32] for y, x in corners])
    expected = np.concatenate([five, five[:, :, ::-1]])
    np.testing.assert_array_equal(evaluation_crops(image, choice), expected)
    one = evaluation_crops(image, Preprocessing(32, shorter_side=40))
    np.testing.assert_array_equal(one, five[4:])


@pytest.mark.parametrize("kind", ["mean", "channels", "pixels"])
@pytest.mark.parametrize("crop", ["pad", "area"])
def test_normalization_is_that_of_the_training_pictures(kind, crop):
    choice = Preprocessing(16, crop, flip=True, color=0.4, standardize=kind)
    layer = normalization(numbered(), choice)
    x = PICTURES.astype("float64") / 255
    axes = 0 if kind == "pixels" else (0, 1, 2)
    expected = x - x.mean(axes)
    if kind == "channels":
        expected = expected / x.std(axes)
    got = layer(PICTURES.astype("float32") / 255)
    np.testing.assert_allclose(got, expected, atol=1e-5)
    assert layer.built
    assert layer.dtype_policy.name == "float32"


def test_no_normalization():
    assert normalization(numbered(), Preprocessing(16)) is None
