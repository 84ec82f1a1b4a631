"""Convolution, batch normalization and pooling, padded as the papers pad.

With strides > 1, Keras's ``padding="same"`` pads an even-sized image at the bottom and
right only; Caffe, PyTorch and the papers pad all sides evenly. So do these functions.
"""

from keras import layers, ops

EPSILON = 1.001e-5  # the papers' 1e-5 as in keras.applications: weights transfer


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
):
    """2-D convolution: H x W x C -> H/s x W/s x filters (rounded up; "same")."""
    if padding == "same" and strides != 1:
        x, padding = pad(x, kernel_size, dilation_rate), "valid"
    return layers.Conv2D(
        filters,
        kernel_size,
        strides,
        padding,
        dilation_rate=dilation_rate,
        groups=groups,
        use_bias=use_bias,
        activation=activation,
        kernel_initializer="he_normal",
    )(x)


def norm(x, scale=True, epsilon=EPSILON, gamma="ones"):
    """Batch normalization over all axes but the last (Ioffe and Szegedy, 2015).

    ``gamma="zeros"`` starts at zero: a residual block then begins as its shortcut.
    """
    return layers.BatchNormalization(
        epsilon=epsilon, scale=scale, gamma_initializer=gamma
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
    **options,
):
    """Convolution without bias, batch norm, ReLU: H x W x C -> H/s x W/s x filters.

    ``activation=None`` leaves the sum with a shortcut to the caller. ``scale``,
    ``epsilon`` and ``gamma`` are those of `norm`, ``options`` those of `conv`.
    """
    y = norm(conv(x, filters, kernel_size, strides, **options), scale, epsilon, gamma)
    return layers.Activation(activation)(y) if activation else y


def bn_relu(x):
    """Batch norm and ReLU, for networks that normalize before they convolve."""
    return ops.relu(norm(x))


def max_pool(x, pool_size, strides, padding="same"):
    """Max pooling: H x W x C -> H/s x W/s x C (rounded up; "same" pads evenly)."""
    if padding == "same" and strides != 1:
        # Zeros would win against negative inputs, so pad with the lowest number.
        x, padding = pad(x, pool_size, value=-float("inf")), "valid"
    return layers.MaxPooling2D(pool_size, strides, padding)(x)


def pad(x, kernel_size, dilation_rate=1, value=0.0):
    """Pad height and width on all sides by what an odd kernel reaches over the edge."""
    size = (kernel_size,) * 2 if isinstance(kernel_size, int) else kernel_size
    rate = (dilation_rate,) * 2 if isinstance(dilation_rate, int) else dilation_rate
    amount = [(k - 1) // 2 * r for k, r in zip(size, rate, strict=True)]
    if amount == [0, 0]:
        return x
    if value == 0:
        return layers.ZeroPadding2D(tuple(amount))(x)
    return ops.pad(
        x, [[0, 0], [amount[0]] * 2, [amount[1]] * 2, [0, 0]], "constant", value
    )
