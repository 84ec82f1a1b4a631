"""The last step of every pipeline: batches that are made ahead."""


def prefetched(dataset):
    """tf.data pipeline that makes the next two elements while one is used.

    AUTOTUNE in it means a thread for each CPU core. Nothing is tuned while it runs:
    TensorFlow 2.21 sometimes does not wake the thread that tunes when the iterator
    goes, and the program then waits for up to a minute.
    """
    import tensorflow as tf

    options = tf.data.Options()
    options.autotune.enabled = False
    return dataset.prefetch(2).with_options(options)
