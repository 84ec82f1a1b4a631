"""The questions of all homework, by name."""

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
)
QUESTIONS = {q.name: q for module in MODULES for q in module.QUESTIONS}
HOMEWORKS = sorted({q.homework for q in QUESTIONS.values()})


def get(name):
    """The question of this name; ValueError with all names if there is none."""
    try:
        return QUESTIONS[name]
    except KeyError:
        listed = ", ".join(QUESTIONS)
        raise ValueError(
            f"There is no question {name!r}. There are: {listed}"
        ) from None


def of(homework):
    """The questions of a homework, by its number "01", in their order."""
    found = [q for q in QUESTIONS.values() if q.homework == homework]
    if not found:
        listed = ", ".join(HOMEWORKS)
        raise ValueError(f"There is no homework {homework!r}. There are: {listed}.")
    return found
