"""Handwritten digits from 13 people, 8x8 pixels.

E. Alpaydin and C. Kaynak, "Optical Recognition of Handwritten Digits", UCI Machine
Learning Repository, 1998, doi:10.24432/C50P49. scikit-learn ships the 1,797 digits of
its test part.
"""

import numpy as np

from dlcourse.datasets.about import Info

INFO = Info(
    name="digits",
    description=(
        "Handwritten digits, scanned and reduced to 8 × 8 pixels of 17 grey levels. "
        "A fifth of each class is held out for the test; the same people wrote both."
    ),
    source=(
        "E. Alpaydin, C. Kaynak: Optical Recognition of Handwritten Digits, UCI "
        "Machine Learning Repository, 1998, doi:10.24432/C50P49; from scikit-learn"
    ),
    licence="CC BY 4.0",
    image_shape=(8, 8, 1),
    classes=tuple("0123456789"),
    sizes={"train": 1438, "test": 359},
)


def make():
    """Arrays by split: images (n, 8, 8, 1) uint8 in 0 … 255, labels (n,) int32."""
    from sklearn.datasets import load_digits

    data = load_digits()
    images = np.round(data.images * (255 / 16)).astype("uint8")[..., None]
    labels = data.target.astype("int32")
    indices = zip(("train", "test"), split_indices(labels), strict=True)
    return {split: (images[index], labels[index]) for split, index in indices}


def split_indices(labels):
    """Indices (train, test): a fifth of each class is held out, both in random order.

    Not scikit-learn's ``train_test_split``, which may draw other images in its next
    version: the numbers of the lectures are those of this split.
    """
    rng = np.random.default_rng(0)
    train, test = [], []
    for label in np.unique(labels):
        members = rng.permutation(np.flatnonzero(labels == label))
        count = round(0.2 * len(members))
        test.append(members[:count])
        train.append(members[count:])
    return [rng.permutation(np.concatenate(part)) for part in (train, test)]
