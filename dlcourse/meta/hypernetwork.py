"""A network that writes the weights of another one.

David Ha, Andrew Dai, Quoc Le: HyperNetworks. ICLR 2017, arXiv:1609.09106.
"""

import math

import keras
from keras import layers, ops

from dlcourse.meta.adaptation import mlp, mlp_shapes


@keras.saving.register_keras_serializable("dlcourse")
class Hypernetwork(keras.Model):
    """Reads the first points of a task, and writes a network that answers the others.

    Takes and gives what `MAML` does, without a gradient step. The points are a set:
    each is read by the same dense layers, and the mean of what was read goes to the
    layers that write.

    Differs: in the paper, the input of a hypernetwork is a vector that is learned, one
    for each layer that it writes (section 3.1), and not a task's examples.

    Args:
        units: of the hidden layers of the network that is written.
        shots: points that are read.
        width: units of the layers that read and write.
    """

    def __init__(self, units=(40,), shots=10, width=64, **options):
        super().__init__(**options)
        self.units, self.shots, self.width = tuple(units), shots, width
        self.shapes = mlp_shapes(self.units)
        self.reader = keras.Sequential(
            [layers.Dense(width, "relu"), layers.Dense(width, "relu")]
        )
        total = sum(math.prod(shape) for shape in self.shapes)
        self.writer = keras.Sequential(
            [layers.Dense(width, "relu"), layers.Dense(total)]
        )

    def build(self, input_shape):
        """Create the weights of reader and writer."""
        self.reader.build((None, self.shots, 2))
        self.writer.build((None, self.width))
        self.built = True

    def written(self, points):
        """Points (tasks, shots, 2) -> weights as `mlp` takes them, for each task."""
        flat = self.writer(ops.mean(self.reader(points), axis=1))
        ends = [0]
        for shape in self.shapes:
            ends.append(ends[-1] + math.prod(shape))
        return [
            ops.reshape(flat[:, start:end], (-1, *shape))
            for start, end, shape in zip(ends, ends[1:], self.shapes, strict=False)
        ]

    def call(self, tasks, training=False):
        """Tasks (n, points, 2) -> answers (n, points - shots)."""
        weights = self.written(tasks[:, : self.shots])
        return mlp(weights, tasks[:, self.shots :, :1])[:, :, 0]

    def get_config(self):
        """Return the arguments of the constructor."""
        own = ("units", "shots", "width")
        return super().get_config() | {name: getattr(self, name) for name in own}
