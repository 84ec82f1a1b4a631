"""The records of TFDS sets, read one after the other, whatever their size."""

import hashlib

import numpy as np

from dlcourse.datasets.made_up import rehearsing
from dlcourse.datasets.picture import Encoded
from dlcourse.datasets.split import parse_split
from dlcourse.datasets.tfds_sets import image_and_label

FILES = 16  # read at the same time, one record of each in turn
BUFFER = 1 << 29  # bytes of encoded pictures, of which the next one is drawn

PHOTO = 100_000  # bytes of a picture, where TFDS does not know


class Records:
    """A part of a split of a TFDS set, in the files as TFDS has prepared them.

    For training, the files are read in another order in each epoch, many at a time, and
    each picture is drawn from a shuffle buffer. The order follows from the seed. Hosts
    that train together read disjoint parts of the same size.

    Args:
        builder: the TFDS builder of a prepared set.
        split: such as "train" or "train[:90%]".
    """

    labels = None  # not known without reading the set

    def __init__(self, builder, split):
        sizes = {n: part.num_examples for n, part in builder.info.splits.items()}
        self.builder = builder
        self.name, where = parse_split(split, sizes)
        self.start, self.stop, _ = where.indices(sizes[self.name])
        self.image, self.label = image_and_label(builder.info)
        self.channels = builder.info.features[self.image].shape[-1] or 3
        self.classes = builder.info.features[self.label].num_classes

    def __len__(self):
        return self.stop - self.start

    @property
    def fingerprint(self):
        """Of the set's name and version, and of which part this is."""
        part = f"{self.builder.info.full_name} {self.name}[{self.start}:{self.stop}]"
        return hashlib.sha256(part.encode()).hexdigest()

    def ordered(self, shard=(0, 1)):
        """The records of a shard, as a ``tf.data.Dataset``; all shards are as large."""
        return self.read(shard, None)

    def shuffled(self, seed, shard=(0, 1)):
        """The same in an order that follows from the seed, which may be a tensor."""
        whole = self.builder.info.splits[self.name]
        size = whole.num_bytes // whole.num_examples or PHOTO
        buffer = max(min(len(self) // shard[1], BUFFER // size), 1)
        records = self.read(shard, seed)
        return records.shuffle(buffer, seed, reshuffle_each_iteration=False)

    def read(self, shard, seed):
        """Records of a shard, the files one after the other where seed is None."""
        import tensorflow as tf

        index, count = shard
        size = len(self) // count
        start = self.start + index * size
        split = f"{self.name}[{start}:{start + size}]"
        if rehearsing():
            skip = {self.image: self.features()[1][self.image]}
            made_up = self.builder.as_dataset(split=split, decoders=skip)
            return made_up.map(lambda x, y: {self.image: x, self.label: y})
        files = self.builder.info.splits[split].file_instructions
        names = [file.filename for file in files]
        bounds = np.array([(file.skip, file.take) for file in files], "int64")
        files = tf.data.Dataset.from_tensor_slices((names, bounds))
        if seed is not None:
            files = files.shuffle(len(names), seed, reshuffle_each_iteration=False)

        def records(name, bound):
            return tf.data.TFRecordDataset(name).skip(bound[0]).take(bound[1])

        return files.interleave(records, 1 if seed is None else FILES)

    def features(self):
        """TFDS features of image and label alone, and a decoder that leaves bytes."""
        import tensorflow_datasets as tfds

        partial = tfds.decode.PartialDecoding({self.image: True, self.label: True})
        features = partial.extract_features(self.builder.info.features)
        return features, {self.image: tfds.decode.SkipDecoding()}

    def picture(self, record):
        """The picture of a record, and its label."""
        import tensorflow as tf

        features, decoders = self.features()
        if not isinstance(record, dict):
            record = features.deserialize_example(record, decoders=decoders)
        data, label = record[self.image], record[self.label]

        def whole():
            image = tf.io.decode_image(data, self.channels, expand_animations=False)
            return tf.ensure_shape(image, (None, None, self.channels))

        return Encoded(data, tf.io.is_jpeg(data), whole, self.channels), label
