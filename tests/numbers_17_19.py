"""Numbers to be predicted in homework 17 to 19, computed from the texts alone."""

import re
from itertools import chain

import numpy as np


def blocks_needed(text):
    """Block after block."""
    gate, times = (float(n) for n in re.findall(r"\d+\.?\d*", text))
    variance, blocks = 1.0, 0
    while variance <= times:
        variance, blocks = variance + gate**2 * variance, blocks + 1
    return blocks


def model_of(text):
    """The network whose code is to be read."""
    import keras

    from dlcourse.blocks.shuffle import channel_shuffle

    code = re.search(r"```python\n(.*)```", text, re.DOTALL)[1]
    names = {"keras": keras, "layers": keras.layers}
    exec(code, names | {"channel_shuffle": channel_shuffle}, names)
    return names["model"]


def gated_multiply_adds(text):
    """The network, built and counted."""
    from dlcourse.analysis import complexity

    return complexity(model_of(text)).macs


def times_faster(text):
    """For a million pixels, in seconds."""
    channels, filters, rate, moved = (float(n) for n in re.findall(r"\d+", text))
    pixels, second = 1e6, 1e-9

    def seconds(macs, numbers):
        return second * max(macs * pixels / rate, 4 * numbers * pixels / moved)

    macs = 9 * channels, channels * filters
    apart = seconds(macs[0], 2 * channels) + seconds(macs[1], channels + filters)
    return apart / seconds(sum(macs), channels + filters)


def channels_seen(text):
    """All weights 1, one channel in at a time."""
    model = model_of(text)
    model.set_weights([np.ones(w.shape) for w in model.weights])
    channels = model.input_shape[-1]
    pictures = np.zeros((channels, 8, 8, channels), "float32")
    pictures[range(channels), 4, 4, range(channels)] = 1
    nothing = np.zeros((1, 8, 8, channels), "float32")
    changed = np.asarray(model(pictures)) - np.asarray(model(nothing))
    return int(np.any(changed[..., 0], axis=(1, 2)).sum())


def neighbours(text):
    """All encodings that one and two mutations make."""
    blocks, operations, joins = (int(n) for n in re.findall(r"\d+", text))
    options = []
    for b in range(blocks):
        options += [b + 2, b + 2, operations, operations, joins]

    def mutated(cell):
        for i, count in enumerate(options):
            yield from ((*cell[:i], n, *cell[i + 1 :]) for n in range(count))

    start = (0,) * len(options)
    once = set(mutated(start))
    return len(set(chain.from_iterable(map(mutated, once))) - {start})


PREDICTED = (
    blocks_needed,
    gated_multiply_adds,
    times_faster,
    channels_seen,
    neighbours,
)
BY_TEXT = {function.__name__: function for function in PREDICTED}
