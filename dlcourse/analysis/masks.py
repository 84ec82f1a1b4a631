"""Masks, a class for every pixel: how well two agree, inside and at the outline.

Jonathan Long, Evan Shelhamer, Trevor Darrell: Fully Convolutional Networks for Semantic
Segmentation. CVPR 2015, arXiv:1411.4038. (Mean IU, section 5.)
Bowen Cheng, Ross Girshick, Piotr Dollár, Alexander Berg, Alexander Kirillov: Boundary
IoU: Improving Object-Centric Image Segmentation Evaluation. CVPR 2021,
arXiv:2103.16562.
"""

import numpy as np


def mask_iou(true, found, classes):
    """Intersection over union of each class, over all pixels of all images: (classes,).

    true, found: whole numbers (n, height, width). nan for a class that is in neither.
    """
    return np.array([iou(true == c, found == c) for c in range(classes)])


def boundary_iou(true, found, classes, distance=2):
    """IoU of what lies in a class and near its outline (section 4): (classes,).

    Only pixels of the class that are at most ``distance`` from one that is not of it
    count, in the true masks and in those found. What is outside of the image is of no
    class. Differs: distances are along rows, columns and diagonals; the paper counts
    each object by itself.
    """
    return np.array(
        [
            iou(
                inner_boundary(true == c, distance),
                inner_boundary(found == c, distance),
            )
            for c in range(classes)
        ]
    )


def iou(first, second):
    """Pixels in both over pixels in one or both; nan where there are none."""
    union = np.sum(first | second)
    return np.sum(first & second) / union if union else float("nan")


def inner_boundary(region, distance=2):
    """Pixels of a region at most ``distance`` from its outside: bool (n, h, w).

    A square of 2 * distance + 1 pixels around them holds a pixel of the outside.
    """
    side, around = (
        2 * distance + 1,
        ((0, 0), (distance, distance), (distance, distance)),
    )
    outside = np.pad(~region, around, constant_values=True)
    windows = np.lib.stride_tricks.sliding_window_view(outside, (side, side), (1, 2))
    return region & windows.any(axis=(-1, -2))
