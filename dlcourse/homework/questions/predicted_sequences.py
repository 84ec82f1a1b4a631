"""Questions for a number about networks for sequences, of homework 24 and later.

As in `predicted`: each is a function of the numbers that its exercise names.
"""

from dlcourse.homework.question import Question
from dlcourse.homework.questions.predicted_beyond import constant

HEARS = """\
of a sound. Read it, do not run it: how many samples does one number of its output see?

```python
model = keras.Sequential([
    keras.Input((None, 1)),
    layers.Conv1D(16, {first}, strides={stride}, activation="relu"),
    layers.Conv1D(16, {second}, dilation_rate={gap}, activation="relu"),
    layers.MaxPooling1D({pool}),
    layers.Conv1D(16, {third}, dilation_rate={wide}, activation="relu"),
])
```"""


def hears(first, stride, second, gap, pool, third, wide):
    """How many samples an output sees, through strides, dilation and a pooling."""

    def samples_seen():
        """From the sound to the last layer."""
        return seen(hearing(first, stride, second, gap, pool, third, wide))

    return Question(
        homework="24",
        reference=samples_seen,
        text=HEARS.format(
            first=first,
            stride=stride,
            second=second,
            gap=gap,
            pool=pool,
            third=third,
            wide=wide,
        ),
        hints=(
            "Go from the sound to the output, and keep two numbers: how many samples "
            "an output sees, and by how many samples neighbours are apart.",
            "A layer of k taps adds k - 1 gaps. How many samples is a gap wide, behind "
            "the strides of the layers before it?",
            "A gap is dilation times the product of all strides before the layer. The "
            "pooling has a stride, too.",
        ),
        mistakes=constant(misheard(first, stride, second, gap, pool, third, wide)),
    )


def hearing(first, stride, second, gap, pool, third, wide):
    """The layers as (taps, stride, dilation)."""
    return (first, stride, 1), (second, 1, gap), (pool, pool, 1), (third, 1, wide)


def seen(layers):
    """Samples that an output of these layers sees."""
    field, apart = 1, 1
    for taps, stride, dilation in layers:
        field += (taps - 1) * dilation * apart
        apart *= stride
    return field


def misheard(first, stride, second, gap, pool, third, wide):
    """What may go wrong where a receptive field is counted."""
    layers = hearing(first, stride, second, gap, pool, third, wide)
    after = seen((k, 1, d * stride) for k, stride, d in layers)
    carried = seen((k, s * d, d) for k, s, d in layers)
    return {
        "Behind a stride the samples of a layer are farther apart.": (
            seen((k, 1, d) for k, _, d in layers)
        ),
        "Dilation leaves gaps between the taps.": seen((k, s, 1) for k, s, _ in layers),
        "The pooling has a stride, too.": seen(
            [*layers[:2], (pool, 1, 1), *layers[3:]]
        ),
        "The pooling has a window, too.": seen([*layers[:2], (1, pool, 1), layers[3]]),
        "A stride is felt by the layers behind it, not by its own.": after,
        "Dilation is no stride: the next layer's taps are not farther apart.": carried,
        "k taps have k - 1 gaps.": seen(layers)
        + sum(d * s for d, s in zip((1, gap, 1, wide), strides(layers), strict=True)),
        "The windows are not multiplied.": first * second * pool * third,
        "Go from the sound to the output: the strides before a layer count.": (
            seen(layers[::-1])
        ),
        "The first sample counts as well.": seen(layers) - 1,
    }


def strides(layers):
    """By how many samples the inputs of each layer are apart."""
    apart = [1]
    for _, stride, _ in layers[:-1]:
        apart.append(apart[-1] * stride)
    return apart


CROSS = """\
reads {width} numbers at each of its places, and asks a memory of {memory} numbers at
each place. Read it, do not run it: how many parameters has it?

```python
x, memory = keras.Input((None, {width})), keras.Input((None, {memory}))
attention = layers.MultiHeadAttention({heads}, key_dim={key}, value_dim={value})
y = attention(layers.LayerNormalization()(x), memory)
y = layers.Add()([x, y])
z = layers.Dense({hidden}, "gelu")(layers.LayerNormalization()(y))
z = layers.Dense({width})(z)
model = keras.Model([x, memory], layers.Add()([y, z]))
```"""


def asks(width, memory, heads, key, value, hidden):
    """How many parameters a block has that asks another sequence."""
    given = width, memory, heads, key, value, hidden

    def cross_read():
        """Four matrices, two normalizations, two dense layers."""
        return sum(cross_parts(*given))

    return Question(
        homework="27",
        reference=cross_read,
        text=CROSS.format(
            width=width,
            memory=memory,
            heads=heads,
            key=key,
            value=value,
            hidden=hidden,
        ),
        hints=(
            "The lecture's count holds where all comes from one width. Which matrix "
            "reads what here, and how many numbers does it write?",
            "key_dim and value_dim are those of one head. Queries are made of x, keys "
            "and values of the memory.",
            "The last matrix reads the values of all heads, and writes as many numbers "
            "as the queries were made of. All four have biases.",
        ),
        mistakes=constant(miscrossed(*given)),
    )


def cross_parts(width, memory, heads, key, value, hidden):
    """Parameters of queries, keys, values, output, normalizations, dense layers."""
    return (
        heads * key * (width + 1),
        heads * key * (memory + 1),
        heads * value * (memory + 1),
        width * (heads * value + 1),
        2 * 2 * width,
        hidden * (width + 1) + width * (hidden + 1),
    )


def miscrossed(width, memory, heads, key, value, hidden):
    """What may go wrong where such a block is counted."""
    queries, keys, values, output, norms, dense = cross_parts(
        width, memory, heads, key, value, hidden
    )
    right = queries + keys + values + output + norms + dense
    own = cross_parts(width, width, heads, key, value, hidden)
    single = cross_parts(width, memory, 1, key, value, hidden)
    equal = cross_parts(width, memory, heads, key, key, hidden)
    biases = heads * (2 * key + value) + width
    return {
        "Keys and values are made of the memory.": sum(own),
        "key_dim and value_dim are those of one head.": sum(single),
        "The values have another size than the keys.": sum(equal),
        "A matrix joins the answers of all heads.": right - output,
        "The queries are made by a matrix as well.": right - queries,
        "The attention's four matrices have biases.": right - biases,
        "A normalization has a factor and a shift for each number.": right - norms // 2,
        "A normalization learns something, too.": right - norms,
        "The dense layers have biases.": right - hidden - width,
        "That is a block where all comes from one width, and the dense layers have "
        "four times as many units.": 12 * width**2 + 13 * width,
    }


# Each question as it is printed, and function rng -> its numbers for another class.
PRINTED = {
    hears: (
        (9, 4, 3, 2, 2, 5, 3),
        lambda rng: (
            rng.choice([9, 15, 21]),
            rng.choice([3, 4, 5]),
            rng.choice([3, 5]),
            rng.choice([2, 4]),
            rng.choice([2, 3]),
            rng.choice([4, 5]),
            rng.choice([3, 6]),
        ),
    ),
    asks: (
        (48, 32, 6, 10, 12, 96),
        lambda rng: (
            rng.choice([40, 48, 56]),
            rng.choice([24, 32, 36]),
            rng.choice([4, 6, 8]),
            rng.choice([10, 14]),
            rng.choice([12, 16]),
            rng.choice([96, 128]),
        ),
    ),
}
QUESTIONS = tuple(make(*numbers) for make, (numbers, _) in PRINTED.items())
