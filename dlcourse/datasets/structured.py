"""The embedded sets that are more than pictures with a class each: several arrays."""

from dlcourse.datasets import adding, reber, shapes, tones
from dlcourse.datasets.cache import cached
from dlcourse.datasets.embedded import VERSION
from dlcourse.datasets.split import parse_split

STRUCTURED = {module.INFO.name: module for module in (shapes, tones, adding, reber)}


def structured(name):
    """All splits of such a set, made on first use: split -> feature -> array."""
    module = STRUCTURED[name]

    def make():
        return {
            f"{split}_{feature}": array
            for split, arrays in module.make().items()
            for feature, array in arrays.items()
        }

    arrays = cached(f"{name}-{VERSION}", make)
    info = module.INFO
    return {s: {f: arrays[f"{s}_{f}"] for f in info.features} for s in info.sizes}


def feature_arrays(name, split="train"):
    """The features of an embedded set that has more than pictures and a class each.

    name: "shapes", "tones", "adding" or "reber"; ``info(name)`` says what features it
    has. split: as for `arrays`. Returns a dictionary, feature -> array (n, ...).
    ValueError for another name or split.
    """
    if name not in STRUCTURED:
        raise ValueError(f"name={name!r}: choose one of {', '.join(STRUCTURED)}.")
    part, where = parse_split(split, STRUCTURED[name].INFO.sizes)
    return {feature: array[where] for feature, array in structured(name)[part].items()}
