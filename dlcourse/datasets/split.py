"""Which examples belong to a split."""

import re

import numpy as np


def stratified(labels, fraction, seed=0):
    """Indices (kept, held out): the fraction of every class is held out, both shuffled.

    Rounded for each class to the nearest number of examples; the same seed, the same
    split.
    """
    labels = np.asarray(labels)
    rng = np.random.default_rng(seed)
    kept, held_out = [], []
    for label in np.unique(labels):
        members = rng.permutation(np.flatnonzero(labels == label))
        count = round(fraction * len(members))
        held_out.append(members[:count])
        kept.append(members[count:])
    return rng.permutation(np.concatenate(kept)), rng.permutation(
        np.concatenate(held_out)
    )


def parse(split, sizes):
    """``"train[:80%]"`` -> ``("train", slice(0, 1150))``, as TFDS reads it.

    sizes: number of examples by split name. A bound is a number of examples, negative
    when counted from the end, or a percentage. ValueError for anything else.
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
    return match[1], slice(start, stop)


def position(bound, size):
    """Index in 0 … size of a bound such as "100", "-100" or "80%"."""
    index = round(int(bound[:-1]) * size / 100) if bound.endswith("%") else int(bound)
    return min(max(index + size if index < 0 else index, 0), size)
