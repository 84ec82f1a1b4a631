"""The data sets that come with the course: no network, no TensorFlow."""

from dlcourse.datasets import digits, fashion, glyphs
from dlcourse.datasets.cache import cached

VERSION = "1.0.0"  # change it when a generator changes: old files are then left alone
EMBEDDED = {module.INFO.name: module for module in (digits, glyphs, fashion)}


def embedded(name):
    """All splits of an embedded set, made on first use, then read from the data folder.

    Returns a dictionary from split to images (n, height, width, channels) uint8 and
    labels (n,) int32.
    """
    module = EMBEDDED[name]

    def make():
        splits = module.make()
        return {
            f"{split}_{part}": array
            for split, arrays in splits.items()
            for part, array in zip(("images", "labels"), arrays, strict=True)
        }

    arrays = cached(f"{name}-{VERSION}", make)
    return {
        s: (arrays[f"{s}_images"], arrays[f"{s}_labels"]) for s in module.INFO.sizes
    }
