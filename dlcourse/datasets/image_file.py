"""Image files of all the kinds that people have, read by Pillow.

Pillow and not TensorFlow: it knows where up is (EXIF), TIFF and WebP, CMYK, palettes,
transparency, and more than 8 bits.
"""

import contextlib
import hashlib
import os
from pathlib import Path
from typing import NamedTuple

import numpy as np

SUFFIXES = {
    *(".avif", ".bmp", ".dib", ".gif", ".heic", ".heif", ".jfif", ".jp2", ".jpe"),
    *(".jpeg", ".jpg", ".pbm", ".pgm", ".png", ".pnm", ".ppm", ".tga", ".tif"),
    *(".tiff", ".webp"),
}
CHANNELS = {1: "L", 3: "RGB"}  # the modes of Pillow
WHITES = (255, 4095, 65535)  # of 8, 12 and 16 bits
ORIENTATION = 0x0112  # the tag of EXIF; 1 is upright
COMPRESSED = {"AVIF", "GIF", "HEIF", "JPEG", "JPEG2000", "PNG", "WEBP"}  # formats
ANIMATED = {"GIF", "PNG", "TIFF", "WEBP"}  # an MPO file of a telephone is one photo
HASHED = 1 << 15  # bytes at the beginning, and at the end, that `Facts` are hashed of


class Facts(NamedTuple):
    """What is known of an image file from its header and its last bytes.

    plain: a complete, upright JPEG file, grey or RGB, of which a part can be decoded.
    animated: several pictures or pages, of which `read_image` takes the first.
    digest: a hash of its size and content; of a compressed file over 64 KiB its first
    and its last 32 KiB, since a folder may hold more than can be read before each
    training: whoever edits a picture changes its compressed bytes up to the end.
    """

    plain: bool
    digest: bytes
    animated: bool = False


def read_image(path, channels=3):
    """One image (height, width, channels) uint8, upright, of its own size.

    Transparent parts become white, 3 channels or 1 are converted to the other. Where a
    pixel has more than 8 bits, white is 1 (floats), or the largest number of 8, 12 or
    16 bits, whichever is the first that no pixel exceeds.

    Raises:
        ValueError: for a file that cannot be read as an image, or other channels.
    """
    if channels not in CHANNELS:
        raise ValueError(f"channels={channels}: choose 1 or 3.")
    with opened(path) as image:
        pixels = upright(image, CHANNELS[channels])
    return pixels.reshape(*pixels.shape[:2], channels)


def probe(path):
    """`Facts` about a file; ValueError if it cannot be read as an image."""
    size = os.path.getsize(path)
    with open(path, "rb") as file:
        head = file.read(2 * HASHED if size <= 2 * HASHED else HASHED)
        file.seek(max(size - HASHED, 0))
        tail = file.read()
    digest = hashlib.sha256(b"%d " % size + head)
    with opened(path) as image:
        turned = image.getexif().get(ORIENTATION, 1) != 1
        kind, mode = image.format, image.mode
        animated = kind in ANIMATED and image.is_animated
        if size > 2 * HASHED:
            digest.update(tail if kind in COMPRESSED else Path(path).read_bytes())
        if not complete(kind, head, tail, size):
            image.load()  # raises where something is missing
    end_is_there = complete(kind, head, tail, size)
    plain = kind == "JPEG" and mode in ("L", "RGB") and not turned and end_is_there
    return Facts(plain, digest.digest(), animated)


def complete(kind, head, tail, size):
    """Whether a file has its end; False where only decoding can tell."""
    if kind == "WEBP":
        return int.from_bytes(head[4:8], "little") + 8 <= size
    marks = {"JPEG": b"\xff\xd9", "PNG": b"IEND", "GIF": b"\x3b"}
    return kind in marks and marks[kind] in tail


@contextlib.contextmanager
def opened(path):
    """The Pillow image of a file; all that goes wrong is a ValueError naming the file.

    Pillow's readers raise errors of many kinds for damaged files: OSError, SyntaxError,
    ValueError, struct.error, DecompressionBombError and more.
    """
    from PIL import Image

    try:
        with Image.open(path) as image:
            yield image
    except Exception as error:
        raise ValueError(
            f"{path} cannot be read as an image ({error}): mend it or remove it."
        ) from error


def upright(image, mode):
    """Pixels of a Pillow image, turned as EXIF says, in 8 bits, "RGB" or "L"."""
    from PIL import Image, ImageOps

    image = ImageOps.exif_transpose(image)
    if image.mode.startswith(("I", "F")):  # more than 8 bits in a pixel, grey
        image = Image.fromarray(eight_bits(np.asarray(image)))
    if image.has_transparency_data:
        image = image.convert("RGBA")
        white = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(white, image)
    return np.asarray(image.convert(mode))


def eight_bits(pixels):
    """Grey pixels of any dtype as uint8; ValueError where no range holds them."""
    pixels = pixels.astype("float64")
    whole = (pixels == np.floor(pixels)).all()
    possible = WHITES if whole and pixels.max() > 1 else (1, *WHITES)
    white = next((white for white in possible if pixels.max() <= white), None)
    if white is None or pixels.min() < 0 or not np.isfinite(pixels).all():
        raise ValueError(
            f"pixels from {pixels.min():g} to {pixels.max():g}: there is room for "
            "0 … 1, or for whole numbers from 0 to 255, 4,095 or 65,535"
        )
    return np.round(pixels * (255 / white)).astype("uint8")
