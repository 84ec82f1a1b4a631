"""Which examples belong to a split."""

import math
import re

import numpy as np


def stratified_split(labels, fraction, classes, seed=0):
    """Indices (train, validation), by scikit-learn's ``train_test_split``.

    Validation gets this fraction of the images, in which each class has the part that
    it has of all images. Both are shuffled; the same seed, the same split.

    Args:
        labels: whole numbers (n,).
        classes: names, of which labels are the positions.

    Raises:
        ValueError: for a class with fewer than two images, or where validation would
            have fewer images than there are classes; for another fraction.
    """
    from sklearn.model_selection import train_test_split

    if not 0 < fraction < 1:
        raise ValueError(f"fraction={fraction}: a part of all, between 0 and 1.")
    counts = np.bincount(labels, minlength=len(classes))
    rare = [name for name, count in zip(classes, counts, strict=True) if count < 2]
    if rare:
        raise ValueError(
            f"Fewer than two images that can be read: {', '.join(rare)}. A class needs "
            "one for training and one for validation: add images, or remove its folder."
        )
    if math.ceil(fraction * len(labels)) < len(classes):
        raise ValueError(
            f"{len(labels)} images are too few for {len(classes)} classes: the "
            f"{fraction:.0%} for validation need one image of each class. Add images."
        )
    indices = np.arange(len(labels))
    train, validation = train_test_split(
        indices, test_size=fraction, random_state=seed, stratify=labels
    )
    return train, validation


def parse_split(split, sizes):
    """``"train[:80%]"`` -> ``("train", slice(0, 1150))``, as TFDS reads it.

    sizes: number of examples by split name. A bound is a number of examples, negative
    when counted from the end, or a percentage. ValueError for anything else, and for a
    part without examples.
    """
    bound = r"(-?\d+%?)?"
    match = re.fullmatch(rf"(\w+)(?:\[{bound}:{bound}\])?", split)
    if match is None or match[1] not in sizes:
        raise ValueError(
            f"split={split!r}: choose one of {', '.join(map(repr, sizes))}, "
            "or a part of one as in 'train[:80%]' or 'train[-500:]'."
        )
    size = sizes[match[1]]
    start = position(match[2] or "0", size)
    stop = position(match[3] or str(size), size)
    if start >= stop and size:
        raise ValueError(
            f"split={split!r} has no examples: from {start} to {stop} of {size}."
        )
    return match[1], slice(start, stop)


def position(bound, size):
    """Index in 0 … size of a bound such as "100", "-100" or "80%".

    ValueError for more than all of it in percent.
    """
    if bound.endswith("%") and abs(int(bound[:-1])) > 100:
        raise ValueError(f"{bound} of a split: at most 100%.")
    index = round(int(bound[:-1]) * size / 100) if bound.endswith("%") else int(bound)
    return min(max(index + size if index < 0 else index, 0), size)
