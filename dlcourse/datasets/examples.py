"""Sources of single pictures and labels, as `Epochs` reads them."""

import hashlib
from functools import cached_property

import numpy as np

from dlcourse.bars import hidden
from dlcourse.datasets.picture import Decoded, center_crop
from dlcourse.datasets.prefetch import prefetched
from dlcourse.datasets.resize import need_range, pair

MEMORY = 2 << 30  # bytes of decoded pictures that are kept
TOGETHER = (
    64  # pictures that are handed on at once: one by one costs more than decoding
)


class Indexed:
    """Sources of which any picture can be read at any time, such as arrays.

    They give the positions of the pictures of a shard as a ``tf.data.Dataset``; all
    shards are as large.
    """

    def ordered(self, shard=(0, 1)):
        """One after the other."""
        import tensorflow as tf

        return take_shard(tf.data.Dataset.range(len(self)), len(self), shard)

    def shuffled(self, seed, shard=(0, 1)):
        """In an order that follows from the seed, which may be a tensor."""
        order = self.ordered().shuffle(len(self), seed, reshuffle_each_iteration=False)
        return take_shard(order, len(self), shard)


def take_shard(positions, size, shard):
    """Of so many positions every count-th from index on; shard is (index, count)."""
    index, count = shard
    return positions.take(size // count * count).shard(count, index)


class Arrays(Indexed):
    """Pictures (n, height, width, channels) and labels (n, …) in memory.

    All sources have ``len``, ``labels`` (None where they are not known without reading
    the pictures), ``channels``, ``classes`` (their number, or None), and
    ``fingerprint``, a hash of all that is in them. ValueError where images and labels
    differ in number.
    """

    def __init__(self, images, labels, classes=None):
        if len(images) != len(labels):
            raise ValueError(
                f"{len(images)} images need as many labels, not {len(labels)}."
            )
        self.images, self.labels = np.asarray(images), np.asarray(labels)
        need_range(self.images)
        self.channels = self.images.shape[-1]
        self.given_classes = classes

    def __len__(self):
        return len(self.images)

    @property
    def classes(self):
        """How many there are: as given, or one more than the largest label."""
        whole = self.labels.ndim == 1 and self.labels.dtype.kind in "iu"
        return self.given_classes or (int(self.labels.max()) + 1 if whole else None)

    def part(self, indices):
        """Those at these positions."""
        return Arrays(self.images[indices], self.labels[indices], self.given_classes)

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

        with tf.init_scope(), tf.device("CPU:0"):
            return tf.convert_to_tensor(self.images), tf.convert_to_tensor(self.labels)

    def picture(self, position):
        """The picture there, and its label."""
        images, labels = self.tensors
        return Decoded(images[position]), labels[position]


def as_examples(examples):
    """A source of examples; a pair of arrays becomes one."""
    return Arrays(*examples) if isinstance(examples, tuple | list) else examples


def in_memory(source, side):
    """A source whose pictures are squares of this side, decoded once, if they fit.

    All decoded pictures together may take 2 GiB. Else, or where side is None, the
    source stays as it is, and its files are left to the operating system, which keeps
    what it can. The pixels are those that the source itself would give.
    """
    if side is None or isinstance(source, Arrays):
        return source
    if len(source) * side * side * source.channels > MEMORY:
        return source
    kept = vars(source).setdefault("kept", {})
    if side not in kept:
        kept.clear()  # one size at a time
        kept[side] = decoded_squares(source, side)
    return kept[side]


def decoded_squares(source, side):
    """`Arrays` of the middle of each picture, at (side, side, channels) uint8."""
    import tensorflow as tf
    from tqdm.auto import tqdm

    def one(item):
        picture, label = source.picture(item)
        return center_crop(picture, side), label

    squares = source.ordered().map(one, tf.data.AUTOTUNE, deterministic=True)
    images = np.empty((len(source), side, side, source.channels), "uint8")
    labels = np.empty(len(source), "int32")
    found = prefetched(squares.batch(TOGETHER)).as_numpy_iterator()
    end = 0
    with tqdm(desc="Decoding pictures", total=len(source), disable=hidden()) as bar:
        for some, theirs in found:
            part = slice(end, end := end + len(some))
            images[part], labels[part] = some, theirs
            bar.update(len(some))
    arrays = Arrays(images, labels, source.classes)
    arrays.images = arrays.tensors[0].numpy()  # the tensor's memory, not one more
    return arrays


def as_arrays(examples, image_size):
    """Images float32 (n, size, size, channels) in [0, 1], and labels, of a part.

    All of them in memory: the middle of each picture, resized.
    """
    side, _ = pair(image_size)
    found = decoded_squares(as_examples(examples), side)
    return found.images.astype("float32") / np.float32(255), found.labels
