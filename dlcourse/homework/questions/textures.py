"""Small pictures of a rough patch on smooth ground, with its mask: data for a project.

Both have the same mean and nearly the same spread: no brightness tells them apart.
"""

import numpy as np

SIDE = 20  # pixels


def drawn(rng, count):
    """Pictures (count, SIDE, SIDE) float32, and masks int32: 1 in the patch, else 0."""
    masks = ellipses(rng, count)
    rough = rng.normal(size=(count, SIDE, SIDE))
    wide = rng.normal(size=(count, SIDE + 2, SIDE + 2))
    shifts = ((i, j) for i in range(3) for j in range(3))
    smooth = sum(wide[:, i : i + SIDE, j : j + SIDE] for i, j in shifts) / 3
    light = rng.normal(0, 0.3, (count, 1, 1))
    return (np.where(masks, rough, smooth) + light).astype("float32"), masks


def ellipses(rng, count):
    """Masks (count, SIDE, SIDE) int32 of one ellipse each, of any direction."""
    centre = rng.uniform(4, SIDE - 5, (2, count, 1, 1))
    long, wide = rng.uniform(3, 5.5, (2, count, 1, 1))
    angle = rng.uniform(0, np.pi, (count, 1, 1))
    y, x = (
        axis - middle
        for axis, middle in zip(np.mgrid[:SIDE, :SIDE], centre, strict=True)
    )
    u = np.cos(angle) * x + np.sin(angle) * y
    v = np.cos(angle) * y - np.sin(angle) * x
    return ((u / long) ** 2 + (v / wide) ** 2 <= 1).astype("int32")
