"""Two layers of Keras that train faster on a CPU: same arguments, weights and results.

Keras computes batch normalization in some twenty operations, each of which reads and
writes all maps; TensorFlow has one for it. Grouped convolutions Keras hands to XLA,
which is slow at them on a CPU. `make bench` measures the gain.
"""

from functools import cache

import keras
from keras import layers, ops

from dlcourse.layers.normalization import at_least_float32


@keras.saving.register_keras_serializable("dlcourse")
class BatchNormalization(layers.BatchNormalization):
    """Keras's layer; in training, one operation of TensorFlow: (..., C), same."""

    def call(self, inputs, training=None, mask=None):
        """Normalize; in training by this batch, which moves the running statistics."""
        x = at_least_float32(inputs)
        if not (training and self.trainable and mask is None and self.fits(x)):
            return super().call(inputs, training=training, mask=mask)
        return ops.cast(self.fused(x), self.compute_dtype)

    def fits(self, x):
        """Whether TensorFlow's operation does what this layer is to do with x."""
        float32 = keras.backend.standardize_dtype(x.dtype) == "float32"
        plain = self.center and not (self.renorm or self.synchronized)
        last = self.axis in (-1, len(x.shape) - 1)
        return float32 and plain and last and keras.backend.backend() == "tensorflow"

    def fused(self, x):
        """Normalize by the mean and the variance of the batch, and track these."""
        import tensorflow as tf

        channels = x.shape[-1]
        maps = x if len(x.shape) == 4 else tf.reshape(x, (1, -1, 1, channels))
        gamma = self.gamma if self.scale else tf.ones(channels)
        y, mean, variance, *_ = tf.raw_ops.FusedBatchNormV3(
            x=maps,
            scale=ops.cast(gamma, "float32"),
            offset=ops.cast(self.beta, "float32"),
            mean=[],
            variance=[],
            epsilon=self.epsilon,
        )
        n = tf.cast(tf.size(x) / channels, "float32")
        variance *= 1 - 1 / n  # the sum of squares over n, not over n - 1
        self.track(self.moving_mean, mean)
        self.track(self.moving_variance, variance)
        return ops.reshape(y, ops.shape(x))

    def track(self, running, batch):
        """Move a running statistic towards that of the batch."""
        before = ops.cast(running, "float32")
        running.assign(self.momentum * before + (1 - self.momentum) * batch)


@keras.saving.register_keras_serializable("dlcourse")
class Conv2D(layers.Conv2D):
    """Keras's layer; on a CPU, each group is a convolution of its own."""

    def convolution_op(self, inputs, kernel):
        """Convolve each group of channels with its filters; side by side."""
        if self.groups == 1 or not slow_groups():
            return super().convolution_op(inputs, kernel)
        convolve = super().convolution_op
        parts = ops.split(inputs, self.groups, -1), ops.split(kernel, self.groups, -1)
        return ops.concatenate(list(map(convolve, *parts)), -1)


@cache
def slow_groups():
    """Whether Keras has XLA compute grouped convolutions on a CPU."""
    devices = keras.distribution.list_devices()
    on_cpu = all(name.startswith("cpu") for name in devices)
    return on_cpu and keras.backend.backend() == "tensorflow"
