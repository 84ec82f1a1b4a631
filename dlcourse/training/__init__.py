"""What Keras's ``fit`` does not have."""

from dlcourse.arguments import check_all
from dlcourse.training.augmentation import (
    AUGMENTATIONS,
    augmentation,
    test_time_augmentation,
)
from dlcourse.training.checkpoints import Checkpoints
from dlcourse.training.comparison import Run, compare, summary
from dlcourse.training.descent import adam, gradient_descent, minibatch, rmsprop
from dlcourse.training.devices import Devices, choose_devices, one_device, steps_at_once
from dlcourse.training.estimate import (
    Estimate,
    estimate_prediction,
    estimate_training,
)
from dlcourse.training.evaluation import error_rate
from dlcourse.training.fit import build_state, fit, fit_recipe, run_folder
from dlcourse.training.kinds import KINDS
from dlcourse.training.loop import training_loop
from dlcourse.training.precision import set_training_precision, training_precision
from dlcourse.training.progress import Progress
from dlcourse.training.rate_range import learning_rate_range_test
from dlcourse.training.recipe import Recipe
from dlcourse.training.recipes import RECIPES, find_recipe
from dlcourse.training.schedule import Plateau, Schedule
from dlcourse.training.sgd import SGD, AdamW, RMSprop
from dlcourse.training.smoothing import SmoothedCrossEntropy

__all__ = [
    "AUGMENTATIONS",
    "RECIPES",
    "SGD",
    "AdamW",
    "Checkpoints",
    "Devices",
    "Estimate",
    "Plateau",
    "Progress",
    "RMSprop",
    "Recipe",
    "Run",
    "Schedule",
    "SmoothedCrossEntropy",
    "adam",
    "augmentation",
    "build_state",
    "choose_devices",
    "compare",
    "error_rate",
    "estimate_prediction",
    "estimate_training",
    "find_recipe",
    "fit",
    "fit_recipe",
    "gradient_descent",
    "learning_rate_range_test",
    "minibatch",
    "one_device",
    "rmsprop",
    "run_folder",
    "set_training_precision",
    "steps_at_once",
    "summary",
    "test_time_augmentation",
    "training_loop",
    "training_precision",
]

check_all(globals(), KINDS)
