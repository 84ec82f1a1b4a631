"""Key points as heat maps: drawn for the training, and read off afterwards.

A key point is (y, x) in pixels; pixel i reaches from i to i + 1. A heat map has one
value for ``stride`` x ``stride`` pixels.

Jonathan Tompson, Arjun Jain, Yann LeCun, Christoph Bregler: Joint Training of a
Convolutional Network and a Graphical Model for Human Pose Estimation. NIPS 2014,
arXiv:1406.2984.
Alejandro Newell, Kaiyu Yang, Jia Deng: Stacked Hourglass Networks for Human Pose
Estimation. ECCV 2016, arXiv:1603.06937.
"""

import numpy as np


def heat_maps(points, size, stride=4, sigma=1.0):
    """A Gaussian of height 1 around each key point: (n, k, 2) -> (n, h, w, k) float32.

    size: (h, w) of the heat maps. sigma: standard deviation, in their cells.
    """
    centres = [stride * (np.arange(length) + 0.5) for length in size]
    down, across = (
        (points[..., axis, None] - centres[axis]) / (stride * sigma) for axis in (0, 1)
    )
    maps = np.exp(-(down**2) / 2)[..., None] * np.exp(-(across**2) / 2)[:, :, None]
    return np.moveaxis(maps, 1, -1).astype("float32")


def peaks(maps, stride=4, refine=True):
    """Key points (n, k, 2) in pixels: the middle of the highest cell of each heat map.

    refine: a quarter of a cell towards the higher of the two neighbours, along each
    axis (Newell et al., section 3.1: towards the next highest neighbour).
    """
    maps = np.moveaxis(np.asarray(maps), -1, 1)  # n, k, h, w
    shape = maps.shape[2:]
    highest = maps.reshape(*maps.shape[:2], -1).argmax(axis=-1)
    place = np.stack(np.unravel_index(highest, shape), axis=-1)  # n, k, 2
    if not refine:
        return stride * (place + 0.5)
    padded = np.pad(maps, [(0, 0), (0, 0), (1, 1), (1, 1)], mode="edge")
    n, k = np.indices(highest.shape)
    y, x = place[..., 0] + 1, place[..., 1] + 1
    slope = [
        padded[n, k, y + 1, x] - padded[n, k, y - 1, x],
        padded[n, k, y, x + 1] - padded[n, k, y, x - 1],
    ]
    return stride * (place + 0.5 + 0.25 * np.sign(np.stack(slope, axis=-1)))


def distances(true, found):
    """Distance of each key point to the one found, in pixels: (n, k, 2) -> (n, k)."""
    return np.linalg.norm(np.asarray(true) - np.asarray(found), axis=-1)
