"""How long a training takes on a GPU, and how much of its memory, before it begins.

The GPU is an A100. How fast it is follows from two figures of NVIDIA's ResNet-50 v1.5
in TensorFlow, mixed precision (github.com/NVIDIA/DeepLearningExamples, its README,
results on a DGX A100): 2,375 images a second in training, batches of 256; and 4.5 ms
for the forward pass of a single image, which is the time of starting its kernels.
"""

from dataclasses import dataclass

import numpy as np
from keras import ops

from dlcourse.analysis.complexity import complexity
from dlcourse.analysis.memory import saved_activation_bytes

PASSES = 3  # forward, and backward to the inputs and to the weights of each layer
MACS_PER_SECOND = 2375 * PASSES * 4.1e9  # 4.1 G multiply-adds, forward, for one image
SECONDS_PER_LAYER = 4.5e-3 / 177  # forward; ResNet-50 has 177 layers in Keras
WEIGHT_COPIES = 4  # float32: weights, gradients, and at most two of the optimizer's
MIXED = 1 / 2  # of the bytes of float32


@dataclass(frozen=True)
class Estimate:
    """What trainings take: hours on one A100, bytes of its memory; they add up."""

    hours: float = 0.0
    memory: float = 0.0  # of the largest, for one goes after the other

    def __add__(self, other):
        return Estimate(self.hours + other.hours, max(self.memory, other.memory))

    def __str__(self):
        minutes = 60 * self.hours
        time = f"{minutes:.0f} minutes" if minutes < 90 else f"{self.hours:.3g} hours"
        time = "less than a minute" if minutes < 1 else f"about {time}"
        return f"{time} and {max(0.1, self.memory / 1e9):.1f} GB"


def estimate_training(model, batch_size, steps):
    """`Estimate` of a training, from multiply-adds, layers and saved activations.

    What the data take is not in it, nor what a library allocates on the way.

    Args:
        model: a built ``keras.Model`` whose input has a fixed size.
        batch_size: examples per step.
        steps: of the whole training.

    Raises:
        ValueError: where multiply-adds depend on a size that is not known.
    """
    cost = complexity(model)
    computing = batch_size * cost.macs / MACS_PER_SECOND
    seconds = PASSES * max(computing, SECONDS_PER_LAYER * len(cost.rows))
    memory = 4 * WEIGHT_COPIES * model.count_params()
    memory += MIXED * batch_size * activation_bytes(model)
    return Estimate(steps * seconds / 3600, memory)


def estimate_prediction(model, examples):
    """`Estimate` of passing so many examples through a network, forward."""
    seconds = examples * complexity(model).macs / MACS_PER_SECOND
    return Estimate(seconds / 3600, 4 * model.count_params())


def activation_bytes(model):
    """float32 bytes that the backward pass of one example needs of the forward pass."""

    def total(*inputs):
        outputs = model(list(inputs) if len(inputs) > 1 else inputs[0], training=True)
        outputs = outputs if isinstance(outputs, list | tuple) else [outputs]
        return sum(ops.sum(output) for output in outputs)

    arrays = [np.zeros((1, *x.shape[1:]), "float32") for x in model.inputs]
    return saved_activation_bytes(total, *arrays)
