"""Say in words how a result differs from the one that was expected."""

import numpy as np

from dlcourse.homework.comparing import agree, at, close


def difference(got, expected, question, name="Your result", others=(), arguments=None):
    """One or two sentences on how got differs from expected.

    A relation between the two is told where it holds for all ``others`` as well, the
    wrong results for other inputs with what was expected there. ``arguments`` are those
    of the call by name; without any, nothing is told that gives the number away.
    """
    got, expected = np.asarray(got), np.asarray(expected)
    if got.dtype.kind not in "biuf":
        return f"{name} holds {got.dtype}, not real numbers."
    if got.shape != expected.shape:
        return wrong_shape(got, expected, question, name, others)
    strange = ~np.isfinite(got) & np.isfinite(expected)
    if strange.any():
        return not_finite(got, strange, name)
    if not arguments and rounded_early(got, expected):
        return f"{name} was rounded too early: give five digits or more."
    if not arguments:
        return f"{name} is not the number that is asked for."
    if got.ndim == 0:
        return wrong_number(got, expected, question, name, others)
    wrong = ~agree(got, expected, question)
    if wrong.all():
        message = f"{name} is wrong everywhere."
    else:
        count = f"{wrong.sum()} of {wrong.size} numbers wrong"
        message = f"{name} has {count}, the first {at(wrong)}."
    told = place(wrong, arguments), relation(got, expected, question, others)
    return " ".join([message, *filter(None, told)])


def not_finite(got, strange, name):
    """Where a result is nan or infinite, and what such numbers come from."""
    kind = "nan (not a number)" if np.isnan(got[strange]).any() else "infinite"
    where = f"{name} is {kind} {at(strange)}".rstrip()  # a number has no place
    return (
        f"{where}. Look for an overflow such as exp of a "
        "large number, a division by 0 or the logarithm of 0."
    )


def wrong_number(got, expected, question, name, others):
    """How a single number, or True or False, differs; for the other inputs as well."""
    if expected.dtype.kind == "b":
        return f"{name} is {bool(got)} where it should be {bool(expected)}."
    message = f"{name} is too {'large' if got > expected else 'small'}."
    return f"{message} {relation(got, expected, question, others)}".strip()


def rounded_early(got, expected):
    """Whether a number is what is expected, but to three or four digits alone."""
    if got.ndim or not expected % 1:
        return False  # a whole number has to be exact
    return float(got) in {float(f"{expected:.{digits}g}") for digits in (3, 4)}


def place(wrong, arguments):
    """Where an argument of one shape says which numbers are wrong, or nothing."""
    if wrong.all():
        return ""
    for name, value in arguments.items():
        if np.shape(value) == wrong.shape and np.asarray(value).dtype.kind in "iuf":
            for words, where in (("below 0", value < 0), ("above 0", value > 0)):
                if np.array_equal(where, wrong):
                    return f"Wrong are just those where {name} is {words}."
            if np.array_equal(value == 0, wrong):
                return f"Wrong are just those where {name} is 0."
    return ""


def relation(got, expected, question, others=(), exact=False):
    """The first relation that holds for this result and for all others, in words.

    Single numbers say little: where there are no others, they are taken as one array.
    ``exact`` leaves out what is only a tendency.
    """
    pairs = [
        tuple(np.asarray(one) for one in pair) for pair in ((got, expected), *others)
    ]
    pairs = [
        (g, e)
        for g, e in pairs
        if g.shape == e.shape and g.dtype.kind in "biuf" and np.isfinite(g).all()
    ]
    if not pairs:
        return ""
    if any(g.size > 1 for g, _ in pairs):
        pairs = [(g, e) for g, e in pairs if g.size > 1]
    else:
        pairs = [
            tuple(
                np.array([np.ravel(one)[0] for one in them])
                for them in zip(*pairs, strict=True)
            )
        ]
    found = [relations(g, e, question) for g, e in pairs]
    if not exact:
        tendencies = [sizes(g, e, question) for g, e in pairs]
        found = [f | t for f, t in zip(found, tendencies, strict=True)]
    kept, *rest = found
    return next((kept[kind] for kind in kept if all(kind in r for r in rest)), "")


def relations(got, expected, question):
    """The plain relations that hold between got and expected: kind -> in words."""

    def same(a, b):
        return close(np.asarray(a), np.asarray(b), question)

    whole = got.dtype.kind in "iu"
    rounded = whole and np.any(expected % 1) and np.all(np.abs(got - expected) < 1)
    got, expected = got.astype("float64"), expected.astype("float64")
    square = got.ndim == 2 and got.shape[0] == got.shape[1]
    varied = not same(got, np.full_like(got, got.flat[0]))
    backwards = same(got[::-1], expected) or same(got[..., ::-1], expected)
    in_order = np.sort(got, axis=None), np.sort(expected, axis=None)
    found = {
        "They are whole numbers where fractions are expected: an array made from whole "
        "numbers cuts off what is written into it.": rounded,
        "It is 0 throughout.": not got.any(),
        "The sign is wrong.": same(-got, expected),
        "Rows and columns are transposed.": square and same(got.T, expected),
        "The numbers are right, in reversed order.": varied and backwards,
        "The numbers are right, in another order.": varied and same(*in_order),
    }
    found = {text: text for text, holds in found.items() if holds}
    return found | scales(got, expected, question)


def scales(got, expected, question):
    """A factor or an offset that all numbers share: kind -> in words."""
    found = {}
    large = np.abs(expected) > question.atol
    if got.size < 2 or not large.any():
        return found
    factor = np.median(got[large] / expected[large])
    if factor and plain(factor) and close(got / factor, expected, question):
        found["factor"] = f"It is {ratio(factor)} times what is expected."
    offset = np.median(got - expected)
    if close(got - offset, expected, question):
        found["offset"] = f"Every number is off by {offset:.4g}."
    return found


def sizes(got, expected, question):
    """What the numbers tend to: kind -> in words."""
    got, expected, found = got.astype("float64"), expected.astype("float64"), {}
    large = np.abs(expected) > question.atol
    if got.size < 2 or not large.any():
        return found
    ratios = got[large] / expected[large]
    for axis in (i for i in range(got.ndim) if got.ndim > 1 and got.shape[i] > 1):
        if close(got - (got - expected).mean(axis, keepdims=True), expected, question):
            found[f"offset {axis}"] = f"It is off by a constant along axis {axis}."
        if large.all() and constant(got / expected, axis):
            found[f"factor {axis}"] = f"It is off by a factor along axis {axis}."
    if (ratios > 0).all():
        off = ratios[np.abs(ratios - 1) > 1e-6]
        between = f"{off.min(initial=np.inf):.5g} to {off.max(initial=0):.5g}"
        found["signs"] = (
            f"The signs are right; the sizes are {between} times the right."
        )
    elif got.size > 2 and close(got.sum(), expected.sum(), question):
        found["sum"] = "The sum of the numbers is right."
    elif (ratios < 0).any():
        found["some signs"] = f"{(ratios < 0).sum()} of {ratios.size} signs are wrong."
    return found


def constant(ratios, axis):
    """Whether numbers are equal along an axis."""
    first = ratios.take([0], axis)
    return np.allclose(ratios, first, rtol=1e-5)


def wrong_shape(got, expected, question, name, others):
    """The two shapes, and how the numbers show that they came to differ."""
    one = "True or False" if expected.dtype.kind == "b" else "number"
    wanted = expected.shape or f"a single {one}"
    message = f"{name} has shape {got.shape}, but {wanted} is expected."
    if not got.size:
        return f"{message} It is empty."
    found = shape_relations(got, expected, question)
    for pair in others:
        g, e = (np.asarray(one) for one in pair)
        if g.size and g.shape != e.shape:
            also = shape_relations(g, e, question)
            found = [sentence for sentence in found if sentence in also]
    fact = shape_fact(got.shape, expected.shape)
    return f"{message} {found[0] if found else fact}".strip()


def shape_relations(got, expected, question):
    """Sentences that are true of two arrays of different shapes; the best first."""
    if not expected.size:
        return []
    found = [
        sentence
        for sentence, made in reshaped(expected)
        if made.shape == got.shape and close(got, made, question)
    ]
    for axis in range(got.ndim):
        shorter = got[(slice(None),) * axis + (slice(-1),)]
        if shorter.shape == expected.shape and close(shorter, expected, question):
            found.append(f"Axis {axis} is one too long: the last is too many.")
    return found


def shape_fact(got, expected):
    """What the two shapes alone say, or nothing."""
    if long(got) == long(expected) and len(got) != len(expected):
        more = len(got) > len(expected)
        return f"An axis of length 1 is {'too many' if more else 'missing'}."
    if np.prod(got) == np.prod(expected):
        return "The number of elements is right, the axes are not."
    if len(got) == len(expected) and stretched(got, expected):
        return "The axes that differ should all have length 1."
    return ""


def reshaped(right):
    """Pairs: what may have become of an array, and the array that it became."""
    yield "The axes are in reversed order.", right.T
    for axis in range(right.ndim):
        yield f"Axis {axis} was summed over.", right.sum(axis)
        yield f"The mean was taken over axis {axis}.", right.mean(axis)
        yield f"Axis {axis} was dropped: this is its first part.", right.take(0, axis)
        before = (slice(None),) * axis
        yield (
            f"Axis {axis} is one too short: the last is missing.",
            right[(*before, slice(-1))],
        )
        yield (
            f"Axis {axis} is one too short: the first is missing.",
            right[(*before, slice(1, None))],
        )
        for other in range(axis):
            yield f"Axes {other} and {axis} are exchanged.", right.swapaxes(other, axis)
    yield "All numbers were summed up.", right.sum()
    yield "The mean was taken over all numbers.", right.mean()
    yield "All numbers are in one row.", right.ravel()


def long(shape):
    """The axes that are longer than 1."""
    return [length for length in shape if length > 1]


def stretched(got, expected):
    """Whether all axes that differ should have length 1, as broadcasting makes them."""
    return all(e in (g, 1) for g, e in zip(got, expected, strict=True))


def plain(factor):
    """Whether a factor is a whole number, or one over a whole number, up to 1000."""
    return any(
        abs(value - round(value)) < 1e-6 and 2 <= abs(round(value)) <= 1000
        for value in (factor, 1 / factor)
        if np.isfinite(value)
    )


def ratio(factor):
    """A plain factor as text: 4 or 1/4."""
    return f"{factor:.0f}" if abs(factor) > 1 else f"1/{1 / factor:.0f}"
