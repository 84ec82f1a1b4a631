"""Training batches whose order is a function of seed and epoch, and of nothing else.

So a training that was interrupted goes on with the batches that it would have had.
Neither Keras's ``fit`` nor a plain pipeline does that. After
``keras.utils.set_random_seed``, ``fit`` on arrays gives every epoch the same order
(Keras 3.15 on TensorFlow: each epoch iterates anew over a pipeline that begins with a
seeded shuffle). ``reshuffle_each_iteration`` counts the iterations of this process.
"""

from dlcourse.datasets.pipeline import read, to_float

EPOCH = 1_000_003  # the seeds of two epochs lie so far apart
DRAWS = 1_000  # seeds that an augmenting layer has for one batch


class Epochs:
    """Shuffled and augmented batches, epoch after epoch.

    Args:
        examples: a ``tf.data.Dataset`` of single (image, label), of known length.
        batch_size: images per batch, of all hosts together. Images that do not fill
            the last batch of an epoch wait for another one.
        augment: a Keras layer, applied to batches.
        seed: for order and augmentation.
        waiting: how many examples wait to be drawn from; all by default.
        share: (host, hosts): each host has every so-manieth image of a batch.

    ``steps`` is the number of batches in an epoch. ValueError where there is none, or
    hosts cannot share a batch evenly.
    """

    def __init__(
        self, examples, batch_size, augment=None, seed=0, waiting=None, share=(0, 1)
    ):
        self.steps = len(examples) // batch_size
        if self.steps == 0:
            raise ValueError(
                f"batch_size={batch_size} is more than the {len(examples)} images."
            )
        if batch_size % share[1]:
            raise ValueError(
                f"batch_size={batch_size} cannot be divided among {share[1]} hosts."
            )
        self.examples, self.batch_size, self.augment = examples, batch_size, augment
        self.seed, self.waiting, self.share = seed, waiting or len(examples), share

    def between(self, first, last):
        """tf.data pipeline of the epochs first … last - 1, counted from 0."""
        import tensorflow as tf

        dataset = tf.data.Dataset.range(first, last).flat_map(self.shuffled)
        dataset = own_share(dataset, self.share).map(to_float, tf.data.AUTOTUNE)
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

    def shuffled(self, epoch):
        """Batches of one epoch, a tensor."""
        import tensorflow as tf

        # Of this function's graph: the order does not depend on the program's seed.
        tf.random.set_seed(EPOCH)
        seed = self.seed + EPOCH * epoch
        examples = self.examples.shuffle(
            self.waiting, seed, reshuffle_each_iteration=False
        )
        return examples.batch(self.batch_size, drop_remainder=True)


def own_share(batches, share):
    """This host's images of every batch."""
    host, hosts = share
    return batches.map(
        lambda images, labels: (images[host::hosts], labels[host::hosts])
    )


def in_order(examples, batch_size, share=(0, 1)):
    """Batches for validation; several hosts leave out what does not fill the last."""
    import tensorflow as tf

    hosts = share[1]
    size = min(batch_size, len(examples) // hosts * hosts)
    batches = examples.batch(size, drop_remainder=hosts > 1)
    return own_share(batches, share).map(to_float).prefetch(tf.data.AUTOTUNE)


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


def load_epochs(
    name,
    split="train",
    image_size=None,
    batch_size=32,
    augment=None,
    seed=0,
    share=(0, 1),
):
    """`Epochs` of an embedded set or any set of TFDS; arguments as those of `load`.

    A set too large for memory is read file after file in the same order each epoch, and
    shuffled among as many images as may wait in memory.
    """
    examples, waiting = read(name, split, image_size)
    return Epochs(examples, batch_size, augment, seed, waiting, share)
