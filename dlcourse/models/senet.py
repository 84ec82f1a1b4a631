"""SENet: Jie Hu, Li Shen, Gang Sun, "Squeeze-and-Excitation Networks", CVPR 2018,
arXiv:1709.01507.
"""

from functools import partial

import keras
from keras import ops

from dlcourse.blocks.conv import conv_bn, max_pool
from dlcourse.blocks.excite import squeeze_excite
from dlcourse.blocks.head import classifier
from dlcourse.models.arguments import image_input
from dlcourse.models.resnet import ResNet
from dlcourse.models.resnext import ResNeXt


def SEResNet(depth=50, ratio=16, **options):
    """ResNet, each branch weighed before the sum (fig. 3): images -> probabilities.

    ``ratio`` is the reduction r of table 10, ``options`` are those of `ResNet`.
    """
    return ResNet(depth, on_branch=partial(squeeze_excite, ratio=ratio), **options)


def SEResNeXt(depth=50, ratio=16, **options):
    """ResNeXt, each branch weighed before the sum: images -> class probabilities.

    ``ratio`` is the reduction r, ``options`` are those of `ResNeXt`.
    """
    return ResNeXt(depth, on_branch=partial(squeeze_excite, ratio=ratio), **options)


def SENet(
    repeats=(3, 8, 36, 3),
    input_shape=(224, 224, 3),
    classes=1000,
    classifier_activation="softmax",
    width=64,
    cardinality=64,
    dropout=0.2,
):
    """SENet-154, the winner of ILSVRC 2017 (appendix): images -> class probabilities.

    A ResNeXt-152 (64 x 4d) with squeeze and excitation, and four more changes: three
    3x3 for the 7x7 stem, half the channels in the first 1x1 of each block, 3x3
    projections where the image shrinks, dropout before the classifier.
    """
    inputs = image_input(input_shape)
    x = conv_bn(inputs, width, 3, 2)  # 112 x 112 x 64
    x = conv_bn(x, width, 3)
    x = conv_bn(x, 2 * width, 3)  # 112 x 112 x 128
    x = max_pool(x, 3, 2)  # 56 x 56 x 128
    for stage, blocks in enumerate(repeats):
        for i in range(blocks):
            strides = 2 if i == 0 and stage > 0 else 1
            x = senet_block(x, width * 2**stage, strides, cardinality)
    outputs = classifier(
        x, classes, classifier_activation, dropout
    )  # from 7 x 7 x 2048
    return keras.Model(inputs, outputs, name="SENet")


def senet_block(x, filters, strides=1, cardinality=64):
    """SENet-154's bottleneck: H x W x C -> H/s x W/s x 4 filters."""
    y = conv_bn(x, 2 * filters, 1)
    y = conv_bn(y, 4 * filters, 3, strides, groups=cardinality)
    y = squeeze_excite(conv_bn(y, 4 * filters, 1, activation=None))
    if strides > 1:
        x = conv_bn(x, 4 * filters, 3, strides, activation=None)
    elif x.shape[-1] != 4 * filters:
        x = conv_bn(x, 4 * filters, 1, activation=None)
    return ops.relu(x + y)
