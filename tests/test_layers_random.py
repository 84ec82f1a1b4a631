"""Layers that draw random numbers in training: Shake-Shake and stochastic depth."""

import numpy as np
import pytest
from keras import ops
from keras.ops import convert_to_numpy as array

from dlcourse.gradients import gradients
from dlcourse.layers import Shake, StochasticDepth
from dlcourse.models import CIFARResNet


def test_shake_shake_forward():
    ones = np.ones((4000, 1, 1, 2), "float32")
    layer = Shake(seed=0)
    alpha = array(layer([ones, 0 * ones], training=True))[:, 0, 0]
    assert (alpha[:, 0] == alpha[:, 1]).all()  # one number for each image
    assert alpha.min() >= 0
    assert alpha.max() <= 1
    assert alpha.mean() == pytest.approx(0.5, abs=0.02)
    assert alpha.std() == pytest.approx(12**-0.5, abs=0.01)
    both = array(layer([3 * ones, 3 * ones], training=True))
    np.testing.assert_allclose(both, 3, rtol=1e-6)  # the shares sum to 1
    tested = array(layer([ones, 3 * ones], training=False))
    np.testing.assert_allclose(tested, 2)


def test_shake_shake_backward_draws_anew():
    ones = np.ones((4000, 1, 1, 1), "float32")
    alpha = array(Shake(seed=1)([ones, 0 * ones], training=True))
    shaken = Shake(seed=1)  # draws the same numbers

    def total(y1, y2):
        return ops.sum(shaken([y1, y2], training=True))

    value, (beta, rest) = gradients(total, ones, 0 * ones)
    assert value == pytest.approx(alpha.sum(), rel=1e-5)
    np.testing.assert_allclose(beta + rest, 1, rtol=1e-6)
    assert beta.std() == pytest.approx(12**-0.5, abs=0.01)
    assert abs(np.corrcoef(alpha.ravel(), beta.ravel())[0, 1]) < 0.05


def test_stochastic_depth_drops_whole_branches():
    y = np.ones((3, 2), "float32")
    layer = StochasticDepth(0.7, seed=0)
    drawn = np.stack([array(layer(y, training=True)) for _ in range(1000)])
    assert set(np.unique(drawn)) == {0, 1}
    assert (drawn == drawn[:, :1, :1]).all()  # the whole batch, or nothing
    assert drawn.mean() == pytest.approx(0.7, abs=0.05)
    np.testing.assert_allclose(array(layer(y, training=False)), 0.7 * y)
    again = StochasticDepth.from_config(layer.get_config())
    assert (again.survival, again.seed) == (0.7, 0)
    with pytest.raises(ValueError, match="above 0"):
        StochasticDepth(0)


def test_survival_falls_linearly_to_the_last_block():
    model = CIFARResNet(20, survival=0.5, width=2)
    drops = [layer for layer in model.layers if isinstance(layer, StochasticDepth)]
    expected = [1 - block / 9 * 0.5 for block in range(1, 10)]
    np.testing.assert_allclose([layer.survival for layer in drops], expected)
