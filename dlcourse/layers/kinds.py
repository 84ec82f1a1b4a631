"""What the arguments of the layers and formulas may be, for `dlcourse.arguments`.

Sizes and strides are whole numbers; a batch may be empty. Activation functions are
checked where they are defined: all of the package has the same function of each name.
"""

import numpy as np

from dlcourse.arguments import (
    Kind,
    above_0,
    array,
    below,
    either,
    flag,
    instance,
    is_array,
    is_whole,
    like,
    many,
    number,
    tensor,
    whole,
)

MAPS = array(4, empty=True)
OUTPUTS = array(*range(1, 9), empty=True)  # at least one axis
SHARE, SEED = number(0, 1), whole(0)
POOLING = {"x": array(4), "pool_size": whole(), "strides": whole()}
CELL = {"units": whole()}
STEPS = {"strides": whole(), "padding": whole(0)}
NUMBERS = {"x": array(empty=True)}
ACTIVATIONS = {
    **dict.fromkeys(("gelu", "relu", "scaled_tanh", "selu", "sigmoid"), NUMBERS),
    **dict.fromkeys(("swish", "tanh"), NUMBERS),
    "elu": NUMBERS | {"alpha": number()},
    "leaky_relu": NUMBERS | {"slope": number(at_most=1)},
    "softmax": {
        "x": Kind(
            lambda x: is_array(x, range(1, 9), empty=True) and np.shape(x)[-1] != 0,
            "numbers with a last axis that is not empty",
        )
    },
    "step": {"x": tensor()},
}
LOSSES = {
    "binary_cross_entropy": {"p": like("target")},
    "categorical_cross_entropy": {"p": like("target")},
    "mean_squared_error": {"predicted": like("target")},
    "reconstruction_loss": {"p": like("target")},
    "sigmoid_cross_entropy": {"logits": like("target")},
    "softmax_cross_entropy": {"logits": like("target")},
}
PERCEPTRON = {  # of `Perceptron.train_epoch`
    "x": array(2),
    "y": Kind(
        lambda y: is_array(y, (1,)) and set(np.unique(y)) <= {0, 1},
        "0 or 1 for each example",
    ),
    "rate": above_0(),
}


def leaving_pixels():
    """Padding of a transposed convolution that does not take away all of its output."""

    def holds(padding, y, kernel, strides):
        sizes = [n for n in np.shape(y)[1:3] if n is not None]
        k = np.shape(kernel)[0]
        return is_whole(padding, 0) and all(
            strides * (n - 1) + k > 2 * padding for n in sizes
        )

    words = "a whole number from 0 on, so small that pixels are left"
    return Kind(holds, words, ("y", "kernel", "strides"))


KINDS = {
    "AlphaDropout": {"keep": above_0(1), "seed": SEED},
    "BatchNorm": {"momentum": SHARE, "epsilon": number(0)},
    "ConvIdentity": {"classes": whole(), "noise": number(0), "seed": SEED},
    "CovariateShift": {"offset": number(), "scale": number(), "seed": SEED},
    "Dropout": {"keep": above_0(1), "seed": SEED},
    "GRUCell": CELL | {"reset_after": flag()},
    "GroupNorm": {"groups": whole(), "epsilon": number(0)},
    "LSTMCell": CELL,
    "LocalResponseNormalization": {
        "n": whole(),
        "k": above_0(),
        "alpha": number(0),
        "beta": number(0),
    },
    "Maxout": {"units": whole(), "pieces": whole()},
    "MultiHeadAttention": {"heads": whole(), "causal": flag()},
    "NormalLike": {"seed": SEED},
    "RadialBasis": {"codes": array(2)},
    "Sampling": {"weight": number(0), "seed": SEED},
    "Shake": {"seed": SEED},
    "SimpleRNNCell": CELL,
    "SparseConv2D": {"table": many(many(whole(0))), "kernel_size": whole()},
    "StochasticDepth": {"survival": above_0(1), "seed": SEED},
    "Subsampling": {"pool_size": whole()},
    "attention": {
        **dict.fromkeys(("queries", "keys", "values"), array(*range(2, 9))),
        "causal": flag(),
    },
    "average_pooling": POOLING,
    "convolve": {"x": MAPS, "kernel": array(4)} | STEPS,
    "kl_divergence": {"mean": OUTPUTS, "log_variance": like("mean")},
    "max_pooling": POOLING | {"padding": below("pool_size")},
    "mu_law_decode": {"code": tensor(), "levels": whole(2)},
    "mu_law_encode": {"x": tensor(), "levels": whole(2)},
    "output_size": {"size": either(whole(), instance(type(None), "None"))}
    | {"kernel_size": whole()}
    | STEPS,
    "transposed_convolve": {"y": MAPS, "kernel": array(4)}
    | {"strides": whole(), "padding": leaving_pixels()},
    **{name: {"target": OUTPUTS} | second for name, second in LOSSES.items()},
    "windows": {"x": MAPS, "kernel_size": whole(), "value": number()} | STEPS,
}
