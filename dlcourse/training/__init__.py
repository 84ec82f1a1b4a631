"""What Keras's ``fit`` does not have."""

from dlcourse.training.augmented import predict_augmented
from dlcourse.training.descent import gradient_descent, minibatch
from dlcourse.training.progress import Progress
from dlcourse.training.range_test import learning_rate_range_test

__all__ = [
    "Progress",
    "gradient_descent",
    "learning_rate_range_test",
    "minibatch",
    "predict_augmented",
]
