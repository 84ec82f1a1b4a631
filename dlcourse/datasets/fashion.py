"""Pictures of clothes, shoes and bags, 28x28 grey levels: a tenth of Fashion-MNIST.

H. Xiao, K. Rasul, R. Vollgraf: Fashion-MNIST: a Novel Image Dataset for Benchmarking
Machine Learning Algorithms. arXiv:1708.07747, 2017. ``tools/make_fashion.py`` made the
file from the whole set, which is "fashion_mnist" of TensorFlow Datasets.
"""

from pathlib import Path

from dlcourse.datasets.about import Info
from dlcourse.files import load_shipped

FILE = Path(__file__).with_name("fashion.npz")
SHA256 = "54c22686808c64fe4e26c7cb0c97613987ffafcd57441e0cd54429a6a2fe7b7e"
INFO = Info(
    name="fashion",
    description=(
        "Photographs of articles from a shop, 28 × 28 grey levels on black: of each "
        "class 600 of the training set of Fashion-MNIST, and 100 of its test set."
    ),
    source=(
        "H. Xiao, K. Rasul, R. Vollgraf: Fashion-MNIST, arXiv:1708.07747, "
        "https://github.com/zalandoresearch/fashion-mnist"
    ),
    licence="MIT, Copyright © 2017 Zalando SE, https://tech.zalando.com",
    image_shape=(28, 28, 1),
    classes=(
        *("T-shirt/top", "Trouser", "Pullover", "Dress", "Coat"),
        *("Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"),
    ),
    sizes={"train": 6000, "test": 1000},
)


def make():
    """Arrays by split: images (n, 28, 28, 1) uint8 in 0 … 255, labels (n,) int32.

    DamagedFile if the file that comes with the package is another.
    """
    arrays = load_shipped(FILE, SHA256)
    return {
        split: (arrays[f"{split}_images"], arrays[f"{split}_labels"].astype("int32"))
        for split in INFO.sizes
    }
