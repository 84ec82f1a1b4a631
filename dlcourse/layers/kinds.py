"""What the arguments of the layers and formulas may be, for `dlcourse.arguments`.

Sizes and strides are whole numbers; a batch may be empty. Activation functions are left
as they are: a model that is built by their formula must be found to have it.
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
    "transposed_convolve": {"y": MAPS, "kernel": array(4)} | STEPS,
    **{name: {"target": OUTPUTS} | second for name, second in LOSSES.items()},
    "windows": {"x": MAPS, "kernel_size": whole(), "value": number()} | STEPS,
}
