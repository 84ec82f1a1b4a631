"""What Keras's ``fit`` does not have."""

from dlcourse.training.progress import Progress

__all__ = ["Progress"]
