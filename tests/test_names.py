"""A name of the package stands for one thing."""

import importlib
import inspect
import pkgutil
import sys
from collections import defaultdict

from dlcourse import blocks, search

PACKAGES = ["layers", "models", "datasets", "training", "search", "analysis"]
PACKAGES += ["reinforcement", "meta"]
EXCEPTIONS = {  # two things of one name, and why
    "conv_bn": "the general one, of Inception v2 to v4, and padded as TensorFlow pads",
    "relu": "the formula of lecture 01, and a layer that can be given a name",
    "stem": "each version of Inception has its own: inception_v3.stem",
}


def exported():
    """(name, object) for all that the packages export; of blocks, all functions."""
    for package in PACKAGES:
        module = importlib.import_module(f"dlcourse.{package}")
        yield from ((name, getattr(module, name)) for name in module.__all__)
    for info in pkgutil.iter_modules(blocks.__path__, "dlcourse.blocks."):
        module = importlib.import_module(info.name)
        for name, function in inspect.getmembers(module, inspect.isfunction):
            if function.__module__ == module.__name__:
                yield name, function


def ambiguous():
    """Names that stand for more than one object."""
    objects = defaultdict(set)
    for name, thing in exported():
        objects[name].add(id(thing))
    return {name for name, found in objects.items() if len(found) > 1}


def test_no_public_name_stands_for_two_things():
    assert ambiguous() == set(EXCEPTIONS)


def test_a_second_thing_of_a_name_is_found(monkeypatch):
    module = sys.modules["dlcourse.blocks.nasnet"]

    def evolution(x):
        return x

    evolution.__module__ = module.__name__
    monkeypatch.setattr(module, "evolution", evolution, raising=False)
    assert ambiguous() == {*EXCEPTIONS, "evolution"}
    assert search.evolution is not evolution
