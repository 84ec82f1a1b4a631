"""Learning to learn: what is outside of a training is chosen by a program, too."""

from dlcourse.meta.adaptation import adapt, mlp, mlp_shapes
from dlcourse.meta.budgets import search_table
from dlcourse.meta.episodes import episode_labels, picture_episodes, sinusoid_tasks
from dlcourse.meta.hypernetwork import Hypernetwork
from dlcourse.meta.maml import MAML
from dlcourse.meta.prototypes import PrototypicalNetwork
from dlcourse.meta.reptile import Reptile
from dlcourse.meta.selection import expected_minimum, validation_spread

__all__ = [
    "MAML",
    "Hypernetwork",
    "PrototypicalNetwork",
    "Reptile",
    "adapt",
    "episode_labels",
    "expected_minimum",
    "mlp",
    "mlp_shapes",
    "picture_episodes",
    "search_table",
    "sinusoid_tasks",
    "validation_spread",
]
