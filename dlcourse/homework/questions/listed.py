"""All questions; in a students' edition a list of recorded ones stands here."""

import zlib

import numpy as np

from dlcourse.homework.comparing import close
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
    hw08_alexnet,
    hw09_looking,
    hw10_small_filters,
    hw11_heads,
    hw11_modules,
    hw12_filters,
    hw12_smoothing,
    hw13_residual,
    hw14_hill,
    hw14_section,
    hw14_shapes,
    hw15_noise,
    hw15_removed,
    hw16_backward,
    hw16_reading,
    hw17_backward,
    hw17_gates,
    hw18_folding,
    hw18_separable,
    hw19_cells,
    hw19_policy,
    hw19_winner,
    hw20_comparing,
    hw20_ensembles,
    hw21_bodies,
    hw21_heads,
    hw22_steps,
    hw22_streams,
    hw23_boxes,
    hw23_masks,
    hw23_upsampling,
    hw24_causal,
    hw24_filters,
    hw25_codes,
    hw25_games,
    hw25_noise,
    hw25_pca,
    hw26_directions,
    hw26_memory,
    hw27_cache,
    hw27_masks,
    hw27_sharpness,
    hw27_weights,
    hw28_bottleneck,
    hw28_integers,
    hw28_teacher,
    hw29_policy,
    hw29_returns,
    hw29_values,
    hw30_prototypes,
    hw30_starts,
    hw30_validation,
    predicted,
    predicted_beyond,
    predicted_cells,
    predicted_dense,
    predicted_groups,
    predicted_learning,
    predicted_modules,
    predicted_networks,
    predicted_scale,
    predicted_sequences,
    predicted_wide,
    projects,
)

PREDICTED = (
    predicted,
    predicted_networks,
    predicted_modules,
    predicted_wide,
    predicted_dense,
    predicted_cells,
    predicted_groups,
    predicted_scale,
    predicted_beyond,
    predicted_sequences,
    predicted_learning,
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
    hw08_alexnet,
    hw09_looking,
    hw10_small_filters,
    hw11_modules,
    hw11_heads,
    hw12_smoothing,
    hw12_filters,
    hw13_residual,
    hw14_section,
    hw14_hill,
    hw14_shapes,
    hw15_noise,
    hw15_removed,
    hw16_backward,
    hw16_reading,
    hw17_backward,
    hw17_gates,
    hw18_separable,
    hw18_folding,
    hw19_cells,
    hw19_policy,
    hw19_winner,
    hw20_comparing,
    hw20_ensembles,
    hw21_bodies,
    hw21_heads,
    hw22_steps,
    hw22_streams,
    hw23_boxes,
    hw23_masks,
    hw23_upsampling,
    hw24_causal,
    hw24_filters,
    hw25_codes,
    hw25_pca,
    hw25_games,
    hw25_noise,
    hw26_memory,
    hw26_directions,
    hw27_weights,
    hw27_masks,
    hw27_cache,
    hw27_sharpness,
    hw28_integers,
    hw28_teacher,
    hw28_bottleneck,
    hw29_returns,
    hw29_policy,
    hw29_values,
    hw30_validation,
    hw30_prototypes,
    hw30_starts,
    *PREDICTED,
    projects,
)
QUESTIONS = tuple(q for module in MODULES for q in module.QUESTIONS)


def for_class(number):
    """The questions whose numbers differ by class; 0: as in exercises/."""
    if not number:
        return tuple(q for module in PREDICTED for q in module.QUESTIONS)
    return tuple(
        drawn(make, numbers, number)
        for module in PREDICTED
        for make, (_, numbers) in module.PRINTED.items()
    )


DRAWS = 1000  # of numbers, until each mistake gives another answer


def drawn(make, numbers, number):
    """A question whose numbers tell the right answer from each mistake.

    What a class is asked does not depend on the other questions that there are.
    RuntimeError if a mistake is always right.
    """
    rng = np.random.default_rng([number, zlib.crc32(make.__name__.encode())])
    for _ in range(DRAWS):
        question = make(*(number.item() for number in numbers(rng)))
        right, wrong = question.reference(), question.mistakes.values()
        if not any(close(mistaken(), right, question) for mistaken in wrong):
            return question
    raise RuntimeError(f"{make.__name__}: one of its mistakes is always right.")
