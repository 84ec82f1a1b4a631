"""Eight chapters of Alice's Adventures in Wonderland, for networks that read text.

Lewis Carroll (Charles Lutwidge Dodgson, 1832 to 1898): Alice's Adventures in
Wonderland. Macmillan, London 1865. A paragraph is one line; `this' is quoted speech.
"""

import hashlib
from pathlib import Path

import numpy as np

from dlcourse.datasets.about import Info
from dlcourse.files import DamagedFile

FILE = Path(__file__).with_name("alice.txt")
SHA256 = "5855d506a81ae11353efb3af32cd3a78aa1559d421287bd6993aaf84079159ee"
TRAIN = 82_994  # characters: chapters 1 to 7
INFO = Info(
    name="alice",
    description=(
        "The first eight chapters of Alice's Adventures in Wonderland, 66 different "
        "characters; the eighth is for testing. datasets.alice_text() is the text."
    ),
    source=(
        "Lewis Carroll, 1865; the text alice29.txt of the Canterbury corpus, "
        "chapters 1 to 8, line breaks inside of paragraphs removed"
    ),
    licence="in the public domain",
    image_shape=(),
    classes=(),
    sizes={"train": TRAIN, "test": 96_569 - TRAIN},
    features={"text": "characters, one after the other"},
)


def alice_text(split="train"):
    """The text: chapters 1 to 7 for "train", chapter 8 for "test".

    ValueError for another split, DamagedFile for another file than the package's.
    """
    content = FILE.read_bytes()
    if hashlib.sha256(content).hexdigest() != SHA256:
        raise DamagedFile(
            f"{FILE} is damaged: its SHA-256 checksum does not match. Install dlcourse "
            "again, or restore the file from the repository."
        )
    if split not in INFO.sizes:
        raise ValueError(f"split={split!r}: choose one of {', '.join(INFO.sizes)}.")
    text = content.decode("ascii")
    return text[:TRAIN] if split == "train" else text[TRAIN:]


def text_windows(text, characters, length):
    """A text cut into windows: characters, and for each of them the one that follows.

    Args:
        text: of n characters; what is left over at its end is dropped.
        characters: all that occur, as one string; ValueError where one is missing.
        length: of a window.

    Returns:
        Inputs (windows, length, len(characters)) float32, one 1 for each character,
        and the places of the next ones in ``characters``, (windows, length) int32.
    """
    if missing := sorted(set(text) - set(characters)):
        raise ValueError(f"characters has no {', '.join(map(repr, missing))}.")
    place = {character: i for i, character in enumerate(characters)}
    codes = np.array([place[character] for character in text], "int32")
    count = max(len(codes) - 1, 0) // length
    first = codes[: count * length].reshape(count, length)
    after = codes[1 : count * length + 1].reshape(count, length)
    return np.eye(len(characters), dtype="float32")[first], after
