"""Occlusion, saliency, class activation and neighbours against planted objects."""

import keras
import numpy as np
import pytest
import sklearn
from keras import layers, ops
from small import build, normal

from dlcourse.analysis import (
    class_activation,
    nearest_neighbours,
    occlude,
    occlusion,
    saliency,
)
from dlcourse.blocks.head import classifier
from dlcourse.gradients import gradients

SHAPE = (16, 20, 3)


def brightness(x):
    """Class 1 is likely where much of the picture is bright, by hand."""
    return layers.Dense(2, "softmax")(layers.Flatten()(x))


def dense_head(x):
    x = layers.Conv2D(4, 3, activation="relu", name="maps")(x)
    x = layers.Flatten()(layers.MaxPooling2D(2)(x))
    x = layers.Dense(8, activation="relu")(x)
    return layers.Dense(5, activation="softmax")(x)


def pooled_head(x):
    return classifier(layers.Conv2D(4, 3, padding="same", activation="relu")(x), 5)


@pytest.fixture
def planted():
    """A detector of bright pixels, and a picture with one bright square, 4 x 4."""
    model = build(brightness, (16, 20, 1))
    model.layers[-1].set_weights([np.ones((320, 1)) * [-0.2, 0.2], np.array([3, -3])])
    image = np.zeros((16, 20, 1), "float32")
    image[8:12, 3:7] = 1
    return model, image


def test_occlusion_finds_the_planted_object(planted):
    model, image = planted
    maps = occlusion(model, image, size=4, value=0)
    assert maps.shape == (16, 20, 2)
    hidden = maps[..., 1] < maps[0, 0, 1] - 1e-4
    rows, columns = np.nonzero(hidden)
    # The square's centre is its pixel (2, 2): it touches rows 8 to 11 from 7 to 13.
    assert (rows.min(), rows.max(), columns.min(), columns.max()) == (7, 13, 2, 8)
    assert np.unravel_index(maps[..., 1].argmin(), (16, 20)) == (10, 5)
    np.testing.assert_allclose(maps.sum(axis=-1), 1, rtol=1e-5)


def test_occlusion_in_steps_is_the_same_map_coarser(planted):
    model, image = planted
    fine = occlusion(model, image, size=4, value=0)
    coarse = occlusion(model, image, size=4, stride=3, value=0)
    assert coarse.shape == fine.shape
    np.testing.assert_allclose(coarse[1::3, 1::3], fine[1::3, 1::3], rtol=1e-5)
    np.testing.assert_array_equal(coarse[:3, :3], coarse[1, 1] * np.ones((3, 3, 1)))


def test_the_occlusion_is_centred_and_cut_off_at_the_border():
    image = np.zeros((5, 5, 1))
    assert occlude(image, 2, 2, 3, value=1)[1:4, 1:4].sum() == 9
    assert occlude(image, 2, 2, 3, value=1).sum() == 9
    assert occlude(image, 0, 4, 3, value=1).sum() == 4
    assert image.sum() == 0


def test_saliency_is_the_gradient_of_the_score_not_of_the_probability():
    model = build(dense_head, SHAPE)
    x = normal(3, *SHAPE)
    scores = keras.Model(model.input, model.layers[-1](model.layers[-2].output))
    model.layers[-1].activation = keras.activations.linear
    _, (expected,) = gradients(lambda x: ops.sum(scores(x)[:, 2]), x)
    model.layers[-1].activation = keras.activations.softmax
    found = saliency(model, x, 2)
    assert found.shape == x.shape[:3]
    np.testing.assert_allclose(found, np.abs(expected).max(-1), rtol=1e-4, atol=1e-6)


def test_each_picture_may_have_its_own_class():
    model = build(dense_head, SHAPE)
    x = normal(2, *SHAPE)
    for method in (saliency, class_activation):
        together = method(model, x, [3, 1])
        np.testing.assert_allclose(together[0], method(model, x, 3)[0], rtol=1e-4)
        np.testing.assert_allclose(together[1], method(model, x, 1)[1], rtol=1e-4)


def test_class_activation_is_zhous_formula_where_a_mean_and_a_dense_layer_follow():
    model = build(pooled_head, SHAPE)
    x = normal(3, *SHAPE)
    maps = ops.convert_to_numpy(keras.Model(model.input, model.layers[1].output)(x))
    kernel, bias = model.layers[-1].get_weights()
    model.layers[-1].set_weights([kernel, bias + 1])
    found = class_activation(model, x, 4)
    np.testing.assert_allclose(found, maps @ kernel[:, 4], rtol=1e-4, atol=1e-5)
    model.layers[-1].activation = keras.activations.linear
    score = ops.convert_to_numpy(model(x))[:, 4]
    np.testing.assert_allclose(found.mean(axis=(1, 2)), score - 1, rtol=1e-4, atol=1e-5)


def test_class_activation_with_dense_layers_is_grad_cam():
    model = build(dense_head, SHAPE)
    x = normal(2, *SHAPE)
    maps = ops.convert_to_numpy(keras.Model(model.input, model.layers[1].output)(x))
    rest = keras.Sequential(model.layers[2:])
    rest.layers[-1].activation = keras.activations.linear
    _, (of_maps,) = gradients(lambda a: ops.sum(rest(a)[:, 1]), maps)
    weights = of_maps.sum(axis=(1, 2), keepdims=True)
    small = (weights * maps).sum(axis=-1)
    found = class_activation(model, x, 1, layer="maps")
    assert found.shape == x.shape[:3]
    larger = ops.image.resize(small[..., None], SHAPE[:2], interpolation="bilinear")
    np.testing.assert_allclose(
        found, ops.convert_to_numpy(larger)[..., 0], rtol=1e-3, atol=1e-5
    )


def test_neighbours_find_the_duplicates():
    among = normal(20, 4, 4, 1)
    order = np.random.default_rng(1).permutation(20)
    indices, distances = nearest_neighbours(among[order], among, count=3)
    np.testing.assert_array_equal(indices[:, 0], order)
    np.testing.assert_allclose(distances[:, 0], 0, atol=1e-6)
    assert (np.diff(distances, axis=1) > 0).all()


def test_of_equal_distances_the_smaller_index_comes_first():
    among = np.tile([[2.0], [0.0], [1.0]], (40, 1))
    indices, distances = nearest_neighbours(np.zeros((1, 1)), among, count=60)
    order = [*range(1, 120, 3), *range(2, 60, 3)]
    np.testing.assert_array_equal(indices[0], order)
    np.testing.assert_array_equal(distances[0], [0] * 40 + [1] * 20)


def test_distances_are_euclidean():
    a, b = normal(3, 7), normal(5, 7, seed=1)
    indices, distances = nearest_neighbours(a, b, count=5)
    direct = np.linalg.norm(a[:, None] - b[indices], axis=-1)
    np.testing.assert_allclose(distances, direct, rtol=1e-5)


def test_mistakes_are_named():
    model = build(dense_head, SHAPE)
    x = normal(2, *SHAPE)
    with pytest.raises(ValueError, match="no class 5: 0 to 4"):
        saliency(model, x, 5)
    with pytest.raises(ValueError, match="no class -1: 0 to 4"):
        class_activation(model, x, [0, -1])
    with pytest.raises(ValueError, match="'conv9' gives no maps; there are maps, max"):
        class_activation(model, x, 0, layer="conv9")
    with pytest.raises(ValueError, match="No layer of this model has maps"):
        class_activation(build(brightness, SHAPE), x, 0)
    with pytest.raises(ValueError, match="no vector of classes"):
        saliency(build(layers.Conv2D(2, 3), SHAPE), x, 0)
    with pytest.raises(ValueError, match=r"image=.*give numbers with 3"):
        occlusion(model, x, 3)
    with pytest.raises(ValueError, match="size=0"):
        occlusion(model, x[0], 0)
    with pytest.raises(ValueError, match="Unlike features"):
        nearest_neighbours(np.ones((2, 3)), np.ones((2, 4)))
    with pytest.raises(ValueError, match="count=3"):
        nearest_neighbours(np.ones((2, 3)), np.ones((2, 3)), count=3)


def test_neighbours_in_pieces_are_those_found_at_once():
    draw = np.random.default_rng(0)
    queries, among = draw.random((600, 4)), draw.random((500, 4))
    whole = nearest_neighbours(queries, among, 3)
    with sklearn.config_context(working_memory=1):  # MB: pieces of 262 queries
        pieces = nearest_neighbours(queries, among, 3)
    np.testing.assert_array_equal(pieces[0], whole[0])
    np.testing.assert_allclose(pieces[1], whole[1], rtol=1e-6)
