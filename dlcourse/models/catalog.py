"""The catalog: every network of the course that is proven, one row each.

It feeds the tests, the tables in the lectures and ``dlcourse models``. It imports no
backend: a row knows its constructor by name and builds the network when asked.
"""

import re
from dataclasses import dataclass, field
from importlib import import_module

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
    Paper,
)


@dataclass(frozen=True)
class Row:
    """One proven network.

    An int in ``macs`` is exact, a float is as rounded by its source. ``statistics``
    counts the running means and variances of batch norm; None where no source gives it.
    Errors are those the paper reports for one network, in percent; None where we have
    not verified the number.
    """

    name: str
    paper: Paper
    constructor: str  # in dlcourse.models
    arguments: tuple  # the paper's name or numbers for the variant
    input_shape: tuple
    parameters: int  # trainable
    statistics: int | None
    macs: int | float | None  # multiply-adds of convolution and dense layers
    source: str  # a key of SOURCES
    options: dict = field(default_factory=dict)
    top5: float | None = None  # ILSVRC, validation or test set
    cifar10: float | None = None  # error with flips and shifts
    twin: str | None = None  # the same network in keras.applications

    @property
    def recipe(self):
        """How its paper trained it: the name of an entry of ``training.RECIPES``."""
        if self.input_shape == CIFAR and self.paper.cifar_recipe:
            return self.paper.cifar_recipe
        return self.paper.recipe

    def build(self, **overrides):
        """Build the model; ``overrides`` are arguments of the constructor.

        The model has the row's name, such as ``Inception_v3`` for "Inception v3":
        TensorFlow allows no spaces, commas or equals signs in it.
        """
        constructor = getattr(import_module("dlcourse.models"), self.constructor)
        name = re.sub(r"[ ,=]+", "_", self.name)
        options = {"input_shape": self.input_shape, "name": name}
        return constructor(*self.arguments, **options | self.options | overrides)


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
CIFAR = (32, 32, 3)
BC = {"bottleneck": True, "compression": 0.5}

CATALOG = (  # name, paper, constructor, arguments, input, parameters, statistics, MACs
    # LeNet, AlexNet, ZFNet, VGG
    Row("LeNet-5, 1998", LENET, "LeNet5", ("1998",), (32, 32, 1),
        60_000, 0, None, "own"),
    Row("LeNet-5, dense", LENET, "LeNet5", (), (32, 32, 1),
        61_706, 0, 416_520, "own"),
    Row("LeNet-5, 3x3", LENET, "LeNet5", ("3x3",), (32, 32, 1),
        81_194, 0, None, "own"),
    Row("AlexNet", ALEXNET, "AlexNet", (), (227, 227, 3),
        60_965_224, 0, 724_406_816, "own", {"groups": 2}, top5=18.2),
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
        6_998_552, 0, 1_582_671_872, "own", top5=10.07),
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
        22_855_952, 54_528, 8_357_403_496, "ka", twin="Xception"),

    # ResNet and what followed
    Row("ResNet-18", RESNET, "ResNet", (18,), IMAGENET,
        11_689_512, 9_600, 1_814_073_344, "tv"),
    Row("ResNet-34", RESNET, "ResNet", (34,), IMAGENET,
        21_797_672, 17_024, 3_663_761_408, "tv", top5=7.46),
    Row("ResNet-50", RESNET, "ResNet", (50,), IMAGENET,
        25_557_032, 53_120, 3_857_973_248, "tv", top5=6.71, twin="ResNet50"),
    Row("ResNet-101", RESNET, "ResNet", (101,), IMAGENET,
        44_549_160, 105_344, 7_570_194_432, "tv", top5=6.05, twin="ResNet101"),
    Row("ResNet-152", RESNET, "ResNet", (152,), IMAGENET,
        60_192_808, 151_424, 11_282_415_616, "tv", top5=5.71, twin="ResNet152"),
    Row("ResNet-20", RESNET, "CIFARResNet", (20,), CIFAR,
        269_722, None, 40.6e6, "own", cifar10=8.75),
    Row("ResNet-32", RESNET, "CIFARResNet", (32,), CIFAR,
        464_154, None, 68.9e6, "own", cifar10=7.51),
    Row("ResNet-44", RESNET, "CIFARResNet", (44,), CIFAR,
        658_586, None, 97.2e6, "own", cifar10=7.17),
    Row("ResNet-56", RESNET, "CIFARResNet", (56,), CIFAR,
        853_018, None, 125.5e6, "own", cifar10=6.97),
    Row("ResNet-110", RESNET, "CIFARResNet", (110,), CIFAR,
        1_727_962, None, 252.9e6, "own", cifar10=6.43),
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
        1_730_522, None, 253e6, "pc", cifar10=6.37),
    Row("PreAct-ResNet-164", PREACT, "CIFARPreActResNet", (164, True), CIFAR,
        1_703_258, None, None, "pc", cifar10=5.46),
    Row("WRN-40-4", WIDE_RESNET, "WideResNet", (40, 4), CIFAR,
        8_949_210, None, None, "own", cifar10=4.53),
    Row("WRN-16-8", WIDE_RESNET, "WideResNet", (16, 8), CIFAR,
        10_961_370, None, None, "own", cifar10=4.27),
    Row("WRN-28-10", WIDE_RESNET, "WideResNet", (28, 10), CIFAR,
        36_479_194, 17_952, 5.243e9, "pc", cifar10=4.00),
    Row("ResNeXt-29 8x64d", RESNEXT, "CIFARResNeXt", (29, 8, 64), CIFAR,
        34_426_698, None, 5.387e9, "pc", cifar10=3.65),
    Row("ResNeXt-29 16x64d", RESNEXT, "CIFARResNeXt", (29, 16, 64), CIFAR,
        68_155_210, None, None, "pc", cifar10=3.58),
    Row("ResNeXt-50 32x4d", RESNEXT, "ResNeXt", (50, 32, 4), IMAGENET,
        25_028_904, 68_224, 4.230e9, "tv"),
    Row("ResNeXt-101 32x4d", RESNEXT, "ResNeXt", (101, 32, 4), IMAGENET,
        44_177_704, None, None, "pc"),
    Row("ResNeXt-101 64x4d", RESNEXT, "ResNeXt", (101, 64, 4), IMAGENET,
        83_455_272, None, None, "pc"),
    Row("PyramidNet-110 a48", PYRAMIDNET, "PyramidNet", (110, 48), CIFAR,
        1_772_706, None, None, "pc"),
    Row("PyramidNet-110 a84", PYRAMIDNET, "PyramidNet", (110, 84), CIFAR,
        3_904_446, None, None, "pc", cifar10=4.26),
    Row("PyramidNet-110 a270", PYRAMIDNET, "PyramidNet", (110, 270), CIFAR,
        28_485_477, 49_798, 4.718e9, "auth", cifar10=3.73),
    Row("PyramidNet-272 a200", PYRAMIDNET, "PyramidNet", (272, 200, True), CIFAR,
        26_210_842, None, None, "pc", cifar10=3.31),
    Row("Shake-Shake-26 2x32d", SHAKE_SHAKE, "ShakeShake", (26, 32), CIFAR,
        2_923_162, None, 0.427e9, "pc", cifar10=3.55),
    Row("Shake-Shake-26 2x96d", SHAKE_SHAKE, "ShakeShake", (26, 96), CIFAR,
        26_192_922, None, None, "own", cifar10=2.86),
    Row("DRN-C-26", DILATED, "DilatedResNet", ("C-26",), IMAGENET,
        21_126_584, None, 16.97e9, "auth", top5=7.6),
    Row("DRN-C-42", DILATED, "DilatedResNet", ("C-42",), IMAGENET,
        31_234_744, None, None, "own", top5=6.6),
    Row("DRN-C-58", DILATED, "DilatedResNet", ("C-58",), IMAGENET,
        40_542_008, None, None, "own", top5=6.0),
    Row("DRN-D-22", DILATED, "DilatedResNet", ("D-22",), IMAGENET,
        16_393_752, None, None, "own", top5=8.2),
    Row("DRN-D-38", DILATED, "DilatedResNet", ("D-38",), IMAGENET,
        26_501_912, None, None, "own", top5=6.9),
    Row("DRN-D-54", DILATED, "DilatedResNet", ("D-54",), IMAGENET,
        35_809_176, None, None, "own", top5=5.9),
    Row("Wider ResNet-38", WIDER, "WiderResNet", (), IMAGENET,
        109_167_912, None, None, "own", top5=4.73),
    Row("ResNet-9", RESNET9, "ResNet9", (), CIFAR,
        6_573_120, 4_480, 379_261_952, "own"),

    # DenseNet
    Row("DenseNet-121", DENSENET, "DenseNet", (121,), IMAGENET,
        7_978_856, 83_648, 2_834_161_664, "tv", top5=7.71, twin="DenseNet121"),
    Row("DenseNet-169", DENSENET, "DenseNet", (169,), IMAGENET,
        14_149_480, 158_400, 3_359_843_328, "tv", top5=6.85, twin="DenseNet169"),
    Row("DenseNet-201", DENSENET, "DenseNet", (201,), IMAGENET,
        20_013_928, 229_056, 4_291_365_888, "tv", top5=6.34, twin="DenseNet201"),
    Row("DenseNet-264", DENSENET, "DenseNet", (264,), IMAGENET,
        33_337_704, None, 5.752e9, "own", top5=6.12),
    Row("DenseNet-161", DENSENET, "DenseNet", (161,), IMAGENET,
        28_681_000, None, None, "tv"),
    Row("DenseNet-40-12", DENSENET, "CIFARDenseNet", (40, 12), CIFAR,
        1_019_722, None, 0.265e9, "own", cifar10=5.24),
    Row("DenseNet-B-40-12", DENSENET, "CIFARDenseNet", (40, 12), CIFAR,
        238_306, None, None, "own", {"bottleneck": True}),
    Row("DenseNet-C-40-12", DENSENET, "CIFARDenseNet", (40, 12), CIFAR,
        578_090, None, None, "own", {"compression": 0.5}),
    Row("DenseNet-BC-100-12", DENSENET, "CIFARDenseNet", (100, 12), CIFAR,
        769_162, 23_988, 0.288e9, "pc", BC, cifar10=4.51),
    Row("DenseNet-BC-250-24", DENSENET, "CIFARDenseNet", (250, 24), CIFAR,
        15_324_406, None, None, "pc", BC, cifar10=3.62),
    Row("DenseNet-BC-190-40", DENSENET, "CIFARDenseNet", (190, 40), CIFAR,
        25_624_430, None, None, "pc", BC, cifar10=3.46),

    # SENet
    Row("SE-ResNet-50", SENET, "SEResNet", (50,), IMAGENET,
        28_088_024, 53_120, 3_860_488_192, "tm", top5=6.62),
    Row("SE-ResNet-101", SENET, "SEResNet", (101,), IMAGENET,
        49_326_872, None, None, "tm", top5=6.07),
    Row("SE-ResNet-152", SENET, "SEResNet", (152,), IMAGENET,
        66_821_848, None, None, "tm", top5=5.73),
    Row("SE-ResNeXt-50 32x4d", SENET, "SEResNeXt", (50,), IMAGENET,
        27_559_896, None, None, "tm", top5=5.49),
    Row("SE-ResNeXt-101 32x4d", SENET, "SEResNeXt", (101,), IMAGENET,
        48_955_416, None, None, "tm", top5=5.01),
    Row("SENet-154", SENET, "SENet", (), IMAGENET,
        115_088_984, None, None, "tm", top5=4.47),

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
        5_289_978, 36_738, 563.6e6, "ka", top5=8.4, twin="NASNetMobile"),
    Row("NASNet-A large", NASNET, "NASNet", ("large",), (331, 331, 3),
        88_753_150, 196_668, 23.8e9, "ka", top5=3.8, twin="NASNetLarge"),
    Row("NASNet-A cifar", NASNET, "NASNet", ("cifar",), CIFAR,
        3_318_058, 36_800, 0.516e9, "own", {"classes": 10}, cifar10=3.41),
)
# fmt: on


def get(name):
    """Return the row called ``name``; ValueError that lists all if there is none."""
    for row in CATALOG:
        if row.name.lower() == name.lower():
            return row
    names = "; ".join(row.name for row in CATALOG)
    raise ValueError(f"There is no {name!r} in the catalog; it has {names}.")
