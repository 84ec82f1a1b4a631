"""Questions for a number, of homework 17 and 19, and the same with other numbers.

As in `predicted`: each is a function of the numbers that its exercise names.
"""

import math

from dlcourse.homework.question import Question


def constant(numbers):
    """Sentence -> number, as sentence -> function without arguments."""
    return {text: lambda n=number: n for text, number in numbers.items()}


GROWS = """\
all of its gates are stuck at {gate}. After how many blocks is the variance more than
{times} times that of the input?"""


def stuck_gates(gate, times):
    """After how many blocks with gates that stand still the variance has grown."""

    def blocks_needed():
        """Each block multiplies the variance by 1 + gate²."""
        return after(1 + gate**2, times)

    return Question(
        homework="17",
        reference=blocks_needed,
        text=GROWS.format(gate=gate, times=times),
        hints=(
            "The branch has the variance of x. Which variance has it behind a gate of "
            f"{gate}?",
            "Variances of independent numbers add up: by which factor does one block "
            "multiply the variance? And the next?",
        ),
        mistakes=constant(grown(gate, times)),
    )


def after(factor, times):
    """The least n for which factor^n is more than this."""
    return math.floor(math.log(times) / math.log(factor)) + 1


def grown(gate, times):
    """What may go wrong where a variance grows, and the numbers it gives."""
    right = after(1 + gate**2, times)
    return {
        "A gate multiplies the branch; its variance it multiplies by the square.": (
            after(1 + gate, times)
        ),
        "That is the standard deviation, not the variance.": (
            after(1 + gate**2, times**2)
        ),
        "Each branch has the variance of what comes into its block, and that grows: "
        "the factors multiply.": math.floor((times - 1) / gate**2) + 1,
        "That is without gates.": after(2, times),
        "One block less is enough.": right + 1,
        "With one block less it is not yet more.": right - 1,
        "A number of blocks is whole.": math.log(times) / math.log(1 + gate**2),
    }


TWO_GATES = """\
for pictures of {side} × {side} pixels. Read it, do not run it: how many multiply-adds
do its convolutions and dense layers take for one picture?

```python
def gated(x):
    channels = x.shape[-1]
    s = layers.GlobalAveragePooling2D()(x)
    s = layers.Dense(channels // {ratio}, activation="relu")(s)
    s = layers.Dense(channels, activation="sigmoid")(s)
    q = layers.Dense(1, activation="sigmoid")(x)
    s = layers.Reshape((1, 1, channels))(s)
    return layers.Multiply()([x, s]) + layers.Multiply()([x, q])


inputs = keras.Input(({side}, {side}, 3))
x = layers.Conv2D({width}, 3, 2, padding="same", activation="relu")(inputs)
x = gated(x)
x = layers.Conv2D({wide}, 3, padding="same", activation="relu")(x)
x = gated(x)
x = layers.GlobalAveragePooling2D()(x)
model = keras.Model(inputs, layers.Dense(36)(x))
```"""


def two_gates(side, width, wide, ratio):
    """How many multiply-adds a network with gates of two kinds takes."""
    parts = gated_work(side, width, wide, ratio)

    def gated_multiply_adds():
        """Convolutions, gates of channels, gates of pixels, classes."""
        return sum(parts)

    text = TWO_GATES.format(side=side, width=width, wide=wide, ratio=ratio)
    return Question(
        homework="17",
        reference=gated_multiply_adds,
        text=text,
        hints=(
            "Which shape has x where a dense layer reads it? It works on the last "
            "axis, at every place of the others.",
            "s is one row of channels for the whole picture. q is a gate for each "
            "pixel: (height, width, 1).",
            f"The first convolution leaves {side // 2} × {side // 2} pixels.",
        ),
        mistakes=constant(gates_misread(side, width, wide, ratio)),
    )


def gated_work(side, width, wide, ratio):
    """Multiply-adds of both convolutions, channel gates, pixel gates and classes."""
    places = (side // 2) ** 2
    return (
        places * 27 * width,
        places * 9 * width * wide,
        2 * width * (width // ratio) + 2 * wide * (wide // ratio),
        places * (width + wide),
        36 * wide,
    )


def gates_misread(side, width, wide, ratio):
    """What may go wrong where the two gates are read, and the numbers it gives."""
    parts = gated_work(side, width, wide, ratio)
    right, (first, second, channels, pixels, classes) = sum(parts), parts
    places = (side // 2) ** 2
    return {
        "q is computed at every pixel: x was not squeezed there.": (
            right - pixels + width + wide
        ),
        "q needs multiply-adds as well.": right - pixels,
        "The two dense layers of s work on one row of numbers, not at every pixel.": (
            right + (places - 1) * channels
        ),
        "The dense layers of s are missing.": right - channels,
        "The first convolution has strides of 2.": (
            right + 3 * (first + second + pixels)
        ),
        "Squeezing and scaling are not asked for here.": right + 3 * pixels,
        "The mean comes before the classes: they read one number of each map.": (
            right + (places - 1) * classes
        ),
        "The dense layer of the classes is missing.": right - classes,
        "These are weights; those of a convolution are used at every place.": (
            (first + second + pixels) // places + channels + classes
        ),
    }


NEAR = """\
{blocks} blocks, {operations} operations and {joins} ways to join. How many other
encodings can be reached from a given one by one mutation, or by two in a row?"""


def mutations(blocks, operations, joins):
    """How many encodings lie within two mutations of one."""
    single, double = within(blocks, operations, joins)

    def neighbours():
        """One decision changed, or two different ones."""
        return single + double

    text = NEAR.format(blocks=blocks, operations=operations, joins=joins)
    return Question(
        homework="19",
        reference=neighbours,
        text=text,
        hints=(
            "Write down how many options each of the decisions has. To how many others "
            "can a mutation change it?",
            "Two mutations that change the same decision do no more than one. Two that "
            "change two decisions may come in any order.",
            "Two different decisions: add up the products of their other options, each "
            "pair of decisions once. (sum² - sum of squares) / 2 does that.",
        ),
        mistakes=constant(miscounted(blocks, operations, joins)),
    )


def other_options(blocks, operations, joins, less=1):
    """For each decision, how many other options it has."""
    inputs = [b + 1 - less for b in range(1, blocks + 1) for _ in range(2)]
    return inputs + 2 * blocks * [operations - less] + blocks * [joins - less]


def within(blocks, operations, joins, less=1):
    """Encodings in which one decision differs, and in which two do."""
    others = other_options(blocks, operations, joins, less)
    return sum(others), (sum(others) ** 2 - sum(n * n for n in others)) // 2


def miscounted(blocks, operations, joins):
    """What may go wrong where neighbours are counted, and the numbers it gives."""
    single, double = within(blocks, operations, joins)
    others = other_options(blocks, operations, joins)
    same = 2 * blocks * [1] + others[2 * blocks :]
    return {
        "That is one mutation; two reach more.": single,
        "What one mutation reaches counts as well.": double,
        "The same two decisions in the other order make the same encoding: count each "
        "pair once.": single + 2 * double,
        "Two mutations one after the other: if they change one decision, there is "
        "nothing new, and two may come in either order.": single + single**2,
        "Two mutations of one decision do no more than one of them.": (
            single + (single**2 + single) // 2
        ),
        "A mutation changes a decision to another option: one less than there are.": (
            sum(within(blocks, operations, joins, 0))
        ),
        "Each further block has one input more to choose from.": (
            sum(same) + (sum(same) ** 2 - sum(n * n for n in same)) // 2
        ),
        "The encoding itself is not another one.": single + double + 1,
        "A block has two inputs and two operations.": halved(blocks, operations, joins),
    }


def halved(blocks, operations, joins):
    """As if a block had one input and one operation."""
    others = [*range(1, blocks + 1), *blocks * [operations - 1], *blocks * [joins - 1]]
    return sum(others) + (sum(others) ** 2 - sum(n * n for n in others)) // 2


# Each question as it is printed, and function rng -> its numbers for another class.
PRINTED = {
    stuck_gates: (
        (0.3, 10),
        lambda rng: (rng.choice([0.2, 0.25, 0.35, 0.4]), rng.choice([5, 20, 30, 50])),
    ),
    two_gates: (
        (32, 16, 32, 8),
        lambda rng: (
            2 * rng.integers(12, 32),
            rng.choice([16, 24, 32]),
            rng.choice([40, 48, 64]),
            rng.choice([4, 8]),
        ),
    ),
    mutations: (
        (5, 13, 2),
        lambda rng: (rng.integers(3, 7), rng.integers(5, 13), rng.integers(2, 4)),
    ),
}
QUESTIONS = tuple(make(*numbers) for make, (numbers, _) in PRINTED.items())
