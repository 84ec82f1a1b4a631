"""Bad calls of every public function: one argument of a good call is made bad.

`GOOD` has a good call of each, `bad_calls` draws what replaces one argument, `outcome`
says how the call ends. ``python tests/bad_calls.py 3000`` prints a table.
"""

import inspect
import re
import sys
from collections import Counter, defaultdict
from contextlib import suppress
from functools import cache

import keras
import numpy as np
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from dlcourse import analysis, datasets, gradients, layers, search, training
from dlcourse.blocks import conv, excite, residual, separable, shuffle

CLEAR = "names the argument"
UNCLEAR = "does not name it"
INTERNAL = "internal error"
NONSENSE = "nonsense is returned"
WORKS = "a sensible result"  # not counted: the call was good after all


def numbers(*shape, seed=0):
    return np.random.default_rng(seed).random(shape, "float32")


def labels(*shape, classes=3):
    return np.arange(np.prod(shape, dtype=int)).reshape(shape) % classes


@cache
def model():
    inputs = keras.Input((8, 8, 1))
    x = keras.layers.Conv2D(4, 3, activation="relu", name="conv")(inputs)
    x = keras.layers.GlobalAveragePooling2D()(x)
    return keras.Model(inputs, keras.layers.Dense(3, "softmax", name="dense")(x))


def on(layer, *inputs):
    """A function that builds a layer and calls it on inputs in training."""
    x = list(inputs) if len(inputs) > 1 else inputs[0]
    options = {"training": True} if takes_training(layer) else {}
    return lambda **arguments: layer(**arguments)(x, **options)


def takes_training(layer):
    return "training" in inspect.signature(layer.call).parameters


def kernel(initializer, *shape):
    return lambda **arguments: initializer(**arguments)(shape)


def cell(kind):
    x = numbers(2, 5, 3)
    return lambda **arguments: keras.layers.RNN(kind(**arguments))(x)


def drawn(dataset):
    """The first batch, as arrays."""
    return next(iter(dataset.as_numpy_iterator()))


def bowl(weights):
    return 2 * weights


def error_of(cell):
    return 10.0 + sum(cell)


def rng():
    return np.random.default_rng(0)


IMAGES = numbers(6, 8, 8, 1)
MAPS = keras.ops.convert_to_tensor(numbers(2, 8, 8, 6))
TARGET, P = np.eye(3, dtype="float32")[[0, 1, 2, 1]], np.full((4, 3), 1 / 3, "float32")
START = {"gradient": bowl, "start": np.ones(2), "rate": 0.1, "steps": 5}
TRIALS = {"error": error_of, "choices": (2, 3), "trials": 25}
UNIT = {"x": numbers(4, 3)}
BLOCK = {"x": MAPS, "filters": 8}
ACTIVATIONS = [
    "gelu",
    "relu",
    "scaled_tanh",
    "selu",
    "sigmoid",
    "softmax",
    "step",
    "swish",
    "tanh",
]
# name: the function, and all arguments that are made bad, with good values.
GOOD = {
    # layers: formulas
    **{f"layers.{name}": (getattr(layers, name), UNIT) for name in ACTIVATIONS},
    "layers.elu": (layers.elu, UNIT | {"alpha": 1.0}),
    "layers.leaky_relu": (layers.leaky_relu, UNIT | {"slope": 0.1}),
    **{
        f"layers.{name}": (getattr(layers, name), {"target": TARGET, second: P})
        for name, second in {
            "binary_cross_entropy": "p",
            "categorical_cross_entropy": "p",
            "mean_squared_error": "predicted",
            "reconstruction_loss": "p",
            "sigmoid_cross_entropy": "logits",
            "softmax_cross_entropy": "logits",
        }.items()
    },
    "layers.kl_divergence": (
        layers.kl_divergence,
        {"mean": numbers(4, 3), "log_variance": numbers(4, 3)},
    ),
    "layers.attention": (
        layers.attention,
        {name: numbers(2, 4, 3) for name in ("queries", "keys", "values")}
        | {"causal": True},
    ),
    "layers.convolve": (
        layers.convolve,
        {"x": MAPS, "kernel": numbers(3, 3, 6, 2), "strides": 1, "padding": 1},
    ),
    "layers.transposed_convolve": (
        layers.transposed_convolve,
        {"y": MAPS, "kernel": numbers(3, 3, 2, 6), "strides": 2, "padding": 1},
    ),
    "layers.max_pooling": (
        layers.max_pooling,
        {"x": MAPS, "pool_size": 2, "strides": 2, "padding": 1},
    ),
    "layers.average_pooling": (
        layers.average_pooling,
        {"x": MAPS, "pool_size": 2, "strides": 2},
    ),
    "layers.windows": (
        layers.windows,
        {"x": MAPS, "kernel_size": 3, "strides": 1, "padding": 1, "value": 0.0},
    ),
    "layers.output_size": (
        layers.output_size,
        {"size": 8, "kernel_size": 3, "strides": 2, "padding": 1},
    ),
    "layers.mu_law_encode": (layers.mu_law_encode, UNIT | {"levels": 256}),
    "layers.mu_law_decode": (
        layers.mu_law_decode,
        {"code": labels(4, 3), "levels": 256},
    ),
    # layers: with state
    "layers.AlphaDropout": (on(layers.AlphaDropout, MAPS), {"keep": 0.5, "seed": 0}),
    "layers.Dropout": (on(layers.Dropout, MAPS), {"keep": 0.5, "seed": 0}),
    "layers.BatchNorm": (
        on(layers.BatchNorm, MAPS),
        {"momentum": 0.9, "epsilon": 1e-3},
    ),
    "layers.GroupNorm": (on(layers.GroupNorm, MAPS), {"groups": 3, "epsilon": 1e-3}),
    "layers.LocalResponseNormalization": (
        on(layers.LocalResponseNormalization, MAPS),
        {"n": 5, "k": 2.0, "alpha": 1e-4, "beta": 0.75},
    ),
    "layers.CovariateShift": (
        on(layers.CovariateShift, MAPS),
        {"offset": 0.5, "scale": 1.25, "seed": 0},
    ),
    "layers.Maxout": (on(layers.Maxout, numbers(4, 3)), {"units": 4, "pieces": 2}),
    "layers.MultiHeadAttention": (
        on(layers.MultiHeadAttention, numbers(2, 4, 6)),
        {"heads": 2, "causal": True},
    ),
    "layers.NormalLike": (on(layers.NormalLike, MAPS), {"seed": 0}),
    "layers.RadialBasis": (
        on(layers.RadialBasis, numbers(4, 3)),
        {"codes": numbers(5, 3)},
    ),
    "layers.Sampling": (
        on(layers.Sampling, numbers(4, 3), numbers(4, 3)),
        {"weight": 1.0, "seed": 0},
    ),
    "layers.Shake": (on(layers.Shake, MAPS, MAPS), {"seed": 0}),
    "layers.StochasticDepth": (
        on(layers.StochasticDepth, MAPS),
        {"survival": 0.5, "seed": 0},
    ),
    "layers.SparseConv2D": (
        on(layers.SparseConv2D, MAPS),
        {"table": [[0, 1], [2, 5]], "kernel_size": 3},
    ),
    "layers.Subsampling": (on(layers.Subsampling, MAPS), {"pool_size": 2}),
    "layers.ConvIdentity": (
        kernel(layers.ConvIdentity, 3, 3, 4, 4),
        {"classes": 2, "noise": 0.1, "seed": 0},
    ),
    "layers.LSTMCell": (cell(layers.LSTMCell), {"units": 4}),
    "layers.GRUCell": (cell(layers.GRUCell), {"units": 4, "reset_after": True}),
    "layers.SimpleRNNCell": (cell(layers.SimpleRNNCell), {"units": 4}),
    "layers.Perceptron.train_epoch": (
        lambda **arguments: layers.Perceptron().train_epoch(**arguments),
        {"x": numbers(6, 2), "y": labels(6, classes=2), "rate": 1.0},
    ),
    # blocks
    "blocks.conv_bn": (
        conv.conv_bn,
        BLOCK | {"kernel_size": 3, "strides": 1, "momentum": 0.9, "activation": "relu"},
    ),
    "blocks.max_pool": (
        conv.max_pool,
        {"x": MAPS, "pool_size": 3, "strides": 2, "padding": "same"},
    ),
    "blocks.basic": (residual.basic, BLOCK | {"strides": 1, "option": "B"}),
    "blocks.bottleneck": (
        residual.bottleneck,
        BLOCK | {"strides": 1, "option": "B", "stride_on": "1x1"},
    ),
    "blocks.separable_bn": (separable.separable_bn, BLOCK | {"kernel_size": 3}),
    "blocks.squeeze_excite": (excite.squeeze_excite, {"x": MAPS, "ratio": 2}),
    "blocks.channel_shuffle": (shuffle.channel_shuffle, {"x": MAPS, "groups": 3}),
    # datasets
    "datasets.rings": (datasets.rings, {"n": 10, "noise": 0.1, "seed": 0}),
    "datasets.spirals": (
        datasets.spirals,
        {"n": 10, "noise": 0.1, "seed": 0, "turns": 1.5},
    ),
    "datasets.xor": (datasets.xor, {"n": 10, "noise": 0.1, "seed": 0}),
    "datasets.mixture": (
        datasets.mixture,
        {"n": 16, "modes": 8, "noise": 0.1, "seed": 0},
    ),
    "datasets.mixture_centres": (datasets.mixture_centres, {"modes": 8}),
    "datasets.adding_problem": (
        datasets.adding_problem,
        {"n": 10, "length": 20, "seed": 0},
    ),
    "datasets.alice_text": (datasets.alice_text, {"split": "train"}),
    "datasets.text_windows": (
        datasets.text_windows,
        {"text": "abcabcabc", "characters": "abc", "length": 2},
    ),
    "datasets.notes": (
        datasets.notes,
        {
            "count": 3,
            "seed": 0,
            "samples": 64,
            "pitches": (220.0, 262.0),
            "snr": (0, 9),
        },
    ),
    "datasets.noisy_windows": (
        datasets.noisy_windows,
        {"name": "tones", "split": "train", "count": 3, "samples": 256, "seed": 0},
    ),
    "datasets.arrays": (
        datasets.arrays,
        {"name": "digits", "split": "train[:80%]", "image_size": 8},
    ),
    "datasets.feature_arrays": (
        datasets.feature_arrays,
        {"name": "tones", "split": "train"},
    ),
    "datasets.mask_arrays": (
        datasets.mask_arrays,
        {"name": "shapes", "split": "train", "image_size": 32},
    ),
    "datasets.as_arrays": (
        datasets.as_arrays,
        {"examples": (IMAGES, labels(6)), "image_size": 8},
    ),
    "datasets.evaluation_crops": (
        datasets.evaluation_crops,
        {"image": IMAGES[0], "preprocessing": datasets.Preprocessing(size=8)},
    ),
    "datasets.fetch": (datasets.fetch, {"name": "digits"}),
    "datasets.normalization": (
        datasets.normalization,
        {
            "examples": (IMAGES, labels(6)),
            "preprocessing": datasets.Preprocessing(size=8),
        },
    ),
    "datasets.info": (datasets.info, {"name": "digits"}),
    "datasets.look_up": (datasets.look_up, {"name": "digits"}),
    "datasets.check_name": (datasets.check_name, {"name": "digits"}),
    "datasets.load": (
        lambda **arguments: drawn(datasets.load(**arguments)),
        {
            **{"name": "digits", "split": "train", "image_size": 8, "batch_size": 4},
            **{"shuffle": True, "seed": 0},
        },
    ),
    "datasets.from_arrays": (
        lambda **arguments: drawn(datasets.from_arrays(**arguments)),
        {"x": IMAGES, "y": labels(6), "batch_size": 2, "shuffle": True, "seed": 0},
    ),
    "datasets.Epochs": (
        lambda **arguments: drawn(datasets.Epochs(**arguments).between(0, 1)),
        {
            "examples": (IMAGES, labels(6)),
            **{"batch_size": 2, "seed": 0, "shard": (0, 1)},
        },
    ),
    "datasets.validation_batches": (
        lambda **arguments: drawn(datasets.validation_batches(**arguments)),
        {"examples": (IMAGES, labels(6)), "batch_size": 2, "shard": (0, 1)},
    ),
    "datasets.Preprocessing": (
        datasets.Preprocessing,
        {
            **{"size": 32, "crop": "pad", "padding": 4, "padding_mode": "zeros"},
            **{"scale": (32, 48), "area": (0.1, 1.0), "aspect": (0.75, 1.33)},
            **{"flip": True, "color": 0.4, "lighting": 0.1, "mixup": 0.2},
            **{"standardize": "none", "shorter_side": 40, "crops": 1},
        },
    ),
    "datasets.read_image": (
        datasets.read_image,
        {"path": "docs/course.png", "channels": 3},
    ),
    "datasets.train_validation_split": (
        datasets.train_validation_split,
        {"name": "digits", "seed": 0, "channels": 1},
    ),
    # training
    "training.gradient_descent": (training.gradient_descent, START | {"momentum": 0.5}),
    "training.rmsprop": (training.rmsprop, START | {"rho": 0.9, "epsilon": 1e-7}),
    "training.adam": (
        training.adam,
        START | {"beta_1": 0.9, "beta_2": 0.99, "epsilon": 1e-7},
    ),
    "training.minibatch": (
        lambda **arguments: training.minibatch(
            lambda w, x: x.mean(axis=0), numbers(8, 2), **arguments
        )(0),
        {"batch_size": 4, "seed": 0},
    ),
    "training.SGD": (
        training.SGD,
        {"learning_rate": 0.1, "l2": 0.0, "kernels_only": True, "momentum": 0.9},
    ),
    "training.AdamW": (
        training.AdamW,
        {"learning_rate": 0.1, "weight_decay": 0.0, "kernels_only": True},
    ),
    "training.RMSprop": (
        training.RMSprop,
        {"learning_rate": 0.1, "l2": 0.0, "kernels_only": True},
    ),
    "training.Plateau": (
        training.Plateau,
        {"rate": 0.1, "factor": 0.1, "patience": 5, "drops": 3},
    ),
    "training.Progress": (training.Progress, {"label": "epochs", "done": 0}),
    "training.Schedule": (
        lambda **arguments: training.Schedule(**arguments)(3),
        {
            **{"kind": "steps", "peak": 0.1, "steps": 20, "milestones": (5, 10)},
            **{"factor": 0.1, "warmup": 2, "start": 0.0, "gradual": True},
            "accumulate": 1,
        },
    ),
    "training.Recipe": (
        training.Recipe,
        {
            **{"source": "here", "batch_size": 8, "epochs": 4.0, "rate": 0.1},
            **{"schedule": "steps", "milestones": (1, 2), "factor": 0.1, "patience": 5},
            **{"drops": 3, "warmup": 1.0, "warmup_from": 0.0, "gradual": True},
            **{"optimizer": "sgd", "momentum": 0.9, "nesterov": True, "l2": 1e-4},
            **{"kernels_only": True, "clip": 1.0, "smoothing": 0.1, "accumulate": 2},
        },
    ),
    "training.SmoothedCrossEntropy": (
        lambda **arguments: training.SmoothedCrossEntropy(**arguments)(labels(4), P),
        {"epsilon": 0.1},
    ),
    "training.augmentation": (training.augmentation, {"names": ["flip"], "seed": 0}),
    "training.error_rate": (
        training.error_rate,
        {"model": model(), "x": IMAGES, "y": labels(6), "batch_size": 4},
    ),
    "training.estimate_prediction": (
        training.estimate_prediction,
        {"model": model(), "examples": 10},
    ),
    "training.estimate_training": (
        training.estimate_training,
        {"model": model(), "batch_size": 4, "steps": 3},
    ),
    "training.find_recipe": (training.find_recipe, {"name": "ResNet, CIFAR"}),
    "training.learning_rate_range_test": (
        training.learning_rate_range_test,
        {
            **{"model": model(), "x": IMAGES, "y": labels(6), "rates": (1e-4, 1e-3)},
            **{"batch_size": 4, "seed": 0},
        },
    ),
    "training.test_time_augmentation": (
        training.test_time_augmentation,
        {
            **{"model": model(), "x": IMAGES, "times": 2},
            "augment": training.augmentation(["flip"]),
        },
    ),
    "training.run_folder": (training.run_folder, {"name": "bad"}),
    "training.steps_at_once": (training.steps_at_once, {"steps": 4}),
    "training.set_training_precision": (
        training.set_training_precision,
        {"policy": "float32"},
    ),
    "training.fit": (
        training.fit,
        {
            **{"model": model(), "data": (IMAGES, labels(6)), "epochs": 1},
            **{"validation": (IMAGES, labels(6)), "rate": 1e-4, "batch_size": 3},
            **{"optimizer": "sgd", "schedule": "constant"},
        },
    ),
    # analysis
    "analysis.activations": (
        analysis.activations,
        {"model": model(), "layer": "conv", "images": IMAGES, "batch_size": 4},
    ),
    "analysis.class_activation": (
        analysis.class_activation,
        {"model": model(), "images": IMAGES, "labels": labels(6), "layer": "conv"},
    ),
    "analysis.complexity": (
        analysis.complexity,
        {"model": model(), "input_shape": (8, 8, 1)},
    ),
    "analysis.receptive_field": (
        analysis.receptive_field,
        {"model": model(), "input_shape": (8, 8, 1)},
    ),
    "analysis.count_modes": (
        analysis.count_modes,
        {"points": numbers(6, 2), "centres": numbers(3, 2), "radius": 0.5},
    ),
    "analysis.deconvolve": (
        analysis.deconvolve,
        {
            **{"model": model(), "layer": "conv", "images": IMAGES, "channel": 1},
            "rule": "guided",
        },
    ),
    "analysis.filter_normalized": (
        analysis.filter_normalized,
        {"weights": [numbers(3, 2), numbers(2)], "seed": 0},
    ),
    "analysis.frechet_distance": (
        analysis.frechet_distance,
        {"a": numbers(9, 3), "b": numbers(8, 3, seed=1)},
    ),
    "analysis.loss_section": (
        analysis.loss_section,
        {
            "model": model(),
            "loss": keras.losses.sparse_categorical_crossentropy,
            **{"x": IMAGES, "y": labels(6), "batch_size": 4},
            "directions": [[np.ones_like(w) for w in model().get_weights()]],
            "steps": np.linspace(-1, 1, 3),
        },
    ),
    "analysis.nearest_neighbours": (
        analysis.nearest_neighbours,
        {"features": numbers(2, 3), "among": numbers(6, 3), "count": 2},
    ),
    "analysis.occlude": (
        analysis.occlude,
        {"image": IMAGES[0], "row": 3, "column": 3, "size": 3, "value": 0.5},
    ),
    "analysis.occlusion": (
        analysis.occlusion,
        {
            **{"model": model(), "image": IMAGES[0], "size": 3, "stride": 4},
            **{"value": 0.5, "batch_size": 8},
        },
    ),
    "analysis.pitch": (
        analysis.pitch,
        {
            "sound": np.sin(np.arange(512) / 5),
            **{"rate": 8000, "lowest": 100, "highest": 500},
        },
    ),
    "analysis.saliency": (
        analysis.saliency,
        {"model": model(), "images": IMAGES, "labels": labels(6)},
    ),
    "analysis.signal_to_noise": (
        analysis.signal_to_noise,
        {"clean": numbers(2, 64), "sound": numbers(2, 64, seed=1)},
    ),
    "analysis.spectral_wiener": (
        analysis.spectral_wiener,
        {
            **{"noisy": numbers(2, 256), "noise_power": np.ones(2), "window": 64},
            "factor": 1.0,
        },
    ),
    "analysis.strongest": (
        analysis.strongest,
        {"maps": numbers(2, 4, 4, 3), "channel": 1},
    ),
    "analysis.top_patches": (
        analysis.top_patches,
        {
            **{"model": model(), "layer": "conv", "channel": 1, "images": IMAGES},
            "count": 2,
        },
    ),
    # search
    "search.random_search": (
        lambda **a: [c for c, _ in search.random_search(rng=rng(), **a)],
        TRIALS,
    ),
    "search.evolution": (
        lambda **a: [c for c, _ in search.evolution(rng=rng(), **a)],
        TRIALS | {"population": 5, "sample": 2},
    ),
    "search.reinforce": (
        lambda **a: [c for c, _ in search.reinforce(rng=rng(), **a)],
        TRIALS,
    ),
    "search.mutate": (
        lambda **a: search.mutate(rng=rng(), **a),
        {"cell": (1, 2), "choices": (2, 3)},
    ),
    "search.Controller": (
        lambda **a: search.Controller(**a).probabilities(),
        {"choices": (2, 3), "rate": 0.01, "decay": 0.9},
    ),
    "search.best_so_far": (search.best_so_far, {"history": [((0,), 3.0), ((1,), 2.0)]}),
    "search.canonical_cell": (
        search.canonical_cell,
        {"cell": (0, 1, 0, 1, 0, 2, 1, 1)},
    ),
    "search.CellTrainer": (
        search.CellTrainer,
        {
            **dict.fromkeys(("training", "validation"), (IMAGES, labels(6))),
            **{"steps": 2, "batch_size": 4, "rate": 0.1, "width": 4, "repeats": 1},
        },
    ),
    "search.select_cell": (
        search.select_cell,
        {"model": model(), "cell": (0, 1, 0, 1, 0, 2, 1, 1)},
    ),
    "search.CellNet": (
        search.CellNet,
        {
            **{"cell": (0, 1, 0, 1, 0, 2, 1, 1), "width": 4, "repeats": 1},
            **{"input_shape": (16, 16, 1), "classes": 3},
        },
    ),
    # gradients
    "gradients.numerical_gradients": (
        lambda function, arrays, h: gradients.numerical_gradients(
            function, *arrays, h=h
        ),
        {"function": lambda w: float(np.sum(w)), "arrays": (np.ones(2),), "h": 1e-5},
    ),
    "gradients.weight_gradients": (
        gradients.weight_gradients,
        {
            "model": model(),
            "loss": keras.losses.sparse_categorical_crossentropy,
            **{"x": IMAGES, "y": labels(6), "training": True},
        },
    ),
}
# Formulas of single numbers: right for any shape, also an empty one.
ANY_SHAPE = {
    *(f"layers.{name}" for name in (*ACTIVATIONS, "elu", "leaky_relu")),
    *(f"layers.mu_law_{name}" for name in ("encode", "decode")),
}
ANY_SHAPE.add("layers.attention")  # (…, m, d): leading axes are broadcast
OPTIONAL = {"clip"}  # None is possible
SENSIBLE = {  # (function, argument, kind): why such a call has a sensible result
    ("analysis.spectral_wiener", "noise_power", "scalar"): "one for all frequencies",
    ("gradients.numerical_gradients", "arrays", "empty"): "of no array no gradient",
    ("search.reinforce", "trials", "zero"): "no trial, and the policy stays as it is",
    ("training.run_folder", "name", "unknown choice"): "any name is right",
}
LONG = {  # possible, and takes minutes
    ("training.fit", "epochs", "too large"),
    ("search.CellNet", "repeats", "too large"),
    ("search.CellTrainer", "repeats", "too large"),
}
WORDS = {"label", "source", "differs", "text"}  # any text is right

WRONG_TYPES = st.sampled_from([None, "no such", [[]], {}, 1j])
NOT_WHOLE = st.one_of(
    st.floats(0.1, 0.9), st.sampled_from([float("nan"), float("inf"), 2.5, "3"])
)
NEGATIVE = st.integers(-9, -1)


def bad_values(good):
    """Kind -> strategy of what may replace a good value."""
    if callable(good):
        return {"wrong type": st.sampled_from([5, "no such", [[]]])}
    if isinstance(good, bool):
        return {"no flag": st.sampled_from(["no", [], 2, float("nan")])}
    if isinstance(good, int):
        return {
            "wrong type": WRONG_TYPES.filter(lambda value: value is not None),
            "not whole": NOT_WHOLE,
            "negative": NEGATIVE,
            "zero": st.just(0),
            "too large": st.integers(200, 300),
        }
    if isinstance(good, float):
        return {
            "wrong type": WRONG_TYPES,
            "not finite": st.sampled_from([float("nan"), float("inf")]),
            "negative": st.floats(-9, -0.1),
        }
    if isinstance(good, str):
        return {
            "wrong type": st.sampled_from([5, [[]], 1j, {}]),
            "unknown choice": st.sampled_from(["no such", "", "train[80%:20%]"]),
        }
    if isinstance(good, tuple | list):
        return {
            "wrong type": st.sampled_from([5, "no such", [None], 1j]),
            "empty": st.just(()),
        }
    if not hasattr(good, "shape"):  # an object of a class of ours
        return {"wrong type": WRONG_TYPES}
    return {
        "wrong type": st.sampled_from([None, "no such", [None], {}]),
        "scalar": st.just(3.0),
        "wrong rank": st.just(np.expand_dims(np.asarray(good), 0)),
        "empty": st.just(np.asarray(good)[:0]),
    }


CASES = [
    (name, argument, kind)
    for name, (_, arguments) in GOOD.items()
    for argument, value in arguments.items()
    for kind in bad_values(value)
    if not (argument in WORDS and kind == "unknown choice")
    and (name, argument, kind) not in LONG
]


@st.composite
def bad_calls(draw):
    """(name, argument, kind, bad value)."""
    name, argument, kind = draw(st.sampled_from(CASES))
    return name, argument, kind, draw(bad_values(GOOD[name][1][argument])[kind])


# Of these kinds no value is possible, whatever comes back.
NEVER = {"wrong type", "not whole", "not finite", "no flag", "unknown choice"}


def outcome(name, argument, kind, value):
    """How the call ends, and the error or the result."""
    function, arguments = GOOD[name]
    try:
        result = function(**arguments | {argument: value})
    except Exception as error:  # whatever it is, it is counted
        return judged(error, argument), error
    optional = value is None and argument in OPTIONAL
    if optional or (name, argument, kind) in SENSIBLE:
        return WORKS, result
    if kind in NEVER:
        return NONSENSE, result
    of_tensors = name.startswith(("layers.", "blocks.")) and kind == "empty"
    if name in ANY_SHAPE or of_tensors:  # an empty batch gives an empty one
        return WORKS, result
    return (WORKS if is_sensible(result, kind) else NONSENSE), result


def judged(error, argument):
    if not isinstance(error, ValueError | TypeError | OSError):
        return INTERNAL
    if type(error).__module__.startswith("tensorflow"):
        return INTERNAL
    # Of a short name its value must follow: "a" is a word as well.
    ending = r"(=|`| must| is| has)" if len(argument) == 1 else r"\b"
    named = re.search(rf"\b{argument}{ending}", str(error).splitlines()[0])
    return CLEAR if named else UNCLEAR


def is_sensible(result, kind):
    """Whether a result has numbers, all finite; of a wrong rank none is possible."""
    if kind in ("wrong rank", "scalar"):
        return False
    found = [np.asarray(part) for part in keras.tree.flatten(result)]
    arrays = [x for x in found if x.dtype.kind in "iuf"]
    return bool(found) and all(x.size and np.isfinite(x).all() for x in arrays)


def count(examples):
    """{outcome: calls}, {name: {outcome: calls}} and calls that are not clear."""
    per_name, unclear = defaultdict(Counter), {}

    @settings(
        max_examples=examples,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(bad_calls())
    def run(call):
        found, reason = outcome(*call)
        per_name[call[0]][found] += 1
        if found not in (CLEAR, WORKS):
            unclear[call[:3]] = found, call[3], reason

    with suppress(ModuleNotFoundError):
        run()
    return sum(per_name.values(), Counter()), per_name, unclear


def share(total):
    """Clear errors of all bad calls."""
    return total[CLEAR] / (total.total() - total[WORKS])


def main(examples):
    total, per_name, unclear = count(examples)
    columns = CLEAR, UNCLEAR, INTERNAL, NONSENSE, WORKS
    for name, found in sorted(per_name.items()):
        print(f"{name:<36}", *(f"{found[column]:>5}" for column in columns))
    for (name, argument, kind), (found, value, reason) in sorted(unclear.items()):
        shown = str(value).replace("\n", " ")[:30]
        message = str(reason).replace("\n", " ")[:90]
        call = f"{name}({argument}={shown}) {kind}"
        print(f"{call}: {found}: {type(reason).__name__} {message}")
    print({column: total[column] for column in columns}, f"{share(total):.1%}")


if __name__ == "__main__":
    main(int(sys.argv[1]))
