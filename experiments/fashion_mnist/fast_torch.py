"""What fast.py does, in plain PyTorch: needs nothing of the course but NumPy and torch.

    python experiments/fashion_mnist/fast_torch.py --seed 0

Reads the four files of Fashion-MNIST as Debian installs them, or from --folder. What
differs: PyTorch multiplies the whole velocity by the present rate, Keras each gradient
by the rate of its own step; kernels come from a normal distribution that is not cut.
"""

import argparse
import csv
import gzip
import platform
import time
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional

HERE = Path(__file__).parent
FOLDER = Path("/usr/share/datasets/fashion-mnist")
BATCH, RATE, DECAY, SMOOTHING, KEPT = 512, 0.4, 5e-4, 0.2, 0.9


def read(folder, part):
    """Images (n, 1, 28, 28) in 0 ... 1 and labels (n,)."""
    content = [
        gzip.decompress((folder / f"{part}-{kind}-ubyte.gz").read_bytes())
        for kind in ("images-idx3", "labels-idx1")
    ]
    images = np.frombuffer(content[0], "uint8", offset=16).reshape(-1, 1, 28, 28)
    labels = np.frombuffer(content[1], "uint8", offset=8)
    return torch.tensor(images / np.float32(255)), torch.tensor(labels).long()


def conv(inputs, filters):
    """3x3, batch norm, ReLU."""
    convolution = nn.Conv2d(inputs, filters, 3, padding=1, bias=False)
    nn.init.kaiming_normal_(convolution.weight)
    return nn.Sequential(convolution, nn.BatchNorm2d(filters), nn.ReLU())


class Residual(nn.Module):
    """Two convolutions and a shortcut around them."""

    def __init__(self, width):
        super().__init__()
        self.branch = nn.Sequential(conv(width, width), conv(width, width))

    def forward(self, x):
        """Return the sum of both ways."""
        return x + self.branch(x)


class ResNet9(nn.Module):
    """Eight convolutions, two shortcuts, one dense layer without a bias."""

    def __init__(self, width, mean, deviation):
        super().__init__()
        pool = nn.MaxPool2d(2)
        self.mean, self.deviation = mean, deviation
        self.maps = nn.Sequential(
            *(conv(1, width), conv(width, 2 * width), pool, Residual(2 * width)),
            *(conv(2 * width, 4 * width), pool, conv(4 * width, 8 * width), pool),
            *(Residual(8 * width), nn.AdaptiveMaxPool2d(1), nn.Flatten()),
        )
        self.linear = nn.Linear(8 * width, 10, bias=False)
        nn.init.xavier_uniform_(self.linear.weight)

    def forward(self, x):
        """Return the logits (n, 10)."""
        return self.linear(self.maps((x - self.mean) / self.deviation)) / 8


def whiten(convolution, images):
    """Start the first filters as the whitened principal components of patches."""
    patches = functional.unfold(images, 3).transpose(1, 2).reshape(-1, 9)
    variances, components = torch.linalg.eigh(torch.cov(patches.T))
    scaled = components / torch.sqrt(variances + 1e-2 * variances.max())
    count = min(9, len(convolution.weight))
    with torch.no_grad():
        convolution.weight[:count] = scaled.flip(1).T.reshape(9, 1, 3, 3)[:count]


def moved(images):
    """Each image shifted by at most two pixels, and every second one mirrored."""
    padded = functional.pad(images, (2, 2, 2, 2))
    rows, columns = torch.randint(5, (2, len(images)))
    out = torch.empty_like(images)
    for row in range(5):
        for column in range(5):
            chosen = (rows == row) & (columns == column)
            out[chosen] = padded[chosen][..., row : row + 28, column : column + 28]
    flip = torch.rand(len(images), 1, 1, 1) < 0.5
    return torch.where(flip, out.flip(-1), out)


def train(x, y, epochs, width):
    """The model with averaged weights, and the seconds."""
    model = ResNet9(width, x.mean(), x.std())
    whiten(model.maps[0][0], (x[:1000] - model.mean) / model.deviation)
    loss = nn.CrossEntropyLoss(label_smoothing=SMOOTHING)
    start, steps = time.perf_counter(), epochs * (len(x) // BATCH)
    sgd = torch.optim.SGD(
        model.parameters(), RATE, momentum=0.9, nesterov=True, weight_decay=DECAY
    )
    warm = steps * 5 / 24
    cycle = torch.optim.lr_scheduler.LambdaLR(
        sgd, lambda t: t / warm if t < warm else (steps - t) / (steps - warm)
    )
    kept = torch.optim.swa_utils.get_ema_multi_avg_fn(KEPT)
    averaged = torch.optim.swa_utils.AveragedModel(
        model, multi_avg_fn=kept, use_buffers=True
    )
    for _ in range(epochs):
        for part in torch.randperm(len(x)).split(BATCH)[: len(x) // BATCH]:
            sgd.zero_grad()
            loss(model(moved(x[part])), y[part]).backward()
            sgd.step()
            cycle.step()
            averaged.update_parameters(model)
    return averaged.eval(), time.perf_counter() - start


def main():
    """Train, test, and add the row."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--epochs", type=int, default=8)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--width", type=int, default=8)
    parser.add_argument("--folder", type=Path, default=FOLDER)
    parser.add_argument("--out", type=Path, default=HERE / "fast.csv")
    chosen = parser.parse_args()
    torch.manual_seed(chosen.seed)
    x, y = read(chosen.folder, "train")
    model, seconds = train(x, y, chosen.epochs, chosen.width)
    x_test, y_test = read(chosen.folder, "t10k")
    with torch.no_grad():
        both = [torch.cat([model(x).softmax(1) for x in images.split(500)])
                for images in (x_test, x_test.flip(-1))]  # fmt: skip
    error = 100 * (sum(both).argmax(1) != y_test).float().mean().item()
    row = {
        "side": "plain PyTorch",
        "without": "",
        "width": chosen.width,
        "epochs": chosen.epochs,
        "seed": chosen.seed,
        "examples": len(x),
        "part": "test",
        "error": round(error, 2),
        "seconds": round(seconds, 1),
        "machine": platform.processor() or platform.machine(),
    }
    new = not chosen.out.exists()
    with open(chosen.out, "a", newline="") as file:
        writer = csv.DictWriter(file, row, lineterminator="\n")
        if new:
            writer.writeheader()
        writer.writerow(row)
    print(row)


if __name__ == "__main__":
    main()
