"""Numbers to be predicted in homework 23 to 26, computed from the texts alone."""

import re

import numpy as np


def counted(text):
    """The parameters of the network whose code is to be read."""
    import keras

    code = re.search(r"```python\n(.*)```", text, re.DOTALL)[1]
    names = {"keras": keras, "layers": keras.layers}
    exec(code, names)
    return names["model"].count_params()


def told_apart(text):
    """The loss of the best discriminator, as a sum over small pieces of the line."""
    low, end, begin, last = (int(n) for n in re.findall(r"\d+", text)[:4])
    pieces = 100
    x = (np.arange(last * pieces) + 0.5) / pieces
    p, q = (x < end) / (end - low), (x > begin) / (last - begin)
    right = np.where(p * q > 0, p / (p + q), 0.5)
    lost = p * -np.log(right) + q * -np.log(1 - right)
    return np.sum(lost * (p * q > 0)) / pieces


BY_TEXT = {"best_loss": told_apart, "gates_read": counted, "skip_read": counted}
