"""A folder of one's own images: one folder per class, named after the class.

Pillow and not ``keras.utils.image_dataset_from_directory``, which does not turn images
upright, reads neither TIFF nor WebP, and meets an unreadable image only in training.
"""

import itertools
import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from dlcourse.bars import hidden
from dlcourse.datasets.pipeline import from_arrays
from dlcourse.datasets.resize import crop_resize, pair
from dlcourse.datasets.split import stratified_split

SUFFIXES = {".bmp", ".gif", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp"}
CHANNELS = {1: "L", 3: "RGB"}  # the modes of Pillow
VALIDATION = 0.2  # of the images of each class


def from_folder(
    path,
    image_size,
    batch_size=32,
    channels=3,
    augment=None,
    skip_unreadable=False,
    seed=0,
):
    """Training pipeline, validation pipeline and class names of ``path/class/1.jpg``.

    A fifth of each class is for validation. Arguments are as in `load` and
    `read_folder`; only the training part is shuffled and augmented.
    """
    train, validation, classes = split_folder(
        path, image_size, channels, skip_unreadable, seed
    )
    return (
        from_arrays(*train, batch_size, augment, shuffle=True, seed=seed),
        from_arrays(*validation, batch_size),
        classes,
    )


def split_folder(path, image_size, channels=3, skip_unreadable=False, seed=0):
    """Arrays for training and for validation, and class names; as `read_folder`."""
    images, labels, classes = read_folder(path, image_size, channels, skip_unreadable)
    indices = stratified_split(labels, VALIDATION, classes, seed)
    train, validation = ((images[index], labels[index]) for index in indices)
    return train, validation, classes


def read_folder(path, image_size, channels=3, skip_unreadable=False):
    """Images (n, height, width, channels) uint8, labels (n,) int32 and class names.

    All images are held in memory: 10,000 of 224x224 pixels in colour take 1.5 GB.
    They are turned upright (EXIF), laid on white where transparent, converted to 3
    channels or 1, cut to the new aspect ratio in the middle and resized. An image that
    cannot be read is a ValueError that names it; with skip_unreadable such images are
    left out and counted in a warning.
    """
    from tqdm.auto import tqdm

    if channels not in CHANNELS:
        raise ValueError(f"channels={channels}: choose 1 or 3.")
    files, classes = list_folder(path)

    def attempt(file):
        try:
            return read_image(file, pair(image_size), channels)
        except ValueError as error:
            if not skip_unreadable:
                raise
            return error

    with ThreadPoolExecutor() as pool:
        read = pool.map(attempt, files)
        found = list(tqdm(read, "Reading images", len(files), disable=hidden()))
    if errors := [image for image in found if isinstance(image, ValueError)]:
        warnings.warn(
            f"{len(errors)} of {len(files)} images left out; the first: {errors[0]}",
            stacklevel=2,
        )
    good = [not isinstance(image, ValueError) for image in found]
    if not any(good):
        raise ValueError(f"{path}: none of the {len(files)} images can be read.")
    labels = np.array([classes.index(file.parent.name) for file in files], "int32")
    images = [image for image, ok in zip(found, good, strict=True) if ok]
    return np.stack(images), labels[good], classes


def list_folder(path):
    """Image files, class by class, and class names; ValueError if there are none."""
    path = Path(path).expanduser()
    if not path.is_dir():
        raise ValueError(f"{path} is not a folder.")
    folders = sorted(p for p in path.iterdir() if p.is_dir() and p.name[0] != ".")
    files = {
        folder.name: sorted(
            file
            for file in folder.iterdir()
            if file.suffix.lower() in SUFFIXES and file.name[0] != "."
        )
        for folder in folders
    }
    empty = [name for name, members in files.items() if not members]
    if empty or not files:
        raise ValueError(
            f"{path} needs one folder of images per class, as in {path / 'cat/1.jpg'}"
            + (f"; without images: {', '.join(empty)}." if empty else "; it has none.")
        )
    return list(itertools.chain(*files.values())), tuple(files)


def read_image(file, size, channels):
    """One image (height, width, channels) uint8; ValueError if it cannot be read."""
    from PIL import Image, ImageOps

    try:
        with Image.open(file) as image:
            image = ImageOps.exif_transpose(image)
            image = convert(image, CHANNELS[channels])
    except (OSError, SyntaxError, Image.DecompressionBombError) as error:
        raise ValueError(
            f"{file} cannot be read as an image ({error}); mend or remove it, or leave "
            "such images out with skip_unreadable=True."
        ) from error
    image = crop_resize(image, size)
    return np.atleast_3d(np.asarray(image))  # grey images get their channel axis


def convert(image, mode):
    """To 8 bits, "RGB" or "L"; transparent parts become white."""
    from PIL import Image

    if image.mode.startswith("I"):  # 16 bits per pixel
        image = Image.fromarray((np.asarray(image) // 256).astype("uint8"))
    if image.has_transparency_data:
        image = image.convert("RGBA")
        white = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(white, image)
    return image.convert(mode)
