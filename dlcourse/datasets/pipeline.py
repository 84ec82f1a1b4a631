"""Images and labels of any set, as arrays or in batches."""

import numpy as np

from dlcourse.datasets.embedded import EMBEDDED, embedded
from dlcourse.datasets.resize import pair, resize
from dlcourse.datasets.split import parse

MEMORY = 2 << 30  # bytes of images that may be cached, or wait to be shuffled


def arrays(name, split="train", image_size=None):
    """Images (n, height, width, channels) float32 in [0, 1] and labels (n,) int32.

    name: an embedded set, or any set of TensorFlow Datasets that fits into memory.
    split: "train", "test", or a part of one as in "train[:80%]". image_size: one
    number of pixels, or (height, width), cut to that aspect ratio in the middle. The
    order is fixed. An embedded set needs no network and no TensorFlow; its classes come
    mixed.
    """
    if name not in EMBEDDED:
        batches = load(name, split, image_size, batch_size=1000, shuffle=False)
        images, labels = zip(*batches.as_numpy_iterator(), strict=True)
        return np.concatenate(images), np.concatenate(labels)
    part, where = parse(split, EMBEDDED[name].INFO.sizes)
    images, labels = embedded(name)[part]
    images = images[where].astype("float32") / np.float32(255)
    return (resize(images, image_size) if image_size else images), labels[where]


def load(
    name,
    split="train",
    image_size=None,
    batch_size=32,
    augment=None,
    shuffle=None,
    seed=0,
):
    """tf.data pipeline over what `arrays` gives: batches of (images, labels).

    shuffle: None shuffles the training split alone, anew each epoch, the same way for
    the same seed. augment: a Keras layer, or a function from images to images, applied
    to batches; ValueError for a split that is not for training.
    """
    training = split.startswith("train")
    if augment is not None and not training:
        raise ValueError(
            f"split={split!r} is not for training: its images stay as they are, so "
            "leave augment out."
        )
    shuffle = training if shuffle is None else shuffle
    examples, waiting = read(name, split, image_size, shuffle, seed)
    return batches(examples, batch_size, augment, waiting if shuffle else 0, seed)


def read(name, split, image_size=None, shuffle=False, seed=0):
    """Single (image, label) of a set, and among how many they can be shuffled.

    shuffle: also read the files of a TFDS set in another order at each iteration.
    """
    import tensorflow as tf

    if name in EMBEDDED:
        x, y = arrays(name, split, image_size)
        return tf.data.Dataset.from_tensor_slices((x, y)), len(x)
    examples, image_bytes = catalogue(name, split, image_size, shuffle, seed)
    fits = len(examples) * image_bytes <= MEMORY
    waiting = len(examples) if fits else MEMORY // image_bytes
    return (examples.cache() if fits else examples), waiting


def from_arrays(x, y, batch_size=32, augment=None, shuffle=False, seed=0):
    """tf.data pipeline over arrays of one's own; arguments as those of `load`."""
    import tensorflow as tf

    examples = tf.data.Dataset.from_tensor_slices((x, y))
    return batches(examples, batch_size, augment, len(x) if shuffle else 0, seed)


def batches(examples, batch_size, augment, waiting, seed):
    """Shuffle among so many waiting (0: keep the order), batch, scale, augment."""
    import keras
    import tensorflow as tf

    if waiting:
        examples = examples.shuffle(waiting, seed, reshuffle_each_iteration=True)
    dataset = examples.batch(batch_size).map(to_float, tf.data.AUTOTUNE)
    if augment is not None:
        # One batch after the other: in parallel, which batch gets which random numbers
        # would differ from run to run.
        options = {"training": True} if isinstance(augment, keras.Layer) else {}
        dataset = dataset.map(lambda x, y: (augment(x, **options), y))
    return dataset.prefetch(tf.data.AUTOTUNE)


def to_float(images, labels):
    """Images uint8 -> float32 in [0, 1] (float32 stays), labels int32."""
    import tensorflow as tf

    if images.dtype == tf.uint8:
        images = tf.cast(images, tf.float32) / 255.0
    return images, tf.cast(labels, tf.int32)


def catalogue(name, split, image_size, shuffle, seed):
    """Examples (image uint8, label) of a TFDS set, and the bytes of one image."""
    import tensorflow as tf
    import tensorflow_datasets as tfds

    from dlcourse.datasets.tfds_sets import prepared

    examples = prepared(name).as_dataset(
        split=split,
        as_supervised=True,
        shuffle_files=shuffle,
        read_config=tfds.ReadConfig(
            shuffle_seed=seed,
            enable_ordering_guard=False,  # shuffle sorted sets as well
            try_autocache=False,
        ),
    )
    if image_size:
        size = pair(image_size)
        examples = examples.map(lambda x, y: (fit(x, size), y), tf.data.AUTOTUNE)
    shape = examples.element_spec[0].shape
    if not shape.is_fully_defined():
        raise ValueError(f"{name} has images of many sizes: give image_size.")
    return examples, shape.num_elements()


def fit(image, size):
    """As `resize`, for one image uint8 whose size is only known when it is read."""
    import tensorflow as tf

    height, width = size
    whole = tf.shape(image)[:2]
    scale = tf.reduce_min(whole / tf.constant(size))
    part = tf.cast(tf.round(scale * tf.constant(size, scale.dtype)), tf.int32)
    top, left = tf.unstack((whole - part) // 2)
    image = image[top : top + part[0], left : left + part[1]]
    image = tf.image.resize(image, size, antialias=True)
    return tf.ensure_shape(tf.cast(tf.round(image), tf.uint8), (height, width, None))
