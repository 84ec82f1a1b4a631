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


SEEN = """\
{modules} such modules stand in a row. The longest path of each is now
1 × 1, 1 × {size}, {size} × 1, 1 × {size}, one after the other (rows × columns), all
with strides of 1."""


def windows(modules, size):
    """How many pixels an output sees through modules with two rows and a column."""

    def pixels_seen():
        """Each layer makes the window larger by its own size less one."""
        return (1 + modules * (size - 1)) * (1 + 2 * modules * (size - 1))

    return Question(
        homework="12",
        reference=pixels_seen,
        text=SEEN.format(modules=modules, size=size),
        hints=(
            "Take height and width apart. Which of the layers change which of them?",
            "A layer whose filter is k wide makes the window wider by k - 1.",
        ),
        mistakes=misseen(modules, size),
    )


def misseen(modules, size):
    """What may go wrong where a window is computed."""
    height, width = 1 + modules * (size - 1), 1 + 2 * modules * (size - 1)
    others = {
        "The window is not square: two of the layers look sideways, one looks up and "
        "down.": width**2,
        "Two of the layers look sideways, so the window is wider than high.": height**2,
        "This is one module.": size * (2 * size - 1),
        "This is the width of the window; asked is for pixels.": width,
        "Height and width are multiplied.": height + width,
        "The windows of the modules overlap: each begins where the others see.": (
            modules * size * (2 * size - 1)
        ),
        "Each layer adds its size less one: the pixel in the middle was there.": (
            2 * (modules * size) ** 2
        ),
        "The pixel itself counts as well, in both directions.": (
            (height - 1) * (width - 1)
        ),
    }
    return {text: lambda n=number: n for text, number in others.items()}


# Each question as it is printed, and function rng -> its numbers for another class.
PRINTED = {
    ways: ((8, 3, 15), way_numbers),
    windows: ((3, 5), lambda rng: (rng.integers(2, 8), rng.choice([5, 7, 9, 11]))),
}
QUESTIONS = tuple(make(*numbers) for make, (numbers, _) in PRINTED.items())
