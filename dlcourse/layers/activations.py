"""Activation functions from their formulas, on tensors of any shape.

Keras ships all of them; here they stand to be read. Sources: leaky ReLU Maas et al.,
2013; ELU Clevert et al., arXiv:1511.07289; SELU Klambauer et al., arXiv:1706.02515;
scaled tanh LeCun et al., 1998, appendix A; GELU Hendrycks and Gimpel, arXiv:1606.08415;
swish Ramachandran et al., arXiv:1710.05941.
"""

import keras
from keras import ops

from dlcourse.arguments import check_all
from dlcourse.layers.kinds import ACTIVATIONS

# Mean 0 and variance 1 are a fixed point of SELU with these two numbers (eq. 14).
SELU_ALPHA = 1.6732632423543772
SELU_SCALE = 1.0507009873554805


def step(x):
    """1 where x >= 0, else 0: the perceptron's output. Its derivative is 0."""
    return ops.cast(x >= 0, x.dtype)


def sigmoid(x):
    """1 / (1 + exp(-x)): squashes to (0, 1)."""
    x = ops.maximum(x, -80.0)  # exp(89) overflows float32, and its gradient is NaN
    return 1 / (1 + ops.exp(-x))


def tanh(x):
    """(exp(x) - exp(-x)) / (exp(x) + exp(-x)): a sigmoid stretched to (-1, 1)."""
    return 2 * sigmoid(2 * x) - 1


def scaled_tanh(x):
    """1.7159 tanh(2x/3), which maps 1 to 1 and -1 to -1 (LeCun et al., 1998)."""
    return 1.7159 * ops.tanh(2 / 3 * x)


def relu(x):
    """max(0, x)."""
    return ops.maximum(x, 0)


def leaky_relu(x, slope=0.1):
    """max(slope x, x), for a slope below 1: negative inputs keep a gradient."""
    return ops.maximum(slope * x, x)


def elu(x, alpha=1.0):
    """x where x > 0, else alpha (exp(x) - 1), which tends to -alpha."""
    negative = ops.minimum(x, 0)  # exp of a large x would overflow where it is not used
    return ops.where(x > 0, x, alpha * (ops.exp(negative) - 1))


def selu(x):
    """Scaled ELU: keeps mean 0 and variance 1 from layer to layer."""
    return SELU_SCALE * elu(x, SELU_ALPHA)


def gelu(x):
    """x times the probability that a normal number lies below x: a rounded ReLU."""
    return x * (1 + ops.erf(x / 2**0.5)) / 2


def swish(x):
    """x sigmoid(x), which Keras calls SiLU: a rounded ReLU, too."""
    return x * sigmoid(x)


def softmax(x):
    """exp(x_i) / sum_j exp(x_j) over the last axis: logits to probabilities."""
    # A constant taken from all logits cancels; taking the largest, exp cannot overflow.
    largest = ops.max(x, axis=-1, keepdims=True, initial=-float("inf"))
    e = ops.exp(x - largest)
    return e / ops.sum(e, axis=-1, keepdims=True)


check_all(globals(), ACTIVATIONS)
for activation in ACTIVATIONS:  # a saved model finds the function that it uses by name
    keras.saving.register_keras_serializable("dlcourse")(globals()[activation])
