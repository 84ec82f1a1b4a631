"""Saliency: which pixels change a class's score most?

Karen Simonyan, Andrea Vedaldi, Andrew Zisserman: Deep Inside Convolutional Networks:
Visualising Image Classification Models and Saliency Maps. ICLR 2014 workshop,
arXiv:1312.6034, section 3.
"""

import numpy as np

from dlcourse.analysis.walk import climb, descend


def saliency(model, images, labels):
    """Size of the gradient of a class's score with respect to each pixel.

    The score is what goes into the softmax; its gradient speaks for the class alone,
    where that of a probability may as well speak against another class. Of several
    colours the largest gradient counts.

    Args:
        model: a classifier with one input.
        images: (n, height, width, channels).
        labels: the class to explain: one for each picture (n,), or one for all.

    Returns:
        Maps (n, height, width), not negative, in units of score per unit of input.

    Raises ValueError for a class that is not there.
    """
    steps, values = climb(model, images)
    signal = one_hot(labels, values[id(steps[-1].outputs[0])].shape)
    gradient = descend(steps, values, signal)[id(steps[0].inputs[0])]
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
        raise ValueError(f"There is no class {wrong}: 0 to {shape[1] - 1}.")
    return np.eye(shape[1], dtype="float32")[labels]
