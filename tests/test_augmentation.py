"""Warping against NumPy and Keras, and test-time augmentation."""

import keras
import numpy as np
import pytest
from keras import layers, ops

from dlcourse.datasets import glyphs
from dlcourse.layers.warp import homography, warp

# Under its own name pytest would take it for a test.
from dlcourse.training import augmentation
from dlcourse.training import test_time_augmentation as average_prediction

RNG = np.random.default_rng(0)
PICTURES = RNG.random((2, 7, 10, 3)).astype("float32")
MATRICES = {
    "affine": [[0.9, 0.2, 1.3], [-0.3, 1.1, -0.7], [0, 0, 1]],
    "perspective": [[1.1, 0.1, 0.4], [0.0, 0.9, 0.2], [0.02, -0.03, 1]],
}


@pytest.mark.parametrize("fill", [0.0, 0.5])
@pytest.mark.parametrize("matrix", MATRICES.values(), ids=MATRICES)
def test_warp_equals_keras(matrix, fill):
    to_corner = np.array([[1, 0, 4.5], [0, 1, 3], [0, 0, 1]])  # half of 10 - 1, 7 - 1
    back = to_corner @ np.linalg.inv(matrix) @ np.linalg.inv(to_corner)
    if keras.backend.backend() != "tensorflow" and back[2, :2].any():
        pytest.skip("keras.ops.image.affine_transform ignores the last row here")
    eight = (back / back[2, 2]).ravel()[:8].astype("float32")
    theirs = ops.image.affine_transform(PICTURES, eight, fill_value=fill)
    np.testing.assert_allclose(warp(PICTURES, matrix, fill), theirs, atol=2e-5)


SHIFTED = np.zeros_like(PICTURES)
SHIFTED[:, 1:, 2:] = PICTURES[:, :-1, :-2]


@pytest.mark.parametrize(
    ("matrix", "expected"),
    [
        (np.diag([-1, 1, 1]), PICTURES[:, :, ::-1]),
        (np.diag([1, -1, 1]), PICTURES[:, ::-1]),
        ([[1, 0, 2], [0, 1, 1], [0, 0, 1]], SHIFTED),
    ],
    ids=["left and right", "up and down", "two to the right and one down"],
)
def test_warp_moves_pixels(matrix, expected):
    np.testing.assert_allclose(warp(PICTURES, matrix), expected, atol=1e-6)


def test_a_quarter_turn_goes_with_the_clock():
    square = PICTURES[:, :, :7]
    turn = [[0, -1, 0], [1, 0, 0], [0, 0, 1]]  # right goes down
    expected = np.rot90(square, k=-1, axes=(1, 2))
    np.testing.assert_allclose(warp(square, turn), expected, atol=1e-6)


def test_homography_takes_each_point_to_its_own():
    old, new = RNG.normal(size=(2, 4, 2))
    matrix = homography(old, new)
    u, v, w = matrix @ np.column_stack([old, np.ones(4)]).T
    np.testing.assert_allclose(np.transpose([u / w, v / w]), new, atol=1e-9)


def test_test_time_augmentation_is_the_mean_over_copies():
    class Count(layers.Layer):
        """Adds 1 at the first call in training, 2 at the second, …"""

        calls = 0

        def call(self, x, training=False):
            self.calls += training
            return x + self.calls

    inputs = keras.Input((2,))
    model = keras.Model(inputs, layers.Rescaling(2.0)(inputs))
    x = np.ones((3, 2), "float32")
    got = average_prediction(model, x, Count(), times=3)
    np.testing.assert_allclose(got, np.full((3, 2), 2 * (1 + (1 + 2 + 3) / 3)))


def test_test_time_augmentation_draws_anew_each_time():
    inputs = keras.Input((4, 4, 1))
    model = keras.Model(inputs, layers.Flatten()(inputs))
    noise = layers.GaussianNoise(1.0, seed=0)
    got = average_prediction(model, np.zeros((500, 4, 4, 1)), noise, times=16)
    np.testing.assert_allclose(got.std(), 1 / 4, rtol=0.05)


def test_glyphs_draw_any_letters():
    images, labels = glyphs.sample(*glyphs.draw_all("bd"), per_class=3, seed=0)
    assert images.shape == (6, 32, 32, 1)
    assert np.bincount(labels).tolist() == [3, 3]


def moves(pictures, moved):
    """How far each picture was moved, (down, right); fails where it was changed too."""
    reach = [(y, x) for y in range(-4, 5) for x in range(-4, 5)]
    padded = np.pad(pictures, [(0, 0), (4, 4), (4, 4), (0, 0)])
    size = pictures.shape[1]
    windows = np.array([
        padded[:, 4 - y : 4 - y + size, 4 - x : 4 - x + size] for y, x in reach
    ])  # fmt: skip
    same = (windows == moved).all(axis=(2, 3, 4))
    assert (same.sum(axis=0) == 1).all()
    return np.array(reach)[same.argmax(axis=0)]


@pytest.mark.parametrize("in_pipeline", [False, True])
def test_shift_moves_by_whole_pixels(in_pipeline):
    pictures = RNG.random((600, 32, 32, 3)).astype("float32")
    shift = augmentation(["shift"], seed=3)
    if in_pipeline:  # where Keras computes by TensorFlow on every backend
        tf = pytest.importorskip("tensorflow")
        batches = tf.data.Dataset.from_tensors(pictures)
        (moved,) = batches.map(lambda x: shift(x, training=True))
    else:
        moved = shift(pictures, training=True)
    found = moves(pictures, ops.convert_to_numpy(moved))
    counts = [np.bincount(found[:, axis] + 4, minlength=9) for axis in (0, 1)]
    # Every move as likely: within five standard deviations of 600 / 9.
    assert abs(np.array(counts) - 600 / 9).max() < 5 * np.sqrt(600 * 8 / 81)
    np.testing.assert_array_equal(shift(pictures, training=False), pictures)


def test_shift_of_small_pictures():
    pictures = RNG.random((50, 8, 12, 1)).astype("float32")
    moved = np.asarray(augmentation(["shift"])(pictures, training=True))
    inner = pictures[:, 1:-1, 2:-2]  # 8 pixels move by 1, 12 by 2
    for picture, part in zip(moved, inner, strict=True):
        windows = np.lib.stride_tricks.sliding_window_view(picture, part.shape)
        assert (windows == part).all(axis=(-1, -2, -3)).any()
