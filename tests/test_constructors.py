"""All constructors alike: every bad call, named layers, momentum, documented arguments.

The calls are made from each constructor's signature, so that a new constructor or a new
argument is tested without a line here.
"""

import inspect
import re
import traceback
from pathlib import Path

import keras
import pytest
from test_catalog import IMAGE, SMALL

import dlcourse
from dlcourse import models
from dlcourse.models import weightless

PACKAGE = str(Path(dlcourse.__file__).parent)
CONSTRUCTORS = [  # of networks for images that answer with classes or key points
    name
    for name in models.__all__
    if name[0].isupper()
    and {"classes", "keypoints"}
    & {*inspect.signature(getattr(models, name)).parameters}
    and name != "WaveNet"  # it takes sounds
]
# Small networks for the calls that work, of the same blocks; the rest is the default.
TRUNK = {"configuration": [(1, 4), (1, 6), (1, 8)], "dense": (16, 12)}
DENSE = {  # an answer for every pixel
    "DilatedVGG": (("basic",), TRUNK | IMAGE),
    "FCDenseNet": (((1, 2, 1),), {"growth_rate": 4, "width": 6, **IMAGE}),
    "FCN": (("8s",), TRUNK | IMAGE),
    "Hourglass": ((2,), {"width": 8, "order": 2, "input_shape": (32, 32, 3)}),
    "UNet": (((4, 6, 8),), {"padding": "same", **IMAGE}),
}
OPTIONS = {"ConvNet": ((), {})} | SMALL | DENSE
CLASSIFIERS = [name for name in CONSTRUCTORS if name not in DENSE]
POSSIBLE = r"[Gg]ive|choose|at least|at most|must be|multiple|needs|try|call keras"
BAD_SHAPES = {
    "a number": 224,
    "text": "224",
    "two numbers": (224, 224),
    "four numbers": (1, 224, 224, 3),
    "sizes as text": ("224", "224", "3"),
    "a fraction": (224.0, 224, 3),
    "no channel": (224, 224, 0),
    "no channels given": (224, 224, None),
    "a negative size": (-224, 224, 3),
    "no pixel": (0, 0, 3),
    "channels in front": (3, 224, 224),
    "one channel in front": (1, 32, 32),
}
STAGES = {  # for the first argument
    "a list of ones": [1, 1, 1, 1],
    "a tuple of ones": (1, 1, 1, 1),
    "three stages": (1, 1, 1),
    "no stage": [],
    "an empty stage": (1, 0, 1, 1),
    "stages as text": ["1", "1", "1", "1"],
    "a set": frozenset({1, 2}),
}


def constructor(name):
    return getattr(models, name)


def parameters(name):
    """{argument: its default} of a constructor, without options for its blocks."""
    found = inspect.signature(constructor(name)).parameters.values()
    return {p.name: p.default for p in found if p.kind is not p.VAR_KEYWORD}


def small(name, **changes):
    """The small network of a constructor, with some arguments changed."""
    arguments, options = OPTIONS[name]
    given = dict(zip(parameters(name), arguments, strict=False)) | options | changes
    with weightless():
        return constructor(name)(**given)


def what_is_counted(name):
    """The argument for the number of output channels."""
    return "keypoints" if "keypoints" in parameters(name) else "classes"


def is_number(value):
    return isinstance(value, int | float) and not isinstance(value, bool)


def bad_calls(name):
    """(what is bad, argument, value, whether it may work) for one constructor."""
    first = next(iter(parameters(name)))
    yield "a variant that is not there", first, "no such variant", False
    yield "a number that is not there", first, -7, False
    for what, stages in STAGES.items():
        yield what, first, stages, True
    for what, shape in BAD_SHAPES.items():
        yield what, "input_shape", shape, False
    yield "no sizes", "input_shape", (None, None, 3), True
    yield "no width", "input_shape", (64, None, 3), True
    yield "no class", what_is_counted(name), 0, False
    for argument, default in parameters(name).items():
        if is_number(default) or argument == "momentum":
            yield "a number as text", argument, "1", False
            yield "a negative number", argument, -1, False
            yield "zero", argument, 0, argument != "width"
        elif isinstance(default, tuple) and argument != "input_shape":
            yield "a number for a list", argument, 1, False
            yield "a negative number in a list", argument, (-1, -1), False
            yield "numbers as text", argument, ("1", "1"), False
        elif isinstance(default, str) and "activation" not in argument != "name":
            yield "a text that is not there", argument, "no such text", False
    if is_number(parameters(name).get("width")):
        yield "hardly any width", "width", 1, True
        yield "a fraction of a filter", "width", 1e-9, True


CALLS = [(name, *call) for name in CONSTRUCTORS for call in bad_calls(name)]


@pytest.mark.parametrize(
    ("name", "what", "argument", "value", "may_work"),
    CALLS,
    ids=[f"{name}({argument}={value!r})" for name, _, argument, value, _ in CALLS],
)
def test_bad_calls_work_or_say_what_is_possible(name, what, argument, value, may_work):
    count = what_is_counted(name)
    classes = value if argument == count else 7
    error = None
    try:
        model = small(name, **{count: classes, argument: value})
    except ValueError as raised:
        error = raised
    if error is None:
        assert may_work, what
        assert_output(name, model, classes)
    else:
        assert is_ours(error), error
        assert re.search(rf"\b{argument}\b", str(error)), error
        assert re.search(POSSIBLE, str(error)), error


def assert_output(name, model, classes):
    shape = tuple(model.outputs[0].shape)
    assert len(shape) == (4 if name in DENSE else 2)
    assert (shape[0], shape[-1]) == (None, classes)


def is_ours(error):
    """Whether the package itself raised the error, not Keras somewhere inside."""
    return traceback.extract_tb(error.__traceback__)[-1].filename.startswith(PACKAGE)


@pytest.mark.parametrize("name", CONSTRUCTORS)
def test_channels_first_is_refused(name):
    keras.config.set_image_data_format("channels_first")
    try:
        with pytest.raises(ValueError, match=r'set_image_data_format\("channels_last"'):
            constructor(name)()
    finally:
        keras.config.set_image_data_format("channels_last")


@pytest.mark.parametrize("name", CONSTRUCTORS)
def test_images_of_the_smallest_size_work_and_smaller_ones_do_not(name):
    try:
        small(name, input_shape=(1, 1, 3), **{what_is_counted(name): 7})
    except ValueError as error:
        size = int(re.search(r"at least (\d+)", str(error))[1])
        for shape in [(size - 1, size, 3), (size, size - 1, 3)]:
            with pytest.raises(ValueError, match=f"at least {size}"):
                small(name, input_shape=shape)
        seven = {what_is_counted(name): 7}
        assert_output(name, small(name, input_shape=(size, size, 3), **seven), 7)


@pytest.mark.parametrize(
    "name", [name for name in CONSTRUCTORS if "momentum" in parameters(name)]
)
def test_momentum_reaches_every_batch_norm(name):
    found = [
        layer.momentum
        for layer in small(name, momentum=0.5).layers
        if isinstance(layer, keras.layers.BatchNormalization)
    ]
    assert found
    assert set(found) == {0.5}


@pytest.mark.parametrize("name", CONSTRUCTORS)
def test_batch_norm_and_momentum_come_together(name):
    kind = keras.layers.BatchNormalization
    has_norm = any(isinstance(layer, kind) for layer in small(name).layers)
    assert has_norm == ("momentum" in parameters(name))


@pytest.mark.parametrize("name", CONSTRUCTORS)
def test_every_argument_is_documented(name):
    text = inspect.getdoc(constructor(name))
    sections = dict(re.findall(r"^(\w+):\n((?:    .*\n?|\n)+)", text, re.MULTILINE))
    entries = re.findall(r"^ {4}([\w, ]+): ", sections["Args"], re.MULTILINE)
    documented = [word for entry in entries for word in entry.split(", ")]
    assert documented == list(inspect.signature(constructor(name)).parameters)
    assert "keras.Model" in sections["Returns"]
    assert sections["Raises"].strip().startswith("ValueError: ")


@pytest.mark.parametrize("name", CONSTRUCTORS)
def test_arguments_end_alike(name):
    arguments = list(parameters(name))
    tail = ["input_shape", "classes", "classifier_activation", "momentum", "name"]
    if "momentum" not in arguments:
        tail.remove("momentum")
    if name == "Hourglass":  # heat maps, no classes
        tail[1:3] = ["keypoints"]
    assert arguments[-len(tail) :] == tail
    assert parameters(name)["name"] == name


def test_a_list_of_stages_is_as_good_as_a_tuple():
    for name in ("ResNeXt", "SEResNeXt", "SENet", "DenseNet", "ResNetV2"):
        counts = [
            small(name, depth=kind((1, 2, 1, 1))).count_params()
            for kind in (list, tuple)
        ]
        assert counts[0] == counts[1], name


def test_a_network_of_1202_layers():
    with weightless():
        model = models.CIFARResNet(1202)
    assert len(model.trainable_weights) == 3 * 1201 + 2
    assert round(model.count_params() / 1e6, 1) == 19.5  # table 6: 19.4 trainable


@pytest.mark.parametrize(
    "name",
    [name for name in CLASSIFIERS if name != "ViT"],  # it has tokens, no feature map
)
def test_features_end_before_the_head(name):
    model = small(name)
    heads = [x.name for x in model.layers if x.name in ("global_pool", "flatten")]
    assert len(heads) == 1
    body = models.features(model)
    assert body.output is model.get_layer(heads[0]).input
    assert len(body.output.shape) == 4
