"""Networks without values in their weights."""

import keras
import pytest

from dlcourse.analysis import complexity
from dlcourse.models import VGG, weightless


def refuse(shape, dtype=None):
    raise AssertionError(f"drew {shape}")


def dense():
    inputs = keras.Input((4,))
    return keras.Model(inputs, keras.layers.Dense(3, kernel_initializer=refuse)(inputs))


def test_no_weight_is_drawn():
    with weightless():
        assert complexity(dense()).parameters == 4 * 3 + 3


def test_outside_weights_are_drawn_again():
    with weightless():
        dense()
    with pytest.raises(AssertionError, match="drew"):
        dense()


def test_full_size_counts():
    with weightless():
        model = VGG("E")
    assert complexity(model).parameters == 143_667_240
