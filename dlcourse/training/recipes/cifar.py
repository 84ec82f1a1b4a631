"""How the networks for small pictures were trained: CIFAR-10 and CIFAR-100, digits."""

from dataclasses import replace

from dlcourse.datasets.preprocessing import Preprocessing
from dlcourse.training.recipe import Recipe

CIFAR = ("cifar10", "cifar100")
UPDATE = 128 / 50_000  # epochs of an update of 128 pictures

# fb.resnet.torch, datasets/cifar10.lua, on which most of these codes are built
TORCH = Preprocessing(32, "pad", padding=4, flip=True, standardize="channels")
PER_PIXEL = replace(TORCH, standardize="pixels")
REFLECTED = replace(TORCH, padding_mode="reflect")

# fmt: off
CIFAR_RECIPES = {  # source; batch size, epochs, rate, schedule, milestones, factor; ...
    # LeNet-5 was trained with second derivatives (section III.C). On a tenth of
    # Fashion-MNIST's training pictures, twice the rate or half the batch was no better.
    "LeNet": Recipe(
        "this course's own, not that of LeCun et al., Proc. IEEE 1998, section III",
        64, 8, 0.002, "cosine", optimizer="adam",
        preprocessing=Preprocessing(32, standardize="channels"),
        data=("mnist", "fashion_mnist"),
        differs="The paper has second derivatives, pictures one by one and its own "
                "loss; Adam and cross-entropy stand for them."),
    "ResNet, CIFAR": Recipe(  # 64,000 updates of 128 pictures, down at 32,000, 48,000
        "He, Zhang, Ren, Sun, CVPR 2016, arXiv:1512.03385, section 4.2",
        128, 64_000 * UPDATE, 0.1, "steps", (32_000 * UPDATE, 48_000 * UPDATE),
        l2=1e-4, preprocessing=PER_PIXEL, data=CIFAR),
    "ResNet-110": Recipe(  # the same after 400 updates, until the error is below 80 %
        "He, Zhang, Ren, Sun, CVPR 2016, arXiv:1512.03385, section 4.2",
        128, 64_000 * UPDATE, 0.1, "steps", (32_000 * UPDATE, 48_000 * UPDATE),
        warmup=400 * UPDATE, warmup_from=0.01, gradual=False,
        l2=1e-4, preprocessing=PER_PIXEL, data=CIFAR,
        differs="The warm-up ends after 400 updates, not by the training error."),
    "PreAct-ResNet, CIFAR": Recipe(
        "He, Zhang, Ren, Sun, ECCV 2016, arXiv:1603.05027, appendix",
        128, 64_000 * UPDATE, 0.1, "steps", (32_000 * UPDATE, 48_000 * UPDATE),
        warmup=400 * UPDATE, warmup_from=0.01, gradual=False,
        l2=1e-4, preprocessing=PER_PIXEL, data=CIFAR),
    "Wide ResNet": Recipe(  # section 3, and scripts/train_cifar.sh of the authors
        "Zagoruyko, Komodakis, BMVC 2016, arXiv:1605.07146, section 3",
        128, 200, 0.1, "steps", (60, 120, 160), 0.2, nesterov=True, l2=5e-4,
        preprocessing=REFLECTED, data=CIFAR),
    "ResNeXt, CIFAR": Recipe(  # the batch size is that of the authors' README
        "Xie, Girshick, Dollár, Tu, He, CVPR 2017, arXiv:1611.05431, appendix A",
        256, 300, 0.1, "steps", (150, 225), nesterov=True, l2=5e-4,
        preprocessing=TORCH, data=CIFAR,
        differs="The paper's numbers are of pre-activated blocks, these blocks are "
                "those of the figures, which the authors' README finds better."),
    "PyramidNet": Recipe(
        "Han, Kim, Kim, CVPR 2017, arXiv:1610.02915, section 4.1",
        128, 300, 0.1, "steps", (150, 225), nesterov=True, l2=1e-4,
        preprocessing=TORCH, data=("cifar10",)),
    "PyramidNet, CIFAR-100": Recipe(
        "Han, Kim, Kim, CVPR 2017, arXiv:1610.02915, section 4.1",
        128, 300, 0.5, "steps", (150, 225), nesterov=True, l2=1e-4,
        preprocessing=TORCH, data=("cifar100",)),
    "Shake-Shake": Recipe(  # and fb.resnet.torch, of which it is a copy
        "Gastaldi, 2017, arXiv:1705.07485, section 2.1; the author's README",
        128, 1800, 0.2, "cosine", nesterov=True, l2=1e-4,
        preprocessing=TORCH, data=("cifar10",)),
    "DenseNet, CIFAR": Recipe(
        "Huang, Liu, van der Maaten, Weinberger, CVPR 2017, arXiv:1608.06993, "
        "section 4.2",
        64, 300, 0.1, "steps", (150, 225), nesterov=True, l2=1e-4,
        preprocessing=TORCH, data=CIFAR),
    "NASNet, CIFAR": Recipe(  # the numbers are those of the authors' code, nasnet.py
        "Zoph, Vasudevan, Shlens, Le, CVPR 2018, arXiv:1707.07012, appendix A.6",
        32, 600, 0.025, "cosine", l2=5e-4, clip=5.0,
        preprocessing=TORCH, data=("cifar10",),
        differs="No drop path and no auxiliary head; padding and flips stand for an "
                "augmentation that the paper does not describe."),
    "ResNet-9": Recipe(  # dawn.py of the author's cifar10-fast
        "Page, How to Train Your ResNet, 2018; 24 epochs of CIFAR-10",
        512, 24, 0.4, "linear", nesterov=True, l2=5e-4, warmup=5,
        preprocessing=REFLECTED, data=("cifar10",),
        differs="No squares of 8 pixels are cut out of the pictures."),
}
# fmt: on
