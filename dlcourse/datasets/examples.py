"""Sources of single pictures and labels, as `Epochs` reads them."""

import hashlib
from functools import cached_property

import numpy as np

from dlcourse.datasets.picture import Decoded


class Arrays:
    """Pictures (n, height, width, channels) and labels (n, …) in memory.

    ``labels`` and ``channels`` are attributes of all sources, as are ``len`` and
    ``fingerprint``, a hash of all that is in them. ValueError where images and labels
    differ in number.
    """

    def __init__(self, images, labels):
        if len(images) != len(labels):
            raise ValueError(
                f"{len(images)} images need as many labels, not {len(labels)}."
            )
        self.images, self.labels = np.asarray(images), np.asarray(labels)
        self.channels = self.images.shape[-1]

    def __len__(self):
        return len(self.images)

    @cached_property
    def fingerprint(self):
        """Of shapes, dtypes and bytes."""
        digest = hashlib.sha256()
        for part in (self.images, self.labels):
            digest.update(f"{part.dtype} {part.shape} ".encode())
            digest.update(np.ascontiguousarray(part).data)
        return digest.hexdigest()

    @cached_property
    def tensors(self):
        """Images and labels as tensors, in the memory of the host."""
        import tensorflow as tf

        with tf.device("CPU:0"):
            return tf.convert_to_tensor(self.images), tf.convert_to_tensor(self.labels)

    def ordered(self):
        """Positions of the pictures, one after the other, as a ``tf.data.Dataset``."""
        import tensorflow as tf

        return tf.data.Dataset.range(len(self))

    def shuffled(self, seed):
        """The same in an order that follows from the seed, which may be a tensor."""
        return self.ordered().shuffle(len(self), seed, reshuffle_each_iteration=False)

    def picture(self, position):
        """The picture there, and its label."""
        images, labels = self.tensors
        return Decoded(images[position]), labels[position]


def as_examples(examples):
    """A source of examples; a pair of arrays becomes one."""
    return Arrays(*examples) if isinstance(examples, tuple | list) else examples
