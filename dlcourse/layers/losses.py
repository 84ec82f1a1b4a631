"""Loss functions from their formulas: minus the log of a likelihood, per example.

Each takes targets and predictions of the same shape (..., outputs) and returns (...),
the loss of each example; a batch's loss is their mean. The likelihoods: Ian Goodfellow,
Yoshua Bengio, Aaron Courville: Deep Learning, MIT Press 2016, sections 5.5 and 6.2.
"""

import keras
from keras import ops


def mean_squared_error(target, predicted):
    """mean (target - predicted)^2: the target is normal around the prediction."""
    return ops.mean(ops.square(target - predicted), axis=-1)


def binary_cross_entropy(target, p):
    """mean -(t log p + (1 - t) log(1 - p)): the target is 1 with probability p.

    As the formula stands: not finite where p is 0 or 1. See `sigmoid_cross_entropy`.
    """
    loss = -(target * ops.log(p) + (1 - target) * ops.log(1 - p))
    return ops.mean(loss, axis=-1)


def categorical_cross_entropy(target, p):
    """-sum_c t_c log p_c: the target, one-hot, is class c with probability p_c.

    As the formula stands: not finite where a p is 0. See `softmax_cross_entropy`.
    """
    return -ops.sum(target * ops.log(p), axis=-1)


def sigmoid_cross_entropy(target, logits):
    """Binary cross entropy of p = sigmoid(logits), fused: finite for all logits.

    -t log p - (1 - t) log(1 - p) = log(1 + exp(s)) - t s, its first term the softplus.
    """
    return ops.mean(ops.softplus(logits) - target * logits, axis=-1)


def softmax_cross_entropy(target, logits):
    """Categorical cross entropy of p = softmax(logits), fused: finite for all logits.

    -log p_c = log(sum_j exp(s_j)) - s_c. The largest logit is taken from all before.
    """
    logits = logits - ops.max(logits, axis=-1, keepdims=True)
    log_p = logits - ops.log(ops.sum(ops.exp(logits), axis=-1, keepdims=True))
    return -ops.sum(target * log_p, axis=-1)


# A saved model finds the function that it uses by name.
for function in (
    mean_squared_error,
    binary_cross_entropy,
    categorical_cross_entropy,
    sigmoid_cross_entropy,
    softmax_cross_entropy,
):
    keras.saving.register_keras_serializable("dlcourse")(function)
