"""Errors as papers report them, each with how it was measured.

Two errors are comparable within one protocol only: ten windows of a picture instead of
one lower ResNet-50's top-5 error from 7.8 % to 6.7 %, and the best of five trainings of
ResNet-110 lies 0.2 points below their mean.
"""

from dataclasses import dataclass
from functools import partial


@dataclass(frozen=True)
class Reported:
    """A published error, and its protocol."""

    error: float  # in percent
    source: str  # where in the network's paper, or else
    data: str  # "imagenet2012": of the validation set; "cifar10": of the test set
    crops: int  # windows of a picture whose predictions are averaged
    size: int  # their height and width, in pixels
    runs: str  # "one run", "best of 5 runs", "median of 5 runs"; "" where not told
    top: int = 5  # on ImageNet, answers of which one must be right

    @property
    def protocol(self):
        """What must be equal where two errors are compared, in words."""
        if self.data == "cifar10":
            return f"CIFAR-10, {self.runs or 'runs not told'}"
        windows = "1 crop" if self.crops == 1 else f"{self.crops} crops"
        runs = "" if self.runs == "one run" else f", {self.runs}"
        return f"top-{self.top}, {windows} of {self.size}{runs}"


def top5(source, crops=1, size=224):
    """A function error -> `Reported` for ILSVRC errors that stand in one table."""
    one = {"data": "imagenet2012", "runs": "one run"}
    return partial(Reported, source=source, crops=crops, size=size, **one)


def top1(source, size=224, runs="one run"):
    """The same where only the first answer counts, of one window."""
    return partial(top5(source, size=size), runs=runs, top=1)


def cifar10(source, runs="one run"):
    """The same for errors on CIFAR-10, with flips and shifts in training."""
    return partial(Reported, source=source, runs=runs, data="cifar10", crops=1, size=32)


ALEXNET = top5("table 2", crops=10)
GOOGLENET = top5("table 3")
RESNET = top5("table 3", crops=10)
RESNET_ONE_CROP = top5("authors' README")
RESNET_CIFAR = cifar10("table 6")
RESNET_BEST = cifar10("table 6", "best of 5 runs")
RESNET_MEAN = cifar10("table 6", "mean of 5 runs")
PREACT = cifar10("table 2", "median of 5 runs")
WIDE_RESNET = cifar10("table 5", "median of 5 runs")
WIDE_RESNET_TOP1 = top1("authors' README")
WIDE_RESNET_TOP5 = top5("authors' README")
RESNEXT = cifar10("table 7", "mean of 10 runs")
PYRAMIDNET = cifar10("table 4", "")
SHAKE_SHAKE_3 = cifar10("table 1", "mean of 3 runs")
SHAKE_SHAKE_5 = cifar10("table 1", "mean of 5 runs")
DRN = top5("authors' README")
WIDER = top5("authors' README", size=320)
DENSENET = top5("table 3")
DENSENET_CIFAR = cifar10("table 2")
SENET = top5("table 2")
SENET_154 = top5("table 8")
NASNET_MOBILE = top5("table 3")
NASNET_LARGE = top5("table 2", size=331)
NASNET_CIFAR = cifar10("table 1", "mean of 5 runs")
MOBILENET = top1("tables 4 and 5")
MOBILENET_TOP5 = top5("authors' README")
MOBILENET_V2 = top1("table 4")
MOBILENET_V3 = top1("table 3")
EFFICIENTNET = partial(top5, "table 2")  # a size for each variant
EFFICIENTNET_V2 = partial(top1, "authors' README")
REGNET = top1("authors' MODEL_ZOO.md", runs="mean of 5 runs")
VIT = top1("table 5", size=384)  # trained at 224, then further at 384
DEIT = top1("authors' README")
DEIT_TOP5 = top5("authors' README")
CONVNEXT = top1("authors' README")
