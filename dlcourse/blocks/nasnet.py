"""The NASNet-A cells, which a search found on CIFAR-10.

Barret Zoph, Vijay Vasudevan, Jonathon Shlens, Quoc V. Le: Learning Transferable
Architectures for Scalable Image Recognition. CVPR 2018, arXiv:1707.07012.

Each cell takes the outputs of the two cells before, ``x`` and ``previous``, and has
five blocks of two operations each, in the order of the authors' code. The cell's output
is the layer ``name``; its blocks are ``name``_block1 to _block5, and their operations
``name``_block1_left and _right.

Differs: "same" is padded as TensorFlow does, bottom and right first, and the strided
poolings see zeros around the image; both as in keras.applications, whose weights fit.
Without the drop path of each operation in training.
"""

from functools import partial

from keras import layers

from dlcourse.blocks.conv import layer_name, norm, relu
from dlcourse.blocks.residual import identity

MOMENTUM = 0.9997  # of batch norm, in the authors' configuration for ImageNet
EPSILON = 1e-3


def normal_cell(x, previous, filters, momentum=MOMENTUM, epsilon=EPSILON, name=None):
    """NASNet-A normal cell (fig. 4, left): H x W x C -> H x W x (6 filters)."""
    options = {"filters": filters, "momentum": momentum, "epsilon": epsilon}
    sep3x3, sep5x5 = (partial(separable, kernel_size=k, **options) for k in (3, 5))
    average, same = partial(averaged, **options), partial(as_it_is, **options)
    add = partial(block, name)
    p = adjust(previous, x, name=layer_name(name, "previous"), **options)
    h = relu_conv_bn(x, name=layer_name(name, "1x1"), **options)
    blocks = [
        add(1, (sep5x5, h), (sep3x3, p)),
        add(2, (sep5x5, p), (sep3x3, p)),
        add(3, (average, h), (same, p)),
        add(4, (average, p), (average, p)),
        add(5, (sep3x3, h), (same, h)),
    ]
    p = in_width(p, name=layer_name(name, "output"), **options)
    return layers.Concatenate(name=name)([p, *blocks])


def reduction_cell(x, previous, filters, momentum=MOMENTUM, epsilon=EPSILON, name=None):
    """NASNet-A reduction cell (fig. 4, right): H x W x C -> H/2 x W/2 x (4 filters).

    Operations on the cell's inputs have strides 2, those on its blocks 1.
    """
    options = {"filters": filters, "momentum": momentum, "epsilon": epsilon}
    sep5x5, sep7x7 = (
        partial(separable, kernel_size=k, strides=2, **options) for k in (5, 7)
    )
    sep3x3 = partial(separable, kernel_size=3, **options)
    max_halved, average_halved = (
        partial(halved, pooling=pooling)
        for pooling in (layers.MaxPooling2D, layers.AveragePooling2D)
    )
    add = partial(block, name)
    p = adjust(previous, x, name=layer_name(name, "previous"), **options)
    h = relu_conv_bn(x, name=layer_name(name, "1x1"), **options)
    first = add(1, (sep5x5, h), (sep7x7, p))
    second = add(2, (max_halved, h), (sep7x7, p))
    third = add(3, (average_halved, h), (sep5x5, p))
    fourth = add(4, (partial(averaged, **options), first), (identity, second))
    fifth = add(5, (sep3x3, first), (max_halved, h))
    return layers.Concatenate(name=name)([second, third, fourth, fifth])


def block(name, number, left, right):
    """The sum of two operations, each given as (operation, input)."""
    name = layer_name(name, f"block{number}")
    (left_operation, left_input), (right_operation, right_input) = left, right
    left = left_operation(left_input, name=layer_name(name, "left"))
    right = right_operation(right_input, name=layer_name(name, "right"))
    return layers.Add(name=name)([left, right])


def adjust(previous, x, filters, name=None, **norm_options):
    """``previous`` in the height and width of ``x``, with so many filters.

    The first cell has one input only, ``previous is x``, and takes it as it is.
    """
    if previous is x:
        return x
    if previous.shape[1] != x.shape[1]:
        return factorized_reduction(previous, filters, name=name, **norm_options)
    if previous.shape[-1] != filters:
        return relu_conv_bn(previous, filters, name=name, **norm_options)
    return previous


def factorized_reduction(x, filters, name=None, **norm_options):
    """Halve the image without losing pixels: H x W x C -> H/2 x W/2 x filters.

    One 1x1 convolution sees the even rows and columns, another the odd ones.
    """
    part = partial(layer_name, name)
    x = relu(x, part("relu"))
    even = project(x[:, ::2, ::2], filters // 2, part("even"))
    odd = layers.ZeroPadding2D(((0, 1), (0, 1)), name=part("pad"))(x)[:, 1::2, 1::2]
    odd = project(odd, filters // 2, part("odd"))
    y = layers.Concatenate(name=part("halves"))([even, odd])
    return batch_norm(y, name=part("bn"), **norm_options)


def relu_conv_bn(x, filters, name=None, **norm_options):
    """ReLU, 1x1 convolution, batch norm: H x W x C -> H x W x filters."""
    y = project(relu(x, layer_name(name, "relu")), filters, name)
    return batch_norm(y, name=layer_name(name, "bn"), **norm_options)


def project(x, filters, name=None):
    """1x1 convolution: H x W x C -> H x W x filters."""
    return layers.Conv2D(
        filters, 1, use_bias=False, kernel_initializer="he_normal", name=name
    )(x)


def separable(x, filters, kernel_size, strides=1, name=None, **norm_options):
    """Twice ReLU, separable conv, batch norm: H x W x C -> H/s x W/s x filters."""
    part = partial(layer_name, layer_name(name, f"sep{kernel_size}x{kernel_size}"))
    for number, step in ((1, strides), (2, 1)):
        y = relu(x, part(f"{number}_relu"))
        y = layers.SeparableConv2D(
            filters, kernel_size, step, "same", use_bias=False, name=part(number)
        )(y)
        x = batch_norm(y, name=part(f"{number}_bn"), **norm_options)
    return x


def averaged(x, filters, name=None, **norm_options):
    """3x3 average pooling: H x W x C -> H x W x filters."""
    x = layers.AveragePooling2D(3, 1, padding="same", name=name)(x)
    return in_width(x, filters, name, **norm_options)


def as_it_is(x, filters, name=None, **norm_options):
    """The input, behind a ReLU where its channels do not fit: -> H x W x filters."""
    if x.shape[-1] == filters:
        return x
    return in_width(relu(x, layer_name(name, "relu")), filters, name, **norm_options)


def in_width(x, filters, name=None, **norm_options):
    """The input, projected where its channels do not fit: -> H x W x filters.

    Only the first cell of the network for CIFAR, whose stem is wider, needs it.
    """
    if x.shape[-1] == filters:
        return x
    y = project(x, filters, layer_name(name, "1x1"))
    return batch_norm(y, name=layer_name(name, "1x1_bn"), **norm_options)


def halved(x, pooling, name=None):
    """3x3 pooling with stride 2: H x W x C -> H/2 x W/2 x C, zeros around the image."""
    before = [size % 2 for size in x.shape[1:3]]  # as "same" pads
    around = (before[0], 1), (before[1], 1)
    x = layers.ZeroPadding2D(around, name=layer_name(name, "pad"))(x)
    return pooling(3, 2, name=name)(x)


def batch_norm(x, momentum=MOMENTUM, epsilon=EPSILON, name=None):
    """Batch norm, by default as in the authors' networks for ImageNet: same shape."""
    return norm(x, epsilon=epsilon, momentum=momentum, name=name)
