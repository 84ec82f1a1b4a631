"""Receptive fields against gradients: what an output depends on, it sees."""

from fractions import Fraction

import keras
import numpy as np
import pytest
from keras import layers, ops

from dlcourse.analysis import receptive_field
from dlcourse.blocks.conv import conv_bn, max_pool
from dlcourse.gradients import gradients

SIZE = 48


def conv(x, kernel_size=3, strides=1, padding="same", **options):
    return layers.Conv2D(1, kernel_size, strides, padding, **options)(x)


def three_3x3(x):
    return conv(conv(conv(x)))


def strided(x):
    return conv(conv(x, 5, 2, "valid"), 3, 2)


def pooled(x):
    return conv(layers.AveragePooling2D(3, 2)(conv(x)), 4, 1, "valid")


def dilated(x):
    return conv(conv(x, dilation_rate=2), 3, dilation_rate=4)


def oblong(x):
    return conv(conv(x, (1, 7)), (3, 1), (2, 1))


def two_paths(x):
    return layers.Add()([conv(conv(x, 5), 5), conv(x, 3, padding="same")])


def shifted_paths(x):
    left = layers.Cropping2D(((0, 3), (0, 3)))(x)
    return layers.Concatenate()([left, x[:, 3:, 3:]])


def sliced_shortcut(x):
    return conv(x, 3, 2, "valid") + x[:, :-2:2, :-2:2]


def padded(x):
    x = layers.ZeroPadding2D(3)(x)
    return conv(ops.pad(x, [[0, 0], [1, 0], [2, 0], [0, 0]]), 7, 2, "valid")


def separable(x):
    x = layers.DepthwiseConv2D(3, padding="same")(x)
    return layers.SeparableConv2D(1, 5, padding="same", depth_multiplier=2)(x)


def nested(x):
    inner = keras.Input((SIZE // 2, SIZE // 2, 1))
    block = keras.Model(inner, conv(conv(inner)))
    return block(block(layers.AveragePooling2D(2)(x)))


def hourglass(x):
    y = conv(layers.AveragePooling2D(2)(conv(x)))
    return conv(conv(x, 1) + layers.UpSampling2D()(y))


def deep_hourglass(x):
    y = layers.AveragePooling2D(2)(conv(layers.AveragePooling2D(2)(x)))
    y = layers.UpSampling2D()(conv(layers.UpSampling2D()(conv(y))))
    return conv(y)


def bilinear(x):
    y = layers.AveragePooling2D(4)(x)
    return layers.UpSampling2D(4, interpolation="bilinear")(y)


def transposed(x):
    return layers.Conv2DTranspose(1, 4, 2, "same")(conv(x, 4, 2))


def transposed_valid(x):
    y = conv(layers.AveragePooling2D(2)(x))
    return conv(layers.Conv2DTranspose(1, 5, 3, "valid")(y))


def transposed_unevenly(x):
    return layers.Conv2DTranspose(1, 3, 2, "same")(conv(x, 3, 2))


NETS = [
    three_3x3,
    strided,
    pooled,
    dilated,
    oblong,
    two_paths,
    shifted_paths,
    sliced_shortcut,
    padded,
    separable,
    nested,
    hourglass,
    deep_hourglass,
    bilinear,
    transposed,
    transposed_valid,
    transposed_unevenly,
]


def build(net):
    x = keras.Input((SIZE, SIZE, 1))
    model = keras.Model(x, net(x))
    model.set_weights([np.ones_like(w) for w in model.get_weights()])
    return model


def extent(model, row, column):
    """First and last pixel, vertically and horizontally, that an output depends on."""
    image = np.ones((1, SIZE, SIZE, 1))
    _, (grad,) = gradients(lambda x: ops.sum(model(x)[0, row, column]), image)
    return [(i.min(), i.max()) for i in np.nonzero(grad[0, :, :, 0])]


def each(number):
    return number if isinstance(number, tuple) else (number, number)


@pytest.mark.parametrize("net", NETS, ids=lambda net: net.__name__)
def test_field_is_where_the_gradient_is(net):
    model = build(net)
    field = receptive_field(model).rows[-1]
    _, height, width, _ = model.output_shape
    # In the middle no field is cut off; upsampled by 4 or 3, they repeat as often.
    period = 3 if Fraction(each(field.stride)[0]).denominator == 3 else 4
    spans = [extent(model, height // 2 + i, width // 2 + i) for i in range(period + 1)]
    for axis, size in enumerate((height, width)):
        lengths = [b - a + 1 for a, b in (span[axis] for span in spans)]
        assert max(lengths) == each(field.size)[axis]
        moved = spans[-1][axis][0] - spans[0][axis][0]
        assert moved == period * each(field.stride)[axis]
        if len(set(lengths)) == 1:
            expected = each(field.start)[axis] + (size // 2) * each(field.stride)[axis]
            assert spans[0][axis][0] == expected


def test_three_3x3_see_7_pixels():
    field = receptive_field(build(three_3x3)).rows[-1]
    assert (field.size, field.stride, field.start) == (7, 1, -3)


def test_vgg16_sees_212_pixels_after_pool5():
    fields = receptive_field(keras.applications.VGG16(weights=None))
    sizes = [fields[f"block{n}_pool"].size for n in range(1, 6)]
    assert sizes == [6, 16, 44, 100, 212]
    assert [fields[f"block{n}_pool"].stride for n in range(1, 6)] == [2, 4, 8, 16, 32]
    assert fields["flatten"].size is None
    assert fields["predictions"].size is None


def test_alexnet_sees_195_pixels_after_pool5():
    x = inputs = keras.Input((227, 227, 3))
    for kernel_size, strides, pool in (
        (11, 4, 1),
        (5, 1, 1),
        (3, 1, 0),
        (3, 1, 0),
        (3, 1, 1),
    ):
        x = conv(x, kernel_size, strides, "same" if strides == 1 else "valid")
        x = layers.MaxPooling2D(3, 2)(x) if pool else x
    sizes = [row.size for row in receptive_field(keras.Model(inputs, x)).rows]
    assert sizes == [11, 19, 51, 67, 99, 131, 163, 195]


def test_resnet50_sees_483_pixels_with_the_stride_in_its_first_1x1():
    fields = receptive_field(keras.applications.ResNet50(weights=None))
    # 7x7/2 and pool 3/2 see 11; then 3, 4, 6, 3 times a 3x3 at strides 4, 8, 16, 32.
    assert 11 + 2 * (3 * 4 + 4 * 8 + 6 * 16 + 3 * 32) == 483
    assert fields["conv5_block3_out"].size == 483
    assert fields["conv5_block3_out"].stride == 32
    assert fields["avg_pool"].size is None


def test_blocks_of_the_course():
    x = keras.Input((32, 32, 3))
    y = conv_bn(max_pool(conv_bn(x, 4, 7, 2), 3, 2), 4, 3)
    field = receptive_field(keras.Model(x, y)).rows[-1]
    assert (field.size, field.stride, field.start) == (19, 4, -9)


def test_causal_convolution_sees_only_the_past():
    x = keras.Input((64, 1))
    y = x
    for rate in (1, 2, 4, 8):
        y = layers.Conv1D(1, 2, padding="causal", dilation_rate=rate)(y)
    field = receptive_field(keras.Model(x, y)).rows[-1]
    assert (field.size, field.stride, field.start) == (16, 1, -15)


def test_squeeze_and_excitation_sees_the_whole_image():
    x = keras.Input((8, 8, 4))
    gate = layers.Dense(4)(ops.mean(x, axis=(1, 2), keepdims=True))
    fields = receptive_field(keras.Model(x, conv(x * gate)))
    assert fields.rows[-1].size is None
    assert fields.table()["size"].iloc[-1] == "whole"
    assert "whole image" in repr(fields)


def test_channel_shuffle_stays_in_its_pixel():
    x = keras.Input((8, 8, 4))
    y = ops.transpose(ops.reshape(x, (-1, 8, 8, 2, 2)), (0, 1, 2, 4, 3))
    assert (
        receptive_field(keras.Model(x, ops.reshape(y, (-1, 8, 8, 4)))).rows[-1].size
        == 1
    )


def test_size_may_be_free_unless_padding_depends_on_it():
    x = keras.Input((None, None, 1))
    assert receptive_field(keras.Model(x, three_3x3(x))).rows[-1].size == 7
    model = keras.Model(x, conv(x, 3, 2))
    with pytest.raises(ValueError, match="pass input_shape="):
        receptive_field(model)
    assert receptive_field(model, input_shape=(8, 8, 1)).rows[-1].start == 0
    assert receptive_field(model, input_shape=(9, 9, 1)).rows[-1].start == -1


def test_what_is_not_known_is_an_error():
    x = keras.Input((8, 8, 1))
    with pytest.raises(ValueError, match=r"does not know .*Resize"):
        receptive_field(keras.Model(x, ops.image.resize(x, (5, 5))))
    x = keras.Input((3,))
    with pytest.raises(ValueError, match="no image or sequence"):
        receptive_field(keras.Model(x, layers.Dense(1)(x)))
    with pytest.raises(KeyError, match="No layer 'conv1'"):
        receptive_field(build(three_3x3))["conv1"]
