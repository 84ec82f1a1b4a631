"""What the arguments of public functions may be, checked at each call from outside.

A formula stays as it is to be read: the ``__init__`` of its room wraps what it exports,
with a table of one kind for each argument. Calls within the package are not checked.
"""

import functools
import inspect
import math
import reprlib
from collections.abc import Callable
from numbers import Integral, Real
from typing import NamedTuple

import numpy as np

NUMERIC = "biuf"  # NumPy's kinds of numbers


class Kind(NamedTuple):
    """What an argument may be: a test of its value, and the words for an error.

    With names of other arguments ``beside``, the test is given their values, too.
    """

    holds: Callable
    words: str
    beside: tuple[str, ...] = ()


def is_whole(number, at_least=1):
    """Whether it is a whole number of at least 1, or another lowest number."""
    is_number = isinstance(number, Integral) and not isinstance(number, bool)
    return is_number and number >= at_least


def is_number(value, at_least=-math.inf, at_most=math.inf):
    """Whether it is a finite number from one bound to the other."""
    real = isinstance(value, Real) and not isinstance(value, bool)
    return real and math.isfinite(value) and at_least <= value <= at_most


def is_array(value, ranks=(), empty=False):
    """Whether it is a tensor, or numbers that make an array, of one of the ranks.

    No ranks: any. Only where ``empty`` is true, axes may have the length 0.
    """
    if hasattr(value, "shape") and hasattr(value, "dtype"):
        shape, numeric = tuple(value.shape), True
        if isinstance(value, np.ndarray | np.generic):
            numeric = value.dtype.kind in NUMERIC
    else:
        try:
            array = np.asarray(value)
        except (TypeError, ValueError):  # rows of several lengths
            return False
        shape, numeric = array.shape, array.dtype.kind in NUMERIC
    right = numeric and (not ranks or len(shape) in ranks)
    return right and (empty or 0 not in shape)


def whole(at_least=1):
    """A whole number, not below a lowest one."""
    words = f"a whole number of at least {at_least}"
    return Kind(lambda value: is_whole(value, at_least), words)


def number(at_least=-math.inf, at_most=math.inf):
    """A finite number from one bound to the other, both of them possible."""
    below = "" if at_least == -math.inf else f" of at least {at_least:g}"
    above = "" if at_most == math.inf else f" of at most {at_most:g}"
    words = "a finite number" + " and".join(filter(None, (below, above)))
    return Kind(lambda value: is_number(value, at_least, at_most), words)


def above_0(at_most=math.inf):
    """A finite number above 0, and not above a highest one."""
    words = "a number above 0" + ("" if at_most == math.inf else f", at most {at_most}")
    return Kind(lambda value: is_number(value, at_most=at_most) and value > 0, words)


def above(other):
    """A finite number above another argument, which is above 0."""

    def holds(value, limit):
        return is_number(value) and is_number(limit) and value > limit > 0

    return Kind(holds, f"a number above {other}", (other,))


def array(*ranks, empty=False):
    """A tensor or an array of numbers, with one of these numbers of axes, or any."""
    axes = " or ".join(map(str, ranks)) or "any number of"
    words = f"numbers with {axes} axes" + ("" if empty else ", not empty")
    return Kind(lambda value: is_array(value, ranks, empty), words)


def maps():
    """A tensor of images or maps, N x H x W x C; it may be empty."""
    return Kind(
        lambda value: hasattr(value, "shape") and is_array(value, (4,), empty=True),
        "a tensor N x H x W x C",
    )


def dividing(other):
    """A whole number that divides the channels, the last axis, of another argument."""

    def holds(value, x):
        return is_whole(value) and not (np.shape(x) or (0,))[-1] % value

    return Kind(holds, f"a whole number that divides the channels of {other}", (other,))


def one_of(*names):
    """One of a few names."""
    *first, last = map(repr, names)
    words = " or ".join([", ".join(first), last] if first else [last])
    return Kind(lambda value: value in names, words)


def labels(*ranks):
    """Whole numbers in an array of one of these numbers of axes."""

    def holds(value):
        return is_array(value, ranks) and "int" in str(getattr(value, "dtype", "int"))

    axes = " or ".join(map(str, ranks))
    return Kind(holds, f"whole numbers with {axes} axes, not empty")


def tensor(*ranks):
    """As `array`, but no list: something that has a dtype; it may be empty."""

    def holds(value):
        return hasattr(value, "dtype") and is_array(value, ranks, empty=True)

    return Kind(holds, "a tensor or an array of numbers")


def below(other):
    """A whole number from 0 on that is lower than another argument."""

    def holds(value, limit):
        return is_whole(value, 0) and value < limit

    return Kind(holds, f"a whole number from 0 on, below {other}", (other,))


def like(other):
    """Numbers of the same shape as another argument; None in a shape may be anything.

    Axes of the length 1 do not count as equal: they would be stretched without a word.
    """

    def holds(value, beside):
        if not is_array(value, empty=True) or not is_array(beside, empty=True):
            return False
        ours, theirs = np.shape(value), np.shape(beside)
        pairs = zip(ours, theirs, strict=False)
        same = all(a == b or None in (a, b) for a, b in pairs)
        return same and len(ours) == len(theirs)

    return Kind(holds, f"numbers of the shape of {other}", (other,))


def shorter(other):
    """A whole number from 1 on that is lower than the length of another argument."""

    def holds(value, whole_one):
        return is_whole(value) and value < len(whole_one)

    return Kind(
        holds, f"a whole number from 1 on, below the length of {other}", (other,)
    )


def one_for_each(other, kind):
    """A value of a kind that has as many examples as another argument, or just one."""

    def holds(value, examples):
        return kind.holds(value) and np.shape(value)[:1] in ((), np.shape(examples)[:1])

    return Kind(holds, f"{kind.words}, one for each of {other}", (other,))


def at_most_all(other):
    """A whole number from 1 on, not above the length of another argument."""

    def holds(value, examples):
        return is_whole(value) and value <= len(examples)

    return Kind(holds, f"a whole number from 1 to the length of {other}", (other,))


def many(kind, length=None, at_least=1):
    """A list or a tuple of values of one kind, of a length or not shorter."""

    def holds(value):
        if not isinstance(value, list | tuple | range | np.ndarray):
            return False
        right = len(value) == length if length else len(value) >= at_least
        return right and all(map(kind.holds, value))

    count = str(length) if length else f"at least {at_least}"
    return Kind(holds, f"a list of {count}, each {kind.words}")


def either(*kinds):
    """A value of one of several kinds."""
    words = ", or ".join(kind.words for kind in kinds)
    return Kind(lambda value: any(kind.holds(value) for kind in kinds), words)


def flag():
    """True or False."""
    return Kind(lambda value: isinstance(value, bool | np.bool_), "True or False")


def instance(kinds, words):
    """An object of one of some classes."""
    return Kind(lambda value: isinstance(value, kinds), words)


def text():
    """A text that is not empty."""
    return Kind(lambda value: isinstance(value, str) and value != "", "a text")


def function():
    """What can be called."""
    return Kind(callable, "a function")


def having(attribute, words):
    """An object that has an attribute, whatever its class."""
    return Kind(lambda value: hasattr(value, attribute), words)


def checked(target, kinds):
    """A function whose arguments are checked first; a class, whose constructor is.

    Raises ValueError that names the argument, its value and what it may be. An argument
    that has its default is not checked: None is possible where it is one.
    """
    if inspect.isclass(target):
        target.__init__ = checked(target.__init__, kinds)
        return target
    signature = inspect.signature(target)
    defaults = defaults_of(signature, kinds)

    @functools.wraps(target)
    def call(*args, **options):
        try:
            given = signature.bind(*args, **options).arguments
        except TypeError:  # Python itself says what is missing or too much
            return target(*args, **options)
        given |= {name: options[name] for name in kinds.keys() & options.keys()}
        for name, kind in kinds.items():
            if name not in given or given[name] is defaults[name]:
                continue
            beside = [given.get(other, defaults[other]) for other in kind.beside]
            if not kind.holds(given[name], *beside):
                raise ValueError(f"{name}={short(given[name])}: give {kind.words}.")
        return target(*args, **options)

    call.__signature__ = signature  # Keras reads a constructor's, and does not unwrap
    return call


def defaults_of(signature, kinds):
    """Name -> default of all arguments, and of what ``**options`` may hold.

    Raises KeyError for a name that the signature has no place for.
    """
    parameters = signature.parameters.values()
    defaults = {parameter.name: parameter.default for parameter in parameters}
    if any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters):
        return dict.fromkeys(kinds, inspect.Parameter.empty) | defaults
    if unknown := set(kinds) - set(defaults):
        raise KeyError(f"There is no argument {', '.join(sorted(unknown))}.")
    return defaults


def short(value):
    """The value in few characters; of an array, its shape and type."""
    if hasattr(value, "shape") and hasattr(value, "dtype"):
        return f"<{tuple(value.shape)} of {value.dtype}>"
    return reprlib.repr(value)


def check_all(names, table):
    """Replace what a room exports, by name, by its checked form.

    Args:
        names: the room's ``globals()``.
        table: name -> {argument: its `Kind`}.
    """
    for name, kinds in table.items():
        names[name] = checked(names[name], kinds)
