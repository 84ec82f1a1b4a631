"""Questions for a number, from homework 08 on, and the same with other numbers.

As in `predicted`: each is a function of the numbers that its exercise names.
"""

import math

from dlcourse.homework.question import Question

MULTIPLIES = """\
for pictures of {side} × {side} pixels. Read it, do not run it: how many multiply-adds
does it take for one picture? Write the shape behind each line before you count.

```python
model = keras.Sequential([
    keras.Input(({side}, {side}, 3)),
    layers.Conv2D({filters}, 7, strides=4, activation="relu"),
    layers.MaxPooling2D(3, strides=2),
    layers.Conv2D({maps}, 5, padding="same", groups=2),
    layers.MaxPooling2D(3, strides=2),
    layers.Flatten(),
    layers.Dense({units}),
])
```"""


def work_read(side, filters, maps, units):
    """How many multiply-adds a network takes whose code is to be read."""

    def multiply_adds_read():
        """Places times what a filter sees times filters; half of it with 2 groups."""
        return sum(work(side, filters, maps, units))

    return Question(
        homework="08",
        reference=multiply_adds_read,
        text=MULTIPLIES.format(side=side, filters=filters, maps=maps, units=units),
        hints=(
            "A convolution: places · what one filter sees · filters. Two lines "
            "multiply nothing.",
            f"The first layer has no padding: (side - 7) // 4 + 1 places in a row of "
            f"{side}. The poolings have none either.",
            f"groups=2: each of the {maps} filters sees {filters // 2} maps.",
        ),
        mistakes=miscounted(side, filters, maps, units),
    )


def work(side, filters, maps, units):
    """Multiply-adds of the three layers that have weights."""
    first = (side - 7) // 4 + 1
    second = (first - 3) // 2 + 1
    third = (second - 3) // 2 + 1
    return (
        first**2 * 7 * 7 * 3 * filters,
        second**2 * 5 * 5 * (filters // 2) * maps,
        third**2 * maps * units,
    )


def miscounted(side, filters, maps, units):
    """What may go wrong where the work is counted, and functions that do so."""
    first, second, third = work(side, filters, maps, units)
    right = first + second + third
    others = {
        "groups=2 halves what a filter of the second convolution sees.": right + second,
        "The filters of both groups count: each of them sees half of the maps.": (
            right - second / 2
        ),
        "The dense layer multiplies too.": first + second,
        "A filter of the first layer sees all three colours.": right - first * 2 / 3,
        "A multiplication and the addition that follows it count as one.": 2 * right,
        **misplaced(side, filters, maps, units),
    }
    return {text: lambda n=number: n for text, number in others.items()}


def misplaced(side, filters, maps, units):
    """What may go wrong where places are counted, and the numbers it gives."""
    first, second, third = work(side, filters, maps, units)
    right = first + second + third
    row = (side - 7) // 4 + 1
    pooled, padded = (row - 1) // 2, -(-row // 2)
    return {
        f"The poolings have no padding: the first one makes {pooled} of {row}.": (
            first
            + second * padded**2 / pooled**2
            + maps * units * (-(-padded // 2)) ** 2
        ),
        'padding="same" keeps the places of the second convolution.': (
            right - second + second * (pooled - 4) ** 2 / pooled**2
        ),
        "These are weights. Each weight of a convolution multiplies at every place.": (
            first / row**2 + second / pooled**2 + third
        ),
        "The first layer jumps on by 4 pixels in both directions.": (
            right - first + first * (side - 6) ** 2 / row**2
        ),
        "Biases are added, they multiply nothing.": (
            right + row**2 * filters + pooled**2 * maps + units
        ),
    }


FENCE = """\
a fence with a picket every {period} pixels. Layer 1 has a stride of {first},
layer 2 a stride of {second}."""


def fence(period, first, second):
    """Which period is seen of a fence behind two layers with strides."""

    def period_seen():
        """Behind both layers there is one sample in first · second pixels."""
        return seen(period, first * second)

    return Question(
        homework="09",
        reference=period_seen,
        text=FENCE.format(period=period, first=first, second=second),
        rtol=1e-3,  # three digits are enough
        hints=(
            "Behind both layers, how many pixels of the picture lie between two "
            "neighbouring samples?",
            "The frequency is 1 / period. From one sample to the next, how many turns "
            "of the wave are there, and how far is that from a whole number?",
            f"That distance is in turns per sample, and a sample is {first * second} "
            "pixels wide.",
        ),
        mistakes=missed(period, first, second),
    )


def seen(period, stride):
    """The period in pixels that is seen with one sample in ``stride`` pixels."""
    turns = stride / period
    return stride / abs(turns - round(turns))


def missed(period, first, second):
    """What may go wrong where a period is sampled twice."""
    stride = first * second
    right = seen(period, stride)
    others = {
        "That is the fence itself. Each layer by itself carries its period, but the "
        "strides multiply.": period,
        f"Strides multiply: with {first} and {second} there is one sample in {stride} "
        "pixels.": seen(period, first + second),
        "That is in samples; asked are pixels.": right / stride,
        "That is a frequency; asked is its period.": 1 / right,
        "That is the frequency in turns per sample.": stride / right,
        "Frequencies are subtracted, not periods.": abs(period - stride),
        "The pattern does repeat exactly after so many pixels, but the wave that fits "
        "the samples is shorter.": math.lcm(period, stride),
    }
    return {text: lambda n=number: n for text, number in others.items()}


# Period and strides: each stride alone carries the period, both together do not.
FENCES = (11, 2, 4), (11, 4, 2), (11, 3, 3), (7, 3, 3), (13, 2, 5)


BUILDER = """\
for pictures of {side} × {side} pixels in three colours, built by the lecture's
function. Read it, do not run it: how many parameters has it?

```python
model = VGG(
    [(1, {first}), (2, {second}, "conv1")],
    dense=({units},),
    input_shape=({side}, {side}, 3),
    classes=10,
)
```"""


def stages_read(side, first, second, units):
    """How many parameters a VGG of two stages has whose code is to be read."""

    def vgg_parameters():
        """Four convolutions, two poolings, two dense layers."""
        return sum(vgg_layers(side, first, second, units))

    return Question(
        homework="10",
        reference=vgg_parameters,
        text=BUILDER.format(side=side, first=first, second=second, units=units),
        hints=(
            "Write the layers down, one a line. A stage is (how many 3 × 3 layers, "
            "filters, what else), and a pooling of 2 × 2 ends it.",
            "Every layer has biases. dense lists the hidden layers alone.",
            f"Two poolings leave {side // 4} × {side // 4} × {second} numbers.",
        ),
        mistakes=misbuilt(side, first, second, units),
    )


def vgg_layers(side, first, second, units):
    """Parameters of each layer that has some."""
    return (
        first * (9 * 3 + 1),
        second * (9 * first + 1),
        second * (9 * second + 1),
        second * (second + 1),
        units * (second * (side // 4) ** 2 + 1),
        10 * (units + 1),
    )


def misbuilt(side, first, second, units):
    """What may go wrong where the stages are read."""
    layers = vgg_layers(side, first, second, units)
    right, (_, _, third, pointwise, dense, classes) = sum(layers), layers
    numbers = second * units * (side // 4) ** 2  # weights of the dense layer
    others = {
        '"conv1" comes after the two 3 × 3 layers, not in the place of one.': (
            right - third
        ),
        '"conv1" is a layer of its own.': right - pointwise,
        '"conv1" has one weight for each pair of channels, not nine.': (
            right + third - pointwise
        ),
        "A pooling follows the last stage, too.": right + 3 * numbers,
        "Each stage ends in a pooling.": right + 15 * numbers,
        "All numbers of the last maps go into the dense layer, not their mean.": (
            right - dense + units * (second + 1)
        ),
        "The layer that gives the classes is missing.": right - classes,
        "The layers have biases.": right - first - 3 * second - units - 10,
        "The second stage sees the maps of the first, not the colours.": (
            right - 9 * second * (first - 3)
        ),
    }
    return {text: lambda n=number: n for text, number in others.items()}


# Each question as it is printed, and function rng -> its numbers for another class.
PRINTED = {
    work_read: (
        (64, 16, 32, 10),
        lambda rng: (
            rng.integers(60, 100),
            rng.choice([16, 24, 32]),
            rng.choice([32, 48, 64]),
            rng.choice([10, 20, 36]),
        ),
    ),
    fence: ((11, 2, 4), lambda rng: rng.choice(FENCES)),
    stages_read: (
        (32, 16, 32, 64),
        lambda rng: (
            4 * rng.integers(6, 13),
            rng.choice([8, 12, 16, 24]),
            rng.choice([20, 32, 40]),
            rng.choice([48, 64, 100]),
        ),
    ),
}
QUESTIONS = tuple(make(*numbers) for make, (numbers, _) in PRINTED.items())
