"""What Keras's ``fit`` does not have."""

from dlcourse.training.augmentation import AUGMENTATIONS, augmentation
from dlcourse.training.augmented import predict_augmented
from dlcourse.training.checkpoints import Checkpoints
from dlcourse.training.comparison import Run, compare, summary
from dlcourse.training.descent import gradient_descent, minibatch
from dlcourse.training.devices import Devices, choose_devices
from dlcourse.training.progress import Progress
from dlcourse.training.range_test import learning_rate_range_test
from dlcourse.training.recipe import Recipe
from dlcourse.training.recipes import RECIPES, find_recipe
from dlcourse.training.resume import build_state, fit_recipe, run_folder
from dlcourse.training.schedule import Plateau, Schedule
from dlcourse.training.sgd import SGD
from dlcourse.training.smoothing import SmoothedCrossEntropy

__all__ = [
    "AUGMENTATIONS",
    "RECIPES",
    "SGD",
    "Checkpoints",
    "Devices",
    "Plateau",
    "Progress",
    "Recipe",
    "Run",
    "Schedule",
    "SmoothedCrossEntropy",
    "augmentation",
    "build_state",
    "choose_devices",
    "compare",
    "find_recipe",
    "fit_recipe",
    "gradient_descent",
    "learning_rate_range_test",
    "minibatch",
    "predict_augmented",
    "run_folder",
    "summary",
]
