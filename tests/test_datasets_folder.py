"""A folder of one's own images, of all the kinds that people have."""

import io
import os
import struct
import subprocess
import sys
import warnings

import numpy as np
import pytest
from PIL import Image

tf = pytest.importorskip("tensorflow")

from dlcourse import datasets  # noqa: E402
from dlcourse.datasets import (  # noqa: E402
    Epochs,
    Preprocessing,
    examples,
    read_image,
)
from dlcourse.datasets.folder import read_folder  # noqa: E402
from dlcourse.datasets.image_file import eight_bits, probe  # noqa: E402


def save(path, array, **options):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(array).save(path, **options)
    return path


@pytest.fixture
def pets(tmp_path):
    """Ten dark cats, five bright dogs, and hidden files."""
    for number in range(10):
        save(tmp_path / f"cat/{number}.png", np.full((8, 8, 3), number, "uint8"))
    for number in range(5):
        save(tmp_path / f"dog/{number}.PNG", np.full((9, 6, 3), 200 + number, "uint8"))
    (tmp_path / "cat/._1.png").write_text("what a Mac leaves behind")
    (tmp_path / ".cache").mkdir()
    save(tmp_path / "cat/.ipynb_checkpoints/1.png", np.zeros((8, 8, 3), "uint8"))
    return tmp_path


def one(tmp_path, **options):
    """The image that a part with one picture gives."""
    parts, _ = read_folder(tmp_path, **options)
    ((x, _),) = Epochs(parts["train"], 1, preprocessing=Preprocessing(4)).between(0, 1)
    return np.round(x[0].numpy() * 255).astype("uint8")


def seen(part):
    """Value and label of each picture of one colour, sorted."""
    batches = Epochs(part, 1, preprocessing=Preprocessing(4)).between(0, 1)
    return sorted((round(float(x[0, 0, 0, 0]) * 255), int(y[0])) for x, y in batches)


CATS = [(number, 0) for number in range(10)]
DOGS = [(200 + number, 1) for number in range(5)]


def test_a_folder_is_split_within_each_class(pets):
    split = datasets.train_validation_split(pets, seed=3)
    assert (split.classes, split.channels, split.test) == (("cat", "dog"), 3, None)
    np.testing.assert_array_equal(np.bincount(split.train.labels), [8, 4])
    np.testing.assert_array_equal(np.bincount(split.validation.labels), [2, 1])
    assert sorted(seen(split.train) + seen(split.validation)) == CATS + DOGS
    again = datasets.train_validation_split(str(pets), seed=3)
    assert again.validation.paths == split.validation.paths
    seeds = [datasets.train_validation_split(pets, seed=seed) for seed in range(5)]
    assert len({tuple(split.validation.paths) for split in seeds}) > 1


def test_pictures_have_the_network_s_size(pets):
    split = datasets.train_validation_split(pets, channels=1)
    images, labels = datasets.as_arrays(split.train, 5)
    assert (images.shape, images.dtype) == ((12, 5, 5, 1), "float32")
    assert images.max() <= 1
    np.testing.assert_array_equal(labels, split.train.labels)
    with pytest.raises(ValueError, match="of many sizes: give a preprocessing"):
        Epochs(split.train, 4)


def test_pictures_that_are_decoded_in_batches_keep_their_order(tmp_path, monkeypatch):
    for number in range(15):
        (tmp_path / "ab"[number % 2]).mkdir(exist_ok=True)
        grey = np.full((8, 8, 3), 16 * number, "uint8")
        save(tmp_path / "ab"[number % 2] / f"{number}.png", grey)
    split = datasets.train_validation_split(tmp_path, hold_out=False)
    found = {}
    for together in (1, 4, 64):
        monkeypatch.setattr(examples, "TOGETHER", together)
        x, y = datasets.as_arrays(split.train, 8)
        found[together] = (255 * x[:, 0, 0, 0]).round().tolist(), y.tolist()
    assert len(set(found[1][0])) == len(split.train)
    greys, labels = map(np.array, found[1])
    assert (greys // 16 % 2 == labels).all()
    assert found[4] == found[64] == found[1]


def test_train_val_and_test_are_understood(tmp_path):
    colour = iter(range(100))
    for part, count in (("train", 6), ("Val", 2), ("test", 3)):
        for name in ("cat", "dog"):
            for number in range(count):
                picture = np.full((4, 4, 3), next(colour), "uint8")
                save(tmp_path / part / name / f"{number}.png", picture)
    split = datasets.train_validation_split(tmp_path)
    parts = split.train, split.validation, split.test
    assert [len(part) for part in parts] == [12, 4, 6]
    found = [picture for part in parts for picture in seen(part)]
    assert sorted(found) == sorted(
        (number, int(label))
        for number, label in enumerate(
            np.repeat([0, 1, 0, 1, 0, 1], [6, 6, 2, 2, 3, 3])
        )
    )


def test_validation_is_cut_from_training_where_there_is_none(tmp_path):
    for part in ("train", "test"):
        for name in ("cat", "dog"):
            for number in range(20):
                picture = np.full((4, 4, 3), number, "uint8")
                save(tmp_path / part / name / f"{number}.png", picture)
    split = datasets.train_validation_split(tmp_path)
    assert [len(p) for p in (split.train, split.validation, split.test)] == [36, 4, 40]
    split = datasets.train_validation_split(tmp_path, hold_out=False)
    assert (len(split.train), split.validation is split.test) == (40, True)


def test_a_class_may_be_called_train(tmp_path):
    for name in ("train", "car"):
        for number in range(6):
            save(tmp_path / name / f"{number}.png", np.zeros((4, 4), "uint8"))
    assert datasets.train_validation_split(tmp_path).classes == ("car", "train")
    save(tmp_path / "test/1.png", np.zeros((4, 4), "uint8"))  # a class as well
    assert read_folder(tmp_path)[1] == ("car", "test", "train")


def test_folders_beside_the_parts_are_no_classes(tmp_path):
    for place in ("Training/cat", "Training/dog", "Testing/cat", "Testing/dog"):
        for number in range(12):
            picture = np.full((4, 4), number, "uint8")
            save(tmp_path / place / f"{number}.png", picture)
    save(tmp_path / "figures/1.png", np.zeros((4, 4), "uint8"))
    (tmp_path / "annotations").mkdir()
    (tmp_path / "annotations/1.xml").touch()
    with pytest.warns(UserWarning, match=r"2 files are not read: 1 × .xml, 1 outside"):
        parts, classes = read_folder(tmp_path)
    assert classes == ("cat", "dog")
    assert {name: len(part) for name, part in parts.items()} == {
        "train": 24,
        "test": 24,
    }
    save(tmp_path / "test/cat/1.png", np.zeros((4, 4), "uint8"))
    with pytest.raises(ValueError, match="two folders for one part of the data: Test"):
        read_folder(tmp_path)


def test_a_class_that_training_does_not_have_is_named(tmp_path):
    for place in ("train/cat", "train/dog", "val/cow"):
        save(tmp_path / place / "1.png", np.zeros((4, 4), "uint8"))
    with pytest.raises(ValueError, match=r"val has classes .* not in training: cow"):
        read_folder(tmp_path)


def test_files_of_any_name_are_read_and_others_counted(pets):
    picture = (pets / "cat/0.png").read_bytes()
    for name in ("cat/a.jfif", "cat/b.heic", "cat/c", "dog/puppies/1/d.png"):
        (pets / name).parent.mkdir(parents=True, exist_ok=True)
        (pets / name).write_bytes(picture)
    (pets / "loose.png").write_bytes(picture)
    (pets / "cat/notes.txt").write_text("tabby")
    (pets / "readme.md").write_text("pets")
    with pytest.warns(UserWarning, match="3 files are not read") as found:
        parts, _ = read_folder(pets)
    assert len(parts["train"]) == 19
    assert np.bincount(parts["train"].labels).tolist() == [13, 6]
    message = str(found[0].message)
    for words in ("1 × .txt", "1 × .md", "1 outside the folders", "loose.png"):
        assert words in message


def test_nothing_is_said_where_all_is_read(pets):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        datasets.train_validation_split(pets)


def test_a_class_of_one_image_is_named(pets):
    save(pets / "fish/1.png", np.zeros((8, 8, 3), "uint8"))
    with pytest.raises(ValueError, match=r"read: fish.*add images, or remove"):
        datasets.train_validation_split(pets)


def test_one_class_is_refused(tmp_path):
    for number in range(12):
        save(tmp_path / f"cat/{number}.png", np.zeros((8, 8, 3), "uint8"))
    with pytest.raises(ValueError, match=r"one class alone, cat: .* another class\.$"):
        datasets.train_validation_split(tmp_path)
    (tmp_path / "cat").rename(tmp_path / "all")  # what an archive holds
    for name in ("cat", "dog"):
        save(tmp_path / f"all/{name}/1.png", np.zeros((8, 8, 3), "uint8"))
    with pytest.raises(ValueError, match=r"or give .*all, which has folders itself"):
        datasets.train_validation_split(tmp_path)


@pytest.mark.parametrize("suffix", [".png", ".jpg"])
def test_exif_orientation(tmp_path, suffix):
    upright = np.zeros((8, 8, 3), "uint8")
    upright[:4] = 255  # bright above
    exif = Image.Exif()
    exif[0x0112] = 6  # "turn by 90 degrees to the right to see it upright"
    turned = np.rot90(upright).copy()
    path = save(tmp_path / f"a/x{suffix}", turned, exif=exif)
    np.testing.assert_array_equal(one(tmp_path) > 127, upright[::2, ::2] > 127)
    np.testing.assert_array_equal(read_image(path) > 127, upright > 127)


def test_transparent_becomes_white(tmp_path):
    image = np.zeros((4, 4, 4), "uint8")
    image[:, :2] = 0, 0, 255, 255
    save(tmp_path / "a/x.png", image)
    got = one(tmp_path)
    assert got[0, 0].tolist() == [0, 0, 255]
    assert got[0, 3].tolist() == [255, 255, 255]


SIXTEEN = np.arange(16).reshape(4, 4)
DEEP = {  # array, suffix, options, what white is
    "8 bits": (SIXTEEN * 16, "uint8", ".png", 255),
    "16 bits": (SIXTEEN * 4369, "uint16", ".png", 65535),
    "12 bits in 16": (SIXTEEN * 273, "uint16", ".png", 4095),
    "16 bits, TIFF": (SIXTEEN * 4369, "uint16", ".tif", 65535),
    "32 bits": (SIXTEEN * 4369, "int32", ".tif", 65535),
    "8 bits in 32": (SIXTEEN * 17, "int32", ".tif", 255),
    "floats to 1": (SIXTEEN / 15, "float32", ".tif", 1),
    "floats to 255": (SIXTEEN * 17, "float32", ".tif", 255),
}


@pytest.mark.parametrize("kind", DEEP)
@pytest.mark.parametrize("channels", [1, 3])
def test_grey_images_of_any_depth(tmp_path, kind, channels):
    values, dtype, suffix, white = DEEP[kind]
    path = save(tmp_path / f"a/x{suffix}", values.astype(dtype))
    got = one(tmp_path, channels=channels)
    assert got.shape == (4, 4, channels)
    np.testing.assert_allclose(got[..., 0], values * 255 / white, atol=1)
    assert (got == got[..., :1]).all()
    np.testing.assert_array_equal(read_image(path, channels), got)


@pytest.mark.parametrize("value", [-1.0, 70_000.0, np.nan, 1.5])
def test_values_that_no_range_holds_are_refused(tmp_path, value):
    pixels = np.full((4, 4), value, "float32")
    pixels[0, 0] = 0.25
    path = save(tmp_path / "a/x.tif", pixels)
    if value == 1.5:  # within 0 … 255
        assert read_image(path).max() == 2
        return
    with pytest.raises(ValueError, match=r"x.tif cannot be read .*pixels from"):
        read_image(path)


def test_colour_to_grey(tmp_path):
    for suffix in (".png", ".jpg"):
        folder = tmp_path / suffix[1:]
        save(folder / f"a/x{suffix}", np.full((4, 4, 3), (0, 255, 0), "uint8"))
        assert abs(int(one(folder, channels=1)[0, 0, 0]) - 150) < 3  # 0.587 * 255


@pytest.mark.parametrize("mode", ["CMYK", "P", "1", "LA", "L"])
def test_other_modes(tmp_path, mode):
    suffix = ".jpg" if mode in ("CMYK", "L") else ".png"
    image = Image.new("RGB", (8, 8), "white").convert(mode)
    (tmp_path / "a").mkdir()
    image.save(tmp_path / f"a/x{suffix}")
    assert one(tmp_path).min() == 255
    assert probe(tmp_path / f"a/x{suffix}").plain == (mode == "L")


@pytest.mark.parametrize("suffix", [".gif", ".bmp", ".tif", ".webp"])
def test_other_formats(tmp_path, suffix):
    save(tmp_path / f"a/x{suffix}", np.full((8, 8, 3), 255, "uint8"))
    assert one(tmp_path).min() == 255


def test_of_several_pictures_in_a_file_the_first_is_taken_and_told(pets):
    frames = [Image.new("RGB", (8, 8), (value, 0, 0)) for value in (200, 100, 0)]
    for name in ("cat/moves.gif", "dog/pages.tif", "cat/moves.webp"):
        frames[0].save(pets / name, save_all=True, append_images=frames[1:])
    frames[0].save(pets / "dog/one.gif")
    with pytest.warns(UserWarning, match="3 files hold several .*first.*cat/moves.gif"):
        parts, _ = read_folder(pets)
    assert len(parts["train"]) == 19
    assert abs(int(read_image(pets / "cat/moves.gif")[0, 0, 0]) - 200) < 8


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
    elif how == "profile":  # of 2 MB, more than Pillow takes: ValueError
        profile = b"x" * (2 << 20)
        options = {"icc_profile": profile} if path.suffix == ".png" else {}
        Image.new("RGB", (4, 4)).save(path, **options)
        if not options:
            path.write_bytes(b"")
    else:
        noise = np.random.default_rng(0).integers(256, size=(64, 64, 3), dtype="uint8")
        Image.fromarray(noise).save(path)
        path.write_bytes(path.read_bytes()[:-3000])


@pytest.mark.parametrize("how", ["text", "empty", "cut", "profile"])
@pytest.mark.parametrize("suffix", [".png", ".jpg"])
def test_unreadable_image_is_named(pets, how, suffix):
    bad = pets / f"dog/bad{suffix}"
    damage(bad, how)
    with pytest.raises(ValueError, match="1 of 16 images cannot be read") as error:
        datasets.train_validation_split(pets)
    assert str(bad) in str(error.value)
    with pytest.raises(ValueError, match="cannot be read as an image") as error:
        read_image(bad)
    assert str(bad) in str(error.value)


@pytest.mark.parametrize(
    "error", [struct.error("unpack"), SyntaxError("broken PNG"), RuntimeError("?")]
)
def test_every_error_of_pillow_names_the_file(pets, monkeypatch, error):
    def fails(*arguments):
        raise error

    monkeypatch.setattr(Image.Image, "getexif", fails)
    with pytest.raises(ValueError, match=r"0.png cannot be read"):
        datasets.train_validation_split(pets)


def test_unreadable_images_are_skipped_and_counted(pets):
    damage(pets / "cat/3.png", "text")
    damage(pets / "dog/bad.jpg", "cut")
    with pytest.warns(UserWarning, match=r"2 of 16 images cannot be read: .*3.png"):
        parts, _ = read_folder(pets, skip_unreadable=True)
    assert seen(parts["train"]) == CATS[:3] + CATS[4:] + DOGS


def test_no_image_can_be_read(tmp_path):
    (tmp_path / "a").mkdir()
    damage(tmp_path / "a/x.png", "text")
    with pytest.raises(ValueError, match="none of the 1 images"):
        read_folder(tmp_path, skip_unreadable=True)


def test_folders_that_hold_no_classes(tmp_path):
    with pytest.raises(ValueError, match="nowhere is not a folder"):
        read_folder(tmp_path / "nowhere")
    with pytest.raises(
        ValueError, match=r"one folder of images per class.*it has none"
    ):
        read_folder(tmp_path)
    (tmp_path / "cat").mkdir()
    with pytest.raises(ValueError, match="without images: cat"):
        read_folder(tmp_path)


def test_channels_are_grey_or_colour(pets):
    with pytest.raises(ValueError, match="channels=4: choose 1 or 3"):
        read_folder(pets, channels=4)
    with pytest.raises(ValueError, match="channels=4: choose 1 or 3"):
        read_image(pets / "cat/0.png", channels=4)


def test_the_fingerprint_is_of_the_content(pets):
    def fingerprint():
        return read_folder(pets)[0]["train"].fingerprint

    before = fingerprint()
    picture = pets / "cat/3.png"
    content = picture.read_bytes()
    picture.write_bytes(content)  # at another time
    assert fingerprint() == before
    save(picture, np.full((8, 8, 3), 99, "uint8"))
    changed = fingerprint()
    picture.rename(pets / "dog/3.png")
    moved = fingerprint()
    (pets / "dog/3.png").unlink()
    gone = fingerprint()
    assert len({before, changed, moved, gone}) == 4


def test_a_pixel_in_the_middle_of_a_large_file_is_part_of_its_digest(tmp_path):
    pixels = np.zeros((300, 300, 3), "uint8")  # 270 kB where nothing is compressed
    for name, value in (("before", 0), ("after", 1)):
        pixels[150, 150] = value
        Image.fromarray(pixels).save(tmp_path / f"{name}.bmp")
    before, after = (tmp_path / f"{name}.bmp" for name in ("before", "after"))
    assert before.stat().st_size == after.stat().st_size
    assert probe(before).digest != probe(after).digest


def photo(size, seed=0, **options):
    """A JPEG file of a smooth picture, as bytes."""
    small = np.random.default_rng(seed).integers(256, size=(6, 8, 3), dtype="uint8")
    image = Image.fromarray(small).resize(size, Image.Resampling.BICUBIC)
    file = io.BytesIO()
    image.save(file, "JPEG", quality=95, **options)
    return file.getvalue()


@pytest.mark.parametrize("size", [(500, 375), (375, 501), (130, 77)])
@pytest.mark.parametrize("crop", ["center", "pad", "area", "scale"])
def test_a_part_of_a_photo_is_that_of_the_whole(tmp_path, size, crop, monkeypatch):
    # Decoded at a half or a quarter, and in part, it looks as if all had been decoded.
    (tmp_path / "a").mkdir()
    (tmp_path / "a/x.jpg").write_bytes(photo(size))
    choice = Preprocessing(32, crop, scale=(32, 48), flip=True)

    def pictures():
        parts, _ = read_folder(tmp_path)
        (files,) = parts.values()
        monkeypatch.setattr("dlcourse.datasets.examples.MEMORY", 0)  # nothing is kept
        batches = Epochs(files, 1, preprocessing=choice).between(0, 8)
        return files.facts[0].plain, np.concatenate([x for x, _ in batches])

    plain, parts = pictures()
    monkeypatch.setattr("dlcourse.datasets.folder.probe", lambda path: NOT_PLAIN)
    other, wholes = pictures()
    assert (plain, other) == (True, False)
    assert np.abs(parts - wholes).mean() < 0.014  # 0.1 where it is a pixel off
    assert np.abs(parts - wholes).max() < 0.2


NOT_PLAIN = probe.__globals__["Facts"](False, b"")


def test_kept_pictures_are_those_that_are_decoded_each_time(tmp_path, monkeypatch):
    for number in range(6):
        file = tmp_path / f"{'ab'[number % 2]}/{number}.jpg"
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(photo((60 + number, 50), number))
    parts, _ = read_folder(tmp_path)
    choice = Preprocessing(32, "pad", flip=True, color=0.2)

    def pictures():
        batches = Epochs(parts["train"], 2, preprocessing=choice).between(0, 2)
        return np.concatenate([x for x, _ in batches])

    kept = pictures()
    monkeypatch.setattr("dlcourse.datasets.examples.MEMORY", 0)
    np.testing.assert_array_equal(pictures(), kept)


EPOCH = """
import resource, sys
from dlcourse.datasets import Epochs, Preprocessing, train_validation_split

split = train_validation_split(sys.argv[1])
choice = Preprocessing(24, "area", flip=True)
batches = Epochs(split.train, 80, preprocessing=choice).between(0, 1)
pictures = sum(len(x) for x, _ in batches)
print(pictures, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


def test_many_files_need_little_memory(tmp_path):
    # An epoch without a network, in a process of its own. All files are one of a few,
    # by another name; TensorFlow itself takes several hundred megabytes.
    kinds = []
    for number in range(20):
        kinds.append(tmp_path / f"{number}.jpg")
        kinds[-1].write_bytes(photo((40, 30), number))
    peaks = {}
    for count in (200, 20_000):
        for number in range(count):
            file = tmp_path / str(count) / "ab"[number % 2] / f"{number}.jpg"
            file.parent.mkdir(parents=True, exist_ok=True)
            os.link(kinds[number % 20], file)
        command = [sys.executable, "-c", EPOCH, tmp_path / str(count)]
        run = subprocess.run(command, capture_output=True, text=True, check=True)
        pictures, peaks[count] = map(int, run.stdout.split()[-2:])
        assert pictures == 0.8 * count
    assert peaks[20_000] - peaks[200] < 200  # MB


@pytest.mark.parametrize(
    ("largest", "white"), [(255, 255), (256, 4095), (4095, 4095), (4096, 65535)]
)
def test_the_least_range_that_holds_the_pixels_is_white(largest, white):
    pixels = np.array([0, largest // 2, largest])
    expected = np.round(pixels * 255 / white)
    np.testing.assert_array_equal(eight_bits(pixels), expected)
