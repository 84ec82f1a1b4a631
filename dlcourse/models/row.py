"""A row of the catalog: a network, its paper, its numbers, and how to train it.

It imports no backend: a row knows its constructor by name and builds the network when
asked.
"""

import re
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path

from dlcourse.models.papers import Paper

CIFAR = (32, 32, 3)


@dataclass(frozen=True)
class Row:
    """One proven network.

    An int in ``macs`` is exact, a float is as rounded by its source. ``statistics``
    counts the running means and variances of batch norm; None where no source gives it.
    """

    name: str
    paper: Paper
    constructor: str  # in dlcourse.models
    arguments: tuple  # the paper's name or numbers for the variant
    input_shape: tuple
    parameters: int  # trainable
    statistics: int | None
    macs: int | float | None  # multiply-adds of convolution and dense layers
    source: str  # a key of SOURCES
    options: dict = field(default_factory=dict)
    reported: tuple = ()  # `Reported` errors, the paper's own first
    own_recipe: str | None = None  # where its paper trained this network differently
    twin: str | None = None  # the same network in keras.applications

    @property
    def top5(self):
        """The first reported top-5 error on ILSVRC in percent, or None."""
        return self.first_error("imagenet2012")

    @property
    def cifar10(self):
        """The first reported error on CIFAR-10 in percent, or None."""
        return self.first_error("cifar10")

    def first_error(self, data):
        """The first error that is reported for a data set, not a top-1 one, or None."""
        kept = (one for one in self.reported if one.data == data and one.top == 5)
        return next((one.error for one in kept), None)

    @property
    def recipe(self):
        """How its paper trained it: the name of an entry of ``training.RECIPES``."""
        return self.recipe_for()

    def recipe_for(self, data=None):
        """The same for a data set, for papers that trained differently on CIFAR-100."""
        if self.own_recipe:
            return self.own_recipe
        if data == "cifar100" and self.paper.cifar100_recipe:
            return self.paper.cifar100_recipe
        if self.input_shape == CIFAR and self.paper.cifar_recipe:
            return self.paper.cifar_recipe
        return self.paper.recipe

    def expected(self, data):
        """What its paper found on a data set, in a sentence; "" where nothing is known.

        data: the name of a TFDS set, or a folder, on which nothing is known.
        """
        name = str(data).partition(":")[0]
        found = [one for one in self.reported if one.data == name]
        if not found or Path(name).exists():
            return ""
        one, paper = found[0], self.paper
        return (
            f"Reported for {self.name} on {name}: an error of {one.error} % "
            f"({one.protocol}; {paper.cited} {paper.year}, {one.source})."
        )

    def build(self, **overrides):
        """Build the model; ``overrides`` are arguments of the constructor.

        The model has the row's name, such as ``Inception_v3`` for "Inception v3":
        TensorFlow allows no spaces, commas, equals signs or slashes in it.
        """
        constructor = getattr(import_module("dlcourse.models"), self.constructor)
        name = re.sub(r"[ ,=/]+", "_", self.name)
        options = {"input_shape": self.input_shape, "name": name}
        return constructor(*self.arguments, **options | self.options | overrides)


def same_protocol(*rows):
    """The errors of networks that may be compared: {protocol: one error per row}.

    A dictionary, empty where no protocol is common to all of the rows.
    """
    errors = [{one.protocol: one.error for one in row.reported} for row in rows]
    common = [name for name in errors[0] if all(name in each for each in errors)]
    return {name: [each[name] for each in errors] for name in common}
