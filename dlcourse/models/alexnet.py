"""AlexNet, the network that won ILSVRC 2012.

Krizhevsky, Sutskever, Hinton: ImageNet classification with deep convolutional neural
networks. NIPS 2012.
Krizhevsky: One weird trick for parallelizing convolutional neural networks. 2014,
arXiv 1404.5997.
"""

import keras
from keras import layers

from dlcourse.blocks.conv import conv, max_pool
from dlcourse.blocks.head import fully_connected
from dlcourse.layers.lrn import LocalResponseNormalization
from dlcourse.models.arguments import choose, image_input

FILTERS = {  # of conv1 ... conv5
    "2012": (96, 256, 384, 384, 256),  # NIPS 2012, fig. 2: both halves together
    "2014": (64, 192, 384, 256, 256),  # One weird trick: for one GPU
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
    input_shape=(227, 227, 3),
    classes=1000,
    classifier_activation="softmax",
):
    """Five convolutions and three dense layers (fig. 2).

    ``filters`` is a row of the table above or five numbers. ``groups=2`` is the network
    on two GPUs: conv2, conv4 and conv5 see only the half on their own GPU. ``first`` is
    kernel size and strides of conv1; (5, 1) suits images of 32 pixels.

    What section 3 compares: ``activation="tanh"`` (3.1), ``normalize=False`` (3.3),
    ``pool_size=2`` for pooling without overlap (3.4), ``dropout=0.0`` (4.2).

    Raises ValueError for an unknown row, or images that the last pooling cannot halve.
    """
    if isinstance(filters, str):
        filters = choose(FILTERS, filters, "filters")
    conv1, conv2, conv3, conv4, conv5 = filters
    options = {"activation": activation, "use_bias": True}

    inputs = image_input(input_shape, smallest(*first, pool_size))
    x = cover(inputs, *first)
    x = conv(x, conv1, *first, padding="valid", **options)  # 55 x 55 x 96
    x = normalize_and_pool(x, normalize, pool_size)  # 27 x 27 x 96
    x = conv(x, conv2, 5, groups=groups, **options)  # 27 x 27 x 256
    x = normalize_and_pool(x, normalize, pool_size)  # 13 x 13 x 256
    x = conv(x, conv3, 3, **options)  # 13 x 13 x 384
    x = conv(x, conv4, 3, groups=groups, **options)  # 13 x 13 x 384
    x = conv(x, conv5, 3, groups=groups, **options)  # 13 x 13 x 256
    x = max_pool(x, pool_size, 2, "valid")  # 6 x 6 x 256
    x = fully_connected(
        x, dense, classes, classifier_activation, dropout, hidden_activation=activation
    )
    return keras.Model(inputs, x, name="alexnet")


def normalize_and_pool(x, normalize, pool_size):
    """Response normalization, where wanted, and pooling (sec. 3.5)."""
    if normalize:
        x = LocalResponseNormalization()(x)
    return max_pool(x, pool_size, 2, "valid")


def cover(x, kernel_size, strides):
    """Pad with zeros until the windows reach the last pixel: 224 x 224 -> 227 x 227.

    The paper writes 224 and counts 55 windows; only 227 pixels hold as many.
    """
    missing = [-(size - kernel_size) % strides for size in x.shape[1:3]]
    if missing == [0, 0]:
        return x
    return layers.ZeroPadding2D([(m // 2, m - m // 2) for m in missing])(x)


def smallest(kernel_size, strides, pool_size):
    """Width of the smallest image of which the last pooling leaves one pixel."""
    size = 1
    for _ in range(3):
        size = 2 * (size - 1) + pool_size
    return strides * (size - 1) + kernel_size - (strides - 1)  # `cover` adds the rest
