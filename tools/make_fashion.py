"""Make dlcourse/datasets/fashion.npz, a tenth of Fashion-MNIST with equal classes.

    apt-get install dataset-fashion-mnist
    python tools/make_fashion.py [FOLDER] [--out dlcourse/datasets/fashion.npz]

FOLDER holds the four files of https://github.com/zalandoresearch/fashion-mnist, by
default where Debian's package has them. Of each class the pictures are drawn at random
by a seed: 600 of the training set for training, 100 of the test set for the test.
"""

import argparse
import gzip
import hashlib
from pathlib import Path

import numpy as np

FOLDER = Path("/usr/share/datasets/fashion-mnist")
OUT = Path(__file__).parents[1] / "dlcourse/datasets/fashion.npz"
PARTS = {"train": ("train", 600), "test": ("t10k", 100)}  # file, pictures of a class
DIGESTS = {  # SHA-256 of the unpacked files, which others may pack another way
    "train-images": "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
    "train-labels": "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
    "t10k-images": "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
    "t10k-labels": "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
}


def read(folder, name, kind):
    """The content of an unpacked file behind its header, as an array (n,) uint8.

    SystemExit where the file is not there, or is not the published one.
    """
    dimensions = 3 if kind == "images" else 1
    path = folder / f"{name}-{kind}-idx{dimensions}-ubyte.gz"
    try:
        content = gzip.decompress(path.read_bytes())
    except (OSError, EOFError) as error:
        raise SystemExit(f"{path} cannot be read: {error}") from error
    if hashlib.sha256(content).hexdigest() != DIGESTS[f"{name}-{kind}"]:
        raise SystemExit(f"{path} is not the published file: its SHA-256 differs.")
    return np.frombuffer(content, "uint8", offset=4 + 4 * dimensions)


def draw(labels, count, rng):
    """Indices (10 count,) of ``count`` examples of each class, in random order."""
    members = [np.flatnonzero(labels == label) for label in np.unique(labels)]
    return rng.permutation(
        np.concatenate([rng.permutation(m)[:count] for m in members])
    )


def tenth(folder):
    """The arrays of the file: images (n, 28, 28, 1) uint8, labels (n,) uint8."""
    rng, arrays = np.random.default_rng(0), {}
    for part, (name, count) in PARTS.items():
        images = read(folder, name, "images").reshape(-1, 28, 28, 1)
        labels = read(folder, name, "labels")
        index = draw(labels, count, rng)
        arrays[f"{part}_images"], arrays[f"{part}_labels"] = (
            images[index],
            labels[index],
        )
    return arrays


def main():
    """Write the file, and print its SHA-256, which dlcourse/datasets/fashion.py has."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, nargs="?", default=FOLDER)
    parser.add_argument("--out", type=Path, default=OUT)
    chosen = parser.parse_args()
    np.savez_compressed(chosen.out, **tenth(chosen.folder))
    print(hashlib.sha256(chosen.out.read_bytes()).hexdigest())


if __name__ == "__main__":
    main()
