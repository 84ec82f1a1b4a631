"""Points in the plane: two classes that no line separates, and a mixture."""

import numpy as np


def rings(n=400, noise=0.05, seed=0):
    """Points on two circles around the origin, radius 0.5 (class 0) and 1 (class 1).

    Returns x (n, 2) float32 and y (n,) int32, half of each class, in random order;
    noise is the standard deviation of the radius.
    """
    rng, y = draw_labels(n, seed)
    angle = rng.uniform(0, 2 * np.pi, n)
    return polar((y + 1) / 2 + rng.normal(0, noise, n), angle), y


def spirals(n=400, noise=0.02, seed=0, turns=1.5):
    """Points on two spirals from the origin to radius 1, half a turn apart.

    Returns as `rings`; noise is the standard deviation of both coordinates.
    """
    rng, y = draw_labels(n, seed)
    radius = np.sqrt(rng.uniform(0.01, 1, n))  # evenly dense along the arm
    x = polar(radius, 2 * np.pi * turns * radius + np.pi * y)
    return x + rng.normal(0, noise, x.shape).astype("float32"), y


def xor(n=400, noise=0.15, seed=0):
    """Four clouds around (±1, ±1): class 1 where the signs of the coordinates differ.

    Returns as `rings`; noise is the standard deviation of both coordinates.
    """
    rng, y = draw_labels(n, seed)
    first = rng.choice([-1, 1], n)
    corner = np.stack([first, np.where(y == 1, -first, first)], axis=1)
    return (corner + rng.normal(0, noise, (n, 2))).astype("float32"), y


def mixture(n=2048, modes=8, noise=0.05, seed=0):
    """Normal clouds, evenly spaced on the circle of radius 1: points to be imitated.

    Returns x (n, 2) float32 and, for each point, the number of its cloud, y (n,) int32,
    in random order; `mixture_centres` gives the centres. noise is the standard
    deviation of both coordinates.
    """
    rng = np.random.default_rng(seed)
    y = rng.permutation(np.arange(n) % modes).astype("int32")
    x = mixture_centres(modes)[y] + rng.normal(0, noise, (n, 2))
    return x.astype("float32"), y


def mixture_centres(modes=8):
    """The centres of the clouds of `mixture`: (modes, 2)."""
    angle = 2 * np.pi * np.arange(modes) / modes
    return np.stack([np.cos(angle), np.sin(angle)], axis=1)


def draw_labels(n, seed):
    """Random generator, and as many labels 0 as 1 in random order."""
    rng = np.random.default_rng(seed)
    return rng, rng.permutation(np.arange(n) % 2).astype("int32")


def polar(radius, angle):
    """Points (n, 2) with these radii and angles (radians)."""
    points = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)
    return points.astype("float32")
