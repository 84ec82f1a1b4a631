"""Questions for a number, of homework 18, and the same with other numbers.

As in `predicted`: each is a function of the numbers that its exercise names.
"""

import math

from dlcourse.homework.question import Question
from dlcourse.homework.questions.predicted_cells import constant

FUSED = """\
{channels} channels in and {filters} out, on a machine that does at most {rate} billion
multiply-adds and moves at most {moved} billion bytes a second."""


def fused(channels, filters, rate, moved):
    """How many times faster depthwise and pointwise are at best if they are one."""

    def times_faster():
        """The two layers one after the other, over both at once."""
        both = depthwise_time(channels, rate, moved) + max(
            channels * filters / rate, 4 * (channels + filters) / moved
        )
        return both / fused_time(channels, filters, rate, moved)

    return Question(
        homework="18",
        reference=times_faster,
        text=FUSED.format(channels=channels, filters=filters, rate=rate, moved=moved),
        rtol=1e-3,  # three digits are enough
        hints=(
            "Take one pixel. For each of the two layers: how many multiply-adds, how "
            "many bytes in and out? Which of the two takes longer?",
            "A layer takes at least the longer of its two times; two layers take the "
            "sum.",
            "Both at once do all multiply-adds, and move what comes in first and goes "
            "out last.",
        ),
        mistakes=constant(misfused(channels, filters, rate, moved)),
    )


def depthwise_time(channels, rate, moved):
    """Time for a pixel of a depthwise 3 x 3, in billionths of a second."""
    return max(9 * channels / rate, 8 * channels / moved)


def fused_time(channels, filters, rate, moved):
    """Time for a pixel of both layers at once."""
    work = 9 * channels + channels * filters
    return max(work / rate, 4 * (channels + filters) / moved)


def misfused(channels, filters, rate, moved):
    """What may go wrong where two times are compared, and the numbers it gives."""
    first, once = 9 * channels / rate, fused_time(channels, filters, rate, moved)
    second, out = channels * filters / rate, 4 * (channels + filters) / moved
    between = 8 * channels / moved
    apart = max(first, between) + max(second, out)
    return {
        "That counts bytes alone; one of the layers is bound by arithmetic.": (
            (between + out) / out
        ),
        "The work is the same, but one layer waits for bytes, which are fewer.": 1.0,
        "Bytes are moved while the machine computes: a layer takes the longer of its "
        "two times, not their sum.": (first + between + second + out)
        / (first + second + out),
        "Both at once do the depthwise multiply-adds as well.": (
            apart / max(second, out)
        ),
        "That is how long it takes beside the two layers; asked is how many times as "
        "fast it is.": once / apart,
        "That is by how much it is faster; asked is how many times as fast.": (
            apart / once - 1
        ),
        "A number has four bytes.": (
            (max(first, between / 4) + max(second, out / 4))
            / max(first + second, out / 4)
        ),
    }


GROUPS = """\
on pictures with {channels} channels. `channel_shuffle` is the lecture's. Read it, do
not run it: on how many channels of `inputs` does channel 0 of the output depend, for
random weights?

```python
x = inputs = keras.Input((8, 8, {channels}))
x = layers.Conv2D({channels}, 1, groups={first})(x)
x = layers.DepthwiseConv2D(3, padding="same")(x)
x = layers.Conv2D({channels}, 1, groups={second})(x)
x = channel_shuffle(x, {second})
x = layers.Conv2D({channels}, 1, groups={third})(x)
model = keras.Model(inputs, x)
```"""


def groups_read(channels, first, second, third):
    """On how many channels an output depends through layers in groups."""

    def channels_seen():
        """From the output down, layer by layer."""
        return len(seen(channels, first, second, third))

    numbers = {"channels": channels, "first": first, "second": second, "third": third}
    return Question(
        homework="18",
        reference=channels_seen,
        text=GROUPS.format(**numbers),
        hints=(
            "Begin at the output. Which channels does channel 0 of the last layer "
            "read, and which places did these have before the shuffle?",
            f"With {second} groups the first {second} channels behind the shuffle are "
            f"the first ones of each group: 0, {channels // second}, "
            f"{2 * channels // second}, ...",
            "No shuffle stands between the first two layers in groups, and a depthwise "
            "one mixes no channels. In which groups of the first layer are they?",
        ),
        mistakes=constant(misseen(channels, first, second, third)),
    )


def group_of(channel, size):
    """All channels of the group that a channel is in."""
    return range(channel // size * size, (channel // size + 1) * size)


def seen(channels, first, second, third, dealt=None):
    """The channels that output 0 depends on; ``dealt`` groups are shuffled."""
    dealt = dealt or second
    read = range(channels // third)
    before = {place % dealt * (channels // dealt) + place // dealt for place in read}
    for groups in (second, first):
        before = {near for one in before for near in group_of(one, channels // groups)}
    return before


def misseen(channels, first, second, third):
    """What may go wrong where groups are read, and the numbers it gives."""
    sizes = [channels // groups for groups in (first, second, third)]
    return {
        "Some of what the last layer reads comes from one and the same group of the "
        "first layer: count it once.": sizes[0] * sizes[2],
        "Between the first two layers there is no shuffle: the groups of the second "
        "lie inside those of the first.": min(channels, math.prod(sizes)),
        "That is how many the first layer reads; behind it the shuffle brings others "
        "in.": sizes[0],
        "That is how many channels the last layer reads.": sizes[2],
        "The first layer in groups reads more channels than the second.": (
            sizes[1] * sizes[2]
        ),
        "Behind the shuffle one channel of each group comes after the other: what lies "
        "between them is the size of a group, not the number of groups.": len(
            seen(channels, first, second, third, dealt=channels // second)
        ),
        "Asked is for channels, not for pixels of them.": (
            9 * len(seen(channels, first, second, third))
        ),
    }


# Channels and groups of three layers.
GROUPED = (72, 9, 24, 18), (96, 12, 32, 24), (120, 10, 30, 24), (90, 9, 30, 18)


# Each question as it is printed, and function rng -> its numbers for another class.
PRINTED = {
    fused: (
        (64, 128, 100, 20),
        lambda rng: (
            rng.choice([48, 80, 96]),
            rng.choice([112, 144, 160, 192]),
            rng.choice([80, 120]),
            rng.choice([15, 25, 30]),
        ),
    ),
    groups_read: ((80, 10, 20, 16), lambda rng: rng.choice(GROUPED)),
}
QUESTIONS = tuple(make(*numbers) for make, (numbers, _) in PRINTED.items())
