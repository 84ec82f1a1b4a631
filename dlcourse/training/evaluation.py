"""What a trained classifier is worth on examples that it has not seen."""

import numpy as np

from dlcourse.analysis.prediction import predict_in_batches


def error_rate(model, x, y, batch_size=500):
    """Examples whose most probable class is not their own, in percent.

    Args:
        model: a ``keras.Model`` that gives probabilities or logits (n, classes).
        x, y: examples, and their classes as whole numbers (n,).
        batch_size: how many the model is given at once.
    """
    y_pred = predict_in_batches(model, x, batch_size).argmax(axis=-1)
    return 100 * float(np.mean(y_pred != y))
