"""Nearest neighbours: which images does a network represent alike?

Alex Krizhevsky, Ilya Sutskever, Geoffrey Hinton: ImageNet Classification with Deep
Convolutional Neural Networks. NIPS 2012, section 6.1 (there: by the last hidden layer).
"""

import numpy as np


def nearest_neighbours(features, among, count=5):
    """The nearest examples, by the Euclidean distance of their features.

    Args:
        features: (n, …) of the query examples: pixels, or a layer's output.
        among: (m, …) of the examples to search.
        count: number of neighbours of each query, 1 to m.

    Returns:
        indices (n, count) into ``among``, nearest first, and distances (n, count).
        Of examples at the same distance, the one with the smaller index comes first.

    Raises ValueError for features of different shapes, or more neighbours than there
    are.
    """
    from sklearn.metrics import pairwise_distances_chunked

    if features.shape[1:] != among.shape[1:]:
        raise ValueError(f"Unlike features: {features.shape[1:]}, {among.shape[1:]}.")
    if not 1 <= count <= len(among):
        raise ValueError(f"count={count}: choose from 1 to {len(among)}.")
    a = features.reshape(len(features), -1).astype("float64")
    b = among.reshape(len(among), -1).astype("float64")

    def nearest(distances, start):
        # sklearn.neighbors.NearestNeighbors leaves the order of equal distances open.
        indices = np.argsort(distances, axis=1, kind="stable")[:, :count]
        return indices, np.take_along_axis(distances, indices, axis=1)

    # All distances at once would need 8 n m bytes: 4 GB for CIFAR-10's two sets.
    found = list(pairwise_distances_chunked(a, b, reduce_func=nearest))
    return tuple(np.concatenate(part) for part in zip(*found, strict=True))
