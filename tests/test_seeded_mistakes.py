"""A test of the tests: mistakes put into a copy of the zoo, each caught by a proof.

``pytest -m mutation`` runs them. A proof is that of test_catalog or test_parity over
one row ("counts VGG-C"), or a test of the blocks with its arguments.
"""

import importlib
import shutil
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import keras
import pytest

PACKAGE = Path(__file__).parents[1] / "dlcourse"
pytestmark = pytest.mark.mutation


class Mistake(NamedTuple):
    what: str
    file: str
    right: str
    wrong: str
    proof: str
    arguments: tuple = ()


CONV_PAD = """\
        x = pad(x, kernel_size, dilation_rate, name=layer_name(name, "pad"))
        padding = "valid"
"""
SUM_RELU = """\
    total = layers.Add(name=layer_name(name, "sum"))([shortcut, branch])
    return relu(total, name)"""
SE_RESNET = """\
def SEResNet(
    depth=50,
    ratio=16,"""
NEAREST = "return nearest"
PROJECT = """\
        y = squeeze(y, name=name)
    y = conv_bn(y, filters, 1, 1, None,"""
END_OF_BASIC = """\
    x = shortcut(x, filters, strides, option, momentum, name)
    return add_relu(x, on_branch(y, name=name), name)"""
MISTAKES = [
    # Convolution, pooling, head
    Mistake(
        "epsilon 1e-3 for 1e-5",
        "blocks/conv.py",
        *("EPSILON = 1.001e-5", "EPSILON = 1e-3"),
        "parity DenseNet-121",
    ),
    Mistake(
        '"same" padding with strides',
        "blocks/conv.py",
        *(CONV_PAD, "        pass\n"),
        "parity DenseNet-121",
    ),
    Mistake(
        "padding one pixel too wide",
        "blocks/conv.py",
        *("(k - 1) // 2 * r", "(k + 1) // 2 * r"),
        "stages ResNet-18",
    ),
    Mistake(
        "groups of a convolution ignored",
        "blocks/conv.py",
        *("groups=groups,", ""),
        "counts AlexNet",
    ),
    Mistake(
        "softmax over bfloat16",
        "blocks/head.py",
        'activation=activation, dtype="float32", name=name)',
        "activation=activation, name=name)",
        "precision ResNet-18",
    ),
    Mistake(
        "configuration without n",
        "layers/lrn.py",
        *('own = {"n": self.n, ', "own = {"),
        "test_lrn.test_round_trip",
    ),
    Mistake(
        "alpha divided by n",
        "layers/lrn.py",
        *("self.alpha * total", "self.alpha / self.n * total"),
        "test_lrn.test_equals_the_formula",
        (5, 5),
    ),
    # VGG, Inception, Xception
    Mistake(
        "no classes are as good as some",
        "models/vgg.py",
        *("    check_counts(classes=classes)\n", ""),
        "test_constructors.test_bad_calls_work_or_say_what_is_possible",
        ("VGG", "no class", "classes", 0, False),
    ),
    Mistake(
        "the smallest image half as wide",
        "models/vgg.py",
        *("at_least=2 ** len(stages)", "at_least=2 ** len(stages) // 2"),
        "test_constructors.test_images_of_the_smallest_size_work_and_smaller_ones_do_not",
        ("VGG",),
    ),
    Mistake(
        "3x3 for 1x1 in column C",
        "models/vgg.py",
        *("x = conv(x, filters, 1,", "x = conv(x, filters, 3,"),
        "counts VGG-C",
    ),
    Mistake(
        "3x3 for 5x5",
        "blocks/inception.py",
        *("filters_5x5, 5, name", "filters_5x5, 3, name"),
        "counts GoogLeNet",
    ),
    Mistake(
        "branches concatenated in another order",
        "blocks/inception.py",
        *("[branch1x1, branch3x3, branch5x5", "[branch3x3, branch1x1, branch5x5"),
        "test_blocks_inception.test_inception",
        (7,),
    ),
    Mistake(
        "average pooling counts the padding",
        "blocks/inception.py",
        'AveragePooling2D(3, 1, padding="same", name=name)(x)',
        "AveragePooling2D(3, 1, name=name)(layers.ZeroPadding2D(1)(x))",
        "parity Inception v3",
    ),
    Mistake(
        "batch norm with gamma",
        "blocks/inception_v3.py",
        *("    scale=False,", "    scale=True,"),
        "counts Inception v3",
    ),
    Mistake(
        "epsilon 1e-5 for 1e-3",
        "blocks/inception_v3.py",
        *("epsilon=1e-3", "epsilon=1e-5"),
        "parity Inception v3",
    ),
    Mistake(
        "7x1 before 1x7",
        "blocks/inception_v3.py",
        *(
            'filters, (1, 7), name=part("7x7_1x7"))\n'
            "    branch7x7 = conv_bn(branch7x7, 192, (7, 1)",
            'filters, (7, 1), name=part("7x7_1x7"))\n'
            "    branch7x7 = conv_bn(branch7x7, 192, (1, 7)",
        ),
        "parity Inception v3",
    ),
    Mistake(
        "pooling padded evenly",
        "models/xception.py",
        'MaxPooling2D(3, 2, padding="same", name=f"{name}_pool")(y)',
        'MaxPooling2D(3, 2, name=f"{name}_pool")(layers.ZeroPadding2D(1)(y))',
        "parity Xception",
    ),
    Mistake(
        "residual not scaled",
        "blocks/inception_resnet.py",
        *("layers.Rescaling(scale", "layers.Rescaling(1.0"),
        "test_blocks_inception.test_inception_resnet",
        ("fig. 16", "relu"),
    ),
    # ResNet and what followed
    Mistake(
        "strides inverted",
        "models/arguments.py",
        *("2 if number == 0 and stage", "1 if number == 0 and stage"),
        "stages ResNet-18",
    ),
    Mistake(
        "stride on the 3x3 (v1.5)",
        "blocks/residual.py",
        *('stride_on="1x1",', 'stride_on="3x3",'),
        "counts ResNet-50",
    ),
    Mistake(
        "ReLU before the sum",
        "blocks/residual.py",
        SUM_RELU,
        "    return layers.Add(name=name)([shortcut, relu(branch)])",
        "parity ResNet-50",
    ),
    Mistake(
        "branch never reaches the sum",
        "blocks/residual.py",
        END_OF_BASIC,
        END_OF_BASIC.replace("on_branch(y, name=name)", "0 * y"),
        "gradient ResNet-18",
    ),
    Mistake(
        "half as many groups, twice as wide",
        "blocks/residual.py",
        *("groups=cardinality", "groups=cardinality // 2"),
        "counts ResNeXt-50 32x4d",
    ),
    Mistake(
        "a sum that Keras names",
        "blocks/residual.py",
        *('Add(name=layer_name(name, "sum"))', "Add()"),
        "names ResNet-18",
    ),
    Mistake(
        "the norm of a projection forgets its momentum",
        "blocks/residual.py",
        *(
            "strides, momentum=momentum, name=name)\n    return add_relu",
            "strides, name=name)\n    return add_relu",
        ),
        "test_constructors.test_momentum_reaches_every_batch_norm",
        ("ResNeXt",),
    ),
    Mistake(
        "projections where the paper has option A",
        "models/cifar_resnet.py",
        *('option="A"', 'option="B"'),
        "counts ResNet-20",
    ),
    Mistake(
        "no last BN-ReLU",
        "models/preact_resnet.py",
        *('x = bn_relu(x, momentum, "final")  # 7', "x = x  # 7"),
        "counts PreAct-ResNet-18",
    ),
    Mistake(
        "stride in the first block of a stage",
        "models/resnet_v2.py",
        *("last = number == repeats[stage] - 1", "last = number == 0"),
        "parity ResNet-50 V2",
    ),
    Mistake(
        "projection before the activation",
        "models/resnet_v2.py",
        *("x = conv(y, 4 * filters", "x = conv(x, 4 * filters"),
        "parity ResNet-50 V2",
    ),
    Mistake(
        "no last BN-ReLU",
        "models/wide_resnet.py",
        *('x = bn_relu(x, momentum, "final")', "x = x"),
        "counts WRN-28-10",
    ),
    Mistake(
        "widening starts one block late",
        "models/pyramidnet.py",
        *("(stage * n + number + 1)", "(stage * n + number)"),
        "counts PyramidNet-110 a270",
    ),
    Mistake(
        "stride for dilation",
        "models/dilated_resnet.py",
        *("(256, 1, 2),", "(256, 2, 1),"),
        "stages DRN-C-26",
    ),
    Mistake(
        "dilation 2 for 4",
        "models/dilated_resnet.py",
        *("(512, 1, 4),", "(512, 1, 2),"),
        "test_models_residual.test_dilation_of_the_levels",
    ),
    # DenseNet, SENet, ShuffleNet, NASNet
    Mistake(
        "plain DenseNet compressed as if BC",
        "models/densenet.py",
        *("compression=1.0", "compression=0.5"),
        "counts DenseNet-40-12",
    ),
    Mistake(
        "no last BN-ReLU",
        "models/densenet.py",
        *('return bn_relu(x, momentum, "final")', "return x"),
        "counts DenseNet-121",
    ),
    Mistake(
        "new maps before the old ones",
        "blocks/dense.py",
        *("([x, y])", "([y, x])"),
        "parity DenseNet-121",
    ),
    Mistake(
        "reduction 8 for 16",
        "models/senet.py",
        *(SE_RESNET, SE_RESNET.replace("16", "8")),
        "counts SE-ResNet-50",
    ),
    Mistake(
        "ReLU for the sigmoid",
        "blocks/excite.py",
        *('"sigmoid"', '"relu"'),
        "test_blocks.test_squeeze_excite",
    ),
    Mistake(
        "1x1 projections where the image shrinks",
        "models/senet.py",
        *("conv_bn(x, 4 * filters, 3, strides", "conv_bn(x, 4 * filters, 1, strides"),
        "counts SENet-154",
    ),
    Mistake(
        "channels not shuffled",
        "blocks/shuffle.py",
        *("groups, channels // groups\n", "channels // groups, groups\n"),
        "test_blocks.test_channel_shuffle_deals_the_groups_out",
    ),
    Mistake(
        "the stem's channels grouped",
        "models/shufflenet.py",
        *("1 if stage == number == 0 else groups", "groups"),
        "counts ShuffleNet 1x, g=3",
    ),
    Mistake(
        "5x5 for 7x7 in the reduction cell",
        "blocks/nasnet.py",
        *("(max_halved, h), (sep7x7, p)", "(max_halved, h), (sep5x5, p)"),
        "counts NASNet-A mobile",
    ),
    Mistake(
        "both halves see the even pixels",
        "blocks/nasnet.py",
        *("[:, 1::2, 1::2]", "[:, ::2, ::2]"),
        "parity NASNet-A mobile",
    ),
    Mistake(
        "the cell after a reduction looks two cells back",
        "models/nasnet.py",
        *("previous if size.skip else x", "previous"),
        "parity NASNet-A mobile",
    ),
    # MobileNet to ConvNeXt
    Mistake(
        "halved one block too early",
        "models/mobilenet.py",
        *("(64, 1), (128, 2)", "(64, 2), (128, 1)"),
        "counts MobileNet",
    ),
    Mistake(
        "epsilon 1e-5 for 1e-3",
        "blocks/mobile.py",
        *("EPSILON = 1e-3", "EPSILON = 1e-5"),
        "parity MobileNet",
    ),
    Mistake(
        "the first block expands, too",
        "models/mobilenet_v2.py",
        *("(1, 16, 1, 1)", "(6, 16, 1, 1)"),
        "counts MobileNetV2",
    ),
    Mistake(
        "no linear bottleneck",
        "blocks/mobile.py",
        *(PROJECT, PROJECT.replace("None", "activation")),
        "parity MobileNetV2",
    ),
    Mistake(
        "layers too thin where they are narrowed",
        "blocks/mobile.py",
        *("return nearest if nearest >= 0.9 * filters else nearest + by", NEAREST),
        "counts MobileNetV3 large",
    ),
    Mistake(
        "a soft sigmoid for the hard one",
        "models/mobilenet_v3.py",
        *('gate="hard_sigmoid"', 'gate="sigmoid"'),
        "parity MobileNetV3 small",
    ),
    Mistake(
        "gates as wide as the expanded block asks",
        "models/efficientnet.py",
        *("units = max(1, x.shape[-1] // 4)", "units = expansion * x.shape[-1] // 4"),
        "counts EfficientNet-B0",
    ),
    Mistake(
        "a half block is left out, not added",
        "models/efficientnet.py",
        *("math.ceil(depth * row[3])", "int(depth * row[3])"),
        "counts EfficientNet-B1",
    ),
    Mistake(
        "ReLU6 for swish in fused blocks",
        "blocks/mobile.py",
        *('options = {"activation": "silu"', 'options = {"activation": "relu6"'),
        "parity EfficientNetV2-B0",
    ),
    Mistake(
        "filters rounded up",
        "models/efficientnet_v2.py",
        *("int(filters * width + 4)", "int(filters * width + 7)"),
        "counts EfficientNetV2-B2",
    ),
    Mistake(
        "the first stage does not halve",
        "models/regnet.py",
        *("strides = 2 if number == 0", "strides = 2 if number == 0 and stage"),
        "counts RegNetX-400MF",
    ),
    Mistake(
        "gates from the width of the block, not of what enters it",
        "models/regnet.py",
        *("round(squeeze * x.shape[-1])", "round(squeeze * width)"),
        "counts RegNetY-400MF",
    ),
    Mistake(
        "epsilon 1e-3 for 1e-6",
        "models/convnext.py",
        *("EPSILON = 1e-6", "EPSILON = 1e-3"),
        "parity ConvNeXt-T",
    ),
    Mistake(
        "no norm after the pooling",
        "models/convnext.py",
        *('    x = layers.LayerNormalization(epsilon=EPSILON, name="norm")(x)\n', ""),
        "counts ConvNeXt-T",
    ),
    Mistake(
        "every head as wide as the network",
        "blocks/transformer.py",
        *("heads, width // heads", "heads, width"),
        "counts ViT-Ti/16",
    ),
    Mistake(
        "the class token stands last",
        "layers/tokens.py",
        *("[token, x]", "[x, token]"),
        "test_layers_modern.test_the_class_token_stands_in_front_of_every_image",
    ),
]


SLOW = {"parity ConvNeXt-T"}  # half a minute, and `test_modern.py` does it anyway


@pytest.mark.parametrize(
    "mistake",
    [
        pytest.param(
            mistake,
            id=f"{mistake.file}, {mistake.what}",
            marks=[pytest.mark.slow] * (mistake.proof in SLOW),
        )
        for mistake in MISTAKES
    ],
)
def test_mistake_is_caught(mistake, tmp_path):
    with seeded(mistake, tmp_path), pytest.raises((AssertionError, ValueError)):
        prove(mistake.proof, mistake.arguments)


@contextmanager
def seeded(mistake, folder):
    """The package with the mistake in it, freshly imported instead of the right one."""
    shutil.copytree(PACKAGE, folder / "dlcourse")
    file = folder / "dlcourse" / mistake.file
    text = file.read_text()
    assert text.count(mistake.right) == 1, f"{mistake.right!r} has moved"
    file.write_text(text.replace(mistake.right, mistake.wrong))
    ours = {name: sys.modules.pop(name) for name in list(sys.modules) if is_ours(name)}
    custom = dict(keras.saving.get_custom_objects())
    sys.path.insert(0, str(folder))
    importlib.invalidate_caches()
    try:
        yield
    finally:
        sys.path.remove(str(folder))
        for name in [name for name in sys.modules if is_ours(name)]:
            del sys.modules[name]
        sys.modules.update(ours)
        keras.saving.get_custom_objects().update(custom)


def is_ours(name):
    """Whether a module is of the package, or a test that imports from it."""
    return name.split(".")[0] == "dlcourse" or (
        name.startswith("test_") and name != __name__
    )


def prove(proof, arguments=()):
    """Run the proof; raises what a test raises that fails."""
    kind, _, name = proof.partition(" ")
    over_catalog = importlib.import_module("test_catalog")
    if not name:
        module, _, test = proof.partition(".")
        getattr(importlib.import_module(module), test)(*arguments)
    else:
        row = over_catalog.catalog.get(name)
        PROOFS[kind](over_catalog, row)


def names(tests, row):
    with keras.StatelessScope(initialize_variables=False):
        tests.test_every_layer_has_a_name_of_ours((row, row.build()))


def on_no_board(name, value):
    """What a proof records of a network with a mistake is not for the status board."""


def counts(tests, row):
    with keras.StatelessScope(initialize_variables=False):
        tests.test_counts((row, row.build()), on_no_board)


def stages(tests, row):
    with keras.StatelessScope(initialize_variables=False):
        tests.test_stage_shapes((row, row.build()))


def parity(tests, row):
    older = row in tests.catalog.CATALOG
    module = importlib.import_module("test_parity" if older else "test_modern")
    module.test_same_output_as_keras_applications(row, on_no_board)


def gradient(tests, row):
    tests.test_every_weight_receives_a_gradient((row, tests.small(row)))


def precision(tests, row):
    tests.test_mixed_precision_is_finite((row, None))


PROOFS = {
    "names": names,
    "counts": counts,
    "stages": stages,
    "parity": parity,
    "gradient": gradient,
    "precision": precision,
}


@pytest.mark.bfloat16
def test_right_package_passes_a_proof_of_each_kind():
    for proof in sorted({m.proof for m in MISTAKES if "ResNet-18" in m.proof}):
        prove(proof)
