"""Say in words how an array differs from the one that was expected."""

import numpy as np

SHOWN = 24  # numbers of an array that are printed


def close(got, expected, question):
    """Whether two results are of one form and equal within the tolerances.

    Where several results are expected, they may be stacked into one array.
    """
    if isinstance(got, np.ndarray) and isinstance(expected, tuple):
        got = tuple(got) if got.shape[:1] == (len(expected),) else got
    if isinstance(expected, tuple) != isinstance(got, tuple):
        return False
    if isinstance(expected, tuple):
        return len(got) == len(expected) and all(
            close(g, e, question) for g, e in zip(got, expected, strict=True)
        )
    got, expected = np.asarray(got), np.asarray(expected)
    if got.shape != expected.shape or got.dtype.kind not in "biuf":
        return False
    return bool(agree(got, expected, question).all())


def agree(got, expected, question):
    """Where two arrays of one shape are equal: whole numbers exactly, others nearly.

    Where large terms cancel, float32 leaves an error that goes with the largest number.
    """
    if expected.dtype.kind in "biu":
        return np.isclose(got, expected, rtol=0, atol=1e-6)
    finite = np.abs(expected[np.isfinite(expected)])
    atol = question.atol + 1e-6 * finite.max(initial=0)
    return np.isclose(got, expected, question.rtol, atol, equal_nan=True)


def difference(got, expected, question, name="Your result", hide=False):
    """One or two sentences on how got differs from expected.

    ``hide`` leaves out what would give a predicted number away.
    """
    got, expected = np.asarray(got), np.asarray(expected)
    if got.dtype.kind not in "biuf":
        return f"{name} holds {got.dtype}, not real numbers."
    if got.shape != expected.shape:
        return wrong_shape(got, expected, name)
    strange = ~np.isfinite(got) & np.isfinite(expected)
    if strange.any():
        kind = "nan (not a number)" if np.isnan(got[strange]).any() else "infinite"
        return (
            f"{name} is {kind} {at(strange)}. Look for an overflow such as exp of a "
            "large number, a division by 0 or the logarithm of 0."
        )
    if got.ndim == 0:
        return wrong_number(got.item(), expected.item(), name, hide)
    wrong = ~agree(got, expected, question)
    relation = "" if hide else likely(got, expected, question)
    if wrong.all():
        return f"{name} is wrong everywhere. {relation}".strip()
    count = f"{name} has {wrong.sum()} of {wrong.size} numbers wrong"
    return f"{count}, the first {at(wrong)}. {relation}".strip()


def wrong_number(got, expected, name, hide):
    """How a single number, or True or False, differs."""
    if isinstance(expected, bool):
        return f"{name} is {bool(got)} where it should be {expected}."
    message = f"{name} is too {'large' if got > expected else 'small'}."
    if not hide and got == -expected:
        return f"{message} The sign is wrong."
    if not hide and isinstance(expected, int) and abs(got - expected) == 1:
        return f"{message} It is off by one."
    return message


def likely(got, expected, question):
    """What wrong numbers have to do with the right ones, in words, or nothing."""
    rounded = got.dtype.kind in "iu" and np.any(expected % 1)
    if rounded and np.all(np.abs(got - expected) < 1):
        return (
            "They are whole numbers where fractions are expected: an array made from "
            "whole numbers cuts off what is written into it."
        )
    return resemblance(got, expected, question)


def wrong_shape(got, expected, name):
    """The two shapes, and the usual reasons for them to differ."""
    one = "True or False" if expected.dtype.kind == "b" else "number"
    wanted = expected.shape or f"a single {one}"
    message = f"{name} has shape {got.shape}, but {wanted} is expected."
    if not got.size:
        return f"{message} It is empty: does a loop run at all?"
    if got.shape == expected.shape[::-1]:
        return f"{message} Are the axes transposed?"
    if long(got.shape) == long(expected.shape):
        more = got.ndim > expected.ndim
        return f"{message} An axis of length 1 is {'too many' if more else 'missing'}."
    if got.size == expected.size:
        return f"{message} The number of elements is right: which axis is which?"
    if got.ndim < expected.ndim:
        return f"{message} Was an axis summed over, or dropped, that should stay?"
    if got.ndim == expected.ndim and stretched(got.shape, expected.shape):
        return f"{message} NumPy lines up shapes from the last axis: what met what?"
    off = [abs(g - e) for g, e in zip(got.shape, expected.shape, strict=False)]
    if got.ndim == expected.ndim and max(off) == 1:
        return f"{message} Is it off by one?"
    return message


def long(shape):
    """The axes that are longer than 1."""
    return [length for length in shape if length > 1]


def stretched(got, expected):
    """Whether all axes that differ should have length 1, as broadcasting makes them."""
    return all(e in (g, 1) for g, e in zip(got, expected, strict=True))


def resemblance(got, expected, question):
    """The plain relation that holds between got and expected, if there is one."""

    def same(a, b):
        return close(np.asarray(a), np.asarray(b), question)

    got, expected = got.astype("float64"), expected.astype("float64")
    if not got.any():
        return "It is 0 throughout."
    if same(-got, expected):
        return "The sign is wrong."
    if got.ndim == 2 and got.shape[0] == got.shape[1] and same(got.T, expected):
        return "Rows and columns are transposed."
    if not same(got, np.full_like(got, got.flat[0])):
        if same(got[::-1], expected) or same(got[..., ::-1], expected):
            return "The numbers are right, in reversed order."
        if same(np.sort(got, axis=None), np.sort(expected, axis=None)):
            return "The numbers are right, in another order."
    large = np.abs(expected) > question.atol
    if got.size > 1 and large.any():
        factor = np.median(got[large] / expected[large])
        if factor and same(got / factor, expected) and plain(factor):
            return f"It is {ratio(factor)} times what is expected: is a scale missing?"
    offset = np.median(got - expected)
    if got.size > 1 and same(got - offset, expected):
        return f"Every number is off by {offset:.4g}."
    return ""


def plain(factor):
    """Whether a factor is a whole number, or one over a whole number, up to 1000."""
    return any(
        abs(value - round(value)) < 1e-6 and 2 <= abs(round(value)) <= 1000
        for value in (factor, 1 / factor)
    )


def ratio(factor):
    """A plain factor as text: 4 or 1/4."""
    return f"{factor:.0f}" if abs(factor) > 1 else f"1/{1 / factor:.0f}"


def at(wrong):
    """Where a boolean array is True for the first time, as an index."""
    if not wrong.ndim:
        return ""
    return f"at [{', '.join(str(i) for i in np.argwhere(wrong)[0])}]"


def text(value):
    """An argument or a result on one line, or by its shape where it is long."""
    if isinstance(value, tuple):
        return f"({', '.join(text(member) for member in value)})"
    value = np.asarray(value)
    if value.size > SHOWN:
        return f"array of shape {value.shape}"
    if value.ndim == 0:
        return f"{value.item():.6g}" if value.dtype.kind == "f" else str(value.item())
    shown = np.array2string(value, precision=4, separator=", ", suppress_small=True)
    return " ".join(shown.split())
