"""Data made up for a rehearsal: a set's true shapes, classes and counts, and noise.

Where the environment variable DLCOURSE_REHEARSE is set, every set of TensorFlow
Datasets is one of these: nothing is downloaded, and nothing is read.
"""

import math
import os

import numpy as np

COUNTS = {  # set: its splits, as its source and TensorFlow Datasets state them
    "cifar10": {"train": 50_000, "test": 10_000},
    "cifar100": {"train": 50_000, "test": 10_000},
    "fashion_mnist": {"train": 60_000, "test": 10_000},
    "imagenet2012": {"train": 1_281_167, "validation": 50_000},
    "imagenette": {"train": 9_469, "validation": 3_925},
    "mnist": {"train": 60_000, "test": 10_000},
    "oxford_iiit_pet": {"train": 3_680, "test": 3_669},
    "svhn_cropped": {"train": 73_257, "test": 26_032},
}
PHOTO = (375, 500)  # pixels, of an image whose size differs from one to the next
BITS = 8  # of a pixel


def rehearsing():
    """Whether data are made up."""
    return "DLCOURSE_REHEARSE" in os.environ


def make_up(builder):
    """Let a TFDS builder give noise instead of the data that it would download.

    ValueError for a set whose counts are not in `COUNTS`.
    """
    import tensorflow_datasets as tfds

    if builder.name not in COUNTS:
        raise ValueError(
            f"A rehearsal cannot make up {builder.name}: its counts are not in "
            f"{__name__}.COUNTS, which has {', '.join(COUNTS)}."
        )
    splits = [
        tfds.core.SplitInfo(name=name, shard_lengths=[count], num_bytes=0)
        for name, count in COUNTS[builder.name].items()
    ]
    builder.info.set_splits(tfds.core.splits.SplitDict(splits))
    builder.is_prepared = lambda: True
    builder.as_dataset = lambda *arguments, **options: noise(
        builder.info, *arguments, **options
    )


def noise(info, split, decoders=None, **options):
    """tf.data pipeline of (image, label), each a function of its place in the set.

    Args:
        info: the set's ``tfds.core.DatasetInfo``.
        split: such as "train[:80%]".
        decoders: as for TFDS; with one that skips decoding, an image is a JPEG file.
        options: other ones, for files that a rehearsal does not read.
    """
    first, last = limits(info, split)
    labels = np.arange(first, last) % info.features["label"].num_classes
    height, width, channels = info.features["image"].shape
    if height and not decoders:
        return same_size(labels, (height, width, channels))
    return photos(labels, (height or PHOTO[0], width or PHOTO[1], channels), decoders)


def same_size(labels, shape):
    """Noise that lies in memory, as a set of small images does."""
    import tensorflow as tf

    images = np.random.default_rng(0).bytes(len(labels) * math.prod(shape))
    images = np.frombuffer(images, "uint8").reshape(len(labels), *shape)
    with tf.device("CPU:0"):
        return tf.data.Dataset.from_tensor_slices((images, labels))


def photos(labels, shape, encoded):
    """The same noise for all, shifted by another number of pixels, made when needed."""
    import tensorflow as tf

    random = tf.random.stateless_uniform(shape, (0, 0), 0, 1 << BITS, tf.int32)
    random = tf.cast(random, tf.uint8)

    def example(number, label):
        image = tf.ensure_shape(tf.roll(random, number % shape[0], 0), shape)
        return tf.io.encode_jpeg(image) if encoded else image, label

    return tf.data.Dataset.from_tensor_slices(labels).enumerate().map(example)


def limits(info, split):
    """First and one past the last number of a split's examples in its set."""
    import tensorflow_datasets as tfds

    (part,) = tfds.core.ReadInstruction.from_spec(split).to_absolute(info.splits)
    count = info.splits[part.splitname].num_examples
    return part.from_ or 0, count if part.to is None else part.to
