"""How the networks for ImageNet were trained."""

from dataclasses import replace

from dlcourse.datasets.preprocessing import Preprocessing
from dlcourse.training.recipe import Recipe

DATA = ("imagenet2012",)
IMAGES = 1_281_167  # in the training set

# Windows of pictures whose shorter side is 256, or anything in between
ALEXNET = Preprocessing(
    227, "scale", scale=(256, 256), flip=True, lighting=0.1, standardize="pixels",
    shorter_side=256, crops=10,
)  # fmt: skip
ZFNET = replace(ALEXNET, size=224, lighting=0.0)
RESNET = replace(ALEXNET, size=224, scale=(256, 480))
VGG = replace(RESNET, scale=(256, 512), standardize="mean", shorter_side=384)

# Windows of an area between 8 % and 100 %
AREA = Preprocessing(224, "area", flip=True, standardize="channels", shorter_side=256)
TORCH = replace(AREA, color=0.4, lighting=0.1)  # fb.resnet.torch, datasets/imagenet.lua
GOOGLENET = replace(AREA, color=0.5, standardize="mean")
SENET = replace(AREA, standardize="mean")
INCEPTION = replace(AREA, size=299, color=0.5, shorter_side=342)  # the middle 87.5 %
NASNET_LARGE = replace(INCEPTION, size=331, shorter_side=378)
TRICKS = replace(AREA, color=0.4, lighting=0.1, mixup=0.2)

INCEPTION_COLOR = (  # ``differs`` of Google's networks
    "Brightness, contrast and saturation change by up to half; hues do not. Values are "
    "standardized by channel, not to -1 ... 1."
)


def every(epochs, until):
    """Milestones at all multiples of ``epochs`` before ``until``."""
    return tuple(n * epochs for n in range(1, 1000) if n * epochs < until)


# fmt: off
IMAGENET_RECIPES = {  # source; batch size, epochs, rate, schedule, milestones, ...
    "AlexNet": Recipe(
        "Krizhevsky, Sutskever, Hinton, NIPS 2012, sections 4.1 and 5",
        128, 90, 0.01, "plateau", l2=5e-4, preprocessing=ALEXNET, data=DATA,
        differs="Windows come from the whole picture, not from its central square."),
    "ZFNet": Recipe(
        "Zeiler, Fergus, ECCV 2014, arXiv:1311.2901, section 3.1",
        128, 70, 0.01, "plateau", preprocessing=ZFNET, data=DATA,
        differs="Windows lie anywhere, not in ten places of the central square; "
                "filters are not renormalized."),
    "VGG": Recipe(
        "Simonyan, Zisserman, ICLR 2015, arXiv:1409.1556, sections 3.1 and 3.2",
        256, 74, 0.01, "plateau", l2=5e-4, preprocessing=VGG, data=DATA,
        differs="No layers come from a trained network A; ten windows are evaluated, "
                "at a shorter side of 384, not the whole picture densely."),
    "GoogLeNet": Recipe(  # 31 million steps of 32 images, as figure 3 of Ioffe, Szegedy
        "Szegedy et al., CVPR 2015, arXiv:1409.4842, section 6; Ioffe, Szegedy, "
        "arXiv:1502.03167, section 4.2",
        32, 31e6 * 32 / IMAGES, 0.0015, "steps", every(8, 774), 0.96,
        preprocessing=GOOGLENET, data=DATA,
        differs="The paper gives no rate and no batch: those of its authors a year "
                "later. Colours change by up to half: the paper gives no numbers. No "
                "auxiliary heads, no average of the weights."),
    "BN-Inception": Recipe(  # BN-x30: six times as fast a decay, 6 million steps
        "Ioffe, Szegedy, ICML 2015, arXiv:1502.03167, section 4.2",
        32, 6e6 * 32 / IMAGES, 0.045, "steps", every(8 / 6, 149), 0.96,
        preprocessing=SENET, data=DATA,
        differs="The paper gives no weight decay, and had some change of colour."),
    "Inception v3": Recipe(  # there 50 machines, each on its own batch of 32
        "Szegedy et al., CVPR 2016, arXiv:1512.00567, section 8; the weight decay: "
        "Chollet, arXiv:1610.02357, section 4.3",
        32, 100, 0.045, "steps", every(2, 100), 0.94,
        optimizer="rmsprop", momentum=0.0, clip=2.0, smoothing=0.1, l2=4e-5,
        preprocessing=INCEPTION, data=DATA,
        differs=f"No auxiliary head, no average of the weights. {INCEPTION_COLOR}"),
    "Inception v4": Recipe(
        "Szegedy, Ioffe, Vanhoucke, Alemi, AAAI 2017, arXiv:1602.07261, section 4",
        32, 100, 0.045, "steps", every(2, 100), 0.94,
        optimizer="rmsprop", momentum=0.0, clip=2.0, smoothing=0.1, l2=4e-5,
        preprocessing=INCEPTION, data=DATA,
        differs="Batch, length, smoothing and decay are those of Inception v3: the "
                f"paper has none. No average of the weights. {INCEPTION_COLOR}"),
    "Xception": Recipe(
        "Chollet, CVPR 2017, arXiv:1610.02357, sections 4.2 and 4.3",
        32, 100, 0.045, "steps", every(2, 100), 0.94, l2=1e-5,
        preprocessing=INCEPTION, data=DATA,
        differs="Batch and length are those of Inception v3: the paper has none. No "
                f"average of the weights. {INCEPTION_COLOR}"),
    "ResNet": Recipe(  # 600,000 steps of 256 images
        "He, Zhang, Ren, Sun, CVPR 2016, arXiv:1512.03385, section 3.4",
        256, 120, 0.1, "plateau", l2=1e-4, preprocessing=RESNET, data=DATA),
    "PreAct-ResNet": Recipe(
        "He, Zhang, Ren, Sun, ECCV 2016, arXiv:1603.05027, appendix",
        256, 90, 0.1, "steps", (30, 60), l2=1e-4,
        preprocessing=replace(RESNET, crops=1), data=DATA,
        differs="The paper does not say when it ends: 90 epochs, as fb.resnet.torch."),
    "ResNeXt": Recipe(
        "Xie, Girshick, Dollár, Tu, He, CVPR 2017, arXiv:1611.05431, section 4",
        256, 100, 0.1, "steps", (30, 60, 90), nesterov=True, l2=1e-4,
        preprocessing=TORCH, data=DATA,
        differs="The paper does not say when it ends: ten epochs after the third drop "
                "of the rate."),
    "Wide ResNet, ImageNet": Recipe(  # by fb.resnet.torch, as the log tells
        "Zagoruyko, Komodakis, BMVC 2016, arXiv:1605.07146; the first author's log",
        256, 100, 0.1, "steps", (30, 60, 90), nesterov=True, l2=1e-4,
        preprocessing=TORCH, data=DATA),
    "DRN": Recipe(  # the pipeline is that of the authors' classify.py
        "Yu, Koltun, Funkhouser, CVPR 2017, arXiv:1705.09914, image classification",
        256, 120, 0.1, "steps", (30, 60, 90), l2=1e-4, preprocessing=AREA, data=DATA),
    "Wider ResNet": Recipe(
        "Wu, Shen, van den Hengel, 2016, arXiv:1611.10080; the authors' ilsvrc.py",
        256, 90, 0.1, "linear", nesterov=True, l2=1e-4,
        preprocessing=TORCH, data=DATA,
        differs="The paper's error is of squares of 320 pixels; these have 224."),
    "DenseNet": Recipe(
        "Huang, Liu, van der Maaten, Weinberger, CVPR 2017, arXiv:1608.06993, "
        "section 4.2",
        256, 90, 0.1, "steps", (30, 60), nesterov=True, l2=1e-4,
        preprocessing=TORCH, data=DATA),
    "SENet": Recipe(
        "Hu, Shen, Sun, CVPR 2018, arXiv:1709.01507v4, section 5.1",
        1024, 100, 0.6, "steps", (30, 60, 90), l2=1e-4, preprocessing=SENET, data=DATA,
        differs="The paper does not name a weight decay: that of ResNet."),
    "SENet-154": Recipe(
        "Hu, Shen, Sun, CVPR 2018, arXiv:1709.01507v4, appendix",
        2048, 100, 1.0, "steps", (30, 60, 90), l2=1e-4, smoothing=0.1,
        preprocessing=SENET, data=DATA,
        differs="The paper does not name a weight decay: that of ResNet. Batch norm is "
                "not frozen in the last epochs."),
    "ShuffleNet": Recipe(  # 300,000 steps of 1,024 images; all else as ResNeXt
        "Zhang, Zhou, Lin, Sun, CVPR 2018, arXiv:1707.01083, section 4",
        1024, 240, 0.5, "linear", nesterov=True, l2=4e-5,
        preprocessing=replace(TORCH, area=(0.25, 1.0)), data=DATA,
        differs='Windows of at least 25 %: the paper says only "slightly less '
                'aggressive scale augmentation".'),
    "NASNet, mobile": Recipe(  # 50 machines with 32 images; the authors' nasnet.py
        "Zoph, Vasudevan, Shlens, Le, CVPR 2018, arXiv:1707.07012, appendix A.7",
        1600, 312, 2.0, "steps", every(2.4, 312), 0.97,
        optimizer="rmsprop", momentum=0.0, clip=10.0, smoothing=0.1, l2=4e-5,
        preprocessing=replace(INCEPTION, size=224, shorter_side=256), data=DATA,
        differs="No auxiliary head, no dropout, no average of the weights. "
                f"{INCEPTION_COLOR}"),
    "NASNet, large": Recipe(  # 100 machines with 16 images; 250,000 steps
        "Zoph, Vasudevan, Shlens, Le, CVPR 2018, arXiv:1707.07012, appendix A.7",
        1600, 312, 1.5, "steps", every(2.4, 312), 0.97,
        optimizer="rmsprop", momentum=0.0, clip=10.0, smoothing=0.1, l2=5e-5,
        preprocessing=NASNET_LARGE, data=DATA,
        differs="No drop path, no auxiliary head, no dropout, no average of the "
                f"weights. {INCEPTION_COLOR}"),
    "ImageNet in 1 hour": Recipe(
        "Goyal et al., 2017, arXiv:1706.02677, sections 2.2 and 5.1",
        8192, 90, 3.2, "steps", (30, 60, 80), nesterov=True, l2=1e-4, kernels_only=True,
        warmup=5, warmup_from=0.1, preprocessing=AREA, data=DATA,
        differs="The last gamma of a block begins at one, not at zero; biases of the "
                "dense layer do not decay either."),
    "bag of tricks": Recipe(  # the weight decay is that of the authors' code
        "He, Zhang, Zhang, Zhang, Xie, Li, CVPR 2019, arXiv:1812.01187, sections 2.1, "
        "3.1, 5.1, 5.2 and 5.4",
        256, 200, 0.1, "cosine", nesterov=True, l2=1e-4, kernels_only=True,
        warmup=5, smoothing=0.1, preprocessing=TRICKS, data=DATA,
        differs="Contrast changes in place of hue; no teacher, and the last gamma of a "
                "block begins at one, not at zero."),
}
# fmt: on
