"""Questions for a number, of homework 11 to 13, and the same with other numbers.

As in `predicted`: each is a function of the numbers that its exercise names.
"""

from math import comb

from dlcourse.homework.question import Question

THROUGH = """\
{modules} inception modules with {before} convolutions before the first and one dense
layer behind the last. How many of its ways from the picture to the classes go through
exactly {layers} layers with weights?"""


def ways(modules, before, layers):
    """How many ways through inception modules have so many layers with weights."""
    longer = layers - before - 1 - modules

    def ways_counted():
        """In which modules the way has two layers; each offers two of either length."""
        return comb(modules, longer) * 2**modules

    return Question(
        homework="11",
        reference=ways_counted,
        text=THROUGH.format(modules=modules, before=before, layers=layers),
        hints=(
            "How many layers has the shortest way? By how many can a module make it "
            "longer?",
            "First choose the modules in which the way has two layers. Then count the "
            "ways that take two layers in just these.",
        ),
        mistakes=miscounted(modules, before, layers),
    )


def miscounted(modules, before, layers):
    """What may go wrong where ways are counted."""
    longer = layers - before - 1 - modules
    chosen, each = comb(modules, longer), 2**modules
    others = {
        "A module has two paths of one layer, and two of two layers.": chosen,
        "Two paths of a module have one layer as well: the 1 × 1, and the 1 × 1 behind "
        "the pooling.": chosen * 2**longer,
        "The dense layer has weights, too.": comb(modules, longer + 1) * each,
        "The convolutions before the first module count, too.": (
            comb(modules, longer + before) * each
        ),
        "A pooling has no weights.": chosen * 3**longer,
        "These are all ways, whatever their length.": 4**modules,
        "Those with fewer layers are counted as well; asked is for just so many.": (
            sum(comb(modules, n) for n in range(longer + 1)) * each
        ),
        "It is open which of the modules have two layers: choose them.": each,
    }
    return {text: lambda n=number: n for text, number in others.items()}


def way_numbers(rng):
    """Numbers of modules, of convolutions before them, and of layers on the way."""
    modules, before = rng.integers(5, 9), rng.integers(2, 5)
    return modules, before, before + 1 + modules + rng.integers(2, modules - 1)


# Each question as it is printed, and function rng -> its numbers for another class.
PRINTED = {
    ways: ((8, 3, 15), way_numbers),
}
QUESTIONS = tuple(make(*numbers) for make, (numbers, _) in PRINTED.items())
