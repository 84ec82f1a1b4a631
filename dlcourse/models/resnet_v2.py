"""ResNet v2 as keras.applications has it, so that its ImageNet weights fit.

After He, Zhang, Ren, Sun, "Identity Mappings in Deep Residual Networks", ECCV 2016,
arXiv:1603.05027. `PreActResNet` is the network of the paper.
"""

import keras
from keras import layers

from dlcourse.blocks.conv import bn_relu, conv, conv_bn, max_pool, pad
from dlcourse.blocks.head import classifier
from dlcourse.models.arguments import choose, image_input

DEPTHS = {  # repeats of the block in conv2_x, conv3_x, conv4_x, conv5_x
    50: (3, 4, 6, 3),
    101: (3, 4, 23, 3),
    152: (3, 8, 36, 3),
}


def ResNetV2(
    depth=50,
    input_shape=(224, 224, 3),
    classes=1000,
    classifier_activation="softmax",
    width=64,
):
    """Pre-activation network with bottlenecks: images -> class probabilities.

    ``depth`` is one of `DEPTHS`, or the repeats of the stages. The first stage has
    ``width`` filters, each next one twice as many.

    Differs: a stage halves the image in its last block, not in its first; the first,
    the projecting and the last convolutions have biases; zeros around the first pooling
    count as pixels.
    """
    repeats = depth if isinstance(depth, tuple) else choose(DEPTHS, depth, "depth")
    inputs = image_input(input_shape)
    x = conv(inputs, width, 7, 2, use_bias=True)  # 112 x 112 x 64
    x = max_pool(pad(x, 3), 3, 2, padding="valid")  # 56 x 56 x 64
    for stage, n in enumerate(repeats):
        for i in range(n):
            last = i == n - 1 and stage < len(repeats) - 1
            x = bottleneck_v2(x, width * 2**stage, strides=2 if last else 1)
    x = bn_relu(x)  # 7 x 7 x 2048
    outputs = classifier(x, classes, classifier_activation)
    return keras.Model(inputs, outputs, name="ResNetV2")


def bottleneck_v2(x, filters, strides=1):
    """BN, ReLU, 1x1, 3x3 with the stride, 1x1: H x W x C -> H/s x W/s x 4 filters."""
    y = bn_relu(x)
    if x.shape[-1] != 4 * filters:
        x = conv(y, 4 * filters, 1, strides, use_bias=True)
    elif strides > 1:
        x = layers.MaxPooling2D(1, strides)(x)
    y = conv_bn(y, filters, 1)
    y = conv_bn(y, filters, 3, strides)
    return x + conv(y, 4 * filters, 1, use_bias=True)
