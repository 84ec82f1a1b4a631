"""Figures that more than one lecture draws.

Each function draws arrays on the axes it is given and returns those axes, so that a
test can read the plotted data back. Classes differ in marker as well as in colour.
"""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import ListedColormap
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator
from sklearn.isotonic import isotonic_regression

MARKERS = "o^sDvP*"


def class_colors(classes):
    """One colour of the style's cycle per class."""
    cycle = plt.rcParams["axes.prop_cycle"].by_key()["color"]
    return [cycle[index % len(cycle)] for index in range(classes)]


def points(ax, x, y, size=36):
    """Scatter points x of shape (n, 2), coloured and shaped by their labels y (n,)."""
    for label, color in enumerate(class_colors(int(np.max(y)) + 1)):
        mine = np.asarray(y) == label
        ax.scatter(
            *np.asarray(x)[mine].T,
            s=size,
            color=color,
            marker=MARKERS[label % len(MARKERS)],
            edgecolor="white",
            linewidth=0.6,
        )
    return ax


def regions(ax, predict, x, y, margin=0.3, resolution=200, **scatter):
    """The class that ``predict`` gives to every point of the plane, and the points.

    Args:
        predict: function from points (m, 2) to classes (m,).
        x, y: points (n, 2) and labels (n,); they set the limits of the axes.
        margin: how far the axes reach beyond the points, in data units.
    """
    low, high = np.min(x, axis=0) - margin, np.max(x, axis=0) + margin
    first, second = (np.linspace(low[i], high[i], resolution) for i in (0, 1))
    grid = np.stack(np.meshgrid(first, second), axis=-1)
    classes = np.asarray(predict(grid.reshape(-1, 2))).reshape(resolution, resolution)
    colors = class_colors(int(np.max(y)) + 1)
    ax.pcolormesh(
        first,
        second,
        classes,
        cmap=ListedColormap(colors),
        vmin=-0.5,
        vmax=len(colors) - 0.5,
        alpha=0.25,
        rasterized=True,
    )
    ax.grid(False)
    return points(ax, x, y, **scatter)


def curves(ax, series, x=None, markers=False):
    """One line per entry of ``series`` (name -> values), each named at its right end.

    ``x`` are the common abscissae, 1, 2, 3, … by default. Names that would overlap are
    moved apart, in the order of the lines' ends. Set scales and limits of ``ax`` first.
    """
    for index, (name, values) in enumerate(series.items()):
        values = np.asarray(values)
        at = np.arange(1, len(values) + 1) if x is None else np.asarray(x)
        marker = MARKERS[index % len(MARKERS)] if markers else None
        ax.plot(at, values, marker=marker, label=name)
    name_lines(ax)
    return ax


def name_lines(ax, gap=0.075):
    """Write each line's label at its right end instead of in a legend.

    Set scales and limits first: a name stands where its line ends then. ``gap`` is the
    least distance between two names, in heights of the axes.
    """
    ax.autoscale_view()
    ends = []
    for line in ax.get_lines():
        if line.get_label().startswith("_"):
            continue
        finite = np.isfinite(line.get_ydata())
        end = (line.get_xdata()[finite][-1], line.get_ydata()[finite][-1])
        _, height = ax.transLimits.transform(ax.transScale.transform(end))
        ends.append((height, line))
    ends.sort(key=lambda end: end[0])
    steps = gap * np.arange(len(ends))
    # The least squares of all moves that leave a gap between each two neighbours.
    heights = isotonic_regression([height for height, _ in ends] - steps) + steps
    for height, (_, line) in zip(heights, ends, strict=True):
        ax.annotate(
            line.get_label(),
            (1.02, height),
            xycoords="axes fraction",
            va="center",
            color=line.get_color(),
            fontweight="bold",
            annotation_clip=False,
        )
    return ax


def spread(ax, groups):
    """One row per entry of ``groups`` (name -> values): each value, and their mean.

    The first entry stands on top. Values are dots, a bar joins the least and the
    greatest, an upright line is the mean: where two rows do not overlap, the difference
    is more than chance between these values.
    """
    for row, (name, values) in enumerate(groups.items()):
        values, color = np.asarray(values, dtype=float), f"C{row % 7}"
        ax.plot([values.min(), values.max()], [row, row], color=color, lw=9, alpha=0.25)
        ax.plot(values, np.full(len(values), row), "o", color=color, label=name)
        ax.plot([values.mean()] * 2, [row - 0.3, row + 0.3], color=color, lw=3)
    ax.set_yticks(range(len(groups)), list(groups))
    ax.set_ylim(len(groups) - 0.5, -0.5)
    ax.grid(axis="y", visible=False)
    return ax


def images(axes, pictures, titles=None, **options):
    """Show pictures (h, w), (h, w, 1) or (h, w, 3), one on each of the axes.

    Axes left over are emptied. ``options`` go to ``imshow``.
    """
    axes = np.ravel(axes)
    for ax in axes:
        ax.set_axis_off()
    for index, (ax, picture) in enumerate(zip(axes, pictures, strict=False)):
        ax.imshow(np.squeeze(picture), **options)
        if titles is not None:
            ax.set_title(titles[index], fontsize=13, loc="center", fontweight="normal")
    return axes


def numbers(ax, matrix, digits=0, **options):
    """A matrix (rows, columns) as a grid of coloured cells with the numbers in them.

    Cells that are NaN stay empty. ``options`` go to ``imshow``.
    """
    matrix = np.asarray(matrix)
    picture = ax.imshow(matrix, **{"cmap": "Blues"} | options)
    for (row, column), value in np.ndenumerate(matrix):
        if np.isnan(value):
            continue
        red, green, blue, _ = picture.cmap(picture.norm(value))
        dark = 0.299 * red + 0.587 * green + 0.114 * blue < 0.5
        ax.text(
            column,
            row,
            f"{value:.{digits}f}",
            ha="center",
            va="center",
            color="white" if dark else "black",
        )
    ax.set_xticks([])
    ax.set_yticks([])
    ax.grid(False)
    ax.spines[:].set(visible=True, color="0.6")
    return ax


def frame(ax, row, column, size, **options):
    """Frame size x size pixels of a picture, of which (row, column) is the upper left.

    ``options`` go to Matplotlib's ``Rectangle``, such as ``edgecolor``.
    """
    look = {"fill": False, "edgecolor": "C1", "linewidth": 4, "clip_on": False}
    look |= options
    corner = (column - 0.5, row - 0.5)  # a pixel's centre stands on whole numbers
    ax.add_patch(Rectangle(corner, size, size, **look))
    return ax


def receptive_cone(ax, kernel_sizes, strides=None):
    """What one output sees, down through all layers to the image, in one dimension.

    The image is the lowest row of dots; each layer is a row above it, with a line from
    every dot to all those that it sees. Drawn is only what reaches the one dot on top.
    ``strides`` are 1 by default.
    """
    layers = list(zip(kernel_sizes, strides or [1] * len(kernel_sizes), strict=True))
    counts = [1]
    for kernel, stride in reversed(layers):
        counts.insert(0, (counts[0] - 1) * stride + kernel)
    below = np.arange(counts[0])  # pixels of the image
    ax.scatter(below, np.zeros(len(below)), s=90, color="C0", zorder=2)
    names, sees, jump = ["image"], 1, 1
    for level, (kernel, stride) in enumerate(layers, start=1):
        seen = [below[i * stride :][:kernel] for i in range(counts[level])]
        at = np.array([dots.mean() for dots in seen])
        for top, dots in zip(at, seen, strict=True):
            for dot in dots:
                ax.plot([dot, top], [level - 1, level], color="0.7", lw=1.2, zorder=1)
        ax.scatter(at, np.full(len(at), level), s=90, color=f"C{level % 7}", zorder=2)
        below, sees, jump = at, sees + (kernel - 1) * jump, jump * stride
        names.append(f"layer {level}: sees {sees}")
    ax.set_yticks(range(len(names)), names)
    ax.set_xlabel("position in the image (pixels)")
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.grid(False)
    return ax


def descent(ax, loss, path, limits, levels=7):
    """The path of a descent over the contours of a loss of two weights.

    Args:
        loss: function from weights (..., 2) to values (...).
        path: the weights after each step (steps + 1, 2); it begins at the circle.
        limits: left, right, bottom and top of the axes; the path may leave them.
        levels: how many contours, evenly spaced in the root of the height.
    """
    left, right, bottom, top = limits
    first, second = np.linspace(left, right, 120), np.linspace(bottom, top, 120)
    heights = loss(np.stack(np.meshgrid(first, second), axis=-1))
    steps = np.linspace(0, np.sqrt(np.ptp(heights)), levels) ** 2
    levels = heights.min() + steps
    ax.contour(first, second, heights, levels, colors="0.7", linewidths=1.2)
    ax.plot(*np.transpose(path), "o-", color="C0", markersize=4, linewidth=1.5)
    ax.plot(*path[0], "o", color="C1", markersize=12)
    ax.set(xlim=(left, right), ylim=(bottom, top))
    ax.grid(False)
    return ax
