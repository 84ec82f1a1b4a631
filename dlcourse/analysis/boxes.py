"""Boxes around objects: how well two agree, and which of many answers to keep.

A box is (top, left, bottom, right) in pixels; pixel i reaches from i to i + 1.

Mark Everingham et al.: The PASCAL Visual Object Classes (VOC) Challenge. International
Journal of Computer Vision 88, 2010. (Overlap, average precision.)
Navneet Dalal, Bill Triggs: Histograms of Oriented Gradients for Human Detection. CVPR
2005. (Many answers for one person, and the need to choose.)
"""

import numpy as np


def area(boxes):
    """Area in square pixels: (..., 4) -> (...); 0 where a side is not positive."""
    height, width = np.moveaxis(boxes[..., 2:] - boxes[..., :2], -1, 0)
    return np.maximum(height, 0) * np.maximum(width, 0)


def box_iou(first, second):
    """Intersection over union of each box with each other: (n, 4), (m, 4) -> (n, m)."""
    first, second = (np.asarray(b, "float64") for b in (first, second))
    low = np.maximum(first[:, None, :2], second[None, :, :2])
    high = np.minimum(first[:, None, 2:], second[None, :, 2:])
    common = area(np.concatenate([low, high], axis=-1))
    union = area(first)[:, None] + area(second)[None] - common
    return np.divide(common, union, out=np.zeros_like(common), where=union > 0)


def non_maximum_suppression(boxes, confidences, threshold=0.5):
    """Positions of the boxes to keep, the highest confidence first.

    The box with the highest confidence is kept, those that overlap it by more than
    ``threshold`` (IoU) are removed, and so on with what is left. ``boxes`` (n, 4) are
    of one class, ``confidences`` (n,).
    """
    left = np.argsort(-np.asarray(confidences), kind="stable")
    kept = []
    while len(left):
        best, left = left[0], left[1:]
        kept.append(int(best))
        overlap = box_iou(boxes[best][None], boxes[left])[0]
        left = left[overlap <= threshold]
    return kept


def read_boxes(cells, stride, least=0.5, threshold=0.5):
    """The objects in one image: boxes (n, 4) in pixels, classes (n,), confidences (n,).

    Args:
        cells: (height, width, 1 + classes + 4), of `models.Detector`.
        stride: pixels from one cell to the next.
        least: probability of a class from which on a cell's box counts.
        threshold: of `non_maximum_suppression` in each class; None keeps all.
    """
    logits, sides = cells[..., :-4], cells[..., -4:]
    odds = np.exp(logits - logits.max(axis=-1, keepdims=True))
    probability = (odds / odds.sum(axis=-1, keepdims=True))[..., 1:]
    y, x = stride * (np.indices(cells.shape[:2]) + 0.5)
    towards = np.array([-1, -1, 1, 1]) * stride * sides
    boxes = np.stack([y, x, y, x], axis=-1) + towards
    kind, confidence = probability.argmax(axis=-1), probability.max(axis=-1)
    chosen = confidence >= least
    boxes, kind, confidence = boxes[chosen], kind[chosen], confidence[chosen]
    if threshold is None:
        return boxes, kind, confidence
    kept = []
    for c in np.unique(kind):
        own = np.flatnonzero(kind == c)
        kept.extend(
            own[non_maximum_suppression(boxes[own], confidence[own], threshold)]
        )
    return boxes[kept], kind[kept], confidence[kept]


def hits(found, true, threshold=0.5):
    """Scores of all boxes found, and which of them hit an object: (n,), (n,) bool.

    Args:
        found: for each image, boxes (n, 4) and confidences (n,).
        true: for each image, the objects' boxes (m, 4).
        threshold: least IoU of a hit. Of several boxes that overlap an object most,
            the one with the highest confidence hits, and the others miss: an object
            counts once.
    """
    confidences, hit = [], []
    for (boxes, confidence), objects in zip(found, true, strict=True):
        overlap, free = box_iou(boxes, objects), np.ones(len(objects), bool)
        for n in np.argsort(-np.asarray(confidence), kind="stable"):
            best = np.argmax(overlap[n]) if len(objects) else None
            good = best is not None and overlap[n, best] >= threshold and free[best]
            if good:
                free[best] = False
            confidences.append(confidence[n])
            hit.append(bool(good))
    return np.array(confidences), np.array(hit, bool)


def average_precision(found, true, threshold=0.5):
    """Area under precision over recall, from 0 to 1, of one class; see `hits`.

    As in VOC since 2010: the precision at a recall is the highest at this recall or a
    higher one. nan where there is no object.
    """
    count = sum(len(objects) for objects in true)
    confidences, hit = hits(found, true, threshold)
    if not count:
        return float("nan")
    hit = hit[np.argsort(-confidences, kind="stable")]
    precision = np.cumsum(hit) / np.arange(1, len(hit) + 1)
    highest = np.maximum.accumulate(precision[::-1])[::-1]
    return float(np.sum(highest[hit]) / count)  # recall grows by 1 / count at each hit
