"""Numbers to be predicted in homework 23 to 26, computed from the texts alone."""

import re

import numpy as np


def read(text):
    """The network whose code is to be read."""
    import keras

    code = re.search(r"```python\n(.*)```", text, re.DOTALL)[1]
    names = {"keras": keras, "layers": keras.layers}
    exec(code, names)
    return names["model"]


def counted(text):
    """Its parameters."""
    return read(text).count_params()


def heard(text):
    """The shortest sound of which a network without padding makes a number."""
    model, length = read(text), 1
    while outputs(model, length) < 1:
        length += 1
    return length


def outputs(model, length):
    """How many numbers a network makes of a sound, 0 where it is too short."""
    try:
        return model.compute_output_shape((1, length, 1))[1]
    except ValueError:
        return 0


def told_apart(text):
    """The loss of the best discriminator, as a sum over small pieces of the line."""
    low, end, begin, last = (int(n) for n in re.findall(r"\d+", text)[:4])
    pieces = 100
    x = (np.arange(last * pieces) + 0.5) / pieces
    p, q = (x < end) / (end - low), (x > begin) / (last - begin)
    right = np.where(p * q > 0, p / (p + q), 0.5)
    lost = p * -np.log(right) + q * -np.log(1 - right)
    return np.sum(lost * (p * q > 0)) / pieces


BY_TEXT = {
    "best_loss": told_apart,
    "gates_read": counted,
    "samples_seen": heard,
    "skip_read": counted,
}
