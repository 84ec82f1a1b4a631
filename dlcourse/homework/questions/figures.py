"""Small pictures of the figures 0 to 9, drawn with a shaky pen: data for projects.

They are made anew for each seed, so that there is no list in which a label could be
looked up, as there is for every published set.
"""

import numpy as np

SIDE = 12  # pixels
POINTS = 18  # of a stroke
KNOTS = 5  # places at which the pen goes astray, each by its own distance
AT_ONCE = 100  # pictures, for the memory


def arc(x, y, width, height, start, end, points=8):
    """Points of an ellipse between two angles in degrees: (points, 2)."""
    angle = np.radians(np.linspace(start, end, points))
    return np.stack([x + width * np.cos(angle), y + height * np.sin(angle)], 1)


# Each figure in one stroke, from -1 to 1; x to the right, y down.
STROKES = (
    [arc(0, 0, 0.6, 1, 0, 360)],
    [[(-0.4, -0.6), (0, -1), (0, 1)]],
    [arc(0, -0.5, 0.6, 0.5, 180, 380), [(-0.6, 1), (0.6, 1)]],
    [arc(0, -0.5, 0.55, 0.5, 200, 450), arc(0, 0.5, 0.6, 0.5, -90, 160)],
    [[(0.3, 1), (0.3, -1), (-0.6, 0.4), (0.7, 0.4)]],
    [[(0.6, -1), (-0.5, -1), (-0.5, -0.1)], arc(0, 0.4, 0.6, 0.6, -120, 150)],
    [[(0.4, -1), (-0.3, -0.4)], arc(0, 0.4, 0.55, 0.6, 200, 560)],
    [[(-0.6, -1), (0.6, -1), (-0.2, 1)]],
    [arc(0, -0.5, 0.45, 0.5, 90, 450), arc(0, 0.5, 0.6, 0.5, -90, 270)],
    [arc(0, -0.4, 0.55, 0.6, 0, 360), [(0.5, 0.4), (0.2, 1)]],
)


def evenly(stroke):
    """Points at equal distances along a stroke: (POINTS, 2)."""
    corners = np.concatenate(stroke)
    steps = np.hypot(*np.diff(corners, axis=0).T)
    along = np.concatenate([[0], np.cumsum(steps)])
    wanted = np.linspace(0, along[-1], POINTS)
    return np.stack([np.interp(wanted, along, axis) for axis in corners.T], 1)


FIGURES = np.stack([evenly(stroke) for stroke in STROKES])


def drawn(rng, count, turn=0, shift=0):
    """Pictures (count, SIDE, SIDE) float32 from 0 to 1, and figures (count,) int32.

    As many of each figure, in random order, turned by up to ``turn`` degrees to either
    side and moved by up to ``shift`` pixels along each axis.
    """
    labels = rng.permutation(np.arange(count) % len(FIGURES)).astype("int32")
    points = astray(FIGURES[labels], rng)
    points[..., 0] += rng.normal(0, 0.2, (count, 1)) * points[..., 1]  # slant
    angle = np.radians(rng.uniform(-turn, turn, count))
    cos, sin = np.cos(angle), np.sin(angle)
    turned = np.einsum("nij,npj->npi", np.array([[cos, -sin], [sin, cos]]).T, points)
    size = rng.uniform(0.28, 0.36, (count, 1, 1)) * SIDE
    moved = turned * size + (SIDE - 1) / 2 + rng.uniform(-shift, shift, (count, 1, 2))
    width = rng.uniform(0.5, 0.8, (count, 1))  # of the pen, in pixels
    ink = np.clip(1.2 - distances(moved) / width, 0, 1)
    noisy = np.clip(ink + rng.normal(0, 0.1, ink.shape), 0, 1)
    return noisy.reshape(-1, SIDE, SIDE).astype("float32"), labels


def astray(points, rng):
    """Strokes (n, POINTS, 2) as a shaky pen draws them."""
    astray = rng.normal(0, 0.09, (len(points), KNOTS, 2))
    place = np.linspace(0, KNOTS - 1, POINTS)
    before = np.minimum(place.astype(int), KNOTS - 2)
    share = (place - before)[None, :, None]
    return points + astray[:, before] * (1 - share) + astray[:, before + 1] * share


def distances(strokes):
    """Distance of each pixel to its picture's stroke: (n, POINTS, 2) -> (n, pixels)."""
    rows, columns = np.mgrid[:SIDE, :SIDE].reshape(2, -1)
    pixels = np.stack([columns, rows], 1)
    parts = np.array_split(strokes, max(1, len(strokes) // AT_ONCE))
    return np.concatenate([to_segments(part, pixels) for part in parts])


def to_segments(strokes, pixels):
    """As `distances`, in one piece: the least over the segments of the stroke."""
    start, end = strokes[:, :-1, None], strokes[:, 1:, None]
    along, away = end - start, pixels - start
    length = np.maximum((along**2).sum(-1), 1e-9)
    nearest = np.clip((away * along).sum(-1) / length, 0, 1)
    return np.hypot(*np.moveaxis(away - nearest[..., None] * along, -1, 0)).min(1)
