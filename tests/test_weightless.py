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


def test_nor_later_when_keras_works_out_a_shape():
    with weightless():
        dense()
    with keras.StatelessScope():  # Keras's own work on shapes ends like this
        pass


def test_variables_noted_before_are_not_forgotten():
    with keras.StatelessScope():
        layer = keras.layers.Dense(3)
        layer.build((None, 4))
        with weightless():
            dense()
    assert keras.ops.convert_to_numpy(layer.kernel).shape == (4, 3)


def test_full_size_counts():
    with weightless():
        model = VGG("E")
    assert complexity(model).parameters == 143_667_240
