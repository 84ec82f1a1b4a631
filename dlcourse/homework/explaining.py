"""Say what is wrong with an answer: every guess is confirmed by computing it."""

import contextlib
import warnings

import numpy as np

from dlcourse.homework.calling import Problem, copied, plain_result
from dlcourse.homework.comparing import close
from dlcourse.homework.differing import difference, relation

FORMS = {  # what may have stood in place of an argument
    "0": lambda v: 0 * v,
    "1": lambda v: 0 * v + 1,
    "-{}": lambda v: -v,
    "1 - {}": lambda v: 1 - v,
    "2 * {}": lambda v: 2 * v,
    "{} / 2": lambda v: v / 2,
    "{} ** 2": lambda v: v**2,
    "{} ** 0.5": lambda v: v**0.5,
    "1 / {}": lambda v: 1 / v,
    "{} + 1": lambda v: v + 1,
    "{} - 1": lambda v: v - 1,
    "{}[::-1]": lambda v: v[::-1],
}


OPERATORS = {
    "plus": np.add,
    "minus": np.subtract,
    "times": np.multiply,
    "divided by": np.divide,
    "times the length of": lambda result, value: result * len(value),
    "divided by the length of": lambda result, value: result / len(value),
}
EDGE_WORDS = {
    "tie": "a tie",
    "zero": "a 0",
    "nan": "a nan",
    "integer": "whole numbers",
    "empty": "nothing in it",
    "too large": "very large numbers",
}
ENOUGH = 4  # wrong numbers that a guess has to explain, lest it be an accident


@contextlib.contextmanager
def quiet():
    """Without warnings: mistakes divide by 0, and strange results overflow."""
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def results(function, inputs):
    """What one of our own functions gives for each input; a `Problem` where nothing."""
    with quiet():
        return [result(function, arguments) for arguments in inputs]


def result(function, arguments):
    """What one of our own functions gives for an input."""
    try:
        return plain_result(function(*copied(arguments)))
    except (ArithmeticError, LookupError, TypeError, ValueError) as error:
        return Problem(f"It stops with {type(error).__name__}")


def same(got, made, question):
    """Whether an answer did what a function of ours did: the error as well."""
    if isinstance(got, Problem) or isinstance(made, Problem):
        return isinstance(got, Problem) and isinstance(made, Problem)
    return got is not ... and close(got, made, question)


def explain(question, outputs, inputs, expected, shown):
    """Sentences on the output number ``shown``, which is none of the expected form."""
    made = {text: results(f, inputs) for text, f in question.mistakes.items()}
    for sentence, mistaken in made.items():
        pairs = zip(outputs, mistaken, strict=True)
        if all(same(got, wrong, question) for got, wrong in pairs):
            return sentence
    if isinstance(outputs[shown], Problem):
        return outputs[shown].text
    if not repeated(outputs[0], outputs[-1]):
        return "Called a second time with the same input, it gives another result."
    found = wrong_form(question, outputs[shown], expected[shown])
    if not found:
        found = [
            explain_result(question, name, k, outputs, inputs, expected, shown, made)
            for k, name in enumerate(question.results or ("Your result",))
        ]
        found = " ".join(dict.fromkeys(sentence for sentence in found if sentence))
    return found + count_right(question, outputs, expected)


def repeated(first, again):
    """Whether two outputs for one input are equal."""
    if isinstance(first, Problem) or isinstance(again, Problem):
        return True  # the problem says more
    if isinstance(first, tuple) and isinstance(again, tuple):
        pairs = zip(first, again, strict=False)
        return len(first) == len(again) and all(repeated(*pair) for pair in pairs)
    if np.shape(first) != np.shape(again):
        return False
    return np.allclose(first, again, equal_nan=True)


def count_right(question, outputs, expected):
    """For how many inputs an answer is right, or which edge alone it overlooks."""
    pairs = enumerate(zip(outputs, expected, strict=True))
    wrong = [i for i, pair in pairs if not same(*pair, question)]
    if len(wrong) == len(outputs) or not question.arguments:
        return ""
    first = len(outputs) - 1 - len(question.edges)  # the first input again is the last
    names = [EDGE_WORDS[edge] for edge in question.edges]
    if first <= wrong[0] and wrong[-1] < first + len(names):
        held = " or ".join(names[i - first] for i in wrong)
        return f" It is wrong only where the input has {held}."
    return f" It is right for {len(outputs) - len(wrong)} of the {len(outputs)} inputs."


def wrong_form(question, output, expected):
    """A sentence where the number of results or their order is wrong, or nothing."""
    if not isinstance(expected, tuple):
        count = len(output) if isinstance(output, tuple) else 1
        return "" if count == 1 else f"One result is expected, but {count} came."
    wanted = ", ".join(question.results)
    if member(output, 0, question) is None:
        count = len(output) if isinstance(output, tuple) else "one"
        return f"{len(expected)} results are expected, {wanted}, but {count} came."
    if close(tuple(output)[::-1], expected, question):
        return f"The results are right, in the wrong order: give {wanted}."
    return ""


def member(output, k, question):
    """The result number k of an output, or None where it does not have that form."""
    if output is ... or isinstance(output, Problem):
        return None
    if not question.results:
        return None if isinstance(output, tuple) else output
    stacked = isinstance(output, np.ndarray) and output.ndim
    if not stacked and not isinstance(output, tuple):
        return None
    return output[k] if len(output) == len(question.results) else None


def explain_result(question, name, k, outputs, inputs, expected, shown, made):
    """Sentences on one result, or nothing where it is right in the output shown."""
    got, right = (
        [member(output, k, question) for output in them] for them in (outputs, expected)
    )
    if same(got[shown], right[shown], question):
        return ""
    for sentence, mistaken in made.items():
        own = [member(output, k, question) for output in mistaken]
        if all_same(got, own, question):
            return f"{name}: {sentence}" if question.results else sentence
    others = [
        (g, r)
        for i, (g, r) in enumerate(zip(got, right, strict=True))
        if i != shown and g is not None and not close(g, r, question)
    ]
    pairs = (got[shown], right[shown]), *others
    clear = relation(*pairs[0], question, others, exact=True)
    if sum(np.size(g) for g, _ in pairs) >= ENOUGH:
        found = combined(question, name, got, right, inputs)
        if not found and not clear:
            found = guess(question, name, k, got, inputs, shown)
        if found:
            return found
    arguments = dict(zip(question.arguments, inputs[shown], strict=True))
    return difference(got[shown], right[shown], question, name, others, arguments)


def all_same(got, made, question):
    """Whether two lists of one result agree wherever there is a finite one.

    Who makes a mistake may overflow besides.
    """
    pairs = [(g, m) for g, m in zip(got, made, strict=True) if is_finite(g)]
    return pairs != [] and all(
        m is not None and close(g, m, question) for g, m in pairs
    )


def is_finite(array):
    """Whether there is a result without nan and infinity."""
    return array is not None and (
        array.dtype.kind not in "fc" or bool(np.isfinite(array).all())
    )


def guess(question, name, k, got, inputs, shown):
    """What was taken in place of an argument, if that explains every output."""
    if got[shown].dtype.kind == "b":
        return ""  # two values agree by accident too easily
    for sentence, change in changes(question, inputs):
        if not matches(question, k, got[shown], inputs[shown], change):
            continue
        pairs = zip(got, inputs, strict=True)
        if all(g is None or matches(question, k, g, a, change) for g, a in pairs):
            return f"{name} would be right {sentence}."
    return ""


def combined(question, name, got, right, inputs):
    """The argument that was added or multiplied once too often, or too rarely."""
    for i, argument in enumerate(question.arguments):
        pairs = zip(got, inputs, strict=True)
        if all(g is None or close(g, a[i], question) for g, a in pairs):
            return f"{name} is the argument {argument}, unchanged."
        for words, operator in OPERATORS.items():
            if all(
                g is None or close(g, operated(operator, r, arguments[i]), question)
                for g, r, arguments in zip(got, right, inputs, strict=True)
            ):
                return f"{name} is what is expected, {words} {argument}."
    return ""


def operated(operator, right, value):
    """A right result combined with an argument; nan where their shapes do not fit."""
    try:
        return np.asarray(operator(right, value))
    except (TypeError, ValueError):
        return np.array(np.nan)


def matches(question, k, got, arguments, change):
    """Whether the reference, called with changed arguments, gives this result."""
    try:
        made = result(question.reference, change(arguments))
    except Exception:
        return False  # this change does not suit these arguments
    made = member(made, k, question)
    return made is not None and close(got, made, question)


def changes(question, inputs):
    """Pairs: a change of the arguments in words, and the function that makes it."""
    names = question.arguments
    for i, name in enumerate(names):
        for form, change in FORMS.items():
            yield f"for {form.format(name)} in place of {name}", at(i, change)
        if not np.ndim(inputs[0][i]):
            first = inputs[0][i]
            yield (
                f"if {name} were always {first:g}",
                at(i, lambda v, first=first: first),
            )
        for j in range(i):
            if np.shape(inputs[0][i]) == np.shape(inputs[0][j]):
                yield f"for {names[j]} and {name} exchanged", exchange(i, j)


def at(i, change):
    """The function that changes argument number i."""
    return lambda arguments: (
        *arguments[:i],
        change(arguments[i]),
        *arguments[i + 1 :],
    )


def exchange(i, j):
    """The function that exchanges two arguments."""

    def exchanged(arguments):
        changed = list(arguments)
        changed[i], changed[j] = changed[j], changed[i]
        return tuple(changed)

    return exchanged
