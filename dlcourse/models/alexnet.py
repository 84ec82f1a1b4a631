"""AlexNet, the network that won ILSVRC 2012.

Alex Krizhevsky, Ilya Sutskever, Geoffrey Hinton: ImageNet Classification with Deep
Convolutional Neural Networks. NIPS 2012. Alex Krizhevsky: One weird trick for
parallelizing convolutional neural networks. 2014, arXiv:1404.5997.
"""

from keras import layers

from dlcourse.blocks.conv import conv, max_pool
from dlcourse.blocks.head import fully_connected
from dlcourse.layers.lrn import LocalResponseNormalization
from dlcourse.models.arguments import (
    check_counts,
    check_fractions,
    check_lists,
    choose,
    choose_stages,
    functional,
    image_input,
)

FILTERS = {  # of conv1 ... conv5
    "2012": (96, 256, 384, 384, 256),  # NIPS 2012, fig. 2: both halves together
    "2014": (64, 192, 384, 256, 256),  # One weird trick: for one GPU
}
GAUSSIAN = {"class_name": "RandomNormal", "config": {"stddev": 0.01}}
INITIALIZATIONS = {  # kernels; kernel of the last layer; biases of some layers
    "2012": (GAUSSIAN, GAUSSIAN, "ones"),  # section 5
    "he": ("he_normal", "glorot_uniform", "zeros"),
}


def AlexNet(
    filters="2012",
    groups=1,
    first=(11, 4),
    pool_size=3,
    normalize=True,
    activation="relu",
    dense=(4096, 4096),
    dropout=0.5,
    initialization="he",
    input_shape=(227, 227, 3),
    classes=1000,
    classifier_activation="softmax",
    name="AlexNet",
):
    """Five convolutions and three dense layers (fig. 2).

    Layers: "conv1", "norm1", "pool1", "conv2", "norm2", "pool2", "conv3", "conv4",
    "conv5", "pool5", "flatten", "fc6", "fc7", "fc8".

    Args:
        filters: of the five convolutions: a row of `FILTERS`, or five numbers.
        groups: 2 is the network on two GPUs: conv2, conv4 and conv5 see only the half
            on their own GPU.
        first: kernel size and strides of conv1; (5, 1) suits images of 32 pixels.
        pool_size: of all poolings, whose strides are 2; 2 leaves out the overlap
            (section 3.4).
        normalize: False leaves out the response normalization (3.3).
        activation: of all layers but the last; "tanh" to compare (3.1).
        dense: units of the hidden dense layers.
        dropout: rate after each of them (4.2).
        initialization: "2012" draws all weights from N(0, 0.01²), and starts the biases
            of conv2, conv4, conv5 and the hidden dense layers at one (section 5), which
            suits the widths of the paper; "he" draws as He et al. propose, which trains
            narrow networks too, and starts biases at zero.
        input_shape: (height, width, channels).
        classes: number of classes.
        classifier_activation: of the last layer.
        name: of the model.

    Returns:
        A ``keras.Model``: images (n, height, width, channels) -> probabilities
        (n, classes).

    Raises:
        ValueError: for a row, shape or number that is not possible.
    """
    check_counts(groups=groups, pool_size=pool_size, classes=classes)
    check_lists(dense=dense)
    check_lists(2, first=first)
    check_fractions(dropout=dropout)
    conv1, conv2, conv3, conv4, conv5 = choose_stages(FILTERS, filters, "filters", 5)
    kernels, last, ones = choose(INITIALIZATIONS, initialization, "initialization")
    options = {"activation": activation, "use_bias": True}
    options["kernel_initializer"] = kernels
    biased = {**options, "groups": groups, "bias_initializer": ones}

    inputs = image_input(input_shape, smallest(*first, pool_size), fixed=True)
    x = cover(inputs, *first, name="conv1_pad")
    x = conv(x, conv1, *first, "valid", name="conv1", **options)  # 55 x 55 x 96
    x = normalize_and_pool(x, 1, normalize, pool_size)  # 27 x 27 x 96
    x = conv(x, conv2, 5, name="conv2", **biased)  # 27 x 27 x 256
    x = normalize_and_pool(x, 2, normalize, pool_size)  # 13 x 13 x 256
    x = conv(x, conv3, 3, name="conv3", **options)  # 13 x 13 x 384
    x = conv(x, conv4, 3, name="conv4", **biased)  # 13 x 13 x 384
    x = conv(x, conv5, 3, name="conv5", **biased)  # 13 x 13 x 256
    x = max_pool(x, pool_size, 2, "valid", name="pool5")  # 6 x 6 x 256
    outputs = fully_connected(
        *(x, dense, classes, classifier_activation, dropout, activation),
        initializers={"kernel_initializer": kernels, "bias_initializer": ones},
        last_kernel=last,
    )
    return functional(inputs, outputs, name)


def normalize_and_pool(x, number, normalize, pool_size):
    """Response normalization, where wanted, and pooling (section 3.5)."""
    if normalize:
        x = LocalResponseNormalization(name=f"norm{number}")(x)
    return max_pool(x, pool_size, 2, "valid", name=f"pool{number}")


def cover(x, kernel_size, strides, name=None):
    """Pad with zeros until the windows reach the last pixel: 224 x 224 -> 227 x 227.

    The paper writes 224 and counts 55 windows: the last one hangs over the edge. For 55
    whole windows it takes 227 pixels.
    """
    missing = [-(size - kernel_size) % strides for size in x.shape[1:3]]
    if missing == [0, 0]:
        return x
    around = [(m // 2, m - m // 2) for m in missing]
    return layers.ZeroPadding2D(around, name=name)(x)


def smallest(kernel_size, strides, pool_size):
    """Width of the smallest image of which the last pooling leaves one pixel."""
    size = 1
    for _ in range(3):
        size = 2 * (size - 1) + pool_size
    return strides * (size - 1) + kernel_size - (strides - 1)  # `cover` adds the rest
