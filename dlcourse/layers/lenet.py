"""Three layers of LeNet-5 that later networks did without.

Yann LeCun, Léon Bottou, Yoshua Bengio, Patrick Haffner: Gradient-Based Learning Applied
to Document Recognition. Proceedings of the IEEE 86(11), 1998, section II.B.
"""

import keras
import numpy as np
from keras import ops


def check_window(name, size, input_shape):
    """ValueError unless a window fits into images (n, height, width, channels)."""
    image = input_shape[1:3]
    if any(side is not None and side < size for side in image):
        raise ValueError(f"{name}={size}: the image has {' x '.join(map(str, image))}.")


@keras.saving.register_keras_serializable("dlcourse")
class Subsampling(keras.Layer):
    """Pooling with a trainable factor and bias for each map: H/p x W/p x C.

    Sums each window of p x p pixels; the factor starts at 1/p², which is the mean.
    """

    padding = "valid"

    def __init__(self, pool_size=2, **options):
        super().__init__(**options)
        self.pool_size = self.strides = pool_size

    def build(self, input_shape):
        """Create factor and bias, of shape (channels,) each."""
        check_window("pool_size", self.pool_size, input_shape)
        shape = (input_shape[-1],)
        mean = keras.initializers.Constant(1 / self.pool_size**2)
        self.factor = self.add_weight(shape=shape, initializer=mean, name="factor")
        self.bias = self.add_weight(shape=shape, initializer="zeros", name="bias")

    def call(self, x):
        """factor · sum of the window + bias."""
        total = ops.average_pool(x, self.pool_size, self.strides) * self.pool_size**2
        return self.factor * total + self.bias

    def compute_output_shape(self, input_shape):
        """Height and width over ``pool_size``, rounded down."""
        n, height, width, channels = input_shape
        p = self.pool_size
        return (n, height and height // p, width and width // p, channels)

    def get_config(self):
        """Arguments to build the layer again."""
        return super().get_config() | {"pool_size": self.pool_size}


@keras.saving.register_keras_serializable("dlcourse")
class SparseConv2D(keras.Layer):
    """Convolution whose output maps see some input maps each: H' x W' x len(table).

    ``table[m]`` lists the input maps that output map m sees (table I).
    """

    strides, padding = 1, "valid"

    def __init__(self, table, kernel_size, **options):
        super().__init__(**options)
        self.table, self.kernel_size = [list(maps) for maps in table], kernel_size

    def build(self, input_shape):
        """Create the kernel, k x k x crosses in the table, and a bias for each map."""
        crosses = [(seen, m) for m, maps in enumerate(self.table) for seen in maps]
        maps, k = len(self.table), self.kernel_size
        check_window("kernel_size", k, input_shape)
        # A 1 at (n, seen, m): part n of the kernel leads from map seen to map m.
        self.pairs = np.zeros((len(crosses), input_shape[-1], maps), "float32")
        for n, (seen, m) in enumerate(crosses):
            self.pairs[n, seen, m] = 1
        self.kernel = self.add_weight(shape=(k, k, len(crosses)), name="kernel")
        self.bias = self.add_weight(shape=(maps,), initializer="zeros", name="bias")

    def call(self, x):
        """A dense convolution whose kernel is 0 where the table has no cross."""
        pairs = ops.convert_to_tensor(self.pairs, self.compute_dtype)
        return ops.conv(x, ops.tensordot(self.kernel, pairs, 1), 1, "valid") + self.bias

    def compute_output_shape(self, input_shape):
        """Without padding, height and width shrink by the kernel's size - 1."""
        n, height, width, _ = input_shape
        shrink = self.kernel_size - 1
        height, width = height and height - shrink, width and width - shrink
        return (n, height, width, len(self.table))

    def get_config(self):
        """Arguments to build the layer again."""
        config = {"table": self.table, "kernel_size": self.kernel_size}
        return super().get_config() | config


@keras.saving.register_keras_serializable("dlcourse")
class RadialBasis(keras.Layer):
    """Squared distance to each of the fixed codes (eq. 7): (n, features) -> (n, codes).

    ``codes`` is an array (codes, features). The layer has nothing to train.
    """

    def __init__(self, codes, **options):
        super().__init__(**options)
        self.codes = np.asarray(codes, "float32")

    def call(self, x):
        """sum_j (x_j - code_ij)² for each code i."""
        codes = ops.convert_to_tensor(self.codes, x.dtype)
        return ops.sum((x[:, None] - codes) ** 2, axis=-1)

    def compute_output_shape(self, input_shape):
        """One distance for each code."""
        return (input_shape[0], len(self.codes))

    def get_config(self):
        """Arguments to build the layer again."""
        return super().get_config() | {"codes": self.codes.tolist()}


def digit_codes():
    """A code for each digit: (10, 84), a picture of 12 x 7 pixels that are 1 or -1.

    The paper's codes are such pictures too, of printed characters (fig. 3).
    """
    left, right, wide = slice(0, 2), slice(5, 7), slice(0, 7)
    bars = {  # of a seven-segment display: rows, columns
        "a": (slice(0, 2), wide),
        "b": (slice(0, 7), right),
        "c": (slice(5, 12), right),
        "d": (slice(10, 12), wide),
        "e": (slice(5, 12), left),
        "f": (slice(0, 7), left),
        "g": (slice(5, 7), wide),
    }
    digits = "abcdef bc abdeg abcdg bcfg acdfg acdefg abc abcdefg abcdfg"
    pictures = -np.ones((10, 12, 7))
    for picture, lit in zip(pictures, digits.split(), strict=True):
        for bar in lit:
            picture[bars[bar]] = 1
    return pictures.reshape(10, 84)
