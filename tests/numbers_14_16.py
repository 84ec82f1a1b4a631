"""Numbers to be predicted in homework 14 to 16, computed from the texts alone."""

import re
from fractions import Fraction
from itertools import permutations, product

import numpy as np


def signed_orders(n):
    """All matrices that renumber n units and change signs."""
    for order in permutations(range(n)):
        for signs in product((1, -1), repeat=n):
            yield np.eye(n)[list(order)] * signs


def same_function(text):
    """All lists of weights that a renumbering and signs make of one network."""
    inputs, a, b, outputs = (int(n) for n in re.findall(r"\d+", text))
    rng = np.random.default_rng(0)
    w1, w2, w3 = (rng.normal(size=s) for s in ((inputs, a), (a, b), (b, outputs)))
    x, found = rng.normal(size=inputs), set()
    right = np.tanh(np.tanh(x @ w1) @ w2) @ w3
    last = list(signed_orders(b))
    for p in signed_orders(a):
        first, second = w1 @ p, p.T @ w2
        for q in last:
            found.add((first.tobytes(), (second @ q).tobytes(), (q.T @ w3).tobytes()))
        assert np.allclose(np.tanh(np.tanh(x @ first) @ second @ q) @ (q.T @ w3), right)
    return len(found)


def model_of(text):
    """The network whose code is to be read."""
    import keras

    code = re.search(r"```python\n(.*)```", text, re.DOTALL)[1]
    names = {"keras": keras, "layers": keras.layers}
    exec(code, names)
    return names["model"]


def dilated_seen(text):
    """The pixels by which an output has a gradient, all weights 1."""
    from dlcourse.gradients import gradients

    model = model_of(text)
    model.set_weights([np.ones(w.shape) for w in model.weights])
    row, column = (n // 2 for n in model.output_shape[1:3])
    picture = np.ones((1, *model.input_shape[1:]))
    _, (found,) = gradients(lambda x: model(x)[0, row, column, 0], picture)
    return np.count_nonzero(found[0, :, :, 0])


def pyramid_weights(text):
    """Keras layers, one after the other."""
    from keras import layers

    alpha, blocks = (int(n) for n in re.findall(r"= (\d+)", text))
    total, before = 0, 16
    for k in range(1, blocks + 1):
        exact = 16 + Fraction(alpha * k, blocks)
        width = int(exact) + (exact % 1 >= Fraction(1, 2))
        for channels in (before, width):
            layer = layers.Conv2D(width, 3, use_bias=False)
            layer.build((None, 8, 8, channels))
            total += layer.count_params()
        before = width
    return total


def dense_read(text):
    """What Keras counts as trainable."""
    return sum(np.prod(weight.shape) for weight in model_of(text).trainable_weights)


def pooled_first(text):
    """Both networks built, with the same blocks, and their difference counted."""
    from dlcourse.analysis import complexity

    *repeats, side, _, _, _, _, _, first, k = (int(n) for n in re.findall(r"\d+", text))
    both = (dense_network(repeats, side, first, k, before) for before in (False, True))
    last, before = (complexity(model).macs for model in both)
    return last - before


def dense_network(repeats, side, first, k, pools_first):
    """A plain dense network, whose transitions pool first or last."""
    import keras
    from keras import layers

    inputs = x = keras.Input((side, side, first))
    for block, layers_ in enumerate(repeats):
        if block:
            squeeze = layers.Conv2D(x.shape[-1] // 2, 1)
            pool = layers.AveragePooling2D(2)
            x = squeeze(pool(x)) if pools_first else pool(squeeze(x))
        for _ in range(layers_):
            y = layers.Conv2D(k, 3, padding="same")(x)
            x = layers.Concatenate()([x, y])
    return keras.Model(inputs, x)


PREDICTED = (
    same_function,
    dilated_seen,
    pyramid_weights,
    dense_read,
    pooled_first,
)
BY_TEXT = {function.__name__: function for function in PREDICTED}
