"""Images and labels of any set, as arrays or in batches."""

import numpy as np

from dlcourse.datasets.embedded import EMBEDDED, embedded
from dlcourse.datasets.prefetch import prefetched
from dlcourse.datasets.resize import need_range, pair, resize
from dlcourse.datasets.split import parse_split

MEMORY = 2 << 30  # bytes of images that may be cached, or be in a shuffle buffer


def arrays(name, split="train", image_size=None):
    """Images (n, height, width, channels) float32 in [0, 1] and labels (n,) int32.

    name: an embedded set, or any set of TensorFlow Datasets that fits into memory.
    split: "train", "test", or a part of one as in "train[:80%]". image_size: one
    number of pixels, or (height, width), cut to that aspect ratio in the middle. The
    order is fixed. An embedded set needs no network and no TensorFlow; its classes come
    mixed.
    """
    if name not in EMBEDDED:
        batches = load(name, split, image_size, batch_size=100, shuffle=False)
        # Copies: the memory of its own tensors TensorFlow keeps for the next ones.
        copies = ((x.copy(), y.copy()) for x, y in batches.as_numpy_iterator())
        images, labels = zip(*copies, strict=True)
        return np.concatenate(images), np.concatenate(labels)
    part, where = parse_split(split, EMBEDDED[name].INFO.sizes)
    images, labels = embedded(name)[part]
    images = images[where].astype("float32") / np.float32(255)
    return (images if image_size is None else resize(images, image_size)), labels[where]


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
    if name in EMBEDDED:
        examples = arrays(name, split, image_size)
        shuffle_buffer = len(examples[0])
    else:
        examples, image_bytes = tfds_examples(name, split, image_size, shuffle, seed)
        fits = len(examples) * image_bytes <= MEMORY
        shuffle_buffer = len(examples) if fits else MEMORY // image_bytes
        examples = examples.cache() if fits else examples
    return batches(examples, batch_size, augment, shuffle * shuffle_buffer, seed)


def from_arrays(x, y, batch_size=32, augment=None, shuffle=False, seed=0):
    """tf.data pipeline over arrays of one's own; arguments as those of `load`."""
    return batches((x, y), batch_size, augment, len(x) if shuffle else 0, seed)


def batches(examples, batch_size, augment, shuffle_buffer, seed):
    """Shuffle (buffer 0: keep the order), batch, scale, augment, prefetch."""
    import keras
    import tensorflow as tf

    if batch_size < 1:
        raise ValueError(f"batch_size={batch_size}: a batch needs an image.")
    dataset, fetch = by_index(examples)
    if shuffle_buffer:
        dataset = dataset.shuffle(shuffle_buffer, seed, reshuffle_each_iteration=True)
    dataset = dataset.batch(batch_size).map(fetch, tf.data.AUTOTUNE)
    if augment is not None:
        # One batch after the other: in parallel, which batch gets which random numbers
        # would differ from run to run.
        options = {"training": True} if isinstance(augment, keras.Layer) else {}
        dataset = dataset.map(lambda x, y: (augment(x, **options), y))
    return prefetched(dataset)


def by_index(examples):
    """tf.data pipeline of what is shuffled, and what makes (images, labels) of a batch.

    Of a pair of arrays only the indices are shuffled, and one ``tf.gather`` fetches
    the rows of a batch. A ``tf.data.Dataset`` of single (image, label) stays as it is.
    """
    import tensorflow as tf

    if isinstance(examples, tf.data.Dataset):
        return examples, to_float
    x, y = examples
    if len(x) != len(y):
        raise ValueError(f"{len(x)} images need as many labels, not {len(y)}.")
    need_range(np.asarray(x))
    with tf.device("CPU:0"):  # as all of the pipeline
        x, y = tf.convert_to_tensor(x), tf.convert_to_tensor(y)

    def fetch(index):
        return to_float(tf.gather(x, index), tf.gather(y, index))

    return tf.data.Dataset.range(len(x)), fetch


def to_float(images, labels):
    """Images uint8 -> float32 in [0, 1], whole-number labels -> int32; others stay."""
    import tensorflow as tf

    if images.dtype == tf.uint8:
        images = tf.cast(images, tf.float32) / 255.0
    return images, tf.cast(labels, tf.int32) if labels.dtype.is_integer else labels


def tfds_examples(name, split, image_size, shuffle, seed):
    """Examples (image uint8, label) of a TFDS set, and the bytes of one image."""
    import tensorflow as tf
    import tensorflow_datasets as tfds

    from dlcourse.datasets.tfds_sets import need_pictures, prepared

    need_pictures(name)
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
    if image_size is not None:
        size = pair(image_size)
        examples = examples.map(
            lambda x, y: (resize_tensor(x, size), y), tf.data.AUTOTUNE
        )
    shape = examples.element_spec[0].shape
    if not shape.is_fully_defined():
        raise ValueError(f"{name} has images of many sizes: give image_size.")
    return examples, shape.num_elements()


def resize_tensor(image, size):
    """As `resize`, for one image uint8 whose size is only known when it is read.

    In TensorFlow, so that several images are read at once; Pillow would hold Python's
    lock.
    """
    import tensorflow as tf

    height, width = size
    whole = tf.shape(image)[:2]
    scale = tf.reduce_min(whole / tf.constant(size))
    part = tf.cast(tf.round(scale * tf.constant(size, scale.dtype)), tf.int32)
    top, left = tf.unstack((whole - part) // 2)
    image = image[top : top + part[0], left : left + part[1]]
    image = tf.image.resize(image, size, antialias=True)
    return tf.ensure_shape(tf.cast(tf.round(image), tf.uint8), (height, width, None))
