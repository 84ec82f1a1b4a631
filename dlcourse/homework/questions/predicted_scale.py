"""Questions for a number, of homework 20 to 22, and the same with other numbers.

As in `predicted`: each is a function of the numbers that its exercise names.
"""

from math import ceil, comb, erf, sqrt

from dlcourse.homework.question import Question

GAP = """\
of {pictures:,} test pictures network A gets {a} wrong and network B {b};
{both} pictures are wrong for both."""


def gap(pictures, only_a, only_b, both):
    """How often chance alone parts two equally good networks as far."""
    decided = only_a + only_b

    def chance_of_gap():
        """The pictures that one alone gets wrong are coins, heads for A."""
        return 2 * tail(decided, only_b)

    a, b = only_a + both, only_b + both
    return Question(
        homework="20",
        reference=chance_of_gap,
        text=GAP.format(pictures=pictures, a=a, b=b, both=both),
        rtol=5e-3,  # three digits are enough
        hints=(
            "Which of the pictures tell the networks apart? The others say nothing.",
            "On a picture that just one of them gets wrong, equally good networks are "
            "a coin: A or B with probability 1/2.",
            f"{decided} coins. How often do {only_b} or fewer of them fall on B, or "
            f"{only_b} or fewer on A? math.comb(n, k) counts the ways.",
        ),
        mistakes=mischanced(pictures, only_a, only_b, both),
    )


def tail(coins, most):
    """The probability that at most so many coins show heads."""
    return sum(comb(coins, k) for k in range(most + 1)) / 2**coins


def normal(distance):
    """The probability to be so many deviations off, to either side."""
    return 1 - erf(distance / sqrt(2))


def mischanced(pictures, only_a, only_b, both):
    """What may go wrong where two networks are compared."""
    decided, a, b = only_a + only_b, only_a + both, only_b + both
    right, difference = 2 * tail(decided, only_b), only_a - only_b
    variance = sum(n / pictures * (1 - n / pictures) for n in (a, b)) * pictures
    others = {
        "This asks whether B is better. A could have been the better one, too: both "
        "directions count.": right / 2,
        "Pictures that both get wrong say nothing about which is better.": (
            2 * tail(a + b, b)
        ),
        "Both networks saw the same pictures: those that both get wrong, or both "
        "right, do not add to the chance.": normal(difference / sqrt(variance)),
        "A difference as large as this one counts as well.": (
            2 * tail(decided, only_b - 1)
        ),
        "The normal distribution comes near it; with so few pictures count exactly.": (
            normal(difference / sqrt(decided))
        ),
        "That is the chance of just this difference; larger ones count as well.": (
            2 * comb(decided, only_b) / 2**decided
        ),
        "That is how often the difference is smaller.": 1 - right,
    }
    return {text: lambda n=number: n for text, number in others.items()}


TRAINS = """\
for a task of {classes} classes. Read it, do not run it: how many parameters does
training change by the gradient? (`body.layers` does not count the Input.)

```python
body = keras.Sequential([
    keras.Input(({side}, {side}, 3)),
    layers.Conv2D({first}, 3),
    layers.BatchNormalization(),
    layers.ReLU(),
    layers.Conv2D({second}, 3, strides=2),
    layers.BatchNormalization(),
    layers.ReLU(),
    layers.Conv2D({third}, 3, use_bias=False),
    layers.BatchNormalization(),
    layers.ReLU(),
])
# ... here the body gets its pretrained weights ...
for layer in body.layers[:4]:
    layer.trainable = False
for layer in body.layers:
    if isinstance(layer, layers.BatchNormalization):
        layer.trainable = layer is body.layers[-2]
model = keras.Sequential([
    body, layers.GlobalAveragePooling2D(), layers.Dense({classes}),
])
```"""


def fine_tuned(side, first, second, third, classes):
    """How many parameters a network trains of which some layers are frozen."""

    def fine_tuned_read():
        """The third convolution, the last norm, and the head."""
        return 9 * second * third + 2 * third + (third + 1) * classes

    numbers = {"side": side, "first": first, "second": second, "third": third}
    return Question(
        homework="21",
        reference=fine_tuned_read,
        text=TRAINS.format(**numbers, classes=classes),
        hints=(
            "Number the nine layers of the body from 0. Which four does the first loop "
            "freeze?",
            "The second loop decides about the three batch norms, whatever was said "
            "before. Which one is body.layers[-2]?",
            "Of a batch norm gamma and beta are trained; its running statistics are no "
            "matter of the gradient.",
        ),
        mistakes=mistrained(first, second, third, classes),
    )


def mistrained(first, second, third, classes):
    """What may go wrong where one reads what is trained."""
    right = 9 * second * third + 2 * third + (third + 1) * classes
    before, middle = first * (9 * 3 + 1), second * (9 * first + 1)
    others = {
        "body.layers[:4] is two convolutions, the Input does not count.": right
        + middle,
        "gamma and beta of the last batch norm are trained again.": right - 2 * third,
        "The second loop freezes the batch norm in the middle.": right + 2 * second,
        "The batch norms are frozen, but for the last one.": (
            right + 2 * (first + second)
        ),
        "Running statistics follow the batches, not the gradient.": right + 2 * third,
        "Only the first four layers and two norms are frozen, not the whole body.": (
            (third + 1) * classes
        ),
        "The last convolution has no bias.": right + third,
        "The head has biases.": right - classes,
        "This is all of the network; a part of it is frozen.": (
            right + before + middle + 2 * (first + second)
        ),
        "The head reads one mean of each map: it is made anew, and trained.": (
            right - (third + 1) * classes
        ),
    }
    return {text: lambda n=number: n for text, number in others.items()}


CALLS = """\
from {files:,} files. Read it, do not run it: how often are `read`, `moved` and `scaled`
called in all {epochs} epochs, the three added up?

```python
data = tf.data.Dataset.from_tensor_slices(files)
data = data.map(read).cache().repeat({times})
data = data.shuffle(100).map(moved)
data = data.batch({batch}, drop_remainder=True).map(scaled)
for epoch in range({epochs}):
    for x in data.prefetch(2):
        train_step(x)
```"""


def called(files, batch, times, epochs):
    """How often the steps of an input pipeline are called."""

    def calls_read():
        """Reading once for each file, moving for each picture, scaling by batches."""
        seen = times * files
        return files + epochs * seen + epochs * (seen // batch)

    return Question(
        homework="22",
        reference=calls_read,
        text=CALLS.format(files=files, batch=batch, times=times, epochs=epochs),
        hints=(
            "Go through it line by line: what comes in, one picture or a batch, and "
            "how many of them in an epoch?",
            "What stands before cache is done once for each file. repeat stands behind "
            "it.",
            "drop_remainder leaves out the last, smaller batch. Its pictures have been "
            "moved by then.",
        ),
        mistakes=miscalled(files, batch, times, epochs),
    )


def miscalled(files, batch, times, epochs):
    """What may go wrong where calls are counted."""
    seen = times * files
    moved, full = epochs * seen, epochs * (seen // batch)
    right = files + moved + full
    others = {
        "cache keeps what was read: each file is read once.": right - files + moved,
        "Behind the cache pictures are moved anew, in each epoch.": (
            right - moved + files
        ),
        "repeat shows each picture several times an epoch, and each is moved.": (
            files + epochs * files + epochs * (files // batch)
        ),
        "Behind batch a call takes a whole batch.": files + 2 * moved,
        "drop_remainder leaves the last, smaller batch out.": (
            right - full + epochs * ceil(seen / batch)
        ),
        "repeat comes before batch: a batch may hold the end of one round and the "
        "beginning of the next.": right - full + epochs * times * (files // batch),
        "The batches go on from epoch to epoch only where repeat does it; here each "
        "epoch begins anew.": right - full + moved // batch,
        "The pictures of the batch that is dropped were moved before.": (
            files + full * batch + full
        ),
        "read is called as well.": right - files,
    }
    return {text: lambda n=number: n for text, number in others.items()}


# Each question as it is printed, and function rng -> its numbers for another class.
PRINTED = {
    gap: (
        (10_000, 92, 62, 420),
        lambda rng: (
            rng.choice([5000, 10_000, 20_000]),
            80 + rng.integers(0, 20),
            50 + rng.integers(0, 10),
            rng.integers(250, 500),
        ),
    ),
    fine_tuned: (
        (32, 8, 16, 40, 5),
        lambda rng: (
            rng.choice([28, 32, 48]),
            rng.choice([4, 8, 12]),
            rng.choice([14, 16, 20]),
            rng.choice([22, 24, 36]),
            rng.integers(3, 10),
        ),
    ),
    called: (
        (210, 32, 3, 5),
        lambda rng: (
            rng.integers(150, 250),
            rng.choice([16, 24, 32]),
            rng.integers(2, 5),
            rng.integers(3, 8),
        ),
    ),
}
QUESTIONS = tuple(make(*numbers) for make, (numbers, _) in PRINTED.items())
