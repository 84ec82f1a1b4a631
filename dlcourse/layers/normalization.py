"""Batch and group normalization, as their formulas, and a disturbance to test them.

Sergey Ioffe, Christian Szegedy: Batch Normalization: Accelerating Deep Network Training
by Reducing Internal Covariate Shift. ICML 2015, arXiv:1502.03167.
Yuxin Wu, Kaiming He: Group Normalization. ECCV 2018, arXiv:1803.08494.
Shibani Santurkar, Dimitris Tsipras, Andrew Ilyas, Aleksander Madry: How Does Batch
Normalization Help Optimization? NeurIPS 2018, arXiv:1805.11604.
"""

import keras
from keras import layers, ops


@keras.saving.register_keras_serializable("dlcourse")
class BatchNorm(layers.Layer):
    """Give each feature mean beta and deviation gamma over the batch: (..., C), same.

    Training (algorithm 1): mean and variance are those of this batch, over all axes but
    the last: over the examples (N, C), or over examples, height and width (N, H, W, C).
    Each batch moves the running statistics by a share of 1 - ``momentum`` towards its
    own. Testing, or frozen by ``trainable = False``: the running statistics are used.

    Keras ships it as ``layers.BatchNormalization``, with the same arguments.

    Differs: the paper's running variance is unbiased, m / (m - 1) times the mean of the
    batches' (algorithm 2); here, as in Keras, it is their mean.
    """

    def __init__(self, momentum=0.99, epsilon=1e-3, **options):
        super().__init__(**options)
        self.momentum, self.epsilon = momentum, epsilon

    def build(self, input_shape):
        """Create gamma and beta, to be learned, and the running mean and variance."""
        shape, raw = input_shape[-1:], full_precision(self)
        self.gamma = self.add_weight(shape, "ones", name="gamma", **raw)
        self.beta = self.add_weight(shape, "zeros", name="beta", **raw)
        raw["trainable"] = False
        self.running_mean = self.add_weight(shape, "zeros", name="running_mean", **raw)
        self.running_variance = self.add_weight(
            shape, "ones", name="running_variance", **raw
        )

    def call(self, x, training=False):
        """Normalize, scale and shift; in training, update the running statistics."""
        x = at_least_float32(x)
        if training and self.trainable:
            axes = tuple(range(len(x.shape) - 1))
            mean = ops.mean(x, axes)
            variance = ops.mean((x - mean) ** 2, axes)
            self.track(self.running_mean, mean)
            self.track(self.running_variance, variance)
        else:
            mean, variance = self.running_mean, self.running_variance
        normalized = (x - mean) / ops.sqrt(variance + self.epsilon)
        return ops.cast(self.gamma * normalized + self.beta, self.compute_dtype)

    def track(self, running, batch):
        """Move a running statistic towards that of the batch."""
        running.assign(self.momentum * running + (1 - self.momentum) * batch)

    def compute_output_shape(self, input_shape):
        """Return the shape of the input, which does not change."""
        return input_shape

    def get_config(self):
        """Return the arguments of the constructor."""
        own = {"momentum": self.momentum, "epsilon": self.epsilon}
        return super().get_config() | own


@keras.saving.register_keras_serializable("dlcourse")
class GroupNorm(layers.Layer):
    """Normalize each example by itself, in groups of channels: (N, ..., C), same.

    Mean and variance are taken over all positions and the C / ``groups`` channels of a
    group (equation 7): no other example is looked at, so training and testing are the
    same. One group is layer normalization, C groups are instance normalization.

    Keras ships it as ``layers.GroupNormalization``. Raises ValueError where ``groups``
    does not divide the number of channels.
    """

    def __init__(self, groups=32, epsilon=1e-3, **options):
        super().__init__(**options)
        self.groups, self.epsilon = groups, epsilon

    def build(self, input_shape):
        """Create gamma and beta, one of each per channel."""
        channels = input_shape[-1]
        if channels % self.groups:
            raise ValueError(
                f"groups={self.groups} must divide the {channels} channels"
            )
        raw = full_precision(self)
        self.gamma = self.add_weight((channels,), "ones", name="gamma", **raw)
        self.beta = self.add_weight((channels,), "zeros", name="beta", **raw)

    def call(self, x):
        """Split the channels into groups, normalize these, scale and shift."""
        x = at_least_float32(x)
        split = (self.groups, x.shape[-1] // self.groups)
        grouped = ops.reshape(x, (*ops.shape(x)[:-1], *split))
        axes = (*range(1, len(x.shape) - 1), -1)
        mean = ops.mean(grouped, axes, keepdims=True)
        variance = ops.mean((grouped - mean) ** 2, axes, keepdims=True)
        normalized = (grouped - mean) / ops.sqrt(variance + self.epsilon)
        y = self.gamma * ops.reshape(normalized, ops.shape(x)) + self.beta
        return ops.cast(y, self.compute_dtype)

    def compute_output_shape(self, input_shape):
        """Return the shape of the input, which does not change."""
        return input_shape

    def get_config(self):
        """Return the arguments of the constructor."""
        own = {"groups": self.groups, "epsilon": self.epsilon}
        return super().get_config() | own


@keras.saving.register_keras_serializable("dlcourse")
class CovariateShift(layers.Layer):
    """Disturb each feature by a scale and an offset that change with each batch.

    Put after batch normalization, it brings back the shift that normalization is said
    to remove (section 2.2): s x + m with s from 1 to ``scale`` and m from -``offset``
    to ``offset``, drawn uniformly for each feature of (..., C) in each training step.
    Testing: the identity.

    Differs: the paper draws once more for each example, close around these values.
    """

    def __init__(self, offset=0.5, scale=1.25, seed=None, **options):
        super().__init__(**options)
        self.offset, self.scale, self.seed = offset, scale, seed
        self.generator = keras.random.SeedGenerator(seed)

    def call(self, x, training=False):
        """Draw a scale and an offset per feature in training; else hand x through."""
        if not training:
            return x
        shape, own = (x.shape[-1],), {"seed": self.generator, "dtype": x.dtype}
        scale = keras.random.uniform(shape, 1.0, self.scale, **own)
        offset = keras.random.uniform(shape, -self.offset, self.offset, **own)
        return scale * x + offset

    def compute_output_shape(self, input_shape):
        """Return the shape of the input, which does not change."""
        return input_shape

    def get_config(self):
        """Return the arguments of the constructor."""
        own = {"offset": self.offset, "scale": self.scale, "seed": self.seed}
        return super().get_config() | own


def full_precision(layer):
    """Of a weight: float32, also where the layer's own type is half as wide."""
    dtype = keras.backend.result_type(layer.variable_dtype, "float32")
    return {"autocast": False, "dtype": dtype}


def at_least_float32(x):
    """Half precision has too few digits for a variance, and too small a range."""
    return ops.cast(x, keras.backend.result_type(x.dtype, "float32"))
