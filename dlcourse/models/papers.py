"""The papers that the networks come from; the catalog's rows refer to them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Paper:
    """Where a network comes from, how it was trained, and the lecture that teaches it.

    No lecture teaches the newest networks yet. A recipe is an entry of
    ``training.RECIPES``. A paper that trained differently on CIFAR than on ImageNet has
    two of them, or three.
    """

    authors: str
    title: str
    year: int
    venue: str
    arxiv: str | None
    lecture: int | None
    recipe: str
    cifar_recipe: str | None = None
    cifar100_recipe: str | None = None

    @property
    def first_author(self):
        """The first of the authors."""
        return self.authors.split(", ")[0]

    @property
    def cited(self):
        """The authors as in a citation: "Page", "He et al."."""
        return self.first_author + (" et al." if "," in self.authors else "")


# fmt: off
LENET = Paper(
    "LeCun, Bottou, Bengio, Haffner",
    "Gradient-based learning applied to document recognition",
    1998, "Proc. IEEE", None, 7, "LeNet")
ALEXNET = Paper(
    "Krizhevsky, Sutskever, Hinton",
    "ImageNet classification with deep convolutional neural networks",
    2012, "NIPS", None, 8, "AlexNet")
ONE_WEIRD_TRICK = Paper(
    "Krizhevsky",
    "One weird trick for parallelizing convolutional neural networks",
    2014, "arXiv", "1404.5997", 8, "AlexNet")
ZFNET = Paper(
    "Zeiler, Fergus",
    "Visualizing and understanding convolutional networks",
    2014, "ECCV", "1311.2901", 9, "ZFNet")
VGG = Paper(
    "Simonyan, Zisserman",
    "Very deep convolutional networks for large-scale image recognition",
    2015, "ICLR", "1409.1556", 10, "VGG")
GOOGLENET = Paper(
    "Szegedy, Liu, Jia, Sermanet, Reed, Anguelov, Erhan, Vanhoucke, Rabinovich",
    "Going deeper with convolutions", 2015, "CVPR", "1409.4842", 11,
    "GoogLeNet")
BATCH_NORM = Paper(
    "Ioffe, Szegedy",
    "Batch normalization: accelerating deep network training by reducing internal "
    "covariate shift",
    2015, "ICML", "1502.03167", 12, "BN-Inception")
INCEPTION_V3 = Paper(
    "Szegedy, Vanhoucke, Ioffe, Shlens, Wojna",
    "Rethinking the Inception architecture for computer vision",
    2016, "CVPR", "1512.00567", 12, "Inception v3")
INCEPTION_V4 = Paper(
    "Szegedy, Ioffe, Vanhoucke, Alemi",
    "Inception-v4, Inception-ResNet and the impact of residual connections on learning",
    2017, "AAAI", "1602.07261", 12, "Inception v4")
XCEPTION = Paper(
    "Chollet",
    "Xception: deep learning with depthwise separable convolutions",
    2017, "CVPR", "1610.02357", 18, "Xception")
RESNET = Paper(
    "He, Zhang, Ren, Sun",
    "Deep residual learning for image recognition", 2016, "CVPR", "1512.03385", 13,
    "ResNet", "ResNet, CIFAR")
PREACT = Paper(
    "He, Zhang, Ren, Sun",
    "Identity mappings in deep residual networks", 2016, "ECCV", "1603.05027", 15,
    "PreAct-ResNet", "PreAct-ResNet, CIFAR")
WIDE_RESNET = Paper(
    "Zagoruyko, Komodakis",
    "Wide residual networks", 2016, "BMVC", "1605.07146", 15, "Wide ResNet")
RESNEXT = Paper(
    "Xie, Girshick, Dollár, Tu, He",
    "Aggregated residual transformations for deep neural networks",
    2017, "CVPR", "1611.05431", 15, "ResNeXt", "ResNeXt, CIFAR")
PYRAMIDNET = Paper(
    "Han, Kim, Kim",
    "Deep pyramidal residual networks", 2017, "CVPR", "1610.02915", 15, "PyramidNet",
    cifar100_recipe="PyramidNet, CIFAR-100")
SHAKE_SHAKE = Paper(
    "Gastaldi",
    "Shake-Shake regularization", 2017, "arXiv", "1705.07485", 15, "Shake-Shake")
DILATED = Paper(
    "Yu, Koltun, Funkhouser",
    "Dilated residual networks", 2017, "CVPR", "1705.09914", 15, "DRN")
WIDER = Paper(
    "Wu, Shen, van den Hengel",
    "Wider or deeper: revisiting the ResNet model for visual recognition",
    2016, "arXiv", "1611.10080", 15, "Wider ResNet")
RESNET9 = Paper(
    "Page",
    "How to train your ResNet", 2018, "blog", None, 22, "ResNet-9")
DENSENET = Paper(
    "Huang, Liu, van der Maaten, Weinberger",
    "Densely connected convolutional networks", 2017, "CVPR", "1608.06993", 16,
    "DenseNet", "DenseNet, CIFAR")
SENET = Paper(
    "Hu, Shen, Sun",
    "Squeeze-and-excitation networks", 2018, "CVPR", "1709.01507", 17, "SENet")
SHUFFLENET = Paper(
    "Zhang, Zhou, Lin, Sun",
    "ShuffleNet: an extremely efficient convolutional neural network for mobile "
    "devices",
    2018, "CVPR", "1707.01083", 18, "ShuffleNet")
NASNET = Paper(
    "Zoph, Vasudevan, Shlens, Le",
    "Learning transferable architectures for scalable image recognition",
    2018, "CVPR", "1707.07012", 19, "NASNet, mobile", "NASNet, CIFAR")

MOBILENET = Paper(
    "Howard, Zhu, Chen, Kalenichenko, Wang, Weyand, Andreetto, Adam",
    "MobileNets: efficient convolutional neural networks for mobile vision "
    "applications",
    2017, "arXiv", "1704.04861", None, "MobileNet")
MOBILENET_V2 = Paper(
    "Sandler, Howard, Zhu, Zhmoginov, Chen",
    "MobileNetV2: inverted residuals and linear bottlenecks",
    2018, "CVPR", "1801.04381", None, "MobileNetV2")
MOBILENET_V3 = Paper(
    "Howard, Sandler, Chu, Chen, Chen, Tan, Wang, Zhu, Pang, Vasudevan, Le, Adam",
    "Searching for MobileNetV3", 2019, "ICCV", "1905.02244", None, "MobileNetV3")
EFFICIENTNET = Paper(
    "Tan, Le",
    "EfficientNet: rethinking model scaling for convolutional neural networks",
    2019, "ICML", "1905.11946", None, "EfficientNet-B0")
EFFICIENTNET_V2 = Paper(
    "Tan, Le",
    "EfficientNetV2: smaller models and faster training",
    2021, "ICML", "2104.00298", None, "EfficientNetV2-S")
REGNET = Paper(
    "Radosavovic, Kosaraju, Girshick, He, Dollár",
    "Designing network design spaces", 2020, "CVPR", "2003.13678", None, "RegNet")
VIT = Paper(
    "Dosovitskiy, Beyer, Kolesnikov, Weissenborn, Zhai, Unterthiner, Dehghani, "
    "Minderer, Heigold, Gelly, Uszkoreit, Houlsby",
    "An image is worth 16x16 words: transformers for image recognition at scale",
    2021, "ICLR", "2010.11929", None, "ViT")
DEIT = Paper(
    "Touvron, Cord, Douze, Massa, Sablayrolles, Jégou",
    "Training data-efficient image transformers and distillation through attention",
    2021, "ICML", "2012.12877", None, "DeiT")
CONVNEXT = Paper(
    "Liu, Mao, Wu, Feichtenhofer, Darrell, Xie",
    "A ConvNet for the 2020s", 2022, "CVPR", "2201.03545", None, "ConvNeXt")
