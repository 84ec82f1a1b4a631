"""Bad calls of public functions: how many say which argument is wrong?

Hypothesis draws the calls, always the same ones; see `bad_calls`, which prints those
that do not say it: ``python tests/bad_calls.py 3000``.
"""

import inspect

import bad_calls
import numpy as np
import pytest

from dlcourse import analysis, datasets, layers, search, training
from dlcourse.arguments import (
    above,
    array,
    at_most_all,
    below,
    checked,
    dividing,
    like,
    number,
    one_for_each,
    shorter,
    whole,
)
from dlcourse.layers import activations

CLEAR = 0.90  # the least share that names the argument; none may end in any other way
ROOMS = analysis, datasets, layers, search, training
NOT_TRIED = {  # why: public functions and classes
    "no argument": {
        *("Bilinear", "FadeIn", "MinibatchDeviation", "Perceptron", "PixelNorm"),
        *("data_folder", "embedded_sets", "names", "all_cells", "cell_errors"),
    },
    "made by other functions, which are tried": {
        *("DataUnavailable", "Info", "Split", "Devices", "Estimate", "Run", "Choice"),
    },
    "takes what another function made, or any value that may be printed": {
        *("damage_told", "object_crops", "summary"),
    },
    "needs a training, a folder or a machine: tests of its own": {
        *("Checkpoints", "build_state", "choose_devices", "compare", "fit_recipe"),
        *("one_device", "training_loop", "training_precision"),
    },
}


def assert_clear(examples, slack=0.0):
    total, _, unclear = bad_calls.count(examples)
    bad = total.total() - total[bad_calls.WORKS]
    print(f"{bad} bad calls of {len(bad_calls.GOOD)} functions: {dict(total)}")
    print(f"{bad_calls.share(total):.1%} say which argument is wrong")
    wrong = {
        f"{name}({argument}={value!r}): {found}, {reason!r:.99}"
        for (name, argument, _), (found, value, reason) in unclear.items()
        if found != bad_calls.UNCLEAR
    }
    assert wrong == set()
    assert bad_calls.share(total) >= CLEAR - slack, list(unclear)


def test_a_few_bad_calls_name_the_argument():
    assert_clear(150, slack=0.05)  # two standard errors of so few calls


@pytest.mark.slow
def test_bad_calls_name_the_argument():
    assert_clear(1500)


def test_every_public_function_is_tried_or_listed():
    public = {
        f"{room.__name__.removeprefix('dlcourse.')}.{name}": name
        for room in ROOMS
        for name in room.__all__
        if callable(getattr(room, name))
    }
    missing = {name for full, name in public.items() if full not in bad_calls.GOOD}
    print(f"{len(public) - len(missing)} of {len(public)} are tried")
    listed = [name for names in NOT_TRIED.values() for name in names]
    assert sorted(missing) == sorted(listed)


def outer(x, count=None, share=0.5):
    """What is wrapped."""
    return x, count, share


KINDS = {"x": array(2), "count": whole(2), "share": number(0, 1)}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"x": "text"}, "x='text': give numbers with 2 axes, not empty"),
        ({"x": np.ones(3)}, r"x=<\(3,\) of float64>: give numbers with 2 axes"),
        ({"x": np.ones((0, 3))}, "x=.*not empty"),
        ({"x": [[1, 2], [3]]}, "x="),
        ({"count": 1}, "count=1: give a whole number of at least 2"),
        ({"count": True}, "count=True"),
        ({"count": 2.0}, r"count=2\.0"),
        ({"share": 1.5}, r"share=1\.5: give a finite number of at least 0 and of at"),
        ({"share": float("nan")}, "share=nan"),
        ({"share": "1"}, "share='1'"),
    ],
)
def test_what_is_not_of_its_kind_is_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        checked(outer, KINDS)(**{"x": np.ones((2, 2))} | arguments)


def test_what_is_of_its_kind_goes_through():
    function = checked(outer, KINDS)
    for x in (
        np.ones((1, 1)),
        [[1, 2]],
        layers.windows(np.ones((1, 2, 2, 1)), 1)[0][0],
    ):
        if np.ndim(x) == 2:
            assert function(x, 2, 1)[1:] == (2, 1)
    assert function([[1]]) == ([[1]], None, 0.5)  # a default is always possible
    assert function([[1]], np.int64(3), np.float32(0.5))[1] == 3
    assert inspect.signature(function) == inspect.signature(outer)
    assert inspect.getsource(function) == inspect.getsource(outer)  # as a lecture shows
    with pytest.raises(TypeError, match="outer"):
        function([[1]], wrong=1)


def test_what_options_hold_is_checked_too():
    function = checked(lambda x, **options: options, {"rate": number(0)})
    assert function(1, rate=0.5, other=-1) == {"rate": 0.5, "other": -1}
    with pytest.raises(ValueError, match="rate=-1"):
        function(1, rate=-1)


def test_a_class_stays_one_and_keeps_its_arguments():
    layer = layers.Maxout(3, pieces=2, name="m")
    assert type(layer).from_config(layer.get_config()).get_config() == (
        layer.get_config()
    )
    assert issubclass(layers.AlphaDropout, layers.Dropout)
    with pytest.raises(ValueError, match="units=0"):
        layers.Maxout(0)


def test_a_table_with_a_wrong_name_is_refused_at_once():
    with pytest.raises(KeyError, match="y"):
        checked(outer, {"y": whole()})


def test_kinds_that_look_at_another_argument():
    assert like("target").holds(np.ones((4, 1)), np.ones((4, 1)))
    assert not like("target").holds(np.ones((4, 1)), np.ones(4))
    assert not like("target").holds(np.ones((4, 1)), np.ones((4, 3)))
    assert below("size").holds(1, 2)
    assert not below("size").holds(2, 2)
    assert dividing("x").holds(4, np.ones((1, 8)))
    assert not dividing("x").holds(3, np.ones((1, 8)))
    assert shorter("text").holds(2, "abc")
    assert not shorter("text").holds(3, "abc")
    assert at_most_all("x").holds(3, [1, 2, 3])
    assert not at_most_all("x").holds(4, [1, 2, 3])
    assert above("lowest").holds(2.0, 1)
    assert not above("lowest").holds(1, 1)
    assert one_for_each("x", array()).holds(np.ones((3, 2)), np.ones((3, 5)))
    assert not one_for_each("x", array()).holds(np.ones((1, 3)), np.ones((3, 5)))
    with pytest.raises(ValueError, match="predicted="):
        layers.mean_squared_error(np.ones(4), np.ones((4, 1)))


def test_an_argument_beside_may_have_its_default():
    x = np.ones((1, 4, 4, 1), "float32")
    assert layers.max_pooling(x, padding=1).shape == (1, 3, 3, 1)
    with pytest.raises(ValueError, match="padding=2"):
        layers.max_pooling(x, padding=2)


def test_padding_of_a_transposed_convolution_leaves_pixels():
    y, kernel = np.ones((1, 1, 1, 1), "float32"), np.ones((3, 3, 1, 1), "float32")
    assert layers.transposed_convolve(y, kernel, padding=1).shape == (1, 1, 1, 1)
    with pytest.raises(ValueError, match=r"padding=2: .* pixels are left"):
        layers.transposed_convolve(y, kernel, padding=2)


def test_activations_are_the_same_functions_everywhere():
    assert layers.relu is activations.relu
    assert layers.attention.__wrapped__.__globals__["softmax"] is layers.softmax


def test_perceptron_takes_0_and_1():
    with pytest.raises(ValueError, match=r"y=.*0 or 1"):
        layers.Perceptron().train_epoch(np.ones((2, 2)), np.array([-1, 1]))
