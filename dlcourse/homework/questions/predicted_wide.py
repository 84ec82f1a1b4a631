"""Questions for a number, of homework 14 and 15, and the same with other numbers.

As in `predicted`: each is a function of the numbers that its exercise names.
"""

from math import factorial

from dlcourse.homework.question import Question

PLACES = """\
{inputs} inputs, two hidden layers of {first} and {second} units with tanh, and
{outputs} outputs. Its weights and biases are any numbers, no two of them alike."""


def places(inputs, first, second, outputs):
    """At how many places in weight space a tanh network stands."""

    def same_function():
        """Each hidden layer in any order, each of its units with either sign."""
        return factorial(first) * factorial(second) * 2 ** (first + second)

    numbers = {"inputs": inputs, "first": first, "second": second}
    return Question(
        homework="14",
        reference=same_function,
        text=PLACES.format(**numbers, outputs=outputs),
        hints=(
            "Which changes leave every output as it is? Renumbering a layer is one. "
            "Inputs and outputs keep their places: the data gives them.",
            "tanh(-z) = -tanh(z). What can be done with the sign of one unit?",
            "Any order of a layer goes with any signs of its units, and with all that "
            "is done in the other layer: multiply.",
        ),
        mistakes=misplaced(inputs, first, second, outputs),
    )


def misplaced(inputs, first, second, outputs):
    """What may go wrong where equal functions are counted."""
    orders = factorial(first) * factorial(second)
    others = {
        "Renumbering is one way. tanh has another: tanh(-z) = -tanh(z).": orders,
        "The units can be renumbered as well.": 2 ** (first + second),
        "Units stay in their layer: each layer is renumbered by itself.": (
            factorial(first + second) * 2 ** (first + second)
        ),
        "Each unit has a sign of its own, not each layer.": orders * 4,
        "The two layers are independent of each other: multiply, do not add.": (
            factorial(first) * 2**first + factorial(second) * 2**second
        ),
        "Each of the signs doubles the number: 2 to the power of the units.": (
            orders * 2 * (first + second)
        ),
        "Inputs and outputs keep their places: the data gives them.": (
            orders * 2 ** (first + second) * factorial(inputs) * factorial(outputs)
        ),
        "The list itself counts: it is one of them.": (
            orders * 2 ** (first + second) - 1
        ),
    }
    return {text: lambda n=number: n for text, number in others.items()}


# Each question as it is printed, and function rng -> its numbers for another class.
PRINTED = {
    places: (
        (5, 4, 3, 2),
        lambda rng: (
            rng.integers(5, 9),
            *rng.permutation([2, 3, 4])[:2],
            rng.integers(2, 5),
        ),
    ),
}
QUESTIONS = tuple(make(*numbers) for make, (numbers, _) in PRINTED.items())
