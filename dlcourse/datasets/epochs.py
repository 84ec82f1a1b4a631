"""Training batches whose order is a function of seed and epoch, and of nothing else.

So a training that was interrupted goes on with the batches that it would have had.
Neither Keras's ``fit`` nor a plain pipeline does that. After
``keras.utils.set_random_seed``, ``fit`` on arrays gives every epoch the same order
(Keras 3.15 on TensorFlow: each epoch iterates anew over a pipeline that begins with a
seeded shuffle). ``reshuffle_each_iteration`` counts the iterations of this process.
"""

from dlcourse.datasets import picture
from dlcourse.datasets.changes import mixup
from dlcourse.datasets.examples import Arrays, as_examples, in_memory
from dlcourse.datasets.pipeline import by_index
from dlcourse.datasets.prefetch import prefetched

SEED_STRIDE = 1_000_003  # between the seeds of two epochs
DRAWS = 1_000  # seeds that an augmenting layer has for one batch


class Epochs:
    """Shuffled and augmented batches, epoch after epoch.

    Args:
        examples: a pair of arrays (images, labels), with one row for each example, or a
            part of a `Split`.
        batch_size: images per batch, of all shards together. An incomplete last batch
            of an epoch is left out.
        augment: a Keras layer, applied to batches.
        seed: for order and augmentation.
        shard: (index, count): of each batch, every count-th image from that index on;
            of a set that is read as a stream, its own part of the set.
        preprocessing: a `Preprocessing` at the network's image size: pictures are cut,
            resized and changed one by one, several at once, each by random numbers
            that follow from seed and its place in the training alone. Labels become
            probabilities (n, classes) where it has mixup. Without one, the images of
            arrays stay as they are.

    ``steps`` is the number of batches in an epoch. ValueError where there is none,
    where shards cannot be equally large, or where images and labels differ in number.
    """

    def __init__(
        self,
        examples,
        batch_size,
        augment=None,
        seed=0,
        shard=(0, 1),
        preprocessing=None,
    ):
        self.source = checked(examples, preprocessing)
        (index, count), size = shard, len(self.source)
        if not 0 <= index < count:
            raise ValueError(f"shard={shard}: an index from 0 to {count - 1}, please.")
        if batch_size < 1:
            raise ValueError(f"batch_size={batch_size}: a batch needs an image.")
        self.steps = size // count * count // batch_size
        if self.steps == 0:
            raise ValueError(f"batch_size={batch_size} is more than the {size} images.")
        if batch_size % count:
            raise ValueError(
                f"batch_size={batch_size} cannot be divided into {count} shards."
            )
        self.batch_size, self.augment, self.seed = batch_size, augment, seed
        self.shard, self.preprocessing = shard, preprocessing

    def between(self, first, last):
        """tf.data pipeline of the epochs first … last - 1, counted from 0."""
        import tensorflow as tf

        plain = self.preprocessing is None
        dataset = (self.rows if plain else self.pictures)(first, last)
        if self.augment is not None:
            states = seed_states(self.augment)

            def augmented(number, batch):
                for seed, state in states:  # this number's, whatever was drawn before
                    state.assign([seed, number * DRAWS])
                return self.augment(batch[0], training=True), batch[1]

            dataset = dataset.enumerate(first * self.steps).map(augmented)
        # Keras counts a step too many where it does not know their number.
        steps = tf.data.experimental.assert_cardinality((last - first) * self.steps)
        return prefetched(dataset.apply(steps))

    def rows(self, first, last):
        """Batches of arrays as they are."""
        import tensorflow as tf

        _, fetch = by_index(self.source.tensors)  # one copy for all trainings
        size = self.batch_size // self.shard[1]

        def epoch(number):
            return self.order(self.source, number).batch(size)

        dataset = tf.data.Dataset.range(first, last).flat_map(epoch)
        return dataset.map(fetch, tf.data.AUTOTUNE)

    def pictures(self, first, last):
        """Batches of pictures, each changed as `training_picture` says."""
        import tensorflow as tf

        index, count = self.shard
        source = in_memory(self.source, picture.fixed_side(self.preprocessing))

        def epoch(number):
            items = self.order(source, number).enumerate()
            start = number * self.steps * self.batch_size + index
            return items.map(lambda place, item: (start + count * place, item))

        def one(number, item):
            image, label = source.picture(item)
            arguments = self.preprocessing, self.seed, number
            x = picture.training_picture(image, *arguments)
            alpha = self.preprocessing.mixup
            weight = picture.mixup_weight(alpha, self.seed, number) if alpha else 1.0
            return x, picture.to_label(label), weight

        numbers = tf.data.Dataset.range(first, last).flat_map(epoch)
        dataset = numbers.map(one, tf.data.AUTOTUNE, deterministic=True)
        dataset = dataset.batch(self.batch_size // count, drop_remainder=True)
        return dataset.map(self.mixed, tf.data.AUTOTUNE, deterministic=True)

    def order(self, source, epoch):
        """This shard's examples of one epoch, a tensor, shuffled."""
        import tensorflow as tf

        # Of this function's graph: the order does not depend on the program's seed.
        tf.random.set_seed(SEED_STRIDE)
        items = source.shuffled(self.seed + SEED_STRIDE * epoch, self.shard)
        return items.take(self.steps * self.batch_size // self.shard[1])

    def mixed(self, images, labels, weights):
        """A batch of images and labels, after mixup where there is any."""
        import tensorflow as tf

        if not self.preprocessing.mixup:
            return images, labels
        if labels.dtype.is_integer:
            labels = tf.one_hot(labels, self.source.classes)
        return mixup(images, labels, weights)


def checked(examples, preprocessing):
    """The source of these examples; ValueError if its pictures need preprocessing."""
    source = as_examples(examples)
    if preprocessing is None and not isinstance(source, Arrays):
        raise ValueError("These pictures are of many sizes: give a preprocessing.")
    return source


def validation_batches(examples, batch_size, shard=(0, 1), preprocessing=None):
    """Batches for validation, in order; arguments as those of `Epochs`.

    With ``preprocessing`` the pictures are those of `evaluation_picture`. Several
    shards leave out what does not fill the last batch.
    """
    source, count = checked(examples, preprocessing), shard[1]
    size = max(min(batch_size, len(source)) // count, 1)
    if preprocessing is None:
        _, fetch = by_index(source.tensors)
        batches = source.ordered(shard).batch(size, drop_remainder=count > 1)
        return prefetched(batches.map(fetch))
    source = in_memory(source, preprocessing.shorter_side or preprocessing.size)
    pictures = evaluation_pictures(source, source.ordered(shard), preprocessing)
    return prefetched(pictures.batch(size, drop_remainder=count > 1))


def evaluation_pictures(source, items, preprocessing):
    """Pictures as `evaluation_picture` cuts them, and labels, one by one."""
    import tensorflow as tf

    def one(item):
        image, label = source.picture(item)
        image = picture.evaluation_picture(image, preprocessing)
        return picture.to_float(image), picture.to_label(label)

    return items.map(one, tf.data.AUTOTUNE, deterministic=True)


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
