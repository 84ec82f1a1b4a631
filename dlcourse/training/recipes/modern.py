"""How MobileNet to ConvNeXt were trained, on ImageNet alone."""

from dataclasses import replace

from dlcourse.training.recipe import Recipe
from dlcourse.training.recipes.imagenet import (
    AREA,
    DATA,
    IMAGES,
    INCEPTION,
    INCEPTION_COLOR,
    every,
)

MOBILE = replace(INCEPTION, size=224, shorter_side=256)
MIXED = replace(AREA, color=0.4, mixup=0.8)  # timm, on which these authors built
LENGTH = 5.5e6 * 96 / IMAGES  # 5.5 million steps: MobileNetV2's README
SIZES = {  # of images in pixels, in training and evaluation
    "B0": 224, "B1": 240, "B2": 260, "B3": 300, "B4": 380, "B5": 456, "B6": 528,
    "B7": 600, "S": 384, "M": 480, "L": 480,
}  # fmt: skip
NO_MIXTURES = (  # ``differs`` of DeiT and ConvNeXt
    "Mixup alone, where theirs takes turns with CutMix; no RandAugment, random erasing "
    "or average of the weights."
)

# fmt: off
MOBILE_NET_V2 = Recipe(  # epsilon: that of train_image_classifier.py, as the README has
    "Sandler, Howard, Zhu, Zhmoginov, Chen, CVPR 2018, arXiv:1801.04381, section 6.1; "
    "length and smoothing: the authors' README",
    96, LENGTH, 0.045, "steps", every(1, LENGTH), 0.98,
    optimizer="rmsprop", smoothing=0.1, l2=4e-5, kernels_only=True,
    preprocessing=MOBILE, data=DATA,
    differs="One machine, where theirs were 16, each on its own batch. No average of "
            f"the weights. {INCEPTION_COLOR}")
EFFICIENT_NET = Recipe(  # batch, length, warm-up, smoothing, epsilon: the authors' code
    "Tan, Le, ICML 2019, arXiv:1905.11946, section 5.2; the authors' main.py",
    4096, 350, 0.256, "steps", every(2.4, 350), 0.97, warmup=5,
    optimizer="rmsprop, epsilon 0.001", smoothing=0.1, l2=1e-5,
    kernels_only=True, preprocessing=AREA, data=DATA,
    differs="No AutoAugment, no average of the weights; the last epoch counts, not the "
            "best on pictures kept back; biases do not decay either.")
EFFICIENT_NET_V2 = replace(
    EFFICIENT_NET,
    source="Tan, Le, ICML 2021, arXiv:2104.00298, section 5.1",
    differs="Images of one size, where theirs grow in four stages, and augmentation "
            "with them; no RandAugment, mixup or average of the weights. The dropout "
            "is 0.2 for all. Values are standardized by channel.")
DEIT = Recipe(
    "Touvron, Cord, Douze, Massa, Sablayrolles, Jégou, ICML 2021, arXiv:2012.12877, "
    "table 9; the authors' main.py",
    1024, 300, 1e-3, "cosine", warmup=5, warmup_from=1e-6,
    optimizer="adamw", l2=0.05, kernels_only=True, smoothing=0.1,
    preprocessing=MIXED, data=DATA,
    differs=f"{NO_MIXTURES} Pictures are not repeated in a batch; no stochastic "
            "depth; the rate decays to 0, not to 1e-5.")

MODERN_RECIPES = {  # source; batch size, epochs, rate, schedule, milestones, ...
    "MobileNet": replace(
        MOBILE_NET_V2,
        source="Howard et al., 2017, arXiv:1704.04861, section 3.2",
        smoothing=0.0, preprocessing=replace(MOBILE, area=(0.25, 1.0)),
        differs="The paper gives no numbers: those of MobileNetV2, which took over its "
                "rate. Windows of at least 25 %: the paper only limits small ones. "
                "Depthwise kernels decay like others; theirs little or not. No "
                f"average of the weights. {INCEPTION_COLOR}"),
    "MobileNetV2": MOBILE_NET_V2,
    "MobileNetV3": Recipe(
        "Howard et al., ICCV 2019, arXiv:1905.02244, section 6.1.1",
        4096, 350, 0.1, "steps", every(3, 350), 0.99,
        optimizer="rmsprop", l2=1e-5, kernels_only=True,
        preprocessing=MOBILE, data=DATA,
        differs="The paper does not say when it ends: 350 epochs, as EfficientNet. No "
                f"average of the weights. {INCEPTION_COLOR}"),
    **{f"EfficientNet-{name}": replace(EFFICIENT_NET, preprocessing=AREA.at(size))
       for name, size in SIZES.items() if name not in "SML"},
    **{f"EfficientNetV2-{name}": replace(EFFICIENT_NET_V2, preprocessing=AREA.at(size))
       for name, size in SIZES.items() if name in ("B0", "B1", "B2", "B3", *"SML")},
    "RegNet": Recipe(  # 0.1 for 128 images; the larger ones had 512 and 256
        "Radosavovic, Kosaraju, Girshick, He, Dollár, CVPR 2020, arXiv:2003.13678, "
        "figure 21; the authors' MODEL_ZOO.md",
        1024, 100, 0.8, "cosine", warmup=5, warmup_from=0.1, l2=5e-5,
        preprocessing=replace(AREA, lighting=0.1), data=DATA),
    "ViT": Recipe(  # 10,000 steps of warm-up
        "Dosovitskiy et al., ICLR 2021, arXiv:2010.11929, table 3",
        4096, 300, 3e-3, "cosine", warmup=10_000 * 4096 / IMAGES,
        optimizer="adamw", l2=0.3, clip=1.0, preprocessing=AREA, data=DATA,
        differs="The paper's errors are of networks that were trained further, on "
                "images of 384 pixels. Values are standardized by channel."),
    "DeiT": DEIT,
    "ConvNeXt": replace(
        DEIT,
        source="Liu, Mao, Wu, Feichtenhofer, Darrell, Xie, CVPR 2022, "
               "arXiv:2201.03545, appendix A.1; the authors' TRAINING.md",
        batch_size=4096, rate=4e-3, warmup=20, warmup_from=0.0,
        differs=f"{NO_MIXTURES} Stochastic depth is an argument of the network: drop."),
}
# fmt: on
