"""Where trained weights are published, and what images they want. No backend here.

Names, colours, sizes and crops are those of timm's configurations (timm 1.0.31,
``timm.get_pretrained_cfg``); "tv" in a name marks torchvision's own weights.
"""

from dataclasses import dataclass, field

from dlcourse.models.catalog import NETWORKS

MEAN, DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)  # ImageNet's
HALF = (0.5, 0.5, 0.5)
FILE = "model.safetensors"


@dataclass(frozen=True)
class Preparation:
    """What trained weights want: RGB images, (x - mean) / deviation for x in [0, 1].

    The shorter side of a photo is resized to ``shorter_side`` pixels, and the middle
    ``size`` x ``size`` taken. ``bgr``: the channels are in reversed order behind that.
    """

    mean: tuple
    deviation: tuple
    size: int = 224
    shorter_side: int = 256
    interpolation: str = "bilinear"
    bgr: bool = False


@dataclass(frozen=True)
class Published:
    """Weights on the Hugging Face hub: the repository timm/``name``.

    ``options`` are those of the constructor that the weights want beside the row's.
    """

    name: str
    preparation: Preparation
    options: dict = field(default_factory=dict)

    @property
    def repository(self):
        """Its name on the hub."""
        return f"timm/{self.name}"


TV = Preparation(MEAN, DEVIATION)  # 224 / 0.875
GLUON = Preparation(MEAN, DEVIATION, interpolation="bicubic")
A1 = Preparation(MEAN, DEVIATION, 224, 235, "bicubic")  # 224 / 0.95
TV2 = Preparation(MEAN, DEVIATION, 224, 232, "bicubic")  # 224 / 0.965
DEIT = Preparation(MEAN, DEVIATION, 224, 248, "bicubic")  # 224 / 0.9
AUGREG = Preparation(HALF, HALF, 224, 248, "bicubic")  # 224 / 0.9
TF = Preparation(HALF, HALF, 299, 341, "bicubic")  # 299 / 0.875

PUBLISHED = {  # row: its weights
    "VGG-A": Published("vgg11.tv_in1k", TV),
    "VGG-B": Published("vgg13.tv_in1k", TV),
    "Inception v4": Published("inception_v4.tf_in1k", TF, {"order": "code"}),
    "ResNet-18": Published("resnet18.tv_in1k", TV),
    "ResNet-34": Published("resnet34.tv_in1k", TV),
    "ResNeXt-50 32x4d": Published("resnext50_32x4d.tv_in1k", TV),
    "ResNeXt-101 32x4d": Published("resnext101_32x4d.gluon_in1k", GLUON),
    "ResNeXt-101 64x4d": Published("resnext101_64x4d.tv_in1k", TV),
    "Wide ResNet-50-2": Published("wide_resnet50_2.tv_in1k", TV),
    "DenseNet-161": Published("densenet161.tv_in1k", GLUON),
    # of the paper's own, which stride on the first 1x1, no safetensors are published
    "SE-ResNet-50": Published("seresnet50.a1_in1k", A1, {"stride_on": "3x3"}),
    "SE-ResNeXt-50 32x4d": Published("seresnext50_32x4d.gluon_in1k", GLUON),
    "SE-ResNeXt-101 32x4d": Published("seresnext101_32x4d.gluon_in1k", GLUON),
    "SENet-154": Published("senet154.gluon_in1k", GLUON),
    "RegNetX-400MF": Published("regnetx_004_tv.tv2_in1k", TV2),
    "RegNetX-800MF": Published("regnetx_008.tv2_in1k", TV2),
    "RegNetX-3.2GF": Published("regnetx_032.tv2_in1k", TV2),
    "RegNetX-8GF": Published("regnetx_080.tv2_in1k", TV2),
    "RegNetX-32GF": Published("regnetx_320.tv2_in1k", TV2),
    "RegNetY-400MF": Published("regnety_004.tv2_in1k", TV2),
    "RegNetY-800MF": Published("regnety_008_tv.tv2_in1k", TV2),
    "RegNetY-3.2GF": Published("regnety_032.tv2_in1k", TV2),
    "RegNetY-16GF": Published("regnety_160.tv2_in1k", TV2),
    "ViT-Ti/16": Published("deit_tiny_patch16_224.fb_in1k", DEIT),
    "ViT-S/16": Published("deit_small_patch16_224.fb_in1k", DEIT),
    "ViT-B/16": Published("vit_base_patch16_224.augreg_in1k", AUGREG),
    "ViT-B/32": Published("vit_base_patch32_224.augreg_in1k", AUGREG),
    "ViT-L/16": Published("vit_large_patch16_224.augreg_in21k_ft_in1k", AUGREG),
}


def source(row):
    """Where trained weights of a row are, in a word or two; "" where nowhere."""
    if row.twin:
        return "keras.applications"
    return PUBLISHED[row.name].repository if row.name in PUBLISHED else ""


def trained_rows():
    """The rows of which there are weights for ImageNet."""
    return [row for row in NETWORKS if source(row)]
