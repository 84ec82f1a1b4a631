"""Reptile: the start moves towards where training on a task has led.

Alex Nichol, Joshua Achiam, John Schulman: On First-Order Meta-Learning Algorithms.
arXiv:1803.02999, 2018.
"""

import keras
from keras import ops

from dlcourse.meta.maml import MAML


@keras.saving.register_keras_serializable("dlcourse")
class Reptile(MAML):
    """As `MAML`, with another loss: how far the steps lead away (algorithm 1, batched).

    The gradient of half the squared distance between start and adapted weights is
    their difference, if the adapted weights count as constants. A step of gradient
    descent with rate e then is start + e (adapted - start): the paper's update.
    Nothing is differentiated twice, and no points are set apart: all are trained on.

    Differs: each of the steps sees all points of the task, not a mini-batch of them.
    """

    def compute_loss(
        self, x=None, y=None, y_pred=None, sample_weight=None, training=True
    ):
        """Half the squared distance, the mean over tasks."""
        weights = self.adapted(x[:, :, :1], x[:, :, 1:])
        pairs = zip(self.start, weights, strict=True)
        squares = [ops.square(a - ops.stop_gradient(b)) for a, b in pairs]
        return sum(ops.sum(ops.mean(square, axis=0)) for square in squares) / 2
