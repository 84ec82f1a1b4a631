"""Each layer and each block in half precision, without examples, compiled, reopened.

`LAYERS` and `BLOCKS` have a small one of each, which are proven one after the other; a
new one that stands in neither is found. The formulas are proven elsewhere.
"""

import ast
import importlib
import json
import os
import subprocess
import sys
from functools import cache, partial
from pathlib import Path

import keras
import numpy as np
import pytest

import dlcourse.layers
from dlcourse.blocks import (
    conv,
    dense,
    excite,
    head,
    hourglass,
    inception,
    inception_resnet,
    inception_v3,
    inception_v4,
    mobile,
    nasnet,
    preactivation,
    pyramid,
    residual,
    separable,
    shake,
    shuffle,
    transformer,
    upsample,
    wavenet,
)
from dlcourse.layers import fast, recurrent, scale, tokens

ROOT = Path(__file__).parents[1]
BACKEND = keras.backend.backend()
MAPS, TOKENS, NUMBERS = (8, 8, 6), (4, 6), (6,)
ROOMS = dlcourse.layers, fast, recurrent, scale, tokens
# Class: arguments of the constructor; shapes of the inputs where they are not one map.
LAYERS = {
    "AlphaDropout": ((0.5, 0), [MAPS]),
    "BatchNorm": ((0.9,), [MAPS]),
    "BatchNormalization": ((), [MAPS]),
    "ClassToken": ((), [TOKENS]),
    "Conv2D": ((4, 3, 1, "same", None, 1, 2), [MAPS]),
    "CovariateShift": ((0.5, 1.25, 0), [MAPS]),
    "Dropout": ((0.5, 0), [MAPS]),
    "FadeIn": ((), [MAPS, MAPS]),
    "GRUCell": ((4,), [TOKENS]),
    "GroupNorm": ((3,), [MAPS]),
    "LSTMCell": ((4,), [TOKENS]),
    "LayerScale": ((0.5,), [MAPS]),
    "LocalResponseNormalization": ((5,), [MAPS]),
    "Maxout": ((4,), [NUMBERS]),
    "MinibatchDeviation": ((), [MAPS]),
    "MultiHeadAttention": ((2, True), [TOKENS]),
    "NormalLike": ((0,), [MAPS]),
    "Perceptron": ((), [NUMBERS]),
    "PixelNorm": ((), [MAPS]),
    "PositionEmbedding": ((), [TOKENS]),
    "RadialBasis": ((np.eye(5, 6),), [NUMBERS]),
    "Sampling": ((1.0, 0), [NUMBERS, NUMBERS]),
    "Shake": ((0,), [MAPS, MAPS]),
    "SimpleRNNCell": ((4,), [TOKENS]),
    "SparseConv2D": (([[0, 1], [2, 5]], 3), [MAPS]),
    "StochasticDepth": ((0.5, 0), [MAPS]),
    "Subsampling": ((2,), [MAPS]),
}
gates = partial(mobile.gates, units=4)
NARROW = {"conv_bn": partial(inception_v3.conv_bn, width=1 / 16)}
BLOCKS = {
    "aggregated": lambda x: residual.aggregated(x, 8, 2, 2, 2),
    "basic": lambda x: residual.basic(x, 8, 2, "A"),
    "bilinear": lambda x: upsample.bilinear(x, 2),
    "bottleneck": lambda x: residual.bottleneck(x, 2, 2),
    "classifier": lambda x: head.classifier(x, 3, dropout=0.5),
    "convolutional": lambda x: head.convolutional(x, (8, 4), 3),
    "crop": lambda x: upsample.crop(x, x[:, 1:4, 1:4]),
    "dense_block": lambda x: dense.dense_block(x, 2, 2, dropout=0.5),
    "fully_connected": lambda x: head.fully_connected(x, (8,), 3),
    "fused_inverted_residual": lambda x: mobile.fused_inverted_residual(x, 12, 6),
    "grid_reduction": lambda x: inception_v3.grid_reduction(x, **NARROW),
    "grid_reduction_7x7": lambda x: inception_v3.grid_reduction_7x7(x, **NARROW),
    "hourglass": lambda x: hourglass.hourglass(x, 2),
    "inception": lambda x: inception.inception(x, 3, 4, 5, 2, 3, 4),
    "inception_a": lambda x: inception_v4.inception_a(x, **NARROW),
    "inception_b": lambda x: inception_v4.inception_b(x, **NARROW),
    "inception_bn": lambda x: inception.inception_bn(x, 0, 4, 5, 2, 3, 0, "max"),
    "inception_c": lambda x: inception_v4.inception_c(x, **NARROW),
    "inception_fig5": lambda x: inception_v3.inception_fig5(x, 64, 32, **NARROW),
    "inception_fig6": lambda x: inception_v3.inception_fig6(x, 128, **NARROW),
    "inception_fig7": lambda x: inception_v3.inception_fig7(x, **NARROW),
    "inception_resnet_a": lambda x: inception_resnet.inception_resnet_a(
        x, (32, 48, 64), **NARROW
    ),
    "inception_resnet_b": lambda x: inception_resnet.inception_resnet_b(
        x, 64, (32, 48, 64), **NARROW
    ),
    "inception_resnet_c": lambda x: inception_resnet.inception_resnet_c(
        x, 64, (32, 48, 64), **NARROW
    ),
    "inverted_residual": lambda x: mobile.inverted_residual(
        x, 12, 6, activation="hard_swish", squeeze=gates, drop=0.5
    ),
    "max_pool": lambda x: conv.max_pool(x, 3, 2),
    "normal_cell": lambda x: nasnet.normal_cell(x, x, 4),
    "pixel_classifier": lambda x: head.pixel_classifier(x, 3),
    "plain": lambda x: residual.plain(x, 4, 2),
    "preact_basic": lambda x: preactivation.preact_basic(x, 8, 2),
    "preact_bottleneck": lambda x: preactivation.preact_bottleneck(x, 2, dropout=0.5),
    "pyramid_basic": lambda x: pyramid.pyramid_basic(x, 9, 2),
    "pyramid_bottleneck": lambda x: pyramid.pyramid_bottleneck(x, 3),
    "reduction_a": lambda x: inception_v4.reduction_a(x, **NARROW),
    "reduction_b": lambda x: inception_v4.reduction_b(x, **NARROW),
    "reduction_b_resnet": lambda x: inception_resnet.reduction_b_resnet(
        x, (32, 48, 64), **NARROW
    ),
    "reduction_cell": lambda x: nasnet.reduction_cell(x, x, 4),
    "separable_bn": lambda x: separable.separable_bn(x, 4),
    "shake_shake": lambda x: shake.shake_shake(x, 8, 2),
    "shuffle_unit": lambda x: shuffle.shuffle_unit(x, 18, 2, groups=2),
    "squeeze_excite": lambda x: excite.squeeze_excite(x, 2),
    "transformer_block": lambda x: transformer.transformer_block(x[:, 0], 2, 0.5),
    "transition": dense.transition,
    "up_conv": lambda x: upsample.up_conv(x, 4),
    "gated_residual": lambda x: wavenet.gated_residual(x[:, 0], 4, 3, dilation_rate=2),
}
PARTS = {  # of the blocks above, or of the beginning of a network, which has no choice
    *("conv", "norm", "conv_bn", "relu", "bn_relu", "pad", "channel_shuffle"),
    *("dense_layer", "bn_relu_conv", "residual", "conv_relu", "average_pool"),
    *("scaled_sum", "stem", "pool_proj", "side_by_side", "depthwise", "depthwise_bn"),
    *("bn_activation", "gates", "add_if_same", "factorized_reduction", "project"),
    *("relu_conv_bn", "separable", "averaged", "as_it_is", "in_width", "halved"),
    *("batch_norm", "preactivated", "padded_shortcut", "shortcut", "branch"),
    *("two_path_shortcut", "causal_conv"),
}
ALL = [*LAYERS, *BLOCKS]


def layer(name):
    """The layer; a cell of a recurrent network in what calls it step by step."""
    kind = next(vars(room)[name] for room in ROOMS if name in vars(room))
    made = kind(*LAYERS[name][0])
    return keras.layers.RNN(made) if isinstance(made, recurrent.Cell) else made


def build(name):
    """A model of one layer or block."""
    shapes = LAYERS[name][1] if name in LAYERS else [MAPS]
    inputs = [keras.Input(shape) for shape in shapes]
    if name in LAYERS:
        outputs = layer(name)(inputs if len(inputs) > 1 else inputs[0])
    else:
        outputs = BLOCKS[name](inputs[0])
    return keras.Model(inputs, outputs, name=name)


built = cache(build)  # in float32


def arrays(model, n=2):
    rng = np.random.default_rng(0)
    return [rng.random((n, *x.shape[1:]), "float32") for x in model.inputs]


def outputs(model, x, **options):
    """All outputs, as arrays of float32."""
    ys = keras.tree.flatten(model(x, **options))
    return [keras.ops.convert_to_numpy(keras.ops.cast(y, "float32")) for y in ys]


@pytest.fixture
def policy():
    yield keras.config.set_dtype_policy
    keras.config.set_dtype_policy("float32")


HALF = ["float16", "bfloat16", "mixed_float16", "mixed_bfloat16"]
IN_HALF = [
    *((name, dtype) for name in LAYERS for dtype in HALF),
    *((name, "float16") for name in BLOCKS),
    *(pytest.param(name, "bfloat16", marks=pytest.mark.slow) for name in BLOCKS),
]


@pytest.mark.parametrize(("name", "dtype"), IN_HALF)
def test_half_precision(name, dtype, policy):
    """A mixed policy is proven for blocks with the networks of the catalog."""
    shapes = [y.shape[1:] for y in built(name).outputs]
    policy(dtype)
    model = build(name)
    kinds = {keras.backend.standardize_dtype(y.dtype) for y in model.outputs}
    heads = {"classifier", "fully_connected", "pixel_classifier"}  # probabilities
    assert kinds == {"float32" if name in heads else dtype.removeprefix("mixed_")}
    x = arrays(model)
    for training in (False, True):
        ys = outputs(model, x, training=training)
        assert [y.shape[1:] for y in ys] == shapes
        assert all(np.isfinite(y).all() for y in ys)


@pytest.mark.parametrize(
    "names",
    [
        pytest.param(LAYERS, id="layers"),
        pytest.param(BLOCKS, id="blocks", marks=pytest.mark.slow),
    ],
)
def test_compiled_by_xla(names):
    """All in one network: compiling one after the other takes minutes."""
    if BACKEND == "torch":
        pytest.skip(
            "'jit_compile' is torch.compile here, which the course does not use"
        )
    models = [build(name) for name in names]
    inputs = [[keras.Input(x.shape[1:]) for x in model.inputs] for model in models]
    found = [model(x) for model, x in zip(models, inputs, strict=True)]
    whole = keras.Model(keras.tree.flatten(inputs), keras.tree.flatten(found))
    x, count = arrays(whole), len(whole.outputs)
    means = [lambda target, y: keras.ops.mean(y)] * count
    whole.compile("sgd", means, jit_compile=True)
    assert np.isfinite(whole.train_on_batch(x, [np.zeros(2)] * count)).all()
    assert all(np.isfinite(weight).all() for weight in whole.get_weights())


READER = """
import json, pathlib, sys
import dlcourse, keras
import numpy as np

found = {"registered": sorted(keras.saving.get_custom_objects())}
for path in pathlib.Path(sys.argv[1]).glob("*.keras"):
    try:
        model = keras.saving.load_model(path)
        stored = np.load(path.with_suffix(".npz"))
        x = [stored[f"x{i}"] for i in range(len(model.inputs))]
        for i, y in enumerate(keras.tree.flatten(model(x, training=False))):
            y = keras.ops.convert_to_numpy(y)
            np.testing.assert_allclose(y, stored[f"y{i}"], rtol=1e-5, atol=1e-6)
        found[path.stem] = "equal"
    except Exception as error:
        found[path.stem] = f"{type(error).__name__}: {error}"
print(json.dumps(found))
"""


def read_in_a_new_process(folder, answers, **environment):
    """Name -> "equal", or what went wrong in a process that has dlcourse and Keras."""
    for name in ALL:
        built(name).save(folder / f"{name}.keras")
        numbered = zip("xy", answers(built(name)), strict=True)
        stored = {f"{of}{i}": a for of, all_ in numbered for i, a in enumerate(all_)}
        np.savez(folder / f"{name}.npz", **stored)
    command = [sys.executable, "-c", READER, str(folder)]
    environment = os.environ | environment
    done = subprocess.run(
        command, capture_output=True, text=True, cwd=ROOT, env=environment
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@pytest.fixture(scope="module")
def reopened(tmp_path_factory):
    def of_two_examples(model):
        x = arrays(model)
        return x, outputs(model, x, training=False)

    return read_in_a_new_process(tmp_path_factory.mktemp("models"), of_two_examples)


@pytest.fixture(scope="module")
def without_examples(tmp_path_factory):
    """Without oneDNN, whose Conv2D in TensorFlow gives an empty batch back as it is.

    TensorFlow turns oneDNN on where the CPU has AVX512_VNNI or newer instructions.
    """

    def empty(model):
        y = [np.zeros((0, *y.shape[1:]), "float32") for y in model.outputs]
        return arrays(model, n=0), y

    folder = tmp_path_factory.mktemp("empty")
    return read_in_a_new_process(folder, empty, TF_ENABLE_ONEDNN_OPTS="0")


@pytest.mark.parametrize("name", ALL)
def test_an_empty_batch_gives_an_empty_one(without_examples, name):
    assert without_examples[name] == "equal"


@pytest.mark.parametrize("name", ALL)
def test_a_new_process_that_imports_dlcourse_reads_it(reopened, name):
    assert reopened[name] == "equal"  # a random layer, too: its seed is in the file


# dlcourse.meta imports Optuna, and no file of a model is told to hold them.
FOR_LECTURE_30 = {
    f"dlcourse>{name}"
    for name in ("Hypernetwork", "MAML", "PrototypicalNetwork", "Reptile")
}


def registering():
    """The modules of the package that tell Keras a name."""
    for path in sorted((ROOT / "dlcourse").rglob("*.py")):
        if "register_keras_serializable(" in path.read_text(encoding="utf-8"):
            parts = path.relative_to(ROOT).with_suffix("").parts
            yield ".".join(parts).removesuffix(".__init__")


def test_a_new_process_knows_every_name_that_we_register(reopened):
    for module in registering():
        importlib.import_module(module)
    ours = {n for n in keras.saving.get_custom_objects() if n.startswith("dlcourse>")}
    assert ours - set(reopened["registered"]) == FOR_LECTURE_30


def defined(folder):
    """(kind, name, first argument or base class) of what the files define."""
    for path in (ROOT / "dlcourse" / folder).glob("*.py"):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and node.args.args:
                yield "function", node.name, node.args.args[0].arg
            if isinstance(node, ast.ClassDef):
                yield "class", node.name, ast.unparse(node.bases[0])


def test_every_layer_and_block_is_in_the_tables():
    classes = {
        (name, base) for kind, name, base in defined("layers") if kind == "class"
    }
    layers = {name for name, base in classes if "Initializer" not in base}
    assert layers - {"Cell"} == set(LAYERS)
    found = {name for _, name, argument in defined("blocks") if argument == "x"}
    assert found == set(BLOCKS) | PARTS
