"""Convolution, batch normalization, ReLU and pooling, padded as the papers pad.

With strides > 1, Keras's ``padding="same"`` pads an even-sized image at the bottom and
right only; Caffe, PyTorch and the papers pad all sides evenly. So do these functions.

``name`` is the name of the layer in the paper, "conv3_2"; the layers that belong to it
are called after it: "conv3_2_bn", "conv3_2_relu". Without it Keras names them.
"""

from numbers import Real

from keras import layers, ops

from dlcourse.arguments import check_all, either, many, maps, one_of, whole
from dlcourse.layers import fast

EPSILON = 1.001e-5  # the papers' 1e-5 as in keras.applications: weights transfer
# Of the running statistics. Keras's 0.99 follows only after hundreds of steps; 0.9 is
# Torch's default (there written 0.1), with which many of these networks were trained.
MOMENTUM = 0.9


def conv(
    x,
    filters,
    kernel_size,
    strides=1,
    padding="same",
    groups=1,
    dilation_rate=1,
    use_bias=False,
    activation=None,
    name=None,
    **initializers,
):
    """2-D convolution: H x W x C -> H/s x W/s x filters (rounded up; "same").

    ``initializers`` are Keras's ``kernel_initializer`` and ``bias_initializer``; by
    default kernels are drawn as He et al. propose, by the number of inputs of an output
    (arXiv:1502.01852, equation 10), and biases are zero. Differs: fb.resnet.torch and
    the codes after it draw by the number of outputs of an input (equation 14).
    """
    if padding == "same" and strides != 1:
        x = pad(x, kernel_size, dilation_rate, name=layer_name(name, "pad"))
        padding = "valid"
    convolution = layers.Conv2D if groups == 1 else fast.Conv2D
    return convolution(
        filters,
        kernel_size,
        strides,
        padding,
        dilation_rate=dilation_rate,
        groups=groups,
        use_bias=use_bias,
        activation=activation,
        name=name,
        **{"kernel_initializer": "he_normal"} | initializers,
    )(x)


def norm(x, scale=True, epsilon=EPSILON, gamma="ones", momentum=MOMENTUM, name=None):
    """Batch normalization over all axes but the last (Ioffe and Szegedy, 2015).

    ``gamma="zeros"`` starts at zero: a residual block then begins as its shortcut. The
    running mean and variance keep the fraction ``momentum`` of themselves at each step.

    Raises ValueError for a ``momentum`` that is no number from 0 to 1.
    """
    if not isinstance(momentum, Real) or not 0 <= momentum <= 1:
        raise ValueError(f"momentum={momentum!r}: give a number from 0 to 1.")
    return fast.BatchNormalization(
        momentum=momentum,
        epsilon=epsilon,
        scale=scale,
        gamma_initializer=gamma,
        name=name,
    )(x)


def conv_bn(
    x,
    filters,
    kernel_size,
    strides=1,
    activation="relu",
    scale=True,
    epsilon=EPSILON,
    gamma="ones",
    momentum=MOMENTUM,
    name=None,
    **conv_options,
):
    """Convolution without bias, batch norm, ReLU: H x W x C -> H/s x W/s x filters.

    ``activation=None`` leaves the sum with a shortcut to the caller. ``scale``,
    ``epsilon``, ``gamma`` and ``momentum`` are those of `norm`, ``conv_options`` those
    of `conv`.
    """
    y = conv(x, filters, kernel_size, strides, name=name, **conv_options)
    y = norm(y, scale, epsilon, gamma, momentum, layer_name(name, "bn"))
    if activation is None:
        return y
    return layers.Activation(activation, name=layer_name(name, activation))(y)


def relu(x, name=None):
    """The positive part of x, as a layer that can be named: same shape."""
    return layers.Activation("relu", name=name)(x)


def bn_relu(x, momentum=MOMENTUM, name=None):
    """Batch norm and ReLU, for networks that normalize before they convolve."""
    y = norm(x, momentum=momentum, name=layer_name(name, "bn"))
    return relu(y, layer_name(name, "relu"))


def max_pool(x, pool_size, strides, padding="same", name=None):
    """Max pooling: H x W x C -> H/s x W/s x C (rounded up; "same" pads evenly)."""
    if padding == "same" and strides != 1:
        # Zeros would win against negative inputs, so pad with the lowest number.
        x, padding = pad(x, pool_size, value=-float("inf")), "valid"
    return layers.MaxPooling2D(pool_size, strides, padding, name=name)(x)


def pad(x, kernel_size, dilation_rate=1, value=0.0, name=None):
    """Pad height and width on all sides by what an odd kernel reaches over the edge."""
    size = (kernel_size,) * 2 if isinstance(kernel_size, int) else kernel_size
    rate = (dilation_rate,) * 2 if isinstance(dilation_rate, int) else dilation_rate
    amount = [(k - 1) // 2 * r for k, r in zip(size, rate, strict=True)]
    if amount == [0, 0]:
        return x
    if value == 0:
        return layers.ZeroPadding2D(tuple(amount), name=name)(x)
    return ops.pad(
        x, [[0, 0], [amount[0]] * 2, [amount[1]] * 2, [0, 0]], "constant", value
    )


def layer_name(name, part):
    """The name of a part of a layer or block: "conv3_2" and "bn" give "conv3_2_bn".

    None where there is no name, so that Keras finds one; ``part`` may be a function.
    """
    part = getattr(part, "__name__", part)
    return name if name is None else f"{name}_{part}"


SIZE = either(whole(), many(whole(), length=2))
CONVOLUTION = {"x": maps(), "filters": whole(), "kernel_size": SIZE}
BLOCK = {"x": maps(), "filters": whole(), "strides": SIZE}
check_all(
    globals(),
    {
        "conv_bn": CONVOLUTION | BLOCK,
        "max_pool": {
            "x": maps(),
            "pool_size": SIZE,
            "strides": SIZE,
            "padding": one_of("same", "valid"),
        },
    },
)
