"""What the arguments of all model constructors have in common, checked once."""

import sys
from contextlib import contextmanager
from numbers import Real

import keras

from dlcourse.arguments import is_whole


def image_input(input_shape, at_least=1, fixed=False):
    """Input tensor for images of (height, width, channels), ``at_least`` pixels wide.

    Height and width may be None for networks that end in a global pooling, unless the
    size must be ``fixed``. Raises ValueError, naming what is possible, for any other
    shape, for channels in front, and where Keras is set to have them there.
    """
    given = f"input_shape={input_shape!r}"
    if keras.config.image_data_format() != "channels_last":
        raise ValueError(
            "The networks of this course take channels last: call "
            'keras.config.set_image_data_format("channels_last") first.'
        )
    example = "give (height, width, channels), for example (224, 224, 3)."
    shape = tuple(input_shape) if isinstance(input_shape, list | tuple) else ()
    if len(shape) != 3 or not is_whole(shape[2]):
        raise ValueError(f"{given}: {example}")
    if not all(size is None or is_whole(size) for size in shape[:2]):
        raise ValueError(f"{given}: {example}")
    if shape[0] in (1, 3) and shape[1] == shape[2] > 4:
        raise ValueError(f"{given} has the channels in front: {example}")
    if fixed and None in shape:
        raise ValueError(
            f"{given}: this network is made for images of one size; give height and "
            "width."
        )
    if any(size is not None and size < at_least for size in shape[:2]):
        raise ValueError(
            f"{given} is too small for this network: height and width must be at least "
            f"{at_least}."
        )
    return keras.Input(shape)


def check_sizes(input_shape, multiple, less=0):
    """ValueError unless height and width are multiples, less a few pixels, or None."""
    if any(size is not None and (size + less) % multiple for size in input_shape[:2]):
        form = f"k x {multiple} - {less}" if less else f"a multiple of {multiple}"
        examples = ", ".join(str(k * multiple - less) for k in (12, 16, 32))
        raise ValueError(
            f"input_shape={input_shape!r}: height and width must be {form}; give "
            f"{examples} or another of that form."
        )


def sequence_input(input_shape, multiple=1, fixed=False):
    """Input tensor for sequences of (length, channels), the length a ``multiple``.

    The length may be None, unless it must be ``fixed``. Raises ValueError, naming what
    is possible, for any other shape.
    """
    shape = tuple(input_shape) if isinstance(input_shape, list | tuple) else ()
    right = len(shape) == 2 and is_whole(shape[1])
    right = right and (is_whole(shape[0]) if shape[0] is not None else not fixed)
    if not right or (shape[0] or 0) % multiple:
        raise ValueError(
            f"input_shape={input_shape!r}: give (length, channels), the length "
            f"{'' if fixed else 'None or '}a multiple of {multiple}."
        )
    return keras.Input(shape)


def halved_input(filters, shape, argument="input_shape"):
    """Input tensor for images that as many layers as ``filters`` halve without a rest.

    ValueError that names the argument for any other filters or shape.
    """
    check_lists(filters=filters)
    if not filters:
        raise ValueError(f"filters={filters!r}: give at least one number.")
    try:
        inputs = image_input(shape, at_least=2 ** len(filters), fixed=True)
        check_sizes(shape, 2 ** len(filters))
    except ValueError as error:
        raise ValueError(str(error).replace("input_shape", argument)) from None
    return inputs


def check_counts(at_least=1, **counts):
    """ValueError that names the argument, unless each is a whole number from 1 on."""
    for name, value in counts.items():
        if not is_whole(value, at_least):
            raise ValueError(
                f"{name}={value!r}: give a whole number of at least {at_least}."
            )


def check_lists(length=None, at_least=1, **lists):
    """ValueError that names the argument, unless each is a list of whole numbers.

    ``length`` is how many there must be; any number, also none, by default.
    """
    many = f"{length} whole numbers" if length else "whole numbers"
    for name, value in lists.items():
        if (
            not isinstance(value, list | tuple)
            or not all(is_whole(number, at_least) for number in value)
            or len(value) != (length or len(value))
        ):
            raise ValueError(
                f"{name}={value!r}: give a list of {many}, each at least {at_least}."
            )


def check_factors(**factors):
    """ValueError that names the argument, unless each is a number above 0."""
    for name, value in factors.items():
        is_number = isinstance(value, Real) and not isinstance(value, bool)
        if not is_number or not 0 < value < float("inf"):
            raise ValueError(f"{name}={value!r}: give a number above 0.")


def check_fractions(**fractions):
    """ValueError that names the argument, unless each is a number from 0 to 1."""
    for name, value in fractions.items():
        if not isinstance(value, Real) or not 0 <= value <= 1:
            raise ValueError(f"{name}={value!r}: give a number from 0 to 1.")


def choose(table, variant, argument="variant", or_else=None):
    """The row ``table[variant]``; ValueError that lists the rows if there is none.

    ``or_else`` says in words what else the argument may be, for the error.
    """
    if isinstance(variant, str | int) and variant in table:
        return table[variant]
    listed = ", ".join(repr(name) for name in table)
    also = f", or {or_else}" if or_else else ""
    raise ValueError(f"{argument}={variant!r}: choose one of {listed}{also}.")


def choose_stages(table, variant, argument="depth", stages=None):
    """The numbers of a row of the table, or those that are given, as a tuple.

    Args:
        table: variant -> a number for each stage: repeats of its block, or filters.
        variant: a key of the table, or a list or tuple of whole numbers.
        argument: its name, for the error.
        stages: how many numbers there must be; any number by default.

    Raises ValueError that names the argument for anything else.
    """
    many = f"{stages} " if stages else ""
    if not isinstance(variant, list | tuple):
        return choose(table, variant, argument, f"a list of {many}whole numbers")
    right = len(variant) == stages if stages else len(variant) > 0
    if not (right and all(map(is_whole, variant))):
        raise ValueError(
            f"{argument}={variant!r}: give {many}whole numbers of at least 1."
        )
    return tuple(variant)


def blocks_per_stage(depth, factor, extra):
    """The n in depth = factor * n + extra; ValueError with examples if there is none.

    So the CIFAR papers count layers: 6n + 2 is three stages of n blocks with two
    convolutions each, the first convolution, and the dense layer.
    """
    n, rest = divmod(depth - extra, factor) if is_whole(depth) else (0, 0)
    if rest or n < 1:
        examples = ", ".join(str(factor * i + extra) for i in (1, 2, 3, 18))
        raise ValueError(
            f"depth={depth!r} is not of the form {factor}n + {extra}: "
            f"choose {examples} or another of that form."
        )
    return n


def blocks(repeats):
    """(stage, number, strides) for every block of a network, all counted from 0.

    ``repeats`` is the number of blocks in each stage. The first block of every stage
    but the first has strides 2: it halves the image.
    """
    for stage, count in enumerate(repeats):
        for number in range(count):
            yield stage, number, 2 if number == 0 and stage > 0 else 1


def functional(inputs, outputs, name, kind=keras.Model):
    """``kind(inputs, outputs)`` for a graph of any depth.

    Keras follows the graph by recursion, a few calls for each layer; Python allows
    1,000, which a network of 1,000 layers exceeds.
    """
    with recursion(100_000):
        return kind(inputs, outputs, name=name)


@contextmanager
def recursion(limit):
    """Let functions call each other this deep for as long as the context lasts."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, limit))
    try:
        yield
    finally:
        sys.setrecursionlimit(before)
