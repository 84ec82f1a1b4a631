"""Local response normalization: the formula in loops, and TensorFlow's own."""

import keras
import numpy as np
import pytest
from plain import normalize_response

from dlcourse.layers import LocalResponseNormalization


def activations(channels, strength=3.0):
    shape = (2, 4, 3, channels)
    return np.random.default_rng(0).normal(0, strength, shape).astype("float32")


@pytest.mark.parametrize("channels", [1, 3, 5, 11])
@pytest.mark.parametrize("n", [1, 3, 5, 7])
def test_equals_the_formula(channels, n):
    options = {"n": n, "k": 1.5, "alpha": 0.3, "beta": 0.6}
    a = activations(channels)
    ours = LocalResponseNormalization(**options)(a)
    expected = normalize_response(a, **options)
    np.testing.assert_allclose(keras.ops.convert_to_numpy(ours), expected, rtol=1e-5)


def test_equals_tensorflow():
    tf = pytest.importorskip("tensorflow")
    a = activations(9, strength=100.0)
    theirs = tf.nn.local_response_normalization(a, 2, bias=2.0, alpha=1e-4, beta=0.75)
    ours = LocalResponseNormalization()(a)
    np.testing.assert_allclose(keras.ops.convert_to_numpy(ours), theirs, rtol=1e-5)


@pytest.mark.parametrize("policy", ["mixed_float16", "mixed_bfloat16"])
def test_half_precision_neither_overflows_nor_loses_the_sum(policy):
    a = activations(6, strength=300.0)  # squares beyond float16's 65,504
    ours = LocalResponseNormalization(dtype=policy)(a)
    assert keras.backend.standardize_dtype(ours.dtype) == policy.removeprefix("mixed_")
    got = keras.ops.convert_to_numpy(keras.ops.cast(ours, "float32"))
    expected = normalize_response(a, 5, 2.0, 1e-4, 0.75)
    np.testing.assert_allclose(got, expected, rtol=0.02)


def test_even_neighbourhood_is_refused():
    with pytest.raises(ValueError, match="odd"):
        LocalResponseNormalization(n=4)


def test_round_trip():
    layer = LocalResponseNormalization(n=3, k=1.0, alpha=0.1, beta=0.5)
    again = LocalResponseNormalization.from_config(layer.get_config())
    a = activations(4)
    np.testing.assert_array_equal(
        keras.ops.convert_to_numpy(layer(a)), keras.ops.convert_to_numpy(again(a))
    )
