"""Convolution and pooling from their formulas: a sum, a maximum, a mean over windows.

All take images N x H x W x C. `blocks.conv` has those that the networks use.
"""

from keras import ops


def output_size(size, kernel_size, strides=1, padding=0):
    """Number of places for a kernel along one axis: floor((n + 2p - k) / s) + 1."""
    return (size + 2 * padding - kernel_size) // strides + 1


def windows(x, kernel_size, strides=1, padding=0, value=0.0):
    """What each weight of a k x k kernel sees: k * k tensors N x H' x W' x C.

    Row by row; that of weight (i, j) holds the pixels i down and j right of the corner
    of each window. ``padding`` pixels of ``value`` are added on all four sides first.
    Raises ValueError where the kernel is larger than the padded image.
    """
    x = ops.pad(x, [[0, 0], [padding] * 2, [padding] * 2, [0, 0]], "constant", value)
    height, width = (output_size(n, kernel_size, strides) for n in x.shape[1:3])
    if min(height, width) < 1:
        raise ValueError(
            f"A kernel of {kernel_size} is larger than the image {x.shape}."
        )
    # From the corner (i, j), every s-th pixel: one for each place of the kernel.
    rows, columns = (height - 1) * strides + 1, (width - 1) * strides + 1
    return [
        x[:, i : i + rows : strides, j : j + columns : strides]
        for i in range(kernel_size)
        for j in range(kernel_size)
    ]


def convolve(x, kernel, strides=1, padding=0):
    """y[h, w] = sum_ij x[s h + i, s w + j] · kernel[i, j]: N x H' x W' x filters.

    ``kernel`` is k x k x C x filters. It is not flipped, so mathematicians call this a
    cross-correlation. `output_size` gives H' and W'.
    """
    k, _, channels, filters = kernel.shape
    weights = ops.reshape(kernel, (k * k, channels, filters))
    seen = windows(x, k, strides, padding)
    return sum(ops.matmul(pixels, weights[n]) for n, pixels in enumerate(seen))


def transposed_convolve(y, kernel, strides=1, padding=0):
    """The transpose of `convolve` with the same arguments: N x H x W x C.

    Each value of y (N x H' x W' x filters) is handed back to the pixels that it came
    from, times the weight between them: x[s h + i, s w + j] += kernel[i, j] · y[h, w],
    with H = s (H' - 1) + k - 2p. So sum(convolve(x) * y) = sum(x * transposed(y)) where
    the kernel's steps end at the border of x.
    """
    k, s = kernel.shape[0], strides
    n, height, width, filters = y.shape
    rows, columns = s * (height - 1) + k, s * (width - 1) + k
    # s - 1 zeros after each value, downwards and to the right.
    apart = [[0, 0], [0, 0], [0, s - 1], [0, 0], [0, s - 1], [0, 0]]
    y = ops.pad(y[:, :, None, :, None], apart)
    y = ops.reshape(y, (n, s * height, s * width, filters))

    def handed_back(i, j):
        shifted = ops.pad(y, [[0, 0], [i, k], [j, k], [0, 0]])[:, :rows, :columns]
        return ops.matmul(shifted, ops.transpose(kernel[i, j]))

    x = sum(handed_back(i, j) for i in range(k) for j in range(k))
    return x[:, padding : rows - padding, padding : columns - padding]


def max_pooling(x, pool_size=2, strides=2, padding=0):
    """The largest value of each window, channel by channel: N x H' x W' x C."""
    # Padding must never win, not even against negative values.
    seen = windows(x, pool_size, strides, padding, value=-float("inf"))
    return ops.max(ops.stack(seen), axis=0)


def average_pooling(x, pool_size=2, strides=2):
    """The mean of each window, channel by channel: N x H' x W' x C."""
    return ops.mean(ops.stack(windows(x, pool_size, strides)), axis=0)
