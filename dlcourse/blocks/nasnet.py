"""The NASNet-A cells, which a search found on CIFAR-10.

Zoph, Vasudevan, Shlens, Le, "Learning Transferable Architectures for Scalable Image
Recognition", CVPR 2018, arXiv:1707.07012.

Each cell takes the outputs of the two cells before, ``x`` and ``previous``, and has
five additions, written in the order of the authors' code.

Differs: "same" is padded as TensorFlow does, bottom and right first, and the strided
poolings see zeros around the image; both as in keras.applications, whose weights fit.
"""

from keras import layers, ops


def normal_cell(x, previous, filters):
    """NASNet-A normal cell (fig. 4, left): H x W x C -> H x W x (6 filters)."""
    p = fit(previous, x, filters)
    h = relu_conv_bn(x, filters)
    return layers.Concatenate()(
        [
            p,
            separable(h, filters, 5) + separable(p, filters, 3),
            separable(p, filters, 5) + separable(p, filters, 3),
            average(h) + p,
            average(p) + average(p),
            separable(h, filters, 3) + h,
        ]
    )


def reduction_cell(x, previous, filters):
    """NASNet-A reduction cell (fig. 4, right): H x W x C -> H/2 x W/2 x (4 filters)."""
    p = fit(previous, x, filters)
    h = relu_conv_bn(x, filters)
    first = separable(h, filters, 5, 2) + separable(p, filters, 7, 2)
    second = halved(h, layers.MaxPooling2D) + separable(p, filters, 7, 2)
    third = halved(h, layers.AveragePooling2D) + separable(p, filters, 5, 2)
    fourth = average(first) + second
    fifth = separable(first, filters, 3) + halved(h, layers.MaxPooling2D)
    return layers.Concatenate()([second, third, fourth, fifth])


def fit(previous, x, filters):
    """``previous`` in the height and width of ``x``, with so many filters.

    The first cell has one input only, ``previous is x``, and takes it as it is.
    """
    if previous is x:
        return x
    if previous.shape[1] != x.shape[1]:
        return factorized_reduction(previous, filters)
    return (
        relu_conv_bn(previous, filters) if previous.shape[-1] != filters else previous
    )


def factorized_reduction(x, filters):
    """Halve the image without losing pixels: H x W x C -> H/2 x W/2 x filters.

    One 1x1 convolution sees the even rows and columns, another the odd ones.
    """
    x = ops.relu(x)
    odd = layers.ZeroPadding2D(((0, 1), (0, 1)))(x)[:, 1::2, 1::2]
    halves = [project(x[:, ::2, ::2], filters // 2), project(odd, filters // 2)]
    return norm(layers.Concatenate()(halves))


def relu_conv_bn(x, filters):
    """ReLU, 1x1 convolution, batch norm: H x W x C -> H x W x filters."""
    return norm(project(ops.relu(x), filters))


def project(x, filters):
    """1x1 convolution: H x W x C -> H x W x filters."""
    return layers.Conv2D(filters, 1, use_bias=False, kernel_initializer="he_normal")(x)


def separable(x, filters, kernel_size, strides=1):
    """Twice ReLU, separable conv, batch norm: H x W x C -> H/s x W/s x filters."""
    for step in (strides, 1):
        x = layers.SeparableConv2D(
            filters, kernel_size, step, padding="same", use_bias=False
        )(ops.relu(x))
        x = norm(x)
    return x


def average(x):
    """3x3 average pooling: H x W x C -> H x W x C."""
    return layers.AveragePooling2D(3, 1, padding="same")(x)


def halved(x, pooling):
    """3x3 pooling with stride 2: H x W x C -> H/2 x W/2 x C, zeros around the image."""
    before = [size % 2 for size in x.shape[1:3]]  # as "same" pads
    x = layers.ZeroPadding2D(((before[0], 1), (before[1], 1)))(x)
    return pooling(3, 2)(x)


def norm(x):
    """Batch norm with the paper's slow averages."""
    return layers.BatchNormalization(momentum=0.9997, epsilon=1e-3)(x)
