"""Keras layers, where there is new state, randomness or training behaviour."""

from keras.saving import register_keras_serializable

from dlcourse.arguments import check_all, checked
from dlcourse.layers.activations import (
    elu,
    gelu,
    leaky_relu,
    relu,
    scaled_tanh,
    selu,
    sigmoid,
    softmax,
    step,
    swish,
    tanh,
)
from dlcourse.layers.attention import MultiHeadAttention, attention
from dlcourse.layers.companding import mu_law_decode, mu_law_encode
from dlcourse.layers.convolution import (
    average_pooling,
    convolve,
    max_pooling,
    output_size,
    transposed_convolve,
    windows,
)
from dlcourse.layers.dropout import AlphaDropout, Dropout
from dlcourse.layers.initializers import Bilinear, ConvIdentity
from dlcourse.layers.kinds import KINDS, LOSSES, PERCEPTRON
from dlcourse.layers.latent import (
    NormalLike,
    Sampling,
    kl_divergence,
    reconstruction_loss,
)
from dlcourse.layers.lenet import RadialBasis, SparseConv2D, Subsampling
from dlcourse.layers.losses import (
    binary_cross_entropy,
    categorical_cross_entropy,
    mean_squared_error,
    sigmoid_cross_entropy,
    softmax_cross_entropy,
)
from dlcourse.layers.lrn import LocalResponseNormalization
from dlcourse.layers.maxout import Maxout
from dlcourse.layers.normalization import BatchNorm, CovariateShift, GroupNorm
from dlcourse.layers.perceptron import Perceptron
from dlcourse.layers.progressive import FadeIn, MinibatchDeviation, PixelNorm
from dlcourse.layers.recurrent import GRUCell, LSTMCell, SimpleRNNCell
from dlcourse.layers.shake import Shake
from dlcourse.layers.stochastic_depth import StochasticDepth

__all__ = [
    "AlphaDropout",
    "BatchNorm",
    "Bilinear",
    "ConvIdentity",
    "CovariateShift",
    "Dropout",
    "FadeIn",
    "GRUCell",
    "GroupNorm",
    "LSTMCell",
    "LocalResponseNormalization",
    "Maxout",
    "MinibatchDeviation",
    "MultiHeadAttention",
    "NormalLike",
    "Perceptron",
    "PixelNorm",
    "RadialBasis",
    "Sampling",
    "Shake",
    "SimpleRNNCell",
    "SparseConv2D",
    "StochasticDepth",
    "Subsampling",
    "attention",
    "average_pooling",
    "binary_cross_entropy",
    "categorical_cross_entropy",
    "convolve",
    "elu",
    "gelu",
    "kl_divergence",
    "leaky_relu",
    "max_pooling",
    "mean_squared_error",
    "mu_law_decode",
    "mu_law_encode",
    "output_size",
    "reconstruction_loss",
    "relu",
    "scaled_tanh",
    "selu",
    "sigmoid",
    "sigmoid_cross_entropy",
    "softmax",
    "softmax_cross_entropy",
    "step",
    "swish",
    "tanh",
    "transposed_convolve",
    "windows",
]

check_all(globals(), KINDS)
Perceptron.train_epoch = checked(Perceptron.train_epoch, PERCEPTRON)
for name in LOSSES:  # a saved model finds its loss by name
    register_keras_serializable("dlcourse")(globals()[name])
