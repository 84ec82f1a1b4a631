"""Whether two results are equal within the tolerances, and results as text."""

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
    if not got.size and not expected.size:
        return True  # a list of nothing has lost its shape
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
