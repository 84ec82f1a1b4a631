"""Proofs over the catalog: a new network is a row, a line in SMALL, and its file."""

import gc
import re
from decimal import Decimal

import keras
import numpy as np
import pytest

from dlcourse.analysis.complexity import complexity
from dlcourse.models import catalog
from dlcourse.models.nasnet import Size

# What makes a constructor cheap for the proofs that compute: a small variant of the
# same blocks. Rows of one family that share a variant are proven once.
# constructor: (arguments, options); a row's name instead of its constructor goes first.
IMAGE = {"input_shape": (32, 32, 3), "classes": 10}
NARROW = {"width": 0.25, "stem_strides": 1, **IMAGE}
SMALL = {
    "LeNet5": ((), {}),
    "LeNet-5, 1998": (("1998",), {}),
    "GoogLeNet": (
        (),
        {
            "width": 0.125,
            "stem_strides": (1, 1, 2),
            "input_shape": (32, 32, 3),
            "classes": 10,
        },
    ),
    "BNInception": (
        (),
        {"width": 0.125, "use_bias": False, "input_shape": (64, 64, 3), "classes": 10},
    ),
    "InceptionV3": (
        (((64, 32),), (128,), 1),
        {
            "width": 0.0625,
            "stem_strides": (1, 1, 2),
            "input_shape": (39, 39, 3),
            "classes": 10,
        },
    ),
    "InceptionV4": (
        ((1, 1, 1),),
        {"width": 0.0625, "input_shape": (75, 75, 3), "classes": 10},
    ),
    "InceptionResNetV1": (
        ((1, 1, 1),),
        {"width": 0.0625, "input_shape": (75, 75, 3), "classes": 10},
    ),
    "InceptionResNetV2": (
        ((1, 1, 2),),
        {"width": 0.0625, "input_shape": (75, 75, 3), "classes": 10},
    ),
    "Xception": (
        ((128, 256), 1),
        {"width": 0.0625, "input_shape": (32, 32, 3), "classes": 10},
    ),
    "AlexNet": (
        ((8, 12, 16, 12, 8),),
        {"first": (5, 1), "dense": (32, 24), "input_shape": (32, 32, 3), "classes": 10},
    ),
    "ZFNet": (
        ((8, 12, 16, 12, 8),),
        {"strides": (1, 1), "dense": (32,), "input_shape": (32, 32, 3), "classes": 10},
    ),
    "VGG": (
        ([(1, 8, "LRN"), (2, 12, "conv1"), (1, 16)],),
        {"dense": (32,), "input_shape": (32, 32, 3), "classes": 10},
    ),
    "ResNet": ((18,), {"width": 8, "input_shape": (32, 32, 3), "classes": 10}),
    "ResNet-50": ((50,), {"width": 4, "input_shape": (32, 32, 3), "classes": 10}),
    "CIFARResNet": ((8,), {"input_shape": (16, 16, 3)}),
    "ResNetV2": (((1, 2, 1, 1),), {"width": 4, "input_shape": (64, 64, 3)}),
    "PreActResNet": ((18,), {"width": 4, "input_shape": (64, 64, 3)}),
    "PreAct-ResNet-50": ((50,), {"width": 4, "input_shape": (64, 64, 3)}),
    "CIFARPreActResNet": ((8,), {"width": 4}),
    "PreAct-ResNet-164": ((11, True), {"width": 4}),
    "WideResNet": ((10, 2), {"width": 4}),
    "CIFARResNeXt": ((11, 2, 4), {"filters": 16}),
    "ResNeXt": (((1, 1, 2, 1), 2, 4), {"filters": 16, "input_shape": (64, 64, 3)}),
    "PyramidNet": ((14, 10), {"width": 4}),
    "PyramidNet-272 a200": ((20, 10, True), {"width": 4}),
    "ShakeShake": ((14, 4), {}),
    "DilatedResNet": (("C-26",), {"width": 2, "input_shape": (32, 32, 3)}),
    "DRN-D-22": (("D-22",), {"width": 2, "input_shape": (32, 32, 3)}),
    "DRN-D-54": (("D-54",), {"width": 2, "input_shape": (32, 32, 3)}),
    "WiderResNet": (((1,) * 6,), {"width": 4, "input_shape": (64, 64, 3)}),
    "ResNet9": ((), {"width": 4}),
    "DenseNet": (
        ([2, 1, 1, 1],),
        {"growth_rate": 4, "input_shape": (32, 32, 3), "classes": 10},
    ),
    "CIFARDenseNet": ((16, 4), {"input_shape": (16, 16, 3)}),
    "SEResNet": ((50,), {"width": 4, "input_shape": (32, 32, 3), "classes": 10}),
    "SEResNeXt": (
        ((1, 1, 1, 1),),
        {"cardinality": 4, "filters": 32, "input_shape": (32, 32, 3), "classes": 10},
    ),
    "SENet": (
        ((1, 1, 1, 1),),
        {"width": 16, "cardinality": 4, "input_shape": (32, 32, 3), "classes": 10},
    ),
    "ShuffleNet": (
        (),
        {"width": 0.5, "input_shape": (64, 64, 3), "repeats": (2, 2, 1), "classes": 10},
    ),
    "NASNet": (
        (Size(1, 192, 8, stem_reductions=2, skip=True),),
        {"input_shape": (64, 64, 3), "classes": 10},
    ),
    "NASNet-A cifar": (
        (Size(1, 96, 12, stem_reductions=0, skip=False),),
        {"input_shape": (32, 32, 3)},
    ),
    "MobileNet": ((), NARROW),
    "MobileNetV2": ((), NARROW),
    "MobileNetV3": (("small",), NARROW),
    "EfficientNet": (("B0",), {"depth": 0.3, **NARROW}),
    "EfficientNetV2": (("B0",), {"stem_strides": 1, **IMAGE}),
    "ConvNeXt": ((((1, 1), (8, 16)),), {"patch": 2, **IMAGE}),
    "RegNet": (((4, 8, 8.0, 2.0, 8),), {"squeeze": 0.25, "stem_strides": 1, **IMAGE}),
    "ViT": (((2, 24, 3),), {"patch": 8, **IMAGE}),
}


def names(rows=catalog.NETWORKS):
    return [row.name for row in rows]


@pytest.fixture(scope="module", autouse=True)
def tidy():
    yield
    keras.backend.clear_session()
    gc.collect()


@pytest.fixture(scope="module", params=catalog.NETWORKS, ids=names())
def drawn(request):
    """A row and its network at full size, without values in the weights."""
    keras.utils.clear_session(free_memory=False)
    with keras.StatelessScope(initialize_variables=False):
        yield request.param, request.param.build()


def test_counts(drawn, record_property):
    row, model = drawn
    ours = complexity(model)
    counts = {"parameters": int(ours.parameters), "macs": int(ours.macs)}
    record_property("status", ["networks", row.name, counts])
    assert ours.parameters == row.parameters
    if row.statistics is not None:
        assert ours.statistics == row.statistics
    if isinstance(row.macs, int):
        assert ours.macs == row.macs
    elif row.macs is not None:
        assert ours.macs == pytest.approx(row.macs, abs=0.5 * last_digit(row.macs))


def last_digit(number):
    """The value of the last digit given: a million for 38e6."""
    return 10.0 ** Decimal(str(number)).normalize().as_tuple().exponent


def test_nasnet_for_cifar_has_the_weights_of_the_authors_code():
    """Counted as nasnet.py and nasnet_utils.py of tensorflow/models build it."""

    def conv(inputs, outputs):  # 1x1 and batch norm
        return inputs * outputs + 2 * outputs

    def separable(inputs, outputs, size):  # twice, each with batch norm
        first = size**2 * inputs + conv(inputs, outputs)
        return first + size**2 * outputs + conv(outputs, outputs)

    def cell(x, previous, filters, kind):
        total, p = conv(x, filters), previous
        if previous is None:  # the stem as it is, projected where it meets filters
            p, total = x, total + 4 * conv(x, filters)
        elif previous != filters:
            p, total = filters, total + conv(previous, filters)
        if kind == "reduction":
            of_p = 2 * separable(p, filters, 7) + separable(p, filters, 5)
            of_x = separable(filters, filters, 5) + separable(filters, filters, 3)
            return total + of_p + of_x, 4 * filters
        of_p = separable(p, filters, 5) + 2 * separable(p, filters, 3)
        of_x = separable(filters, filters, 5) + separable(filters, filters, 3)
        return total + of_p + of_x, 6 * filters

    x, previous, total = 96, None, 9 * 3 * 96 + 2 * 96
    for stage in range(3):
        for kind in ["reduction"] * (stage > 0) + ["normal"] * 6:
            weights, outputs = cell(x, previous, 32 * 2**stage, kind)
            total, previous, x = total + weights, x, outputs
    assert total + 10 * x + 10 == catalog.get("NASNet-A cifar").parameters


def test_classes_and_softmax(drawn):
    row, model = drawn
    classes = 1000 if row.input_shape[0] > 32 else 10
    output = model.outputs[0]
    assert tuple(output.shape) == (None, classes)
    assert keras.backend.standardize_dtype(output.dtype) == "float32"


# Names of ours that Keras could have given.
AUTOMATIC = {"flatten", "dropout", "class_token"}
SCOPE = r"[A-Za-z0-9.][A-Za-z0-9_.>-]*"  # what TensorFlow lets a model be called
UNNAMED = {"InputLayer", "GetItem", "Pad"}  # cutting and padding need no name


def test_every_layer_has_a_name_of_ours(drawn):
    row, model = drawn
    assert re.findall(r"[^ ,=_]+", model.name) == re.findall(r"[^ ,=/_]+", row.name)
    assert re.fullmatch(SCOPE, model.name)
    given = [operation.name for operation in model.operations]
    assert len(set(given)) == len(given)
    for name in [model.name, *given]:  # what TensorFlow allows as the name of a scope
        assert re.fullmatch(r"[A-Za-z0-9.][\w.-]*", name, re.ASCII)
    assert not [op.name for op in model.operations if is_named_by_keras(op)]


def is_named_by_keras(operation):
    """Whether the name is that of the class, with a number: "max_pooling2d_3"."""
    kind = type(operation).__name__
    if kind in UNNAMED or operation.name in AUTOMATIC:
        return False
    return re.sub(r"_\d+$", "", operation.name).replace("_", "") == kind.lower()


STAGES = {  # name: height (= width) and channels of the paper's stages, in order
    "LeNet-5, 1998": [(28, 6), (14, 6), (10, 16), (5, 16)],
    "LeNet-5, dense": [(28, 6), (14, 6), (10, 16), (5, 16)],
    "LeNet-5, 3x3": [(30, 6), (15, 6), (13, 16), (6, 16)],
    "AlexNet": [(55, 96), (27, 256), (13, 384), (13, 384), (13, 256), (6, 256)],
    "AlexNet, one weird trick": [(55, 64), (27, 192), (13, 384), (13, 256), (6, 256)],
    "ZFNet": [(110, 96), (55, 96), (26, 256), (13, 256), (13, 384), (6, 256)],
    "VGG-A": [(224, 64), (112, 128), (56, 256), (28, 512), (14, 512), (7, 512)],
    "VGG-D": [(224, 64), (112, 128), (56, 256), (28, 512), (14, 512), (7, 512)],
    "GoogLeNet": [
        *[(112, 64), (56, 64), (56, 192), (28, 192), (28, 256), (28, 480), (14, 480)],
        *[(14, 512), (14, 512), (14, 512), (14, 528), (14, 832), (7, 832), (7, 832)],
        (7, 1024),
    ],
    "BN-Inception": [
        *[(112, 64), (56, 64), (56, 192), (28, 192), (28, 256), (28, 320), (14, 576)],
        *[(14, 576), (14, 608), (14, 608), (7, 1056), (7, 1024), (7, 1024)],
    ],
    "Inception v3": [
        *[(149, 32), (147, 32), (147, 64), (73, 64), (73, 80), (71, 192), (35, 192)],
        *[(35, 256), (35, 288), (35, 288), *[(17, 768)] * 5, (8, 1280)],
        *[(8, 2048), (8, 2048)],
    ],
    "Inception v4": [
        *[(149, 32), (147, 32), (147, 64), (73, 160), (71, 192), *[(35, 384)] * 5],
        *[*[(17, 1024)] * 8, *[(8, 1536)] * 4],
    ],
    "Inception-ResNet v1": [
        *[(149, 32), (147, 32), (147, 64), (73, 64), (73, 80), (71, 192), (35, 256)],
        *[(17, 896), (8, 1792)],
    ],
    "Inception-ResNet v2": [
        *[(149, 32), (147, 32), (147, 64), (73, 64), (73, 80), (71, 192), (35, 192)],
        *[(35, 320), (17, 1088), (8, 2080), (8, 1536)],
    ],
    "Xception": [
        *[(149, 32), (147, 64), (74, 128), (37, 256), (19, 728), (10, 1024)],
        *[(10, 1536), (10, 2048)],
    ],
    "ResNet-18": [(112, 64), (56, 64), (28, 128), (14, 256), (7, 512)],
    "ResNet-34": [(112, 64), (56, 64), (28, 128), (14, 256), (7, 512)],
    "ResNet-50": [(112, 64), (56, 256), (28, 512), (14, 1024), (7, 2048)],
    "ResNet-101": [(112, 64), (56, 256), (28, 512), (14, 1024), (7, 2048)],
    "ResNet-152": [(112, 64), (56, 256), (28, 512), (14, 1024), (7, 2048)],
    "ResNet-20": [(32, 16), (16, 32), (8, 64)],
    "ResNet-110": [(32, 16), (16, 32), (8, 64)],
    "ResNet-50 V2": [(112, 64), (56, 256), (28, 512), (14, 1024), (7, 2048)],
    "PreAct-ResNet-200": [(112, 64), (56, 256), (28, 512), (14, 1024), (7, 2048)],
    "PreAct-ResNet-164": [(32, 64), (16, 128), (8, 256)],
    "WRN-28-10": [(32, 160), (16, 320), (8, 640)],
    "ResNeXt-50 32x4d": [(112, 64), (56, 256), (28, 512), (14, 1024), (7, 2048)],
    "ResNeXt-29 8x64d": [(32, 256), (16, 512), (8, 1024)],
    "PyramidNet-110 a270": [(32, 16), (32, 106), (16, 196), (8, 286)],
    "Shake-Shake-26 2x32d": [(32, 16), (32, 32), (16, 64), (8, 128)],
    "DRN-C-26": [(224, 16), (112, 32), (56, 64), (28, 128), (28, 256), (28, 512)],
    "DRN-D-54": [(224, 16), (112, 32), (56, 256), (28, 512), (28, 2048), (28, 512)],
    "Wider ResNet-38": [
        (224, 64),
        (112, 128),
        (56, 256),
        (28, 512),
        (14, 1024),
        (7, 2048),
        (7, 4096),
    ],
    "ResNet-9": [(32, 64), (16, 128), (8, 256), (4, 512)],
    "DenseNet-121": [(112, 64), (56, 256), (28, 512), (14, 1024), (7, 1024)],
    "DenseNet-169": [(112, 64), (56, 256), (28, 512), (14, 1280), (7, 1664)],
    "DenseNet-201": [(112, 64), (56, 256), (28, 512), (14, 1792), (7, 1920)],
    "DenseNet-264": [(112, 64), (56, 256), (28, 512), (14, 2304), (7, 2688)],
    "DenseNet-161": [(112, 96), (56, 384), (28, 768), (14, 2112), (7, 2208)],
    "DenseNet-40-12": [(32, 16), (32, 160), (16, 304), (8, 448)],
    "DenseNet-BC-100-12": [(32, 24), (32, 216), (16, 300), (8, 342)],
    "SE-ResNet-50": [(112, 64), (56, 256), (28, 512), (14, 1024), (7, 2048)],
    "SENet-154": [(112, 64), (112, 128), (56, 256), (28, 512), (14, 1024), (7, 2048)],
    "ShuffleNet 1x, g=1": [(112, 24), (56, 24), (28, 144), (14, 288), (7, 576)],
    "ShuffleNet 1x, g=2": [(112, 24), (56, 24), (28, 200), (14, 400), (7, 800)],
    "ShuffleNet 1x, g=3": [(112, 24), (56, 24), (28, 240), (14, 480), (7, 960)],
    "ShuffleNet 1x, g=4": [(112, 24), (56, 24), (28, 272), (14, 544), (7, 1088)],
    "ShuffleNet 1x, g=8": [(112, 24), (56, 24), (28, 384), (14, 768), (7, 1536)],
    "NASNet-A mobile": [(111, 32), (56, 44), (28, 88), (28, 264), (14, 528), (7, 1056)],
    "NASNet-A large": [
        *((165, 96), (83, 168), (42, 336)),
        *((42, 1008), (21, 2016), (11, 4032)),
    ],
    "NASNet-A cifar": [(32, 96), (32, 192), (16, 384), (8, 768)],
}


def test_stage_shapes(drawn):
    """Those of a network whose stages are listed; its neighbours share the blocks."""
    row, model = drawn
    shapes = iter([tuple(layer.output.shape)[1:] for layer in model.layers])
    for size, channels in STAGES.get(row.name, ()):
        assert (size, size, channels) in shapes, (size, channels)


def test_listed_stages_are_of_networks_in_the_catalog():
    assert set(STAGES) <= set(names())


def small(row, **more):
    """The small variant of a row's network."""
    arguments, options = SMALL.get(row.name) or SMALL[row.constructor]
    constructor = getattr(__import__("dlcourse.models").models, row.constructor)
    return constructor(*arguments, **{**row.options, **options, **more})


def variants():
    """One row for each different small variant."""
    seen = {}
    for row in catalog.NETWORKS:
        chosen = SMALL.get(row.name) or SMALL[row.constructor]
        key = (row.constructor, repr(chosen), repr(row.options))
        seen.setdefault(key, row)
    return list(seen.values())


def images(model, seed=0, batch=2):
    shape = (batch, *model.inputs[0].shape[1:])
    return np.random.default_rng(seed).normal(size=shape).astype("float32")


@pytest.fixture(scope="module", params=variants(), ids=names(variants()))
def built(request):
    """A row and its small variant."""
    keras.backend.clear_session()
    keras.utils.set_random_seed(0)
    yield request.param, small(request.param)
    gc.collect()


class Record(keras.optimizers.SGD):
    """An optimizer that keeps the gradients and changes nothing."""

    def apply(self, grads, trainable_variables=None):
        self.gradients = [keras.ops.convert_to_numpy(grad) for grad in grads]


def test_every_weight_receives_a_gradient(built):
    _, model = built
    record = Record(0.0)
    loss = "sparse_categorical_crossentropy"
    model.compile(record, loss, run_eagerly=True)
    model.train_on_batch(images(model), np.array([0, 1]))
    assert len(record.gradients) == len(model.trainable_weights)
    for weight, gradient in zip(model.trainable_weights, record.gradients, strict=True):
        assert np.isfinite(gradient).all(), weight.path
        assert np.abs(gradient).max() > 0, weight.path


def test_round_trip(built, tmp_path):
    _, model = built
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras", compile=False)
    x = images(model)
    expected, got = model(x, training=False), again(x, training=False)
    for one, other in zip(flat(expected), flat(got), strict=True):
        np.testing.assert_allclose(other, one, rtol=1e-6, atol=1e-7)


@pytest.mark.bfloat16
def test_mixed_precision_is_finite(built):
    row, _ = built
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        model = small(row)
        output = flat(model(images(model), training=False))
    finally:
        keras.config.set_dtype_policy("float32")
    assert {str(y.dtype) for y in output} == {"float32"}
    assert np.isfinite(output).all()
    np.testing.assert_allclose(np.sum(output, axis=-1), 1, rtol=1e-3)


def flat(outputs):
    outputs = outputs if isinstance(outputs, list | tuple) else [outputs]
    return [keras.ops.convert_to_numpy(output) for output in outputs]


def test_unknown_variant_lists_what_is_possible():
    with pytest.raises(ValueError, match="Did you mean 'ResNet-56', 'ResNet-50'"):
        catalog.get("ResNet-51")
    with pytest.raises(ValueError, match=r"It has LeNet-5, 1998; .*DenseNet-121"):
        catalog.get("GPT")


def test_alexnet_of_2012_starts_as_the_paper_says():
    model = small(catalog.get("AlexNet"), dense=(600, 600))
    for layer in model.layers:
        if layer.weights:
            kernel, bias = layer.get_weights()
            assert np.std(kernel) == pytest.approx(0.01, rel=0.15), layer.name
            starts_at_one = layer.name in ("conv2", "conv4", "conv5", "fc6", "fc7")
            assert (bias == starts_at_one).all(), layer.name


def test_errors_are_compared_within_one_protocol():
    rows = [catalog.get(name) for name in ("ResNet-50", "DenseNet-169")]
    assert catalog.same_protocol(*rows) == {"top-5, 1 crop of 224": [7.8, 6.85]}
    assert rows[0].top5 == 6.71
    rows = [catalog.get(name) for name in ("ResNet-110", "PreAct-ResNet-110")]
    assert catalog.same_protocol(*rows) == {}


def test_what_to_expect_names_the_error_and_its_protocol():
    sentence = catalog.get("ResNet-20").expected("cifar10")
    for part in ("ResNet-20", "8.75 %", "one run", "table 6", "He et al. 2016"):
        assert part in sentence
    assert "10 crops of 224" in catalog.get("ResNet-50").expected("imagenet2012:5.1.0")
    assert catalog.get("ResNet-50").expected("cifar10") == ""
    assert catalog.get("ResNet-20").expected("digits") == ""


def test_reported_errors_tell_how_they_were_measured():
    other_sizes = {"Wider ResNet": {320}, "ViT": {224, 384}}
    for row in catalog.NETWORKS:
        sizes = other_sizes.get(row.paper.recipe, {row.input_shape[0], 224})
        for one in row.reported:
            assert 0 < one.error < 100
            assert one.source
            assert one.crops in (1, 10)
            assert one.size in sizes, row.name


def test_top1_errors_are_told_from_top5_errors():
    row = catalog.get("MobileNetV2")
    assert [one.protocol[:5] for one in row.reported] == ["top-1", "top-5"]
    assert row.top5 == 9.0
    assert catalog.get("ConvNeXt-T").top5 is None
    assert "top-1, 1 crop of 224" in catalog.get("ConvNeXt-T").expected("imagenet2012")
    regnet = catalog.get("RegNetX-32GF")
    assert regnet.reported[0].protocol == "top-1, 1 crop of 224, mean of 5 runs"
    assert catalog.same_protocol(regnet, catalog.get("ConvNeXt-T")) == {}


def test_names_are_unique():
    assert len(set(names())) == len(names())


def test_every_small_variant_is_used():
    known = {row.constructor for row in catalog.NETWORKS} | set(names())
    assert set(SMALL) <= known
