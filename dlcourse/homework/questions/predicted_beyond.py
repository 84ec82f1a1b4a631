"""Questions for a number, of homework 23 to 26, and the same with other numbers.

As in `predicted`: each is a function of the numbers that its exercise names.
"""

import numpy as np

from dlcourse.homework.question import Question


def constant(numbers):
    """Sentence -> number, as sentence -> function without arguments."""
    return {text: lambda n=number: n for text, number in numbers.items()}


UPWARDS = """\
for pictures of {side} × {side} pixels. Read it, do not run it: how many parameters has
it?

```python
x = inputs = keras.Input(({side}, {side}, 3))
x = skip = layers.Conv2D({first}, 3, padding="same", activation="relu")(x)
x = layers.MaxPooling2D()(x)
x = layers.Conv2D({second}, 3, padding="same", activation="relu")(x)
x = layers.Conv2DTranspose({up}, 4, strides=2, padding="same")(x)
x = layers.Concatenate()([x, skip])
x = layers.Conv2D({third}, 3, padding="same", activation="relu")(x)
x = layers.Conv2D({classes}, 1)(x)
model = keras.Model(inputs, x)
```"""


def upwards(side, first, second, up, third, classes):
    """How many parameters a small U-Net has whose code is to be read."""

    def skip_read():
        """Three convolutions, a transposed one, and the classifier."""
        return sum(up_layers(first, second, up, third, classes))

    numbers = {"side": side, "first": first, "second": second, "up": up}
    return Question(
        homework="23",
        reference=skip_read,
        text=UPWARDS.format(**numbers, third=third, classes=classes),
        hints=(
            "Write the layers down, one a line, with the number of maps that each one "
            "reads.",
            "A transposed convolution has a weight for each pair of maps and each "
            "place of its window, as a convolution has.",
            "What is concatenated: how many maps come from below, and how many over "
            "the skip?",
        ),
        mistakes=constant(misread_up(first, second, up, third, classes)),
    )


def up_layers(first, second, up, third, classes):
    """Parameters of each layer that has some."""
    return (
        first * (9 * 3 + 1),
        second * (9 * first + 1),
        up * (16 * second + 1),
        third * (9 * (up + first) + 1),
        classes * (third + 1),
    )


def misread_up(first, second, up, third, classes):
    """What may go wrong where a U is read."""
    right = sum(up_layers(first, second, up, third, classes))
    return {
        "The maps of the skip are concatenated, not added.": right - 9 * third * first,
        "The skip hands over the maps from before the pooling.": (
            right + 9 * third * (second - first)
        ),
        "The transposed convolution has a window of 4 × 4.": right - 7 * up * second,
        "The stride does not change the number of weights.": right - 12 * up * second,
        "A transposed convolution has one bias for each map that it writes.": (
            right + second - up
        ),
        "An enlargement by interpolation would have no weights; this one learns.": (
            right - up * (16 * second + 1)
        ),
        "The window of the last layer is 1 × 1.": right + 8 * third * classes,
        "Layers have biases here.": right - first - second - up - third - classes,
        "The pictures have three channels.": right - 9 * 2 * first,
    }


TOLD_APART = """\
from 0 to {end}, the forgeries evenly from {begin} to {last}. What is the loss of the
best discriminator, the mean of −log D over the data plus the mean of −log(1 − D) over
the forgeries, in nats?"""


def apart(end, begin, last):
    """What the best discriminator loses where two uniform densities overlap in part."""

    def best_loss():
        """Only in the overlap is it not sure."""
        return two_means(end, begin, last)

    return Question(
        homework="25",
        reference=best_loss,
        text=TOLD_APART.format(end=end, begin=begin, last=last),
        hints=(
            "Outside of the overlap the discriminator is sure, and right: what does it "
            "lose there?",
            "In the overlap D is p / (p + q) everywhere. Which heights have p and q?",
            "Which share of the data lies in the overlap, and loses -log D? And which "
            "share of the forgeries?",
        ),
        mistakes=constant(misjudged(end, begin, last)),
    )


def two_means(end, begin, last, answer=None, shares=None):
    """Both terms of the loss; a mistake has another answer, or other shares."""
    p, q = 1 / end, 1 / (last - begin)
    d = p / (p + q) if answer is None else answer
    of_data, of_forged = shares or ((end - begin) * p, (end - begin) * q)
    return -of_data * np.log(d) - of_forged * np.log(1 - d)


def misjudged(end, begin, last):
    """What may go wrong where two densities are told apart."""
    given = end, begin, last
    right, p, q = two_means(*given), 1 / end, 1 / (last - begin)
    return {
        "Where the densities differ the best answer is not a half.": (
            two_means(*given, answer=1 / 2)
        ),
        "D is the probability of data, not of a forgery.": (
            two_means(*given, answer=q / (p + q))
        ),
        "Only a share of the data, and of the forgeries, lies in the overlap.": (
            two_means(*given, shares=(1, 1))
        ),
        "The means run over densities: each is 1 over its own length.": (
            two_means(*given, shares=(end - begin, end - begin))
        ),
        "The loss is minus the logarithm.": -right,
        "Nats have the natural logarithm.": right / np.log(2),
        "The two means are added, not averaged.": right / 2,
        "The forgeries are judged as well.": (
            two_means(*given, shares=((end - begin) * p, 0))
        ),
        "Nothing can be told only where both densities are the same.": 2 * np.log(2),
    }


READS = """\
of {channels} numbers at each step. Read it, do not run it: how many parameters has it?

```python
model = keras.Sequential([
    keras.Input((None, {channels})),
    layers.Bidirectional(layers.LSTM({first}, return_sequences=True)),
    layers.GRU({second}, return_sequences=True),
    layers.Dense({classes}),
])
```"""


def gates(channels, first, second, classes):
    """How many parameters a recurrent network has whose code is to be read."""

    def gates_read():
        """Two LSTMs, a GRU that reads both, and a dense layer for each step."""
        return sum(gate_layers(channels, first, second, classes))

    return Question(
        homework="26",
        reference=gates_read,
        text=READS.format(
            channels=channels, first=first, second=second, classes=classes
        ),
        hints=(
            "How many matrices has a gate, and how many gates has an LSTM? And then "
            "there are two of them.",
            "The GRU reads the outputs of both directions, side by side.",
            "The lecture's table shows the biases of the three layers. One of them has "
            "two rows.",
        ),
        mistakes=constant(misgated(channels, first, second, classes)),
    )


def gate_layers(channels, first, second, classes):
    """Parameters of both LSTMs, of the GRU, of the dense layer."""
    return (
        2 * 4 * first * (channels + first + 1),
        3 * second * (2 * first + second + 2),
        classes * (second + 1),
    )


def misgated(channels, first, second, classes):
    """What may go wrong where the parameters of gates are counted."""
    lstm, gru, dense = gate_layers(channels, first, second, classes)
    right = lstm + gru + dense
    return {
        "Bidirectional holds two layers, each with weights of its own.": (
            right - lstm // 2
        ),
        "The GRU reads the outputs of both directions.": right - 3 * second * first,
        "Keras's GRU has two rows of biases.": right - 3 * second,
        "An LSTM has four sums: three gates and the candidate.": right - lstm // 4,
        "A GRU has three sums: two gates and the candidate.": right - gru // 3,
        "A GRU has three sums, not four.": right + gru // 3,
        "The state has a matrix as well as the input.": (
            right - 8 * first**2 - 3 * second**2
        ),
        "The gates have biases.": right - 8 * first - 6 * second,
        "The dense layer is one for all steps, and reads the GRU alone.": (
            right + 2 * first * classes
        ),
        "The dense layer has biases.": right - classes,
        "A plain recurrent layer has one sum, an LSTM four, a GRU three.": (
            lstm // 4 + gru // 3 + dense
        ),
    }


# Each question as it is printed, and function rng -> its numbers for another class.
PRINTED = {
    upwards: (
        (48, 12, 24, 16, 20, 4),
        lambda rng: (
            rng.choice([32, 48, 64]),
            rng.choice([10, 12, 14]),
            rng.choice([24, 28, 32]),
            rng.choice([16, 18]),
            rng.choice([20, 22]),
            rng.integers(3, 8),
        ),
    ),
    apart: (
        (6, 4, 9),
        lambda rng: (rng.choice([5, 6]), rng.choice([2, 3]), rng.integers(8, 12)),
    ),
    gates: (
        (10, 16, 12, 7),
        lambda rng: (
            rng.integers(6, 20),
            rng.choice([16, 20, 24]),
            rng.choice([10, 12, 30]),
            rng.integers(3, 9),
        ),
    ),
}
QUESTIONS = tuple(make(*numbers) for make, (numbers, _) in PRINTED.items())
