"""Questions for a number, of homework 14 and 15, and the same with other numbers.

As in `predicted`: each is a function of the numbers that its exercise names.
"""

from itertools import pairwise, product
from math import ceil, factorial, floor

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


SEEN = """\
that names the place of things. Read it, do not run it: on how many
pixels of the picture does one output depend?

```python
inputs = keras.Input((96, 96, 3))
x = layers.Conv2D(16, 3, activation="relu")(inputs)
x = layers.Conv2D(16, 3, strides=2, activation="relu")(x)
x = layers.Conv2D(16, 3, dilation_rate={near}, activation="relu")(x)
x = layers.Conv2D(1, 3, dilation_rate={far})(x)
model = keras.Model(inputs, x)
```"""


def dilated(near, far):
    """How many pixels a dilated network reads for an output."""

    def dilated_seen():
        """Rows that are read, squared: it reads the same columns."""
        return len(rows_read(near, far)) ** 2

    return Question(
        homework="15",
        reference=dilated_seen,
        text=SEEN.format(near=near, far=far),
        hints=(
            "One dimension first, and backwards: which places of the layer below does "
            "the output read? Which of the layer below that?",
            "A filter of 3 with dilation r reads -r, 0 and r. Behind the stride, one "
            "step is two steps in the layer before.",
            f"From the output, 2 ({far} a + {near} b) for a and b = -1, 0, 1 are the "
            "places that the last two layers read. Around each stands a window of 5 "
            "pixels. Do the windows touch?",
        ),
        mistakes=misread(near, far),
    )


def rows_read(near, far, stride=2, own=1, first=(-1, 0, 1)):
    """The rows of the picture that the output in row 0 reads: a set.

    A mistake takes another stride, lets it count for the strided layer itself as well,
    or leaves the first layer out.
    """
    taps = (-1, 0, 1)
    return {
        stride * (far * a + near * b) + own * c + d
        for a, b, c in product(taps, repeat=3)
        for d in first
    }


def misread(near, far):
    """What may go wrong where dilated windows are joined."""
    rows = rows_read(near, far)
    others = {
        "The windows leave gaps between them: those pixels are not read.": (
            (max(rows) - min(rows) + 1) ** 2
        ),
        "These are the rows; it reads as many columns.": len(rows),
        "Each pixel counts once, not each of its three numbers.": 3 * len(rows) ** 2,
        "Behind the stride of 2, one step is two pixels.": (
            len(rows_read(near, far, stride=1)) ** 2
        ),
        "The strided layer itself reads neighbours: its stride counts behind it.": (
            len(rows_read(near, far, own=2)) ** 2
        ),
        "A dilated filter reads places that lie apart.": len(rows_read(1, 1)) ** 2,
        "Windows overlap, and a pixel counts once: these are the paths.": 3**8,
        "The first layer reads a window, too.": (
            len(rows_read(near, far, first=(0,))) ** 2
        ),
    }
    return {text: lambda n=number: n for text, number in others.items()}


PYRAMID = """\
with α = {alpha} and N = {blocks} blocks. Each block is two 3 × 3 convolutions without
biases: the first one reads what comes in and gives the new width, the second one
keeps it. How many weights do they have in all blocks together?"""


def pyramid(alpha, blocks):
    """How many weights the convolutions of a pyramid have."""

    def pyramid_weights():
        """From the old width to the new one, and from that to itself."""
        return weights_of(alpha, blocks)

    return Question(
        homework="15",
        reference=pyramid_weights,
        text=PYRAMID.format(alpha=alpha, blocks=blocks),
        hints=(
            "Write down the widths first, D_0 = 16 with them. They are whole numbers.",
            "A 3 × 3 convolution from a channels to b has 9 a b weights.",
            "Block k has 9 D_(k-1) D_k + 9 D_k^2 of them.",
        ),
        mistakes=misweighed(alpha, blocks),
    )


def weights_of(alpha, blocks, rounded=lambda d: floor(d + 0.5), block=None):
    """The weights of all blocks; a mistake rounds or counts in another way."""
    block = block or (lambda a, b: 9 * (a * b + b * b))
    widths = [rounded(16 + alpha * k / blocks) for k in range(blocks + 1)]
    return sum(block(a, b) for a, b in pairwise(widths))


# What may go wrong: how widths are rounded, and what a block from a to b channels has.
MISROUNDED = {
    "Widths are rounded: the + 1/2 makes floor do it.": floor,
    "Widths are rounded to the nearest number, not up.": ceil,
}
MISCOUNTED = {
    "The first convolution of a block reads the old width.": lambda a, b: 18 * b * b,
    "The second convolution of a block reads the new width.": lambda a, b: 18 * a * b,
    "Each block has two convolutions.": lambda a, b: 9 * a * b,
    "Shortcuts are padded with zeros: they have no weights.": (
        lambda a, b: 9 * (a * b + b * b) + a * b
    ),
    "A 3 × 3 filter has 9 weights for each channel that it reads.": (
        lambda a, b: a * b + b * b
    ),
    "All blocks count, from the first one that widens 16.": (
        lambda a, b: 9 * (a > 16) * (a * b + b * b)
    ),
}


def misweighed(alpha, blocks):
    """What may go wrong where the weights of a pyramid are counted."""
    others = {
        "Each width is rounded, not the step between two of them.": (
            weights_of(round(alpha / blocks) * blocks, blocks)
        )
    }
    for text, rounded in MISROUNDED.items():
        others[text] = weights_of(alpha, blocks, rounded)
    for text, block in MISCOUNTED.items():
        others[text] = weights_of(alpha, blocks, block=block)
    return {text: lambda n=number: n for text, number in others.items()}


# Dilations that leave gaps, and tell each mistake from the others.
APART = (3, 4), (3, 5), (3, 6), (5, 6), (5, 7), (6, 7)
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
    dilated: ((5, 6), lambda rng: rng.permutation(rng.choice(APART))),
    pyramid: (
        (20, 6),
        lambda rng: (rng.choice([20, 22, 26, 28, 34, 38]), rng.choice([6, 12])),
    ),
}
QUESTIONS = tuple(make(*numbers) for make, (numbers, _) in PRINTED.items())
