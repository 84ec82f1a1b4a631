"""A one-stage detector: every cell of the last feature map answers for its pixels.

Zhi Tian, Chunhua Shen, Hao Chen, Tong He: FCOS: Fully Convolutional One-Stage Object
Detection. ICCV 2019, arXiv:1904.01355.
"""

import keras
import numpy as np
from keras import layers, ops

from dlcourse.blocks.conv import MOMENTUM, conv_bn
from dlcourse.models.arguments import (
    check_counts,
    check_lists,
    check_sizes,
    functional,
    image_input,
)


def Detector(
    widths=(16, 32, 64),
    input_shape=(64, 64, 3),
    classes=3,
    momentum=MOMENTUM,
    name="Detector",
):
    """The smallest detector of FCOS's kind: convolutions, and a head of 1x1.

    Layers: "conv1" to the number of widths, each of which halves height and width,
    "conv_last", and the head "cells". A cell gives the logits of no object and of each
    class, and the distances from its middle to the top, left, bottom and right of the
    box, in cells.

    Differs: FCOS has a ResNet trunk, maps of five resolutions for objects of different
    sizes, a head of four convolutions, focal loss, and "centre-ness", which lowers the
    confidence of cells at the border of a box.

    Args:
        widths: filters of the convolutions.
        input_shape: (height, width, channels), multiples of 2 ** (number of widths).
        classes: number of classes, without "no object".
        momentum: of batch norm's running statistics.
        name: of the model.

    Returns:
        A ``keras.Model``: images (n, height, width, channels) -> cells (n, height / s,
        width / s, 1 + classes + 4), s = 2 ** (number of widths). `DetectionLoss` trains
        it on what `cell_targets` makes of boxes, `analysis.boxes.read_boxes` reads it.

    Raises:
        ValueError: for a shape or number that is not possible.
    """
    check_counts(classes=classes)
    check_lists(widths=widths)
    if not widths:
        raise ValueError("widths=(): give at least one width.")
    stride = 2 ** len(widths)
    x = inputs = image_input(input_shape, at_least=stride)
    check_sizes(input_shape, stride)
    for number, width in enumerate(widths, 1):
        x = conv_bn(x, width, 3, 2, momentum=momentum, name=f"conv{number}")
    x = conv_bn(x, widths[-1], 3, momentum=momentum, name="conv_last")
    head = layers.Conv2D(1 + classes + 4, 1, dtype="float32", name="cells")
    return functional(inputs, head(x), name)


def cell_targets(boxes, labels, size, stride):
    """What each cell should say: class and distances, (n, height, width, 5) float32.

    Args:
        boxes: (n, objects, 4) as (top, left, bottom, right) in pixels.
        labels: (n, objects): classes from 0 on, -1 where there is no object.
        size: (height, width) in cells.
        stride: pixels from one cell to the next.

    A cell whose middle lies in a box has its class, counted from 1, and the four
    distances in cells; the others have zeros. Boxes do not overlap.
    """
    middle = [stride * (np.arange(length) + 0.5) for length in size]
    y, x = np.meshgrid(*middle, indexing="ij")
    top, left, bottom, right = np.moveaxis(boxes[:, :, None, None], -1, 0)
    sides = np.stack([y - top, x - left, bottom - y, right - x], axis=-1) / stride
    inside = (sides.min(axis=-1) > 0) & (labels[..., None, None] >= 0)
    kind = np.where(inside, 1 + labels[..., None, None], 0)
    sides = np.where(inside[..., None], sides, 0)
    cells = np.concatenate([kind[..., None], sides], axis=-1)
    return cells.sum(axis=1).astype("float32")  # at most one object has the cell


@keras.saving.register_keras_serializable("dlcourse")
class DetectionLoss(keras.losses.Loss):
    """Cross-entropy of the classes, and the error of the boxes where there are any.

    ``y_true`` is what `cell_targets` gives, ``y_pred`` what `Detector` gives. Of the
    cells in an object, and of these alone, the absolute errors of the four distances
    are added up. Differs: FCOS takes the negative logarithm of the IoU.
    """

    def call(self, y_true, y_pred):
        """The loss of each cell: (n, height, width)."""
        kind, sides = y_true[..., 0], y_true[..., 1:]
        logits, found = y_pred[..., :-4], y_pred[..., -4:]
        named = keras.losses.sparse_categorical_crossentropy(
            ops.cast(kind, "int32"), logits, from_logits=True
        )
        placed = ops.sum(ops.abs(found - sides), axis=-1)
        return named + ops.where(kind > 0, placed, 0.0)
