"""Boxes, masks and key points: overlap, suppression, heat maps, a small detector."""

import keras
import numpy as np
import pytest

from dlcourse import datasets
from dlcourse.analysis import boxes, keypoints, masks
from dlcourse.datasets import shapes
from dlcourse.models.detector import DetectionLoss, Detector, cell_targets


def random_boxes(count, rng, side=40):
    """Boxes with whole-number corners inside side x side pixels."""
    corners = np.sort(rng.integers(0, side, (count, 2, 2)), axis=1)
    corners[:, 1] += 1
    return corners.reshape(count, 4).astype(float)


def painted(box, side=41):
    """The pixels of a box with whole-number corners."""
    pixels = np.zeros((side, side), bool)
    top, left, bottom, right = box.astype(int)
    pixels[top:bottom, left:right] = True
    return pixels


# Boxes


def test_overlap_of_boxes_is_that_of_their_pixels():
    rng = np.random.default_rng(0)
    first, second = random_boxes(12, rng), random_boxes(15, rng)
    found = boxes.box_iou(first, second)
    for (i, j), value in np.ndenumerate(found):
        a, b = painted(first[i]), painted(second[j])
        assert value == pytest.approx((a & b).sum() / (a | b).sum())
    assert (found == 0).any()
    assert (found > 0.3).any()


def test_empty_boxes_overlap_nothing():
    assert boxes.box_iou([[3, 3, 3, 9]], [[3, 3, 3, 9], [0, 0, 9, 9]]).tolist() == [
        [0, 0]
    ]
    assert boxes.box_iou(np.zeros((0, 4)), np.ones((2, 4))).shape == (0, 2)


def suppressed(candidates, confidences, threshold):
    """Non-maximum suppression as its definition: is a better kept box in the way?"""
    overlap, kept = boxes.box_iou(candidates, candidates), []
    for n in sorted(range(len(confidences)), key=lambda n: -confidences[n]):
        if all(overlap[n, k] <= threshold for k in kept):
            kept.append(n)
    return kept


@pytest.mark.parametrize("threshold", [0.0, 0.3, 0.6, 1.0])
def test_suppression_keeps_what_no_better_kept_box_overlaps(threshold):
    rng = np.random.default_rng(1)
    for _ in range(20):
        candidates, confidences = random_boxes(15, rng, 12), rng.random(15)
        found = boxes.non_maximum_suppression(candidates, confidences, threshold)
        assert found == suppressed(candidates, confidences, threshold)
    assert boxes.non_maximum_suppression(np.zeros((0, 4)), []) == []


def test_a_removed_box_removes_none():
    row = np.array([[0, left, 10, left + 10] for left in (0, 4, 8)], float)
    assert boxes.non_maximum_suppression(row, [0.9, 0.8, 0.7], 0.3) == [0, 2]


def test_average_precision_by_hand():
    objects = [np.array([[0, 0, 10, 10], [20, 20, 30, 30]]), np.array([[0, 0, 10, 10]])]
    good, far = [0, 0, 10, 10], [30, 0, 40, 10]
    found = [
        (np.array([good, good, far]), np.array([0.9, 0.8, 0.7])),
        (np.array([good, far]), np.array([0.6, 0.2])),
    ]
    # Hit (1 of 1), the same again, miss, hit (2 of 4), miss; one is never found.
    confidences, hit = boxes.hits(found, objects)
    assert hit.tolist() == [True, False, False, True, False]
    assert confidences.tolist() == [0.9, 0.8, 0.7, 0.6, 0.2]
    assert boxes.average_precision(found, objects) == pytest.approx((1 + 2 / 4) / 3)
    # A higher precision at a higher recall counts for the lower one as well.
    found[0][1][:] = [0.5, 0.3, 0.9]
    assert boxes.average_precision(found, objects) == pytest.approx((2 / 3 + 2 / 3) / 3)


def test_average_precision_without_objects_or_answers():
    nothing = (np.zeros((0, 4)), np.zeros(0))
    some = np.array([[0.0, 0, 5, 5]])
    assert boxes.average_precision([nothing], [some]) == 0
    assert np.isnan(boxes.average_precision([(some, np.ones(1))], [np.zeros((0, 4))]))


# The detector


def test_boxes_come_back_from_what_cells_should_say():
    scene = shapes.sample(40, seed=5)
    stride, size = 8, (8, 8)
    targets = cell_targets(scene["boxes"], scene["labels"], size, stride)
    logits = 50.0 * np.eye(4)[targets[..., 0].astype(int)]
    cells = np.concatenate([logits, targets[..., 1:]], axis=-1)
    for n, cell in enumerate(cells):
        there = scene["labels"][n] >= 0
        found, kinds, confidences = boxes.read_boxes(cell, stride)
        order = np.argmax(boxes.box_iou(found, scene["boxes"][n][there]), axis=1)
        assert sorted(order) == list(range(there.sum()))
        np.testing.assert_allclose(found, scene["boxes"][n][there][order], atol=1e-3)
        assert (kinds == scene["labels"][n][there][order]).all()
        assert confidences.min() > 0.99
        every, _, _ = boxes.read_boxes(cell, stride, threshold=None)
        assert len(every) == (targets[n, ..., 0] > 0).sum() > len(found)


def test_cells_outside_of_boxes_say_nothing():
    targets = cell_targets(np.array([[[8.0, 0, 24, 16]]]), np.array([[2]]), (4, 4), 8)
    expected = np.zeros((4, 4), int)
    expected[1:3, :2] = 3
    np.testing.assert_array_equal(targets[0, ..., 0], expected)
    np.testing.assert_array_equal(targets[0, 1, 0, 1:], [0.5, 0.5, 1.5, 1.5])
    assert not targets[0, targets[0, ..., 0] == 0].any()
    assert not cell_targets(np.ones((1, 1, 4)), np.array([[-1]]), (4, 4), 8).any()


def test_the_loss_of_a_detector_by_hand():
    truth = np.zeros((1, 1, 2, 5), "float32")
    truth[0, 0, 1] = [2, 1, 2, 3, 4]
    guess = np.zeros((1, 1, 2, 7), "float32")
    guess[0, 0, :, 3:] = 9  # a box where there is none costs nothing
    found = keras.ops.convert_to_numpy(DetectionLoss(reduction=None)(truth, guess))
    expected = [np.log(3), np.log(3) + 8 + 7 + 6 + 5]
    np.testing.assert_allclose(found[0, 0], expected, rtol=1e-5)


def test_detector_gives_cells_and_refuses_other_sizes(tmp_path):
    model = Detector((4, 8), input_shape=(16, 24, 3), classes=2)
    x = np.random.default_rng(0).random((2, 16, 24, 3), "float32")
    assert model(x).shape == (2, 4, 6, 7)
    model.compile("adam", DetectionLoss())
    model.save(tmp_path / "detector.keras")
    loaded = keras.saving.load_model(tmp_path / "detector.keras")
    np.testing.assert_array_equal(model(x), loaded(x))
    with pytest.raises(ValueError, match="must be a multiple of 4"):
        Detector((4, 8), input_shape=(16, 22, 3))
    with pytest.raises(ValueError, match="give at least one width"):
        Detector(())


# Masks


def test_overlap_of_masks_by_hand():
    true = np.array([[[0, 0, 1], [0, 1, 1]]])
    found = np.array([[[0, 1, 1], [0, 1, 2]]])
    np.testing.assert_allclose(masks.mask_iou(true, found, 4)[:3], [2 / 3, 2 / 4, 0])
    assert np.isnan(masks.mask_iou(true, found, 4)[3])


@pytest.mark.parametrize("distance", [1, 2, 4])
def test_boundary_of_a_square_is_a_frame(distance):
    region = np.zeros((1, 20, 20), bool)
    region[0, 4:16, 3:17] = True
    frame = region.copy()
    frame[0, 4 + distance : 16 - distance, 3 + distance : 17 - distance] = False
    np.testing.assert_array_equal(masks.inner_boundary(region, distance), frame)
    whole = masks.inner_boundary(np.ones((1, 20, 20), bool), distance)
    assert (~whole).sum() == (20 - 2 * distance) ** 2  # the image ends there


def test_a_square_moved_by_a_pixel_costs_more_at_its_boundary():
    true, found = np.zeros((2, 1, 32, 32), int)
    true[0, 6:26, 6:26] = found[0, 6:26, 7:27] = 1
    assert masks.mask_iou(true, found, 2)[1] == pytest.approx(380 / 420)
    ring = 20 * 20 - 16 * 16
    # What both rings of width 2 have in common: two sides whole but for a pixel, and
    # of the other two a column each.
    common = 2 * 2 * 19 + 2 * 16
    expected = common / (2 * ring - common)
    assert masks.boundary_iou(true, found, 2)[1] == pytest.approx(expected)
    assert masks.boundary_iou(true, true, 2).tolist() == [1, 1]


# Key points


@pytest.mark.parametrize("stride", [1, 4])
def test_peaks_are_where_the_heat_maps_were_drawn(stride):
    rng = np.random.default_rng(2)
    points = rng.uniform(2, 12, (50, 3, 2)) * stride
    maps = keypoints.heat_maps(points, (14, 16), stride)
    assert maps.shape == (50, 14, 16, 3)
    assert 0.75 < maps.max(axis=(1, 2)).min() <= maps.max() <= 1
    coarse, fine = (keypoints.peaks(maps, stride, refine) for refine in (False, True))
    assert np.abs(coarse - points).max() <= stride / 2
    assert np.abs(fine - points).max() <= stride / 4
    expected = np.sqrt(((fine - points) ** 2).sum(axis=-1))
    np.testing.assert_allclose(keypoints.distances(points, fine), expected)


def test_a_heat_map_is_a_gaussian_in_cells():
    maps = keypoints.heat_maps(np.array([[[10.0, 18.0]]]), (6, 8), stride=4, sigma=1.5)
    y, x = np.indices((6, 8))
    expected = np.exp(-((y - 2) ** 2 + (x - 4) ** 2) / (2 * 1.5**2))
    np.testing.assert_allclose(maps[0, ..., 0], expected, rtol=1e-5)


# One object in each picture


@pytest.mark.usefixtures("data_folder")
def test_crops_hold_one_object_each_and_all_of_it():
    scene = datasets.feature_arrays("shapes", "test[:60]")
    crops = datasets.object_crops(scene)
    assert len(crops["image"]) == (scene["labels"] >= 0).sum()
    for mask, label in zip(crops["mask"], crops["label"], strict=True):
        assert set(np.unique(mask)) == {0, 1 + label}
    assert (crops["mask"] > 0).sum() == (scene["mask"] > 0).sum()
    first = crops["mask"][0] > 0
    middle = crops["keypoints"][0].mean(axis=0)
    assert first[tuple(middle.astype(int))]
    images, masks_ = datasets.mask_arrays("shapes", "test[:60]")
    np.testing.assert_array_equal(images, crops["image"])
    np.testing.assert_array_equal(masks_, crops["mask"])
    inside = images[masks_ > 0]
    assert np.ptp(inside, axis=-1).min() > 0.3  # bright colours, on grey


def test_masks_are_cut_and_resized_as_their_photographs_are():
    tf = pytest.importorskip("tensorflow")
    from dlcourse.datasets.masks import image_and_mask

    mask = np.full((40, 60, 1), 2, "uint8")
    mask[10:30, 20:40] = 1
    image = np.repeat(np.where(mask == 1, 255, 0).astype("uint8"), 3, axis=-1)
    example = {"image": tf.constant(image), "segmentation_mask": tf.constant(mask)}
    found, small = image_and_mask((example,), (20, 20))
    expected = np.full((20, 20), 2)
    expected[5:15, 5:15] = 1
    np.testing.assert_array_equal(small, expected)
    np.testing.assert_array_equal(np.asarray(found)[..., 0] > 127, expected == 1)


def test_masks_of_other_sets_are_refused():
    with pytest.raises(ValueError, match="masks are read of shapes, oxford_iiit_pet"):
        datasets.mask_arrays("mnist")
