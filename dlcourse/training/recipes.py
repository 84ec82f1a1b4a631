"""How the papers trained.

What a paper leaves out cannot be run: GoogLeNet (section 6) does not give its learning
rate, LeNet-5 used second derivatives.
"""

from dlcourse.training.recipe import Recipe

# 64,000 steps of 128 images of CIFAR-10's 50,000; down at 32,000 and 48,000
CIFAR_STEPS = 128 / 50_000
INCEPTION_DROPS = tuple(range(2, 100, 2))

# fmt: off
RECIPES = {  # source; batch size, epochs, rate, way, milestones, factor; the others
    "AlexNet": Recipe(
        "Krizhevsky, Sutskever, Hinton, NIPS 2012, section 5",
        128, 90, 0.01, "plateau", l2=5e-4),
    "VGG": Recipe(
        "Simonyan, Zisserman, ICLR 2015, arXiv:1409.1556, section 3.1",
        256, 74, 0.01, "plateau", l2=5e-4),
    "Inception v3": Recipe(  # there 50 machines, each on its own batch of 32
        "Szegedy et al., CVPR 2016, arXiv:1512.00567, section 8",
        32, 100, 0.045, "steps", INCEPTION_DROPS, 0.94,
        rmsprop=True, clip=2.0, smoothing=0.1),
    "ResNet": Recipe(  # 600,000 steps of 256 images
        "He, Zhang, Ren, Sun, CVPR 2016, arXiv:1512.03385, section 3.4",
        256, 120, 0.1, "plateau", l2=1e-4),
    "ResNet, CIFAR": Recipe(
        "He, Zhang, Ren, Sun, CVPR 2016, arXiv:1512.03385, section 4.2",
        128, 64_000 * CIFAR_STEPS, 0.1, "steps",
        (32_000 * CIFAR_STEPS, 48_000 * CIFAR_STEPS), l2=1e-4),
    "Wide ResNet": Recipe(
        "Zagoruyko, Komodakis, BMVC 2016, arXiv:1605.07146, section 3",
        128, 200, 0.1, "steps", (60, 120, 160), 0.2, nesterov=True, l2=5e-4),
    "ResNeXt, CIFAR": Recipe(
        "Xie, Girshick, Dollár, Tu, He, CVPR 2017, arXiv:1611.05431, section 5.3",
        128, 300, 0.1, "steps", (150, 225), l2=5e-4),
    "PyramidNet": Recipe(  # CIFAR-10; CIFAR-100 begins at 0.5
        "Han, Kim, Kim, CVPR 2017, arXiv:1610.02915, section 4.1",
        128, 300, 0.1, "steps", (150, 225), nesterov=True, l2=1e-4),
    "DenseNet": Recipe(
        "Huang, Liu, van der Maaten, Weinberger, CVPR 2017, arXiv:1608.06993, "
        "section 4.2",
        256, 90, 0.1, "steps", (30, 60), nesterov=True, l2=1e-4),
    "DenseNet, CIFAR": Recipe(
        "Huang, Liu, van der Maaten, Weinberger, CVPR 2017, arXiv:1608.06993, "
        "section 4.2",
        64, 300, 0.1, "steps", (150, 225), nesterov=True, l2=1e-4),
    "SENet": Recipe(  # the paper does not name a weight decay; this is ResNet's
        "Hu, Shen, Sun, CVPR 2018, arXiv:1709.01507v4, section 5.1",
        1024, 100, 0.6, "steps", (30, 60, 90), l2=1e-4),
    "ShuffleNet": Recipe(  # 300,000 steps of 1,024 images
        "Zhang, Zhou, Lin, Sun, CVPR 2018, arXiv:1707.01083, section 4",
        1024, 240, 0.5, "linear", l2=4e-5),
    "ImageNet in 1 hour": Recipe(
        "Goyal et al., 2017, arXiv:1706.02677, sections 2.2 and 5.1",
        8192, 90, 3.2, "steps", (30, 60, 80), nesterov=True, l2=1e-4,
        warmup=5, warmup_from=0.1),
    "bag of tricks": Recipe(  # the weight decay is that of the authors' code
        "He, Zhang, Zhang, Zhang, Xie, Li, CVPR 2019, arXiv:1812.01187, sections 2, 5",
        256, 120, 0.1, "cosine", nesterov=True, l2=1e-4, kernels_only=True,
        warmup=5, smoothing=0.1),
    "ResNet-9": Recipe(
        "Page, How to Train Your ResNet, 2018; 24 epochs of CIFAR-10",
        512, 24, 0.4, "linear", nesterov=True, l2=5e-4, warmup=5),
}
# fmt: on


def find_recipe(name):
    """The recipe of that name; ValueError that lists all if there is none."""
    for own, recipe in RECIPES.items():
        if own.lower() == name.lower():
            return recipe
    raise ValueError(f"There is no recipe {name!r}; there are: {'; '.join(RECIPES)}.")
