"""Which pixels of its input each kind of layer reads for a pixel of its output."""

import math

from keras import layers

WHOLE = (
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


def reads(step, axes):
    """For each axis (reads, period, shift) of `View.through`; None: all is read."""
    layer, y = step.operation, step.outputs[0].shape
    if getattr(layer, "data_format", None) == "channels_first":
        raise ValueError(f"{step.name}: receptive_field needs the channels last.")
    if isinstance(layer, WHOLE) or len(y) < axes + 2:
        return None
    sizes = step.inputs[0].shape[1 : axes + 1]
    if type(layer).__name__ == "GetItem":
        return _sliced(step, sizes)
    if type(layer).__name__ == "Pad":
        return [_moved(-before) for before, _ in layer.pad_width[1 : axes + 1]]
    if isinstance(layer, PADDING):
        return [_moved(-before) for before, _ in _pairs(layer.padding)]
    if isinstance(layer, CROPPING):
        return [_moved(before) for before, _ in _pairs(layer.cropping)]
    if isinstance(layer, UPSAMPLING):
        return [_upsampled(s, layer) for s in _each(layer.size, axes)]
    if hasattr(layer, "kernel_size") or hasattr(layer, "pool_size"):
        read = _spread if isinstance(layer, TRANSPOSED) else _window
        kernel = _kernel(layer, axes)
        return [
            read(step, n, *of_axis) for n, of_axis in zip(sizes, kernel, strict=True)
        ]
    if all(x.shape[1 : axes + 1] == y[1 : axes + 1] for x in step.inputs):
        return [_moved(0)] * axes  # pixel by pixel
    if all(n == 1 for n in y[1 : axes + 1]):
        return None
    raise ValueError(
        f"receptive_field does not know {step.name} ({type(layer).__name__}), which "
        f"makes {y} of {step.inputs[0].shape}. Ask for a model that ends before it."
    )


def _each(number, axes):
    return (number,) * axes if isinstance(number, int) else tuple(number)


def _pairs(amount):
    return (
        [amount] if isinstance(amount[0], int) else amount
    )  # 1-D layers have one pair


def _kernel(layer, axes):
    """(size, strides, dilation) of a convolution or pooling for each axis."""
    size = layer.kernel_size if hasattr(layer, "kernel_size") else layer.pool_size
    dilation = getattr(layer, "dilation_rate", 1)
    numbers = (_each(n, axes) for n in (size, layer.strides, dilation))
    return list(zip(*numbers, strict=True))


def _moved(by):
    return (lambda o: (o + by, o + by),)


def _sliced(step, sizes):
    key = step.arguments[1]
    parts = (key if isinstance(key, tuple) else (key,))[1:]
    parts += (slice(None),) * (len(sizes) - len(parts))
    found = []
    for part, size in zip(parts, sizes, strict=False):
        if not isinstance(part, slice) or size is None:
            raise ValueError(f"receptive_field does not know {step.name}: [{part}].")
        start, _, strides = part.indices(size)
        found.append((lambda o, a=start, s=strides: (a + s * o,) * 2, 1, strides))
    return found


def _upsampled(times, layer):
    """Nearest: pixel o is pixel o // times. Bilinear: it lies between two pixels."""
    if getattr(layer, "interpolation", "nearest") == "nearest":
        return lambda o: (o // times,) * 2, times, 1
    if layer.interpolation != "bilinear":
        raise ValueError(
            f"receptive_field does not know {layer.interpolation} upsampling."
        )
    # The centre of pixel o lies at (o + 1/2) / times - 1/2 between the smaller pixels.
    return (
        lambda o: (
            (2 * o + 1 - times) // (2 * times),
            -((times - 2 * o - 1) // (2 * times)),
        ),
        times,
        1,
    )


def _window(step, size, kernel_size, strides, dilation):
    reach = (kernel_size - 1) * dilation
    before = 0
    if step.operation.padding == "causal":
        before = reach
    elif step.operation.padding == "same":
        before = _same(step, size, reach, strides)
    return lambda o: (o * strides - before, o * strides - before + reach), 1, strides


def _same(step, size, reach, strides):
    """Padding before the first pixel; an odd one goes to the end."""
    if strides == 1:
        return reach // 2
    if size is None:
        raise ValueError(
            f'How {step.name} pads ("same", strides {strides}) depends on the size of '
            "the image: pass input_shape=, without the batch axis."
        )
    return max((math.ceil(size / strides) - 1) * strides + reach + 1 - size, 0) // 2


def _spread(step, size, kernel_size, strides, dilation):
    """Transposed: input i is spread over the outputs from i strides - before on."""
    reach = (kernel_size - 1) * dilation
    before = max(reach + 1 - strides, 0) // 2 if step.operation.padding == "same" else 0
    return (
        lambda o: (-((reach - o - before) // strides), (o + before) // strides),
        strides,
        1,
    )
