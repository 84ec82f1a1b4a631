"""Looking into a model: what it costs, what it sees, what it has learned."""

from dlcourse.analysis.class_activation import class_activation
from dlcourse.analysis.complexity import complexity
from dlcourse.analysis.deconvolution import (
    activations,
    deconvolve,
    strongest,
    top_patches,
)
from dlcourse.analysis.generation import count_modes, frechet_distance
from dlcourse.analysis.kinds import KINDS
from dlcourse.analysis.landscape import filter_normalized, loss_section
from dlcourse.analysis.neighbours import nearest_neighbours
from dlcourse.analysis.occlusion import occlude, occlusion
from dlcourse.analysis.receptive_field import receptive_field
from dlcourse.analysis.saliency import saliency
from dlcourse.analysis.sound import pitch, signal_to_noise, spectral_wiener
from dlcourse.arguments import check_all

__all__ = [
    "activations",
    "class_activation",
    "complexity",
    "count_modes",
    "deconvolve",
    "filter_normalized",
    "frechet_distance",
    "loss_section",
    "nearest_neighbours",
    "occlude",
    "occlusion",
    "pitch",
    "receptive_field",
    "saliency",
    "signal_to_noise",
    "spectral_wiener",
    "strongest",
    "top_patches",
]

check_all(globals(), KINDS)
