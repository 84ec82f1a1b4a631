"""Residual networks outside the papers' tables: counted by formula, built small."""

import keras
import pytest

from dlcourse.analysis.complexity import complexity
from dlcourse.blocks.preactivation import preact_basic
from dlcourse.blocks.residual import basic, bottleneck, plain
from dlcourse.models import (
    CIFARDenseNet,
    CIFARPreActResNet,
    CIFARResNet,
    CIFARResNeXt,
    DenseNet,
    DilatedResNet,
    PreActResNet,
    PyramidNet,
    ResNet,
    ResNet9,
    ResNetV2,
    ResNeXt,
    SENet,
    SEResNet,
    ShakeShake,
    WideResNet,
    WiderResNet,
    catalog,
)


def counted(constructor, *arguments, **options):
    with keras.StatelessScope(initialize_variables=False):
        return complexity(constructor(*arguments, **options)).parameters


def conv_bn(size, inputs, outputs, groups=1):
    return size * size * inputs * outputs // groups + 2 * outputs


def dense(inputs, outputs):
    return inputs * outputs + outputs


@pytest.mark.parametrize("option", ["A", "B", "C"])
@pytest.mark.parametrize(("n", "width", "channels"), [(1, 4, 1), (3, 16, 3), (4, 6, 3)])
def test_cifar_resnet(n, width, channels, option):
    total, inputs = conv_bn(3, channels, width), width
    for filters in (width, 2 * width, 4 * width):
        total += conv_bn(3, inputs, filters) + (2 * n - 1) * conv_bn(
            3, filters, filters
        )
        if option == "C":
            total += conv_bn(1, inputs, filters) + (n - 1) * conv_bn(
                1, filters, filters
            )
        elif option == "B" and inputs != filters:
            total += conv_bn(1, inputs, filters)
        inputs = filters
    options = {"option": option, "width": width, "input_shape": (16, 16, channels)}
    total += dense(inputs, 7)
    assert counted(CIFARResNet, 6 * n + 2, classes=7, **options) == total


def test_the_plain_net_has_the_layers_of_the_residual_one():
    """Option A adds nothing, so both have the same weights (section 4.2)."""
    residual = complexity(CIFARResNet(14, width=4))
    without = complexity(CIFARResNet(14, residual=False, width=4))
    assert (residual.parameters, residual.macs) == (without.parameters, without.macs)


def test_resnet_of_a_list_of_stages():
    width, total = 8, conv_bn(7, 3, 8)
    inputs = width
    for stage, n in enumerate((1, 2, 1)):
        filters = width * 2**stage
        for _ in range(n):
            total += conv_bn(1, inputs, filters) + conv_bn(3, filters, filters)
            total += conv_bn(1, filters, 4 * filters)
            total += conv_bn(1, inputs, 4 * filters) * (inputs != 4 * filters)
            inputs = 4 * filters
    total += dense(inputs, 5)
    stages = [(bottleneck, 1), (bottleneck, 2), (bottleneck, 1)]
    assert counted(ResNet, stages, classes=5, width=width) == total


def test_plain_18_of_table_2():
    """Plain-18 has ResNet-18's weights without its three projections."""
    projections = sum(conv_bn(1, c, 2 * c) for c in (64, 128, 256))
    assert counted(ResNet, [(plain, 2)] * 4) == 11_689_512 - projections
    assert counted(ResNet, 18, option="A") == 11_689_512 - projections


@pytest.mark.parametrize(("depth", "k"), [(16, 8), (40, 4), (10, 1), (22, 2)])
def test_wide_resnet(depth, k):
    n = (depth - 4) // 6
    total, inputs = 27 * 16, 16
    for filters in (16 * k, 32 * k, 64 * k):
        total += (inputs != filters) * inputs * filters
        for _ in range(n):
            total += 2 * inputs + 9 * inputs * filters + 2 * filters + 9 * filters**2
            inputs = filters
    total += 2 * inputs + dense(inputs, 10)
    assert counted(WideResNet, depth, k) == total


@pytest.mark.parametrize(
    ("depth", "cardinality", "width"), [(29, 16, 64), (29, 32, 4), (20, 3, 5)]
)
def test_cifar_resnext(depth, cardinality, width):
    total, inputs = conv_bn(3, 3, 64), 64
    for stage in range(3):
        middle, filters = cardinality * width * 2**stage, 256 * 2**stage
        total += conv_bn(1, inputs, filters)
        for _ in range((depth - 2) // 9):
            total += conv_bn(1, inputs, middle) + conv_bn(1, middle, filters)
            total += conv_bn(3, middle, middle, groups=cardinality)
            inputs = filters
    total += dense(inputs, 10)
    assert counted(CIFARResNeXt, depth, cardinality, width) == total


@pytest.mark.parametrize(
    ("cardinality", "width", "millions"),
    [(1, 64, 25.5), (2, 40, 25.4), (4, 24, 25.3), (8, 14, 25.3), (32, 4, 25.0)],
)
def test_resnext_at_the_same_cost(cardinality, width, millions):
    """Table 2 and the authors' table: about as many parameters as ResNet-50."""
    found = counted(ResNeXt, 50, cardinality, width) / 1e6
    assert found == pytest.approx(millions, abs=0.35)


@pytest.mark.parametrize(("depth", "alpha"), [(20, 10), (110, 48), (56, 84)])
def test_pyramidnet(depth, alpha):
    blocks = (depth - 2) // 2
    total, inputs = 27 * 16 + 2 * 16, 16
    for block in range(1, blocks + 1):
        filters = int(16 + alpha * block / blocks + 0.5)
        total += 2 * inputs + 9 * inputs * filters
        total += 2 * filters + 9 * filters**2 + 2 * filters
        inputs = filters
    assert inputs == 16 + alpha
    total += 2 * inputs + dense(inputs, 10)
    assert counted(PyramidNet, depth, alpha) == total


@pytest.mark.parametrize("width", [16, 32, 96])
@pytest.mark.parametrize("depth", [20, 26])
def test_shake_shake(depth, width):
    total, inputs = conv_bn(3, 3, 16), 16
    for filters in (width, 2 * width, 4 * width):
        total += conv_bn(1, inputs, filters) * (inputs != filters)
        for _ in range((depth - 2) // 6):
            total += 2 * (conv_bn(3, inputs, filters) + conv_bn(3, filters, filters))
            inputs = filters
    total += dense(inputs, 10)
    assert counted(ShakeShake, depth, width) == total


def dilated_parameters(kind, expansion, repeats):
    """DRN from fig. 5: C has blocks in levels 1, 2, 7, 8; D has single convolutions."""
    total = conv_bn(7, 3, 16) + conv_bn(3, 16, 16) + conv_bn(3, 16, 32)
    if kind == "C":
        total += conv_bn(3, 16, 16) + conv_bn(3, 32, 32) + conv_bn(1, 16, 32)
    inputs = 32
    for filters, n in zip((64, 128, 256, 512), repeats, strict=True):
        for _ in range(n):
            outputs = expansion * filters
            total += conv_bn(1, inputs, outputs) * (inputs != outputs)
            if expansion == 4:
                total += conv_bn(1, inputs, filters) + conv_bn(1, filters, outputs)
                total += conv_bn(3, filters, filters)
            else:
                total += conv_bn(3, inputs, filters) + conv_bn(3, filters, filters)
            inputs = outputs
    total += conv_bn(3, inputs, 512) + conv_bn(3, 512, 512) * (3 if kind == "C" else 1)
    return total + dense(512, 1000)


@pytest.mark.parametrize(
    ("variant", "expansion", "repeats", "millions"),
    [
        ("C-26", 1, (2, 2, 2, 2), 21.1),
        ("C-42", 1, (3, 4, 6, 3), 31.2),
        ("C-58", 4, (3, 4, 6, 3), 41.6 - 1.05),  # without the unused projection
        ("D-22", 1, (2, 2, 2, 2), 16.4),
        ("D-38", 1, (3, 4, 6, 3), 26.5),
        ("D-54", 4, (3, 4, 6, 3), 35.8),
    ],
)
def test_dilated_resnet(variant, expansion, repeats, millions):
    """By formula, and as rounded by the authors (github.com/fyu/drn)."""
    total = dilated_parameters(variant[0], expansion, repeats)
    assert total / 1e6 == pytest.approx(millions, abs=0.06)
    assert counted(DilatedResNet, variant) == total


def test_dilation_of_the_levels():
    model = DilatedResNet("C-26", width=2, input_shape=(64, 64, 3))
    found = [
        (layer.dilation_rate[0], layer.strides[0])
        for layer in model.layers
        if isinstance(layer, keras.layers.Conv2D) and layer.kernel_size == (3, 3)
    ]
    even, half = [(1, 1), (1, 1)], [(1, 2), (1, 1)]
    expected = even + half + 2 * (half + even)  # levels 1 to 4
    expected += 4 * [(2, 1)] + 4 * [(4, 1)] + 2 * [(2, 1)] + even
    assert found == expected


def test_wider_resnet():
    total, inputs = 27 * 64, 64
    table = [(3, (128, 128)), (3, (256, 256)), (6, (512, 512)), (3, (512, 1024))]
    for n, (first, second) in table:
        total += inputs * second
        for _ in range(n):
            total += 2 * inputs + 9 * inputs * first + 2 * first + 9 * first * second
            inputs = second
    for half in (512, 1024):
        total += inputs * 4 * half + 2 * inputs + inputs * half
        total += 2 * half + 9 * half * 2 * half + 4 * half + 2 * half * 4 * half
        inputs = 4 * half
    total += 2 * inputs + dense(inputs, 1000)
    assert counted(WiderResNet) == total == catalog.get("Wider ResNet-38").parameters


def test_small_variants_are_one_call():
    model = CIFARResNet(20, width=8, input_shape=(16, 16, 1), classes=36)
    assert model.output_shape == (None, 36)
    any_size = ResNetV2((1, 1), width=4, input_shape=(None, None, 1), classes=3)
    assert any_size.output_shape == (None, 3)
    own = PreActResNet([(preact_basic, 1)] * 2, width=2, input_shape=(8, 8, 1))
    assert own.get_layer("conv3_1").output.shape == (None, 1, 1, 4)
    row = (basic, basic, plain, [1, 1, 1, 1])
    dilated = DilatedResNet(row, width=2, input_shape=(16, 16, 1))
    assert dilated.get_layer("level8_1").output.shape == (None, 2, 2, 64)
    logits = ResNet(18, width=4, classifier_activation=None)
    assert logits.layers[-1].activation is keras.activations.linear


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: ResNet(51), "18, 34, 50, 101, 152"),
        (lambda: DilatedResNet("A-18"), "'C-26', 'C-42'"),
        (lambda: CIFARResNet(21), r"6n \+ 2: choose 8, 14, 20"),
        (lambda: WideResNet(28 + 1), r"6n \+ 4"),
        (lambda: CIFARResNet(8, option="D"), "'A', 'B' or 'C'"),
        (lambda: CIFARResNet(8, input_shape=(32, 32)), "height, width, channels"),
        (lambda: CIFARResNet(8, False, survival=0.5), "survival=0.5.*no branch"),
        (lambda: SEResNet(18, width=8), "ratio=16 leaves no unit for 8 channels"),
        (lambda: SENet(cardinality=3), "cardinality=3.*a divisor of 2 x width = 128"),
        (lambda: ResNeXt(filters=3), "filters=3: give at least 4"),
        (lambda: ShakeShake(width=1), "width=1: give at least 2"),
        (lambda: PyramidNet(alpha="270"), "alpha='270': give a number of at least 0"),
        (lambda: WiderResNet([1, 1]), r"depth=\[1, 1\]: give 6 whole numbers"),
        (lambda: DilatedResNet((basic, [2] * 4)), "variant=.* three blocks and a list"),
        (lambda: DilatedResNet((basic,) * 3 + ([2],)), "variant=.* 4 whole numbers"),
        (lambda: DenseNet("121"), "depth='121': choose one of 121, 169"),
        (lambda: DenseNet(input_shape=(28, 28, 3)), "must be at least 29"),
        (lambda: CIFARDenseNet(input_shape=(3, 3, 3)), "must be at least 4"),
        (lambda: CIFARDenseNet(41), r"depth=41 is not of the form 3n \+ 4"),
        (lambda: CIFARDenseNet(compression=0.0), "compression=0.0 leaves none of"),
    ],
)
def test_wrong_arguments_say_what_is_possible(build, message):
    with pytest.raises(ValueError, match=message):
        build()


BLOCKS = [  # a small network; blocks and the shapes of their outputs
    (lambda: CIFARPreActResNet(14, width=2), {"conv2_2": (32, 2), "conv4_1": (8, 8)}),
    (lambda: WideResNet(10, 2, width=2), {"conv2_1": (32, 4), "conv4_1": (8, 16)}),
    (lambda: PyramidNet(8, 6, width=4), {"conv2_1": (32, 6), "conv4_1": (8, 10)}),
    (lambda: ShakeShake(8, 4), {"conv2_1": (32, 4), "conv4_1": (8, 16)}),
    (
        lambda: CIFARDenseNet(10, 2),  # one layer is the last of two
        {"dense_block1": (32, 20), "dense_block2_layer1": (16, 22)}
        | {"dense_block2_layer2_3x3": (16, 2), "transition2": (8, 24)},
    ),
    (
        lambda: ResNet9(width=2),
        {"prep": (32, 2), "layer1": (16, 4), "layer3_residual": (4, 16)},
    ),
]


@pytest.mark.parametrize(("build", "shapes"), BLOCKS)
def test_the_output_of_a_block_is_the_layer_called_as_it(build, shapes):
    model = build()
    for name, (size, channels) in shapes.items():
        assert model.get_layer(name).output.shape == (None, size, size, channels), name


def test_parts_are_called_as_in_every_bottleneck():
    """One name finds the 3x3 of a block, whichever paper the block is from."""
    small = {"input_shape": (16, 16, 3), "width": 16}
    models = [
        ResNet([(bottleneck, 1)], **small),
        PreActResNet(50, **small),
        ResNetV2([1], **small),
        SENet([1], cardinality=4, **small),
        PyramidNet(11, 6, bottleneck=True, **small),
        CIFARResNeXt(11, 2, input_shape=(16, 16, 3)),
    ]
    for model in models:
        for part, size in {"1x1_reduce": 1, "3x3": 3, "1x1_expand": 1}.items():
            layer = model.get_layer(f"conv2_1_{part}")
            assert layer.kernel_size == (size, size)
            assert model.get_layer(f"{layer.name}_bn")


def test_dropout_stands_in_every_wide_block():
    model = WideResNet(16, 1, dropout=0.3)
    rates = [x.rate for x in model.layers if isinstance(x, keras.layers.Dropout)]
    assert rates == [0.3] * 6


def test_option_c_projects_in_every_block():
    model = ResNet([(basic, 2)], width=4, option="C", input_shape=(32, 32, 3))
    kernels = [
        x.kernel_size for x in model.layers if isinstance(x, keras.layers.Conv2D)
    ]
    assert kernels.count((1, 1)) == 2
