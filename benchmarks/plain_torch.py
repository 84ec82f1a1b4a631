"""The same networks in plain PyTorch, for comparison; needs nothing of this course.

    python benchmarks/plain_torch.py FOLDER --epochs 2

trains ResNet-20 as the usual script does it: DataLoader, random crops and flips, SGD.
The folder has a folder of pictures of 32 x 32 pixels for each class, or Fashion-MNIST
as torchvision unpacks it.
"""

import argparse
import itertools
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional
from torch.utils.data import DataLoader, random_split


def conv(inputs, filters, strides=1):
    """A 3 x 3 convolution without bias."""
    return nn.Conv2d(inputs, filters, 3, strides, padding=1, bias=False)


class Basic(nn.Module):
    """Two convolutions beside a shortcut of option A."""

    def __init__(self, inputs, filters, strides):
        super().__init__()
        self.conv1, self.bn1 = conv(inputs, filters, strides), nn.BatchNorm2d(filters)
        self.conv2, self.bn2 = conv(filters, filters), nn.BatchNorm2d(filters)
        self.strides, self.missing = strides, filters - inputs

    def forward(self, x):
        """Return the sum of both ways."""
        y = self.bn2(self.conv2(functional.relu(self.bn1(self.conv1(x)))))
        shortcut = x[:, :, :: self.strides, :: self.strides]
        pad = (0, 0, 0, 0, self.missing // 2, self.missing - self.missing // 2)
        return functional.relu(functional.pad(shortcut, pad) + y)


def resnet20(size=32, classes=10, channels=3):
    """ResNet-20 for CIFAR."""
    widths = [16] + [16] * 3 + [32] * 3 + [64] * 3
    blocks = [
        Basic(inputs, filters, 1 if inputs == filters else 2)
        for inputs, filters in itertools.pairwise(widths)
    ]
    stem = [conv(channels, 16), nn.BatchNorm2d(16), nn.ReLU()]
    head = [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, classes)]
    return nn.Sequential(*stem, *blocks, *head)


def lenet(size=32):
    """LeNet-5 with a dense C3 and plain pooling."""
    first = [nn.Conv2d(1, 6, 5), nn.Tanh(), nn.AvgPool2d(2)]
    second = [nn.Conv2d(6, 16, 5), nn.Tanh(), nn.AvgPool2d(2), nn.Flatten()]
    dense = [nn.Linear(400, 120), nn.Tanh(), nn.Linear(120, 84), nn.Tanh()]
    return nn.Sequential(*first, *second, *dense, nn.Linear(84, 10))


class ShuffleUnit(nn.Module):
    """A bottleneck of grouped convolutions; with strides 2 the shortcut is pooled."""

    def __init__(self, inputs, filters, strides, groups, first_groups):
        super().__init__()
        inner, outputs = filters // 4, filters - inputs if strides > 1 else filters
        self.squeeze = nn.Conv2d(inputs, inner, 1, groups=first_groups, bias=False)
        self.depthwise = nn.Conv2d(
            inner, inner, 3, strides, padding=1, groups=inner, bias=False
        )
        self.widen = nn.Conv2d(inner, outputs, 1, groups=groups, bias=False)
        self.norms = nn.ModuleList(map(nn.BatchNorm2d, (inner, inner, outputs)))
        self.strides, self.shuffle = strides, nn.ChannelShuffle(groups)

    def forward(self, x):
        """Return both ways, added or side by side."""
        y = self.shuffle(functional.relu(self.norms[0](self.squeeze(x))))
        y = self.norms[2](self.widen(self.norms[1](self.depthwise(y))))
        if self.strides == 1:
            return functional.relu(x + y)
        return functional.relu(torch.cat([functional.avg_pool2d(x, 3, 2, 1), y], 1))


def shufflenet(size=224, groups=3):
    """ShuffleNet 1x with three groups."""
    parts = [nn.Conv2d(3, 24, 3, 2, padding=1, bias=False), nn.BatchNorm2d(24)]
    parts += [nn.ReLU(), nn.MaxPool2d(3, 2, padding=1)]
    inputs = 24
    for filters, repeats in ((240, 4), (480, 8), (960, 4)):
        for number in range(repeats):
            first = 1 if inputs == 24 else groups
            strides = 2 if number == 0 else 1
            parts.append(ShuffleUnit(inputs, filters, strides, groups, first))
            inputs = filters
    head = [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(inputs, 1000)]
    return nn.Sequential(*parts, *head)


def of_torchvision(name):
    """A function that makes torchvision's network."""

    def make(size=224):
        from torchvision import models

        return getattr(models, name)()

    return make


def vgg16(size=224):
    """torchvision's VGG-16 without dropout, and with dense layers for this size."""
    from torchvision import models

    model = models.vgg16(dropout=0.0)
    model.avgpool = nn.Identity()
    model.classifier[0] = nn.Linear(512 * (size // 32) ** 2, 4096)
    return model


def xception(size=299):
    """The Xception of timm."""
    import timm

    return timm.create_model("legacy_xception")


NETWORKS = {
    "LeNet-5, dense": lenet,
    "ResNet-20": resnet20,
    "ResNet-50": of_torchvision("resnet50"),
    "VGG-D": vgg16,
    "DenseNet-121": of_torchvision("densenet121"),
    "Xception": xception,
    "ShuffleNet 1x, g=3": shufflenet,
}


PARAMETERS = {  # as many as ours, at the papers' image sizes
    "LeNet-5, dense": 61_706,
    "ResNet-20": 269_722,
    "ResNet-50": 25_557_032,
    "VGG-D": 138_357_544,
    "DenseNet-121": 7_978_856,
    "Xception": 22_855_952,
    "ShuffleNet 1x, g=3": 1_865_728,
}


def built(name, size):
    """The network; an AssertionError where it has not as many weights as ours."""
    model = NETWORKS[name](size)
    found = sum(p.numel() for p in model.parameters())
    if name == "VGG-D":  # smaller images leave out weights of its first dense layer
        found += 4096 * 512 * (7**2 - (size // 32) ** 2)
    assert found == PARAMETERS[name], f"{name}: {found:,} parameters"
    return model


def trainer(model, images, labels, rate=0.01, **options):
    """A function of indices (n,) that trains one step on these examples."""
    x = torch.from_numpy(images.transpose(0, 3, 1, 2).copy())
    y, loss = torch.from_numpy(labels).long(), nn.CrossEntropyLoss()
    sgd = torch.optim.SGD(model.parameters(), rate, **options)

    def step(part):
        sgd.zero_grad()
        loss(model(x[part]), y[part]).backward()
        sgd.step()

    return step


def parts(folder):
    """Examples to train on, examples to test on, and the number of channels."""
    from torchvision import datasets, transforms

    fashion = (folder / "FashionMNIST").is_dir()
    changes = [transforms.RandomCrop(28 if fashion else 32, 4)]
    changes += [transforms.RandomHorizontalFlip(), transforms.ToTensor()]
    moved, plain = transforms.Compose(changes), transforms.ToTensor()
    if fashion:
        train = datasets.FashionMNIST(folder, transform=moved)
        return train, datasets.FashionMNIST(folder, False, transform=plain), 1
    data = datasets.ImageFolder(folder, moved)
    return *random_split(data, [0.8, 0.2]), 3


def main():
    """Train ResNet-20, and say how much of the rest is wrong."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--epochs", type=int, default=2)
    arguments = parser.parse_args()
    train, test, channels = parts(arguments.folder)
    test = DataLoader(test, 128, num_workers=2)
    train = DataLoader(train, 128, shuffle=True, num_workers=2, persistent_workers=True)
    model, loss = resnet20(channels=channels), nn.CrossEntropyLoss()
    sgd = torch.optim.SGD(model.parameters(), 0.1, momentum=0.9, weight_decay=1e-4)
    for _ in range(arguments.epochs):
        for images, labels in train:
            sgd.zero_grad()
            loss(model(images), labels).backward()
            sgd.step()
    model.eval()
    with torch.no_grad():
        wrong = [(model(x).argmax(1) != y).float().mean() for x, y in test]
    print(f"error {sum(wrong) / len(wrong):.2%}")


if __name__ == "__main__":
    main()
