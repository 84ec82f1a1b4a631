"""Figures that more than one lecture draws.

Each function draws arrays on the axes it is given and returns those axes, so that a
test can read the plotted data back. Classes differ in marker as well as in colour.
"""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import ListedColormap

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
        ends.append((ax.transLimits.transform(ax.transScale.transform(end)), line))
    ends.sort(key=lambda end: end[0][1])
    height = -np.inf
    for (_, at), line in ends:
        height = max(at, height + gap)
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
    """A matrix (rows, columns) as a grid of coloured cells with the numbers in them."""
    matrix = np.asarray(matrix)
    picture = ax.imshow(matrix, **{"cmap": "Blues"} | options)
    for (row, column), value in np.ndenumerate(matrix):
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
    return ax
