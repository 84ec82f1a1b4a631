"""Blocks of networks for phones: depthwise separable, inverted residual, fused.

Howard et al.: MobileNets. arXiv:1704.04861. Sandler et al.: MobileNetV2. CVPR 2018,
arXiv:1801.04381. Howard et al.: Searching for MobileNetV3. ICCV 2019, arXiv:1905.02244.
Tan and Le: EfficientNetV2. ICML 2021, arXiv:2104.00298.

These networks were written for TensorFlow, which pads an image of even size at the
bottom and on the right alone where strides are 2. So do these functions, unlike
`blocks.conv`, and the authors' weights fit.
"""

from keras import layers

from dlcourse.blocks.conv import MOMENTUM, layer_name, norm

EPSILON = 1e-3  # of batch norm, as in the authors' code


def divisible(filters, by=8):
    """The nearest multiple of ``by``, which phones compute fastest; never 0.

    The next one where the nearest is less than nine tenths, so that no layer of a
    narrowed network becomes too thin (the authors' ``make_divisible``).
    """
    nearest = max(by, int(filters + by / 2) // by * by)
    return nearest if nearest >= 0.9 * filters else nearest + by


def conv_bn(
    x,
    filters,
    kernel_size=1,
    strides=1,
    activation="relu6",
    momentum=MOMENTUM,
    name=None,
):
    """Convolution without bias, batch norm, activation: C -> filters, H/s x W/s."""
    y = layers.Conv2D(
        filters,
        kernel_size,
        strides,
        padding="same",
        use_bias=False,
        kernel_initializer="he_normal",
        name=name,
    )(x)
    return bn_activation(y, activation, momentum, name)


def depthwise(
    x, kernel_size=3, strides=1, activation="relu6", momentum=MOMENTUM, name=None
):
    """Convolution within each channel, batch norm, activation: C -> C, H/s x W/s."""
    y = layers.DepthwiseConv2D(
        kernel_size,
        strides,
        padding="same",
        use_bias=False,
        depthwise_initializer="he_normal",
        name=name,
    )(x)
    return bn_activation(y, activation, momentum, name)


def bn_activation(x, activation, momentum, name):
    """Batch norm, and an activation where there is one; same shape."""
    y = norm(x, epsilon=EPSILON, momentum=momentum, name=layer_name(name, "bn"))
    if activation is None:
        return y
    return layers.Activation(activation, name=layer_name(name, activation))(y)


def gates(x, units, activation="relu", gate="sigmoid", name=None):
    """Squeeze and excitation by way of so many units: H x W x C -> H x W x C.

    As `blocks.excite.squeeze_excite`, with other functions: MobileNetV3 takes the
    "hard_sigmoid", relu6(x + 3) / 6, EfficientNet "silu" between the dense layers.
    """
    weights = layers.GlobalAveragePooling2D(
        keepdims=True, name=layer_name(name, "squeeze")
    )(x)
    weights = layers.Dense(units, activation, name=layer_name(name, "reduce"))(weights)
    weights = layers.Dense(x.shape[-1], gate, name=layer_name(name, "gate"))(weights)
    return layers.Multiply(name=layer_name(name, "scale"))([x, weights])


def inverted_residual(
    x,
    hidden,
    filters,
    kernel_size=3,
    strides=1,
    activation="relu6",
    squeeze=None,
    drop=0.0,
    momentum=MOMENTUM,
    name=None,
):
    """Wide inside, narrow outside: H x W x C -> H/s x W/s x filters (V2, fig. 3b).

    A 1x1 to ``hidden`` channels, a depthwise convolution, gates, and a 1x1 down to
    ``filters`` without activation: a ReLU on few channels would lose what they hold
    (section 3.2). With a shortcut where strides are 1 and the channels stay as many.

    Args:
        hidden: channels inside; as many as x has: no 1x1 before.
        squeeze: a function of the hidden tensor and a name, such as `gates`; None: not.
        drop: rate at which the branch is dropped in training, image by image.
    """
    y = x
    if hidden != x.shape[-1]:
        options = {"activation": activation, "momentum": momentum}
        y = conv_bn(y, hidden, name=layer_name(name, "expand"), **options)
    middle = layer_name(name, "depthwise")
    y = depthwise(y, kernel_size, strides, activation, momentum, middle)
    if squeeze:
        y = squeeze(y, name=name)
    y = conv_bn(y, filters, 1, 1, None, momentum, layer_name(name, "project"))
    return add_if_same(x, y, strides, drop, name)


def fused_inverted_residual(
    x, hidden, filters, strides=1, drop=0.0, momentum=MOMENTUM, name=None
):
    """Expansion and depthwise convolution in one 3x3 (EfficientNetV2, fig. 2).

    H x W x C -> H/s x W/s x filters. Where ``hidden`` is the number of channels of x,
    the 3x3 is all there is. More work, and faster where large matrices are.
    """
    options = {"activation": "silu", "momentum": momentum}
    if hidden == x.shape[-1]:
        project = layer_name(name, "project")
        y = conv_bn(x, filters, 3, strides, name=project, **options)
    else:
        y = conv_bn(x, hidden, 3, strides, name=layer_name(name, "expand"), **options)
        y = conv_bn(y, filters, 1, 1, None, momentum, layer_name(name, "project"))
    return add_if_same(x, y, strides, drop, name)


def add_if_same(x, branch, strides, drop, name):
    """The sum with the shortcut, where both have the same shape; else the branch."""
    if strides != 1 or x.shape[-1] != branch.shape[-1]:
        return branch
    if drop:
        options = {"noise_shape": (None, 1, 1, 1), "name": layer_name(name, "drop")}
        branch = layers.Dropout(drop, **options)(branch)
    return layers.Add(name=layer_name(name, "add"))([x, branch])
