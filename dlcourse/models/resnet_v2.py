"""ResNet v2 as keras.applications has it, so that its ImageNet weights fit.

Kaiming He, Xiangyu Zhang, Shaoqing Ren, Jian Sun: Identity Mappings in Deep Residual
Networks. ECCV 2016, arXiv:1603.05027. `PreActResNet` is the network of the paper.
"""

from keras import layers

from dlcourse.blocks.conv import MOMENTUM, bn_relu, conv, layer_name, max_pool, pad
from dlcourse.blocks.head import classifier
from dlcourse.models.arguments import (
    blocks,
    check_counts,
    choose_stages,
    functional,
    image_input,
)

DEPTHS = {  # repeats of the block in conv2_x, conv3_x, conv4_x, conv5_x
    50: (3, 4, 6, 3),
    101: (3, 4, 23, 3),
    152: (3, 8, 36, 3),
}


def ResNetV2(
    depth=50,
    width=64,
    input_shape=(224, 224, 3),
    classes=1000,
    classifier_activation="softmax",
    momentum=MOMENTUM,
    name="ResNetV2",
):
    """Pre-activation network with bottlenecks.

    Layers: "conv1", "pool1", then the blocks "conv2_1" to "conv5_3", of which each is
    called as its output is, "final_bn", "final_relu", "global_pool", "classifier".

    Differs: a stage halves the image in its last block, not in its first; the first,
    the projecting and the last convolutions have biases; zeros around the first pooling
    count as pixels.

    Args:
        depth: one of `DEPTHS`, or a list of the repeats of the block in each stage.
        width: filters of the first stage; each next one has twice as many.
        input_shape: (height, width, channels).
        classes: number of classes.
        classifier_activation: of the last layer.
        momentum: of batch norm's running statistics.
        name: of the model.

    Returns:
        A ``keras.Model``: images (n, height, width, channels) -> probabilities
        (n, classes).

    Raises:
        ValueError: for a depth, shape or number that is not possible.
    """
    check_counts(classes=classes, width=width)
    repeats = choose_stages(DEPTHS, depth)
    inputs = image_input(input_shape)
    x = conv(inputs, width, 7, 2, use_bias=True, name="conv1")  # 112 x 112 x 64
    x = pad(x, 3, name="pool1_pad")
    x = max_pool(x, 3, 2, padding="valid", name="pool1")  # 56 x 56 x 64
    # conv2_x to conv5_x: 56 x 56, 28 x 28, 14 x 14, 7 x 7
    for stage, number, _ in blocks(repeats):
        last = number == repeats[stage] - 1 and stage < len(repeats) - 1
        block_name = f"conv{stage + 2}_{number + 1}"
        x = bottleneck_v2(x, width * 2**stage, 2 if last else 1, momentum, block_name)
    x = bn_relu(x, momentum, "final")  # 7 x 7 x 2048
    outputs = classifier(x, classes, classifier_activation)
    return functional(inputs, outputs, name)


def bottleneck_v2(x, filters, strides=1, momentum=MOMENTUM, name=None):
    """BN, ReLU, 1x1, 3x3 with the stride, 1x1: H x W x C -> H/s x W/s x 4 filters."""
    shortcut, reduce, middle, expand = (
        layer_name(name, part)
        for part in ("shortcut", "1x1_reduce", "3x3", "1x1_expand")
    )
    y = bn_relu(x, momentum, reduce)
    if x.shape[-1] != 4 * filters:
        x = conv(y, 4 * filters, 1, strides, use_bias=True, name=shortcut)
    elif strides > 1:
        x = layers.MaxPooling2D(1, strides, name=shortcut)(x)
    y = conv(y, filters, 1, name=reduce)
    y = conv(bn_relu(y, momentum, middle), filters, 3, strides, name=middle)
    y = bn_relu(y, momentum, expand)
    y = conv(y, 4 * filters, 1, use_bias=True, name=expand)
    return layers.Add(name=name)([x, y])
