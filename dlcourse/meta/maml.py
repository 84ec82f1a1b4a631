"""MAML: a start from which a few gradient steps go far.

Chelsea Finn, Pieter Abbeel, Sergey Levine: Model-Agnostic Meta-Learning for Fast
Adaptation of Deep Networks. ICML 2017, arXiv:1703.03400.
"""

import keras
from keras import ops

from dlcourse.meta.adaptation import adapt, mlp, mlp_shapes


@keras.saving.register_keras_serializable("dlcourse")
class MAML(keras.Model):
    """A network that learns a task from its first points, and then answers (alg. 2).

    One example is a task: points (points, 2) of x and y. The answer is y for each x
    after the first ``shots``, whose own y is not looked at. Gradient steps are part of
    the forward pass, and so ``fit`` trains the weights that they start from.

    Args:
        units: of the hidden layers.
        shots: points that the task is learned from.
        rate: the learning rate of these steps.
        steps: how many; with 0 the network is trained on all tasks as if they were one.
        first_order: the steps' gradients count as constants (section 5.2, "first-order
            approximation").
    """

    def __init__(
        self, units=(40, 40), shots=10, rate=0.01, steps=1, first_order=False, **options
    ):
        super().__init__(**options)
        self.units, self.shots, self.rate = tuple(units), shots, rate
        self.steps, self.first_order = steps, first_order

    def build(self, input_shape):
        """Create the start; ValueError where a task has no point after the shots."""
        if input_shape[1] is not None and input_shape[1] <= self.shots:
            raise ValueError(
                f"shots={self.shots}: tasks of {input_shape[1]} points have none left."
            )
        self.start = []
        for number, shape in enumerate(mlp_shapes(self.units)):
            kind = ("glorot_uniform", "zeros")[number % 2]  # of matrices, of biases
            self.start.append(self.add_weight(shape, kind, name=f"start{number}"))
        self.built = True

    def adapted(self, x, y, steps=None):
        """The weights of each task after so many steps on points (tasks, points, 1)."""
        start = [ops.convert_to_tensor(weight) for weight in self.start]
        steps = self.steps if steps is None else steps
        return adapt(start, x, y, self.rate, steps, self.first_order)

    def call(self, tasks, steps=None, training=False):
        """Tasks (n, points, 2) -> answers (n, points - shots)."""
        x, y = tasks[:, :, :1], tasks[:, : self.shots, 1:]
        weights = self.adapted(x[:, : self.shots], y, steps)
        return mlp(weights, x[:, self.shots :])[:, :, 0]

    def get_config(self):
        """Return the arguments of the constructor."""
        own = ("units", "shots", "rate", "steps", "first_order")
        return super().get_config() | {name: getattr(self, name) for name in own}
