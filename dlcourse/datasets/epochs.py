"""Training batches whose order is a function of seed and epoch, and of nothing else.

So a training that was interrupted goes on with the batches that it would have had.
Neither Keras's ``fit`` nor a plain pipeline does that. After
``keras.utils.set_random_seed``, ``fit`` on arrays gives every epoch the same order
(Keras 3.15 on TensorFlow: each epoch iterates anew over a pipeline that begins with a
seeded shuffle). ``reshuffle_each_iteration`` counts the iterations of this process.
"""

import numpy as np

from dlcourse.datasets import picture
from dlcourse.datasets.changes import mixup
from dlcourse.datasets.examples import as_examples
from dlcourse.datasets.pipeline import by_index

SEED_STRIDE = 1_000_003  # between the seeds of two epochs
DRAWS = 1_000  # seeds that an augmenting layer has for one batch


class Epochs:
    """Shuffled and augmented batches, epoch after epoch.

    Args:
        examples: a pair of arrays (images, labels), with one row for each example, or,
            for sets that do not fit into memory, a ``tf.data.Dataset`` of single
            (image, label), of known length. The order is the same for both.
        batch_size: images per batch, of all shards together. An incomplete last batch
            of an epoch is left out.
        augment: a Keras layer, applied to batches.
        seed: for order and augmentation.
        shuffle_buffer: how many examples the next one is drawn from; all by default.
        shard: (index, count): of each batch, every count-th image from that index on.
        preprocessing: a `Preprocessing` at the network's image size: pictures are cut,
            resized and changed one by one, several at once, each by random numbers
            that follow from seed and its place in the training alone. Labels become
            probabilities (n, classes) where it has mixup.

    ``steps`` is the number of batches in an epoch. ValueError where there is none,
    where shards cannot be equally large, or where images and labels differ in number.
    """

    def __init__(
        self,
        examples,
        batch_size,
        augment=None,
        seed=0,
        shuffle_buffer=None,
        shard=(0, 1),
        preprocessing=None,
    ):
        self.examples, self.fetch = by_index(examples)
        self.preprocessing, self.source = preprocessing, as_examples(examples)
        size, count = len(self.examples), shard[1]
        self.steps = size // batch_size
        if self.steps == 0:
            raise ValueError(f"batch_size={batch_size} is more than the {size} images.")
        if batch_size % count:
            raise ValueError(
                f"batch_size={batch_size} cannot be divided into {count} shards."
            )
        self.batch_size, self.augment, self.seed = batch_size, augment, seed
        self.shuffle_buffer, self.shard = shuffle_buffer or size, shard

    def between(self, first, last):
        """tf.data pipeline of the epochs first … last - 1, counted from 0."""
        import tensorflow as tf

        if self.preprocessing is None:
            dataset = tf.data.Dataset.range(first, last).flat_map(self.shuffled)
            dataset = take_shard(dataset, self.shard).map(self.fetch, tf.data.AUTOTUNE)
        else:
            dataset = self.pictures(first, last)
        if self.augment is not None:
            states = seed_states(self.augment)

            def augmented(number, batch):
                for seed, state in states:  # this number's, whatever was drawn before
                    state.assign([seed, number * DRAWS])
                return self.augment(batch[0], training=True), batch[1]

            dataset = dataset.enumerate(first * self.steps).map(augmented)
        # Keras counts a step too many where it does not know their number.
        steps = tf.data.experimental.assert_cardinality((last - first) * self.steps)
        return dataset.apply(steps).prefetch(tf.data.AUTOTUNE)

    def pictures(self, first, last):
        """Batches of pictures, each changed as `training_picture` says."""
        import tensorflow as tf

        size = self.steps * self.batch_size
        index, count = self.shard

        def epoch(number):
            tf.random.set_seed(SEED_STRIDE)  # as in `shuffled`
            order = self.source.shuffled(self.seed + SEED_STRIDE * number)
            return order.take(size).enumerate(number * size).shard(count, index)

        def one(number, position):
            image, label = self.source.picture(position)
            arguments = self.preprocessing, self.seed, number
            x = picture.training_picture(image, *arguments)
            alpha = self.preprocessing.mixup
            weight = picture.mixup_weight(alpha, self.seed, number) if alpha else 1.0
            return x, picture.to_label(label), weight

        numbers = tf.data.Dataset.range(first, last).flat_map(epoch)
        dataset = numbers.map(one, tf.data.AUTOTUNE, deterministic=True)
        dataset = dataset.batch(self.batch_size // count, drop_remainder=True)
        return dataset.map(self.mixed, tf.data.AUTOTUNE, deterministic=True)

    def mixed(self, images, labels, weights):
        """A batch of images and labels, after mixup where there is any."""
        import tensorflow as tf

        if not self.preprocessing.mixup:
            return images, labels
        if labels.dtype.is_integer:
            labels = tf.one_hot(labels, int(np.max(self.source.labels)) + 1)
        return mixup(images, labels, weights)

    def shuffled(self, epoch):
        """Batches of one epoch, a tensor."""
        import tensorflow as tf

        # Of this function's graph: the order does not depend on the program's seed.
        tf.random.set_seed(SEED_STRIDE)
        seed = self.seed + SEED_STRIDE * epoch
        examples = self.examples.shuffle(
            self.shuffle_buffer, seed, reshuffle_each_iteration=False
        )
        return examples.batch(self.batch_size, drop_remainder=True)


def take_shard(batches, shard):
    """Of every batch, every count-th example from index on; shard is (index, count)."""
    import tensorflow as tf

    index, count = shard
    return batches.map(
        lambda *batch: tf.nest.map_structure(lambda part: part[index::count], batch)
    )


def validation_batches(examples, batch_size, shard=(0, 1), preprocessing=None):
    """Batches for validation, in order; arguments as those of `Epochs`.

    With ``preprocessing`` the pictures are those of `evaluation_picture`. Several
    shards leave out what does not fill the last batch.
    """
    import tensorflow as tf

    if preprocessing is not None:
        return evaluation_batches(
            as_examples(examples), batch_size, shard, preprocessing
        )
    examples, fetch = by_index(examples)
    count = shard[1]
    size = min(batch_size, len(examples) // count * count)
    batches = examples.batch(size, drop_remainder=count > 1)
    return take_shard(batches, shard).map(fetch).prefetch(tf.data.AUTOTUNE)


def evaluation_batches(source, batch_size, shard, preprocessing):
    """Batches of pictures as `evaluation_picture` cuts them."""
    import tensorflow as tf

    def one(position):
        image, label = source.picture(position)
        image = picture.evaluation_picture(image, preprocessing)
        return picture.to_float(image), picture.to_label(label)

    index, count = shard
    size = min(batch_size // count, len(source) // count)
    dataset = source.ordered().take(len(source) // count * count if count > 1 else -1)
    dataset = dataset.shard(count, index).map(one, tf.data.AUTOTUNE, deterministic=True)
    return dataset.batch(size, drop_remainder=count > 1).prefetch(tf.data.AUTOTUNE)


def seed_states(augment):
    """First seed and TensorFlow variable of each random generator in a Keras layer.

    On other backends the layer makes such variables when it is first called by a
    pipeline, and keeps them to itself: there, augmentation is not resumed exactly.
    """
    import keras

    if keras.backend.backend() != "tensorflow":
        return []
    variables = [v for v in augment.variables if v.name == "seed_generator_state"]
    return [(int(variable.numpy()[0]), variable) for variable in variables]
