"""Questions for a number, of homework 16, and the same with other numbers.

As in `predicted`: each is a function of the numbers that its exercise names.
"""

from dlcourse.homework.question import Question

DENSE = """\
for pictures of 16 × 16 pixels. Read it, do not run it: how many parameters does
training change?

```python
def layer(x):
    y = layers.ReLU()(layers.BatchNormalization()(x))
    y = layers.Conv2D({wide}, 1, use_bias=False)(y)
    y = layers.ReLU()(layers.BatchNormalization()(y))
    y = layers.Conv2D({growth}, 3, padding="same", use_bias=False)(y)
    return layers.Concatenate()([x, y])


inputs = keras.Input((16, 16, 3))
x = layers.Conv2D({first}, 3, padding="same", use_bias=False)(inputs)
for _ in range({before}):
    x = layer(x)
x = layers.ReLU()(layers.BatchNormalization()(x))
x = layers.Conv2D(x.shape[-1] // 2, 1, use_bias=False)(x)
x = layers.AveragePooling2D(2)(x)
for _ in range({behind}):
    x = layer(x)
x = layers.ReLU()(layers.BatchNormalization()(x))
x = layers.GlobalAveragePooling2D()(x)
model = keras.Model(inputs, layers.Dense({classes})(x))
```"""


def dense(first, growth, before, behind, classes):
    """How many parameters a small DenseNet-BC trains."""
    numbers = first, growth, before, behind, classes

    def dense_read():
        """First convolution, layers, transition, layers, last norm and head."""
        return parameters(*numbers)

    named = {"first": first, "growth": growth, "before": before, "behind": behind}
    return Question(
        homework="16",
        reference=dense_read,
        text=DENSE.format(**named, wide=4 * growth, classes=classes),
        hints=(
            "Write down how many maps each layer reads. What leaves the transition?",
            "A layer that reads c maps: 2 c for its first batch norm, then the 1 × 1, "
            "another batch norm, and the 3 × 3.",
            f"With k = {growth} that is 2 c + 4 k c + 8 k + 36 k^2. Batch norm trains "
            "gamma and beta; its running statistics are no matter of the gradient.",
        ),
        mistakes=misread(*numbers),
    )


def parameters(
    first,
    growth,
    before,
    behind,
    classes,
    norm=2,
    grows=True,
    halves=True,
    squeeze=True,
    bias=True,
    last_norm=True,
    transition=True,
    inner_norm=True,
):
    """`dense_read`, and what becomes of it by a mistake."""
    wide, c, total = 4 * growth, first, 9 * 3 * first
    for block, repeats in enumerate((before, behind)):
        for _ in range(repeats):
            total += norm * c + norm * wide * inner_norm + 9 * wide * growth
            total += c * wide * squeeze
            c += growth * grows
        if block == 0:
            after = c // 2 if halves else c
            total += (norm * c + c * after) * transition
            c = after
    return total + norm * c * last_norm + (c + bias) * classes


def misread(*numbers):
    """What may go wrong where the parameters of a dense network are counted."""
    plain = 9 * 3 * numbers[0]
    others = {
        "Running statistics follow the batches, not the gradient.": {"norm": 4},
        "Batch norm has a gamma and a beta for each map that it sees.": {"norm": 0},
        "Each of gamma and beta is trained.": {"norm": 1},
        "The maps grow with each layer: the next one reads them all.": {"grows": False},
        "The transition leaves half of the maps.": {"halves": False},
        "The 1 × 1 convolutions of the layers have weights as well.": {
            "squeeze": False
        },
        "The head has biases.": {"bias": False},
        "There is a batch norm before the head, too.": {"last_norm": False},
        "The transition has weights as well.": {"transition": False},
        "A layer has two batch norms.": {"inner_norm": False},
    }
    found = {text: parameters(*numbers, **change) for text, change in others.items()}
    found["The first convolution has weights as well."] = parameters(*numbers) - plain
    return {text: lambda n=number: n for text, number in found.items()}


POOLED = """\
of three blocks of {one}, {two} and {three} layers on maps of {size} × {size},
{half} × {half} and {quarter} × {quarter} pixels. {first} maps come into the first
block, and each layer adds k = {growth}."""


def pooled(first, growth, one, two, three, size):
    """How many multiply-adds are saved where transitions pool first."""
    numbers = first, growth, one, two, size

    def pooled_first():
        """Three quarters of what the 1 x 1 convolutions of both transitions do."""
        return sum(work - work // 4 for work in transitions(*numbers))

    named = {"one": one, "two": two, "three": three, "first": first, "growth": growth}
    sizes = {"size": size, "half": size // 2, "quarter": size // 4}
    return Question(
        homework="16",
        reference=pooled_first,
        text=POOLED.format(**named, **sizes),
        hints=(
            "A 1 × 1 convolution mixes the maps of one pixel, the mean those of four "
            "pixels of one map. Does it matter which is done first?",
            "How many maps come into each transition? The first one leaves half of "
            "them to the second block.",
            "A 1 × 1 from c to c / 2 maps does c · c / 2 multiply-adds a pixel; behind "
            "the mean there is a quarter of the pixels.",
        ),
        mistakes=mispooled(*numbers, three),
    )


def transitions(first, growth, one, two, size, left=2, shrinks=2, keeps=2, three=None):
    """Multiply-adds of the 1 x 1 convolutions in both transitions, pooling last.

    A mistake puts one behind the third block as well.
    """
    c, work, side = first, [], size
    for repeats in (one, two, three)[: 3 if three else 2]:
        c += growth * repeats
        work.append(side * side * c * (c // keeps))
        c, side = c // left, side // shrinks
    return work


def mispooled(*numbers):
    """What may go wrong where the work of transitions is counted."""
    *numbers, three = numbers
    work = transitions(*numbers)

    def saved(**changes):
        return sum(transitions(*numbers, **changes)) * 3 // 4

    others = {
        "That is all that the 1 × 1 convolutions do; a quarter is left.": sum(work),
        "That is what is left; the rest is saved.": sum(work) // 4,
        "Behind the mean is a quarter of the pixels, not half.": sum(work) // 2,
        "There are two transitions.": work[0] * 3 // 4,
        "The first transition saves as well.": work[1] * 3 // 4,
        "The second block begins with half of the maps.": saved(left=1),
        "The second transition sees a quarter of the pixels.": saved(shrinks=1),
        "A transition leaves half of the maps: c · c / 2 for a pixel.": saved(keeps=1),
        "No transition stands behind the last block.": saved(three=three),
        "The maps that came into the block are read as well.": (
            sum(transitions(0, *numbers[1:])) * 3 // 4
        ),
    }
    return {text: lambda n=number: n for text, number in others.items()}


# Each question as it is printed, and function rng -> its numbers for another class.
PRINTED = {
    dense: (
        (16, 8, 3, 4, 10),
        lambda rng: (
            rng.choice([16, 20, 24]),
            rng.choice([4, 8, 12]),
            rng.integers(2, 5),
            rng.integers(3, 6),
            rng.integers(5, 12),
        ),
    ),
    pooled: (
        (32, 16, 6, 8, 10, 32),
        lambda rng: (
            rng.choice([24, 32, 48]),
            rng.choice([12, 16, 24]),
            2 * rng.integers(2, 5),
            2 * rng.integers(3, 6),
            rng.integers(4, 9),
            rng.choice([32, 40, 56]),
        ),
    ),
}
QUESTIONS = tuple(make(*numbers) for make, (numbers, _) in PRINTED.items())
