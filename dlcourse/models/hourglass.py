"""Stacked hourglasses: key points as heat maps, predicted and corrected.

Alejandro Newell, Kaiyu Yang, Jia Deng: Stacked Hourglass Networks for Human Pose
Estimation. ECCV 2016, arXiv:1603.06937.
"""

import keras
from keras import layers

from dlcourse.blocks.conv import MOMENTUM, conv, conv_bn, max_pool
from dlcourse.blocks.hourglass import hourglass, residual
from dlcourse.models.arguments import (
    check_counts,
    check_sizes,
    functional,
    image_input,
)


def Hourglass(
    stacks=8,
    width=256,
    order=4,
    input_shape=(256, 256, 3),
    keypoints=16,
    momentum=MOMENTUM,
    name="Hourglass",
):
    """A stack of hourglasses, with an output of each for the loss (fig. 1, fig. 4).

    Layers: "conv1" and the residual blocks "stem1" to "stem3" with "pool1"; of the
    first hourglass "hourglass1_sum4" and its other parts, "hourglass1_residual",
    "hourglass1_features" and "heat_maps1". The second reads what the first one read,
    its features and its heat maps: "sum1" of "stem3", "features1" and "remapped1".

    Args:
        stacks: number of hourglasses, of which the paper has 8, and 1 to 4 in its
            experiments.
        width: feature maps everywhere but in the stem, where there are a quarter and
            half as many; a multiple of 8.
        order: poolings of each hourglass.
        input_shape: (height, width, channels), multiples of 4 * 2 ** order.
        keypoints: number of key points, each of which has a heat map.
        momentum: of batch norm's running statistics.
        name: of the model.

    Returns:
        A ``keras.Model``: images (n, height, width, channels) -> a list of ``stacks``
        heat maps (n, height / 4, width / 4, keypoints), or the one alone. The last is
        the answer. Train it with the squared error: `Supervised` takes that of all.

    Raises:
        ValueError: for a shape or number that is not possible.
    """
    check_counts(stacks=stacks, order=order, keypoints=keypoints)
    check_counts(at_least=8, width=width)
    if width % 8:
        raise ValueError(f"width={width!r}: give a multiple of 8.")
    inputs = image_input(input_shape, at_least=4 * 2**order)
    check_sizes(input_shape, 4 * 2**order)
    x = conv_bn(
        inputs, width // 4, 7, 2, use_bias=True, momentum=momentum, name="conv1"
    )
    x = residual(x, width // 2, momentum, "stem1")  # 128 x 128 x 128
    x = max_pool(x, 2, 2, "valid", "pool1")
    x = residual(x, width // 2, momentum, "stem2")
    x = residual(x, width, momentum, "stem3")  # 64 x 64 x 256, and so to the end
    heat_maps = []
    for number in range(1, stacks + 1):
        features = one_stack(x, order, momentum, f"hourglass{number}")
        last = {"use_bias": True, "dtype": "float32", "name": f"heat_maps{number}"}
        heat_maps.append(layers.Conv2D(keypoints, 1, **last)(features))
        if number < stacks:
            x = next_input(x, features, heat_maps[-1], number)
    return functional(inputs, heat_maps, name, Supervised)


@keras.saving.register_keras_serializable("dlcourse")
class Supervised(keras.Model):
    """A network each of whose outputs is trained to be the same (section 3.2).

    ``fit(x, y)`` takes the heat maps once, for all outputs; the loss is the sum of
    theirs. Metrics see the last output alone.
    """

    def compute_loss(self, x, y, y_pred, sample_weight=None, training=True):
        """The sum of the losses of all outputs."""
        loss, outputs = super().compute_loss, keras.tree.flatten(y_pred)
        return sum(loss(x, y, output, sample_weight, training) for output in outputs)

    def compute_metrics(self, x, y, y_pred, sample_weight=None):
        """The metrics of the last output."""
        last = keras.tree.flatten(y_pred)[-1]
        return super().compute_metrics(x, y, last, sample_weight)


def one_stack(x, order, momentum, name):
    """An hourglass, a residual block and a 1x1 convolution: same shape as x."""
    y = hourglass(x, order, momentum, name)
    y = residual(y, y.shape[-1], momentum, f"{name}_residual")
    options = {"use_bias": True, "momentum": momentum, "name": f"{name}_features"}
    return conv_bn(y, y.shape[-1], 1, **options)


def next_input(x, features, heat_maps, number):
    """What the next hourglass reads (fig. 4, right): same shape as x.

    The input of the last one, its features and its heat maps, brought to as many
    channels by 1x1 convolutions.
    """
    width = x.shape[-1]
    y = conv(features, width, 1, use_bias=True, name=f"features{number}")
    remapped = conv(heat_maps, width, 1, use_bias=True, name=f"remapped{number}")
    return layers.Add(name=f"sum{number}")([x, y, remapped])
