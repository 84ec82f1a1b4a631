"""Questions for a number, of homework 01 to 07, and the same with other numbers.

Each is a function of the numbers that its exercise names, which gives the `Question`.
"""

import math

from dlcourse.homework.question import Question

WORDS = {
    5: "five",
    6: "six",
    7: "seven",
    8: "eight",
    9: "nine",
    10: "ten",
    12: "twelve",
}


def sigmoids(layers):
    """What is left of a gradient behind so many sigmoids."""

    def gradient_left():
        """Each sigmoid has a slope of 1/4 at most."""
        return 0.25**layers

    return Question(
        homework="01",
        reference=gradient_left,
        text=f"through **{WORDS[layers]}** layers",
        rtol=1e-3,  # three digits are enough
        hints=(
            "Each layer multiplies the gradient by the slope of its activation.",
            "s (1 - s) is largest where s = 1/2.",
        ),
        mistakes={
            "This takes a slope of 1/2. That is the sigmoid's largest s; its slope is "
            "s (1 - s).": lambda: 0.5**layers,
            "The slopes multiply, they do not add.": lambda: layers * 0.25,
            f"This is {WORDS[layers - 1]} layers; there are {WORDS[layers]}.": (
                lambda: 0.25 ** (layers - 1)
            ),
        },
    )


def steps(examples, batch, epochs):
    """How often the weights move, where each epoch ends with a smaller batch."""

    def steps_in_training():
        """Each epoch's batches, rounded up."""
        return epochs * -(-examples // batch)

    return Question(
        homework="02",
        reference=steps_in_training,
        text=f"{examples:,} examples, batches of {batch}, {WORDS[epochs]} epochs.",
        hints=(
            "How many batches has one epoch, if no example is left out?",
            f"{examples:,} / {batch} is not a whole number, and every epoch ends with "
            "the rest.",
        ),
        mistakes={
            "The last, smaller batch of each epoch is left out.": (
                lambda: epochs * (examples // batch)
            ),
            "The rest is carried over to the next epoch. Round up within each.": (
                lambda: -(-epochs * examples // batch)
            ),
            "The number of steps is a whole number.": lambda: epochs * examples / batch,
            f"This is one epoch; there are {WORDS[epochs]}.": (
                lambda: -(-examples // batch)
            ),
        },
    )


def until(share, momentum):
    """After how many batches this share of the start is left: momentum^n = share."""
    return math.log(share) / math.log(momentum)


def forgotten(momentum):
    """After how many batches less than a hundredth of the start is left."""

    def batches_needed():
        """The least n for which momentum^n < 1/100."""
        return math.floor(until(0.01, momentum)) + 1

    return Question(
        homework="04",
        reference=batches_needed,
        text=f"a momentum of {momentum}",
        hints=(
            "Which share of the first value is left after one batch? After two?",
            f"{momentum}^n < 0.01. The logarithm brings n down: n log {momentum} < "
            "log 0.01.",
        ),
        mistakes=forgotten_mistakes(momentum, batches_needed()),
    )


def forgotten_mistakes(momentum, right):
    """What may go wrong where a start is forgotten."""
    by_sums = round(1 / (1 - momentum))  # 1 - n (1 - momentum) is 0
    others = {
        "With one batch less, a little more than a hundredth is left.": right - 1,
        "One batch less is enough.": right + 1,
        "A number of batches is whole.": until(0.01, momentum),
        "The shares multiply, they are not subtracted: one batch before nothing would "
        "be left, more than a third is.": by_sums - 1,
        "The shares multiply, they do not add up: more than a third is left.": by_sums,
        "That is a tenth that is left, not a hundredth.": (
            math.floor(until(0.1, momentum)) + 1
        ),
        "A hundredth is lost soon; asked is when a hundredth is left.": (
            math.ceil(until(0.99, momentum))
        ),
        "That is a half that is left.": math.floor(until(0.5, momentum)) + 1,
    }
    return {text: lambda n=number: n for text, number in others.items()}


def crops(side, window):
    """How many pictures one becomes by cropping and mirroring."""
    places = side - window + 1

    def different_crops():
        """Places in two directions, and each mirrored."""
        return 2 * places**2

    return Question(
        homework="06",
        reference=different_crops,
        text=f"Pictures of {side} × {side} pixels, crops of {window} × {window} at",
        hints=(
            f"How many places has a window of {window} in a row of {side}?",
            "As many down as across; and each crop has a mirror image.",
        ),
        mistakes={
            "One place less than there is, as AlexNet's authors counted: the first one "
            "counts as well.": lambda: 2 * (places - 1) ** 2,
            "The mirror images are missing.": lambda: places**2,
            "The window moves in two directions.": lambda: 2 * places,
            "Mirroring doubles the number of pictures once, not in each direction.": (
                lambda: (2 * places) ** 2
            ),
        },
    )


CODE = """\
of {side} × {side} pixels in three colours. Read it, do not run it:
how many parameters has it? Write the shape behind each line before you count.

```python
model = keras.Sequential([
    keras.Input(({side}, {side}, 3)),
    layers.Conv2D({filters}, 3, padding="same", activation="relu"),
    layers.MaxPooling2D(3, strides=2),
    layers.Conv2D({maps}, 1, use_bias=False),
    layers.Flatten(),
    layers.Dense({units}),
])
```"""


def network_read(side, filters, maps, units):
    """How many parameters a network has whose code is to be read."""
    pooled = (side - 3) // 2 + 1

    def parameters_read():
        """3 x 3 x 3 weights a filter, 1 x 1 without bias, dense with."""
        return filters * (27 + 1) + maps * filters + units * (maps * pooled**2 + 1)

    return Question(
        homework="07",
        reference=parameters_read,
        text=CODE.format(side=side, filters=filters, maps=maps, units=units),
        hints=(
            "Write the shape behind each line first. Two lines have no parameters.",
            f"The pooling has windows of 3, a stride of 2 and no padding: {side} "
            f"pixels become {pooled}.",
            "One line says use_bias=False.",
        ),
        mistakes=misread(side, filters, maps, units),
    )


def misread(side, filters, maps, units):
    """What may go wrong where the network is read."""
    pooled, padded, by_three = (side - 1) // 2, (side - 3) // 2, side // 3
    first, second = filters * (27 + 1), maps * filters
    read = first + second + units * (maps * pooled**2 + 1)  # what is right
    others = {
        f"The pooling leaves {pooled} pixels on a side: ({side} - 3) // 2 + 1.": (
            first + second + units * (maps * (side // 2) ** 2 + 1)
        ),
        "The 1 × 1 layer has no bias: use_bias=False.": read + maps,
        f'padding="same" keeps {side} pixels.': (
            first + second + units * (maps * padded**2 + 1)
        ),
        "The dense layer has biases.": read - units,
        "The first layer has biases.": read - filters,
        "The pooling has a stride of 2, not of 3.": (
            first + second + units * (maps * by_three**2 + 1)
        ),
        "The dense layer is missing.": first + second,
        f"Flatten keeps the {maps} maps: {pooled} · {pooled} · {maps} numbers.": (
            first + second + units * (pooled**2 + 1)
        ),
        "A window of the first layer reaches through all three colours.": (
            read - 18 * filters
        ),
    }
    return {text: lambda n=number: n for text, number in others.items()}


# Each question as it is printed, and function rng -> its numbers for another class.
PRINTED = {
    sigmoids: ((6,), lambda rng: (rng.integers(6, 10),)),
    steps: (
        (50_000, 128, 10),
        lambda rng: (
            500 * (2 * rng.integers(41, 60) + 1),  # no multiple of a batch
            rng.choice([48, 96, 128, 192, 256]),
            rng.choice([7, 8, 9, 10, 12]),
        ),
    ),
    forgotten: ((0.99,), lambda rng: (rng.choice([0.97, 0.98, 0.985, 0.99, 0.995]),)),
    crops: ((32, 28), lambda rng: (rng.integers(32, 49), rng.integers(24, 29))),
    network_read: (
        (32, 8, 4, 10),
        lambda rng: (
            2 * rng.integers(14, 21),
            rng.choice([6, 8, 10, 12]),
            rng.integers(3, 6),
            rng.choice([10, 20, 36]),
        ),
    ),
}
QUESTIONS = tuple(make(*numbers) for make, (numbers, _) in PRINTED.items())
