"""Outputs of a model, whatever devices divide batches elsewhere."""

import numpy as np
from keras import ops, tree


def predict_batch(model, x):
    """What ``model.predict_on_batch`` gives for x (n, …): outputs with n rows.

    Two devices that divide batches in ``fit`` each compute this batch whole, and Keras
    3.15 on TensorFlow gives the rows of both, one after the other.
    """
    return tree.map_structure(lambda rows: rows[: len(x)], model.predict_on_batch(x))


def predict_in_batches(model, x, batch_size=500):
    """What ``model.predict`` gives for x (n, …), in arrays.

    That builds a pipeline at each call, which takes longer than a small model does.
    """
    starts = range(0, len(x), batch_size)
    outputs = [predict_batch(model, x[start : start + batch_size]) for start in starts]

    def joined(*parts):
        return np.concatenate([ops.convert_to_numpy(part) for part in parts])

    return tree.map_structure(joined, *outputs)
