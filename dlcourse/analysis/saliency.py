"""Saliency maps: on which pixels does the logit of a class depend most?

Karen Simonyan, Andrea Vedaldi, Andrew Zisserman: Deep Inside Convolutional Networks:
Visualising Image Classification Models and Saliency Maps. ICLR 2014 workshop,
arXiv:1312.6034, section 3.
"""

import numpy as np

from dlcourse.analysis.propagation import backward, forward


def saliency(model, images, labels):
    """Absolute gradient of the logit of a class for each pixel.

    The logit, not the probability: the gradient of a logit speaks for its class alone,
    that of a probability may also speak against another class. Of several channels the
    largest gradient counts.

    Args:
        model: a classifier with one input.
        images: (n, height, width, channels).
        labels: the class to explain: one for each image (n,), or one for all.

    Returns:
        Maps (n, height, width), not negative, in logits per unit of input.

    Raises ValueError for a class that is not there.
    """
    steps, values = forward(model, images)
    signal = one_hot(labels, values[id(steps[-1].outputs[0])].shape)
    gradient = backward(steps, values, signal)[id(steps[0].inputs[0])]
    return np.abs(gradient).max(axis=-1)


def one_hot(labels, shape):
    """Array of a shape (n, classes), 1 at each label, else 0.

    Raises ValueError for a class that is not there, or an output that is no classes.
    """
    if len(shape) != 2:
        raise ValueError(f"The model's output is no vector of classes: {shape[1:]}.")
    labels = np.broadcast_to(labels, shape[:1])
    if labels.min() < 0 or labels.max() >= shape[1]:
        wrong = labels[(labels < 0) | (labels >= shape[1])][0]
        raise ValueError(f"labels: There is no class {wrong}: 0 to {shape[1] - 1}.")
    return np.eye(shape[1], dtype="float32")[labels]
