"""Questions for a number, of homework 23 to 26, and the same with other numbers.

As in `predicted`: each is a function of the numbers that its exercise names.
"""

from dlcourse.homework.question import Question


def constant(numbers):
    """Sentence -> number, as sentence -> function without arguments."""
    return {text: lambda n=number: n for text, number in numbers.items()}


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
