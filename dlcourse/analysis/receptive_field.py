"""Receptive fields: what the pixels of a network see of its input."""

import math
from dataclasses import dataclass
from fractions import Fraction

from dlcourse.analysis.graph import trace
from dlcourse.analysis.input_windows import input_windows


@dataclass(frozen=True)
class View:
    """Which pixels of the input the pixels of a tensor see, along one axis.

    Pixel o sees the input from ``first[o]`` to ``last[o]``; pixel o + len(first) sees
    as much, ``shift`` pixels further on. Of upsampled pixels, neighbours see different
    amounts: there it takes more than one entry.
    """

    first: tuple = (0,)
    last: tuple = (0,)
    shift: int = 1

    @property
    def size(self):
        """Pixels from the first to the last, for the pixel that sees most."""
        return max(b - a for a, b in zip(self.first, self.last, strict=True)) + 1

    @property
    def stride(self):
        """Pixels of the input from one view to the next."""
        return Fraction(self.shift, len(self.first))

    def at(self, o):
        """First and last pixel that pixel o sees; padding has pixels as well."""
        turns, i = divmod(o, len(self.first))
        return self.first[i] + turns * self.shift, self.last[i] + turns * self.shift

    def through(self, window, period=1, shift=1):
        """View from the output of a layer whose pixel o reads a to b = window(o).

        Pixel o + period reads ``shift`` pixels further on than pixel o.
        """
        period *= len(self.first) // math.gcd(len(self.first), shift)
        spans = [window(o) for o in range(period + 1)]
        first = [self.at(a)[0] for a, _ in spans]
        last = [self.at(b)[1] for _, b in spans]
        return View(tuple(first[:-1]), tuple(last[:-1]), first[-1] - first[0])

    def __or__(self, other):
        """View of a sum or concatenation, which sees what any of its terms sees."""
        period = math.lcm(len(self.first), len(other.first))
        spans = [(*self.at(o), *other.at(o)) for o in range(period)]
        first = tuple(min(a, c) for a, _, c, _ in spans)
        last = tuple(max(b, d) for _, b, _, d in spans)
        return View(first, last, int(self.stride * period))


@dataclass(frozen=True)
class Field:
    """Receptive field of a layer in pixels of the input; all None: the whole image.

    Numbers hold for each axis; where axes differ, there is a tuple of one per axis.
    """

    name: str
    kind: str
    output_shape: tuple  # without batch axis
    size: int | tuple | None
    stride: int | Fraction | tuple | None  # from the field of one output to the next
    start: int | tuple | None  # first pixel of output 0; padding begins at -1


@dataclass(frozen=True)
class ReceptiveFields:
    """The receptive field of every layer: ``fields["layer"].size``."""

    rows: tuple

    def __getitem__(self, name):
        for row in self.rows:
            if row.name == name:
                return row
        raise KeyError(
            f"No layer {name!r}; there are {[row.name for row in self.rows]}"
        )

    def table(self):
        """One row per layer, as a pandas DataFrame."""
        import pandas as pd

        names = ["layer", "kind", "output shape", "size", "stride", "start"]
        rows = [list(vars(row).values()) for row in self.rows]
        rows = [["whole" if x is None else x for x in row] for row in rows]
        return pd.DataFrame(rows, columns=names, dtype=object).set_index("layer")

    def __repr__(self):
        last = self.rows[-1]
        size = "the whole image" if last.size is None else f"{last.size} pixels"
        return f"{last.name} sees {size} ({len(self.rows)} layers)"

    def _repr_html_(self):
        return self.table().to_html()


def receptive_field(model, input_shape=None):
    """`ReceptiveFields` of a model: how much of the input each output of a layer sees.

    All paths through the graph count: the field reaches from the first to the last
    pixel that any path reads, zero padding included. After a global pooling, a flatten
    or a recurrent layer, it is the whole image.

    ``input_shape``, without batch axis, is for models whose input is of no fixed size.
    Raises ValueError for a layer whose field is not known here.
    """
    inputs, steps, _ = trace(model, input_shape)
    axes = len(inputs[0].shape) - 2
    if axes < 1:
        raise ValueError(f"{model.name} takes no image or sequence: {inputs[0].shape}.")
    views = {id(x): (View(),) * axes for x in inputs}
    rows = []
    for step in steps:
        seen = views_of_output(step, axes, views) if step.inputs else None
        views.update((id(x), seen) for x in step.outputs)
        rows.append(field_of(step, seen))
    return ReceptiveFields(tuple(rows))


def views_of_output(step, axes, views):
    """One `View` for each axis of the step's output; None: it sees the whole image."""
    seen = [views[id(x)] for x in step.inputs]
    windows = None if None in seen else input_windows(step, axes)
    if windows is None:
        return None
    together = []
    for axis, of_axis in enumerate(zip(*seen, strict=True)):
        if len({view.stride for view in of_axis}) > 1:
            raise ValueError(f"Paths of different strides meet in {step.name}.")
        view = of_axis[0]
        for other in of_axis[1:]:
            view = view | other
        together.append(view.through(*windows[axis]))
    return tuple(together)


def field_of(step, seen):
    """The `Field` of a step whose output has these views, one for each axis."""
    shape = tuple(step.outputs[0].shape[1:])
    name, kind = step.name, type(step.operation).__name__
    if seen is None:
        return Field(name, kind, shape, None, None, None)
    return Field(
        name,
        kind,
        shape,
        one_or_all([view.size for view in seen]),
        one_or_all([whole_number(view.stride) for view in seen]),
        one_or_all([view.first[0] for view in seen]),
    )


def whole_number(stride):
    """A Fraction without denominator as an int."""
    return int(stride) if stride.denominator == 1 else stride


def one_or_all(numbers):
    """The number that all axes share, or a tuple of theirs."""
    return numbers[0] if len(set(numbers)) == 1 else tuple(numbers)
