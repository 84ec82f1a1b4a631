"""Call a student's function, and take what it gives as plain arrays.

This file stands in the grader's sandbox as well: it imports NumPy alone.
"""

import numbers
import traceback
import warnings
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Problem:
    """Stands for the output of a call that gave none: a sentence that says why."""

    text: str


def outputs(question, answer, inputs):
    """What an answer gives for each input, as `judge` takes it."""
    if answer is ... or callable(answer):
        return [output(question, answer, arguments) for arguments in inputs]
    kind = type(answer).__name__
    return [Problem(f"{question.name} is no function but {kind}.")] * len(inputs)


def output(question, answer, arguments):
    """What an answer gives for one input: plain arrays, a `Problem` or ``...``."""
    given = copied(arguments)
    if answer is ...:
        return ...
    try:
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the verdict will speak of nan
            result = answer(*given)
    except NotImplementedError:
        return ...
    except Exception as error:
        last = traceback.format_exception_only(error)[-1].strip()
        return Problem(f"It stops with {last}")
    for name, now, before in zip(question.arguments, given, arguments, strict=True):
        if not np.array_equal(now, before, equal_nan=True):
            return Problem(
                f"It changes its argument {name}, which belongs to the caller: "
                f"make a new array, or begin with {name} = {name}.copy()."
            )
    return checked(question, result)


def checked(question, result):
    """What a function gave, as plain arrays, a `Problem` or ``...``."""
    if result is ...:
        return ...
    if result is None:
        return Problem("It gives None: is the return missing?")
    if isinstance(result, (list, tuple)):  # several results, or rather one array
        result = tuple(result) if question.results else list(result)
    try:
        return plain_result(result)
    except ValueError:
        return Problem("The rows of its result differ in length: they fit no array.")
    except (OverflowError, TypeError) as error:
        kind = type(result).__name__
        return Problem(
            f"Its result, of type {kind}, holds {error}. Give a number, an array or a "
            "list of numbers."
        )


def plain_result(result):
    """A result as a NumPy array, or a tuple of NumPy arrays, its own copy.

    Fractions and decimals become floats. TypeError that names what is no number.
    """
    if isinstance(result, tuple):
        return tuple(plain_result(member) for member in result)
    array = np.array(result)
    if array.dtype.kind in "biufc":
        return array
    strange = {type(m).__name__.strip("_") for m in array.flat if not is_number(m)}
    if strange:
        raise TypeError(f"a {min(strange)}")
    return array.astype(float)


def is_number(member):
    """Whether a member of an array of objects is a number: a Fraction, a Decimal, …"""
    return isinstance(member, numbers.Number) and not isinstance(member, complex)


def copied(arguments):
    """Arguments whose arrays are copies."""
    return tuple(a.copy() if isinstance(a, np.ndarray) else a for a in arguments)
