"""Pictures with a class for every pixel, and one object in each."""

import numpy as np

from dlcourse.datasets.made_up import rehearsing
from dlcourse.datasets.resize import pair
from dlcourse.datasets.shapes import CELL
from dlcourse.datasets.structured import feature_arrays

MASKED = {  # sets of TensorFlow Datasets, and what the values of their masks mean here
    "oxford_iiit_pet": {1: 1, 2: 0, 3: 2}  # pet; ground; border, "not classified"
}


def mask_arrays(name, split="train", image_size=128):
    """Images float32 (n, h, w, 3) in [0, 1], masks int32 (n, h, w) with 0 for ground.

    name: "shapes", whose objects then have a picture of 32 x 32 pixels each, or a name
    in `MASKED`. image_size: of photographs, cut to that aspect ratio in the middle. The
    order is fixed. ValueError for another name or split.
    """
    if name == "shapes":
        crops = object_crops(feature_arrays(name, split))
        return crops["image"], crops["mask"]
    if name not in MASKED:
        known = ", ".join(("shapes", *MASKED))
        raise ValueError(f"name={name!r}: masks are read of {known}.")
    from dlcourse.datasets.tfds_sets import prepared

    examples = prepared(name).as_dataset(split=split, shuffle_files=False)
    pairs = examples.map(lambda *example: image_and_mask(example, pair(image_size)))
    images, masks = zip(*pairs.as_numpy_iterator(), strict=True)
    meaning = np.zeros(256, "int32")
    meaning[list(MASKED[name])] = list(MASKED[name].values())
    return np.stack(images).astype("float32") / np.float32(255), meaning[
        np.stack(masks)
    ]


def image_and_mask(example, size):
    """Image uint8 (h, w, 3) and mask uint8 (h, w) of one example, both of that size."""
    import tensorflow as tf

    from dlcourse.datasets.pipeline import resize_tensor

    if rehearsing():  # pairs of a picture and its label, without masks
        image = resize_tensor(example[0], size)
        return image, image[..., 0] % 3 + 1
    image, mask = example[0]["image"], example[0]["segmentation_mask"]
    whole = tf.shape(image)[:2]
    part = tf.reduce_min(whole / tf.constant(size)) * tf.constant(size, tf.float64)
    mask = tf.image.resize_with_crop_or_pad(mask, *tf.unstack(tf.cast(part, tf.int32)))
    mask = tf.image.resize(mask, size, method="nearest")[..., 0]
    return resize_tensor(image, size), tf.cast(mask, tf.uint8)


def object_crops(scenes):
    """The quarter of each image that an object of "shapes" lies in, 32 x 32 pixels.

    scenes: feature -> array, of ``feature_arrays("shapes")``. Returns such a dictionary
    with one row for each object: "image" float32 (n, 32, 32, 3) in [0, 1], "mask" int32
    (n, 32, 32), "label" (n,), "keypoints" (n, 4, 2) as (y, x) in pixels of the crop.
    """
    n, slot = np.nonzero(scenes["labels"] >= 0)
    box = scenes["boxes"][n, slot]
    middle = (box[:, :2] + box[:, 2:]) / 2
    corner = (middle // CELL).astype(int) * CELL
    rows, columns = (corner[:, axis, None] + np.arange(CELL) for axis in (0, 1))
    place = n[:, None, None], rows[:, :, None], columns[:, None]
    return {
        "image": scenes["image"][place].astype("float32") / np.float32(255),
        "mask": scenes["mask"][place].astype("int32"),
        "label": scenes["labels"][n, slot],
        "keypoints": scenes["keypoints"][n, slot] - corner[:, None],
    }
