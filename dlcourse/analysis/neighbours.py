"""Nearest neighbours: which pictures does a network find alike?

Alex Krizhevsky, Ilya Sutskever, Geoffrey Hinton: ImageNet Classification with Deep
Convolutional Neural Networks. NIPS 2012, section 6.1 (there: by the last hidden layer).
"""

import numpy as np


def nearest_neighbours(features, among, count=5):
    """The nearest examples, by the Euclidean distance of their features.

    Args:
        features: (n, …) of the examples asked for: pixels, or a layer's output.
        among: (m, …) of those to choose from.
        count: how many for each.

    Returns:
        indices (n, count) into ``among``, nearest first, and distances (n, count).

    Raises ValueError for features of different shapes, or more neighbours than there
    are.
    """
    if features.shape[1:] != among.shape[1:]:
        raise ValueError(f"Unlike features: {features.shape[1:]}, {among.shape[1:]}.")
    if not 1 <= count <= len(among):
        raise ValueError(f"count={count}: choose from 1 to {len(among)}.")
    a = features.reshape(len(features), -1).astype("float64")
    b = among.reshape(len(among), -1).astype("float64")
    # |a - b|^2 = |a|^2 - 2 ab + |b|^2 takes one matrix product, not n m differences.
    squares = (a**2).sum(1)[:, None] - 2 * a @ b.T + (b**2).sum(1)
    indices = np.argsort(squares, axis=1, kind="stable")[:, :count]
    closest = np.take_along_axis(squares, indices, axis=1)
    return indices, np.sqrt(np.maximum(closest, 0))
