"""The window of its input that a layer reads for each pixel of its output."""

import math

from keras import layers

GLOBAL = (
    layers.GlobalAveragePooling1D,
    layers.GlobalAveragePooling2D,
    layers.GlobalAveragePooling3D,
    layers.GlobalMaxPooling1D,
    layers.GlobalMaxPooling2D,
    layers.GlobalMaxPooling3D,
    layers.GroupNormalization,
    layers.RNN,
    layers.Bidirectional,
    layers.Attention,
    layers.MultiHeadAttention,
)
TRANSPOSED = (layers.Conv1DTranspose, layers.Conv2DTranspose, layers.Conv3DTranspose)
UPSAMPLING = (layers.UpSampling1D, layers.UpSampling2D, layers.UpSampling3D)
PADDING = (layers.ZeroPadding1D, layers.ZeroPadding2D, layers.ZeroPadding3D)
CROPPING = (layers.Cropping1D, layers.Cropping2D, layers.Cropping3D)


def input_windows(step, axes):
    """For each axis (window, period, shift) of `View.through`; None: the whole input.

    Raises ValueError for a layer whose windows are not known here.
    """
    layer, y = step.operation, step.outputs[0].shape
    if getattr(layer, "data_format", None) == "channels_first":
        raise ValueError(f"{step.name}: receptive_field needs the channels last.")
    if isinstance(layer, GLOBAL) or len(y) < axes + 2:
        return None
    if type(layer).__name__ == "GetItem":
        return slice_windows(step, axes)
    if isinstance(layer, UPSAMPLING):
        return [upsampling_window(s, layer) for s in for_each_axis(layer.size, axes)]
    if hasattr(layer, "kernel_size") or hasattr(layer, "pool_size"):
        return kernel_windows(step, axes)
    if (added := padding_before(layer, axes)) is not None:
        return [shifted_window(-before) for before in added]
    if all(x.shape[1 : axes + 1] == y[1 : axes + 1] for x in step.inputs):
        return [shifted_window(0)] * axes  # pixel by pixel
    if all(n == 1 for n in y[1 : axes + 1]):
        return None
    raise ValueError(
        f"receptive_field does not know {step.name} ({type(layer).__name__}), which "
        f"makes {y} of {step.inputs[0].shape}. Ask for a model that ends before it."
    )


def for_each_axis(number, axes):
    """A tuple with one number per axis, from a number or such a tuple."""
    return (number,) * axes if isinstance(number, int) else tuple(number)


def padding_before(layer, axes):
    """How many pixels a layer adds before the first, for each axis; None: another kind.

    Cropping adds a negative number.
    """
    if type(layer).__name__ == "Pad":
        return [before for before, _ in layer.pad_width[1 : axes + 1]]
    if not isinstance(layer, (*PADDING, *CROPPING)):
        return None
    sign = 1 if isinstance(layer, PADDING) else -1
    amount = layer.padding if isinstance(layer, PADDING) else layer.cropping
    pairs = [amount] if axes == 1 else amount  # 1-D layers have one pair
    return [sign * before for before, _ in pairs]


def shifted_window(by):
    """Pixel o reads pixel o + by alone."""
    return lambda o: (o + by, o + by), 1, 1


def slice_windows(step, axes):
    """Of an indexing such as x[:, 1:, ::2]."""
    sizes = step.inputs[0].shape[1 : axes + 1]
    key = step.arguments[1]
    slices = (key if isinstance(key, tuple) else (key,))[1:]
    slices += (slice(None),) * (len(sizes) - len(slices))
    windows = []
    for part, size in zip(slices, sizes, strict=False):
        if not isinstance(part, slice) or size is None:
            raise ValueError(f"receptive_field does not know {step.name}: [{part}].")
        start, _, strides = part.indices(size)
        windows.append((lambda o, a=start, s=strides: (a + s * o,) * 2, 1, strides))
    return windows


def upsampling_window(times, layer):
    """Nearest: pixel o is pixel o // times. Bilinear: it lies between two pixels."""
    if getattr(layer, "interpolation", "nearest") == "nearest":
        return lambda o: (o // times,) * 2, times, 1
    if layer.interpolation != "bilinear":
        raise ValueError(
            f"receptive_field does not know {layer.interpolation} upsampling."
        )

    def window(o):
        # The centre of pixel o lies at (o + 1/2) / times - 1/2 between input pixels.
        twice = 2 * o + 1 - times
        return twice // (2 * times), -(-twice // (2 * times))

    return window, times, 1


def kernel_windows(step, axes):
    """Of a convolution, a pooling or a transposed convolution."""
    layer, sizes = step.operation, step.inputs[0].shape[1 : axes + 1]
    kernel = layer.kernel_size if hasattr(layer, "kernel_size") else layer.pool_size
    dilation = getattr(layer, "dilation_rate", 1)
    numbers = [for_each_axis(n, axes) for n in (kernel, layer.strides, dilation)]
    transposed = isinstance(layer, TRANSPOSED)
    window = transposed_window if transposed else convolution_window
    return [window(step, *of_axis) for of_axis in zip(sizes, *numbers, strict=True)]


def convolution_window(step, size, kernel_size, strides, dilation):
    """Pixel o reads o strides - padding and the kernel's reach from there on."""
    reach = (kernel_size - 1) * dilation
    before = 0
    if step.operation.padding == "causal":
        before = reach
    elif step.operation.padding == "same":
        before = same_padding(step, size, reach, strides)
    return lambda o: (o * strides - before, o * strides - before + reach), 1, strides


def same_padding(step, size, reach, strides):
    """Padding before the first pixel; an odd one goes to the end."""
    if strides == 1:
        return reach // 2
    if size is None:
        raise ValueError(
            f'How {step.name} pads ("same", strides {strides}) depends on the size of '
            "the image: pass input_shape=, without the batch axis."
        )
    return max((math.ceil(size / strides) - 1) * strides + reach + 1 - size, 0) // 2


def transposed_window(step, size, kernel_size, strides, dilation):
    """Input pixel i is added to the outputs from i strides - padding on."""
    reach = (kernel_size - 1) * dilation
    before = max(reach + 1 - strides, 0) // 2 if step.operation.padding == "same" else 0
    return (
        lambda o: (-((reach - o - before) // strides), (o + before) // strides),
        strides,
        1,
    )
