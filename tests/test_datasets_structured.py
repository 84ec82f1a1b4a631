"""Shapes, tones, the adding problem and the Reber grammar: is the annotation right?"""

import functools
import re

import numpy as np
import pytest
from matplotlib.path import Path

from dlcourse import datasets
from dlcourse.datasets import reber, shapes, tones
from dlcourse.datasets.structured import STRUCTURED

pytestmark = pytest.mark.usefixtures("data_folder")
REBER = re.compile(
    r"B(TS*X(XT*VP)*(S|XT*VV)|PT*V(V|P(XT*VP)*(S|XT*VV)))E"  # the graph, read off
)


@pytest.mark.parametrize("name", STRUCTURED)
def test_arrays_are_what_info_says(name):
    info = datasets.info(name)
    for split, size in info.sizes.items():
        arrays = datasets.feature_arrays(name, split)
        assert set(arrays) == set(info.features)
        for feature, array in arrays.items():
            assert len(array) == size
            assert feature in str(info)
            numbers = re.match(
                r"[\d × ]*(?=:| samples|,)|one number", info.features[feature]
            )
            shape = [int(n) for n in re.findall(r"\d+", numbers[0])]
            assert list(array.shape[1:]) == shape
            assert np.isfinite(array).all()
    assert info.licence in str(info)
    assert datasets.fetch(name).is_dir()


@pytest.mark.parametrize("name", STRUCTURED)
def test_train_and_test_are_disjoint_and_follow_from_the_seed(name):
    first = next(iter(datasets.info(name).features))
    train, test = (datasets.feature_arrays(name, s)[first] for s in ("train", "test"))
    if name != "reber":  # short words come again
        assert not {x.tobytes() for x in train} & {x.tobytes() for x in test}
    made = STRUCTURED[name].make()
    np.testing.assert_array_equal(made["train"][first], train)


def test_part_of_a_split():
    whole = datasets.feature_arrays("adding")
    part = datasets.feature_arrays("adding", "train[10:20]")
    np.testing.assert_array_equal(part["sum"], whole["sum"][10:20])


def test_unknown_names_and_splits_are_refused():
    with pytest.raises(ValueError, match="name='digits': choose one of shapes, tones"):
        datasets.feature_arrays("digits")
    with pytest.raises(ValueError, match="'train', 'test'"):
        datasets.feature_arrays("tones", "validation")
    for door in (datasets.arrays, datasets.load):
        with pytest.raises(ValueError, match=r"feature_arrays\('tones'\) gives them"):
            door("tones")


# Shapes


@functools.cache
def scenes():
    return shapes.sample(150, seed=7)


def objects():
    """(image, mask, class, box, key points) of each object."""
    for n, slot in np.argwhere(scenes()["labels"] >= 0):
        yield (
            scenes()["image"][n],
            scenes()["mask"][n],
            *(scenes()[f][n, slot] for f in ("labels", "boxes", "keypoints")),
        )


def test_boxes_are_as_large_as_the_mask():
    for _, mask, label, box, _ in objects():
        top, left, bottom, right = box
        rows, columns = np.nonzero(mask == 1 + label)
        own = (
            (rows > top - 1)
            & (rows < bottom)
            & (columns > left - 1)
            & (columns < right)
        )
        found = [rows[own].min(), columns[own].min()]
        found += [rows[own].max() + 1, columns[own].max() + 1]
        np.testing.assert_allclose(found, box, atol=2.5)  # a sharp corner has no pixel
        assert 0 <= box.min() < box.max() <= shapes.SIZE


def test_every_pixel_of_the_mask_belongs_to_a_box_and_no_objects_overlap():
    y, x = np.mgrid[: shapes.SIZE, : shapes.SIZE] + 0.5
    for n, mask in enumerate(scenes()["mask"]):
        count = np.zeros(mask.shape, int)
        for label, (top, left, bottom, right) in zip(
            scenes()["labels"][n], scenes()["boxes"][n], strict=True
        ):
            within = (y > top) & (y < bottom) & (x > left) & (x < right)
            count += within
            if label >= 0:
                assert set(np.unique(mask[within])) == {0, 1 + label}
        assert count.max() == 1
        assert (mask[count == 0] == 0).all()


def test_polygons_are_filled_as_by_matplotlib():
    rng = np.random.default_rng(0)
    y, x = np.mgrid[: shapes.SIZE, : shapes.SIZE] + 0.5
    pixels = np.stack([x.ravel(), y.ravel()], axis=1)
    for outline in shapes.OUTLINES.values():
        turn = np.linalg.qr(rng.normal(size=(2, 2)))[0]
        corners = 20 * np.array(outline) @ turn + 32
        expected = Path(corners).contains_points(pixels).reshape(x.shape)
        np.testing.assert_array_equal(shapes.inside(corners), expected)


def test_key_points_are_head_right_tail_left():
    for _, _, label, _, points in objects():
        head, right, tail, left = points
        axis, across = tail - head, right - left
        assert abs(axis @ across) < 1e-3 * np.linalg.norm(axis) * np.linalg.norm(across)
        # Clockwise on the screen, where y goes down: (y, x) of head, right, tail.
        assert np.cross([*(right - head), 0], [*axis, 0])[2] < 0
        drawn = np.array(shapes.KINDS[shapes.INFO.classes[label]])
        expected = np.linalg.norm(drawn[2] - drawn[0]) / np.linalg.norm(
            drawn[1] - drawn[3]
        )
        np.testing.assert_allclose(
            np.linalg.norm(axis) / np.linalg.norm(across), expected, rtol=1e-4
        )


def test_objects_are_coloured_and_the_ground_is_grey():
    spread = scenes()["image"].max(axis=-1).astype(int) - scenes()["image"].min(axis=-1)
    assert spread[scenes()["mask"] > 0].mean() > 150
    assert spread[scenes()["mask"] == 0].mean() < 40
    assert 0.05 < (scenes()["mask"] > 0).mean() < 0.3


def test_images_have_one_to_three_objects_of_all_kinds():
    count = (scenes()["labels"] >= 0).sum(axis=1)
    assert set(count) == {1, 2, 3}
    assert set(scenes()["labels"].ravel()) == {-1, 0, 1, 2}
    absent = scenes()["labels"] < 0
    assert not scenes()["boxes"][absent].any()
    assert not scenes()["keypoints"][absent].any()


# Tones


def test_noise_has_the_power_that_info_says():
    sounds = tones.sample(100, seed=3)
    noise = sounds["noisy"] - sounds["clean"]
    ratio = 10 * np.log10((sounds["clean"] ** 2).mean(1) / (noise**2).mean(1))
    assert -0.5 < ratio.min() < 1 < 9 < ratio.max() < 10.5
    assert np.abs(sounds["clean"]).max(1).min() > 0.29
    assert np.abs(sounds["clean"]).max() <= 0.8 + 1e-6
    assert abs(np.corrcoef(noise[0, :-1], noise[0, 1:])[0, 1]) < 0.1  # white


@pytest.mark.parametrize("kind", tones.KINDS)
def test_pitch_and_kind_are_in_the_spectrum(kind):
    sounds = tones.sample(80, seed=4)
    strength = np.asarray(tones.KINDS[kind], float)
    chosen = sounds["kind"] == list(tones.KINDS).index(kind)
    assert chosen.sum() == 20
    for clean, pitch in zip(
        sounds["clean"][chosen], sounds["pitch"][chosen], strict=True
    ):
        spectrum = np.abs(np.fft.rfft(clean * np.hanning(len(clean))))
        frequency = np.fft.rfftfreq(len(clean), 1 / tones.RATE)
        found = np.array(
            [spectrum[np.abs(frequency - k * pitch) < 8].max() for k in tones.HARMONICS]
        )
        np.testing.assert_allclose(
            found / found.max(), strength / strength.max(), atol=0.15
        )


# The adding problem


def test_sums_are_those_of_the_marked_numbers():
    x, y = datasets.adding_problem(2000, 21, seed=1)
    numbers, marks = x[..., 0], x[..., 1]
    assert (marks[:, :10].sum(axis=1) == 1).all()
    assert (marks[:, 10:].sum(axis=1) == 1).all()
    np.testing.assert_allclose((numbers * marks).sum(axis=1), y, rtol=1e-6)
    assert abs(y.mean() - 1) < 0.05
    assert abs(((y - 1) ** 2).mean() - 1 / 6) < 0.02
    assert (marks.sum(axis=0) > 0).all()  # any place may be marked


@pytest.mark.parametrize("length", [0, 1])
def test_too_short_sequences_are_refused(length):
    with pytest.raises(ValueError, match=r"length=.*at least 2"):
        datasets.adding_problem(3, length)


# The Reber grammar


def test_words_are_of_the_grammar():
    rng = np.random.default_rng(0)
    words = {reber.reber_word(rng) for _ in range(300)}
    assert all(REBER.fullmatch(word) for word in words)
    assert len(words) > 50
    assert {len(word) for word in words} >= {5, 6, 7, 8, 9}


def test_what_may_follow_is_the_grammar():
    arrays = datasets.feature_arrays("reber", "test")
    for word, following in zip(arrays["word"], arrays["next"], strict=True):
        text = "".join(reber.LETTERS[i] for i in word[word >= 0])
        assert text[0] + text[-1] == "BE"
        assert text[1] == text[-2]
        assert REBER.fullmatch(text[2:-2])
        assert (word[len(text) :] == -1).all()
        assert not following[len(text) - 1 :].any()
        for t, letter in enumerate(text[1:]):
            allowed = {reber.LETTERS[i] for i in np.flatnonzero(following[t])}
            assert letter in allowed
            assert len(allowed) <= 2
        assert following[len(text) - 3].sum() == 1  # known from the second letter alone
        assert following[len(text) - 3][word[1]] == 1


@pytest.mark.parametrize(
    "word", ["", "B", "BTE", "BTBTXSETX", "BTBTXSEPE", "BTBTXXETE", "PTBTXSETE"]
)
def test_other_words_are_refused(word):
    with pytest.raises(ValueError, match="not a word of the embedded Reber grammar"):
        reber.may_follow(word)


def test_the_worked_word():
    assert reber.may_follow("BTBTXSETE") == [
        *("TP", "B", "TP", "SX", "XS", "E", "T", "E", "")
    ]


# TensorFlow Datasets


@pytest.mark.parametrize("name", STRUCTURED)
def test_the_same_through_tfds(name, empty_data_folder, monkeypatch):
    tfds = pytest.importorskip("tensorflow_datasets")
    from dlcourse.datasets import tfds_builders

    for split in ("train", "test"):
        monkeypatch.setitem(STRUCTURED[name].COUNTS, split, 5)
    built = tfds.load(name, split="test", data_dir=empty_data_folder / "t")
    arrays = datasets.feature_arrays(name, "test")
    for n, example in enumerate(built.as_numpy_iterator()):
        for feature, array in arrays.items():
            np.testing.assert_array_equal(example[feature], array[n])
    assert n == 4
    assert tfds.builder_cls(name) is getattr(tfds_builders, name.capitalize())
