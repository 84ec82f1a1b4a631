"""A folder of one's own images, of all the kinds that people have."""

import numpy as np
import pytest
from PIL import Image

from dlcourse import datasets


def save(path, array, **options):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(array).save(path, **options)


@pytest.fixture
def pets(tmp_path):
    """Ten dark cats, five bright dogs, and things that are not images."""
    for number in range(10):
        save(tmp_path / f"cat/{number}.png", np.full((8, 8, 3), number, "uint8"))
    for number in range(5):
        save(tmp_path / f"dog/{number}.PNG", np.full((9, 6, 3), 200 + number, "uint8"))
    (tmp_path / "cat/notes.txt").write_text("tabby")
    (tmp_path / "cat/._1.png").write_text("what a Mac leaves behind")
    (tmp_path / "readme.md").write_text("pets")
    (tmp_path / ".cache").mkdir()
    return tmp_path


def one(tmp_path, **options):
    return datasets.read_folder(tmp_path, 4, **options)[0][0]


def test_read_folder(pets):
    images, labels, classes = datasets.read_folder(pets, (4, 5))
    assert (images.shape, images.dtype) == ((15, 4, 5, 3), "uint8")
    assert labels.dtype == "int32"
    assert classes == ("cat", "dog")
    np.testing.assert_array_equal(labels, [0] * 10 + [1] * 5)
    np.testing.assert_array_equal(images[:, 0, 0, 0], [*range(10), *range(200, 205)])


def test_stratified_pipelines(pets):
    pytest.importorskip("tensorflow")

    def both(**options):
        train, validation, _ = datasets.from_folder(pets, 4, batch_size=4, **options)
        return [
            [
                (image, label)
                for x, y in part
                for image, label in zip(x.numpy(), y.numpy(), strict=True)
            ]
            for part in (train, validation)
        ]

    train, validation = both(augment=lambda x: x + 2)
    assert [sum(label == c for _, label in train) for c in (0, 1)] == [8, 4]
    assert [sum(label == c for _, label in validation) for c in (0, 1)] == [2, 1]
    assert all(image.min() >= 2 for image, _ in train)
    assert all(image.max() < 1 for image, _ in validation)
    seen = [round(float(i[0, 0, 0] - 2) * 255) for i, _ in train]
    seen += [round(float(i[0, 0, 0]) * 255) for i, _ in validation]
    assert sorted(seen) == [*range(10), *range(200, 205)]
    assert [label for _, label in both(seed=3)[0]] == [
        label for _, label in both(seed=3)[0]
    ]


def test_train_validation_split_of_a_folder(pets):
    split = datasets.train_validation_split(str(pets), 4)
    assert (split.classes, split.channels) == (("cat", "dog"), 3)
    assert split.shuffle_buffer == len(split.train[1]) == 12
    np.testing.assert_array_equal(np.bincount(split.validation[1]), [2, 1])
    images = np.concatenate([split.train[0], split.validation[0]])
    assert sorted(images[:, 0, 0, 0]) == [*range(10), *range(200, 205)]


def test_a_class_of_one_image_is_named(pets):
    save(pets / "fish/1.png", np.zeros((8, 8, 3), "uint8"))
    with pytest.raises(ValueError, match=r"read: fish.*add images, or remove"):
        datasets.from_folder(pets, 4)


def test_exif_orientation(tmp_path):
    upright = np.zeros((8, 8, 3), "uint8")
    upright[:4] = 255  # bright above
    exif = Image.Exif()
    exif[0x0112] = 6  # "turn by 90 degrees to the right to see it upright"
    save(tmp_path / "a/x.png", np.rot90(upright).copy(), exif=exif)
    np.testing.assert_array_equal(one(tmp_path) > 127, upright[::2, ::2] > 127)


def test_transparent_becomes_white(tmp_path):
    image = np.zeros((4, 4, 4), "uint8")
    image[:, :2] = 0, 0, 255, 255
    save(tmp_path / "a/x.png", image)
    got = one(tmp_path)
    assert got[0, 0].tolist() == [0, 0, 255]
    assert got[0, 3].tolist() == [255, 255, 255]


@pytest.mark.parametrize("dtype", ["uint8", "uint16"])
@pytest.mark.parametrize("channels", [1, 3])
def test_grey_images(tmp_path, dtype, channels):
    grey = (np.arange(16).reshape(4, 4) * (np.iinfo(dtype).max // 16)).astype(dtype)
    save(tmp_path / "a/x.png", grey)
    got = one(tmp_path, channels=channels)
    assert got.shape == (4, 4, channels)
    np.testing.assert_allclose(got[..., 0], np.arange(16).reshape(4, 4) * 15.5, atol=8)
    assert (got == got[..., :1]).all()


def test_colour_to_grey(tmp_path):
    save(tmp_path / "a/x.png", np.full((4, 4, 3), (0, 255, 0), "uint8"))
    assert abs(int(one(tmp_path, channels=1)[0, 0, 0]) - 150) < 2  # 0.587 * 255


def test_cut_in_the_middle(tmp_path):
    wide = np.zeros((4, 8, 3), "uint8")
    wide[:, 2:6] = 255
    save(tmp_path / "a/x.png", wide)
    assert one(tmp_path).min() == 255


def damage(path, how):
    if how == "text":
        path.write_text("not an image")
    elif how == "empty":
        path.write_bytes(b"")
    else:
        noise = np.random.default_rng(0).integers(256, size=(64, 64, 3), dtype="uint8")
        Image.fromarray(noise).save(path)
        path.write_bytes(path.read_bytes()[:-3000])


@pytest.mark.parametrize("how", ["text", "empty", "cut"])
@pytest.mark.parametrize("suffix", [".png", ".jpg"])
def test_unreadable_image_is_named(pets, how, suffix):
    bad = pets / f"dog/bad{suffix}"
    damage(bad, how)
    with pytest.raises(ValueError, match="cannot be read as an image") as error:
        datasets.read_folder(pets, 4)
    assert str(bad) in str(error.value)
    assert "skip_unreadable=True" in str(error.value)


def test_unreadable_images_are_skipped_and_counted(pets):
    damage(pets / "cat/3.png", "text")
    damage(pets / "dog/bad.jpg", "cut")
    with pytest.warns(
        UserWarning, match=r"2 of 16 images left out; the first: .*3.png"
    ):
        images, labels, _ = datasets.read_folder(pets, 4, skip_unreadable=True)
    np.testing.assert_array_equal(np.bincount(labels), [9, 5])
    assert 3 not in images[:, 0, 0, 0]


def test_no_image_can_be_read(tmp_path):
    (tmp_path / "a").mkdir()
    damage(tmp_path / "a/x.png", "text")
    with (
        pytest.raises(ValueError, match="none of the 1 images"),
        pytest.warns(UserWarning, match="1 of 1"),
    ):
        datasets.read_folder(tmp_path, 4, skip_unreadable=True)


def test_folders_that_hold_no_classes(tmp_path):
    with pytest.raises(ValueError, match="nowhere is not a folder"):
        datasets.read_folder(tmp_path / "nowhere", 4)
    with pytest.raises(
        ValueError, match=r"one folder of images per class.*it has none"
    ):
        datasets.read_folder(tmp_path, 4)
    (tmp_path / "cat").mkdir()
    with pytest.raises(ValueError, match="without images: cat"):
        datasets.read_folder(tmp_path, 4)


def test_channels_are_grey_or_colour(pets):
    with pytest.raises(ValueError, match="channels=4: choose 1 or 3"):
        datasets.read_folder(pets, 4, channels=4)
