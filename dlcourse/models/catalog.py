"""The catalog: every network of the course that is proven, one row each.

It feeds the tests, the tables in the lectures and ``dlcourse models``.
"""

from dlcourse.models import reported as by
from dlcourse.models.modern import MODERN
from dlcourse.models.papers import (
    ALEXNET,
    BATCH_NORM,
    DENSENET,
    DILATED,
    GOOGLENET,
    INCEPTION_V3,
    INCEPTION_V4,
    LENET,
    NASNET,
    ONE_WEIRD_TRICK,
    PREACT,
    PYRAMIDNET,
    RESNET,
    RESNET9,
    RESNEXT,
    SENET,
    SHAKE_SHAKE,
    SHUFFLENET,
    VGG,
    WIDE_RESNET,
    WIDER,
    XCEPTION,
    ZFNET,
)
from dlcourse.models.row import CIFAR, Row, same_protocol
from dlcourse.similar import did_you_mean

__all__ = ["CATALOG", "NETWORKS", "SOURCES", "Row", "get", "same_protocol"]

SOURCES = {
    "tv": "torchvision",
    "tm": "timm",
    "pc": "pytorchcv",
    "ka": "keras.applications",
    "auth": "the authors' code",
    "own": "counted by hand from the paper's table",
}

# fmt: off
IMAGENET = (224, 224, 3)
LARGE = (299, 299, 3)  # Inception's
BC = {"bottleneck": True, "compression": 0.5}

# What the lectures teach, one after the other. Columns: name, paper, constructor,
# arguments, input, parameters, statistics, multiply-adds
CATALOG = (
    # LeNet, AlexNet, ZFNet, VGG
    Row("LeNet-5, 1998", LENET, "LeNet5", ("1998",), (32, 32, 1),
        60_000, 0, None, "own"),
    Row("LeNet-5, dense", LENET, "LeNet5", (), (32, 32, 1),
        61_706, 0, 416_520, "own"),
    Row("LeNet-5, 3x3", LENET, "LeNet5", ("3x3",), (32, 32, 1),
        81_194, 0, None, "own"),
    Row("AlexNet", ALEXNET, "AlexNet", (), (227, 227, 3),
        60_965_224, 0, 724_406_816, "own",
        {"groups": 2, "initialization": "2012"}, reported=(by.ALEXNET(18.2),)),
    Row("AlexNet, one tower", ALEXNET, "AlexNet", (), (227, 227, 3),
        62_378_344, 0, 1_135_256_096, "pc"),
    Row("AlexNet, one weird trick", ONE_WEIRD_TRICK, "AlexNet", ("2014",), IMAGENET,
        61_100_840, 0, 714_188_480, "tv"),
    Row("ZFNet", ZFNET, "ZFNet", (), IMAGENET,
        62_357_608, 0, 1_168_032_896, "pc"),
    Row("VGG-A", VGG, "VGG", ("A",), IMAGENET, 132_863_336, 0, 7_609_090_048, "tv"),
    Row("VGG-A-LRN", VGG, "VGG", ("A-LRN",), IMAGENET,
        132_863_336, 0, 7_609_090_048, "own"),
    Row("VGG-B", VGG, "VGG", ("B",), IMAGENET, 133_047_848, 0, 11_308_466_176, "tv"),
    Row("VGG-C", VGG, "VGG", ("C",), IMAGENET, 133_638_952, 0, 11_770_888_192, "own"),
    Row("VGG-D", VGG, "VGG", ("D",), IMAGENET, 138_357_544, 0, 15_470_264_320, "tv",
        twin="VGG16"),
    Row("VGG-E", VGG, "VGG", ("E",), IMAGENET, 143_667_240, 0, 19_632_062_464, "tv",
        twin="VGG19"),

    # Inception
    Row("GoogLeNet", GOOGLENET, "GoogLeNet", (), IMAGENET,
        6_998_552, 0, 1_582_671_872, "own", reported=(by.GOOGLENET(10.07),)),
    Row("GoogLeNet, with both heads", GOOGLENET, "GoogLeNet", (), IMAGENET,
        13_378_280, 0, 1_591_044_096, "own", {"auxiliary": True}),
    Row("BN-Inception", BATCH_NORM, "BNInception", (), IMAGENET,
        11_295_240, 20_032, 2_032_600_064, "pc"),
    Row("Inception v3", INCEPTION_V3, "InceptionV3", (), LARGE,
        23_817_352, 34_432, 5_713_216_096, "ka", twin="InceptionV3"),
    # torchvision counts 27,161,264, with 18,112 gammas that ours has not
    Row("Inception v3, with head", INCEPTION_V3, "InceptionV3", (), LARGE,
        27_143_152, 36_224, None, "tv", {"auxiliary": True}),
    Row("Inception v4", INCEPTION_V4, "InceptionV4", (), LARGE,
        42_679_816, 63_168, 12_253_974_624, "tm"),
    Row("Inception-ResNet v1", INCEPTION_V4, "InceptionResNetV1", (), LARGE,
        22_742_808, 27_040, 6_206_361_696, "own"),
    Row("Inception-ResNet v2", INCEPTION_V4, "InceptionResNetV2", (), LARGE,
        55_813_192, 60_544, 13_155_794_016, "ka", twin="InceptionResNetV2"),
    Row("Xception", XCEPTION, "Xception", (), LARGE,
        22_855_952, 54_528, 8_357_403_496, "ka", {"dropout": 0.5},
        twin="Xception"),

    # ResNet and what followed
    Row("ResNet-18", RESNET, "ResNet", (18,), IMAGENET,
        11_689_512, 9_600, 1_814_073_344, "tv"),
    Row("ResNet-34", RESNET, "ResNet", (34,), IMAGENET,
        21_797_672, 17_024, 3_663_761_408, "tv", reported=(by.RESNET(7.46),)),
    Row("ResNet-50", RESNET, "ResNet", (50,), IMAGENET,
        25_557_032, 53_120, 3_857_973_248, "tv",
        reported=(by.RESNET(6.71), by.RESNET_ONE_CROP(7.8)), twin="ResNet50"),
    Row("ResNet-101", RESNET, "ResNet", (101,), IMAGENET,
        44_549_160, 105_344, 7_570_194_432, "tv",
        reported=(by.RESNET(6.05), by.RESNET_ONE_CROP(7.1)), twin="ResNet101"),
    Row("ResNet-152", RESNET, "ResNet", (152,), IMAGENET,
        60_192_808, 151_424, 11_282_415_616, "tv",
        reported=(by.RESNET(5.71), by.RESNET_ONE_CROP(6.7)), twin="ResNet152"),
    Row("ResNet-20", RESNET, "CIFARResNet", (20,), CIFAR,
        269_722, None, 40.6e6, "own", reported=(by.RESNET_CIFAR(8.75),)),
    Row("ResNet-32", RESNET, "CIFARResNet", (32,), CIFAR,
        464_154, None, 68.9e6, "own", reported=(by.RESNET_CIFAR(7.51),)),
    Row("ResNet-44", RESNET, "CIFARResNet", (44,), CIFAR,
        658_586, None, 97.2e6, "own", reported=(by.RESNET_CIFAR(7.17),)),
    Row("ResNet-56", RESNET, "CIFARResNet", (56,), CIFAR,
        853_018, None, 125.5e6, "own", reported=(by.RESNET_CIFAR(6.97),)),
    Row("ResNet-110", RESNET, "CIFARResNet", (110,), CIFAR,
        1_727_962, None, 252.9e6, "own", own_recipe="ResNet-110",
        reported=(by.RESNET_BEST(6.43), by.RESNET_MEAN(6.61))),
    Row("ResNet-50 V2", PREACT, "ResNetV2", (50,), IMAGENET,
        25_568_360, 45_440, None, "ka", twin="ResNet50V2"),
    Row("ResNet-101 V2", PREACT, "ResNetV2", (101,), IMAGENET,
        44_577_896, 97_664, None, "ka", twin="ResNet101V2"),
    Row("ResNet-152 V2", PREACT, "ResNetV2", (152,), IMAGENET,
        60_236_904, 143_744, None, "ka", twin="ResNet152V2"),
    Row("PreAct-ResNet-18", PREACT, "PreActResNet", (18,), IMAGENET,
        11_687_848, None, 1.814e9, "pc"),
    Row("PreAct-ResNet-34", PREACT, "PreActResNet", (34,), IMAGENET,
        21_796_008, None, None, "pc"),
    Row("PreAct-ResNet-50", PREACT, "PreActResNet", (50,), IMAGENET,
        25_549_480, None, 3.858e9, "pc"),
    Row("PreAct-ResNet-200", PREACT, "PreActResNet", (200,), IMAGENET,
        64_666_280, None, None, "pc"),
    Row("PreAct-ResNet-110", PREACT, "CIFARPreActResNet", (110,), CIFAR,
        1_727_962, None, 252.9e6, "own", reported=(by.PREACT(6.37),)),
    Row("PreAct-ResNet-164", PREACT, "CIFARPreActResNet", (164, True), CIFAR,
        1_703_258, None, None, "pc", reported=(by.PREACT(5.46),)),
    Row("WRN-40-4", WIDE_RESNET, "WideResNet", (40, 4), CIFAR,
        8_949_210, None, None, "own", reported=(by.WIDE_RESNET(4.53),)),
    Row("WRN-16-8", WIDE_RESNET, "WideResNet", (16, 8), CIFAR,
        10_961_370, None, None, "own", reported=(by.WIDE_RESNET(4.27),)),
    Row("WRN-28-10", WIDE_RESNET, "WideResNet", (28, 10), CIFAR,
        36_479_194, 17_952, 5.243e9, "pc", reported=(by.WIDE_RESNET(4.00),)),
    Row("ResNeXt-29 8x64d", RESNEXT, "CIFARResNeXt", (29, 8, 64), CIFAR,
        34_426_698, None, 5.387e9, "pc", reported=(by.RESNEXT(3.65),)),
    Row("ResNeXt-29 16x64d", RESNEXT, "CIFARResNeXt", (29, 16, 64), CIFAR,
        68_155_210, None, None, "pc", reported=(by.RESNEXT(3.58),)),
    Row("ResNeXt-50 32x4d", RESNEXT, "ResNeXt", (50, 32, 4), IMAGENET,
        25_028_904, 68_224, 4.230e9, "tv"),
    Row("ResNeXt-101 32x4d", RESNEXT, "ResNeXt", (101, 32, 4), IMAGENET,
        44_177_704, None, None, "pc"),
    Row("ResNeXt-101 64x4d", RESNEXT, "ResNeXt", (101, 64, 4), IMAGENET,
        83_455_272, None, None, "pc"),
    Row("PyramidNet-110 a48", PYRAMIDNET, "PyramidNet", (110, 48), CIFAR,
        1_772_706, None, None, "pc"),
    Row("PyramidNet-110 a84", PYRAMIDNET, "PyramidNet", (110, 84), CIFAR,
        3_904_446, None, None, "pc", reported=(by.PYRAMIDNET(4.26),)),
    Row("PyramidNet-110 a270", PYRAMIDNET, "PyramidNet", (110, 270), CIFAR,
        28_485_477, 49_798, 4.718e9, "auth", reported=(by.PYRAMIDNET(3.73),)),
    Row("PyramidNet-272 a200", PYRAMIDNET, "PyramidNet", (272, 200, True), CIFAR,
        26_210_842, None, None, "pc", reported=(by.PYRAMIDNET(3.31),)),
    Row("Shake-Shake-26 2x32d", SHAKE_SHAKE, "ShakeShake", (26, 32), CIFAR,
        2_923_162, None, 0.427e9, "pc", reported=(by.SHAKE_SHAKE_3(3.55),)),
    Row("Shake-Shake-26 2x96d", SHAKE_SHAKE, "ShakeShake", (26, 96), CIFAR,
        26_192_922, None, None, "own", reported=(by.SHAKE_SHAKE_5(2.86),)),
    Row("DRN-C-26", DILATED, "DilatedResNet", ("C-26",), IMAGENET,
        21_126_584, None, 16.97e9, "auth", reported=(by.DRN(7.6),)),
    Row("DRN-C-42", DILATED, "DilatedResNet", ("C-42",), IMAGENET,
        31_234_744, None, None, "own", reported=(by.DRN(6.6),)),
    Row("DRN-C-58", DILATED, "DilatedResNet", ("C-58",), IMAGENET,
        40_542_008, None, None, "own", reported=(by.DRN(6.0),)),
    Row("DRN-D-22", DILATED, "DilatedResNet", ("D-22",), IMAGENET,
        16_393_752, None, None, "own", reported=(by.DRN(8.2),)),
    Row("DRN-D-38", DILATED, "DilatedResNet", ("D-38",), IMAGENET,
        26_501_912, None, None, "own", reported=(by.DRN(6.9),)),
    Row("DRN-D-54", DILATED, "DilatedResNet", ("D-54",), IMAGENET,
        35_809_176, None, None, "own", reported=(by.DRN(5.9),)),
    Row("Wider ResNet-38", WIDER, "WiderResNet", (), IMAGENET,
        109_167_912, None, None, "own", reported=(by.WIDER(4.73),)),
    Row("ResNet-9", RESNET9, "ResNet9", (), CIFAR,
        6_573_120, 4_480, 379_261_952, "own"),

    # DenseNet
    Row("DenseNet-121", DENSENET, "DenseNet", (121,), IMAGENET,
        7_978_856, 83_648, 2_834_161_664, "tv",
        reported=(by.DENSENET(7.71),), twin="DenseNet121"),
    Row("DenseNet-169", DENSENET, "DenseNet", (169,), IMAGENET,
        14_149_480, 158_400, 3_359_843_328, "tv",
        reported=(by.DENSENET(6.85),), twin="DenseNet169"),
    Row("DenseNet-201", DENSENET, "DenseNet", (201,), IMAGENET,
        20_013_928, 229_056, 4_291_365_888, "tv",
        reported=(by.DENSENET(6.34),), twin="DenseNet201"),
    Row("DenseNet-264", DENSENET, "DenseNet", (264,), IMAGENET,
        33_337_704, None, 5.752e9, "own", reported=(by.DENSENET(6.12),)),
    Row("DenseNet-161", DENSENET, "DenseNet", (161,), IMAGENET,
        28_681_000, None, None, "tv"),
    Row("DenseNet-40-12", DENSENET, "CIFARDenseNet", (40, 12), CIFAR,
        1_019_722, None, 0.265e9, "own", reported=(by.DENSENET_CIFAR(5.24),)),
    Row("DenseNet-B-40-12", DENSENET, "CIFARDenseNet", (40, 12), CIFAR,
        238_306, None, None, "own", {"bottleneck": True}),
    Row("DenseNet-C-40-12", DENSENET, "CIFARDenseNet", (40, 12), CIFAR,
        578_090, None, None, "own", {"compression": 0.5}),
    Row("DenseNet-BC-100-12", DENSENET, "CIFARDenseNet", (100, 12), CIFAR,
        769_162, 23_988, 0.288e9, "pc", BC, reported=(by.DENSENET_CIFAR(4.51),)),
    Row("DenseNet-BC-250-24", DENSENET, "CIFARDenseNet", (250, 24), CIFAR,
        15_324_406, None, None, "pc", BC, reported=(by.DENSENET_CIFAR(3.62),)),
    Row("DenseNet-BC-190-40", DENSENET, "CIFARDenseNet", (190, 40), CIFAR,
        25_624_430, None, None, "pc", BC, reported=(by.DENSENET_CIFAR(3.46),)),

    # SENet
    Row("SE-ResNet-50", SENET, "SEResNet", (50,), IMAGENET,
        28_088_024, 53_120, 3_860_488_192, "tm", reported=(by.SENET(6.62),)),
    Row("SE-ResNet-101", SENET, "SEResNet", (101,), IMAGENET,
        49_326_872, None, None, "tm", reported=(by.SENET(6.07),)),
    Row("SE-ResNet-152", SENET, "SEResNet", (152,), IMAGENET,
        66_821_848, None, None, "tm", reported=(by.SENET(5.73),)),
    Row("SE-ResNeXt-50 32x4d", SENET, "SEResNeXt", (50,), IMAGENET,
        27_559_896, None, None, "tm", reported=(by.SENET(5.49),)),
    Row("SE-ResNeXt-101 32x4d", SENET, "SEResNeXt", (101,), IMAGENET,
        48_955_416, None, None, "tm", reported=(by.SENET(5.01),)),
    Row("SENet-154", SENET, "SENet", (), IMAGENET,
        115_088_984, None, None, "tm", reported=(by.SENET_154(4.47),),
        own_recipe="SENet-154"),

    # ShuffleNet
    Row("ShuffleNet 1x, g=1", SHUFFLENET, "ShuffleNet", (1,), IMAGENET,
        1_531_936, None, 143e6, "pc"),
    Row("ShuffleNet 1x, g=2", SHUFFLENET, "ShuffleNet", (2,), IMAGENET,
        1_733_848, None, None, "pc"),
    Row("ShuffleNet 1x, g=3", SHUFFLENET, "ShuffleNet", (3,), IMAGENET,
        1_865_728, None, 137.5e6, "pc"),
    Row("ShuffleNet 1x, g=4", SHUFFLENET, "ShuffleNet", (4,), IMAGENET,
        1_968_344, None, None, "pc"),
    Row("ShuffleNet 1x, g=8", SHUFFLENET, "ShuffleNet", (8,), IMAGENET,
        2_434_768, None, None, "pc"),
    Row("ShuffleNet 0.5x, g=3", SHUFFLENET, "ShuffleNet", (3, 0.5), IMAGENET,
        718_324, None, 38e6, "pc"),

    # NASNet
    Row("NASNet-A mobile", NASNET, "NASNet", ("mobile",), IMAGENET,
        5_289_978, 36_738, 563.6e6, "ka",
        reported=(by.NASNET_MOBILE(8.4),), twin="NASNetMobile"),
    Row("NASNet-A large", NASNET, "NASNet", ("large",), (331, 331, 3),
        88_753_150, 196_668, 23.8e9, "ka",
        reported=(by.NASNET_LARGE(3.8),), own_recipe="NASNet, large",
        twin="NASNetLarge"),
    Row("NASNet-A cifar", NASNET, "NASNet", ("cifar",), CIFAR,
        3_346_538, 37_248, 0.544e9, "own", {"classes": 10},
        reported=(by.NASNET_CIFAR(3.41),)),
)
# fmt: on
NETWORKS = CATALOG + MODERN  # all of them


def get(name):
    """Return the row called ``name``.

    ValueError where there is none, with similar names, or with all of them.
    """
    for row in NETWORKS:
        if row.name.lower() == name.lower():
            return row
    names = [row.name for row in NETWORKS]
    if similar := did_you_mean(name, names):
        hint = f"{similar} `dlcourse models` lists all."
    else:
        hint = f" It has {'; '.join(names)}."
    raise ValueError(f"There is no network {name!r} in the catalog.{hint}")
