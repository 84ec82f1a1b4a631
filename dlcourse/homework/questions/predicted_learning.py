"""Questions for a number, of homework 28 to 30, and the same with other numbers.

As in `predicted`: each is a function of the numbers that its exercise names.
"""

from dlcourse.homework.question import Question
from dlcourse.homework.questions.predicted_beyond import constant

INVERTED = """\
of MobileNetV2. Read it, do not run it: how many multiply-adds have its three
convolutions for one input?

```python
x = inputs = keras.Input(({side}, {side}, {channels}))
x = layers.Conv2D({wide}, 1, use_bias=False)(x)
x = layers.ReLU(6)(layers.BatchNormalization()(x))
x = layers.DepthwiseConv2D({window}, strides=2, padding="same", use_bias=False)(x)
x = layers.ReLU(6)(layers.BatchNormalization()(x))
x = layers.Conv2D({filters}, 1, use_bias=False)(x)
model = keras.Model(inputs, layers.BatchNormalization()(x))
```"""


def inverted(side, channels, wide, window, filters):
    """How many multiply-adds an inverted residual has whose code is to be read."""

    def adds_read():
        """Expansion at full size, then depthwise and projection at half of it."""
        return sum(three_layers(side, channels, wide, window, filters))

    return Question(
        homework="28",
        reference=adds_read,
        text=INVERTED.format(
            side=side, channels=channels, wide=wide, window=window, filters=filters
        ),
        hints=(
            "For each convolution: how many places has its output, and how many "
            "products make all numbers of one place?",
            "A depthwise convolution has a window for each map, and no sum over maps.",
            "The stride is in the second one: its output and the third's have a "
            "quarter of the places.",
        ),
        mistakes=constant(misadded(side, channels, wide, window, filters)),
    )


def three_layers(side, channels, wide, window, filters):
    """Multiply-adds of each of the three convolutions."""
    places, fewer = side**2, (side // 2) ** 2
    return places * channels * wide, fewer * window**2 * wide, fewer * wide * filters


def misadded(side, channels, wide, window, filters):
    """What may go wrong where multiply-adds are counted."""
    first, second, third = three_layers(side, channels, wide, window, filters)
    right = first + second + third
    return {
        "The stride leaves a quarter of the places, from the second layer on.": (
            first + 4 * second + 4 * third
        ),
        "The first layer is before the stride.": first // 4 + second + third,
        "The second layer is behind its own stride.": first + 4 * second + third,
        "Both sides are halved, not one alone.": first + 2 * second + 2 * third,
        "A depthwise convolution does not sum over the maps.": right
        + second * (wide - 1),
        "The third layer reads all the wide maps.": (
            first + second + third // wide * channels
        ),
        "A window has so many places in each direction.": first
        + second // window
        + third,
        "Each place has its own products: that is the number of weights.": (
            wide * (channels + window**2 + filters)
        ),
        "The depthwise convolution counts as well.": first + third,
        "A multiplication with its addition is one multiply-add.": 2 * right,
    }


DRAWN = """\
of the last {capacity} steps. Read it, do not run it: how often, in the mean over many
runs, is the step number {asked} drawn?

```python
memory, drawn = np.zeros({capacity}, int), np.zeros({steps})
for step in range({steps}):
    memory[step % {capacity}] = step
    if step >= {warm} and step % {every} == 0:
        rows = rng.integers(0, min(step + 1, {capacity}), {batch})
        np.add.at(drawn, memory[rows], 1)
```"""


def remembered(capacity, steps, warm, every, batch, asked):
    """How often a replay memory hands out one of its first steps."""

    def times_drawn():
        """At each training that finds the step, batch / (steps in the memory)."""
        return draws(capacity, warm, every, batch, asked, asked + capacity)

    return Question(
        homework="29",
        reference=times_drawn,
        text=DRAWN.format(
            capacity=capacity,
            steps=steps,
            warm=warm,
            every=every,
            batch=batch,
            asked=asked,
        ),
        hints=(
            "From which step to which one is it in the memory? And what comes first, "
            "writing or drawing?",
            "Write down all steps at which something is drawn while it is there.",
            "Of n steps in the memory a batch takes each one batch / n times, in the "
            "mean. How large is n at each of these steps?",
        ),
        mistakes=constant(misremembered(capacity, warm, every, batch, asked)),
    )


def draws(capacity, warm, every, batch, asked, gone, filled=1):
    """The mean count; step number ``gone`` overwrites the one that is asked for."""
    times = (t for t in range(asked, gone) if t >= warm and t % every == 0)
    return sum(batch / min(t + filled, capacity) for t in times)


def misremembered(capacity, warm, every, batch, asked):
    """What may go wrong where a memory is read."""
    given, gone = (capacity, warm, every, batch, asked), asked + capacity
    trainings = sum(t >= warm and t % every == 0 for t in range(asked, gone))
    return {
        "It is not full yet at the first of them.": trainings * batch / capacity,
        "That is how often it is while the memory is full.": batch / every,
        "At step t there are t + 1 steps in the memory.": draws(*given, gone, 0),
        "The step is overwritten before something is drawn.": draws(*given, gone + 1),
        "Before the warm-up nothing is drawn.": draws(capacity, 0, *given[2:], gone),
        "Something is drawn at the end of the warm-up already.": (
            draws(capacity, warm + 1, every, batch, asked, gone)
        ),
        "It stays for as many steps as the memory holds.": draws(*given, capacity),
        "The memory forgets.": draws(*given, 5 * capacity),
        "Not every step draws a batch.": draws(capacity, warm, 1, batch, asked, gone),
        "A batch has more than one row.": draws(*given, gone) / batch,
    }


HALVED = """\
by successive halving. Read it, do not run it: how many epochs are trained in all?

```python
runs, epochs, trained, spent = {runs}, {first}, 0, 0
while runs:
    spent += runs * (epochs - trained)  # each run goes on from where it stopped
    runs, trained, epochs = runs // {share}, epochs, {share} * epochs
```"""


def halved(runs, first, share):
    """How many epochs successive halving trains."""

    def epochs_spent():
        """Each round trains what is new to it."""
        return spent(runs, first, share)

    return Question(
        homework="30",
        reference=epochs_spent,
        text=HALVED.format(runs=runs, first=first, share=share),
        hints=(
            "Make a table: a line for each round, with the runs that are left and the "
            "epochs to which they are trained.",
            "How many epochs does a run train in this round, if it has not forgotten "
            "what it was trained before?",
            "The division rounds down, and the last round is the one before no run is "
            "left.",
        ),
        mistakes=constant(misspent(runs, first, share)),
    )


def rounds(runs, first, share, left=lambda runs, share: runs // share):
    """(runs, epochs to which they are trained) of each round."""
    found = [(runs, first)]
    while left(found[-1][0], share):
        runs, epochs = found[-1]
        found.append((left(runs, share), share * epochs))
    return found


def spent(runs, first, share, left=lambda runs, share: runs // share):
    """Epochs in all where each run goes on from where it stopped."""
    total, before = 0, 0
    for many, epochs in rounds(runs, first, share, left):
        total, before = total + many * (epochs - before), epochs
    return total


def rounded_up(runs, share):
    """So many of the runs, and one more where there is a rest; at last none."""
    return -(-runs // share) if runs > 1 else 0


def misspent(runs, first, share):
    """What may go wrong where the epochs of a search are counted."""
    table = rounds(runs, first, share)
    right, (last, longest) = spent(runs, first, share), table[-1]
    return {
        "A run goes on from where it stopped: it does not begin anew.": (
            sum(many * epochs for many, epochs in table)
        ),
        "The number of runs is rounded down.": spent(runs, first, share, rounded_up),
        "The last round is trained as well.": right
        - last * (longest - longest // share),
        "There is a round for the last runs, and none after it.": (
            right + last * (share - 1) * longest
        ),
        "All runs have a first round.": right - runs * first,
        "That would be without halving: all runs trained to the end.": runs * longest,
        "All rounds cost about the same, but not exactly.": runs * first * len(table),
        "A round is trained by all runs that are left, not by one.": longest,
        "Later rounds train longer than the first one.": (
            first * sum(many for many, _ in table)
        ),
    }


# Each question as it is printed, and function rng -> its numbers for another class.
PRINTED = {
    inverted: (
        (28, 24, 144, 5, 40),
        lambda rng: (
            rng.choice([28, 32, 56]),
            rng.choice([16, 24, 32]),
            rng.choice([96, 120, 144]),
            rng.choice([3, 5]),
            rng.choice([40, 48, 64]),
        ),
    ),
    remembered: (
        (100, 1000, 40, 20, 32, 20),
        lambda rng: (
            rng.choice([80, 100, 120]),
            rng.choice([800, 1000, 2000]),
            rng.choice([40, 60]),
            rng.choice([10, 20]),
            rng.choice([16, 32, 64]),
            rng.choice([20]),
        ),
    ),
    halved: (
        (64, 2, 3),
        lambda rng: (
            rng.choice([44, 50, 64, 70]),
            rng.choice([2, 3, 5]),
            rng.choice([3, 4]),
        ),
    ),
}
QUESTIONS = tuple(make(*numbers) for make, (numbers, _) in PRINTED.items())
