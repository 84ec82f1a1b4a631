"""Figures whose data nobody would see, since they lie outside of the axes."""

import functools

import numpy as np
from matplotlib.backend_bases import FigureCanvasBase

from dlcourse.rehearsal.record import note


def watch():
    """From now on, note each figure that is drawn with all its data outside."""
    draw = FigureCanvasBase.print_figure

    @functools.wraps(draw)
    def print_figure(self, *arguments, **options):
        for axes in self.figure.axes:
            if nothing_inside(axes):
                title = axes.get_title() or axes.get_title(loc="left")
                limits = (*axes.get_xlim(), *axes.get_ylim())
                x0, x1, y0, y1 = (f"{limit:g}" for limit in limits)
                note(outside=f"{title or 'a figure'}: x {x0} – {x1}, y {y0} – {y1}")
        return draw(self, *arguments, **options)

    FigureCanvasBase.print_figure = print_figure


def nothing_inside(axes):
    """Whether axes have data, and all of them lie outside of the limits."""
    boxes = [box for box in boxes_of(axes) if np.isfinite(box).all()]
    if not boxes or axes.name != "rectilinear":
        return False
    boxes = np.array(boxes)  # (n, corner, coordinate)
    low, high = boxes.min(axis=1), boxes.max(axis=1)
    (left, right), (bottom, top) = sorted(axes.get_xlim()), sorted(axes.get_ylim())
    inside = (high >= (left, bottom)) & (low <= (right, top))
    return not inside.all(axis=1).any()


def boxes_of(axes):
    """Two opposite corners of each piece of data: a point, a stroke, a bar, an image.

    What has its place in the axes' own coordinates, as axhline, is none.
    """
    data = axes.transData
    for line in axes.lines:
        if line.get_transform() is data:
            points = line.get_xydata()
            drawn = line.get_linestyle() not in ("None", "", " ")
            yield from zip(points, points[1:] if drawn else points, strict=False)
    for patch in axes.patches:
        if patch.get_data_transform() is data:
            yield patch.get_path().get_extents(patch.get_patch_transform()).get_points()
    for collection in axes.collections:
        if collection.get_offset_transform() is data:
            yield from ((point, point) for point in collection.get_offsets())
        elif collection.get_transform() is data:
            yield from (
                path.get_extents().get_points() for path in collection.get_paths()
            )
    for image in axes.images:
        left, right, bottom, top = image.get_extent()
        yield (left, bottom), (right, top)
