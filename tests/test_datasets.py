"""Embedded and toy sets as arrays: what is in them, and how they are kept."""

import hashlib
import subprocess
import sys

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression, Perceptron
from sklearn.neighbors import KNeighborsClassifier

from dlcourse import datasets
from dlcourse.datasets import glyphs
from dlcourse.datasets.resize import resize
from dlcourse.datasets.split import parse_split, stratified_split
from dlcourse.files import load_arrays

pytestmark = pytest.mark.usefixtures("data_folder")


@pytest.mark.parametrize("name", datasets.names())
def test_arrays_are_what_info_says(name):
    info = datasets.info(name)
    for split, size in info.sizes.items():
        images, labels = datasets.arrays(name, split)
        assert images.shape == (size, *info.image_shape)
        assert (images.dtype, labels.dtype) == ("float32", "int32")
        assert images.min() == 0
        assert images.max() == 1
        assert set(labels) == set(range(len(info.classes)))
    assert name in str(info)
    assert info.licence in str(info)
    assert info.source in str(info)


@pytest.mark.parametrize("name", datasets.names())
def test_train_and_test_are_disjoint(name):
    train, test = ({i.tobytes() for i in datasets.arrays(name, s)[0]}
                   for s in ("train", "test"))  # fmt: skip
    assert not train & test
    assert len(train) + len(test) == sum(datasets.info(name).sizes.values())


def test_digits_are_those_of_scikit_learn():
    from sklearn.datasets import load_digits

    parts = [datasets.arrays("digits", split) for split in ("train", "test")]
    images, labels = zip(*parts, strict=True)
    ours = np.round(np.concatenate(images)[..., 0] * 16)
    theirs = load_digits()
    label_of = {
        i.tobytes(): y for i, y in zip(theirs.images, theirs.target, strict=True)
    }
    assert len(label_of) == len(ours) == 1797
    found = [label_of[image.astype("float64").tobytes()] for image in ours]
    np.testing.assert_array_equal(found, np.concatenate(labels))
    # Whole numbers: the same everywhere, as long as NumPy draws the same permutation.
    digest = hashlib.sha256(ours.astype("uint8").tobytes()).hexdigest()
    assert digest[:16] == "80b00538cba05d5f"


@pytest.mark.parametrize(("name", "tolerance"), [("digits", 5), ("glyphs", 0)])
def test_classes_are_balanced(name, tolerance):
    for split in ("train", "test"):
        counts = np.bincount(datasets.arrays(name, split)[1])
        assert abs(counts - counts.mean()).max() <= tolerance


def test_glyphs_depend_on_the_seed_alone():
    # No pinned hash: FreeType may round another way in another version.
    drawings, reach = glyphs.draw_all()
    first, again, other = (glyphs.sample(drawings, reach, 2, s) for s in (5, 5, 6))
    np.testing.assert_array_equal(first[0], again[0])
    np.testing.assert_array_equal(first[1], again[1])
    assert (first[0] != other[0]).any()


def test_no_two_symbols_of_a_font_look_alike():
    # A symbol font, or a missing letter drawn as a box, would repeat itself.
    drawings, _ = glyphs.draw_all()
    for font, drawn in zip(glyphs.FONTS, drawings, strict=True):
        flat = drawn.reshape(len(glyphs.SYMBOLS), -1)
        distance = np.linalg.norm(flat[:, None] - flat, axis=-1) + 99 * np.eye(
            len(flat)
        )
        assert distance.min() > 4, font
        assert flat.sum(axis=1).min() > 100, font


def test_glyphs_are_not_clipped():
    drawings, reach = glyphs.draw_all()
    frame = np.ones(drawings.shape[-2:], bool)
    frame[8:-8, 8:-8] = False
    assert drawings[:, :, frame].max() == 0
    rng = np.random.default_rng(0)
    n = 500
    fonts, symbols = rng.integers(len(glyphs.FONTS), size=n), rng.integers(36, size=n)
    maps = glyphs.random_maps(n, rng)
    shifts = glyphs.random_shifts(maps, reach[fonts, symbols], rng)
    small = glyphs.warp(drawings[fonts, symbols], maps, shifts)
    frame = np.ones(small.shape[1:], bool)
    frame[1:-1, 1:-1] = False
    assert small[:, frame].max() < 0.5
    # All the ink of the drawing is still there, as the determinant says.
    ink = drawings[fonts, symbols].sum(axis=(1, 2)) / 4 * np.linalg.det(maps)
    np.testing.assert_allclose(small.sum(axis=(1, 2)), ink, rtol=0.03)


def test_warp_moves_a_point_where_the_map_says():
    tile = np.zeros((1, 64, 64), "float32")
    tile[0, 30:34, 50:54] = 1  # 10 pixels of the small image to the right of its centre
    quarter_turn = np.array([[[0.0, -1.0], [1.0, 0.0]]])
    image = glyphs.warp(tile, quarter_turn, np.array([[2.0, -1.0]]))[0]
    y, x = np.argwhere(image > 0.9).mean(axis=0) + 0.5
    np.testing.assert_allclose((x, y), (16 + 2, 16 + 10 - 1), atol=0.01)


@pytest.mark.parametrize(
    ("name", "model", "at_least"),
    [
        ("digits", KNeighborsClassifier(1), 0.97),
        ("digits", LogisticRegression(max_iter=1000), 0.93),
        ("glyphs", KNeighborsClassifier(1), 0.72),
    ],
)
def test_labels_can_be_learned(name, model, at_least):
    (x, y), (x_test, y_test) = (datasets.arrays(name, s) for s in ("train", "test"))
    model.fit(x.reshape(len(x), -1), y)
    assert model.score(x_test.reshape(len(x_test), -1), y_test) > at_least


def test_image_size_and_part_of_a_split():
    images, labels = datasets.arrays("digits", "train[10:20]", image_size=32)
    assert images.shape == (10, 32, 32, 1)
    np.testing.assert_array_equal(labels, datasets.arrays("digits", "train")[1][10:20])
    assert datasets.arrays("digits", "test[:2]", image_size=(16, 8))[0].shape[1:3] == (
        16,
        8,
    )


def triangles(old, new):
    """Matrix (new, old): how much of each old pixel is in each new one."""
    scale = old / new
    centre = (np.arange(new) + 0.5) * scale - 0.5
    distance = np.abs(centre[:, None] - np.arange(old)) / max(scale, 1)
    weights = np.maximum(1 - distance, 0)
    return weights / weights.sum(axis=1, keepdims=True)


@pytest.mark.parametrize("size", [(32, 32), (12, 12), (7, 21), (40, 13), (20, 30)])
def test_resize_is_a_mean_under_triangles(size):
    images = np.random.default_rng(0).random((2, 20, 30, 3)).astype("float32")
    height, width = np.round(min(20 / size[0], 30 / size[1]) * np.array(size)).astype(
        int
    )
    top, left = (20 - height) // 2, (30 - width) // 2
    part = images[:, top : top + height, left : left + width]
    rows, columns = triangles(height, size[0]), triangles(width, size[1])
    expected = np.einsum("Hh,Ww,nhwc->nHWc", rows, columns, part)
    np.testing.assert_allclose(resize(images, size), expected, atol=1e-5)


@pytest.mark.parametrize(
    ("split", "part"),
    [
        ("train", slice(0, 1438)),
        ("test[:10]", slice(0, 10)),
        ("train[80%:]", slice(1150, 1438)),
        ("train[-500:]", slice(938, 1438)),
        ("train[100:-100]", slice(100, 1338)),
        ("train[:9999]", slice(0, 1438)),
    ],
)
def test_parts_of_a_split(split, part):
    assert parse_split(split, {"train": 1438, "test": 359}) == (
        split.partition("[")[0],
        part,
    )


@pytest.mark.parametrize(
    "split", ["tset", "train[", "train[1]", "train[a:b]", "train[:5%%]"]
)
def test_unknown_split_lists_what_there_is(split):
    with pytest.raises(
        ValueError, match=r"'train', 'test', or a part .*'train\[:80%\]'"
    ):
        datasets.arrays("digits", split)


@pytest.mark.parametrize(
    ("split", "message"),
    [
        ("train[80%:20%]", "no examples: from 1150 to 288 of 1438"),
        ("train[:0]", "no examples: from 0 to 0"),
        ("train[:200%]", "200% of a split: at most 100%"),
    ],
)
def test_parts_that_cannot_be_are_refused(split, message):
    with pytest.raises(ValueError, match=message):
        datasets.arrays("digits", split)


@pytest.mark.parametrize("size", [-1, 0, (8, 0), 8.5, (8, 8, 8), "8"])
def test_image_sizes_that_cannot_be_are_refused(size):
    with pytest.raises(ValueError, match=r"image_size=.*one whole number of pixels"):
        datasets.arrays("digits", "test[:2]", image_size=size)


def test_image_sizes_of_numpy():
    images, _ = datasets.arrays("digits", "test[:2]", image_size=np.int64(6))
    assert images.shape == (2, 6, 6, 1)


def test_a_stratified_split_has_the_same_part_of_each_class():
    labels = np.repeat([0, 1, 2], [100, 50, 10])
    train, validation = stratified_split(labels, 0.2, "abc", seed=3)
    np.testing.assert_array_equal(np.bincount(labels[validation]), [20, 10, 2])
    np.testing.assert_array_equal(
        np.sort(np.concatenate([train, validation])), np.arange(160)
    )
    np.testing.assert_array_equal(train, stratified_split(labels, 0.2, "abc", 3)[0])
    assert (np.diff(labels[train]) < 0).any()


@pytest.mark.parametrize(
    ("counts", "message"),
    [
        ([9, 1, 9], "Fewer than two images that can be read: b. A class needs one"),
        ([9, 9, 0], "Fewer than two images that can be read: c. A class needs one"),
        ([3, 3, 3], "9 images are too few for 3 classes: the 20% for validation"),
    ],
)
def test_a_class_that_cannot_be_split_is_named(counts, message):
    with pytest.raises(ValueError, match=message):
        stratified_split(np.repeat([0, 1, 2], counts), 0.2, "abc")


@pytest.mark.parametrize("fraction", [0, 1, 20, -0.2, np.nan])
def test_a_fraction_is_a_part_of_all(fraction):
    with pytest.raises(ValueError, match=f"fraction={fraction}: a part of all"):
        stratified_split(np.repeat([0, 1, 2], 20), fraction, "abc")


def linear_accuracy(x, y):
    return Perceptron(max_iter=2000, tol=None).fit(x, y).score(x, y)


@pytest.mark.parametrize("toy", [datasets.rings, datasets.spirals, datasets.xor])
def test_toy_sets(toy):
    x, y = toy(n=301, seed=4)
    assert (x.shape, x.dtype, y.dtype) == ((301, 2), "float32", "int32")
    np.testing.assert_array_equal(np.bincount(y), [151, 150])
    np.testing.assert_array_equal(x, toy(n=301, seed=4)[0])
    assert (x != toy(n=301, seed=5)[0]).any()
    assert linear_accuracy(x, y) < 0.8
    assert KNeighborsClassifier(1).fit(x[:200], y[:200]).score(x[200:], y[200:]) > 0.95


def test_rings_are_separable_by_radius():
    x, y = datasets.rings()
    radius = np.hypot(*x.T)
    assert radius[y == 0].max() < 0.75 < radius[y == 1].min()
    np.testing.assert_allclose(
        [radius[y == c].mean() for c in (0, 1)], [0.5, 1], atol=0.02
    )


def test_noise_of_toy_sets():
    x, y = datasets.rings(n=20_000, noise=0.1)
    np.testing.assert_allclose(np.hypot(*x[y == 1].T).std(), 0.1, rtol=0.05)
    x, y = datasets.xor(n=20_000, noise=0.1)
    np.testing.assert_allclose((abs(x) - 1).std(), 0.1, rtol=0.05)
    np.testing.assert_array_equal(y, x[:, 0] * x[:, 1] < 0)
    x, y = datasets.spirals(n=200, noise=0, turns=1)
    radius, angle = np.hypot(*x.T), np.arctan2(x[:, 1], x[:, 0])
    np.testing.assert_allclose(np.cos(angle - 2 * np.pi * radius), 1 - 2 * y, atol=1e-4)


def test_second_time_reads_the_file(empty_data_folder, monkeypatch):
    first = datasets.arrays("digits")
    monkeypatch.setattr(
        "dlcourse.datasets.digits.make", None
    )  # fails when it is called
    np.testing.assert_array_equal(datasets.arrays("digits")[0], first[0])
    assert datasets.fetch("digits") == empty_data_folder / "embedded"


@pytest.mark.parametrize("fault", ["flipped", "cut", "empty"])
def test_damaged_file_is_found_and_made_again(empty_data_folder, fault):
    first = datasets.arrays("digits")
    (path,) = (empty_data_folder / "embedded").iterdir()
    whole = path.read_bytes()
    flipped = bytearray(whole)
    flipped[5000] ^= 1
    path.write_bytes({"flipped": flipped, "cut": whole[:-7], "empty": b""}[fault])
    with pytest.warns(UserWarning, match=f"{path.name} is damaged.*It is made again"):
        second = datasets.arrays("digits")
    np.testing.assert_array_equal(second[0], first[0])
    np.testing.assert_array_equal(load_arrays(path)["test_labels"].shape, (359,))


def test_folder_that_cannot_be_written_to(tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setenv("DLCOURSE_DATA", str(tmp_path / "file"))
    with pytest.warns(UserWarning, match="not kept for the next time"):
        assert len(datasets.arrays("digits")[0]) == 1438
    with (
        pytest.raises(datasets.DataUnavailable, match=r"cannot be kept in .*make room"),
        pytest.warns(UserWarning, match="not kept"),
    ):
        datasets.fetch("digits")


def test_data_folder(monkeypatch, tmp_path):
    monkeypatch.setenv("DLCOURSE_DATA", str(tmp_path))
    assert datasets.data_folder() == tmp_path
    monkeypatch.delenv("DLCOURSE_DATA")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert datasets.data_folder() == tmp_path / ".cache" / "dlcourse"


def test_embedded_sets_need_no_tensorflow(data_folder):
    program = (
        "import sys\n"
        "for name in 'tensorflow', 'tensorflow_datasets': sys.modules[name] = None\n"
        "from dlcourse import datasets\n"
        "print(len(datasets.arrays('digits')[0]), len(datasets.arrays('glyphs')[0]))"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert run.stdout == "1438 7200\n"
