"""Every data set by its name: what it is, its arrays."""

import numpy as np

from dlcourse.datasets.embedded import EMBEDDED, embedded
from dlcourse.datasets.resize import resize
from dlcourse.datasets.split import parse


def arrays(name, split="train", image_size=None):
    """Images (n, height, width, channels) float32 in [0, 1] and labels (n,) int32.

    split: "train", "test", or a part of one as in "train[:80%]"; image_size: one number
    of pixels, or (height, width). The order of the examples is fixed, classes mixed.
    """
    part, where = parse(split, EMBEDDED[name].INFO.sizes)
    images, labels = embedded(name)[part]
    images = images[where].astype("float32") / np.float32(255)
    return (resize(images, image_size) if image_size else images), labels[where]
