"""AlexNet to Xception beyond the catalog: other widths, depths, sizes and heads."""

from functools import cache

import keras
import numpy as np
import pytest
from keras.layers import BatchNormalization

from dlcourse.analysis.complexity import complexity
from dlcourse.models import (
    VGG,
    AlexNet,
    BNInception,
    GoogLeNet,
    InceptionResNetV1,
    InceptionResNetV2,
    InceptionV3,
    InceptionV4,
    NASNet,
    Xception,
    ZFNet,
    bn_inception,
    googlenet,
)
from dlcourse.models.auxiliary import AuxiliaryModel
from dlcourse.models.nasnet import Size


def draw(constructor, *arguments, **options):
    """A network without values in its weights."""
    keras.backend.clear_session()
    with keras.StatelessScope(initialize_variables=False):
        return constructor(*arguments, **options)


def count(constructor, *arguments, **options):
    return complexity(draw(constructor, *arguments, **options)).parameters


def weights(*rows):
    """Weights of convolutions with bias: rows of kernel area, inputs, outputs."""
    return sum(area * c * f + f for area, c, f in rows)


def with_batch_norm(*rows):
    """Trainable weights of convolutions with batch norm: kernel, gamma and beta."""
    return sum(area * c * f + 2 * f for area, c, f in rows)


@pytest.mark.parametrize("groups", [1, 2, 4])
@pytest.mark.parametrize("filters", [(8, 16, 24, 32, 40), (96, 256, 384, 384, 256)])
def test_alexnet(filters, groups):
    a, b, c, d, e = filters
    expected = weights((121, 3, a), (25, a // groups, b), (9, b, c))
    expected += weights((9, c // groups, d), (9, d // groups, e))
    expected += weights((1, 36 * e, 100), (1, 100, 7))
    assert count(AlexNet, filters, groups, dense=(100,), classes=7) == expected


@pytest.mark.parametrize("filters", [(96, 256, 256), (4, 6, 8, 10, 12, 14)])
def test_zfnet_with_fewer_and_more_layers(filters):
    area = (49, 25, *[9] * (len(filters) - 2))
    expected = weights(*zip(area, (3, *filters), filters, strict=False))
    expected += weights((1, 36 * filters[-1], 50), (1, 50, 10))
    assert count(ZFNet, filters, dense=(50,), classes=10) == expected


@pytest.mark.parametrize("last", [None, "conv1", "LRN"])
def test_vgg(last):
    expected = weights((9, 1, 5), (9, 5, 5), (9, 5, 6), (9, 6, 6), (9, 6, 6))
    expected += weights((1, 6, 6)) if last == "conv1" else 0
    expected += weights((1, 8 * 6 * 6, 20), (1, 20, 3))
    stages = [(2, 5), (3, 6, last)]
    shape = (35, 24, 1)
    assert count(VGG, stages, dense=(20,), classes=3, input_shape=shape) == expected


@pytest.mark.parametrize("width", [0.25, 1.0, 1.5])
@pytest.mark.parametrize("names", [["3a"], ["3a", "4a", "5b"]])
def test_googlenet(width, names):
    def wide(*numbers):
        return [round(width * number) for number in numbers]

    first, second, c = wide(64, 64, 192)
    expected = weights((49, 3, first), (1, first, second), (9, second, c))
    for name in names:
        one, r3, three, r5, five, project = wide(*googlenet.MODULES[name])
        expected += weights((1, c, one), (1, c, r3), (9, r3, three), (1, c, r5))
        expected += weights((25, r5, five), (1, c, project))
        c = one + three + five + project
    expected += weights((1, c, 11))
    modules = rows(googlenet, *names)
    assert count(GoogLeNet, modules, width, classes=11) == expected


@pytest.mark.parametrize("width", [0.25, 1.5])
def test_bn_inception(width):
    def wide(*numbers):
        return [round(width * number) for number in numbers]

    first, second, c = wide(64, 64, 192)
    expected = with_batch_norm((49, 3, first), (1, first, second), (9, second, c))
    for *row, _ in bn_inception.MODULES.values():
        one, r3, three, r33, double, project = wide(*row)
        expected += with_batch_norm((1, c, r3), (9, r3, three), (1, c, r33))
        expected += with_batch_norm((9, r33, double), (9, double, double))
        if one:
            expected += with_batch_norm((1, c, one), (1, c, project))
        c = one + three + double + (project or c)
    expected += weights((1, c, 10))
    assert count(BNInception, width=width, use_bias=False, classes=10) == expected


def without_gamma(*rows):
    """As `with_batch_norm`, but batch norm has no gamma."""
    return weights(*rows)


def chain(c, *steps):
    """Rows of convolutions after one another: of (area, filters) for c inputs."""
    rows = []
    for area, filters in steps:
        rows.append((area, c, filters))
        c = filters
    return rows


def added(constructor, arguments, more):
    """Parameters that the larger variant has more, both at half the width."""
    larger, smaller = (half_as_wide(constructor, *each) for each in (more, arguments))
    return larger - smaller


@cache
def half_as_wide(constructor, *arguments):
    """Parameters, counted once where several modules are added to the same network."""
    options = {"width": 0.5, "stem_strides": (1, 1, 2), "input_shape": (32, 32, 3)}
    return count(constructor, *arguments, **options)


def test_one_more_module_of_inception_v4():
    c = 384 // 2
    a = [*chain(c, (1, 48)) * 2, *chain(c, (1, 32), (9, 48))]
    a += chain(c, (1, 32), (9, 48), (9, 48))
    assert added(InceptionV4, [(1, 1, 1)], [(2, 1, 1)]) == with_batch_norm(*a)
    c = 1024 // 2
    b = [
        *chain(c, (1, 64)),
        *chain(c, (1, 192)),
        *chain(c, (1, 96), (7, 112), (7, 128)),
    ]
    b += chain(c, (1, 96), (7, 96), (7, 112), (7, 112), (7, 128))
    assert added(InceptionV4, [(1, 1, 1)], [(1, 2, 1)]) == with_batch_norm(*b)
    c = 1536 // 2
    d = [*chain(c, (1, 128)) * 2, *chain(c, (1, 192), (3, 128)), (3, 192, 128)]
    d += [*chain(c, (1, 192), (3, 224), (3, 256), (3, 128)), (3, 256, 128)]
    assert added(InceptionV4, [(1, 1, 1)], [(1, 1, 2)]) == with_batch_norm(*d)


def test_one_more_module_of_inception_v3():
    c = (64 + 64 + 96 + 64) // 2
    a = [*chain(c, (1, 32)) * 2, *chain(c, (1, 24), (25, 32))]
    a += chain(c, (1, 32), (9, 48), (9, 48))
    one, two = ((64, 64),), ((64, 64), (64, 64))
    short = [one, (160,), 1]
    assert added(InceptionV3, short, [two, (160,), 1]) == without_gamma(*a)
    c = 768 // 2
    b = [*chain(c, (1, 96)) * 2, *chain(c, (1, 80), (7, 80), (7, 96))]
    b += chain(c, (1, 80), (7, 80), (7, 80), (7, 80), (7, 96))
    assert added(InceptionV3, short, [one, (160, 160), 1]) == without_gamma(*b)
    c = 2048 // 2
    d = [*chain(c, (1, 160)), *chain(c, (1, 96)), *chain(c, (1, 192), (3, 192))]
    d += [(3, 192, 192), *chain(c, (1, 224), (9, 192), (3, 192)), (3, 192, 192)]
    assert added(InceptionV3, short, [one, (160,), 2]) == without_gamma(*d)


@pytest.mark.parametrize(
    ("constructor", "channels", "double", "one", "seven", "three"),
    [
        (InceptionResNetV1, (256, 896, 1792), (32, 32), 128, (128, 128), (192, 192)),
        (InceptionResNetV2, (320, 1088, 2080), (48, 64), 192, (160, 192), (224, 256)),
    ],
)
def test_one_more_module_of_inception_resnet(
    constructor, channels, double, one, seven, three
):
    a, b, c = (number // 2 for number in channels)
    last = [number // 2 for number in double]
    rows = [*chain(a, (1, 16)), *chain(a, (1, 16), (9, 16))]
    rows += chain(a, (1, 16), (9, last[0]), (9, last[1]))
    rows += [(1, 32 + last[1], a)]
    assert added(constructor, [(1, 1, 1)], [(2, 1, 1)]) == without_gamma(*rows)
    middle, last = (number // 2 for number in seven)
    rows = [*chain(b, (1, one // 2)), *chain(b, (1, 64), (7, middle), (7, last))]
    rows += [(1, one // 2 + last, b)]
    assert added(constructor, [(1, 1, 1)], [(1, 2, 1)]) == without_gamma(*rows)
    middle, last = (number // 2 for number in three)
    rows = [*chain(c, (1, 96)), *chain(c, (1, 96), (3, middle), (3, last))]
    rows += [(1, 96 + last, c)]
    assert added(constructor, [(1, 1, 1)], [(1, 1, 2)]) == without_gamma(*rows)


def test_one_more_block_of_xception():
    c = 728 // 2
    small = {"width": 0.5, "input_shape": (32, 32, 3)}
    one, two = (count(Xception, middle=middle, **small) for middle in (1, 2))
    assert two - one == 3 * (9 * c + c * c + 2 * c)


SMALLEST = [  # constructor, options, the smallest image it takes
    (AlexNet, {}, 64),
    (AlexNet, {"first": (5, 1)}, 19),
    (AlexNet, {"first": (5, 1), "pool_size": 2}, 12),
    (ZFNet, {}, 53),
    (ZFNet, {"strides": (1, 1)}, 21),
    (VGG, {}, 32),
    (GoogLeNet, {"auxiliary": True}, 65),
    (GoogLeNet, {"auxiliary": True, "stem_strides": (1, 1, 2)}, 17),
    (InceptionV3, {}, 75),
    (InceptionV3, {"stem_strides": (1, 1, 2)}, 23),
    (InceptionV3, {"auxiliary": True}, 107),
    (InceptionV4, {}, 75),
    (InceptionResNetV1, {"stem_strides": (1, 2, 2)}, 39),
    (InceptionResNetV2, {}, 75),
    (Xception, {}, 7),
    (Xception, {"stem_strides": 1}, 5),
    (NASNet, {}, 19),
    (NASNet, {"size": "cifar"}, 3),
]


@pytest.mark.parametrize(("constructor", "options", "size"), SMALLEST)
def test_smallest_image(constructor, options, size):
    draw(constructor, input_shape=(size, size, 1), **options)
    with pytest.raises(ValueError, match=f"at least {size}"):
        constructor(input_shape=(size - 1, size, 1), **options)


@pytest.mark.parametrize(
    ("constructor", "unknown", "possible"),
    [(AlexNet, "2013", "2012"), (ZFNet, "fig. 4", "fig. 3"), (VGG, "F", "A-LRN")],
)
def test_unknown_variant_lists_what_is_possible(constructor, unknown, possible):
    with pytest.raises(ValueError, match=possible):
        constructor(unknown)
    with pytest.raises(ValueError, match="conv1"):
        VGG([(1, 8, "conv5")], input_shape=(8, 8, 1))


def rows(paper, *names):
    return {name: paper.MODULES[name] for name in names}


GLYPHS = {"input_shape": (32, 32, 1), "classes": 3}
FINE = {"width": 0.125, "stem_strides": (1, 1, 2)}
DENSE = {"dense": (16,), "dropout": 0.0}
ALEXNET = {"filters": (8, 8, 8, 8, 8), "first": (5, 1)} | DENSE
LEFT_OUT = {"activation": "tanh", "normalize": False, "pool_size": 2}
LECTURES = [  # narrow, shallow variants for small images
    (AlexNet, ALEXNET),
    (AlexNet, ALEXNET | LEFT_OUT),
    (ZFNet, {"filters": (8, 8, 8, 8, 8), "strides": (1, 1)} | DENSE),
    (VGG, {"configuration": [(1, 16), (1, 32)]} | DENSE),
    (
        GoogLeNet,
        {"modules": rows(googlenet, "3a", "4a", "4d"), "auxiliary": True} | FINE,
    ),
    (BNInception, {"modules": rows(bn_inception, "3a", "3c", "4a")} | FINE),
    (InceptionV3, {"fig5": ((64, 32),), "fig6": (128,), "fig7": 1} | FINE),
    (InceptionV3, {"fig5": (), "fig6": (), "fig7": 0, "auxiliary": True} | FINE),
    (InceptionV4, {"repeats": (1, 0, 0)} | FINE),
    (InceptionResNetV1, {"repeats": (1, 1, 1)} | FINE),
    (InceptionResNetV2, {"repeats": (1, 0, 2)} | FINE),
    (Xception, {"entry": (64, 128), "middle": 1, "width": 0.125, "stem_strides": 1}),
]


@pytest.mark.parametrize(("constructor", "options"), LECTURES)
def test_small_variant_learns(constructor, options):
    keras.backend.clear_session()
    keras.utils.set_random_seed(0)
    draw = np.random.default_rng(0)
    y = np.arange(24) % 3
    x = draw.normal(0, 0.3, (24, 32, 32, 1)).astype("float32")
    x[y == 1, :16] += 1
    x[y == 2, :, 16:] += 1
    model = constructor(**options, **GLYPHS)
    eagerly = (
        keras.backend.backend() == "tensorflow"
    )  # JAX compiles sooner than it runs
    model.compile("adam", "sparse_categorical_crossentropy", run_eagerly=eagerly)
    losses = [model.train_on_batch(x, y) for _ in range(4)]
    assert np.isfinite(losses).all()
    assert losses[-1] < losses[0]
    assert model(x).shape == (24, 3)


def test_auxiliary_losses_weigh_three_tenths():
    keras.utils.set_random_seed(0)
    model = GoogLeNet(auxiliary=True, **FINE, **GLYPHS)
    loss = keras.losses.SparseCategoricalCrossentropy()
    model.compile("sgd", loss, metrics=["accuracy"])
    y = np.array([0, 1, 2])
    outputs = model(np.random.default_rng(0).normal(size=(3, 32, 32, 1)), training=True)
    assert len(outputs) == 3
    losses = [float(loss(y, output)) for output in outputs]
    weighed = float(model.compute_loss(None, y, outputs))
    assert weighed == pytest.approx(losses[0] + 0.3 * (losses[1] + losses[2]), rel=1e-5)


def test_auxiliary_classifiers_are_discarded_at_inference(tmp_path):
    keras.utils.set_random_seed(0)
    model = GoogLeNet(rows(googlenet, "3a", "4a"), auxiliary=True, **FINE, **GLYPHS)
    x = np.random.default_rng(0).normal(size=(4, 32, 32, 1)).astype("float32")
    y = np.array([0, 1, 2, 0])
    loss = keras.losses.SparseCategoricalCrossentropy()
    model.compile("sgd", loss, metrics=["accuracy"])
    model.fit(x, y, verbose=0)
    probabilities = model.predict(x, verbose=0)
    results = model.evaluate(x, y, verbose=0, return_dict=True)
    assert results["loss"] == pytest.approx(float(loss(y, probabilities)), rel=1e-4)
    assert results["accuracy"] == pytest.approx((probabilities.argmax(-1) == y).mean())
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    assert isinstance(again, AuxiliaryModel)
    again.fit(x, y, verbose=0)


@pytest.mark.parametrize(
    ("constructor", "pool", "module"),
    [
        (GoogLeNet, "auxiliary_4a_pool", "inception_4a"),
        (GoogLeNet, "auxiliary_4d_pool", "inception_4d"),
        (InceptionV3, "auxiliary_pool", "inception_fig6_4"),  # the last 17 x 17
    ],
)
def test_auxiliary_classifiers_stand_where_the_paper_has_them(
    constructor, pool, module
):
    with keras.StatelessScope(initialize_variables=False):
        model = constructor(auxiliary=True)
    assert model.get_layer(pool).pool_size == (5, 5)
    assert model.get_layer(pool).input is model.get_layer(module).output


def test_auxiliary_classifiers_need_their_modules():
    with pytest.raises(ValueError, match=r"auxiliary=True.*4a"):
        GoogLeNet(rows(googlenet, "3a"), auxiliary=True, **GLYPHS)


@pytest.mark.parametrize("constructor", [GoogLeNet, BNInception])
@pytest.mark.parametrize("modules", ["3a", ["3a"], {"3a": (1, 2)}, {"3a": ["1"] * 7}])
def test_modules_that_are_not_possible(constructor, modules):
    with pytest.raises(ValueError, match=r"modules=.*3a.*give a dictionary"):
        constructor(modules, **GLYPHS)


@pytest.mark.parametrize(
    "row", [(0, *[1] * 4, 1, "max"), (0, *[1] * 4, 0, "avg"), (*[1] * 6, "sum")]
)
def test_rows_of_bn_inception_that_are_not_possible(row):
    with pytest.raises(ValueError, match="'avg' or 'max'"):
        BNInception({"3a": row}, **GLYPHS)


@pytest.mark.parametrize(
    ("variant", "side", "momentum", "epsilon"),
    [
        ("mobile", 224, 0.9997, 1e-3),
        ("large", 331, 0.9997, 1e-3),
        ("cifar", 32, 0.9, 1e-5),
    ],
)
def test_nasnet_has_the_image_size_and_batch_norm_of_its_variant(
    variant, side, momentum, epsilon
):
    with keras.StatelessScope(initialize_variables=False):
        model = NASNet(variant)
    assert model.input_shape == (None, side, side, 3)
    norms = [x for x in model.layers if isinstance(x, BatchNormalization)]
    assert {(x.momentum, x.epsilon) for x in norms} == {(momentum, epsilon)}


@pytest.mark.parametrize(
    ("size", "message"),
    [
        (Size(2, 120, 16, 2, False), "filters=120.*multiple of 96"),
        (Size("2", 96, 16, 2, False), "repeats='2'"),
    ],
)
def test_sizes_of_nasnet_that_are_not_possible(size, message):
    with pytest.raises(ValueError, match=message):
        NASNet(size)
