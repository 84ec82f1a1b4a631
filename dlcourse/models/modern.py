"""Rows of the catalog: MobileNet to ConvNeXt, which no lecture teaches yet.

Parameters, statistics and multiply-adds are those of the twins in keras.applications,
each at its own image size, or of torchvision.
"""

from dataclasses import replace
from functools import partial

from dlcourse.models import reported as by
from dlcourse.models.papers import (
    CONVNEXT,
    DEIT,
    EFFICIENTNET,
    EFFICIENTNET_V2,
    MOBILENET,
    MOBILENET_V2,
    MOBILENET_V3,
    REGNET,
    VIT,
    WIDE_RESNET,
)
from dlcourse.models.row import Row

# fmt: off
IMAGENET = (224, 224, 3)
WIDE = replace(WIDE_RESNET, lecture=None)  # lecture 15 has those for CIFAR
DROPOUT = {"dropout": 0.1}  # ViT, table 3, for training on ImageNet


def efficient(paper, family, report, variant, size, *numbers):
    """A row of EfficientNet, its error last; each size of images has its own recipe."""
    name = f"{family}-{variant}"
    return Row(name, paper, family, (variant,), (size, size, 3), *numbers[:-1], "ka",
               reported=(report(size=size)(numbers[-1]),),
               own_recipe=name, twin=family + variant)


V1 = partial(efficient, EFFICIENTNET, "EfficientNet", by.EFFICIENTNET)
V2 = partial(efficient, EFFICIENTNET_V2, "EfficientNetV2", by.EFFICIENTNET_V2)

MODERN = (  # name, paper, constructor, arguments, input, parameters, statistics, MACs
    # a ResNet-50 whose blocks have twice as many channels inside: one path of 128
    Row("Wide ResNet-50-2", WIDE, "ResNeXt", (50, 1, 128), IMAGENET,
        68_883_240, None, 11.398e9, "tv",
        reported=(by.WIDE_RESNET_TOP1(21.9), by.WIDE_RESNET_TOP5(6.03)),
        own_recipe="Wide ResNet, ImageNet"),

    # MobileNet
    Row("MobileNet", MOBILENET, "MobileNet", (1.0,), IMAGENET,
        4_231_976, 21_888, 568_740_352, "ka",
        reported=(by.MOBILENET(29.4), by.MOBILENET_TOP5(10.1)), twin="MobileNet"),
    Row("MobileNet 0.75", MOBILENET, "MobileNet", (0.75,), IMAGENET,
        2_585_560, 16_416, 325_400_448, "ka",
        reported=(by.MOBILENET(31.6), by.MOBILENET_TOP5(11.8))),
    Row("MobileNet 0.5", MOBILENET, "MobileNet", (0.5,), IMAGENET,
        1_331_592, 10_944, 149_497_088, "ka", reported=(by.MOBILENET_TOP5(15.1),)),
    Row("MobileNet 0.25", MOBILENET, "MobileNet", (0.25,), IMAGENET,
        470_072, 5_472, 41_030_272, "ka", reported=(by.MOBILENET_TOP5(25.8),)),
    Row("MobileNetV2", MOBILENET_V2, "MobileNetV2", (1.0,), IMAGENET,
        3_504_872, 34_112, 300_774_272, "ka",
        reported=(by.MOBILENET_V2(28.0), by.MOBILENET_TOP5(9.0)), twin="MobileNetV2"),
    Row("MobileNetV2 1.4", MOBILENET_V2, "MobileNetV2", (1.4,), IMAGENET,
        6_108_776, 47_936, 582_195_824, "ka",
        reported=(by.MOBILENET_V2(25.3), by.MOBILENET_TOP5(7.5))),
    Row("MobileNetV3 large", MOBILENET_V3, "MobileNetV3", ("large",), IMAGENET,
        5_483_032, 24_400, 216_589_760, "ka",
        reported=(by.MOBILENET_V3(24.8),), twin="MobileNetV3Large"),
    # the paper's small one has 2.9 M parameters and 66 M multiply-adds
    Row("MobileNetV3 small", MOBILENET_V3, "MobileNetV3", ("small",), IMAGENET,
        2_542_856, 12_112, 56_510_400, "ka",
        reported=(by.MOBILENET_V3(32.6),), twin="MobileNetV3Small"),

    # EfficientNet
    V1("B0", 224, 5_288_548, 42_016, 385_814_752, 6.7),
    V1("B1", 240, 7_794_184, 62_048, 686_802_832, 5.6),
    V1("B2", 260, 9_109_994, 67_568, 993_561_872, 5.1),
    V1("B3", 300, 12_233_232, 87_296, 1_827_141_392, 4.3),
    V1("B4", 380, 19_341_616, 125_200, 4_393_771_024, 3.6),
    V1("B5", 456, 30_389_784, 172_736, 10_266_384_752, 3.3),
    V1("B6", 528, 43_040_704, 224_432, 19_067_593_536, 3.2),
    V1("B7", 600, 66_347_960, 310_720, 37_745_884_192, 3.0),
    V2("B0", 224, 7_139_704, 60_608, 718_086_176, 21.3),
    V2("B1", 240, 8_141_052, 71_072, 1_196_819_360, 20.2),
    V2("B2", 260, 10_096_086, 82_288, 1_697_542_832, 19.5),
    V2("B3", 300, 14_358_406, 109_216, 3_011_458_816, 17.9),
    V2("S", 384, 21_458_488, 153_872, 8_365_617_152, 16.1),
    V2("M", 480, 54_139_356, 292_032, 24_582_460_384, 14.8),
    V2("L", 480, 118_515_272, 512_576, 56_079_699_008, 14.3),

    # RegNet
    Row("RegNetX-400MF", REGNET, "RegNet", ("X-400MF",), IMAGENET,
        5_495_976, None, 0.414e9, "tv", reported=(by.REGNET(27.3),)),
    Row("RegNetX-800MF", REGNET, "RegNet", ("X-800MF",), IMAGENET,
        7_259_656, None, 0.8e9, "tv", reported=(by.REGNET(24.8),)),
    Row("RegNetX-3.2GF", REGNET, "RegNet", ("X-3.2GF",), IMAGENET,
        15_296_552, None, 3.177e9, "tv", reported=(by.REGNET(21.7),)),
    Row("RegNetX-8GF", REGNET, "RegNet", ("X-8GF",), IMAGENET,
        39_572_648, None, 7.995e9, "tv", reported=(by.REGNET(20.7),)),
    Row("RegNetX-32GF", REGNET, "RegNet", ("X-32GF",), IMAGENET,
        107_811_560, None, 31.736e9, "tv", reported=(by.REGNET(19.5),)),
    Row("RegNetY-400MF", REGNET, "RegNet", ("Y-400MF",), IMAGENET,
        4_344_144, None, 0.402e9, "tv", reported=(by.REGNET(25.9),)),
    Row("RegNetY-800MF", REGNET, "RegNet", ("Y-800MF",), IMAGENET,
        6_432_512, None, 0.834e9, "tv", reported=(by.REGNET(23.7),)),
    Row("RegNetY-3.2GF", REGNET, "RegNet", ("Y-3.2GF",), IMAGENET,
        19_436_338, None, 3.176e9, "tv", reported=(by.REGNET(21.0),)),
    Row("RegNetY-16GF", REGNET, "RegNet", ("Y-16GF",), IMAGENET,
        83_590_140, None, 15.912e9, "tv", reported=(by.REGNET(19.6),)),

    # Vision transformer: Ti and S come from a later paper
    Row("ViT-Ti/16", DEIT, "ViT", ("Ti", 16), IMAGENET,
        5_717_416, 0, None, "tm", reported=(by.DEIT(27.8), by.DEIT_TOP5(8.9))),
    Row("ViT-S/16", DEIT, "ViT", ("S", 16), IMAGENET,
        22_050_664, 0, None, "tm", reported=(by.DEIT(20.1), by.DEIT_TOP5(5.0))),
    Row("ViT-B/16", VIT, "ViT", ("B", 16), IMAGENET,
        86_567_656, 0, 17.564e9, "tv", DROPOUT, reported=(by.VIT(22.09),)),
    Row("ViT-B/32", VIT, "ViT", ("B", 32), IMAGENET,
        88_224_232, 0, 4.409e9, "tv", DROPOUT, reported=(by.VIT(26.62),)),
    Row("ViT-L/16", VIT, "ViT", ("L", 16), IMAGENET,
        304_326_632, 0, 61.555e9, "tv", DROPOUT, reported=(by.VIT(23.47),)),
    Row("ViT-L/32", VIT, "ViT", ("L", 32), IMAGENET,
        306_535_400, 0, 15.378e9, "tv", DROPOUT, reported=(by.VIT(28.84),)),

    # ConvNeXt
    Row("ConvNeXt-T", CONVNEXT, "ConvNeXt", ("T",), IMAGENET,
        28_589_128, 0, 4_455_531_264, "ka",
        reported=(by.CONVNEXT(17.9),), twin="ConvNeXtTiny"),
    Row("ConvNeXt-S", CONVNEXT, "ConvNeXt", ("S",), IMAGENET,
        50_223_688, 0, 8_683_712_256, "ka",
        reported=(by.CONVNEXT(16.9),), twin="ConvNeXtSmall"),
    Row("ConvNeXt-B", CONVNEXT, "ConvNeXt", ("B",), IMAGENET,
        88_591_464, 0, 15_354_729_472, "ka",
        reported=(by.CONVNEXT(16.2),), twin="ConvNeXtBase"),
    Row("ConvNeXt-L", CONVNEXT, "ConvNeXt", ("L",), IMAGENET,
        197_767_336, 0, 34_361_433_600, "ka",
        reported=(by.CONVNEXT(15.7),), twin="ConvNeXtLarge"),
    # only trained on ImageNet-22K first, which no error here is
    Row("ConvNeXt-XL", CONVNEXT, "ConvNeXt", ("XL",), IMAGENET,
        350_196_968, 0, 60_921_030_656, "ka", twin="ConvNeXtXLarge"),
)
# fmt: on
