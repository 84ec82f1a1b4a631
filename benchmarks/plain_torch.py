"""ResNet-20 in plain PyTorch, for comparison; needs nothing of this course."""

import itertools

import torch
from torch import nn
from torch.nn import functional


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


def resnet20():
    """The network, with as many weights as ours."""
    widths = [16] + [16] * 3 + [32] * 3 + [64] * 3
    blocks = [
        Basic(inputs, filters, 1 if inputs == filters else 2)
        for inputs, filters in itertools.pairwise(widths)
    ]
    stem = [conv(3, 16), nn.BatchNorm2d(16), nn.ReLU()]
    head = [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, 10)]
    model = nn.Sequential(*stem, *blocks, *head)
    found = sum(p.numel() for p in model.parameters())
    assert found == 269_722, found
    return model


def trainer(images, labels):
    """A function of indices (n,) that trains one step on these examples."""
    x = torch.from_numpy(images.transpose(0, 3, 1, 2).copy())
    y = torch.from_numpy(labels).long()
    model, loss = resnet20(), nn.CrossEntropyLoss()
    sgd = torch.optim.SGD(model.parameters(), 0.1, momentum=0.9, weight_decay=1e-4)

    def step(part):
        sgd.zero_grad()
        loss(model(x[part]), y[part]).backward()
        sgd.step()

    return step
