"""What the backward pass needs again, counted by hand."""

import keras
import numpy as np
import pytest
from keras import layers, ops

from dlcourse.analysis.memory import saved_activation_bytes
from dlcourse.blocks.dense import dense_layer

X = np.ones((3, 5), "float32")


def twice(x):
    """The derivative of exp is its value: both values are needed again."""
    return ops.exp(ops.exp(x))


def test_a_sum_keeps_nothing():
    assert saved_activation_bytes(ops.sum, X) == 0


def test_every_value_of_exp_is_kept():
    assert saved_activation_bytes(lambda x: ops.sum(ops.exp(x)), X) == 4 * 15
    assert saved_activation_bytes(lambda x: ops.sum(twice(x)), X) == 2 * 4 * 15


def test_what_is_needed_twice_counts_once():
    def function(x):
        y = ops.exp(x)
        return ops.sum(y) + ops.sum(ops.exp(y))

    assert saved_activation_bytes(function, X) == 2 * 4 * 15


def test_what_is_made_again_is_not_kept():
    assert saved_activation_bytes(lambda x: ops.sum(keras.remat(twice)(x)), X) == 0


def test_weights_do_not_count():
    dense = layers.Dense(7)
    dense.build(X.shape)
    assert saved_activation_bytes(lambda x: ops.sum(ops.exp(dense(x))), X) == 4 * 3 * 7


@pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="fuses otherwise")
def test_a_dense_layer_keeps_what_it_joined_and_what_it_normalized():
    maps = [keras.Input((4, 4, 6)), keras.Input((4, 4, 2))]
    layer = keras.Model(
        maps, dense_layer(layers.Concatenate()(maps), 3, bottleneck=False)
    )
    x, y = np.ones((2, 4, 4, 6)), np.ones((2, 4, 4, 2))

    def function(x, y, again=False):
        def write(*maps):
            return layer(list(maps), training=True)

        maps = (keras.remat(write) if again else write)(x, y)
        return ops.sum(ops.exp(maps))

    places = 4 * 2 * 4 * 4
    kept = saved_activation_bytes(function, x, y)
    assert 0 <= kept - places * (8 + 8 + 3) < 200  # and means, variances
    assert (
        saved_activation_bytes(lambda x, y: function(x, y, again=True), x, y)
        == places * 3
    )
