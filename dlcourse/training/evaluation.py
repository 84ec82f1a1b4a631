"""What a trained classifier is worth on examples that it has not seen."""

import numpy as np
from keras import ops

from dlcourse.analysis.prediction import predict_batch


def error_rate(model, x, y, batch_size=500):
    """Examples whose most probable class is not their own, in percent.

    Args:
        model: a ``keras.Model`` that gives probabilities or logits (n, classes).
        x, y: examples, and their classes as whole numbers (n,).
        batch_size: how many the model is given at once.
    """
    wrong = 0
    for start in range(0, len(x), batch_size):
        batch = slice(start, start + batch_size)
        predicted = ops.convert_to_numpy(predict_batch(model, x[batch]))
        wrong += np.sum(predicted.argmax(axis=-1) != y[batch])
    return 100 * float(wrong / len(x))
