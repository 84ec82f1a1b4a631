"""One batch through a model, whatever devices divide batches elsewhere."""

from keras import tree


def predict_batch(model, x):
    """What ``model.predict_on_batch`` gives for x (n, …): outputs with n rows.

    Two devices that divide batches in ``fit`` each compute this batch whole, and Keras
    3.15 on TensorFlow gives the rows of both, one after the other.
    """
    return tree.map_structure(lambda rows: rows[: len(x)], model.predict_on_batch(x))
