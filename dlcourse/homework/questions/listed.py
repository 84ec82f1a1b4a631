"""All questions; in a students' edition a list of recorded ones stands here."""

import numpy as np

from dlcourse.homework.questions import (
    hw01_activations,
    hw01_perceptron,
    hw02_backpropagation,
    hw02_descent,
    hw02_losses,
    hw03_dropout,
    hw03_regularization,
    hw04_testing,
    hw04_training,
    hw05_convolution,
    hw05_pooling,
    hw05_sizes,
    hw06_geometry,
    hw06_mixup,
    hw07_lenet,
    predicted,
)

MODULES = (
    hw01_perceptron,
    hw01_activations,
    hw02_losses,
    hw02_backpropagation,
    hw02_descent,
    hw03_regularization,
    hw03_dropout,
    hw04_training,
    hw04_testing,
    hw05_convolution,
    hw05_sizes,
    hw05_pooling,
    hw06_geometry,
    hw06_mixup,
    hw07_lenet,
    predicted,
)
QUESTIONS = tuple(q for module in MODULES for q in module.QUESTIONS)


def for_class(number):
    """The questions whose numbers differ by class; 0: as in exercises/."""
    if not number:
        return predicted.QUESTIONS
    return predicted.for_class(np.random.default_rng(number))
